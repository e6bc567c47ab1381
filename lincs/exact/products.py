"""The ladder for rows that float64 cannot decide: double-double, then exact integers.

Both rungs look only at *contested* entries, those whose float64 interval reaches the k-th largest, so a rung costs
about k inner products a row, not m.

* double-double: the compensated dot product of Ogita, Rump and Oishi (SIAM J. Sci. Comput. 26, 2005, Dot2), with an
  error of about ``gamma_d^2 |b|.|a|`` in the absence of underflow;
* exact integers: every double is an integer times a power of two; mantissas are cut into slices so short that BLAS
  multiplies and adds them without any rounding, and the slices are put together in Python integers.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U, gamma

__all__ = ["dot2", "exact_dots", "exact_error", "scaled_integers"]

Array = npt.NDArray[Any]


def _two_product(a: Array, b: Array) -> tuple[Array, Array]:
    """``a * b`` as an unevaluated sum of two doubles (Dekker's algorithm with Veltkamp's splitting)."""
    p = a * b
    ah, al = _split(a)
    bh, bl = _split(b)
    return p, ((ah * bh - p) + ah * bl + al * bh) + al * bl


def _split(a: Array) -> tuple[Array, Array]:
    c = 134217729.0 * a  # 2^27 + 1
    high = c - (c - a)
    return high, a - high


def dot2(b: Array, rows: Array) -> tuple[Array, Array, Array]:
    """Inner products of ``b`` (d,) with ``rows`` (n x d) in twice the working precision.

    Returns (high, low, radius): the exact value of entry j lies within ``radius[j]`` of ``high[j] + low[j]``.  The
    radius is infinite where the splitting could overflow or a product underflow: the caller takes the next rung.
    """
    d, n = b.size, len(rows)
    high, low, magnitude = np.zeros(n), np.zeros(n), np.zeros(n)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for l in range(d):  # noqa: E741 - one coordinate at a time, all rows at once
            product, product_error = _two_product(np.full(n, b[l]), rows[:, l])
            total = high + product
            virtual = total - high
            low += ((high - (total - virtual)) + (product - virtual)) + product_error
            high = total
            magnitude += np.abs(product)
        # `low` adds 2 d rounding errors, themselves at most gamma_{d+1} |b|.|a| together (THEOREMS.md, theorem 6).
        radius = gamma(d + 3, U) ** 2 * magnitude * (1 + 4 * (d + 4) * U)
        # Dekker's product is exact unless a factor is huge or the product's low part would be subnormal.
        outside = _outside(b).any() | _outside(rows).any(axis=1)
        return high, low, np.where(outside | ~np.isfinite(high + low), np.inf, radius)


def _outside(x: Array) -> Array:
    """Where magnitudes are so large or small (but not zero) that Dekker's product of two could be inexact."""
    size = np.abs(x)
    return np.asarray((size > 1e140) | ((size < 1e-140) & (size > 0)))


def _slices(x: Array, width: int) -> list[tuple[int, Array]]:
    """Cut ``x`` into ``sum_s 2^e_s y_s`` with integer-valued doubles ``|y_s| <= 2^(width-1)``, highest first.

    Each step subtracts what is left, cut towards zero to a multiple of ``2^e``, which is exact in floating point.
    """
    parts: list[tuple[int, Array]] = []
    rest = np.array(x, dtype=np.float64)
    while True:
        largest = float(np.abs(rest).max(initial=0.0))
        if largest == 0.0:
            return parts
        exponent = max(int(np.frexp(largest)[1]) - (width - 1), -1074)
        # ldexp in two steps: the scale 2^-exponent alone may not be a double.
        half = -exponent // 2
        scaled = np.trunc(np.ldexp(np.ldexp(rest, half), -exponent - half))
        parts.append((exponent, scaled))
        rest = rest - np.ldexp(np.ldexp(scaled, -half), exponent + half)


def exact_dots(b: Array, rows: Array) -> tuple[list[int], int]:
    """Exact inner products of ``b`` (d,) with ``rows`` (n x d): integers ``q_j`` and one exponent e, value ``q_j 2^e``.

    Slices of ``width`` bits satisfy ``2 (width - 1) + log2(d) <= 53``, so every product of two slices is an exact
    integer in float64, in whatever order BLAS adds.
    """
    d = b.size
    width = (53 - int(np.ceil(np.log2(max(d, 2))))) // 2 + 1
    left, right = _slices(b, width), _slices(rows, width)
    if not left or not right:
        return [0] * len(rows), 0
    base = left[-1][0] + right[-1][0]
    totals = [0] * len(rows)
    for e1, y1 in left:
        for e2, y2 in right:
            shift = e1 + e2 - base
            for j, q in enumerate((y2 @ y1).tolist()):
                if q:
                    totals[j] += int(q) << shift
    return totals, base


def scaled_integers(values: Array, base: int) -> list[int]:
    """The doubles ``values`` as integers q with ``value = q 2^base``; ``base`` must not exceed any last bit."""
    mantissa, exponent = np.frexp(values)
    integers = np.ldexp(mantissa, 53).astype(np.int64).tolist()
    return [
        q << s if s >= 0 else q >> -s  # mantissas may end in zeros, which is all that a right shift drops
        for q, s in zip(integers, (exponent - 53 - base).tolist(), strict=True)
    ]


def exact_error(b: Array, features: Array, weights: Array, own: Fraction) -> Fraction:
    """The read-out error ``b . (sum_j z_j a_j) - own`` of one input, directly and exactly.

    ``features`` is ``|S| x d`` and ``weights`` (|S|) holds the active ``z_j``; the superposition ``x = A z`` is formed
    first, as the model does it.
    """
    x, exponent = exact_dots(np.asarray(weights, dtype=np.float64), np.ascontiguousarray(features.T))
    base = int(np.frexp(b[b != 0])[1].min(initial=53)) - 53
    total = sum(p * q for p, q in zip(scaled_integers(b, base), x, strict=True))
    return Fraction(total) * Fraction(2) ** (base + exponent) - own
