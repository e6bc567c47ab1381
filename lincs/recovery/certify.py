"""Proofs for basis pursuit that no solver is trusted with: every number here is bounded with its rounding.

For ``y`` with ``||A^T y||_inf <= 1`` and every feasible z, ``x^T y = z^T A^T y <= ||z||_1`` (weak duality), so
``x^T y`` bounds the minimum below.  A computed z is never exactly feasible; with ``r = x - A z`` in the range of A
there is a feasible point within ``sqrt(m) ||r||_2 / sigma_min(A)`` of it in l1, so ``||z||_1`` plus that bounds the
minimum above (THEOREMS.md, theorem 9; rowspace.py for A that is badly conditioned).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lincs.errors import ContradictionError
from lincs.exact.rounding import U, gamma
from lincs.recovery.rowspace import RowSpace
from lincs.recovery.scaling import TINY

__all__ = ["Certified", "certify", "norms", "proved", "row_deviations", "row_errors"]

Array = npt.NDArray[np.float64]

PROVED = 1e-9  # relative width of the enclosure of the minimum below which a column counts as proved


class Certified(NamedTuple):
    """What is proved about each column: ``lower <= min ||z||_1 <= upper`` (inf where no z is known to be feasible)."""

    lower: Array
    upper: Array
    rest: Array  # computed X - A Z (d x n)


def proved(lower: Array, upper: Array) -> npt.NDArray[np.bool_]:
    """Whether the minimum is known to a relative 1e-9, per column."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.isfinite(upper) & (upper - lower <= PROVED * upper))


def norms(X: Array) -> Array:
    """Upper bounds of the Euclidean norms of the columns."""
    return np.asarray(np.linalg.norm(X, axis=0) * (1 + (len(X) + 8) * U) + TINY)


def certify(
    A: Array, X: Array, Z: Array, Y: Array, products: Array, rows: RowSpace, *, solvable: Array | None = None
) -> Certified:
    """Enclose the minimum of ``||z||_1`` for each column of X (d x n) from approximate solutions Z and dual vectors Y.

    ``products`` (m x n) is ``A^T Y`` as computed, also before Y was multiplied by a number for each column and rounded
    along with it.  A, X are in units near 1 (scaling.py).  Columns with NaN get ``-inf`` and ``inf``.  Where the rows
    of ``rows`` are not all of A, the upper end is finite only for the columns that are ``solvable`` (n; a proof that x
    is in the range).
    """
    d, m = A.shape
    sizes_a = norms(A)
    with np.errstate(invalid="ignore", over="ignore"):
        y_sizes, x_sizes = norms(Y), norms(X)
        price = np.maximum(products.max(axis=0), -products.min(axis=0))
        price = price + (gamma(d + 3, U) * sizes_a.max() * y_sizes + TINY * (1 + y_sizes)) * (1 + 4 * U)
        scale = np.maximum(price, 1.0) * (1 + 4 * U)  # y within the unit ball needs no scaling
        inner = (X * Y).sum(axis=0)
        lower = inner - (gamma(d, U) * x_sizes * y_sizes + TINY * (1 + y_sizes)) * (1 + 4 * U)
        lower = np.where(lower > 0, lower / scale * (1 - 4 * U), -np.inf)
        lower = np.where((lower == -np.inf) & np.isfinite(inner), 0.0, lower)  # ||z||_1 >= 0 always

        value = np.abs(Z).sum(axis=0) * (1 + (m + 4) * U)
        terms = int((Z != 0).sum(axis=0).max(initial=0)) + 2
        radius = (gamma(terms, U) * sizes_a.max() * value + U * x_sizes + TINY * (1 + value)) * (1 + 4 * U)
        rest = X - A @ Z
        exact = (Z == 0).all(axis=0) & (X == 0).all(axis=0)
        upper = (value + np.where(exact, 0.0, rows.detour(rest, radius))) * (1 + 2 * U)
        if not rows.independent:
            upper = np.where(exact | (False if solvable is None else solvable), upper, np.inf)
        bad = ~(np.isfinite(Z).all(axis=0) & np.isfinite(Y).all(axis=0))
    lower, upper = np.where(bad, -np.inf, lower), np.where(bad | np.isnan(upper), np.inf, upper)
    if (lower > upper).any():
        t = int(np.argmax(lower > upper))
        raise ContradictionError(f"least l1 norm of column {t}: proved >= {lower[t]} and <= {upper[t]}")
    return Certified(lower, upper, rest)


def row_errors(A: Array, B: Array, which: npt.NDArray[np.intp]) -> Array:
    """Upper bounds of ``|A^T b_t - e_i|`` (m x n), b_t the probe of feature ``i = which[t]``, in units near 1."""
    error, radius = row_deviations(A, B, which)
    idle = ~B.any(axis=0)
    np.abs(error, out=error)
    return np.asarray(np.where(idle, error, (error + radius) * (1 + 4 * U)))


def row_deviations(A: Array, B: Array, which: npt.NDArray[np.intp]) -> tuple[Array, Array]:
    """``A^T b_t - e_i`` as computed (m x n), b_t the probe of feature ``i = which[t]``, in units near 1; and a bound of
    its rounding (m x n), 0 for a zero probe."""
    d = len(A)
    error = A.T @ B
    error[which, np.arange(len(which))] -= 1.0
    sizes = norms(B)
    radius = norms(A)[:, None] * (gamma(d, U) * sizes) + TINY * (1 + sizes)
    return error, np.where(B.any(axis=0), radius, 0.0)
