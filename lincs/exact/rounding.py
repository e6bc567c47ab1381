"""From exact rationals to doubles, rounded to the side that is asked for; and how far a computed inner product may be.

For vectors ``b, a`` of length d, computed with unit roundoff ``u`` in any order of summation, with or without fused
multiply-add, ``|fl(b . a) - b . a| <= gamma_d ||b|| ||a||`` in the absence of underflow, ``gamma_n = n u / (1 - n u)``
(Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1, and Cauchy-Schwarz).
"""

from __future__ import annotations

import math
from fractions import Fraction

from lincs.errors import InputError

__all__ = ["U", "float_down", "float_up", "gamma", "signed_ends"]

U = 2.0**-53  # unit roundoff of float64, in which all radii are computed


def gamma(n: int, u: float) -> float:
    """An upper bound of ``n u / (1 - n u)``."""
    if n * u >= 0.5:
        raise InputError(f"d must be below {int(0.5 / u)} for a rounding bound, got {n}")
    return n * u / (1 - n * u) * (1 + 4 * U)


def float_down(value: Fraction) -> float:
    """The largest double ``<= value``; raises OverflowError beyond the range of doubles."""
    x = value.numerator / value.denominator  # correctly rounded by Python
    return x if Fraction(x) <= value else math.nextafter(x, -math.inf)


def float_up(value: Fraction) -> float:
    """The smallest double ``>= value``; raises OverflowError beyond the range of doubles."""
    return -float_down(-value) + 0.0  # zero has no sign here


def signed_ends(value: Fraction) -> tuple[float, float]:
    """Doubles around a value, of its sign: zero for zero alone, the least double of that sign for what is less."""
    low, high = float_down(value), float_up(value)
    return (low or 5e-324 if value > 0 else low), (high or -5e-324 if value < 0 else high)
