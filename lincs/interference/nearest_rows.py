"""Numba kernels on plain arrays: of every row and of every column of a product, the largest entries and their places.

As in rows.py entries are compared by their *integer view* (there is why): ``x`` becomes ``bits(x) & 0x7fffffff`` for
``|x|``, or the signed integer of the same order as ``x`` itself.  Each row owns a list of C candidates, the best first:
larger entries before smaller ones, among equals the lower index first.  That is a total order, so the lists do not
depend on the order in which tiles are looked at.  Missing candidates have index -1 and the least integer.
"""

from __future__ import annotations

import numpy as np

from lincs.jit import kernel

__all__ = ["nearest_columns", "nearest_rows"]

BLOCK = 64  # entries looked at together: skipped as one if none reaches the least candidate


@kernel()
def _ordered(bits, absolute):
    """The integer of an entry; ``absolute`` is all ones in the places that count, or 0 for signed entries."""
    if absolute:
        return np.int32(bits & np.int32(0x7FFFFFFF))
    return np.int32(bits ^ (np.int32(bits >> np.int32(31)) & np.int32(0x7FFFFFFF)))


@kernel()
def _insert(values, places, y, place):
    """Put a candidate into its place in a list, if it belongs there; the last one falls out."""
    last = values.size - 1
    if y < values[last] or (y == values[last] and places[last] >= 0 and place > places[last]):
        return
    i = last
    while i > 0 and (y > values[i - 1] or (y == values[i - 1] and (places[i - 1] < 0 or place < places[i - 1]))):
        values[i] = values[i - 1]
        places[i] = places[i - 1]
        i -= 1
    values[i] = y
    places[i] = place


@kernel()
def nearest_rows(tile, absolute, first, values, places):
    """Offer every entry of ``tile`` (R x C, int32 view) to its row's list; its column is ``first`` + its place."""
    n_rows, n_columns = tile.shape
    for r in range(n_rows):
        limit = values[r, -1]
        for start in range(0, n_columns, BLOCK):
            block = tile[r, start : start + BLOCK]
            largest = np.int32(-0x80000000)
            for j in range(block.size):
                largest = max(largest, _ordered(block[j], absolute))
            if largest < limit:
                continue
            for j in range(block.size):
                y = _ordered(block[j], absolute)
                if y >= limit:
                    _insert(values[r], places[r], y, first + start + j)
                    limit = values[r, -1]


@kernel()
def nearest_columns(tile, absolute, first, values, places, limits):
    """Offer every entry of ``tile`` to its *column's* list; its row is ``first`` + its place.

    ``limits`` (C) must hold the last candidates of the lists, side by side so that they can be compared as a vector.
    """
    n_rows, n_columns = tile.shape
    for r in range(n_rows):
        for start in range(0, n_columns, BLOCK):
            block = tile[r, start : start + BLOCK]
            least = limits[start : start + BLOCK]
            hit = np.int32(0)
            for j in range(block.size):
                hit |= np.int32(_ordered(block[j], absolute) >= least[j])
            if hit == 0:
                continue
            for j in range(block.size):
                y = _ordered(block[j], absolute)
                if y >= least[j]:
                    _insert(values[start + j], places[start + j], y, first + r)
                    least[j] = values[start + j, -1]
