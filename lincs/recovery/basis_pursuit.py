"""Basis pursuit: ``min ||z||_1`` subject to ``A z = x``, judged by feasibility and duality alone.

Whatever solves the problem, the answer is only believed as far as two numbers go that are computed here from the data:
the residual of ``z``, and the gap to a dual vector.  Weak duality (for every ``y`` with ``||A^T y||_inf <= 1``:
``x^T y = z^T A^T y <= ||z||_1`` for every feasible ``z``) turns any ``y`` that a solver offers into a lower bound of
the minimum.  Basis pursuit is due to Chen, Donoho and Saunders (1998).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lincs.errors import ContradictionError, InputError, check_choice
from lincs.exact.rounding import U, gamma
from lincs.reading import dense, right_side
from lincs.recovery.certify import certify, norms, proved
from lincs.recovery.rowspace import row_space
from lincs.recovery.scaling import TINY, Units, times_down, times_up, unit_columns
from lincs.recovery.unique import margins
from lincs.results import jsonable
from lincs.showing import Shown
from lincs.typing import MatrixLike

if TYPE_CHECKING:
    from lincs.recovery.truth import Recovered

__all__ = ["BasisPursuit", "Solved", "basis_pursuit"]

Array = npt.NDArray[np.float64]

_ROUNDING = 1e-9  # dual vectors whose rounding may cost more are scaled down by it

# Method -> module with a function `solve(A, X, *, solver) -> Solved`, imported when the method is asked for.
_METHODS = {
    "homotopy": "lincs.recovery.homotopy",
    "highs": "lincs.recovery.highs",
    "cvxpy": "lincs.recovery.cvxpy_baseline",
}


class Solved(NamedTuple):
    """What a method returns for ``A`` (d x m) and ``X`` (d x n): primal and dual vectors, a column each.

    ``y`` may have either sign and any scale.  A column without an answer is NaN in both.  ``otherwise`` is asked for
    the columns whose answer proves nothing.
    """

    z: Array  # m x n
    y: Array  # d x n
    solver: str
    otherwise: Callable[[Array, Array], Solved] | None = None
    gram: Array | None = None  # the computed A^T A, where the method needed it


@dataclass(frozen=True, kw_only=True, repr=False)
class BasisPursuit(Shown):
    """Solutions of ``min ||z||_1, A z = x`` for each column ``x`` of ``X``.

    ``z`` (m, or m x n) and ``y`` (d, or d x n) have the layout of ``X``; ``status``, ``residual`` and ``gap`` have one
    entry a column, and a single entry when ``X`` is a vector.

    - ``residual``: ``||A z - x||_2 / ||x||_2``.
    - ``y``: a dual vector with ``||A^T y||_inf <= 1 + 1e-9``, so that ``x^T y`` over that bounds the minimum below.
    - ``gap``: ``(||z||_1 - x^T y) / ||z||_1``; it can be slightly negative when ``z`` is slightly infeasible.
    - ``minimum``: rigorous ``[lo, hi]`` of the least l1 norm (2 x n), rounding and infeasibility of ``z`` included;
      ``hi`` is inf where x could not be proved to lie in the range of A.
    - ``margin``: positive only where it is proved that ``z``, as returned, is the only minimiser for its own image
      ``A z`` (that is x, up to ``residual``); then a lower bound of ``1 - |a_j . y'|`` over the columns that no
      minimiser may use, for a dual vector y' beside y that is optimal exactly.
    - ``status``: ``proved`` (``minimum`` is narrower than 1e-9, relatively), ``optimal`` (residual and gap are within
      ``tol``), ``inaccurate`` (an answer that misses ``tol``) or ``failed`` (no answer, as when ``x`` is not in the
      range of ``A``: ``z``, ``y``, ``residual`` and ``gap`` are NaN, null in JSON).
    """

    page_by = "lincs.show.decode:basis_pursuit"

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

    def against(self, Z: npt.ArrayLike) -> Recovered:
        """How near ``z`` is to the inputs ``Z`` (m, or m x n) that are known to have been there."""
        from lincs.recovery.truth import against

        return against(self.z, Z)


def basis_pursuit(
    A: MatrixLike,
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

    Raises :class:`InputError` for NaN, inf, complex, empty or misshapen input, an unknown method or solver, and unless
    ``0 < tol < 1``.

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
        raise InputError(f"X must have as many rows as A, got shape {right.shape} for A of shape {matrix.shape}")

    # Solve in units where A and x have entries near 1, so that the solvers' absolute tolerances mean the same for every
    # input and norms cannot overflow; the units are powers of two, so that this is the same problem to the last digit.
    columns = right.reshape(right.shape[0], -1)
    units = Units(matrix)
    scaled_x, powers = unit_columns(columns, units.exponents)
    rows = row_space(units.matrix, matrix)

    solve: Callable[..., Solved] = import_module(_METHODS[method]).solve
    better = rows.independent and rows.transform is not None  # badly conditioned: solve in a better basis of its rows
    work = (rows.work, rows.apply(scaled_x)) if better else (units.matrix, scaled_x)
    solved = solve(*work, solver=solver)
    solvable = None if rows.relations is None else rows.relations.consistent(columns)

    def judged(z: Array, y: Array, which: Any) -> _Judged:
        """Everything that is said is said of the arrays that are returned, read back into these units."""
        if better:
            y = rows.dual(y, len(matrix))
        z, scaled_z = Units.round_trip(z, powers[None, which], "the solutions")
        feasible, products = _scaled_dual(units.matrix, scaled_x[:, which], y)
        y, scaled_y = units.dual(feasible, "the dual vectors")
        if scaled_y is not feasible:  # it lost digits to underflow: what is returned counts
            products = units.matrix.T @ scaled_y
        certified = certify(
            units.matrix,
            scaled_x[:, which],
            scaled_z,
            scaled_y,
            products,
            rows,
            solvable=None if solvable is None else solvable[which],
        )
        return _Judged(z, y, scaled_z, scaled_y, products, *certified)

    answer, name = judged(solved.z, solved.y, slice(None)), solved.solver
    doubtful = np.flatnonzero(~proved(answer.lower, answer.upper))
    if solved.otherwise is not None and len(doubtful):
        again = solved.otherwise(work[0], work[1][:, doubtful])
        name = f"{name}, {again.solver} for {len(doubtful)}"
        answer = _narrower(answer, judged(again.z, again.y, doubtful), doubtful)
    z, y, scaled_z, scaled_y, products, lower, upper, rest = answer
    residual = _residual(units, scaled_x, rest)
    gap = _gap(scaled_x, scaled_z, scaled_y)
    shape = (-1,) if right.ndim == 1 else (-1, columns.shape[1])
    return BasisPursuit(
        z=z.reshape(shape),
        y=y.reshape(shape),
        status=_status(z, y, residual, gap, tol, proved(lower, upper)),
        residual=residual,
        gap=gap,
        minimum=np.stack([times_down(lower, powers), times_up(upper, powers)]),
        margin=margins(units.matrix, scaled_z, scaled_y, products, None if better else solved.gram),
        method=method,
        solver=name,
        tol=float(tol),
    )


class _Judged(NamedTuple):
    """Answers as returned (``z``, ``y``), the same in units near 1, and what they prove."""

    z: Array
    y: Array
    scaled_z: Array
    scaled_y: Array
    products: Array  # computed A^T y, m x n
    lower: Array
    upper: Array
    rest: Array  # computed x - A z, d x n


def _narrower(first: _Judged, second: _Judged, which: npt.NDArray[np.intp]) -> _Judged:
    """``first`` with the columns ``which`` replaced by those of ``second`` wherever these prove as much or more.

    Two enclosures of one number must meet: otherwise one of the proofs is wrong.
    """
    apart = np.maximum(first.lower[which], second.lower) > np.minimum(first.upper[which], second.upper)
    if apart.any():
        t = int(which[np.argmax(apart)])
        raise ContradictionError(f"two enclosures of the least l1 norm of column {t} do not meet")
    with np.errstate(invalid="ignore"):  # inf - inf: where neither is finite, the second word (or NaN) stands
        wins = ~((first.upper - first.lower)[which] < second.upper - second.lower)
    for mine, theirs in zip(first, second, strict=True):
        mine[..., which[wins]] = theirs[..., wins]
    return first


def _scaled_dual(A: Array, X: Array, Y: Array) -> tuple[Array, Array]:
    """``Y`` scaled to dual feasibility, up to rounding (as it is where it has no price); and ``A^T Y``.

    Since ``-y`` is feasible along with ``y``, the better of the two is taken: no sign convention matters.
    """
    products = A.T @ Y
    price = np.maximum(products.max(axis=0), -products.min(axis=0))
    most = price + gamma(len(A), U) * norms(A).max() * norms(Y) * (1 + 8 * U)
    price = np.where(most > price * (1 + _ROUNDING / 2), most, price)
    price = np.where(price < TINY, 0.0, price)  # a dual vector without a price proves nothing
    inner = (X * Y).sum(axis=0)
    factor = np.where(inner < 0, -1.0, 1.0) / np.where(price == 0, 1.0, price)
    products *= factor
    return Y * factor, products


def _gap(X: Array, Z: Array, Y: Array) -> Array:
    """``(||z||_1 - x . y) / ||z||_1``, with the difference itself where z is zero."""
    value = np.abs(Z).sum(axis=0)
    return np.asarray((value - (X * Y).sum(axis=0)) / np.where(value == 0, 1.0, value))


def _residual(units: Units, X: Array, rest: Array) -> Array:
    """``||A z - x|| / ||x||`` in the units of A's own rows."""
    weight = np.ldexp(1.0, units.exponents - units.exponents.max())[:, None]
    size = np.linalg.norm(weight * X, axis=0)
    return np.asarray(np.linalg.norm(weight * rest, axis=0) / np.where(size == 0, 1.0, size))


def _status(
    z: Array, y: Array, residual: Array, gap: Array, tol: float, proved: npt.NDArray[np.bool_]
) -> tuple[str, ...]:
    answered = np.isfinite(z).all(axis=0) & np.isfinite(y).all(axis=0)
    accurate = answered & (residual <= tol) & (np.abs(gap) <= tol)
    words = np.where(accurate, "optimal", np.where(answered, "inaccurate", "failed"))
    return tuple(np.where(proved & answered, "proved", words).tolist())


def _nullable(array: Array) -> Any:
    """The array as nested lists with None for NaN, which JSON does not have."""
    if np.isfinite(array).all():
        return jsonable(array)
    nullable = array.astype(object)
    nullable[~np.isfinite(array)] = None
    return nullable.tolist()
