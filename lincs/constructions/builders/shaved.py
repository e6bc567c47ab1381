"""Columns on the blocks of a design that avoid an arc, without the rows of its points."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lincs.constructions.builders.design import difference_set, graphs, order_matrix
from lincs.constructions.builders.fields import get_field
from lincs.constructions.builders.frame import Array, Frame, stack
from lincs.constructions.orders import is_hadamard_order
from lincs.constructions.shaved import column_orders
from lincs.errors import InputError

__all__ = ["kept_lines", "kept_polynomials", "plane", "transversal"]

_MOST = 1 << 27  # polynomials that are looked at, one by one


@lru_cache(maxsize=2)
def kept_polynomials(q: int, r: int, n: int) -> Array:
    """The numbers of the polynomials f of degree < r with ``f(x) != x^r`` at the first n places, increasing."""
    if q**r > _MOST:
        raise InputError(f"q and r must leave at most 2^27 polynomials to be built, got {q}^{r}")
    field, kept = get_field(q), []
    targets = field.power(np.arange(n, dtype=np.int64), r)
    for start in range(0, q**r, 1 << 20):
        numbers = np.arange(start, min(start + (1 << 20), q**r), dtype=np.int64)
        good = np.ones(len(numbers), dtype=bool)
        for x, target in enumerate(targets.tolist()):
            value = np.zeros_like(numbers)
            for i in reversed(range(r)):
                value = field.add(field.mul(value, np.int64(x)), numbers // q**i % q)
            good &= value != target
        kept.append(numbers[good])
    return np.concatenate(kept)


def transversal(*, q: int, g: int, r: int, h: int, n: int) -> Frame:
    """Row ``j mod g`` on the graph of kept polynomial ``j // g``; then the places, in turn."""
    places = g - h
    H = order_matrix(g)[:, :places]
    kept = kept_polynomials(q, r, n)
    field = get_field(q)
    x = np.arange(n, dtype=np.int64)
    removed = x * q + field.power(x, r)
    rows = np.delete(np.arange(places * q), removed)

    def block(j0: int, j1: int) -> Array:
        first, last = j0 // g, -(-j1 // g)
        points = graphs(kept[first:last], q=q, g=places, r=r)
        j = np.arange(j0, j1, dtype=np.int64)
        part = np.zeros((places * q, j1 - j0), dtype=np.int8)
        part[points[:, j // g - first], np.arange(j1 - j0)] = H[j % g].T
        return part[rows]

    norm = (g if is_hadamard_order(g) else g - 1) - h
    whole, less = column_orders(q=q, norm=norm, r=r)
    blocks = []
    for place in range(places):
        order = less if place < n else whole
        if order:
            left = np.setdiff1d(np.arange(place * q, (place + 1) * q), removed)[:order]
            blocks.append(np.searchsorted(rows, left))
    ends = np.cumsum([0, *map(len, blocks)])
    matrices = {len(points): order_matrix(len(points)) for points in blocks}

    def column(j0: int, j1: int) -> Array:
        part = np.zeros((len(rows), j1 - j0), dtype=np.int8)
        for j in range(j0, j1):
            place = int(np.searchsorted(ends, j, side="right")) - 1
            part[blocks[place], j - j0] = matrices[len(blocks[place])][j - ends[place]]
        return part

    lines = Frame(len(rows), len(kept) * g, True, block)
    return stack(lines, Frame(len(rows), int(ends[-1]), True, column)) if blocks else lines


@lru_cache(maxsize=2)
def kept_lines(q: int, n: int) -> tuple[Array, Array]:
    """The first n points of the oval ``-D`` and the lines ``D + j`` that miss them, for the difference set D.

    ``-e`` lies on ``D + j`` when ``-j = d + e``: sums of two elements determine the pair, so no line holds three.
    """
    points, v = difference_set(q), q * q + q + 1
    removed = np.sort(-points[:n] % v)
    hit = np.zeros(v, dtype=bool)
    hit[(removed[:, None] - points) % v] = True
    return removed, np.flatnonzero(~hit)


def plane(*, q: int, n: int) -> Frame:
    """Row ``j mod (q+1)`` of the matrix on the kept line ``j // (q+1)``."""
    points, H = difference_set(q), order_matrix(q + 1)
    removed, kept = kept_lines(q, n)
    v, g = q * q + q + 1, q + 1
    rows = np.delete(np.arange(v), removed)

    def block(j0: int, j1: int) -> Array:
        j = np.arange(j0, j1)
        part = np.zeros((v, j1 - j0), dtype=np.int8)
        part[(points[:, None] + kept[j // g]) % v, np.arange(j1 - j0)] = H[j % g].T
        return part[rows]

    return Frame(len(rows), len(kept) * g, True, block)
