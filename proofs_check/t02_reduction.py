"""Theorem 2: only eps/k matters.  Linear programs against ``min(1, k nu(A))``, and exact certificates."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

TITLE = "reduction theorem"

Array = npt.NDArray[np.float64]
Vector = list[Fraction]


def check() -> str:
    rng = np.random.default_rng(2)
    pairs, below, above = _linear_programs(rng)
    exact = _exact_certificates(rng)
    return (
        f"{pairs} primal-dual pairs of linear programs (k nu < 1 in {below} problems, > 1 in {above}), "
        f"{exact} problems certified in exact rationals"
    )


# --- floating point: the theorem as it stands, on matrices of every kind ---


def _linear_programs(rng: np.random.Generator) -> tuple[int, int, int]:
    pairs = below = above = 0
    for A in _matrices(rng):
        m = A.shape[1]
        nu = max(_widest(A, i) for i in range(m))
        _basis_pursuit_consequence(A, nu)
        for k in (1, 2, m):
            expected = min(1.0, k * nu)
            below, above = below + (k * nu < 1), above + (k * nu > 1)
            primal = [_primal(A, i, k)[0] for i in range(m)]
            dual = [_dual(A, i, k) for i in range(m)]
            assert np.allclose(primal, dual, atol=1e-7), (A, k)
            assert abs(max(primal) - expected) < 1e-7, (A, k, max(primal), expected)
            pairs += m
    assert below > 5, below
    assert above > 5, above
    return pairs, below, above


def _matrices(rng: np.random.Generator) -> list[Array]:
    dense = [rng.standard_normal(shape) for shape in ((1, 3), (2, 4), (3, 5), (4, 5), (5, 6), (6, 7))]
    scaled = [A * 10.0 ** rng.integers(-3, 4, A.shape[1]) for A in dense[:4]]
    rows_scaled = [A * 10.0 ** rng.integers(-2, 3, (A.shape[0], 1)) for A in dense[1:4]]
    sparse = [A * (rng.random(A.shape) < 0.5) for A in dense[1:]]
    special = [
        np.eye(3),  # no kernel: nu = 0
        np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),  # parallel columns: nu = 1/2
        np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),  # a dead column: nu = 1
        np.hstack([np.eye(4), np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2]),
    ]
    return dense + scaled + rows_scaled + sparse + special


def _solve(cost: Array, **program: Any) -> tuple[float, Array] | None:
    """The minimum of a linear program and a vertex that attains it; None if it is infeasible."""
    from scipy.optimize import linprog

    found = linprog(cost, method="highs-ds", **program)
    if found.status == 2:
        return None
    assert found.status == 0, found.message
    assert found.x is not None
    return float(cost @ found.x), found.x


def _primal(A: Array, i: int, k: int) -> tuple[float, Array]:
    """``min_b ||A^T b - e_i||_(k)`` and its ``b``, by ``||v||_(k) = min_tau k tau + sum (|v_j| - tau)_+``."""
    d, m = A.shape
    target = np.eye(m)[i]
    side = np.hstack([-np.ones((m, 1)), -np.eye(m)])
    found = _solve(
        np.concatenate([np.zeros(d), [k], np.ones(m)]),
        A_ub=np.vstack([np.hstack([A.T, side]), np.hstack([-A.T, side])]),
        b_ub=np.concatenate([target, -target]),
        bounds=[(None, None)] * d + [(0, None)] * (m + 1),
    )
    assert found is not None
    return found[0], found[1][:d]


def _dual(A: Array, i: int, k: int) -> float:
    """``max { w_i : A w = 0, ||w||_inf <= 1, ||w||_1 <= k }``."""
    return _kernel_program(A, i, budget=k, largest=1.0)


def _widest(A: Array, i: int) -> float:
    """``max { w_i : A w = 0, ||w||_1 <= 1 }``; the largest over i is ``nu(A)``."""
    return _kernel_program(A, i, budget=1.0, largest=1.0)


def _kernel_program(A: Array, i: int, *, budget: float, largest: float) -> float:
    d, m = A.shape
    cost = np.zeros(2 * m)
    cost[i], cost[m + i] = -1, 1
    rows = _unit_rows(A)
    found = _solve(
        cost,
        A_ub=np.ones((1, 2 * m)),
        b_ub=[budget],
        A_eq=np.hstack([rows, -rows]),
        b_eq=np.zeros(d),
        bounds=(0, largest),
    )
    assert found is not None
    return -found[0]


def _unit_rows(A: Array) -> Array:
    """The same kernel, with rows of unit size: the solver's feasibility tolerance is absolute."""
    size = np.abs(A).max(axis=1, keepdims=True)
    return A / np.where(size == 0, 1, size)


def _basis_pursuit_consequence(A: Array, nu: float) -> None:
    """``nu(A) = max_i 1/V_i``, ``V_i = 1 + min { ||u||_1 : A_{-i} u = a_i }`` (infinite if infeasible)."""
    m = A.shape[1]
    rows = _unit_rows(A)
    best = 0.0
    for i in range(m):
        rest = np.delete(rows, i, axis=1)
        found = _solve(np.ones(2 * m - 2), A_eq=np.hstack([rest, -rest]), b_eq=rows[:, i], bounds=(0, None))
        value = 0.0 if found is None else 1 / (1 + found[0])
        assert abs(value - _widest(A, i)) < 1e-7, (A, i)
        best = max(best, value)
    assert abs(best - nu) < 1e-7, (A, best, nu)


