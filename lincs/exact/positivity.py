"""Prove that a polynomial is positive on a whole interval, in exact rationals.

In the Bernstein basis of ``[0, 1]`` a polynomial lies inside the convex hull of its coefficients, so positive
coefficients prove positivity; where they are mixed, the interval is halved (de Casteljau) and both halves are proved.
Every positive polynomial is proved after finitely many halvings (Bernstein 1915).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import comb, lcm

__all__ = ["is_positive_on_unit_interval"]

_MAX_PIECES = 20_000


def is_positive_on_unit_interval(coefficients: Sequence[Fraction]) -> bool:
    """Whether ``sum c_i z^i > 0`` is proved for all z in ``[0, 1]``; False means "not proved".

    False is certain when the value at an end of some piece is not positive.
    """
    degree = len(coefficients) - 1
    bernstein = [
        sum((Fraction(comb(i, j), comb(degree, j)) * coefficients[j] for j in range(i + 1)), Fraction(0))
        for i in range(degree + 1)
    ]
    scale = lcm(*(b.denominator for b in bernstein))
    pieces = [[int(b * scale) for b in bernstein]]
    for _ in range(_MAX_PIECES):
        if not pieces:
            return True
        piece = pieces.pop()
        if piece[0] <= 0 or piece[-1] <= 0:
            return False
        if min(piece) <= 0:
            pieces.extend(_halves(piece))
    return False


def _halves(piece: list[int]) -> tuple[list[int], list[int]]:
    """de Casteljau at 1/2, without division: both halves are scaled by ``2^degree``."""
    degree = len(piece) - 1
    left, right, row = [], [], piece
    for level in range(degree + 1):
        left.append(row[0] << (degree - level))
        right.append(row[-1] << (degree - level))
        row = [a + b for a, b in pairwise(row)]
    return left, right[::-1]
