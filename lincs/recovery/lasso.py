"""Noisy data: the LASSO and basis pursuit denoising are the homotopy, stopped on its way.

* LASSO: ``min ||A z - x||_2^2 / 2 + lambda ||z||_1`` at one lambda.
* Basis pursuit denoising: ``min ||z||_1`` subject to ``||A z - x||_2 <= noise``; its solution lies on the same path.
* The whole path: a piecewise linear function of lambda, given by its knots.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.exact.rounding import U, gamma
from lincs.reading import dense, right_side
from lincs.recovery.certify import norms
from lincs.recovery.homotopy import gram_of, solve_paths
from lincs.recovery.path import follow
from lincs.recovery.scaling import TINY, Units, times_up
from lincs.showing import Shown
from lincs.typing import MatrixLike

if TYPE_CHECKING:
    from lincs.recovery.truth import Recovered

__all__ = ["Lasso", "basis_pursuit_denoising", "lasso", "lasso_knots"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, repr=False)
class Lasso(Shown):
    """Solutions ``z`` (m, or m x n), the ``lam`` of each as a LASSO solution, ``residual`` norms and relative ``gap``.

    The gap compares the LASSO objective of ``z``, as returned, with its dual ``x^T y - ||y||^2 / 2``,
    ``||A^T y||_inf <= lam``, at a scaled residual: the least objective is at least ``1 - gap`` times that of ``z``.
    ``residual`` and ``gap`` are upper bounds, rounding included.
    """

    page_by = "lincs.show.decode:lasso"

    z: Array
    lam: Array
    residual: Array
    gap: Array

    def to_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name).tolist() for name in ("z", "lam", "residual", "gap")}

    def against(self, Z: npt.ArrayLike) -> Recovered:
        """How near ``z`` is to the inputs ``Z`` (m, or m x n) that are known to have been there."""
        from lincs.recovery.truth import against

        return against(self.z, Z)


def lasso(A: MatrixLike, X: npt.ArrayLike, *, lam: float) -> Lasso:
    """Minimise ``||A z - x||_2^2 / 2 + lam ||z||_1`` for each column x of X (d, or d x n); ``lam > 0``.

    Raises :class:`InputError` as :func:`lincs.basis_pursuit` does, and unless lam is positive and finite.

    >>> import numpy as np
    >>> A = np.array([[1.0, 0, 1], [0, 1, 1]])  # 3 features in 2 dimensions
    >>> lasso(A, [1, 1], lam=0.5).z.round(6).tolist()
    [0.0, 0.0, 0.75]
    """
    if not (np.isfinite(lam) and lam > 0):
        raise InputError(f"lam must be positive and finite, got {lam}")
    return _solve(A, X, stop_lambda=float(lam), stop_residual=0.0)


def basis_pursuit_denoising(A: MatrixLike, X: npt.ArrayLike, *, noise: float | npt.ArrayLike) -> Lasso:
    """Minimise ``||z||_1`` subject to ``||A z - x||_2 <= noise`` for each column x of X.

    ``noise > 0`` is one number, or one for each column.  The result's ``lam`` is the multiplier at which the constraint
    is met; z = 0 where ``||x|| <= noise``.

    >>> import numpy as np
    >>> A = np.array([[1.0, 0, 1], [0, 1, 1]])  # 3 features in 2 dimensions
    >>> basis_pursuit_denoising(A, [1, 1], noise=0.5).z.round(4).tolist()
    [0.0, 0.0, 0.6464]
    """
    goals = np.asarray(noise, dtype=np.float64)
    if not (np.isfinite(goals).all() and (goals > 0).all()):
        raise InputError(f"noise must be positive and finite, got {noise!r}")
    return _solve(A, X, stop_lambda=0.0, stop_residual=goals)


def lasso_knots(A: Any, x: npt.ArrayLike, *, most: int = 100_000) -> Array:
    """The knots of one LASSO path: rows ``(lambda, number of active columns)``, lambda falling to 0."""
    matrix, right = dense(A), right_side(x)
    if right.ndim != 1 or right.shape[0] != matrix.shape[0]:
        raise InputError(f"x must be a vector of length {matrix.shape[0]}, got shape {right.shape}")
    room = min(matrix.shape)
    knots = np.zeros((16 * room + 66, 2))
    e, f = _unit(matrix), _unit(right)
    matrix, right = np.ldexp(matrix, -e), np.ldexp(right, -f)
    _, _, steps, _ = follow(
        np.ascontiguousarray(matrix.T),
        gram_of(matrix),
        matrix.T @ right,
        float(right @ right),
        -1,
        0.0,
        0.0,
        min(most, 16 * room + 64),
        np.empty(room, np.int64),
        np.empty(room),
        np.empty(room),
        np.empty((room, room)),
        knots,
    )
    knots = knots[: steps + 1]
    knots[:, 0], _ = Units.round_trip(knots[:, 0], np.array(e + f), "the multipliers lam")
    return knots


def _unit(array: Array) -> int:
    """The binary exponent of the largest entry."""
    return int(np.frexp(np.abs(array).max())[1])


def _solve(A: Any, X: npt.ArrayLike, *, stop_lambda: float, stop_residual: Any) -> Lasso:
    matrix, right = dense(A), right_side(X)
    if right.shape[0] != matrix.shape[0]:
        raise InputError(f"X must have as many rows as A, got shape {right.shape} for A of shape {matrix.shape}")
    columns = right.reshape(right.shape[0], -1)
    # Units near 1, by powers of two: with A = 2^e S and x = 2^f s, z = 2^(f-e) z', lam = 2^(e+f) lam'.
    e, f = _unit(matrix), _unit(columns)
    with np.errstate(over="ignore", under="ignore"):
        scaled, goals = np.ldexp(stop_lambda, -e - f), np.ldexp(stop_residual, -f)
        matrix, columns = np.ldexp(matrix, -e), np.ldexp(columns, -f)
        if stop_lambda > 0 and not 0 < scaled < np.inf:  # beyond any correlation, or below every digit of one
            raise InputError(f"lam is out of range for these A and X, got {stop_lambda}")
        if np.any(np.asarray(goals) == 0) and np.any(np.asarray(stop_residual) > 0):
            raise InputError(f"noise is out of range for this X, got {stop_residual}")
    found = solve_paths(matrix, columns, stop_lambda=float(scaled), stop_residual=goals)
    z, back = Units.round_trip(found.z, np.array(f - e), "the solutions")
    lam, level = Units.round_trip(np.where(scaled > 0, scaled, found.level), np.array(e + f), "the multipliers lam")
    residual, gap = measure_lasso(matrix, columns, back, level)
    with np.errstate(over="ignore", under="ignore"):
        residual = times_up(residual, np.full(residual.shape, f, dtype=np.int32))
    return Lasso(z=z[:, 0] if right.ndim == 1 else z, lam=lam, residual=residual, gap=gap)


def measure_lasso(A: Array, X: Array, Z: Array, lam: Array) -> tuple[Array, Array]:
    """Upper bounds, rounding included, of ``||A z - x||_2`` and of the relative duality gap at ``lam`` (n each).

    A, X in units near 1.  For ``||A^T y||_inf <= lam`` the dual value ``x . y - ||y||^2 / 2`` is at most the minimum; y
    is the residual, scaled into that set with the rounding of ``A^T y`` counted against it.
    """
    d, m = A.shape
    sizes, x_sizes = norms(A), norms(X)
    rest = X - A @ Z
    one = np.abs(Z).sum(axis=0) * (1 + (m + 4) * U)
    terms = int((Z != 0).sum(axis=0).max(initial=0)) + 2
    error = (gamma(terms, U) * sizes.max() * one + U * x_sizes + TINY * (1 + one)) * (1 + 4 * U)
    error = np.where((Z == 0).all(axis=0), 0.0, error)
    residual = (norms(rest) + error) * (1 + 2 * U)
    value = (residual * residual / 2 + lam * one) * (1 + 8 * U)
    rest_sizes = norms(rest)
    price = np.abs(A.T @ rest).max(axis=0) + gamma(d, U) * sizes.max() * rest_sizes * (1 + 4 * U) + TINY
    y = rest * (np.minimum(1.0, lam / price) * (1 - 8 * U))
    y_sizes = norms(y)
    dual = (X * y).sum(axis=0) - (y * y).sum(axis=0) / 2
    dual = dual - (gamma(d + 4, U) * y_sizes * (x_sizes + y_sizes) + TINY) * (1 + 4 * U)
    gap = (value - dual) * (1 + 4 * U) + 4 * U * value
    return residual, gap / np.where(value > 0, value, 1.0) * (1 + 4 * U)
