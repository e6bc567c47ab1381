"""Rows that depend on others, decided in exact arithmetic (python-flint) where floating point cannot: small matrices.

Every double is a rational number, so each question has one answer.  Matrices beyond the budget get none, and the caller
claims nothing that would need it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Relations", "kernel_vector", "rational", "relations"]

Array = npt.NDArray[np.float64]

_SOLVE = 2**27  # rank^2 m up to which dependent rows are expressed by others: a second or two
_REDUCE = 2**17  # d^2 m up to which a matrix is reduced once for a feature


class Relations:
    """``A[others] = factor A[kept]``, proved for all columns."""

    def __init__(self, kept: npt.NDArray[np.intp], others: npt.NDArray[np.intp], factor: Any) -> None:
        self.kept, self.others, self.factor = kept, others, factor

    def consistent(self, X: Array) -> npt.NDArray[np.bool_]:
        """For each column x of X (d x n): whether ``x[others] = factor x[kept]``, so that ``A z = x`` can be solved."""
        return np.array(
            [
                np.isfinite(x).all() and self.factor * rational(x[self.kept, None]) == rational(x[self.others, None])
                for x in X.T
            ],
            dtype=bool,
        )


def rational(A: Array) -> Any:
    """A matrix of doubles as an ``fmpq_mat``."""
    from flint import fmpq, fmpq_mat

    return fmpq_mat(*A.shape, [fmpq(*float(v).as_integer_ratio()) for v in A.ravel()])


def relations(A: Array, kept: npt.NDArray[np.intp]) -> Relations | None:
    """How the other rows of A depend on ``kept`` (independent rows); None if one does not, or beyond the budget."""
    d, m = A.shape
    r = len(kept)
    others = np.setdiff1d(np.arange(d), kept)
    if r == 0 or r * r * m > _SOLVE or len(others) * r * m > _SOLVE:
        return None
    from scipy.linalg import qr

    sizes = np.abs(A[kept]).max(axis=1, keepdims=True)
    pivots = qr(A[kept] / np.where(sizes > 0, sizes, 1), mode="r", pivoting=True)[1][:r]
    basis = rational(A[np.ix_(kept, pivots)])
    try:
        factor = basis.transpose().solve(rational(A[np.ix_(others, pivots)]).transpose()).transpose()
    except ZeroDivisionError:
        return None
    if factor * rational(A[kept]) != rational(A[others]):
        return None
    return Relations(kept, others, factor)


def kernel_vector(A: Array, i: int, near: Array) -> dict[int, Fraction] | None:
    """An exact ``w`` with ``A w = 0``, ``w_i = 1``, on a basis that prefers the large entries of ``near``.

    None if column i is outside the span of the others, or beyond the budget.
    """
    d, m = A.shape
    if d * d * m > _REDUCE:
        return None
    order = sorted((j for j in range(m) if j != i), key=lambda j: -abs(near[j]))
    reduced, rank = rational(A[:, order]).rref()
    pivots: list[int] = []
    for row in range(rank):
        start = pivots[-1] + 1 if pivots else 0
        pivots.append(next(c for c in range(start, m - 1) if reduced[row, c] != 0))
    basis = rational(A[:, [order[c] for c in pivots]])
    column = rational(A[:, [i]])
    joined = [[*basis.tolist()[row], column[row, 0]] for row in range(d)]
    from flint import fmpq_mat

    if not rank:
        return {i: Fraction(1)} if not A[:, i].any() else None
    echelon, joint = fmpq_mat(joined).rref()
    if joint > rank:
        return None
    out = {i: Fraction(1)}
    for row, c in enumerate(pivots):
        value = -echelon[row, rank]
        if value != 0:
            out[order[c]] = Fraction(int(value.p), int(value.q))
    return out
