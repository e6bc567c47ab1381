"""Between exact rationals and the balls of python-flint, which is imported only where a ball is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

__all__ = ["ball", "ceiling_above", "ends", "floor_below", "precision"]


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Compute balls in this precision inside a ``with`` block."""
    from flint import ctx

    before = ctx.prec
    try:
        ctx.prec = bits
        yield
    finally:
        ctx.prec = before


def ball(x: Fraction | int) -> Any:
    """A ball around a rational."""
    from flint import arb, fmpq

    return arb(fmpq(x.numerator, x.denominator))


def ends(x: Any) -> tuple[Fraction, Fraction]:
    """The least and the greatest number of a ball (rounded outward to the precision in force)."""
    return _exactly(x.lower()), _exactly(x.upper())


def _exactly(x: Any) -> Fraction:
    """The one number of a ball without width."""
    mantissa, exponent = (int(part) for part in x.man_exp())
    return Fraction(mantissa << exponent) if exponent >= 0 else Fraction(mantissa, 1 << -exponent)


def floor_below(x: Any) -> int:
    """The floor of the least number in a ball."""
    mantissa, exponent = (int(part) for part in x.lower().man_exp())
    return mantissa << exponent if exponent >= 0 else mantissa >> -exponent


def ceiling_above(x: Any) -> int:
    """The ceiling of the greatest number in a ball."""
    return -floor_below(-x)
