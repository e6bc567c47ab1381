"""The other side of the comparison: small linear programs solved in Fractions, by enumeration and by simplex."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product
from typing import Any

Vector = list[Fraction]

ZERO = Fraction(0)


def columns_of(A: Any) -> list[Vector]:
    """The columns of a matrix of doubles, exactly."""
    return [[Fraction(float(v)) for v in column] for column in A.T]


def dot(a: Vector, b: Vector) -> Fraction:
    return sum((p * q for p, q in zip(a, b, strict=True)), ZERO)


def image(columns: list[Vector], z: Vector) -> Vector:
    """``A z``."""
    return [dot(list(row), z) for row in zip(*columns, strict=True)]


def solve(columns: list[Vector], x: Vector) -> Vector | None:
    """The one z with ``sum_j z_j columns_j = x``; None if the columns are dependent or there is none."""
    n, table = len(columns), [[*row, value] for *row, value in zip(*columns, x, strict=True)]
    for c in range(n):
        pivot = next((r for r in range(c, len(table)) if table[r][c]), None)
        if pivot is None:
            return None
        table[c], table[pivot] = table[pivot], table[c]
        table[c] = [v / table[c][c] for v in table[c]]
        for r in range(len(table)):
            if r != c and table[r][c]:
                factor = table[r][c]
                table[r] = [a - factor * b for a, b in zip(table[r], table[c], strict=True)]
    return None if any(row[n] for row in table[n:]) else [row[n] for row in table[:n]]


def basic_solutions(columns: list[Vector], x: Vector) -> Iterator[tuple[tuple[int, ...], Vector]]:
    """Every ``(support, values)`` without zeros of independent columns that gives x; nothing for x = 0."""
    for n in range(1, min(len(x), len(columns)) + 1):
        for support in combinations(range(len(columns)), n):
            z = solve([columns[j] for j in support], x)
            if z is not None and all(z):
                yield support, z


def l1_minimum(columns: list[Vector], x: Vector) -> tuple[Fraction | None, int]:
    """The least ``||z||_1`` with ``A z = x`` and the number of optimal basic solutions; (None, 0) if there is none."""
    if not any(x):
        return ZERO, 1
    best: Fraction | None = None
    count = 0
    for _, z in basic_solutions(columns, x):
        value = sum(map(abs, z), ZERO)
        if best is None or value < best:
            best, count = value, 1
        elif value == best:
            count += 1
    return best, count


def circuits(columns: list[Vector]) -> list[dict[int, Fraction]]:
    """The kernel vectors of least support, with 1-norm 1 (up to their sign)."""
    out = [{j: Fraction(1)} for j, column in enumerate(columns) if not any(column)]
    for first in range(len(columns)):
        rest = columns[first + 1 :]
        for support, z in basic_solutions(rest, columns[first]) if any(columns[first]) else ():
            w = {first: Fraction(1), **{first + 1 + j: -v for j, v in zip(support, z, strict=True)}}
            total = sum(map(abs, w.values()), ZERO)
            out.append({j: v / total for j, v in w.items()})
    return out


def nu(columns: list[Vector]) -> Fraction:
    """``max ||w||_inf / ||w||_1`` over the kernel: attained at a vector of least support."""
    return max((max(map(abs, w.values())) for w in circuits(columns)), default=ZERO)


def uniform_recovery(columns: list[Vector]) -> int:
    """The largest k for which basis pursuit recovers every k-sparse z: the null space property, vector by vector."""
    found = [sorted(map(abs, w.values()), reverse=True) for w in circuits(columns)]
    half = Fraction(1, 2)
    return max(k for k in range(len(columns) + 1) if all(sum(w[:k], ZERO) < half for w in found))


def row_value(columns: list[Vector], i: int, k: int) -> Fraction:
    """``max { w_i : A w = 0, ||w||_inf <= 1, ||w||_1 <= k }`` by the simplex method with Bland's rule."""
    m, d = len(columns), len(columns[0])
    count = 3 * m + 1 + d  # w = p - q; slacks of p + q <= 1 and of the sum; one artificial variable for a row of A
    rows: list[Vector] = []
    for j in range(m):
        row = [ZERO] * count
        row[j] = row[m + j] = row[2 * m + j] = Fraction(1)
        rows.append([*row, Fraction(1)])
    rows.append([Fraction(1)] * (2 * m) + [ZERO] * m + [Fraction(1)] + [ZERO] * d + [Fraction(k)])
    for coordinate in range(d):
        entries = [column[coordinate] for column in columns]
        row = [*entries, *(-v for v in entries), *[ZERO] * (m + 1 + d)]
        row[3 * m + 1 + coordinate] = Fraction(1)
        rows.append([*row, ZERO])
    basis = list(range(2 * m, count))

    def pivot(at: int, c: int) -> None:
        rows[at] = [v / rows[at][c] for v in rows[at]]
        for r in range(len(rows)):
            if r != at and rows[r][c]:
                factor = rows[r][c]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[at], strict=True)]
        basis[at] = c

    for at in range(m + 1, m + 1 + d):  # artificial variables are 0: out with them, along with dependent rows
        c = next((c for c in range(3 * m + 1) if rows[at][c]), None)
        if c is not None:
            pivot(at, c)
    kept = [at for at in range(len(rows)) if basis[at] <= 3 * m]
    rows, basis = [rows[at] for at in kept], [basis[at] for at in kept]
    cost = [ZERO] * (3 * m + 1)
    cost[i], cost[m + i] = Fraction(1), Fraction(-1)
    while True:
        priced = [(at, cost[b]) for at, b in enumerate(basis) if cost[b]]
        entering = next(
            (c for c in range(3 * m + 1) if cost[c] > sum((p * rows[at][c] for at, p in priced), ZERO)), None
        )
        if entering is None:
            return sum((p * rows[at][-1] for at, p in priced), ZERO)
        limits = [(row[-1] / row[entering], basis[at], at) for at, row in enumerate(rows) if row[entering] > 0]
        pivot(min(limits)[2], entering)


def lasso_minimum(columns: list[Vector], x: Vector, lam: Fraction) -> Fraction:
    """The least ``||A z - x||^2 / 2 + lam ||z||_1``: some minimiser has independent active columns; signs find it."""
    supports = (s for n in range(min(len(x), len(columns)) + 1) for s in combinations(range(len(columns)), n))
    for support in supports:
        active = [columns[j] for j in support]
        gram = [[dot(a, b) for b in active] for a in active]
        for signs in product((1, -1), repeat=len(support)):
            right = [dot(a, x) - lam * s for a, s in zip(active, signs, strict=True)]
            z = solve(gram, right) if support else []
            if z is None:
                break
            if any(v * s < 0 for v, s in zip(z, signs, strict=True)):
                continue
            rest = [v - sum((t * a[q] for t, a in zip(z, active, strict=True)), ZERO) for q, v in enumerate(x)]
            if all(abs(dot(column, rest)) <= lam for column in columns):
                return dot(rest, rest) / 2 + lam * sum(map(abs, z), ZERO)
    raise AssertionError("some active set satisfies the optimality conditions")
