"""Theorem 9: certificates of basis pursuit and of optimal probes, re-verified in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

import lincs

TITLE = "certificates of basis pursuit and probes"

INSTANCES = 1000
QUICK = {"instances": 100}  # what the test suite runs; python -m proofs_check runs all

Array = npt.NDArray[Any]


def solve_exactly(rows: list[list[Fraction]], right: list[Fraction]) -> list[Fraction] | None:
    """The solution of a square system by Gaussian elimination, or None when it is singular."""
    n = len(rows)
    table = [[*row, value] for row, value in zip(rows, right, strict=True)]
    for column in range(n):
        pivot = next((r for r in range(column, n) if table[r][column]), None)
        if pivot is None:
            return None
        table[column], table[pivot] = table[pivot], table[column]
        for r in range(n):
            if r != column and table[r][column]:
                factor = table[r][column] / table[column][column]
                table[r] = [a - factor * b for a, b in zip(table[r], table[column], strict=True)]
    return [table[r][n] / table[r][r] for r in range(n)]


def exact_minimum(A: list[list[Fraction]], x: list[Fraction], z: Array, y: Array) -> Fraction | None:
    """The exact minimum of ``||z||_1, A z = x``, if the supports of the answer (z, y) prove one.

    From the floating-point pair only *which* columns are active, and their signs, is used.  Both systems are solved in
    Fractions: ``A_S z_S = x`` and ``A_S^T y = s``; then feasibility and ``||A^T y||_inf <= 1`` are checked exactly.
    """
    d, m = len(A), len(A[0])
    support = [j for j in range(m) if abs(z[j]) > 1e-9]
    columns = [[A[l][j] for l in range(d)] for j in support]  # noqa: E741
    gram = [[_dot(p, q) for q in columns] for p in columns]
    image = [_dot(p, x) for p in columns]
    solution = solve_exactly(gram, image)
    if solution is None:
        return None
    for l in range(d):  # noqa: E741 - coordinates
        if sum((c[l] * v for c, v in zip(columns, solution, strict=True)), Fraction(0)) != x[l]:
            return None
    # A rational y near the computed one that meets the equations of the active columns exactly.
    near = [Fraction(float(v)).limit_denominator(10**6) for v in y]
    signs = [Fraction(1 if v > 0 else -1) for v in solution]
    defect = [s - _dot(c, near) for s, c in zip(signs, columns, strict=True)]
    shift = solve_exactly(gram, defect)
    assert shift is not None
    dual = list(near)
    for c, s in zip(columns, shift, strict=True):
        dual = [v + s * entry for v, entry in zip(dual, c, strict=True)]
    transposed = list(zip(*A, strict=True))
    prices = [abs(_dot(list(column), dual)) for column in transposed]
    if max(prices) > 1:
        return None
    return sum((abs(v) for v in solution), Fraction(0))


def _dot(a: list[Fraction], b: list[Fraction]) -> Fraction:
    return sum((p * q for p, q in zip(a, b, strict=True)), Fraction(0))


def rational(A: Array) -> list[list[Fraction]]:
    return [[Fraction(int(v)) for v in row] for row in A]


def check(instances: int = INSTANCES) -> str:
    rng = np.random.default_rng(9)
    exact, enclosed, probed = 0, 0, 0
    while exact < instances:
        d = int(rng.integers(2, 6))
        m = int(rng.integers(d + 1, 12))
        A = rng.integers(-3, 4, (d, m))
        if np.linalg.matrix_rank(A) < d:
            continue
        z = np.zeros(m)
        z[rng.choice(m, 2, replace=False)] = rng.choice([-2, -1, 1, 2], 2)
        found = lincs.basis_pursuit(A, A @ z)
        assert found.status == ("proved",), (A, z, found.status)
        minimum = exact_minimum(rational(A), [Fraction(int(v)) for v in A @ z], found.z, found.y)
        enclosed += 1
        if minimum is None:
            continue  # the answer is not a vertex, or its dual sits on a face that rounding leaves: enclosed only
        exact += 1
        lo, hi = (Fraction(float(end)) for end in found.minimum[:, 0])
        assert lo <= minimum <= hi, (A, z, float(minimum), found.minimum)
        if exact % 10 == 0:
            probed += _check_probes(A)
    return f"{exact} minima proved in exact arithmetic of {enclosed} tried, all enclosed; {probed} probe certificates"


def _check_probes(A: Array) -> int:
    """Both ends of every row of the optimal probes at k = 1: the probe's own error, and an exact kernel vector."""
    found = lincs.optimal_probes(A, k=1)
    E = np.array(found.B).T @ A - np.eye(A.shape[1])
    assert (np.abs(E).max(axis=1) <= found.upper[:, 0] + 1e-9).all(), (
        A,
        np.abs(E).max(axis=1),
        found.upper[:, 0],
    )
    w = found.kernel
    if w.any():
        assert np.abs(A @ w).max() < 1e-9
        assert abs(np.abs(w).max() / np.abs(w).sum() - found.nu.lo) < 1e-9
    return int(A.shape[1])