# --- exact: small integer matrices ---


def _exact_certificates(rng: np.random.Generator) -> int:
    """Probes ``b_i`` and a kernel vector ``w`` of equal value, in rationals, for every matrix and k.

    ``nu(A)`` is exact too: the convex function ``||w||_inf`` is largest over ``{A w = 0, ||w||_1 <= 1}`` at
    an extreme point, and those are the kernel vectors of minimal support.
    """
    certified = smaller = 0
    for d, m in ((1, 3), (2, 4), (3, 5), (2, 3), (3, 4), (4, 5)) * 2:
        A = rng.integers(-3, 4, (d, m))
        circuits = _circuits(A)
        nu = max((max(map(abs, w)) for w in circuits), default=Fraction(0))
        for k in (1, 2, m):
            values = [_top(_residual(A, _rational_probe(A, i, k), i), k) for i in range(m)]
            # Weak duality: circuits scaled to the dual ball bound every row's value from below.
            lower = [max((_dual_value(w, i, k) for w in circuits), default=Fraction(0)) for i in range(m)]
            assert all(low <= value for low, value in zip(lower, values, strict=True)), (A, k)
            assert max(values) == max(lower) == min(Fraction(1), k * nu), (A, k, values, nu)
            smaller += _single_rows(circuits, values, k)
            certified += 1
        _null_space_consequence(circuits, nu, m)
    assert smaller > 0
    return certified


def _dual_value(w: Vector, i: int, k: int) -> Fraction:
    """``|w_i|`` after scaling ``w`` (with ``||w||_1 = 1``) to ``||w||_inf <= 1`` and ``||w||_1 <= k``."""
    return min(Fraction(k), 1 / max(map(abs, w))) * abs(w[i])


def _single_rows(circuits: list[Vector], values: list[Fraction], k: int) -> int:
    """A row's own value is at most ``min(1, k/V_i)``, with equality if the best ``w`` is largest at ``i``.

    Returns the number of rows where it is smaller: the condition cannot be dropped.
    """
    smaller = 0
    for i, value in enumerate(values):
        w = max(circuits, key=lambda w: (abs(w[i]), -max(map(abs, w))), default=None)
        expected = min(Fraction(1), k * abs(w[i])) if w else Fraction(0)
        assert value <= expected, (circuits, i, k)
        if w is None or abs(w[i]) == max(map(abs, w)):
            assert value == expected, (circuits, i, k)
        smaller += value < expected
    return smaller


def _circuits(A: npt.NDArray[np.int64]) -> list[Vector]:
    """The kernel vectors of minimal support, scaled to ``||w||_1 = 1``, one of each sign pair."""
    d, m = A.shape
    found: list[Vector] = []
    supports: list[set[int]] = []
    for size in range(1, d + 2):
        for columns in combinations(range(m), size):
            if any(support <= set(columns) for support in supports):
                continue
            kernel = _kernel([[Fraction(int(A[r, c])) for c in columns] for r in range(d)], size)
            if kernel is not None:
                total = sum(map(abs, kernel), Fraction(0))
                w = [Fraction(0)] * m
                for c, x in zip(columns, kernel, strict=True):
                    w[c] = x / total
                found.append(w)
                supports.append(set(columns))
    return found


def _kernel(rows: list[Vector], size: int) -> Vector | None:
    """A kernel vector of a matrix with ``size`` columns, or None; by elimination."""
    rows = [row[:] for row in rows]
    pivots: list[int] = []
    for column in range(size):
        done = len(pivots)
        pivot = next((r for r in range(done, len(rows)) if rows[r][column] != 0), None)
        if pivot is None:
            vector = [Fraction(0)] * size
            vector[column] = Fraction(1)
            for r, c in enumerate(pivots):
                vector[c] = -rows[r][column]
            return vector
        rows[done], rows[pivot] = rows[pivot], rows[done]
        lead = rows[done][column]
        rows[done] = [x / lead for x in rows[done]]
        for r in range(len(rows)):
            if r != done and rows[r][column] != 0:
                factor = rows[r][column]
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[done], strict=True)]
        pivots.append(column)
    return None


def _rational_probe(A: npt.NDArray[np.int64], i: int, k: int) -> Vector:
    """A vertex of the primal program, rounded to the small rationals that vertices of small integers have."""
    _, b = _primal(A.astype(np.float64), i, k)
    return [Fraction(float(x)).limit_denominator(10**5) for x in b]


def _residual(A: npt.NDArray[np.int64], b: Vector, i: int) -> Vector:
    d, m = A.shape
    return [sum((b[r] * int(A[r, j]) for r in range(d)), Fraction(0)) - (i == j) for j in range(m)]


def _top(v: Vector, k: int) -> Fraction:
    return sum(sorted(map(abs, v), reverse=True)[:k], Fraction(0))


def _null_space_consequence(circuits: list[Vector], nu: Fraction, m: int) -> None:
    """``s nu < 1/2`` implies the null space property of order s, so that l1 recovers every s-sparse z."""
    for s in range(1, m + 1):
        if s * nu < Fraction(1, 2):
            assert all(_top(w, s) < sum(map(abs, w), Fraction(0)) / 2 for w in circuits), (circuits, s)
