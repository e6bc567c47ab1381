"""Theorem 9, columns of any norm: coherence, Babel and nu conditions against the null space property, in Fractions."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations

from proofs_check.t09_recovery import solve_exactly

TITLE = "recovery of every sparse z, columns of any norm"

INSTANCES = 400
QUICK = {"instances": 60}  # what the test suite runs; python -m proofs_check runs all

Vector = list[Fraction]


def check(instances: int = INSTANCES) -> str:
    draw = random.Random(9)
    certified, angles = 0, 0
    for _ in range(instances):
        d, m = draw.randint(2, 4), draw.randint(3, 6)
        columns = [[Fraction(draw.randint(-6, 6), draw.choice((1, 1, 5))) for _ in range(d)] for _ in range(m)]
        if d >= 3 and draw.random() < 0.4:  # nearly orthogonal columns, so that the conditions hold at all
            for j, column in enumerate(columns[:d]):
                columns[j] = [9 * (row == j) + v / 8 for row, v in enumerate(column)]
        if any(not any(column) for column in columns):
            continue
        kernel = circuits(columns)
        true = uniform(kernel, m)
        c = [
            [abs(_dot(a, b)) / _dot(a, a) if i != j else Fraction(0) for j, b in enumerate(columns)]
            for i, a in enumerate(columns)
        ]
        nu = max((max(map(abs, w.values())) for w in kernel), default=Fraction(0))
        mu = max(v for row in c for v in row)
        assert nu <= mu / (1 + mu)
        for k in range(1, m + 1):
            conditions = (
                k * nu < Fraction(1, 2),
                (2 * k - 1) * mu < 1,
                babel(c, k - 1) + babel(c, min(k, m - 1)) < 1,
            )
            assert not any(conditions) or k <= true, (columns, k, conditions, true)
            certified += sum(conditions)
        # The same condition on the angles is another statement: count the matrices for which it is false.
        squares = [_dot(a, a) for a in columns]
        pairs = combinations(zip(columns, squares, strict=True), 2)
        cosine = max(_dot(a, b) ** 2 / (p * q) for (a, p), (b, q) in pairs)
        angles += cosine < 1 and true < 1
    example = [[Fraction(1), Fraction(0)], [Fraction(0), Fraction(1)], [Fraction(1, 10), Fraction(1, 10)]]
    assert uniform(circuits(example), 3) == 0
    assert angles > 0
    assert certified > 100
    return f"{certified} certified (matrix, condition, k), all recovered; false for {angles} matrices by their angles"


def babel(c: list[Vector], s: int) -> Fraction:
    """The largest sum of s entries of one column, its diagonal entry left out."""
    m = len(c)
    columns = [sorted((c[i][j] for i in range(m) if i != j), reverse=True) for j in range(m)]
    return max(sum(column[:s], Fraction(0)) for column in columns)


def circuits(columns: list[Vector]) -> list[dict[int, Fraction]]:
    """The kernel vectors of least support, of 1-norm 1: the null space property fails at one of them if it fails."""
    out = []
    for n in range(1, len(columns[0]) + 2):
        for support in combinations(range(len(columns)), n):
            first, rest = columns[support[0]], [columns[j] for j in support[1:]]
            gram = [[_dot(a, b) for b in rest] for a in rest]
            z = solve_exactly(gram, [_dot(a, first) for a in rest])
            if z is None or not all(z) or not any(first):
                continue
            image = [_dot(z, list(row)) for row in zip(*rest, strict=True)] if rest else []
            if image == first:
                total = 1 + sum(map(abs, z), Fraction(0))
                out.append({support[0]: 1 / total, **{j: -v / total for j, v in zip(support[1:], z, strict=True)}})
    return out


def uniform(kernel: list[dict[int, Fraction]], m: int) -> int:
    """The largest k with ``||w_S||_1 < 1/2`` for all circuits and ``|S| = k``."""
    sizes = [sorted(map(abs, w.values()), reverse=True) for w in kernel]
    return max(k for k in range(m + 1) if all(sum(w[:k], Fraction(0)) < Fraction(1, 2) for w in sizes))


def _dot(a: Vector, b: Vector) -> Fraction:
    return sum((p * q for p, q in zip(a, b, strict=True)), Fraction(0))
