"""Turning results into what JSON can hold without loss.

Integers beyond 2^53 become strings (JavaScript and many JSON readers lose them), rationals become ``"p/q"``, floats
must be finite.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

__all__ = ["jsonable"]


def jsonable(value: Any) -> Any:
    """Turn ``value`` into what ``json.dumps`` prints without loss (see the module's docstring)."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Fraction):
        if value.denominator != 1:
            return f"{value.numerator}/{value.denominator}"
        value = value.numerator
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else str(value)
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
