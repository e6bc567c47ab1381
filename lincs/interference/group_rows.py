"""Numba kernels for structured supports, beside those of rows.py and on the same integer views.

*Limits* (limited.py): a row keeps the best set of at most K entries that breaks no limit, each with its feature.
Entries at or below the least of K kept ones can never enter, so that a tile is skipped block by block like one without
groups; what does enter takes a free place, or that of the least entry of the innermost full group around it.  That is
the greedy exchange of a matroid: what is kept is best among all entries seen so far, in whatever order they came.

*Whole groups* (whole.py): the sums of groups of neighbouring columns (or rows) of a tile, each offered to a heap.
"""

from __future__ import annotations

import numpy as np

from lincs.interference.rows import BLOCK
from lincs.jit import kernel

__all__ = [
    "limit_columns",
    "limit_rows",
    "merge_limited",
    "own_limits",
    "sum_columns",
    "sum_rows",
]


@kernel()
def _replace(heap, features, place, y, feature):
    """Put a larger entry in the given place of a min-heap and restore its order."""
    size = heap.size
    i = place
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= y:
            break
        heap[i] = heap[child]
        features[i] = features[child]
        i = child
    heap[i] = y
    features[i] = feature


@kernel()
def _offer(heap, features, y, feature, labels, limits):
    """Offer an entry above the top of the heap to a row's best set; ``labels`` is levels x m, inner levels first."""
    for level in range(labels.shape[0]):
        group = labels[level, feature]
        held = 0
        least = -1
        for t in range(heap.size):
            other = features[t]
            if other >= 0 and labels[level, other] == group:
                held += 1
                if least < 0 or heap[t] < heap[least]:
                    least = t
        if held >= limits[level]:
            if y > heap[least]:
                _replace(heap, features, least, y, feature)
            return
    _replace(heap, features, 0, y, feature)


@kernel()
def limit_rows(tile, flip, mask, heaps, features, first, labels, limits):
    """Offer the entries of ``tile`` (R x C, integer view), features ``first`` and on, to their rows' best sets."""
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
                    _offer(heap, features[r], y, first + start + j, labels, limits)
                    limit = heap[0]


@kernel()
def limit_columns(tile, flip, mask, heaps, features, tops, first, labels, limits):
    """Offer the entries of ``tile``, whose rows are features ``first`` and on, to their *columns'* best sets."""
    n_rows, n_columns = tile.shape
    integer = tile.dtype.type
    for r in range(n_rows):
        for start in range(0, n_columns, BLOCK):
            block = tile[r, start : start + BLOCK]
            least = tops[start : start + BLOCK]
            hit = integer(0)
            for j in range(block.size):
                hit |= integer(integer(integer(block[j] ^ flip) & mask) > least[j])
            if hit == 0:
                continue
            for j in range(block.size):
                y = integer(integer(block[j] ^ flip) & mask)
                if y > least[j]:
                    heap = heaps[start + j]
                    _offer(heap, features[start + j], y, first + r, labels, limits)
                    least[j] = heap[0]


@kernel()
def merge_limited(heaps, features, others, their_features, labels, limits):
    """Offer the sets ``others`` of the same rows to the best sets."""
    for r in range(heaps.shape[0]):
        for t in range(others.shape[1]):
            if their_features[r, t] >= 0 and others[r, t] > heaps[r, 0]:
                _offer(heaps[r], features[r], others[r, t], their_features[r, t], labels, limits)


@kernel()
def own_limits(heaps, features, rows, labels, limits, out):
    """Of every row the largest, over the full groups around feature ``rows[r]``, of the least entry held there."""
    for r in range(heaps.shape[0]):
        for level in range(labels.shape[0]):
            group = labels[level, rows[r]]
            held = 0
            least = heaps.dtype.type(0)
            for t in range(heaps.shape[1]):
                other = features[r, t]
                if other >= 0 and labels[level, other] == group:
                    least = heaps[r, t] if held == 0 else min(least, heaps[r, t])
                    held += 1
            if held >= limits[level]:
                out[r] = max(out[r], least)


# Below, x is an entry with its side's sign: `0.0 if x <= 0 else x` is its positive part, and lets NaN through.


@kernel()
def _part(x, turn, both):
    """|x| if ``both``, else the positive part of x or of -x."""
    if both:
        return np.float64(abs(x))
    y = np.float64(x) * turn
    return 0.0 if y <= 0 else y


@kernel()
def sum_rows(tile, turn, both, ends, carry, mine, first_group, out, own):
    """Sums of the groups of columns of ``tile`` (R x C) that end at the columns ``ends``, into ``out`` (R x groups).

    ``carry`` (R) holds what the first group has from earlier tiles, and then what the last one has so far;
    ``own`` (R) takes the sum of the group ``mine`` (R) of each row; groups are numbered from ``first_group``.
    """
    n_rows, n_columns = tile.shape
    for r in range(n_rows):
        total = carry[r]
        start = 0
        for g in range(ends.size):
            stop = ends[g]
            if stop - start >= 8:
                a = b = c = d = 0.0  # four chains of additions at once
                j = start
                while j + 4 <= stop:
                    a += _part(tile[r, j], turn, both)
                    b += _part(tile[r, j + 1], turn, both)
                    c += _part(tile[r, j + 2], turn, both)
                    d += _part(tile[r, j + 3], turn, both)
                    j += 4
                start = j
                total += (a + b) + (c + d)
            for j in range(start, stop):
                total += _part(tile[r, j], turn, both)
            out[r, g] = total
            total = 0.0
            start = stop
        place = mine[r] - first_group
        if 0 <= place < ends.size:
            own[r] = out[r, place]
        for j in range(start, n_columns):
            total += _part(tile[r, j], turn, both)
        carry[r] = total


@kernel()
def sum_columns(tile, turn, both, ends, out):
    """Sums of the groups of *rows* of ``tile`` (R x C) that end at the rows ``ends``, into ``out`` (groups x C)."""
    n_columns = tile.shape[1]
    start = 0
    for g in range(ends.size):
        total = out[g]
        for j in range(n_columns):
            total[j] = 0.0
        for r in range(start, ends[g]):
            row = tile[r]
            if both:
                for j in range(n_columns):
                    total[j] += np.float64(abs(row[j]))
            else:
                for j in range(n_columns):
                    y = np.float64(row[j]) * turn
                    total[j] += 0.0 if y <= 0 else y
        start = ends[g]
