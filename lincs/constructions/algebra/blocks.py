"""Which matrices of orthogonal rows fit on blocks of g points, and for which degrees of graphs they are worth a look.

Put the rows of a Hadamard matrix of order g, divided by ``sqrt(g)``, on each block of g points.  Columns of
one block are orthogonal; columns of two blocks that meet in i points have inner product at most ``i/g``.
A conference matrix of order g (zero diagonal, rows orthogonal) serves as well, with ``i/(g-1)``.
(For Steiner systems and equiangular results: Fickus, Mixon and Tremain 2012.)
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from lincs.constructions.algebra.orders import (
    PROVED_BELOW,
    above,
    conference_orders,
    hadamard_orders,
    is_conference_order,
    is_hadamard_order,
    is_prime_power,
)
from lincs.errors import InputError

__all__ = ["CONFERENCE", "HADAMARD", "MOST_SHAVED", "block_norm", "block_orders", "degrees", "weight"]

HADAMARD, CONFERENCE = "hadamard", "conference"
MOST_SHAVED = 3  # columns dropped from a Hadamard matrix; more hardly ever help


def weight(g: int) -> tuple[str, int] | None:
    """Which matrix of order g goes on a block, and the squared norm of its rows."""
    if is_hadamard_order(g):
        return HADAMARD, g
    return (CONFERENCE, g - 1) if is_conference_order(g) else None


def block_norm(*, q: int, g: int, r: int, h: int) -> int:
    """The squared norm of the rows of the matrix of order g less h columns on graphs of degree < r over F_q.

    Raises :class:`InputError` unless there is such a design, with coherence ``(r-1)/norm``.
    """
    found = weight(g) if g else None
    if not is_prime_power(q):
        raise InputError(f"q must be a prime power, got {q}")
    if found is None or g - h > q + 1:
        raise InputError(f"g must be a Hadamard or conference order, g - h at most q + 1 = {q + 1}, got {g}")
    norm = found[1] - h
    if not 2 <= r <= norm:
        raise InputError(f"r must be in 2..{norm}, got {r}")
    if h > min(r - 1, MOST_SHAVED) or (h and found[0] != HADAMARD):
        raise InputError(f"h must be at most min(r - 1, {MOST_SHAVED}), and 0 for a conference matrix, got {h}")
    return norm


def block_orders(r: int, start: int) -> Iterator[tuple[int, Iterator[int]]]:
    """(h, orders): the matrices for degree < r whose rows less h columns have norm at least ``start``."""
    for h in range(min(r, MOST_SHAVED + 1)):
        yield h, hadamard_orders(start + h)
    yield 0, conference_orders(start + 1)


def degrees(m: int, mu: Fraction, *, closed: bool = False) -> Iterator[tuple[float, int, int]]:
    """For each r worth a look: a lower bound on d (in floats, rounded down), r, and the least block above (r-1)/mu.

    With s places and columns ``q^r g``, ``g <= s + 3``: ``s q >= s max(s - 1, (m/(s+3))^(1/r))`` grows with s.  Once
    q >= s - 1 alone gives columns enough, a larger r only asks for larger blocks.
    """
    bits = _log2(m)
    r = 2
    # only at mu = 1 is a block of r - 1 points large enough, on which graphs of degree r - 1 are not told apart
    while (start := max(above((r - 1) / mu, closed=closed), r)) < PROVED_BELOW:
        exponent = (bits - math.log2(start + MOST_SHAVED)) / r
        if exponent < 90:  # beyond, q is out of the range of proved primes
            yield start * max(start - 1, 2**exponent) * (1 - 1e-9), r, start
        if start > 2 and r * math.log2(start - 1) + math.log2(start) > bits + 1:
            return
        r += 1


def _log2(n: int) -> float:
    """``log2 n`` for integers of any length, within 1e-12 relative."""
    shift = max(0, n.bit_length() - 64)
    return shift + math.log2(n >> shift)
