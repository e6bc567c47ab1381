"""Equiangular tight frames from sign matrices with two eigenvalues, and the bent function behind two of the series."""

from __future__ import annotations

from math import isqrt

import numpy as np

from lincs.constructions.algebra.frame import Array, Frame, from_array
from lincs.constructions.algebra.gram import factor
from lincs.constructions.algebra.welch import welch_squared

__all__ = ["hyperbolic", "signed_frame"]


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


def hyperbolic(s: int) -> Array:
    """``x_1 x_2 + x_3 x_4 + ...`` on F_2^(2s): a bent function with ``2^(s-1) (2^s - 1)`` ones."""
    x = np.arange(4**s)
    total = np.zeros(4**s, dtype=np.int64)
    for i in range(s):
        total ^= (x >> 2 * i) & (x >> 2 * i + 1) & 1
    return total
