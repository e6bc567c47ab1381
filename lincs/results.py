"""What every part of lincs returns: frozen records with ``to_dict()``, ready for JSON.

Integers beyond 2^53 become strings (JavaScript and many JSON readers lose them), rationals become ``"p/q"``,
floats must be finite.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import lincs
from lincs.problem import Problem

__all__ = ["Bound", "Bracket", "Interval", "jsonable"]

SCHEMA = 1


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


def document(command: str, result: Any, *, seed: int | None = None) -> dict[str, Any]:
    """The JSON document of a command: the result's own dictionary plus schema, version, command and seed."""
    head = {"schema": SCHEMA, "version": lincs.__version__, "command": command, "seed": seed}
    return {**head, **jsonable(result)}


@dataclass(frozen=True)
class Interval:
    """A closed interval ``[lo, hi]`` of doubles that contains the exact value."""

    lo: float
    hi: float

    def to_dict(self) -> dict[str, float]:
        return {"lo": jsonable(float(self.lo)), "hi": jsonable(float(self.hi))}


@dataclass(frozen=True, kw_only=True)
class Bound:
    """One statement about the unknown: what it says, why it is true, and for which parameters.

    ``side`` is "lower" or "upper".  ``kind`` is "theorem", "construction", "random", "symmetric-only" (valid only
    when B is proportional to A) or "other-decoder"; only the first three may decide a bracket.
    A bound whose hypotheses fail has ``value = None`` and says why in ``note``.
    """

    name: str
    side: str
    kind: str
    value: int | Fraction | str | None
    source: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def applies(self) -> bool:
        """Whether the hypotheses hold."""
        return self.value is not None

    @property
    def decides(self) -> bool:
        """Whether this bound may be an end of the bracket."""
        return self.applies and self.kind in ("theorem", "construction", "random")

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "side": self.side,
            "kind": self.kind,
            "value": jsonable(self.value),
            "applies": self.applies,
            "parameters": jsonable(self.parameters),
            "source": self.source,
            "note": self.note,
        }


@dataclass(frozen=True, kw_only=True)
class Bracket:
    """What is known about the unknown of ``problem``: the best bound of each side, and every other one."""

    problem: Problem
    unknown: str
    lower: Bound
    upper: Bound
    rows: tuple[Bound, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "problem": self.problem.to_dict(),
            "unknown": self.unknown,
            "lower": _end(self.lower),
            "upper": _end(self.upper),
            "rows": [row.to_dict() for row in self.rows],
        }


def _end(bound: Bound) -> dict[str, Any]:
    return {
        "value": jsonable(bound.value),
        "name": bound.name,
        "parameters": jsonable(bound.parameters),
        "source": bound.source,
    }
