"""Square roots of rationals, rounded to the side that is asked for, and exact where they are rational."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

__all__ = ["rational_root", "sqrt_above", "sqrt_below"]

_BITS = 64


def rational_root(x: Fraction) -> Fraction | None:
    """The square root of ``x >= 0`` if it is rational.

    >>> rational_root(Fraction(4, 9)), rational_root(Fraction(2))
    (Fraction(2, 3), None)
    """
    root = Fraction(isqrt(x.numerator), isqrt(x.denominator))
    return root if root * root == x else None


def sqrt_below(x: Fraction, bits: int = _BITS) -> Fraction:
    """A rational at or below ``sqrt(x)`` (``x >= 0``) by less than ``2^-bits``; equal to it if it is rational."""
    root = rational_root(x)
    return root if root is not None else Fraction(isqrt((x.numerator << 2 * bits) // x.denominator), 1 << bits)


def sqrt_above(x: Fraction, bits: int = _BITS) -> Fraction:
    """A rational at or above ``sqrt(x)`` (``x >= 0``) by at most ``2^-bits``; equal to it if it is rational."""
    root = rational_root(x)
    return root if root is not None else Fraction(isqrt((x.numerator << 2 * bits) // x.denominator) + 1, 1 << bits)
