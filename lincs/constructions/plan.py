"""What ``lincs build`` builds: the frame of least d for (m, k, eps), or one by name, and the pair made of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions import catalogue
from lincs.constructions.family import Family, Promise, smaller
from lincs.errors import InputError
from lincs.jsonable import shown
from lincs.problem import Problem, parse_count, parse_eps

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

__all__ = ["MOST_BYTES", "Plan", "make_pair", "middle_scale", "plan"]

MOST_BYTES = 8 << 30  # of A and B together


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be built: the first m columns of a promised frame, for a claim ``(m, k, eps)``.

    ``scale`` is c in ``B = c A``: the middle of the scales that serve, so that it depends on what is claimed.
    ``note``: what is known to be reached in fewer dimensions, and why that is not built.  ``closed``: the claim is of
    errors of at most eps.  ``exact``: A is integers, and B is exactly ``c A / |a|^2``: on the threshold no float holds
    it.
    """

    promise: Promise
    m: int
    k: int
    eps: Fraction
    scale: Fraction
    note: str = ""
    closed: bool = False
    exact: bool = False

    @property
    def family(self) -> Family:
        return catalogue.family(self.promise.family)

    @property
    def problem(self) -> Problem:
        return Problem(m=self.m, k=self.k, eps=self.eps, d=self.promise.d, closed=self.closed)


def middle_scale(*, t: Fraction, coherence: Fraction) -> Fraction:
    """The middle of ``1 - t < c < t / coherence``, cut at 1: every such c has ``|c - 1| < t`` and ``c mu < t``."""
    if coherence == 1:  # 1 - t < c < t: the middle would be 1/2 for every t, and say nothing of the claim
        return (2 - t) / 3
    most = min(Fraction(1), t / coherence) if coherence else Fraction(1)
    return (1 - t + most) / 2


def plan(
    *,
    m: Any = None,
    k: Any,
    eps: Any = None,
    family: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    closed: bool = False,
) -> Plan:
    """Decide what to build: the catalogue's least d for (m, k, eps), or the first m columns of one named frame.

    ``closed``: with errors of at most eps; a frame on the threshold is then one of integer columns.
    """
    if family is None:
        if parameters:
            raise InputError(f"parameters must come with a family, got {dict(parameters)}")
        return _plan_for(Problem(m=m, k=k, eps=eps, closed=closed))
    return _plan_named(family, dict(parameters or {}), m, k, eps, closed=closed)


def _plan_for(problem: Problem) -> Plan:
    if problem.unknown != "d":
        raise InputError("give m, k and eps, or a family with its parameters and k")
    m, k, eps, t = problem.m, problem.k, problem.eps, problem.t
    assert m is not None
    assert k is not None
    assert eps is not None
    if eps > 1 or (problem.closed and eps == 1):
        most = "below 1 (from there on" if problem.closed else "at most 1 (beyond"
        raise InputError(f"eps must be {most}, d = 0 and B = 0 serve), got {eps}")
    _check_size(1, m)
    best: Promise | None = None
    known: Promise | None = None
    if 2 * t > 1 or (problem.closed and 2 * t == 1):
        best = catalogue.CONSTANT.member(lines=m)
    else:
        mu = t / (1 - t)
        # fewer than m dimensions have coherence 1/(m-1) or more (Welch 1974)
        candidates = catalogue.BUILT_FOR if (m - 1) * mu > 1 else (catalogue.IDENTITY,)
        known = catalogue.least_frame(candidates, m=m, mu=mu, closed=True)
        for candidate in candidates:
            promise = candidate.least(m=m, mu=mu, closed=problem.closed)
            if promise is not None and _can_be_built(candidate, promise, mu, problem.closed):
                best = smaller(best, promise)
            if problem.closed:  # where the least frame is not one of integers, another one may lie below
                promise = candidate.least(m=m, mu=mu)
                if promise is not None and candidate.builds(promise):
                    best = smaller(best, promise)
    assert best is not None  # the identity always serves
    coherence = catalogue.family(best.family).coherence_above(best)
    assert coherence is not None
    return _planned(best, m, k, eps, coherence, closed=problem.closed, note=_fewer(best, known, problem.closed))


def _can_be_built(family: Family, promise: Promise, mu: Fraction, closed: bool) -> bool:
    """Whether the frame has columns to write: on the threshold only integers, as rounded ones may lie on both sides."""
    below = not closed or promise.serves(m=1, mu=mu)
    return family.builds(promise) and (below or family.integral(promise))


