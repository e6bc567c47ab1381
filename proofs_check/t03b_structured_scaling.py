"""Theorem 3b: the best scaling of a probe over structured supports, against an exact one-dimensional minimisation."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from itertools import combinations

TITLE = "row scaling over structured supports"

QUICK = {"most": 4}


def check(most: int = 5) -> str:
    rng = random.Random(7)
    rows = zero = 0
    for m in range(2, most + 1):
        for number in range(60):
            size = (1, 2, 4, 8)[number % 4]
            row = [Fraction(rng.randint(-4, 4), 2 * size) + Fraction(number % 3, 97) for _ in range(m)]
            i = rng.randrange(m)
            row[i] = Fraction(1)
            labels = [rng.randrange(3) for _ in range(m)]
            k, limit = rng.randint(1, m), rng.randint(1, 2)
            everything = [s for n in range(m + 1) for s in combinations(range(m), n)]
            limited = [s for s in everything if len(s) <= k and all(_count(s, labels, g) <= limit for g in range(3))]
            whole = [s for s in everything if len({labels[j] for j in s}) <= min(k, 2)]
            for supports in (limited, whole):
                for readout in ("signed", "nonnegative", "affine"):
                    c, value = best_scale(row, i, supports, readout)
                    loss = partial(scaled_loss, row=row, i=i, supports=supports, readout=readout)
                    assert loss(c) == value, (row, i, labels, k, limit, readout)
                    # The loss is convex: that nothing near is better makes it the minimum everywhere.
                    step = Fraction(1, 10**6)
                    assert all(loss(c + s) >= value for s in (step, -step, 10 * step, -10 * step)), (row, readout)
                    assert all(loss(Fraction(n, 16)) >= value for n in range(-8, 33))
                    zero += c == 0
                    rows += 1
    return f"{rows} rows against their neighbours and a grid of scales ({zero} with the zero probe)"


def _count(support: Sequence[int], labels: Sequence[int], group: int) -> int:
    return sum(labels[j] == group for j in support)


def _most(weights: Sequence[Fraction], supports: Sequence[Sequence[int]]) -> Fraction:
    return max(sum((weights[j] for j in s), Fraction(0)) for s in supports)


def scaled_loss(
    c: Fraction, row: Sequence[Fraction], i: int, supports: Sequence[Sequence[int]], readout: str
) -> Fraction:
    return worst([c * x for x in row], i, supports, readout)


def worst(row: Sequence[Fraction], i: int, supports: Sequence[Sequence[int]], readout: str) -> Fraction:
    """The row's loss by theorem 1c's first line: over every support, the diagonal an entry like the others."""
    error = [x - (j == i) for j, x in enumerate(row)]
    if readout == "signed":
        return _most([abs(x) for x in error], supports)
    high, low = (_most([max(sign * x, Fraction(0)) for x in error], supports) for sign in (1, -1))
    return max(high, low) if readout == "nonnegative" else (high + low) / 2


def best_scale(
    row: Sequence[Fraction], i: int, supports: Sequence[Sequence[int]], readout: str
) -> tuple[Fraction, Fraction]:
    """The closed forms: ``(c, value)`` for a row with unit diagonal."""
    without = [s for s in supports if i not in s]
    companions = [tuple(j for j in s if j != i) for s in supports if i in s]
    zero, one = Fraction(0), Fraction(1)

    def sums(sign: int) -> tuple[Fraction, Fraction]:
        weights = [abs(x) if sign == 0 else max(sign * x, zero) for x in row]
        return _most(weights, without), _most(weights, companions)

    if readout == "signed":
        off, on = sums(0)
        return (zero, one) if on >= 1 else (1 / (1 + off - on), off / (1 + off - on))
    (p, _), (n, n_on) = sums(1), sums(-1)
    if readout == "nonnegative":
        larger = max(p, n)
        return (zero, one) if n_on >= 1 else (1 / (1 + larger - n_on), larger / (1 + larger - n_on))
    if p + n_on >= 1:
        return zero, one / 2
    c = 1 / (1 + n - n_on)
    return c, c * (p + n) / 2
