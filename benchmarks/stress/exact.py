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


def row_value(columns: list[Vector], i: int, k: int, readout: str = "signed") -> Fraction:
    """The least worst-case error of row i at k: the largest ``w_i`` of a kernel vector within the read-out's limits.

    Signed: ``||w||_inf <= 1, ||w||_1 <= k``.  Affine, for ``w = p - q``: entries at most 1/2 and sums at most k/2.
    Non-negative: entries of p at most a and their sum at most ka, those of q at most 1 - a and k(1 - a), for some a.
    """
    m, one = len(columns), Fraction(1)
    units = [[one if j == n else ZERO for j in range(2 * m + 1)] for n in range(2 * m)]
    p_sum, q_sum = (
        [one if (j < m) == first and j < 2 * m else ZERO for j in range(2 * m + 1)] for first in (True, False)
    )

    def with_share(row: Vector, share: Fraction) -> Vector:
        return [*row[:-1], share]

    if readout == "signed":
        limits = [([a + b for a, b in zip(units[j], units[m + j], strict=True)], one) for j in range(m)]
        limits.append(([a + b for a, b in zip(p_sum, q_sum, strict=True)], Fraction(k)))
    elif readout == "affine":
        limits = [*((unit, one / 2) for unit in units), (p_sum, Fraction(k, 2)), (q_sum, Fraction(k, 2))]
    else:
        limits = [(with_share(unit, -one), ZERO) for unit in units[:m]]
        limits += [(with_share(unit, one), one) for unit in units[m:]]
        limits += [(with_share(p_sum, -Fraction(k)), ZERO), (with_share(q_sum, Fraction(k)), Fraction(k))]
    kernel = [[*row, *(-v for v in row), ZERO] for row in map(list, zip(*columns, strict=True))]
    cost = [a - b for a, b in zip(units[i], units[m + i], strict=True)]
    return maximum(cost, limits, kernel)


def maximum(cost: Vector, limits: list[tuple[Vector, Fraction]], zeros: list[Vector]) -> Fraction:
    """``max cost . x`` with ``x >= 0``, ``row . x <= r`` for every (row, r >= 0), ``row . x = 0`` for each of zeros.

    By the simplex method with Bland's rule; the maximum must be finite.
    """
    n, slacks, d = len(cost), len(limits), len(zeros)
    count = n + slacks + d  # one artificial variable for each equation
    rows: list[Vector] = []
    for at, (row, r) in enumerate(limits):
        rows.append([*row, *[ZERO] * (slacks + d), r])
        rows[-1][n + at] = Fraction(1)
    for at, row in enumerate(zeros):
        rows.append([*row, *[ZERO] * (slacks + d), ZERO])
        rows[-1][n + slacks + at] = Fraction(1)
    basis = list(range(n, count))

    def pivot(at: int, c: int) -> None:
        rows[at] = [v / rows[at][c] for v in rows[at]]
        for r in range(len(rows)):
            if r != at and rows[r][c]:
                factor = rows[r][c]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[at], strict=True)]
        basis[at] = c

    for at in range(slacks, slacks + d):  # artificial variables are 0: out with them, along with dependent rows
        c = next((c for c in range(n + slacks) if rows[at][c]), None)
        if c is not None:
            pivot(at, c)
    kept = [at for at in range(len(rows)) if basis[at] < n + slacks]
    rows, basis = [rows[at] for at in kept], [basis[at] for at in kept]
    price = [*cost, *[ZERO] * slacks]
    while True:
        priced = [(at, price[b]) for at, b in enumerate(basis) if price[b]]
        entering = next(
            (c for c in range(n + slacks) if price[c] > sum((p * rows[at][c] for at, p in priced), ZERO)), None
        )
        if entering is None:
            return sum((p * rows[at][-1] for at, p in priced), ZERO)
        ratios = [(row[-1] / row[entering], basis[at], at) for at, row in enumerate(rows) if row[entering] > 0]
        pivot(min(ratios)[2], entering)


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
