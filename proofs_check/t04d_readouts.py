"""Theorem 4d: the other read-outs, against exact row values of matrices of known rank."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

from lincs.bounds.chebyshev import chebyshev_rank
from lincs.bounds.ladder_search import Entries, ladder_rank
from lincs.bounds.row_shift import row_shift, threshold_shift
from lincs.bounds.unshifted import threshold_plain

TITLE = "other read-outs"

Row = list[Fraction]


def check() -> str:
    _inner_bounds()
    _constant_answers()
    affine, threshold, nonnegative = _hunt()
    return f"{affine} affine, {nonnegative} non-negative and {threshold} threshold read-outs obey it, exactly"


def _parts(row: Row, count: int, sign: int) -> Fraction:
    """The sum of the ``count`` largest positive parts of ``sign * row``."""
    return sum(sorted((max(Fraction(0), sign * x) for x in row), reverse=True)[:count], Fraction(0))


def _constant_answers() -> None:
    """``B^T A = 0``: error 1 without a bias, 1/2 with the best one, and no threshold tells 0 from 1."""
    for m, k in product(range(1, 6), range(1, 6)):
        row = [Fraction(-1), *[Fraction(0)] * (m - 1)]
        up, down = _parts(row, k, 1), _parts(row, k, -1)
        assert max(up, down) == 1
        assert (up + down) / 2 == Fraction(1, 2)
        others = row[1:]
        assert not _parts(others, k, 1) + _parts(others, k - 1, -1) < 0


def _inner_bounds() -> None:
    """The two maxima inside the proofs, on a grid: ``(h+l)/(2-h+l) <= 1/(2k-1)`` and the affine ratios."""
    for k in range(2, 7):
        for i, j in product(range(21), repeat=2):
            h, low = Fraction(i, 20 * k), Fraction(j, 20 * (k - 1))
            if k * h + (k - 1) * low <= 1:
                assert (h + low) / (2 - h + low) <= Fraction(1, 2 * k - 1)
                excess = 1 - k * h - (k - 1) * low
                c = (h - low) / 2
                assert abs(h + excess - c) <= 1 - c
                assert abs(-low - excess - c) <= 1 - c
    for k, eps in product(range(1, 6), (Fraction(1, 10), Fraction(1, 3), Fraction(1, 2))):
        t = eps / k
        if 2 * t >= 1:
            continue
        for i, j, share in product(range(11), range(10), range(11)):
            w = t * Fraction(i, 10)
            total = (2 * eps - 2 * k * w) * Fraction(j, 10)
            e_diagonal = total * Fraction(share, 10)
            assert w / (1 - w - e_diagonal) <= t / (1 - t)
            assert (w + total - e_diagonal) / (1 - w - e_diagonal) <= 2 * eps


def _matrices() -> list[tuple[int, list[Row]]]:
    """(rank bound, unit-diagonal M): simplices, line systems, and those with a constant added to each row."""
    rng = random.Random(12)
    systems: list[tuple[int, list[list[int]]]] = []
    for n in (4, 6, 9):  # lines e_i - e_j span n - 1 dimensions; e_i +- e_j span n
        systems.append((n - 1, [[(x == i) - (x == j) for x in range(n)] for i in range(n) for j in range(i)]))
    seven = [line for line in product((0, 1), repeat=7) if sum(line) == 3 and _is_fano(line)]
    systems.append(
        (7, [[s * x for s, x in zip(_signs(line, v), line, strict=True)] for line in seven for v in range(4)])
    )
    hadamard = [[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]
    systems.append((4, [[2 * (i == j) for j in range(4)] for i in range(4)] + hadamard))
    for n in (8, 16):
        rows = [[(-1) ** bin(i & j).count("1") for j in range(n)] for i in range(n)]
        root = {8: None, 16: 4}[n]
        if root:
            systems.append((n, [[root * (i == j) for j in range(n)] for i in range(n)] + rows))
    result: list[tuple[int, list[Row]]] = []
    for rank, columns in systems:
        gram = [[Fraction(sum(x * y for x, y in zip(u, v, strict=True))) for v in columns] for u in columns]
        unit = [[x / gram[i][i] for x in row] for i, row in enumerate(gram)]
        result.append((rank, unit))
        for _ in range(6):  # rank + 1: each row shifted by its own constant, then made unit again
            shifted = []
            for i, row in enumerate(unit):
                c = Fraction(rng.randint(-8, 8), 40)
                shifted.append([(x + c) / (row[i] + c) for x in row])
            result.append((rank + 1, shifted))
    for m in (3, 6, 12, 25):  # simplices, and all-positive rows of rank 1 + rank
        result.append((m - 1, [[Fraction(1) if i == j else Fraction(-1, m - 1) for j in range(m)] for i in range(m)]))
        small = Fraction(1, 3 * m)
        result.append((m, [[Fraction(1) if i == j else small for j in range(m)] for i in range(m)]))
    return result


def _is_fano(line: tuple[int, ...]) -> bool:
    points = [i + 1 for i, x in enumerate(line) if x]
    return points[0] ^ points[1] ^ points[2] == 0


def _signs(line: tuple[int, ...], pattern: int) -> list[int]:
    support = [i for i, x in enumerate(line) if x]
    signs = [1] * len(line)
    for bit, i in enumerate(support[1:]):
        signs[i] = -1 if pattern >> bit & 1 else 1
    return signs


def _hunt() -> tuple[int, int, int]:
    affine = threshold = nonnegative = 0
    for rank, matrix in _matrices():
        m = len(matrix)
        for k in range(1, min(m, 6)):
            for scale in (Fraction(1), Fraction(9, 10), Fraction(3, 4)):
                errors = [[scale * x - (i == j) for j, x in enumerate(row)] for i, row in enumerate(matrix)]
                up = [(_parts(row, k, 1), _parts(row, k, -1)) for row in errors]
                value = max((a + b) / 2 for a, b in up)
                eps = value + Fraction(1, 10**6)
                if eps <= Fraction(1, 2) and 2 * eps < k:
                    assert row_shift(m=m, k=k, eps=eps)[0] <= rank, (m, k, eps)
                    affine += 1
                eps = max(max(pair) for pair in up) + Fraction(1, 10**6)
                t = eps / (k * (1 - eps)) if eps < 1 else Fraction(1)
                if eps <= Fraction(1, 2) and 2 * t < 1:
                    assert chebyshev_rank(m=m, mu=t / (1 - t)).d <= rank, (m, k, eps)
                    for mu in {t / (1 - t), *([eps / (1 - eps)] if k == 1 else [])}:
                        ladder = ladder_rank(m, Entries(mu, strict=True))
                        assert ladder is None or ladder.rank < rank, (m, k, eps)
                    nonnegative += 1
            off = [[x for j, x in enumerate(row) if j != i] for i, row in enumerate(matrix)]
            if all(_parts(row, k, 1) + _parts(row, k - 1, -1) < 1 for row in off):
                if k >= 2:
                    assert threshold_shift(m=m, k=k)[0] <= rank, (m, k, rank)
                if k >= 3:
                    assert threshold_plain(m=m, k=k)[0] <= rank, (m, k, rank)
                threshold += 1
    assert min(affine, threshold, nonnegative) > 10, (affine, threshold, nonnegative)
    return affine, threshold, nonnegative
