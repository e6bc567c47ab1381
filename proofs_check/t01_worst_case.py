"""Theorem 1: every read-out's worst case, by brute force over supports and extreme inputs, in integers."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product

TITLE = "worst case = top-k row sum"

Row = Sequence[int]


def check() -> str:
    rng = random.Random(1)
    rows = interior = 0
    for m in range(1, 6):
        for k in range(1, m + 1):
            for _ in range(12):
                # Small entries make ties and zeros; i cycles through the positions of the diagonal.
                row = [rng.choice((-3, -2, -1, -1, 0, 0, 1, 1, 2, 3)) for _ in range(m)]
                i = rows % m
                _signed(row, i, k)
                _one_sided(row, i, k)
                _threshold(row, i, k)
                interior += _interior_points(row, i, k, rng)
                rows += 1
    _whole_matrices(rng)
    return f"{rows} rows, every support and extreme input, 4 read-outs; {interior} interior inputs stay below"


def top(values: Sequence[int], k: int) -> int:
    """The sum of the k largest values (of all of them if there are fewer)."""
    return sum(sorted(values, reverse=True)[:k])


def positive(row: Row) -> list[int]:
    return [max(x, 0) for x in row]


def negative(row: Row) -> list[int]:
    return [max(-x, 0) for x in row]


def _error(row: Row, i: int) -> list[int]:
    return [x - (j == i) for j, x in enumerate(row)]


def _inputs(m: int, k: int, values: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """All k-sparse inputs with entries in ``values`` (which include 0)."""
    for z in product(values, repeat=m):
        if sum(x != 0 for x in z) <= k:
            yield z


def _dot(row: Sequence[int], z: Sequence[int]) -> int:
    return sum(x * y for x, y in zip(row, z, strict=True))


def _signed(row: Row, i: int, k: int) -> None:
    e = _error(row, i)
    expected = top([abs(x) for x in e], k)
    assert max(abs(_dot(e, z)) for z in _inputs(len(e), k, (-1, 0, 1))) == expected, (row, i, k)
    # The witness: signs on the k largest entries, ties to the smallest index.
    support = sorted(range(len(e)), key=lambda j: (-abs(e[j]), j))[:k]
    z = [(1 if e[j] >= 0 else -1) if j in support else 0 for j in range(len(e))]
    assert _dot(e, z) == expected, (row, i, k)


def _one_sided(row: Row, i: int, k: int) -> None:
    e = _error(row, i)
    up, down = top(positive(e), k), top(negative(e), k)
    values = [_dot(e, z) for z in _inputs(len(e), k, (0, 1))]
    assert max(map(abs, values)) == max(up, down), (row, i, k)
    # With a free bias the best is the middle of the range, so the error is half of the range.
    assert max(values) - min(values) == up + down, (row, i, k)


def _threshold(row: Row, i: int, k: int) -> None:
    """Decodable by some threshold iff all active readings exceed all inactive ones (z binary)."""
    off = [x for j, x in enumerate(row) if j != i]
    readings: dict[int, list[int]] = {0: [], 1: []}
    for z in _inputs(len(row), k, (0, 1)):
        readings[z[i]].append(_dot(row, z))
    margin = min(readings[1]) - max(readings[0])
    assert margin == row[i] - top(positive(off), k) - top(negative(off), k - 1), (row, i, k)


def _interior_points(row: Row, i: int, k: int, rng: random.Random) -> int:
    """No input inside the box does better than its corners (the maximum of a convex function)."""
    e = _error(row, i)
    bound = top([abs(x) for x in e], k)
    for support in combinations(range(len(e)), k):
        z = [Fraction(rng.randint(-9, 9), 9) for _ in support]
        value = abs(sum((e[j] * x for j, x in zip(support, z, strict=True)), Fraction(0)))
        assert value <= bound, (row, i, k, support, z)
    return len(list(combinations(range(len(e)), k)))


def _whole_matrices(rng: random.Random) -> None:
    """The statement itself, on pairs: ``sup_z ||B^T A z - z||_inf`` is the largest row value."""
    for _ in range(20):
        d, m = rng.randint(1, 3), rng.randint(1, 5)
        A = [[rng.randint(-2, 2) for _ in range(m)] for _ in range(d)]
        B = [[rng.randint(-2, 2) for _ in range(m)] for _ in range(d)]
        E = [[sum(B[r][i] * A[r][j] for r in range(d)) - (i == j) for j in range(m)] for i in range(m)]
        for k in range(1, m + 1):
            direct = 0
            for z in _inputs(m, k, (-1, 0, 1)):
                x = [_dot(A[r], z) for r in range(d)]
                read = [sum(B[r][i] * x[r] for r in range(d)) for i in range(m)]
                direct = max(direct, *(abs(read[i] - z[i]) for i in range(m)))
            assert direct == max(top([abs(x) for x in row], k) for row in E), (A, B, k)
