"""A user's own numbers beside what any pair of the shape must suffer and what a known frame reaches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lincs.bounds.limits import Limits

__all__ = ["beside", "down", "possible_k", "times"]


def beside(limits: Limits | None, yours: Mapping[int, float], *, d: int, m: int, whose: str = "yours") -> list[str]:
    """A line for each k of ``yours`` (upper ends of worst errors) that the limits speak of."""
    lines = []
    for k, worst in yours.items():
        limit = None if limits is None else limits.at(k)
        if limit is not None:
            factor = times(worst, limit.achieved)
            lines.append(
                f"k = {k}: {whose} {worst:.4g}, any {d} x {m} at least {down(limit.excluded)}, "
                f"best known {limit.achieved:.3g}{f' ({factor})' if factor else ''}"
            )
    return lines


def possible_k(limits: Limits) -> str:
    """Up to which k some pair of this shape can meet the goal: a number or a range."""
    assert limits.largest_k is not None
    low, high = limits.largest_k
    return str(low) if low == high else f"{low} to {high}"


def times(worst: float, achieved: float) -> str:
    """How many times the best known error this one is; empty if it is no worse."""
    return f"{worst / achieved:.1f} times" if 0 < achieved < worst else ""


def down(value: float) -> str:
    """Three digits, rounded down: what is excluded stays excluded."""
    text = f"{value:.3g}"
    return text if float(text) <= value else f"{value * (1 - 5e-3):.3g}"
