"""Rows of the optimal read-out where one basis pursuit is not enough: a linear program for each row and k.

The least loss of row i is ``max { w_i : A w = 0, w in the read-out's ball }`` (THEOREMS.md, theorems 2 and 2b), signed
``||w||_inf <= 1, ||w||_1 <= k``.  HiGHS solves it; its duals are a probe b, its primal a kernel vector w, and both are
evaluated here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import ContradictionError
from lincs.exact.rounding import U, gamma
from lincs.readouts.base import Ball, Readout
from lincs.readouts.signed import Signed
from lincs.recovery import highs
from lincs.recovery.certify import norms
from lincs.recovery.rowlosses import measure
from lincs.recovery.rowspace import RowSpace, row_space
from lincs.recovery.scaling import TINY

__all__ = ["KernelProgram", "close_gaps", "row_value", "without_column"]

Array = npt.NDArray[np.float64]


def without_column(A: Array, i: int) -> tuple[Array, Array]:
    """``u`` (m, zero at i) and ``y`` (d) of ``min ||u||_1, A_{-i} u = a_i`` by HiGHS; NaN where it has no optimum."""
    rest = np.delete(A, i, axis=1)
    solved = highs.solve(rest, A[:, [i]])
    return np.insert(solved.z[:, 0], i, 0.0), solved.y[:, 0]


def close_gaps(
    A: Array,
    rows: RowSpace | None,
    which: npt.NDArray[np.intp],
    ks: tuple[int, ...],
    lower: Array,
    upper: Array,
    *,
    tolerance: float,
    readout: Readout,
) -> int:
    """Tighten ``lower`` and ``upper`` (features x k) in place wherever they are apart; returns the programs solved."""
    open_rows = np.argwhere(upper - lower > tolerance)
    if not len(open_rows):
        return 0
    program = KernelProgram(A, rows, readout)
    for t, j in open_rows.tolist():
        lo, hi = program.solve(int(which[t]), ks[j])
        lo, hi = max(lower[t, j], lo), min(upper[t, j], hi)
        if lo > hi:
            raise ContradictionError(
                f"the least error of row {which[t]} at k = {ks[j]} is proved at least {lo} and at most {hi}"
            )
        lower[t, j], upper[t, j] = lo, hi
    return len(open_rows)


def row_value(A: Array, i: int, k: int) -> tuple[float, float]:
    """An enclosure of the least worst-case error of row i at k, by its linear program."""
    return KernelProgram(A).solve(i, k)


def _matrix(A: Array, ball: Ball) -> tuple[Any, Array]:
    """The rows of the program over ``(p, q)``, or ``(p, q, alpha)``, and their right-hand sides, without A w = 0."""
    from scipy import sparse

    m = A.shape[1]
    one = np.ones((1, m))
    sums, limits = [], []
    for f, g, r in ball.sums:
        share = [] if not ball.shared else [np.array([[-float(r) if f else float(r)]])]
        sums.append(np.hstack([f * one, g * one, *share]))
        limits.append(0.0 if ball.shared and f else float(r))
    if not ball.shared:
        return sparse.csc_array(np.vstack([np.hstack([A, -A]), *sums])), np.array(limits)
    cap, none, each = float(ball.cap), sparse.csc_array((m, m)), sparse.eye_array(m)
    blocks: list[list[Any]] = [
        [A, -A, np.zeros((len(A), 1))],
        *([row[:, :m], row[:, m:-1], row[:, -1:]] for row in sums),
        [each, none, np.full((m, 1), -cap)],
        [none, each, np.full((m, 1), cap)],
    ]
    return sparse.block_array(blocks).tocsc(), np.concatenate([limits, np.zeros(m), np.full(m, cap)])


class KernelProgram:
    """The kernel program, kept warm over rows and k: ``w = p - q`` with p and q as the ball asks."""

    def __init__(self, A: Array, rows: RowSpace | None = None, readout: Readout | None = None) -> None:
        """A in units near 1; ``rows`` is its row space, found here if it is not given; signed by default."""
        self.whole = A
        self.readout = Signed() if readout is None else readout
        self.rows = row_space(A, A) if rows is None else rows
        self.A = self.rows.work
        self.projector = np.linalg.pinv(self.A)
        self.k = 0
        self.model: Any = None

    def _model(self, k: int) -> Any:
        """The model of this k, that of the row before if k is the same."""
        import highspy

        if k != self.k:
            (d, m), ball = self.A.shape, self.readout.ball(k)
            matrix, limits = _matrix(self.A, ball)
            columns = matrix.shape[1]
            floors = np.append(np.zeros(d), np.full(len(limits), -highspy.kHighsInf))
            self.model = highs.new_model(np.zeros(columns), matrix, floors, np.append(np.zeros(d), limits))
            for column in range(columns):
                self.model.changeColBounds(column, 0.0, float(ball.cap) if column < 2 * m else 1.0)
            self.k = k
        return self.model

    def solve(self, i: int, k: int) -> tuple[float, float]:
        (d, m), model = self.A.shape, self._model(k)
        model.changeColCost(i, -1.0)
        model.changeColCost(m + i, 1.0)
        model.run()
        solution: Any = model.getSolution()
        model.changeColCost(i, 0.0)
        model.changeColCost(m + i, 0.0)
        parts, duals = np.array(solution.col_value), np.array(solution.row_dual)
        return self._lower(parts[:m] - parts[m : 2 * m], i, k), self._upper(duals[:d], i, k)

    def _lower(self, w: Array, i: int, k: int) -> float:
        """What w proves, with its distance from an exact kernel vector counted against it."""
        if not self.rows.spans or self.rows.trivial or not np.isfinite(w).all():
            return 0.0
        w = w - self.projector @ (self.A @ w)
        size = float(np.abs(w).sum()) * (1 + (len(w) + 4) * U)
        R, unit = self.rows.residual(self.whole, w[:, None], np.zeros((len(self.whole), 1)))
        radius = (gamma(len(w), unit) * float(norms(self.whole).max()) + TINY) * size * (1 + 8 * U) + TINY
        distance = float(self.rows.detour(R, np.array([radius]))[0])
        grow = 1 + (len(w) + 4) * U
        w = w if w[i] >= 0 else -w
        sides = [np.maximum(w, 0.0), np.maximum(-w, 0.0)]
        peaks = np.array([[side.max() + distance] for side in sides])
        sums = np.array([[side.sum() * grow + distance] for side in sides])
        scale = float(self.readout.ball(k).gauge(peaks, sums)[0])
        own = float(w[i]) - distance
        return min(1.0, own / scale * (1 - 8 * U)) if own > 0 else 0.0

    def _upper(self, b: Array, i: int, k: int) -> float:
        """The worst case of the probe b (of either sign: duals have no convention), or of the zero probe."""
        if not np.isfinite(b).all():
            return 1.0
        probes = self.rows.dual(np.stack([b, -b], axis=1), len(self.whole))
        return float(measure(self.whole, probes, np.array([i, i]), (k,), self.readout)[0].min())
