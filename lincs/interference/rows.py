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
unless their maximum beats the top, which after the first few tiles is the rule.  In the first tile, the K-th largest
of the maxima of K blocks or more is a bound already: so many entries reach it, and smaller ones are not worth a place.
Short heaps are kept in ascending order, into which an entry is put without a branch.

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


_SORTED = 32  # heaps of at most so many entries are kept in ascending order


@kernel()
def replace_least(heap, y):
    """Put ``y``, which is larger, in the place of the least entry of a heap and restore its order."""
    size = heap.size
    if size <= _SORTED:
        for i in range(size - 1):
            heap[i] = min(max(heap[i], y), heap[i + 1])
        heap[size - 1] = max(heap[size - 1], y)
        return
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
def block_maxima(row, flip, mask, maxima):
    """The largest ``y`` of every block of a row, without a branch between them."""
    integer = row.dtype.type
    for n in range(maxima.size):
        block = row[n * BLOCK : n * BLOCK + BLOCK]
        largest = integer(0)
        for j in range(block.size):
            largest = max(largest, integer(integer(block[j] ^ flip) & mask))
        maxima[n] = largest


@kernel()
def bound_from(maxima, spare):
    """A number below the K-th largest of a row with these maxima of its blocks; ``spare`` has room for K of them."""
    integer = maxima.dtype.type
    if maxima.size < spare.size:
        return integer(0)
    spare[:] = 0
    for n in range(maxima.size):
        if maxima[n] > spare[0]:
            replace_least(spare, maxima[n])
    return integer(max(spare[0], integer(1)) - integer(1))


@kernel()
def offer(block, flip, mask, heap, limit):
    """Put what is above ``limit`` into the heap; returns what an entry must be above from now on."""
    integer = block.dtype.type
    for j in range(block.size):
        y = integer(integer(block[j] ^ flip) & mask)
        if y > limit:
            replace_least(heap, y)
            limit = max(limit, heap[0])
    return limit


@kernel()
def scan_rows(tile, flip, mask, heaps, maxima, spare):
    """Offer every entry of ``tile`` (R x C, integer view) to its row's heap; ``heaps`` is R x K.

    ``maxima`` (a number for each block of a row) and ``spare`` (K) are scratch.
    """
    for r in range(tile.shape[0]):
        row, heap = tile[r], heaps[r]
        block_maxima(row, flip, mask, maxima)
        limit = heap[0]
        if limit == 0:
            limit = bound_from(maxima, spare)
        for n in range(maxima.size):
            if maxima[n] > limit:
                limit = offer(row[n * BLOCK : n * BLOCK + BLOCK], flip, mask, heap, limit)


@kernel()
def bound_columns(tile, flip, mask, limits, maxima, spare):
    """Raise the ``limits`` (C) of columns without any yet, from the largest of every group of rows.

    ``maxima`` (groups x C) and ``spare`` (K) are scratch.
    """
    integer = tile.dtype.type
    n_groups, n_columns = maxima.shape
    size = -(-tile.shape[0] // n_groups)
    maxima[:] = 0
    for r in range(tile.shape[0]):
        row, largest = tile[r], maxima[r // size]
        for j in range(n_columns):
            largest[j] = max(largest[j], integer(integer(row[j] ^ flip) & mask))
    for j in range(n_columns):
        if limits[j] == 0:
            limits[j] = bound_from(maxima[:, j], spare)


@kernel()
def scan_columns(tile, flip, mask, heaps, limits):
    """Offer every entry of ``tile`` (R x C, integer view) to its *column's* heap; ``heaps`` is C x K.

    ``limits`` (C) must hold lower bounds of what counts, the tops of the heaps or more, side by side so that they can
    be compared as a vector.
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
            count, place = integer(0), integer(0)
            for j in range(block.size):  # mostly it is one entry, whose place a vector loop finds
                above = integer(integer(integer(block[j] ^ flip) & mask) > tops[j])
                count = integer(count + above)
                place = integer(place + integer(integer(-above) & integer(j)))
            begin, end = (np.int64(place), np.int64(place) + 1) if count == 1 else (0, block.size)
            for j in range(begin, end):
                y = integer(integer(block[j] ^ flip) & mask)
                if y > tops[j]:
                    heap = heaps[start + j]
                    replace_least(heap, y)
                    tops[j] = max(tops[j], heap[0])
