"""Theorem 4: the Chebyshev rank bound, against matrices of known rank and a hunt for counterexamples."""

from __future__ import annotations

import csv
import random
from fractions import Fraction
from itertools import combinations, product
from math import comb, isqrt
from pathlib import Path

from lincs.bounds.chebyshev import chebyshev_rank
from lincs.bounds.polynomials import degrees, polynomial_dimension

TITLE = "Chebyshev rank bound"

DATA = Path(__file__).resolve().parent.parent / "tests" / "data"

SHARP = (
    (120, Fraction(1, 2), 8),
    (144, Fraction(1, 4), 16),
    (276, Fraction(1, 5), 23),
    (2300, Fraction(1, 3), 23),
    (36, Fraction(1, 2), 6),
    (63, Fraction(1, 2), 7),
)

Matrix = list[list[Fraction]]


def check() -> str:
    _chebyshev_is_small_inside()
    _entrywise_polynomials_have_small_rank()
    for m, mu, d in SHARP:
        assert chebyshev_rank(m=m, mu=mu, strict=False).d == d, (m, mu, d)
    equal, total = _packings()
    etfs = _etfs()
    built = _root_systems()
    hunted = _hunt()
    small = _small_cases()
    return (
        f"equal at {len(SHARP)} sharp systems, {equal} of {total} packings with N > d and {etfs} ETFs, "
        "never above; "
        f"{built} exact line systems and {hunted} random low-rank matrices obey it, "
        f"{small} small cases"
    )


def _small_cases() -> int:
    """Rank 0 has error 1, rank 1 none below any ``eps <= 1`` with ``eps/k <= 1/2``, and ``M = J/2`` works above."""
    rng = random.Random(44)
    for _ in range(2000):
        m = rng.randint(2, 5)
        k = rng.randint(1, min(m, 3))
        b, a = ([Fraction(rng.randint(-6, 6), rng.randint(1, 5)) for _ in range(m)] for _ in range(2))
        assert _worst([[x * y for y in a] for x in b], k) >= min(Fraction(1), Fraction(k, 2))
        assert _worst([[Fraction(0)] * m] * m, k) == 1
        assert _worst([[Fraction(1, 2)] * m] * m, k) == Fraction(min(k, m), 2)
    return 2000


def _worst(matrix: Matrix, k: int) -> Fraction:
    """The worst signed error: the largest top-k row sum of ``|M - I|`` (theorem 1)."""
    errors = [[abs(x - (i == j)) for j, x in enumerate(row)] for i, row in enumerate(matrix)]
    return max(sum(sorted(row, reverse=True)[:k], Fraction(0)) for row in errors)


def _chebyshev_is_small_inside() -> None:
    """``|T_p(x y)| <= 1`` on a rational grid of ``|y| <= 1/x``, and ``degrees`` gives ``T_p(x)^2``."""
    for mu in (Fraction(1, 3), Fraction(2, 7), Fraction(9, 10)):
        values = {y: [Fraction(1), y] for y in (Fraction(i, 20) for i in range(-20, 21))}
        values[1 / mu] = [Fraction(1), 1 / mu]
        for p, square, unit in degrees(mu):
            for y, column in values.items():
                while len(column) <= p:
                    column.append(2 * y * column[-1] - column[-2])
                assert abs(column[p]) <= 1 or y == 1 / mu
            assert values[1 / mu][p] ** 2 == Fraction(square, unit)
            if p == 9:
                break


def _entrywise_polynomials_have_small_rank() -> None:
    """``rank sum_l c_l M^{o l} <= D_p(d)`` and generic M reach it: exact elimination, non-symmetric M."""
    rng = random.Random(4)
    for d, p in product((1, 2, 3), (1, 2, 3, 4)):
        size = polynomial_dimension(d, p) + 2
        left = [[Fraction(rng.randint(-9, 9)) for _ in range(d)] for _ in range(size)]
        right = [[Fraction(rng.randint(-9, 9)) for _ in range(d)] for _ in range(size)]
        inner = [[sum((a * b for a, b in zip(u, v, strict=True)), Fraction(0)) for v in right] for u in left]
        weights = {degree: rng.randint(1, 9) for degree in range(p % 2, p + 1, 2)}
        f = [[sum((c * x**n for n, c in weights.items()), Fraction(0)) for x in row] for row in inner]
        assert _rank(f) <= polynomial_dimension(d, p) == sum(comb(d + n - 1, n) for n in weights)


