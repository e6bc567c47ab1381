"""Rows of the optimal read-out where one basis pursuit is not enough: a linear program for each row and k.

``min_b ||A^T b - e_i||_(k) = max { w_i : A w = 0, ||w||_inf <= 1, ||w||_1 <= k }`` (THEOREMS.md, theorem 2).  HiGHS
solves
the right-hand side; its duals are a probe b, its primal a kernel vector w, and both are evaluated here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.interference.rounding import U
from lincs.recovery import highs

__all__ = ["KernelProgram", "close_gaps", "row_value", "without_column"]

Array = npt.NDArray[np.float64]


def without_column(A: Array, i: int) -> tuple[Array, Array]:
    """``u`` (m, zero at i) and ``y`` (d) of ``min ||u||_1, A_{-i} u = a_i`` by HiGHS; NaN where it has no optimum."""
    rest = np.delete(A, i, axis=1)
    solved = highs.solve(rest, A[:, [i]])
    return np.insert(solved.z[:, 0], i, 0.0), solved.y[:, 0]


def close_gaps(
    A: Array,
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
    program = KernelProgram(A)
    for t, j in open_rows.tolist():
        lo, hi = program.solve(int(which[t]), ks[j])
        lower[t, j], upper[t, j] = max(lower[t, j], lo), min(upper[t, j], hi)
    return len(open_rows)


def row_value(A: Array, i: int, k: int) -> tuple[float, float]:
    """An enclosure of the least worst-case error of row i at k, by its linear program."""
    return KernelProgram(A).solve(i, k)


class KernelProgram:
    """The kernel program, kept warm over rows and k: ``w = p - q``, ``0 <= p, q <= 1``, ``sum (p + q) <= k``."""

    def __init__(self, A: Array) -> None:
        import highspy

        d, m = A.shape
        self.A = A
        matrix = np.vstack([np.hstack([A, -A]), np.ones((1, 2 * m))])
        upper = np.append(np.zeros(d), 1.0)
        self.model = highs.new_model(
            np.zeros(2 * m), matrix, np.append(np.zeros(d), -highspy.kHighsInf), upper
        )
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
        """``w_i`` after projecting w onto the kernel and scaling it into the dual ball, less what rounding may hide."""
        w = w - self.projector @ (self.A @ w)
        slack = 1e3 * len(w) * U * float(np.linalg.norm(self.projector, 2) * np.linalg.norm(self.A, 2) + 1)
        scale = max(float(np.abs(w).max()), float(np.abs(w).sum()) / k, 1e-300)
        return max(0.0, abs(float(w[i])) / scale - slack)

    def _upper(self, b: Array, i: int, k: int) -> float:
        """The worst case of the probe b (of either sign: duals have no convention), or of the zero probe."""
        best = 1.0
        for sign in (-1.0, 1.0):
            error = np.abs(sign * (self.A.T @ b) - (np.arange(self.A.shape[1]) == i))
            largest = np.sort(error)[::-1][:k]
            rounding = (
                k * (self.A.shape[0] + k) * U * (1 + float(np.abs(self.A).max()) * float(np.abs(b).sum()))
            )
            best = min(best, float(largest.sum()) + rounding)
        return best
