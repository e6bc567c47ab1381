"""Basis pursuit: ``min ||z||_1`` subject to ``A z = x``, judged by feasibility and duality alone.

Whatever solves the problem, the answer is only believed as far as two numbers go that are computed here from
the data: the residual of ``z``, and the gap to a dual vector.  Weak duality (for every ``y`` with
``||A^T y||_inf <= 1``: ``x^T y = z^T A^T y <= ||z||_1`` for every feasible ``z``) turns any ``y`` that a
solver offers into a lower bound of the minimum.  Basis pursuit is due to Chen, Donoho and Saunders (1998).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError, check_choice
from lincs.matrices import as_matrix
from lincs.recovery.certify import certify, least_singular_value
from lincs.results import jsonable

__all__ = ["BasisPursuit", "Solved", "basis_pursuit"]

Array = npt.NDArray[np.float64]

# Method -> module with a function `solve(A, X, *, solver) -> Solved`, imported when the method is asked for.
_METHODS = {
    "homotopy": "lincs.recovery.homotopy",
    "highs": "lincs.recovery.highs",
    "cvxpy": "lincs.recovery.cvxpy_baseline",
}


class Solved(NamedTuple):
    """What a method returns for ``A`` (d x m) and ``X`` (d x n): primal and dual vectors, a column each.

    ``y`` may have either sign and any scale.  A column without an answer is NaN in both.
    """

    z: Array  # m x n
    y: Array  # d x n
    solver: str


@dataclass(frozen=True, kw_only=True)
class BasisPursuit:
    """Solutions of ``min ||z||_1, A z = x`` for each column ``x`` of ``X``.

    ``z`` (m, or m x n) and ``y`` (d, or d x n) have the layout of ``X``; ``status``, ``residual`` and
    ``gap`` have one entry a column, and a single entry when ``X`` is a vector.

    - ``residual``: ``||A z - x||_2 / ||x||_2``.
    - ``y``: a dual vector with ``||A^T y||_inf <= 1`` (up to rounding), so that ``x^T y`` bounds the minimum
      below.
    - ``gap``: ``(||z||_1 - x^T y) / ||z||_1``; it can be slightly negative when ``z`` is slightly infeasible.
    - ``minimum``: rigorous ``[lo, hi]`` of the least l1 norm (2 x n), rounding and infeasibility of ``z`` included;
      ``hi`` is inf where A has no full row rank and the residual does not vanish.
    - ``margin``: ``1 - max |a_j . y|`` over the columns with ``z_j = 0``; where it is positive, and the active columns
      are independent, the solution is unique.
    - ``status``: ``proved`` (``minimum`` is narrower than 1e-9, relatively), ``optimal`` (residual and gap are within
      ``tol``), ``inaccurate`` (an answer that misses ``tol``) or ``failed`` (no answer, as when ``x`` is not in the
      range of ``A``: ``z``, ``y``, ``residual`` and ``gap`` are NaN, null in JSON).
    """

    z: Array
    y: Array
    status: tuple[str, ...]
    residual: Array
    gap: Array
    minimum: Array
    margin: Array
    method: str
    solver: str
    tol: float

    def to_dict(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "solver": self.solver,
            "tol": self.tol,
            "status": list(self.status),
            "residual": _nullable(self.residual),
            "gap": _nullable(self.gap),
            "minimum": _nullable(self.minimum),
            "margin": _nullable(self.margin),
            "z": _nullable(self.z),
            "y": _nullable(self.y),
        }


def basis_pursuit(
    A: Any,
    X: npt.ArrayLike,
    *,
    method: str = "homotopy",
    solver: str | None = None,
    tol: float = 1e-6,
) -> BasisPursuit:
    """Solve ``min ||z||_1`` subject to ``A z = x`` for a vector ``X`` (d) or every column of ``X`` (d x n).

    ``A`` is ``d x m``, columns are features (an array, a path or a Matrix).  Methods: "homotopy" (default; hundreds of
    times faster, columns it cannot prove go to HiGHS), "highs" (one linear program a column, warm), and "cvxpy", the
    plain baseline, by the cvxpy solver named ``solver`` (default HIGHS).  ``tol`` is relative (see
    :class:`BasisPursuit`).

    Raises :class:`InputError` for NaN, inf, complex, empty or misshapen input, an unknown method or solver,
    and unless ``0 < tol < 1``.

    >>> import numpy as np
    >>> A = np.array([[1.0, 0, 1], [0, 1, 1]])  # 3 features in 2 dimensions
    >>> found = basis_pursuit(A, [1, 1])
    >>> found.z.tolist(), found.status
    ([0.0, 0.0, 1.0], ('proved',))
    """
    check_choice(method, "method", tuple(_METHODS))
    if not 0 < tol < 1:
        raise InputError(f"tol must be between 0 and 1, got {tol}")
    matrix = dense(A)
    right = right_side(X)
    if right.shape[0] != matrix.shape[0]:
        raise InputError(
            f"X must have as many rows as A, got shape {right.shape} for A of shape {matrix.shape}"
        )

    # The problem is homogeneous in A and in x: solve it in units where both have largest entry 1, so that the
    # solvers' absolute tolerances mean the same for every input, and norms cannot overflow.
    columns = right.reshape(right.shape[0], -1)
    unit_a = _largest(matrix, axis=None)
    unit_x = _largest(columns, axis=0)
    scaled_a, scaled_x = matrix / unit_a, columns / unit_x

    solve: Callable[..., Solved] = import_module(_METHODS[method]).solve
    solved = solve(scaled_a, scaled_x, solver=solver)
    y, residual, gap = _judge(scaled_a, scaled_x, solved.z, solved.y)
    certified = certify(scaled_a, scaled_x, solved.z, y, least_singular_value(scaled_a))
    with np.errstate(over="ignore"):
        z, y = solved.z * (unit_x / unit_a), y / unit_a
        minimum = np.stack([certified.lower, certified.upper]) * (unit_x / unit_a)
    status = _status(z, y, residual, gap, tol, certified.proved())
    shape = (-1,) if right.ndim == 1 else (-1, columns.shape[1])
    return BasisPursuit(
        z=z.reshape(shape),
        y=y.reshape(shape),
        status=status,
        residual=residual,
        gap=gap,
        minimum=minimum,
        margin=certified.margin,
        method=method,
        solver=solved.solver,
        tol=float(tol),
    )


def _judge(A: Array, X: Array, Z: Array, Y: Array) -> tuple[Array, Array, Array]:
    """Scale ``Y`` to dual feasibility; return ``(Y, residual, gap)``, NaN in columns without an answer.

    Since ``-y`` is feasible along with ``y``, the better of the two is taken: no sign convention matters.
    """
    value = np.abs(Z).sum(axis=0)
    price = np.abs(A.T @ Y).max(axis=0)
    inner = (X * Y).sum(axis=0)
    Y = Y * (np.where(inner < 0, -1.0, 1.0) / np.where(price == 0, 1.0, price))
    lower = np.where(price == 0, 0.0, (X * Y).sum(axis=0))
    size = np.linalg.norm(X, axis=0)
    residual = np.linalg.norm(A @ Z - X, axis=0) / np.where(size == 0, 1.0, size)
    gap = (value - lower) / np.where(value == 0, 1.0, value)
    return Y, residual, gap


def _status(
    z: Array, y: Array, residual: Array, gap: Array, tol: float, proved: npt.NDArray[np.bool_]
) -> tuple[str, ...]:
    answered = np.isfinite(z).all(axis=0) & np.isfinite(y).all(axis=0)
    accurate = answered & (residual <= tol) & (np.abs(gap) <= tol)
    words = np.where(accurate, "optimal", np.where(answered, "inaccurate", "failed"))
    return tuple(np.where(proved & answered, "proved", words).tolist())


def _largest(array: Array, axis: int | None) -> Any:
    """The largest absolute entry along ``axis``, with 1 instead of 0."""
    size = np.abs(array).max(axis=axis)
    return np.where(size == 0, 1.0, size)


def dense(A: Any, *, layout: str = "columns", key: str | None = None, normalize: bool = False) -> Array:
    """The whole of ``A`` (an array, a path or a Matrix) as a finite ``d x m`` float64 array."""
    matrix = as_matrix(A, name="A", layout=layout, key=key, normalize=normalize)
    return _finite(matrix.rows(0, matrix.m, np.float64).T, "A")


def right_side(X: npt.ArrayLike) -> Array:
    """``X`` as a finite float64 vector or matrix that is not empty."""
    try:
        array = np.asarray(X)
    except ValueError:
        raise InputError("X must be rectangular, got rows of different lengths") from None
    if array.dtype.kind not in "biuf":
        raise InputError(f"X must hold real numbers, got dtype {array.dtype}")
    if array.ndim not in (1, 2) or array.size == 0:
        raise InputError(f"X must be a vector or a matrix and not empty, got shape {array.shape}")
    return _finite(array.astype(np.float64), "X")


def _finite(array: Array, name: str) -> Array:
    if not np.isfinite(array).all():
        position = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise InputError(f"{name} must be finite, got {array[position]} at {position}")
    return array


def _nullable(array: Array) -> Any:
    """The array as nested lists with None for NaN, which JSON does not have."""
    if np.isfinite(array).all():
        return jsonable(array)
    nullable = array.astype(object)
    nullable[~np.isfinite(array)] = None
    return nullable.tolist()
