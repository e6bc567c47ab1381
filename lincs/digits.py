"""Numbers as they are printed, where the nearest decimal would say too much."""

from __future__ import annotations

__all__ = ["outward", "percent"]


def outward(value: float, digits: int, *, up: bool) -> str:
    """That many digits of a bound: an upper one rounded up, a lower one down.

    >>> outward(0.04398618, 3, up=False), outward(0.04761905, 3, up=True), outward(0.5, 3, up=True)
    ('0.0439', '0.0477', '0.5')
    """
    import decimal

    rounding = decimal.ROUND_CEILING if up else decimal.ROUND_FLOOR
    return f"{float(decimal.Context(prec=digits, rounding=rounding).create_decimal_from_float(value)):.{digits}g}"


def percent(share: float) -> str:
    """In percent with one decimal; all but one of 2,048 are 99.9%, not 100.0%, and one of them is not 0.0%.

    >>> percent(2047 / 2048), percent(1.0), percent(1 / 4096), percent(0.0)
    ('99.9%', '100.0%', '0.1%', '0.0%')
    """
    within = min(max(share, 0.001), 0.999) if 0 < share < 1 else share
    return f"{within:.1%}"
