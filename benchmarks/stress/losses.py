"""The worst case of a row in rational arithmetic, from its definition: the error at each scale that can be best."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

ZERO = Fraction(0)


def exact_product(B: Any, A: Any) -> list[list[Fraction]]:
    """``B^T A`` of two d x m arrays of any number type."""
    a = [[Fraction(float(x)) for x in column] for column in A.T]
    b = [[Fraction(float(x)) for x in column] for column in B.T]
    return [[sum((x * y for x, y in zip(p, q, strict=True)), ZERO) for q in a] for p in b]


def _top(values: list[Fraction], k: int) -> Fraction:
    return sum(sorted(values, reverse=True)[:k], ZERO)


def sides(row: list[Fraction], k: int) -> tuple[Fraction, Fraction]:
    """The sums of the k largest positive parts of the row and of minus the row."""
    return _top([max(x, ZERO) for x in row], k), _top([max(-x, ZERO) for x in row], k)


def given_loss(row: list[Fraction], i: int, k: int, readout: str) -> Fraction:
    """Row i of ``M`` read as it is: the supremum of the error, or minus the margin of a threshold."""
    error = [x - (j == i) for j, x in enumerate(row)]
    high, low = sides(error, k)
    if readout == "threshold":
        off = row[:i] + row[i + 1 :]
        return sides(off, k)[0] + sides(off, k - 1)[1] - row[i]
    return {"signed": _top([abs(x) for x in error], k), "nonnegative": max(high, low), "affine": (high + low) / 2}[
        readout
    ]


def best_loss(row: list[Fraction], i: int, k: int, readout: str) -> Fraction:
    """The least :func:`given_loss` over all multiples of the row: convex and piecewise linear in the factor."""
    own = row[i]
    if readout == "threshold":
        return given_loss([x / own for x in row], i, k, readout) if own else ZERO

    def loss(c: Fraction) -> Fraction:
        return given_loss([c * x for x in row], i, k, readout)

    if not own:
        return loss(ZERO)
    factors = {ZERO, 1 / own}
    for size in {abs(x) for j, x in enumerate(row) if j != i}:
        factors.add(1 / (own + size))
        if own != size:
            factors.add(1 / (own - size))
    found = min(map(loss, factors))
    if readout == "nonnegative":  # the larger of two such functions: also where they cross
        points = sorted(factors)
        for x, y in pairwise(points):
            ends = [sides([c * v - (j == i) for j, v in enumerate(row)], k) for c in (x, y)]
            first, last = (high - low for high, low in ends)
            if first * last < 0:
                found = min(found, loss(x + (y - x) * first / (first - last)))
    return found
