"""The worst case of an encoder by its definition: every support, every vertex of the companions, every piece of z_i.

For fixed companions the error is a function of ``s = z_i`` alone, linear on at most two pieces; its supremum is taken
at the ends of the pieces, the limit at the jump included.  Exact in Fractions.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

ZERO, ONE = Fraction(0), Fraction(1)


def sums(v, size):
    """The sums of at most ``size`` of the entries."""
    for n in range(min(size, len(v)) + 1):
        for chosen in itertools.combinations(v, n):
            yield sum(chosen, ZERO)


def fire(p, t):
    return p if t is None or p > t else ZERO


def worst(v, D, beta, t, k, low=ZERO):
    """(false, over, under) of a row with off-diagonal entries ``v``; over and under at least minus infinity."""
    false = max(abs(fire(beta + c, t)) for c in sums(v, k))
    over = under = Fraction(-(10**9))
    for c in sums(v, k - 1):
        for s, out in pieces(beta + c, D, t, low):
            over, under = max(over, out - s), max(under, s - out)
    return false, over, under


def pieces(p, D, t, low):
    """Ends of the pieces of ``out`` against s in [low, 1] (s > 0), limits at the jump included, as pairs (s, out)."""
    ends = [low, ONE] if low else [ZERO, ONE]
    for s in ends:
        yield s, fire(p + D * s, t)
    if t is not None and D != 0:
        jump = (t - p) / D
        if low <= jump <= 1:
            inside_above = jump < 1 if D > 0 else jump > low  # whether p > t on that side within [low, 1]
            yield jump, fire(p + D * jump, t)
            if inside_above:
                yield jump, t


def k_false(v, beta, t):
    """The largest k without a false firing, -1 if it fires at rest."""
    for k in range(len(v) + 1):
        if any(beta + c > t for c in sums(v, k)):
            return k - 1
    return len(v)


def k_miss(v, D, beta, t, tau):
    """The largest k at which every ``s`` from tau on fires."""
    for k in range(1, len(v) + 2):
        if any(beta + c + D * s <= t for c in sums(v, k - 1) for s in (tau, ONE)):
            return k - 1
    return len(v) + 1


def kind(v, D, beta, t, tau, k):
    """clean, cleanable or beyond at (k, tau), by the margins of all inputs."""
    highest = max(beta + c for c in sums(v, k))
    lowest = min(beta + c + D * s for c in sums(v, k - 1) for s in (tau, ONE))
    if highest <= t < lowest:
        return "clean"
    return "cleanable" if highest < lowest else "beyond"
