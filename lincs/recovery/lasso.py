"""Noisy data: the LASSO and basis pursuit denoising are the homotopy, stopped on its way.

* LASSO: ``min ||A z - x||_2^2 / 2 + lambda ||z||_1`` at one lambda.
* Basis pursuit denoising: ``min ||z||_1`` subject to ``||A z - x||_2 <= noise``; its solution lies on the same path.
* The whole path: a piecewise linear function of lambda, given by its knots.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.recovery.basis_pursuit import dense, right_side
from lincs.recovery.homotopy import solve_paths
from lincs.recovery.path import follow

__all__ = ["Lasso", "basis_pursuit_denoising", "lasso", "lasso_knots"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Lasso:
    """Solutions ``z`` (m, or m x n), the ``lam`` at which each is a LASSO solution, ``residual`` norms and relative
    ``gap``.

    The gap compares the LASSO objective with its dual ``x^T y - ||y||^2 / 2``, ``||A^T y||_inf <= lam``, at a scaled
    residual.
    """

    z: Array
    lam: Array
    residual: Array
    gap: Array

    def to_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name).tolist() for name in ("z", "lam", "residual", "gap")}


def lasso(A: Any, X: npt.ArrayLike, *, lam: float) -> Lasso:
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


def basis_pursuit_denoising(A: Any, X: npt.ArrayLike, *, noise: float | npt.ArrayLike) -> Lasso:
    """Minimise ``||z||_1`` subject to ``||A z - x||_2 <= noise`` for each column x of X; ``noise > 0`` (one, or one
    a column).

    The result's ``lam`` is the multiplier at which the constraint is met; z = 0 where ``||x|| <= noise``.

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
    _, _, steps, _ = follow(
        matrix.T @ matrix, matrix.T @ right, float(right @ right), -1, 0.0, 0.0, min(most, 16 * room + 64),
        np.empty(room, np.int64), np.empty(room), np.empty(room), np.empty((room, room)), knots,
    )  # fmt: skip
    return knots[: steps + 1]


def _solve(A: Any, X: npt.ArrayLike, *, stop_lambda: float, stop_residual: Any) -> Lasso:
    matrix, right = dense(A), right_side(X)
    if right.shape[0] != matrix.shape[0]:
        raise InputError(
            f"X must have as many rows as A, got shape {right.shape} for A of shape {matrix.shape}"
        )
    columns = right.reshape(right.shape[0], -1)
    found = solve_paths(matrix, columns, stop_lambda=stop_lambda, stop_residual=stop_residual)
    z, lam = found.z, np.maximum(found.level, stop_lambda)
    rest = columns - matrix @ z
    residual = np.linalg.norm(rest, axis=0)
    value = residual**2 / 2 + lam * np.abs(z).sum(axis=0)
    price = np.abs(matrix.T @ rest).max(axis=0)
    y = rest * np.minimum(1.0, lam / np.where(price > 0, price, 1.0))
    dual = (columns * y).sum(axis=0) - (y * y).sum(axis=0) / 2
    gap = (value - dual) / np.where(value > 0, value, 1.0)
    return Lasso(z=z[:, 0] if right.ndim == 1 else z, lam=lam, residual=residual, gap=gap)
