"""``lincs.verify_samples``: the same questions on the user's own inputs instead of all k-sparse ones.

``(eps, S)``-recovery: for a given finite set S of feature vectors, is ``||B^T A z - z||_inf < eps`` for every z in S?
Superpositions ``x = A z`` are formed block by block, so that neither ``A Z`` nor ``B^T A Z`` is ever stored whole.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs import readouts
from lincs.encoders.normal_form import Asked
from lincs.errors import ContradictionError, InputError, check_choice
from lincs.exact.goal import Goal
from lincs.exact.products import exact_error
from lincs.exact.rounding import U, float_down, gamma
from lincs.interference.deployed_samples import verify_deployed_samples
from lincs.interference.observed import Observed, observed
from lincs.interference.rounding import survey
from lincs.interference.sample_inputs import SampleVerification, active_counts, new_inputs, read_samples
from lincs.matrices import Matrix
from lincs.problem import parse_goal
from lincs.reading import read_pair
from lincs.readouts.base import Extremes, Readout
from lincs.typing import Level, MatrixLike, VectorLike

__all__ = ["verify_samples"]

Array = npt.NDArray[Any]

_BLOCK = 256  # inputs evaluated together


def verify_samples(
    A: MatrixLike,
    B: MatrixLike | None = None,
    Z: MatrixLike | None = None,
    *,
    eps: Level | None = None,
    closed: bool = False,
    readout: str = "signed",
    values: str = "given",
    activation: str | None = None,
    b_dec: str | None = None,
    bias: VectorLike | None = None,
    threshold: VectorLike | None = None,
    tau: Level | None = None,
    level: Level | None = None,
    **options: Any,
) -> SampleVerification:
    """The worst error ``max ||B^T A z - z||_inf`` over the columns z of ``Z``, and every feature's own.

    Args:
        A, B: as in :func:`lincs.verify`, both ``d x m``; without B the probes are ``a_i / ||a_i||^2``, which read a
            feature that is alone without error.
        Z: ``m x n``, one input a column: a dense array, a scipy sparse array, or a path to a ``.npy`` or (sparse)
            ``.npz`` file.
        eps: if given, ``holds`` says whether the worst error is strictly below it (None: rounding leaves it open).
        closed: ``holds`` for ``<= eps`` in place of ``< eps`` (None too where rounding cannot tell an error from eps).
        readout: "signed", "nonnegative" (z >= 0), "affine" (z >= 0; the best bias of each feature for these inputs) or
            "threshold" (z in {0, 1}; the best threshold of each feature), or "deployed" (z >= 0; the encoder itself,
            run on ``A z + b_dec``; the result is a :class:`DeployedSamples`).
        values: "given", or "any": every input whose active features are among those of a column of Z, with any values
            in the read-out's box ([-1, 1], [0, 1] or {0, 1}); of Z only the supports count then.
        activation, b_dec, bias, threshold, tau, level: of a deployed encoder, as in :func:`lincs.verify`.
        options: layout, key, normalize, ... as in :func:`lincs.verify`.

    Raises:
        InputError: as :func:`lincs.verify`; also for inputs that do not suit the read-out.

    >>> import numpy as np
    >>> A = np.array([[1.0, 0, 1], [0, 1, 1]])  # 3 features in 2 dimensions
    >>> found = verify_samples(A, A, np.eye(3), eps="1/2")
    >>> found.row, found.sample, found.holds
    (0, 2, False)
    """
    asked = Asked(activation=activation, b_dec=b_dec, bias=bias, threshold=threshold)
    if readout == readouts.DEPLOYED:
        if values != "given":
            raise InputError("values any has no meaning for the deployed read-out, whose errors are no sums")
        read = read_pair(A, B, deployed=True, **options)
        return verify_deployed_samples(read, Z, eps=eps, closed=closed, asked=asked, tau=tau, level=level)
    if asked.anything or tau is not None or level is not None:
        raise InputError(f"activation, bias, threshold, tau and level belong to the deployed read-out, got {readout}")
    how = readouts.readout(readout)
    pair_read = read_pair(A, B, **options)
    a, given = pair_read.A, pair_read.given
    b = pair_read.B if given else _unit_gain(a)
    inputs = read_samples(Z, a.m, how)
    goal = parse_goal(eps, closed=closed, readout=how)
    check_choice(values, "values", ("given", "any"))
    pair = survey(b, a)
    kind = "given" if given else "unit-gain"
    each = goal is not None and how.one_input  # a bias or threshold is fitted to the inputs
    if values == "any":
        return _observed(a, b, inputs, observed(a, b, inputs, pair, how, each=each), how, goal, kind)
    extremes = _Extremes(a.m, inputs.shape[1] if each else 0)
    for start in range(0, inputs.shape[1], _BLOCK):
        _evaluate(a, b, inputs, slice(start, min(start + _BLOCK, inputs.shape[1])), pair, extremes)
    return _result(a, b, inputs, extremes, how, goal, kind)


def _unit_gain(A: Matrix) -> Matrix:
    """The probes ``a_i / ||a_i||^2``, which read a feature that is alone without error; zero features stay zero."""
    with np.errstate(over="ignore", under="ignore", divide="ignore"):
        squares = np.concatenate([np.einsum("ij,ij->i", r, r) for r in (A.rows(*span) for span in A.panels())])
        dead = np.concatenate([~r.any(axis=1) for r in (A.rows(*span) for span in A.panels())])
        factors = np.where(dead, 1.0, 1 / squares)
    if not (np.isfinite(factors) & (factors > 0)).all():
        row = int(np.argmin(np.isfinite(factors) & (factors > 0)))
        raise InputError(f"{A.name} must have features of squared norm within float64, got one at {row}")
    return A.with_scales(factors)


class _Extremes:
    """For each feature the largest and least error, and outputs of active and inactive inputs, with radii."""

    def __init__(self, m: int, n: int) -> None:
        self.each = np.zeros(n)  # of every input the possible end of its largest error, where that is asked for
        # Ends of enclosures: [certain, possible].
        self.high = np.full((2, m), -np.inf)  # of the largest error
        self.low = np.full((2, m), np.inf)  # of the least error
        self.silent = np.full((2, m), -np.inf)  # of the largest output while z_i = 0
        self.active = np.full((2, m), np.inf)  # of the least output while z_i != 0
        self.high_at = np.full(m, -1)
        self.low_at = np.full(m, -1)

    def update(self, rows: slice, first: int, output: Array, z: Array, radius: Array) -> None:
        error = output - z
        slack = radius + 4 * U * np.abs(error) + 4 * U * radius  # of the subtraction, and of moving an end
        top, bottom = error.max(axis=1), error.min(axis=1)
        if self.each.size:
            block = self.each[first : first + error.shape[1]]
            np.maximum(block, (np.abs(error) + slack).max(axis=0), out=block)
        better = top > (self.high[0, rows] + self.high[1, rows]) / 2
        self.high_at[rows] = np.where(better, first + error.argmax(axis=1), self.high_at[rows])
        better = bottom < (self.low[0, rows] + self.low[1, rows]) / 2
        self.low_at[rows] = np.where(better, first + error.argmin(axis=1), self.low_at[rows])
        self.high[0, rows] = np.maximum(self.high[0, rows], (error - slack).max(axis=1))
        self.high[1, rows] = np.maximum(self.high[1, rows], (error + slack).max(axis=1))
        self.low[0, rows] = np.minimum(self.low[0, rows], (error + slack).min(axis=1))
        self.low[1, rows] = np.minimum(self.low[1, rows], (error - slack).min(axis=1))
        on = z != 0
        slack = radius + 4 * U * np.abs(output) + 4 * U * radius
        for end, sign in ((0, 1), (1, -1)):
            moved = np.where(on, -np.inf, output - sign * slack).max(axis=1)
            self.silent[end, rows] = np.maximum(self.silent[end, rows], moved)
            moved = np.where(on, output + sign * slack, np.inf).min(axis=1)
            self.active[end, rows] = np.minimum(self.active[end, rows], moved)


def _evaluate(A: Matrix, B: Matrix, Z: Any, block: slice, pair: Any, extremes: _Extremes) -> None:
    """Outputs of some inputs with a rigorous radius: the errors of ``x = A z`` and of ``b . x`` add up."""
    z = Z[:, block].tocsr()
    x = np.zeros((A.d, z.shape[1]))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for start, stop in A.panels():
            x += A.rows(start, stop).T @ z[start:stop]
        terms = int(np.diff(z.tocsc().indptr).max(initial=0)) + 3
        spread = np.asarray(np.abs(z).T @ pair.a_norms)  # sum_j |z_j| ||a_j||
        norms = _norms_of_columns(x)
        tiny = 4 * A.d * float(np.finfo(np.float64).tiny)
        per_input = gamma(terms, U) * spread + gamma(A.d, U) * (norms + spread * U) + tiny
    _refuse_overflow(x, per_input, "the superposition", block.start)
    for start, stop in B.panels():
        rows = slice(start, stop)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            radius = np.outer(pair.b_norms[rows], per_input) * (1 + 16 * U) + tiny
            output = B.rows(start, stop) @ x
        _refuse_overflow(output, radius, "an output", block.start)
        extremes.update(rows, block.start, output, z[rows].toarray(), radius)


def _norms_of_columns(x: Array) -> Array:
    """Upper bounds of the Euclidean norms of the columns, however large or small they are."""
    largest = np.abs(x).max(axis=0)
    scale = np.where(largest > 0, largest, 1.0)
    return np.asarray(largest * np.linalg.norm(x / scale, axis=0) * (1 + (len(x) + 10) * U))


def _refuse_overflow(values: Array, radius: Array, what: str, first: int) -> None:
    """NaN and inf are refused by the input that makes them, never dropped."""
    bad = ~(np.isfinite(values).all(axis=0) & np.isfinite(np.atleast_2d(radius)).all(axis=0))
    if bad.any():
        raise InputError(f"{what} of input {first + int(np.argmax(bad))} overflows float64: rescale A, B or Z")


def _result(
    A: Matrix, B: Matrix, Z: Any, found: _Extremes, readout: Readout, goal: Goal | None, pair: str
) -> SampleVerification:
    at = np.where(found.high[1] >= -found.low[1], found.high_at, found.low_at)
    lower, upper, shift = readout.of_samples(Extremes(found.high, found.low, found.silent, found.active))
    known = ~np.isnan(upper)
    if not (np.isfinite(lower[known]) & np.isfinite(upper[known])).all():
        raise InputError("the errors overflow float64: rescale A, B or Z")
    row = int(np.nanargmax(np.where(known, lower, -np.inf))) if known.any() else None
    interval, holds = None, None
    if row is not None:
        lo, hi = float(lower[known].max()), float(upper[known].max())
        if readout.one_input:
            exact = abs(_exact(A, B, Z, row, int(at[row])))
            if exact > Fraction(hi):
                raise ContradictionError(f"input {at[row]} attains {float(exact)} at row {row}, above {hi}")
            lo = max(lo, float_down(exact))
        interval = readout.interval(lo, hi)
        holds = _verdict(goal, readout, lo, hi)
    return SampleVerification(
        d=A.d,
        m=A.m,
        samples=Z.shape[1],
        readout=readout.name,
        pair=pair,
        row=row,
        sample=int(at[row]) if row is not None and readout.one_input else None,
        eps=interval if readout.has_eps else None,
        margin=None if readout.has_eps else interval,
        holds=holds,
        goal=goal,
        active=active_counts(Z),
        lower=lower,
        upper=upper,
        hull=readout.hull,
        new_inputs=new_inputs(found.each, goal) if found.each.size else None,
        **_named(readout, shift),
    )


def _verdict(goal: Goal | None, readout: Readout, lo: float, hi: float) -> bool | None:
    """Whether a worst loss in ``[lo, hi]`` meets what is asked: of a margin, that it is positive."""
    held = goal if readout.has_eps else Goal(Fraction(0))
    return None if held is None else held.decide(lo, hi)


def _named(readout: Readout, shift: Array | None) -> dict[str, Any]:
    """What is free besides the probe, by its name."""
    return {} if readout.shift_name is None else {readout.shift_name: shift}


def _observed(
    A: Matrix, B: Matrix, Z: Any, found: Observed, readout: Readout, goal: Goal | None, pair: str
) -> SampleVerification:
    interval = None if found.row is None else readout.interval(found.lo, found.hi)
    holds = None if interval is None else _verdict(goal, readout, found.lo, found.hi)
    return SampleVerification(
        d=A.d,
        m=A.m,
        samples=Z.shape[1],
        readout=readout.name,
        pair=pair,
        row=found.row,
        sample=found.sample,
        eps=interval if readout.has_eps else None,
        margin=None if readout.has_eps else interval,
        holds=holds,
        goal=goal,
        active=active_counts(Z),
        lower=found.lower,
        upper=found.upper,
        values="any",
        witness=found.witness,
        hull=readout.hull,
        new_inputs=None if found.each is None else new_inputs(found.each, goal),
        **_named(readout, found.shift),
    )


def _exact(A: Matrix, B: Matrix, Z: Any, row: int, sample: int) -> Fraction:
    """The error of one feature on one input, in exact arithmetic."""
    z = Z[:, [sample]].tocoo()
    active, weights = z.coords[0], z.data
    own = dict(zip(active.tolist(), weights.tolist(), strict=True)).get(row, 0.0)
    if not len(active):
        return Fraction(0)
    return exact_error(B.take(np.array([row]))[0], A.take(active), weights, Fraction(own))
