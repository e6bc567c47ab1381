"""The kernel of groupmax.py: for every ordered pair of rows of a block the largest entries of their difference."""

from __future__ import annotations

import numpy as np

from lincs.jit import kernel

__all__ = ["lost"]


@kernel()
def lost(M, first, beta_rival, beta_own, low, radius, counts, step, out):
    """Of every row of a block the largest value at which it is lost, at one end: radius and step are outward."""
    size, m = M.shape
    most = counts.max()
    heap = np.zeros(most + 1)
    for i in range(size):
        own = first + i
        for j in range(size):
            if j == i:
                continue
            heap[:] = 0.0  # the largest so far, descending
            delta = radius[i] + radius[j]
            for l in range(m):  # noqa: E741
                value = M[j, l] - M[i, l]
                if l == own or value <= heap[most]:
                    continue
                place = most
                while place > 0 and heap[place - 1] < value:
                    heap[place] = heap[place - 1]
                    place -= 1
                heap[place] = value
            base = beta_rival[j] - beta_own[i]
            slope = M[j, own] - M[i, own] + delta
            for c in range(counts.size):
                total = 0.0
                for n in range(counts[c]):
                    total += max(heap[n] + delta, 0.0)
                room = step * (abs(beta_rival[j]) + abs(beta_own[i]) + total + abs(slope))
                at_zero = base + total + room
                value = -1.0
                if at_zero + slope >= 0.0:
                    value = 1.0
                elif at_zero + slope * low[i] >= 0.0 and slope < 0.0:
                    value = min(1.0, at_zero / -slope * (1.0 + step))
                if value > out[i, c]:
                    out[i, c] = value
