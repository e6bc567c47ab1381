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

Every row owns a *heap* with its K largest ``y`` so far, the least of them on top; it starts as K zeros, so missing
entries count as 0 and nothing at or below the top needs to be looked at.  Blocks of entries are skipped as one
unless their maximum beats the top, which after the first few tiles is the rule.

No function here validates, allocates, or knows what a feature is.  Overflow shows as ``inf`` or NaN, both of which
order above every finite number, so that the driver sees them.
"""

from __future__ import annotations

import numpy as np

from lincs.jit import kernel

__all__ = ["SIDES", "scan_columns", "scan_rows", "side_of"]

BLOCK = 64  # entries looked at together: skipped as one if none beats the threshold

SIDES = ("absolute", "positive", "negative")


def side_of(side: str, dtype: np.dtype) -> tuple[np.integer, np.integer]:
    """The pair (flip, mask) that turns an entry of ``dtype`` (float32 or float64) into its ordered integer."""
    integer = np.int32 if np.dtype(dtype).itemsize == 4 else np.int64
    limits = np.iinfo(integer)
    flip = limits.min if side == "negative" else 0
    mask = limits.max if side == "absolute" else -1
    return integer(flip), integer(mask)


@kernel()
def _replace_least(heap, y):
    """Put ``y`` in the place of the least entry of a min-heap and restore its order."""
    size = heap.size
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= y:
            break
        heap[i] = heap[child]
        i = child
    heap[i] = y


# In the loops below `integer(...)` undoes numba's promotion of every int32 operation to int64 (which would halve
# the vector width), and slices that start at 0 spare the test for negative indices that would forbid vectors.


@kernel()
def scan_rows(tile, flip, mask, heaps):
    """Offer every entry of ``tile`` (R x C, integer view) to its row's heap; ``heaps`` is R x K."""
    n_rows, n_columns = tile.shape
    integer = tile.dtype.type
    for r in range(n_rows):
        heap = heaps[r]
        limit = heap[0]
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
                    _replace_least(heap, y)
                    limit = heap[0]


@kernel()
def scan_columns(tile, flip, mask, heaps, limits):
    """Offer every entry of ``tile`` (R x C, integer view) to its *column's* heap; ``heaps`` is C x K.

    ``limits`` (C) must hold the tops of the heaps, side by side so that they can be compared as a vector.
    """
    n_rows, n_columns = tile.shape
    integer = tile.dtype.type
    for r in range(n_rows):
        for start in range(0, n_columns, BLOCK):
            block = tile[r, start : start + BLOCK]
            tops = limits[start : start + BLOCK]
            hit = integer(0)
            for j in range(block.size):
                hit |= integer(integer(integer(block[j] ^ flip) & mask) > tops[j])
            if hit == 0:
                continue
            for j in range(block.size):
                y = integer(integer(block[j] ^ flip) & mask)
                if y > tops[j]:
                    heap = heaps[start + j]
                    _replace_least(heap, y)
                    tops[j] = heap[0]
