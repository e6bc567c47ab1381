"""Between exact rationals and the balls of python-flint, which is imported only where a ball is needed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

__all__ = ["ball", "ceiling_above", "floor_below"]


def ball(x: Fraction | int) -> Any:
    """A ball around a rational."""
    from flint import arb, fmpq

    return arb(fmpq(x.numerator, x.denominator))


def floor_below(x: Any) -> int:
    """The floor of the least number in a ball."""
    mantissa, exponent = (int(part) for part in x.lower().man_exp())
    return mantissa << exponent if exponent >= 0 else mantissa >> -exponent


def ceiling_above(x: Any) -> int:
    """The ceiling of the greatest number in a ball."""
    return -floor_below(-x)
