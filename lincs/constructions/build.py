"""``lincs.build``: the matrices behind an upper bound, measured by the verifier, and their certificate."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lincs.constructions.catalogue import FAMILIES, family
from lincs.constructions.elementary import CONSTANT
from lincs.constructions.family import Promise, smaller
from lincs.errors import InputError
from lincs.jsonable import shown
from lincs.problem import Problem, parse_count, parse_eps
from lincs.results import Interval

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

__all__ = ["Built", "Plan", "build", "coherence_above", "make_pair", "plan"]

MOST_BYTES = 8 << 30  # of A and B together


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be built: the first m columns of a promised frame, for a claim ``(m, k, eps)``.

    ``scale`` is c in ``B = c A``: the middle of the scales that serve, so that it depends on what is claimed.
    """

    promise: Promise
    m: int
    k: int
    eps: Fraction
    scale: Fraction

    @property
    def problem(self) -> Problem:
        return Problem(m=self.m, k=self.k, eps=self.eps, d=self.promise.d)


@dataclass(frozen=True, kw_only=True)
class Built:
    """A pair with ``||B^T A z - z||_inf < eps`` for every k-sparse z: verified, not only promised.

    ``A``, ``B``: d x m, columns are features.  ``measured`` encloses the exact worst case of this very pair.
    """

    plan: Plan
    measured: Interval
    A: Array = field(repr=False, compare=False)
    B: Array = field(repr=False, compare=False)
    files: tuple[str, ...] = ()

    @property
    def certificate(self) -> dict[str, Any]:
        """The certificate as a dictionary (the file's name is filled in when it is saved)."""
        from lincs.certificate import describe

        return describe(self.plan, self.measured, self.A, self.B)

    def save(self, path: str | Path) -> Built:
        """Write ``path`` (.npz, with A and B) and its certificate beside it; returns the record with their names."""
        from lincs.certificate import write

        names = write(Path(path), self.plan, self.measured, self.A, self.B)
        return Built(plan=self.plan, measured=self.measured, A=self.A, B=self.B, files=names)

    def to_dict(self) -> dict[str, Any]:
        promise = self.plan.promise
        return {
            "problem": self.plan.problem.to_dict(),
            "construction": {
                "family": promise.family,
                "parameters": dict(promise.parameters),
                "source": source_of(promise),
                **({"search": dict(promise.search)} if promise.search else {}),
            },
            "scale": str(self.plan.scale),
            "measured": self.measured.to_dict(),
            "files": list(self.files),
        }


def source_of(promise: Promise) -> str:
    return CONSTANT.source if promise.family == CONSTANT.name else family(promise.family).source


