"""Proofs for basis pursuit that no solver is trusted with: every number here is bounded with its rounding.

For ``y`` with ``||A^T y||_inf <= 1`` and every feasible z, ``x^T y = z^T A^T y <= ||z||_1`` (weak duality), so
``x^T y`` bounds the minimum below.  A computed z is never exactly feasible; with ``r = x - A z`` in the range of A
there is a feasible point within ``sqrt(m) ||r||_2 / sigma_min(A)`` of it in l1, so ``||z||_1`` plus that bounds the
minimum above (THEOREMS.md, theorem 9).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lincs.interference.rounding import U, gamma

__all__ = ["Certified", "certify", "least_singular_value"]

Array = npt.NDArray[np.float64]

PROVED = 1e-9  # relative width of the enclosure of the minimum below which a column counts as proved

_TINY = 1e-290  # more than underflow can cost in the sums below


class Certified(NamedTuple):
    """What is proved about each column: ``lower <= min ||z||_1 <= upper``."""

    lower: Array
    upper: Array
    y: Array  # d x n, scaled so that ||A^T y||_inf <= 1 holds exactly
    margin: Array  # 1 - max |a_j . y| over columns j where z_j = 0: positive means that no other column may be active

    def proved(self) -> npt.NDArray[np.bool_]:
        """Whether the minimum is known to a relative 1e-9, per column."""
        return np.asarray(np.isfinite(self.upper) & (self.upper - self.lower <= PROVED * self.upper))


def least_singular_value(A: Array) -> float:
    """A lower bound of ``sigma_min`` of a d x m matrix with d <= m; 0 when it cannot be told from 0."""
    if A.shape[0] > A.shape[1]:
        return 0.0
    # Eigenvalues of A A^T: forming it and solving for them moves each by at most a modest polynomial times u ||A||^2.
    squares = np.linalg.eigvalsh(A @ A.T)
    least = float(squares[0]) - 10 * sum(A.shape) * U * float(squares[-1])
    return math.sqrt(least) * (1 - 4 * U) if least > 0 else 0.0


def certify(
    A: Array, X: Array, Z: Array, Y: Array, sigma: float, *, skip: npt.NDArray[np.intp] | None = None
) -> Certified:
    """Enclose the minimum of ``||z||_1`` for each column of X (d x n) from approximate solutions Z and dual vectors Y.

    ``sigma`` is a lower bound of the least singular value of A; with 0 the upper ends are infinite unless the residual
    vanishes.  Columns with NaN get ``-inf``, ``inf`` and NaN.  With ``skip``, column t may not use feature ``skip[t]``:
    that one sets no price on y.
    """
    d, m = A.shape
    columns = np.linalg.norm(A, axis=0) * (1 + (d + 8) * U)
    with np.errstate(invalid="ignore", over="ignore"):
        sizes = np.linalg.norm(Y, axis=0) * (1 + (d + 8) * U)
        prices = np.abs(A.T @ Y)
        if skip is not None:
            prices[skip, np.arange(len(skip))] = 0.0
        price = prices.max(axis=0, initial=0.0) + gamma(d, U) * columns.max() * sizes + _TINY
        scale = np.maximum(price, 1.0) * (1 + 4 * U)  # y within the unit ball needs no scaling
        inner = (X * Y).sum(axis=0)
        x_sizes = np.linalg.norm(X, axis=0) * (1 + (d + 8) * U)
        lower = inner - (gamma(d, U) * x_sizes * sizes + _TINY)
        lower = np.where(lower > 0, lower / scale * (1 - 4 * U), -np.inf)
        lower = np.where((lower == -np.inf) & np.isfinite(inner), 0.0, lower)  # ||z||_1 >= 0 always

        value = np.abs(Z).sum(axis=0) * (1 + (m + 4) * U)
        residual = np.linalg.norm(X - A @ Z, axis=0) * (1 + (d + 8) * U)
        terms = int((Z != 0).sum(axis=0).max(initial=0)) + 2
        residual += (gamma(terms, U) * columns.max() * value + U * x_sizes + _TINY) * (1 + 4 * U)
        exact = (Z == 0).all(axis=0) & (X == 0).all(axis=0)
        detour = np.sqrt(m) * residual / sigma * (1 + 8 * U) if sigma > 0 else np.full(len(value), np.inf)
        upper = value + np.where(exact, 0.0, detour)
        bad = ~(np.isfinite(Z).all(axis=0) & np.isfinite(Y).all(axis=0))
        idle = np.where(Z == 0, prices, 0.0).max(axis=0, initial=0.0) / scale
    return Certified(
        lower=np.where(bad, -np.inf, lower),
        upper=np.where(bad, np.inf, upper),
        y=Y / scale,
        margin=np.where(bad, np.nan, 1.0 - idle),
    )
