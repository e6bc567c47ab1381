"""Bisection over integers, once: where a monotone condition begins to hold.

A condition is monotone if it holds for every integer beyond one for which it holds.  The searches ask it about as few
integers as can be, and never about the ends that they are told to take for granted.
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["first", "last", "least"]


def least(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The least n of ``low < n <= high`` with ``holds(n)``; it is taken for granted at ``high`` and denied at ``low``.

    >>> least(lambda n: n * n >= 50, 0, 100)
    8
    """
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def last(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The largest n of ``low <= n < high`` with ``holds(n)``, for a condition that *stops* to hold.

    It is taken for granted at ``low`` and denied at ``high``.

    >>> last(lambda n: n * n <= 50, 0, 100)
    7
    """
    return least(lambda n: not holds(n), low, high) - 1


def first(holds: Callable[[int], bool], low: int, ceiling: int | None = None) -> int | None:
    """The least ``n > low`` (and ``<= ceiling``) with ``holds(n)``, found by doubling steps; None if there is none.

    The condition is denied at ``low``.  Without a ceiling it must hold somewhere.

    >>> first(lambda n: n * n >= 10**6, 0), first(lambda n: n > 9, 0, 9)
    (1000, None)
    """
    step = 1
    while True:
        high = low + step if ceiling is None else min(low + step, ceiling)
        if high <= low:
            return None
        if holds(high):
            return least(holds, low, high)
        low, step = high, 2 * step