def coherence_above(promise: Promise) -> Fraction | None:
    """A rational at or above the promised coherence (equal to it if that is rational); None if nothing is promised."""
    if promise.coherence_squared is not None:
        square = promise.coherence_squared
        root = Fraction(math.isqrt(square.numerator), math.isqrt(square.denominator))
        if root * root == square:
            return root
        return Fraction(math.isqrt((square.numerator << 128) // square.denominator) + 1, 1 << 64)
    if promise.family == "plane-lines":
        from lincs.exact.enclosure import cos_pi_over_below

        low, high = 0, 1 << 40  # cos(pi/m) < high / 2^40
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (
                (low, middle) if cos_pi_over_below(promise.columns, Fraction(middle, 1 << 40)) else (middle, high)
            )
        return Fraction(high, 1 << 40)
    return None


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
) -> Plan:
    """Decide what to build: the catalogue's least d for (m, k, eps), or the first m columns of one named frame."""
    if family is None:
        if parameters:
            raise InputError(f"parameters must come with a family, got {dict(parameters)}")
        return _plan_for(Problem(m=m, k=k, eps=eps))
    return _plan_named(family, dict(parameters or {}), m, k, eps)


def _plan_for(problem: Problem) -> Plan:
    if problem.unknown != "d":
        raise InputError("give m, k and eps, or a family with its parameters and k")
    m, k, eps, t = problem.m, problem.k, problem.eps, problem.t
    assert m is not None
    assert k is not None
    assert eps is not None
    if eps > 1:
        raise InputError(f"eps must be at most 1 (beyond, d = 0 and B = 0 serve), got {eps}")
    _check_size(1, m)
    best: Promise | None = None
    if 2 * t > 1:
        best = CONSTANT.member(lines=m)
    else:
        mu = t / (1 - t)
        # fewer than m dimensions have coherence 1/(m-1) or more (Welch 1974)
        candidates = FAMILIES if (m - 1) * mu > 1 else (family("identity"),)
        for candidate in candidates:
            best = smaller(best, candidate.least(m=m, mu=mu))
    assert best is not None  # the identity always serves
    coherence = coherence_above(best)
    assert coherence is not None
    return Plan(promise=best, m=m, k=k, eps=eps, scale=middle_scale(t=t, coherence=coherence))


def _plan_named(name: str, parameters: dict[str, Any], m: Any, k: Any, eps: Any) -> Plan:
    promise = CONSTANT.member(**parameters) if name == CONSTANT.name else family(name).member(**parameters)
    m = promise.columns if m is None else parse_count(m, "m")
    if m > promise.columns:
        raise InputError(f"m must be at most the {promise.columns} columns of this frame, got {m}")
    k = parse_count(k, "k")
    if k > m:
        raise InputError(f"k must be at most m = {m}, got {k}")
    coherence = coherence_above(promise)
    if coherence is None:
        coherence = _measured_coherence(promise, m)
    if eps is None:
        least = k * coherence / (1 + coherence)
        eps = Fraction(math.floor(least * 10**4) + 1, 10**4)
        if eps > 1:
            raise InputError(f"k must be smaller: the best eps of this frame at k = {k} is {float(least):.4f}")
    else:
        eps = parse_eps(eps)
        if coherence * (k - eps) >= eps:
            raise InputError(
                f"eps must be above {float(k * coherence / (1 + coherence)):.6f} for this frame, got {eps}"
            )
    return Plan(promise=promise, m=m, k=k, eps=eps, scale=middle_scale(t=eps / k, coherence=coherence))


def _measured_coherence(promise: Promise, m: int) -> Fraction:
    """``max |a_i . a_j| / |a_i|^2`` of a random frame, a little above, on a coarse grid."""
    import numpy as np

    _check_size(promise.d, promise.columns)  # drawn as a whole
    A = family(promise.family).frame(promise.parameters).columns(0, m)
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


def make_pair(plan: Plan) -> tuple[Array, Array]:
    """A and B of a plan, float64 ``d x m``: the frame's columns a, and ``c a / |a|^2`` (``c a`` for unit columns)."""
    promise = plan.promise
    _check_size(promise.d, plan.m)
    source = CONSTANT if promise.family == CONSTANT.name else family(promise.family)
    A = source.frame(promise.parameters).columns(0, plan.m)
    scale = plan.scale.numerator / plan.scale.denominator  # rounded to nearest
    if promise.family == "gaussian":
        return A, A * (scale / (A * A).sum(axis=0))
    return A, A * scale


def build(
    *,
    m: Any = None,
    k: Any,
    eps: Any = None,
    family: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    out: str | Path | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Built:
    """Build and verify a pair (A, B) with ``||B^T A z - z||_inf < eps`` for every k-sparse z in ``[-1, 1]^m``.

    Args:
        m, k, eps: the question of :func:`lincs.bound`; the frame of least d in the catalogue is built.
        family, parameters: one frame by name instead, for example ``family="kerdock", parameters={"s": 3, "p": 0}``;
            then m defaults to all its columns and eps to a little above the best it reaches.
        out: a .npz file to write A and B to, with the certificate beside it.
        threads, progress: as in :func:`lincs.verify`, which measures the pair.

    Raises:
        InputError: no such frame, or A and B would take more than 8 GiB.

    >>> built = build(m=16, k=2, eps="2/5")
    >>> built.A.shape, built.plan.promise.family, bool(built.measured.hi < 0.4)
    ((9, 16), 'paley-etf', True)
    """
    from lincs.constructions.plain import cell
    from lincs.interference.verify import verify

    decided = plan(m=m, k=k, eps=eps, family=family, parameters=parameters)
    A, B = make_pair(decided)
    case = verify(A, B, k=decided.k, eps=decided.eps, threads=threads, progress=progress).results[0]
    if case.holds is not True or case.eps is None:
        raise AssertionError(f"{decided.promise} does not keep its promise: {case}")
    lo, hi = cell(case.eps.lo, case.eps.hi)
    built = Built(plan=decided, measured=Interval(lo, hi), A=A, B=B)
    return built if out is None else built.save(out)
