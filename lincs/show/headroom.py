"""A user's own numbers beside what any pair of the shape must suffer and what a known frame reaches."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from lincs.digits import outward

if TYPE_CHECKING:
    from lincs.bounds.limits import Limits

__all__ = ["beside", "compared", "farthest"]


def compared(limits: Limits | None, worst: Mapping[int, float]) -> Iterator[tuple[int, str, str, str, str]]:
    """For each k of ``worst`` (upper ends of a pair's errors) that the limits speak of: k, that error, what no pair is
    below, what a known frame reaches (all rounded outward), and how many times that the pair's error is, if it is
    larger."""
    for k, error in worst.items():
        limit = None if limits is None else limits.at(k)
        if limit is not None:
            times = f"{error / limit.achieved:.1f} times" if 0 < limit.achieved < error else ""
            ends = outward(limit.excluded, 3, up=False), outward(limit.achieved, 3, up=True)
            yield k, outward(error, 4, up=True), *ends, times


def beside(limits: Limits | None, worst: Mapping[int, float], *, d: int, m: int, whose: str = "yours") -> list[str]:
    """A line for each k of :func:`compared`."""
    return [
        f"k = {k}: {whose} {error}, any {d} x {m} at least {excluded}, "
        f"best known {achieved}{f' ({times})' if times else ''}"
        for k, error, excluded, achieved, times in compared(limits, worst)
    ]


def farthest(limits: Limits, passed: Collection[int], *, whose: str, best: str) -> list[str]:
    """The line about the largest k, if the limits know of one; ``passed``: at which k the pair meets the goal."""
    if limits.largest_k is None:
        return []
    goal, (low, high) = limits.goal, limits.largest_k
    below = "decoded" if goal is None else f"read {'within' if goal.closed else 'below'} {goal.level}"
    mine = f"k = {max(passed)}" if passed else "no listed k"
    return [f"every feature {below} up to: {whose} {mine}, {best} k = {low if low == high else f'{low} to {high}'}"]
