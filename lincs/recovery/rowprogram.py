"""Rows of the optimal read-out where one basis pursuit is not enough: a linear program for each row and k.

``min_b ||A^T b - e_i||_(k) = max { w_i : A w = 0, ||w||_inf <= 1, ||w||_1 <= k }`` (THEOREMS.md, theorem 2).  HiGHS
solves the right-hand side; its duals are a probe b, its primal a kernel vector w, and both are evaluated here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import ContradictionError
from lincs.exact.rounding import U, gamma
from lincs.recovery import highs
from lincs.recovery.certify import norms, row_errors
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
    rows: RowSpace,
    which: npt.NDArray[np.intp],
    ks: tuple[int, ...],
    lower: Array,
    upper: Array,
    *,
    tolerance: float,
) -> int:
    """Tighten ``lower`` and ``upper`` (features x k) in place wherever they are apart; returns the programs solved."""
    open_rows = np.argwhere(upper - lower > tolerance)
    if not len(open_rows):
        return 0
    program = KernelProgram(A, rows)
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


class KernelProgram:
    """The kernel program, kept warm over rows and k: ``w = p - q``, ``0 <= p, q <= 1``, ``sum (p + q) <= k``."""

    def __init__(self, A: Array, rows: RowSpace | None = None) -> None:
        """A in units near 1; ``rows`` is its row space, found here if it is not given."""
        import highspy

        self.whole = A
        self.rows = row_space(A, A) if rows is None else rows
        self.A = A = self.rows.work
        d, m = A.shape
        matrix = np.vstack([np.hstack([A, -A]), np.ones((1, 2 * m))])
        upper = np.append(np.zeros(d), 1.0)
        self.model = highs.new_model(np.zeros(2 * m), matrix, np.append(np.zeros(d), -highspy.kHighsInf), upper)
        for column in range(2 * m):
            self.model.changeColBounds(column, 0.0, 1.0)
        self.projector = np.linalg.pinv(A)

    def solve(self, i: int, k: int) -> tuple[float, float]:
        d, m = self.A.shape
        self.model.changeColCost(i, -1.0)
        self.model.changeColCost(m + i, 1.0)
        self.model.changeRowBounds(d, -np.inf, float(k))
        self.model.run()
        solution: Any = self.model.getSolution()
        self.model.changeColCost(i, 0.0)
        self.model.changeColCost(m + i, 0.0)
        parts, duals = np.array(solution.col_value), np.array(solution.row_dual)
        return self._lower(parts[:m] - parts[m:], i, k), self._upper(duals[:d], i, k)

    def _lower(self, w: Array, i: int, k: int) -> float:
        """What w proves, with its distance from an exact kernel vector counted against it."""
        if not self.rows.spans or self.rows.trivial or not np.isfinite(w).all():
            return 0.0
        w = w - self.projector @ (self.A @ w)
        size = float(np.abs(w).sum()) * (1 + (len(w) + 4) * U)
        R, unit = self.rows.residual(self.whole, w[:, None], np.zeros((len(self.whole), 1)))
        radius = (gamma(len(w), unit) * float(norms(self.whole).max()) + TINY) * size * (1 + 8 * U) + TINY
        distance = float(self.rows.detour(R, np.array([radius]))[0])
        scale = max(float(np.abs(w).max()) + distance, (size + distance) / k)
        own = abs(float(w[i])) - distance
        return min(1.0, own / scale * (1 - 8 * U)) if own > 0 else 0.0

    def _upper(self, b: Array, i: int, k: int) -> float:
        """The worst case of the probe b (of either sign: duals have no convention), or of the zero probe."""
        if not np.isfinite(b).all():
            return 1.0
        probes = self.rows.dual(np.stack([b, -b], axis=1), len(self.whole))
        errors = np.sort(row_errors(self.whole, probes, np.array([i, i])), axis=0)[::-1][:k]
        return min(1.0, float(errors.sum(axis=0).min()) * (1 + (k + 2) * U))
