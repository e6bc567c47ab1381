"""The fractions of short denominator that lie next to a given one."""

from __future__ import annotations

from fractions import Fraction

__all__ = ["neighbours"]


def neighbours(x: Fraction, limit: int) -> tuple[Fraction, Fraction]:
    """The largest fraction at or below x and the least at or above it with a denominator of at most ``limit``.

    >>> neighbours(Fraction(355, 1130), 7)
    (Fraction(2, 7), Fraction(1, 3))
    """
    if x.denominator <= limit:
        return x, x
    p0, q0, p1, q1 = 0, 1, 1, 0
    numerator, denominator = x.numerator, x.denominator
    while True:
        quotient, rest = divmod(numerator, denominator)
        if q0 + quotient * q1 > limit:
            break
        p0, q0, p1, q1 = p1, q1, p0 + quotient * p1, q0 + quotient * q1
        numerator, denominator = denominator, rest
    steps = (limit - q0) // q1
    ends = Fraction(p1, q1), Fraction(p0 + steps * p1, q0 + steps * q1)
    return min(ends), max(ends)
