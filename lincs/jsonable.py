"""Turning results into what JSON can hold without loss.

Integers beyond 2^53 become strings (JavaScript and many JSON readers lose them), rationals become ``"p/q"``, floats
must be finite.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

__all__ = ["digits", "jsonable", "shown"]

_CHUNK = 4000  # Python refuses to write more than 4300 digits at once


def digits(n: int) -> str:
    """``str(n)`` for an integer of any length, whatever the limit of the interpreter."""
    if n < 0:
        return "-" + digits(-n)
    if n.bit_length() < 3 * _CHUNK:
        return str(n)
    half = int(n.bit_length() * 0.30103) // 2
    high, low = divmod(n, 10**half)
    return digits(high) + digits(low).rjust(half, "0")


def shown(value: Any) -> str:
    """``repr(value)`` for a message: long ones are cut, whatever they are."""
    try:
        text = repr(value)
    except ValueError:  # an integer, somewhere in it, beyond the limit of the interpreter
        return f"a {type(value).__name__} of thousands of digits"
    return text if len(text) <= 80 else f"{text[:60]}... ({len(text)} characters)"


def jsonable(value: Any) -> Any:
    """Turn ``value`` into what ``json.dumps`` prints without loss (see the module's docstring)."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Fraction):
        if value.denominator != 1:
            return f"{digits(value.numerator)}/{digits(value.denominator)}"
        value = value.numerator
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else digits(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"a result must be finite, got {value}")
        return value
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if hasattr(value, "tolist"):  # numpy scalars and arrays, without importing numpy here
        return jsonable(value.tolist())
    return [jsonable(item) for item in value]
