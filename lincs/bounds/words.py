"""Numbers of any length for people."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lincs.jsonable import digits

__all__ = ["number"]


def number(value: Any) -> str:
    """Exact while it is short, then a few digits with the sign ``~``."""
    if isinstance(value, Fraction) and value.denominator != 1:
        text = f"{digits(value.numerator)}/{digits(value.denominator)}"
        if len(text) <= 24:
            return text
        if value > 10**24:
            return number(value.numerator // value.denominator)
        if value < Fraction(1, 10**300):
            return f"~1/{number(value.denominator // value.numerator).lstrip('~')}"
        return f"~{float(value):.10g}"
    if not isinstance(value, int | Fraction):
        return str(value)
    text = digits(int(value))
    return f"~{text[0]}.{text[1:5]}e{len(text) - 1}" if len(text) > 24 else text
