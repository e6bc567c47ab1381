"""Numba kernels for structured supports, beside those of rows.py and on the same integer views.

*Limits* (limited.py): a row keeps the best set of at most K entries that breaks no limit, each with its feature.
Entries at or below the least of K kept ones can never enter, so that a tile is skipped block by block like one without
groups; what does enter takes a free place, or that of the least entry of the innermost full group around it.  Of few
groups the least kept entry may say little: then ``floors`` (rows x innermost groups; no columns: not kept) says of each
group what its entries must exceed, which only grows.  That is
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
def _replace(heap, features, marks, place, y, feature, mark):
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
        marks[i] = marks[child]
        i = child
    heap[i] = y
    features[i] = feature
    marks[i] = mark


@kernel()
def _raise_floor(heap, marks, group, limit, floor):
    """Set the floor of a group that is full to its least entry."""
    if floor.size == 0:
        return
    held = 0
    least = heap[0]
    for t in range(heap.size):
        if marks[t] == group:
            least = heap[t] if held == 0 else min(least, heap[t])
            held += 1
    if held >= limit:
        floor[group] = least


@kernel()
def _offer(heap, features, marks, y, feature, labels, limits, floor):
    """Offer an entry above the top of the heap to a row's best set; ``labels`` is levels x m, inner levels first.

    ``marks`` are the innermost groups of ``features`` (-1: a free place), side by side so that they count as a vector.
    """
    mark = labels[0, feature]
    held = 0
    for t in range(marks.size):
        held += marks[t] == mark
    place = 0
    if held >= limits[0]:
        place = -1
        for t in range(heap.size):
            if marks[t] == mark and (place < 0 or heap[t] < heap[place]):
                place = t
    else:
        for level in range(1, labels.shape[0]):
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
                place = least
                break
    if y > heap[place]:
        _replace(heap, features, marks, place, y, feature, mark)
        _raise_floor(heap, marks, mark, limits[0], floor)


@kernel()
def limit_rows(tile, flip, mask, heaps, features, marks, first, labels, limits, floors):
    """Offer the entries of ``tile`` (R x C, integer view), features ``first`` and on, to their rows' best sets."""
    n_rows, n_columns = tile.shape
    integer = tile.dtype.type
    inner = labels[0]
    many = floors.shape[1] == 0
    for r in range(n_rows):
        heap = heaps[r]
        held = features[r]
        mark = marks[r]
        floor = floors[r]
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
                if y > limit and (many or y > floor[inner[first + start + j]]):
                    _offer(heap, held, mark, y, first + start + j, labels, limits, floor)
                    limit = heap[0]


@kernel()
def limit_columns(tile, flip, mask, heaps, features, marks, tops, first, labels, limits, floors):
    """Offer the entries of ``tile``, whose rows are features ``first`` and on, to their *columns'* best sets."""
    n_rows, n_columns = tile.shape
    integer = tile.dtype.type
    many = floors.shape[1] == 0
    for r in range(n_rows):
        group = labels[0, first + r]
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
                if y > least[j] and (many or y > floors[start + j, group]):
                    heap = heaps[start + j]
                    _offer(heap, features[start + j], marks[start + j], y, first + r, labels, limits, floors[start + j])
                    least[j] = heap[0]


@kernel()
def merge_limited(heaps, features, marks, others, their_features, labels, limits, floors):
    """Offer the sets ``others`` of the same rows to the best sets."""
    for r in range(heaps.shape[0]):
        for t in range(others.shape[1]):
            if their_features[r, t] >= 0 and others[r, t] > heaps[r, 0]:
                _offer(heaps[r], features[r], marks[r], others[r, t], their_features[r, t], labels, limits, floors[r])


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


# Below, `0.0 if y <= 0 else y` is the positive part of y, and lets NaN through.


@kernel()
def sum_rows(tile, turn, both, ends, carry, mine, first_group, out, own):
    """Sums of the groups of columns of ``tile`` (R x C) that end at the columns ``ends``, into ``out`` (R x groups).

    ``carry`` (R) holds what the first group has from earlier tiles, and then what the last one has so far;
    ``own`` (R) takes the sum of the group ``mine`` (R) of each row; groups are numbered from ``first_group``.
    """
    n_rows, n_columns = tile.shape
    parts = np.empty(n_columns)
    one, four = np.uint64(1), np.uint64(4)  # unsigned: no test for negative indices
    for r in range(n_rows):
        row = tile[r]
        if both:
            for c in range(n_columns):
                parts[c] = abs(row[c])
        else:
            for c in range(n_columns):
                y = np.float64(row[c]) * turn
                parts[c] = 0.0 if y <= 0 else y
        total = carry[r]
        sums = out[r]
        j = np.uint64(0)
        for g in range(ends.size):
            stop = np.uint64(ends[g])
            while stop - j >= four:  # pairwise: a chain of additions would wait for itself
                total += (parts[j] + parts[j + one]) + (parts[j + np.uint64(2)] + parts[j + np.uint64(3)])
                j += four
            while j < stop:
                total += parts[j]
                j += one
            sums[g] = total
            total = 0.0
        place = mine[r] - first_group
        if 0 <= place < ends.size:
            own[r] = sums[place]
        while j < np.uint64(n_columns):
            total += parts[j]
            j += one
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