def _planned(
    promise: Promise, m: int, k: int, eps: Fraction, coherence: Fraction, *, closed: bool, note: str = ""
) -> Plan:
    """With the middle of the scales that serve; on the threshold there is one."""
    t = eps / k
    exact = closed and coherence * (k - eps) == eps
    scale = 1 - t if exact else middle_scale(t=t, coherence=coherence)
    if closed and not exact:
        scale = (1 - t + scale) / 2  # another claim is another matrix: see lincs.certificates.check
    return Plan(promise=promise, m=m, k=k, eps=eps, scale=scale, note=note, closed=closed, exact=exact)


def _fewer(best: Promise, known: Promise | None, closed: bool) -> str:
    """What is reached below the dimension that is built: theorems whose frames floats do not hold."""
    if known is None or known.d + (not closed) >= best.d:
        return ""
    if closed:
        return f"{known.key} reaches d = {known.d} (its columns are cited or irrational: no file holds them exactly)"
    return (
        f"{known.key} reaches d = {known.d} with errors up to eps itself and {known.d + 1} with errors below it "
        f"(THEOREMS.md, 5 (l)), by margins that floats do not hold: built is the best frame with a visible one"
    )


def _plan_named(name: str, parameters: dict[str, Any], m: Any, k: Any, eps: Any, *, closed: bool) -> Plan:
    family = catalogue.family(name)
    promise = family.member(**parameters)
    m = promise.columns if m is None else parse_count(m, "m")
    if m > promise.columns:
        raise InputError(f"m must be at most the {promise.columns} columns of this frame, got {m}")
    k = parse_count(k, "k")
    if k > m:
        raise InputError(f"k must be at most m = {m}, got {k}")
    coherence = family.coherence_above(promise)
    if coherence is None:
        coherence = _measured_coherence(family, promise, m)
    if eps is None:
        least = k * coherence / (1 + coherence)
        eps = Fraction(math.floor(least * 10**4) + 1, 10**4)
        if eps > 1:
            raise InputError(f"k must be smaller: the best eps of this frame at k = {k} is {float(least):.4f}")
    else:
        eps = parse_eps(eps)
        on = coherence * (k - eps) == eps
        if on and closed and not family.integral(promise):
            raise InputError(f"eps must be above {eps}: this frame attains it with columns that are not integers")
        if coherence * (k - eps) > eps or (on and not closed):
            raise InputError(
                f"eps must be above {float(k * coherence / (1 + coherence)):.6f} for this frame, got {eps}"
            )
    return _planned(promise, m, k, eps, coherence, closed=closed)


def _measured_coherence(family: Family, promise: Promise, m: int) -> Fraction:
    """``max |a_i . a_j| / |a_i|^2`` of a random frame, a little above, on a coarse grid."""
    import numpy as np

    _check_size(promise.d, promise.columns)  # drawn as a whole
    A = family.frame(promise.parameters).columns(0, m)
    squares = (A * A).sum(axis=0)
    largest = 0.0
    for start in range(0, m, 1024):
        G = np.abs(A[:, start : start + 1024].T @ A) / squares[start : start + 1024, None]
        G[np.arange(len(G)), np.arange(start, start + len(G))] = 0
        largest = max(largest, float(G.max()))
    return Fraction(math.floor(largest * 10**6) + 2, 10**6)


def _check_size(d: int, m: int) -> None:
    if 16 * d * m > MOST_BYTES:
        raise InputError(
            f"m must be smaller: {shown(d)} x {shown(m)} takes {shown(16 * d * m >> 30)} GiB for A and B, more than "
            f"{MOST_BYTES >> 30}; frames of this size are verified by structure (lincs.constructions.orbit)"
        )


def make_pair(plan: Plan) -> tuple[Array, Array | None]:
    """A and B of a plan, float64 ``d x m``: the frame's columns a, and ``c a / |a|^2`` (``c a`` for unit columns).

    An exact plan has integer columns of one length, and no B in floats.
    """
    promise = plan.promise
    _check_size(promise.d, plan.m)
    if plan.exact:
        from lincs.constructions.algebra.frame import of_one_length

        return of_one_length(plan.family.frame(promise.parameters).raw(0, plan.m)), None
    A = plan.family.frame(promise.parameters).columns(0, plan.m)
    scale = plan.scale.numerator / plan.scale.denominator  # rounded to nearest
    return A, A * (scale if plan.family.unit_norm else scale / (A * A).sum(axis=0))
