"""Theorem 4f: small cases that are exact, by brute force over small integer pairs, and the cuts of long numbers."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations, islice, product

from lincs.bounds.polynomials import degrees, growth
from lincs.exact.nearby import neighbours

TITLE = "small cases"


def check() -> str:
    ranks = _full_rank()
    lines = _line()
    pairs = _antipodal()
    cuts = _cuts()
    return f"{ranks} matrices, {lines} sets of points on a line, {pairs} sets of pairs and {cuts} cut numbers obey it"


def _determinant(matrix: list[list[Fraction]]) -> Fraction:
    if not matrix:
        return Fraction(1)
    first, *rest = matrix
    return sum(
        ((-1) ** j * x * _determinant([row[:j] + row[j + 1 :] for row in rest]) for j, x in enumerate(first) if x),
        Fraction(0),
    )


def _part(row: list[Fraction], count: int, sign: int) -> Fraction:
    return sum(sorted((max(Fraction(0), sign * x) for x in row), reverse=True)[:count], Fraction(0))


def _full_rank() -> int:
    """Singular matrices satisfy none of the hypotheses at k = m."""
    rng = random.Random(4)
    tried = 0
    while tried < 3000:
        m = rng.choice((2, 3, 4))
        top = [[Fraction(rng.randint(-6, 6), 6) for _ in range(m)] for _ in range(m - 1)]
        weights = [Fraction(rng.randint(-4, 4), 4) for _ in range(m - 1)]
        last = [sum((w * row[j] for w, row in zip(weights, top, strict=True)), Fraction(0)) for j in range(m)]
        matrix = [*top, last]
        rng.shuffle(matrix)
        assert _determinant(matrix) == 0
        errors = [[x - (i == j) for j, x in enumerate(row)] for i, row in enumerate(matrix)]
        assert max(_part(e, m, 1) + _part(e, m, -1) for e in errors) >= 1
        assert max(max(_part(e, m, 1), _part(e, m, -1)) for e in errors) >= Fraction(1, 2)
        off = [(row[i], row[:i] + row[i + 1 :]) for i, row in enumerate(matrix)]
        assert any(x <= _part(row, m, 1) + _part(row, m - 1, -1) for x, row in off)
        tried += 1
    return tried


def _line() -> int:
    """On a line at most two points read strictly above 0 and all others, for some probe."""
    tried = 0
    for count in (2, 3, 4):
        for points in combinations(range(-4, 5), count):
            good = sum(any(b * a > max([0, *(b * o for o in points if o != a)]) for b in (1, -1)) for a in points)
            assert good <= 2
            tried += 1
    return tried


def _antipodal() -> int:
    """The affine value of antipodal pairs is 1/4 at k = 1, for odd m as well."""
    for m in range(1, 12):
        columns = [((-1) ** j, j // 2) for j in range(m)]
        for i, (sign, axis) in enumerate(columns):
            row = [Fraction(sign * other, 2) * (axis == place) - (i == j) for j, (other, place) in enumerate(columns)]
            assert (_part(row, 1, 1) + _part(row, 1, -1)) / 2 <= Fraction(1, 4)
    return 11


def _cuts() -> int:
    """The next fraction of bounded denominator by brute force; rounded Chebyshev values enclose the exact ones."""
    tried = 0
    for limit in (1, 2, 5, 8):
        grid = sorted({Fraction(p, q) for q in range(1, limit + 1) for p in range(4 * q + 1)})
        for p, q in product(range(1, 40), range(10, 23)):
            x = Fraction(p, q)
            if x < 4:
                below, above = neighbours(x, limit)
                assert below == max(y for y in grid if y <= x)
                assert above == min(y for y in grid if y >= x)
                tried += 1
    one = 1 << 256
    for y in (Fraction(5), Fraction(4, 3), Fraction(1001, 1000), Fraction(10**9 + 1, 10**9)):
        ways = zip(growth(y, up=False), growth(y, up=True), degrees(1 / y), strict=False)
        for low, high, (_, square, unit) in islice(ways, 60):
            assert Fraction(low * low, one * one) <= Fraction(square, unit) <= Fraction(high * high, one * one)
            assert high - low <= (low >> 180) + 1
            tried += 1
    return tried