def _rank(matrix: Matrix) -> int:
    rows, rank = [list(row) for row in matrix], 0
    for column in range(len(rows[0])):
        pivot = next((i for i in range(rank, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for i in range(rank + 1, len(rows)):
            if factor := rows[i][column] / rows[rank][column]:
                rows[i] = [x - factor * y for x, y in zip(rows[i], rows[rank], strict=True)]
        rank += 1
    return rank


def _table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open() as file:
        return list(csv.DictReader(file))


def _packings() -> tuple[int, int]:
    """Lines reach mu with some M of rank d; for every k the problem with eps just above k mu/(1+mu) is that
    one."""
    equal = total = 0
    for row in _table("line_packings.csv"):
        d, n, mu = int(row["d"]), int(row["N"]), Fraction(row["mu_upper"])
        found = _for_every_k(n, mu)
        assert found <= d, row
        total += n > d
        equal += n > d and found == d
    assert 3 * equal >= 2 * total, (equal, total)
    return equal, total


def _for_every_k(n: int, mu: Fraction) -> int:
    """The bound at ``eps`` just above ``k mu/(1+mu)``, k = 1..5: the same value each time (theorem 2)."""
    found = set()
    for k in range(1, min(5, n) + 1):
        eps = k * mu / (1 + mu) * (1 + Fraction(1, 10**12))
        found.add(chebyshev_rank(m=n, mu=eps / (k - eps)).d)
    assert len(found) == 1, (n, mu)
    return found.pop()


def _etfs() -> int:
    rows = _table("real_etf.csv")
    for row in rows:
        square, scale = Fraction(row["mu_squared"]), 10**40
        mu = Fraction(isqrt(square.numerator * scale**2 // square.denominator) + 1, scale)
        assert _for_every_k(int(row["N"]), mu) == int(row["d"]), row
    return len(rows)


def _root_systems() -> int:
    """Lines of A_n, D_n and E8 (exact coherence 1/2) really have the rank and coherence that the bound
    speaks of."""
    systems = [[_difference(n, i, j, -1) for i, j in combinations(range(n), 2)] for n in range(3, 9)]
    systems += [
        [_difference(n, i, j, sign) for i, j in combinations(range(n), 2) for sign in (-1, 1)] for n in range(4, 9)
    ]
    halves = [signs for signs in product((-1, 1), repeat=8) if signs[0] == 1 and signs.count(-1) % 2 == 0]
    systems.append([[2 * x for x in v] for v in systems[-1]] + [list(signs) for signs in halves])
    for lines in systems:
        norm = sum(x * x for x in lines[0])
        gram = [[Fraction(sum(a * b for a, b in zip(u, v, strict=True)), norm) for v in lines] for u in lines]
        assert all(gram[i][i] == 1 for i in range(len(lines)))
        mu = max(abs(gram[i][j]) for i, j in combinations(range(len(lines)), 2))
        d = _rank([[Fraction(x) for x in v] for v in lines])
        assert mu == Fraction(1, 2)
        assert chebyshev_rank(m=len(lines), mu=mu, strict=False).d <= d
    return len(systems)


def _difference(n: int, i: int, j: int, sign: int) -> list[int]:
    return [1 if x == i else sign if x == j else 0 for x in range(n)]


def _hunt() -> int:
    """Random unit-diagonal matrices ``B^T A`` of rank at most d, symmetric or not, exact: mu is measured."""
    rng = random.Random(44)
    tried = 0
    for d, m in product((2, 3, 4), (3, 5, 8, 12)):
        for _ in range(400):
            a = [[rng.randint(-6, 6) for _ in range(d)] for _ in range(m)]
            b = [[x + rng.randint(-1, 1) for x in column] for column in a] if tried % 2 else a
            rows = [[sum(x * y for x, y in zip(u, v, strict=True)) for v in a] for u in b]
            if any(rows[i][i] == 0 for i in range(m)):
                continue
            mu = max(Fraction(abs(rows[i][j]), abs(rows[i][i])) for i in range(m) for j in range(m) if i != j)
            if 0 < mu < 1:
                assert chebyshev_rank(m=m, mu=mu, strict=False).d <= d, (a, b)
                tried += 1
    assert tried > 100, tried
    return tried
