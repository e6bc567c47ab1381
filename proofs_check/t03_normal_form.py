"""Theorem 3: normal form, and the best scaling of a probe, against an exact one-dimensional minimisation."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import product

TITLE = "normal form and row scaling"

Row = Sequence[Fraction]
Line = tuple[Fraction, Fraction]  # value and slope at a point


def check() -> str:
    rng = random.Random(3)
    rows = zero = 0
    for m in range(1, 6):
        for k in range(1, m + 1):
            for number in range(14):
                # From rows with tiny entries (the zero probe loses) to large ones (it wins); repeated values.
                size = (1, 2, 4, 8, 16, 1, 3)[number % 7]
                off = [Fraction(rng.choice((-4, -3, -2, -1, 0, 1, 2, 3, 4)), 2 * size) for _ in range(m - 1)]
                if number >= 7:
                    off = [x + Fraction(rng.randint(-5, 5), 97) for x in off]
                for readout in ("signed", "nonnegative", "affine"):
                    c, value = best_scale(off, k, readout)
                    zero += c == 0
                    assert worst(off, k, readout, c)[0] == value, (off, k, readout, c)
                    assert value == _minimise(off, k, readout), (off, k, readout, value)
                rows += 1
    matrices = _normal_form(rng)
    return f"{rows} rows x 3 read-outs against exact minimisation ({zero} with the zero probe), {matrices} normal forms"


def _top(values: Sequence[Fraction], k: int) -> Fraction:
    return sum(sorted(values, reverse=True)[:k], Fraction(0))


def best_scale(off: Row, k: int, readout: str) -> tuple[Fraction, Fraction]:
    """The closed forms: ``(c, value)`` for a row with unit diagonal and off-diagonal entries ``off``."""
    size, plus, minus = (
        [abs(x) for x in off],
        [max(x, Fraction(0)) for x in off],
        [max(-x, Fraction(0)) for x in off],
    )
    one = Fraction(1)
    if readout == "signed":
        if _top(size, k - 1) >= 1:
            return Fraction(0), one
        c = 1 / (1 + _top(size, k) - _top(size, k - 1))  # the difference is v_(k), 0 if there is none
        return c, c * _top(size, k)
    if readout == "nonnegative":
        if _top(minus, k - 1) >= 1:
            return Fraction(0), one
        larger = max(_top(plus, k), _top(minus, k))
        c = 1 / (1 + larger - _top(minus, k - 1))
        return c, c * larger
    if _top(plus, k) + _top(minus, k - 1) >= 1:
        return Fraction(0), one / 2
    c = 1 / (1 + _top(minus, k) - _top(minus, k - 1))
    return c, c * (_top(plus, k) + _top(minus, k)) / 2


def worst(off: Row, k: int, readout: str, c: Fraction) -> Line:
    """The worst error of the probe scaled by ``c``, by brute force over inputs, and a slope of it in ``c``.

    A row ``e = c (1, off) - (1, 0)`` reads ``e.z = c (z_0 + off.z_off) - z_0``, a line in ``c`` for each z.
    """
    values = (-1, 0, 1) if readout == "signed" else (0, 1)
    lines: list[Line] = []
    for z in product(values, repeat=len(off) + 1):
        if sum(x != 0 for x in z) <= k:
            slope = z[0] + sum((x * y for x, y in zip(off, z[1:], strict=True)), Fraction(0))
            lines.append((c * slope - z[0], Fraction(slope)))
    top = max(lines)
    bottom = min(lines)
    if readout == "affine":
        return (top[0] - bottom[0]) / 2, (top[1] - bottom[1]) / 2
    return max(top, (-bottom[0], -bottom[1]))


def _minimise(off: Row, k: int, readout: str) -> Fraction:
    """The exact minimum over all real ``c``, by cutting planes.

    It ends, since the function is the maximum of finitely many lines; it is at most 1 at 0 and above that at
    -1 and 3 (in proportion, for the affine read-out), so that the slopes there have opposite signs.
    """

    def function(c: Fraction) -> Line:
        return worst(off, k, readout, c)

    left, right = Fraction(-1), Fraction(3)
    (f_left, s_left), (f_right, s_right) = function(left), function(right)
    assert s_left < 0 < s_right, (off, k, readout)
    while True:
        c = (f_left - f_right + s_right * right - s_left * left) / (s_right - s_left)
        value, slope = function(c)
        if value == f_left + s_left * (c - left) or slope == 0:
            return value
        if slope < 0:
            left, f_left, s_left = c, value, slope
        else:
            right, f_right, s_right = c, value, slope


def _normal_form(rng: random.Random) -> int:
    """``|M - I| < t`` gives unit diagonal and off-diagonals below ``t/(1-t)`` at equal rank, and back."""
    tried = 0
    for _ in range(200):
        m = rng.randint(2, 4)
        t = Fraction(rng.randint(1, 19), 20)
        mu = t / (1 - t)
        M = [[(i == j) + t * Fraction(rng.randint(-99, 99), 100) for j in range(m)] for i in range(m)]
        if rng.random() < 0.5:  # a rank-deficient one: the last row repeats the first where that keeps |M - I| < t
            M[-1] = [x * Fraction(1, 2) + y * Fraction(1, 2) for x, y in zip(M[0], M[1], strict=True)]
            if any(abs(M[-1][j] - (j == m - 1)) >= t for j in range(m)):
                continue
        unit = [[x / M[i][i] for x in M[i]] for i in range(m)]
        assert all(abs(unit[i][j]) < mu for i in range(m) for j in range(m) if i != j), (M, t)
        assert _rank(unit) == _rank(M), M
        largest = max(abs(unit[i][j]) for i in range(m) for j in range(m) if i != j)
        c = 1 / (1 + largest)
        error = max(abs(c * unit[i][j] - (i == j)) for i in range(m) for j in range(m))
        assert error == largest / (1 + largest) < t, (M, t)
        tried += 1
    return tried


def _rank(rows: list[list[Fraction]]) -> int:
    rows, rank = [row[:] for row in rows], 0
    for column in range(len(rows[0])):
        pivot = next((r for r in range(rank, len(rows)) if rows[r][column] != 0), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for r in range(rank + 1, len(rows)):
            factor = rows[r][column] / rows[rank][column]
            rows[r] = [x - factor * y for x, y in zip(rows[r], rows[rank], strict=True)]
        rank += 1
    return rank
