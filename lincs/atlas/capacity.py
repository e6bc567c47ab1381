"""The other direction on the same grid: how many features fit into d dimensions at t, both ends."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lincs.bounds.bracket import bound

__all__ = ["Capacity", "capacity"]


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """``lower <= largest m <= upper`` at (d, t); both are "unbounded" at t = 1/2, and ``names`` are the rules."""

    d: int
    t: Fraction
    lower: int | str
    upper: int | str
    names: tuple[str, str]


def capacity(d: int, t: Fraction) -> Capacity:
    """The bracket of ``lincs.bound(d=d, k=1, eps=t)``.

    >>> found = capacity(768, Fraction(1, 40))
    >>> found.lower, found.upper
    (769, 1550)
    """
    found = bound(d=d, k=1, eps=t)
    low, high = found.lower.value, found.upper.value
    assert not isinstance(low, Fraction | None)
    assert not isinstance(high, Fraction | None)
    return Capacity(d=d, t=t, lower=low, upper=high, names=(found.lower.name, found.upper.name))
