"""Members that were built or whose structure was verified, and the number of columns that was looked at."""

from __future__ import annotations

from functools import cache

from lincs.data import table

__all__ = ["verified"]


@cache
def verified() -> dict[str, tuple[tuple[str, int], ...]]:
    """The member's name -> (how, columns), from ``lincs/data/verified.csv``.

    Written by ``python -m benchmarks.constructions --record``; a frame that does not keep its promise stops that
    program.
    """
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for member, how, columns in table("verified"):
        found[member] = (*found.get(member, ()), (how, int(columns)))
    return found
