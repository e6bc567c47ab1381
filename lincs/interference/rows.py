"""Numba kernels on plain arrays: feed tiles of inner products, keep the largest entries of every row.

The kernels look at floats through their *integer view*.  For non-negative IEEE numbers integer order is float
order, and an integer maximum vectorises where a float maximum (which must think of NaN) does not.  An entry ``x``
becomes the signed integer ``y = (bits(x) ^ flip) & mask``:

    ===========  ==============  ============  =================================
    side         flip            mask          y orders
    ===========  ==============  ============  =================================
    absolute     0               0x7f...ff     ``|x|``
    positive     0               all ones      ``x`` among the positive entries
    negative     sign bit        all ones      ``-x`` among the negative entries
    ===========  ==============  ============  =================================

Every row owns a line of ``buffer`` with its largest ``y`` so far (``count`` of them, unordered) and a
``threshold``: a lower bound on its K-th largest, at or below which nothing needs to be looked at.  A full line is
compacted to its K largest, which raises the threshold.  The threshold starts at 0 and missing entries count as 0.

No function here validates, allocates per entry, or knows what a feature is.  Overflow shows as ``inf`` or NaN,
both of which order above every finite number, so that the driver sees them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["SIDES", "collect", "scan_columns", "scan_rows", "side_of"]

BLOCK = 64  # entries looked at together: skipped as one if none beats the threshold

SIDES = ("absolute", "positive", "negative")


def side_of(side: str, dtype: np.dtype) -> tuple[np.integer, np.integer]:
    """The pair (flip, mask) that turns an entry of ``dtype`` (float32 or float64) into its ordered integer."""
    integer = np.int32 if np.dtype(dtype).itemsize == 4 else np.int64
    limits = np.iinfo(integer)
    flip = limits.min if side == "negative" else 0
    mask = limits.max if side == "absolute" else -1
    return integer(flip), integer(mask)


@njit(nogil=True, cache=True)
def _compact(values, keep):
    """Move the ``keep`` largest of ``values`` to its front (quickselect) and return the least of them."""
    left, right = 0, values.size - 1
    while left < right:
        pivot = values[(left + right) >> 1]
        i, j = left, right
        while i <= j:
            while values[i] > pivot:
                i += 1
            while values[j] < pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if keep - 1 <= j:
            right = j
        elif keep - 1 >= i:
            left = i
        else:
            break
    return values[keep - 1]


# In the loops below `integer(...)` undoes numba's promotion of every int32 operation to int64 (which would halve
# the vector width), and slices that start at 0 spare the test for negative indices that would forbid vectors.


@njit(nogil=True, cache=True)
def scan_rows(tile, flip, mask, keep, threshold, buffer, count):
    """Offer every entry of ``tile`` (R x C, integer view) to its row's line of ``buffer`` (R x capacity)."""
    n_rows, n_columns = tile.shape
    capacity = buffer.shape[1]
    integer = tile.dtype.type
    for r in range(n_rows):
        limit = threshold[r]
        n = count[r]
        for start in range(0, n_columns, BLOCK):
            block = tile[r, start : start + BLOCK]
            largest = integer(0)
            for j in range(block.size):
                largest = max(largest, integer(integer(block[j] ^ flip) & mask))
            if largest <= limit:
                continue
            for j in range(block.size):
                y = integer(integer(block[j] ^ flip) & mask)
                if y > limit:
                    buffer[r, n] = y
                    n += 1
                    if n == capacity:
                        limit = _compact(buffer[r], keep)
                        n = keep
        threshold[r] = limit
        count[r] = n


@njit(nogil=True, cache=True)
def scan_columns(tile, flip, mask, keep, threshold, buffer, count):
    """Offer every entry of ``tile`` (R x C, integer view) to its *column's* line of ``buffer`` (C x capacity)."""
    n_rows, n_columns = tile.shape
    capacity = buffer.shape[1]
    integer = tile.dtype.type
    for r in range(n_rows):
        for start in range(0, n_columns, BLOCK):
            block = tile[r, start : start + BLOCK]
            limits = threshold[start : start + BLOCK]
            hit = integer(0)
            for j in range(block.size):
                hit |= integer(integer(integer(block[j] ^ flip) & mask) > limits[j])
            if hit == 0:
                continue
            for j in range(block.size):
                y = integer(integer(block[j] ^ flip) & mask)
                if y > limits[j]:
                    line = buffer[start + j]
                    n = count[start + j]
                    line[n] = y
                    n += 1
                    if n == capacity:
                        limits[j] = _compact(line, keep)
                        n = keep
                    count[start + j] = n


@njit(nogil=True, cache=True)
def collect(buffer, count, keep, out):
    """Copy the ``keep`` largest entries of every line into ``out`` (R x keep, zero-filled), in no order."""
    for r in range(out.shape[0]):
        n = count[r]
        if n > keep:
            _compact(buffer[r, :n], keep)
            n = keep
        out[r, :n] = buffer[r, :n]
        out[r, n:] = 0
