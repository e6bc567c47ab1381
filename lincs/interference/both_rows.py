"""Numba kernels that offer a tile to the heaps of both signs in one pass (rows.py has those of one side).

An entry matters to one of the two only if its absolute value is above the lower of their limits: blocks are skipped by
that, and looked at by sign only where something is.
"""

from __future__ import annotations

from lincs.interference.rows import BLOCK, block_maxima, bound_from, offer, replace_least
from lincs.jit import kernel

__all__ = ["scan_both_columns", "scan_both_rows"]


@kernel()
def scan_both_rows(tile, sign, absolute, positive, negative, maxima, spare):
    """Offer every entry of ``tile`` (R x C, integer view) to its row's heaps (R x K) of its sign.

    ``sign`` is the sign bit and ``absolute`` all others; ``maxima`` (a number for each block) and ``spare`` (K) are
    scratch.
    """
    integer = tile.dtype.type
    all_bits, none = integer(-1), integer(0)
    for r in range(tile.shape[0]):
        row, above, below = tile[r], positive[r], negative[r]
        most, least = above[0], below[0]
        if most == 0:
            block_maxima(row, none, all_bits, maxima)
            most = bound_from(maxima, spare)
        if least == 0:
            block_maxima(row, sign, all_bits, maxima)
            least = bound_from(maxima, spare)
        block_maxima(row, none, absolute, maxima)
        for n in range(maxima.size):
            if maxima[n] > min(most, least):
                block = row[n * BLOCK : n * BLOCK + BLOCK]
                most = offer(block, none, all_bits, above, most)
                least = offer(block, sign, all_bits, below, least)


@kernel()
def scan_both_columns(tile, sign, absolute, positive, negative, most, least, lower):
    """Offer every entry of ``tile`` (R x C, integer view) to its column's heaps (C x K) of its sign.

    ``most`` and ``least`` (C) are lower bounds of what counts for the two, ``lower`` (C) is scratch.
    """
    n_rows, n_columns = tile.shape
    integer = tile.dtype.type
    for j in range(n_columns):
        lower[j] = min(most[j], least[j])
    for r in range(n_rows):
        for start in range(0, n_columns, BLOCK):
            block = tile[r, start : start + BLOCK]
            tops = lower[start : start + BLOCK]
            ups, downs = most[start : start + BLOCK], least[start : start + BLOCK]
            hit = integer(0)
            for j in range(block.size):
                hit |= integer(integer(block[j] & absolute) > tops[j])
            if hit == 0:
                continue
            for j in range(block.size):
                y, z = block[j], integer(block[j] ^ sign)
                if y > ups[j]:
                    heap = positive[start + j]
                    replace_least(heap, y)
                    ups[j] = max(ups[j], heap[0])
                    tops[j] = min(ups[j], downs[j])
                elif z > downs[j]:
                    heap = negative[start + j]
                    replace_least(heap, z)
                    downs[j] = max(downs[j], heap[0])
                    tops[j] = min(ups[j], downs[j])
