"""Exact verification of frames with a group, from one row: no ``m x m`` and mostly no ``d x m`` array is formed.

Where the inner products of a frame's columns depend only on a difference (of forms, polynomials, characters), it
is enough to look at the differences, and at one of each orbit of the symmetries that keep the set (THEOREMS.md, 7).
Everything is counted in exact integers, except character sums of polynomials, which are floating-point transforms with
a stated margin.  What is looked at is each family's own (:attr:`.family.Family.orbit`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lincs.constructions.catalogue import EVERY, family
from lincs.constructions.family import Promise
from lincs.errors import InputError
from lincs.results import jsonable

__all__ = ["Structure", "has_structure", "verify_structure"]


@dataclass(frozen=True, kw_only=True)
class Structure:
    """The first m columns of a frame have coherence at most ``coherence``: what was computed, and how much of it.

    ``checked`` counts the differences (ranks, polynomials, transforms) that were looked at; they stand for all
    ``m (m-1) / 2`` pairs.
    """

    family: str
    parameters: Mapping[str, Any]
    d: int
    m: int
    coherence: Fraction
    method: str
    checked: int

    def serves(self, *, k: int, eps: Fraction, closed: bool = False) -> bool:
        """Whether the frame with its best scale has worst error below eps at k (closed: at most that), exactly."""
        return self.coherence * (k - eps) < eps or (closed and self.coherence * (k - eps) == eps)

    def to_dict(self) -> dict[str, Any]:
        return {name: jsonable(getattr(self, name)) for name in self.__dataclass_fields__}


def has_structure(promise: Promise) -> bool:
    """Whether :func:`verify_structure` knows this family."""
    return family(promise.family).orbit is not None


def verify_structure(promise: Promise, *, m: int | None = None) -> Structure:
    """Verify the first m columns (default: all) of a promised frame by its group, exactly.

    Raises:
        InputError: the family has no such verification, or it would take too long.
    """
    m = promise.columns if m is None else m
    orbit = family(promise.family).orbit
    if orbit is None:
        names = ", ".join(candidate.name for candidate in EVERY if candidate.orbit is not None)
        raise InputError(f"family must be one of {names}, got {promise.family!r}")
    if not 1 <= m <= promise.columns:
        raise InputError(f"m must be in 1..{promise.columns}, got {m}")
    coherence, method, checked = orbit(promise, m)
    return Structure(
        family=promise.family,
        parameters=promise.parameters,
        d=promise.d,
        m=m,
        coherence=coherence,
        method=method,
        checked=checked,
    )
