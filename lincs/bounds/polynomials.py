"""The numbers that the rank bounds are made of: ``T_p(1/mu)^2``, dimensions ``D_p(d)``, and what they exclude.

``T_p`` is the Chebyshev polynomial of degree p and ``D_p(d) = sum of C(d+l-1, l) over 0 <= l <= p, l = p mod 2``.  All
are integers; where they grow too long, they are rounded to the side on which a bound stays a theorem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from lincs.exact.search import first

__all__ = [
    "COLUMN_LIMIT",
    "EXACT_BITS",
    "GRID_BITS",
    "MOST_DEGREES",
    "Dimension",
    "degrees",
    "degrees_below",
    "growth",
    "least_dimension",
    "least_excluded",
    "least_rank",
    "polynomial_dimension",
]

# The search over degrees ends by itself; only for mu very close to 1 would it need more than this, and then the
# best degree so far is kept (each is a theorem).  The limit is the same for every mu, so that the bound stays monotone.
MOST_DEGREES = 4096
EXACT_BITS = 4096  # T_p(1/mu)^2 is exact up to this length, and rounded down beyond
GRID_BITS = 256
COLUMN_LIMIT = 1 << 16  # no largest m beyond 2^65536 is looked for


def polynomial_dimension(d: int, p: int) -> int:
    """``D_p(d)``: the largest possible rank of ``f[M]``, ``f`` of degree p and parity p, ``rank M = d``."""
    total = term = 1 if p % 2 == 0 else d
    for degree in range(p % 2 + 2, p + 1, 2):
        # C(d+l-1, l) from C(d+l-3, l-2)
        term = term * (d + degree - 2) * (d + degree - 1) // ((degree - 1) * degree)
        total += term
    return total


def degrees(mu: Fraction) -> Iterator[tuple[int, int, int]]:
    """Yield ``(p, N, B)`` with ``T_p(1/mu)^2 = N / B`` for p = 1, 2, ..., exactly.

    With ``1/mu = a/b``, ``b^p T_p(a/b)`` is an integer and obeys the three-term recurrence.
    """
    a, b = mu.denominator, mu.numerator
    before, value, power, p = 1, a, b, 1
    while True:
        yield p, value * value, power * power
        before, value = value, 2 * a * value - b * b * before
        power *= b
        p += 1


def growth(y: Fraction, *, up: bool) -> Iterator[int]:
    """``2^256 T_p(y)`` for p = 1, 2, ... and ``y >= 1``, rounded down (or up) at every step.

    ``T_(p+1) - T_p = (T_p - T_(p-1)) + 2 (y-1) T_p``: only sums of positive numbers, so each rounding goes one way
    through, and a larger y never gives a smaller number.
    """
    one, carry = 1 << GRID_BITS, (1 << GRID_BITS) - 1 if up else 0
    excess = y - 1
    scaled = excess.numerator << GRID_BITS
    step = -(-scaled // excess.denominator) if up else scaled // excess.denominator
    value, change = one, step
    while True:
        value += change
        yield value
        change += (2 * step * value + carry) >> GRID_BITS


def degrees_below(mu: Fraction) -> Iterator[tuple[int, int, int]]:
    """Yield ``(p, N, B)`` with ``T_p(1/mu)^2 >= N / B``: equal while the numbers are short, rounded down beyond."""
    rounded = growth(1 / mu, up=False)
    for p, square, unit in degrees(mu):
        if square.bit_length() > EXACT_BITS:
            break
        yield p, square, unit
        next(rounded)
    unit = 1 << 2 * GRID_BITS
    for p, value in enumerate(rounded, p):  # noqa: B020 (goes on where the exact numbers ended)
        yield p, value * value, unit


def least_rank(m: int, square: int, unit: int, *, strict: bool) -> int:
    """The least integer D with ``D >= m / (1 + (m-1)/T^2)``, or ``>`` when strict; ``T^2 = square/unit``."""
    numerator, denominator = m * square, square + (m - 1) * unit
    return numerator // denominator + 1 if strict else -(-numerator // denominator)


def least_dimension(dimension: Callable[[int], int], rank: int, start: int = 1) -> int:
    """The least ``d >= start`` with ``dimension(d) >= rank``; ``dimension`` increases without end."""
    if dimension(start) >= rank:
        return start
    found = first(lambda d: dimension(d) >= rank, start)
    assert found is not None
    return found


class Dimension:
    """``D_p(d)`` for one d and p = 1, 2, ...: each step costs one product instead of p."""

    def __init__(self, d: int, p: int = 0) -> None:
        self.d, self.p = d, 0
        self._term, self._totals = 1, [1, 0]  # C(d+p-1, p), and D of the last even and odd degree
        for _ in range(p):
            self.advance()

    def advance(self) -> int:
        """Move to the next degree and return its dimension."""
        self.p += 1
        self._term = self._term * (self.d + self.p - 1) // self.p
        self._totals[self.p % 2] += self._term
        return self._totals[self.p % 2]


def least_excluded(dimension: int, square: int, unit: int, *, strict: bool = True) -> int | None:
    """The least m with ``m / (1 + (m-1)/T^2) >= D``, that is ``m >= D (T^2 - 1)/(T^2 - D)``; None if ``T^2 <= D``.

    With ``>`` in both places when not strict: entries may equal mu.
    """
    if square <= dimension * unit:
        return None
    over, under = dimension * (square - unit), square - dimension * unit
    return -(-over // under) if strict else over // under + 1
