"""Equiangular tight frames from their sign matrices."""

from __future__ import annotations

from math import isqrt

import numpy as np

from lincs.constructions.builders.fields import get_field
from lincs.constructions.builders.frame import Array, Frame, from_array
from lincs.constructions.builders.golay import octads_of_23
from lincs.constructions.builders.gram import factor
from lincs.constructions.builders.hadamard import conference, sylvester
from lincs.constructions.etf import welch_squared

__all__ = ["bent", "paley", "signed_frame", "sporadic", "symplectic", "taylor"]


def signed_frame(S: Array, d: int) -> Frame:
    """The ETF with Gram matrix ``I + mu S`` or ``I - mu S``, whichever has rank d.

    That S has the two eigenvalues that make it one is checked in integers: ``S^2 = c S + (m-1) I``.
    """
    m = len(S)
    exact = S.astype(np.float64)  # entries and sums of m signs: exact
    square = exact @ exact
    c = int(square[0, 1] * exact[0, 1])
    assert np.array_equal(square, c * exact + (m - 1) * np.eye(m)), "not a regular two-graph"
    # Eigenvalues (c +- sqrt(c^2 + 4 (m-1))) / 2; those of S sum to 0, so the multiplicities are rational in them.
    squared = welch_squared(d=d, m=m)
    root = isqrt(squared.denominator)
    mu = 1 / root if root * root == squared.denominator and squared.numerator == 1 else float(squared) ** 0.5
    low = (c - (c * c + 4 * (m - 1)) ** 0.5) / 2
    sign = 1 if abs(-low * mu - 1) < 1e-9 else -1
    gram = sign * mu * exact
    np.fill_diagonal(gram, 1.0)
    return from_array(factor(lambda j: gram[:, j], m, d), integer=False)


def paley(*, q: int) -> Frame:
    return signed_frame(conference(q + 1), (q + 1) // 2)


def _hyperbolic(s: int) -> Array:
    """``x_1 x_2 + x_3 x_4 + ...`` on F_2^(2s): a bent function with ``2^(s-1) (2^s - 1)`` ones."""
    x = np.arange(4**s)
    total = np.zeros(4**s, dtype=np.int64)
    for i in range(s):
        total ^= (x >> 2 * i) & (x >> 2 * i + 1) & 1
    return total


def bent(*, s: int, sign: int) -> Frame:
    """All characters of F_2^(2s), on the points where the bent function is 1 (sign -1) or 0 (sign +1)."""
    points = np.flatnonzero(_hyperbolic(s) == (1 if sign < 0 else 0))
    return from_array(sylvester(4**s, points), integer=True)


def symplectic(*, s: int, type: int, sign: int) -> Frame:
    """Vectors where the bent function is 1 (type -1) or 0 (+1), signs ``(-1)^B(x,y)``."""
    from lincs.constructions.etf import SymplecticETF

    points = np.flatnonzero(_hyperbolic(s) == (1 if type < 0 else 0))
    even = int("01" * s, 2)
    swapped = ((points & even) << 1) | ((points >> 1) & even)  # B(x, y) = parity(x & swapped(y))
    S = (1 - 2 * (np.bitwise_count(points[:, None] & swapped) & 1)).astype(np.int8)
    np.fill_diagonal(S, 0)
    return signed_frame(S, SymplecticETF().member(s=s, type=type, sign=sign).d)


def taylor(*, q: int, sign: int) -> Frame:
    """Isotropic points of ``x_0 y_2^q + x_1 y_1^q + x_2 y_0^q`` over F_(q^2); signs: the quadratic character of it."""
    field = get_field(q * q)
    x = field.elements
    norms = field.power(x, q + 1)
    half = field.add(x, field.power(x, q))  # b + b^q
    first, second = np.nonzero(field.add(half[None, :], norms[:, None]) == 0)
    ones = np.ones_like(first)
    zero, one = np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64)
    p0, p1, p2 = (np.concatenate(pair) for pair in ((zero, ones), (zero, first), (one, second)))
    conjugate = [field.power(part, q) for part in (p2, p1, p0)]
    form = np.zeros((q**3 + 1, q**3 + 1), dtype=np.int64)
    for a, b in zip((p0, p1, p2), conjugate, strict=True):
        form = field.add(form, field.mul(a[:, None], b[None, :]))
    S = field.quadratic_character(form).astype(np.int8)
    d = q * q - q + 1
    return signed_frame(S, d if sign < 0 else q * d)


def sporadic(*, lines: int, sign: int) -> Frame:
    """176 blocks of S(4, 7, 23) that miss a point, or its 23 points and 253 blocks; signs by intersection."""
    blocks = octads_of_23()
    if lines == 176:
        blocks = blocks[blocks[:, 0] == 0]
    meet = blocks.astype(np.int64) @ blocks.T.astype(np.int64)
    S = np.where(meet == 1, -1, 1)
    if lines == 276:
        incidence = 1 - 2 * blocks.astype(np.int64)
        S = np.block([[np.ones((23, 23), dtype=np.int64), incidence.T], [incidence, S]])
    np.fill_diagonal(S, 0)
    d = {176: 22, 276: 23}[lines]
    return signed_frame(S.astype(np.int8), d if sign < 0 else lines - d)
