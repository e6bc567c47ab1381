"""Words of binary linear codes: as bits on request, and all their weights by program.

A code is given by generator rows as Python integers, bit c of a row being coordinate c; the all-ones word is not
among them.  Word number j is the sum of the rows of the bits of j.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lincs.constructions.algebra.frame import Array
from lincs.jit import kernel

__all__ = ["bits_of", "independent_ties", "largest_imbalance", "subcode", "words"]


def bits_of(rows: Sequence[int], n: int) -> Array:
    """The rows as ``len(rows) x n`` zeros and ones."""
    return np.array([[row >> c & 1 for c in range(n)] for row in rows], dtype=np.uint8).reshape(len(rows), n)


def words(generators: Array, j0: int, j1: int) -> Array:
    """Words number ``j0 <= j < j1`` as ``(j1 - j0) x n`` zeros and ones."""
    k = len(generators)
    digits = np.array([[j >> b & 1 for b in range(k)] for j in range(j0, j1)], dtype=np.int64).reshape(j1 - j0, k)
    return np.asarray(digits @ generators.astype(np.int64) & 1, dtype=np.uint8)


@kernel()
def _largest(rows: Array, n: int, start: int, stop: int) -> int:
    """``max |n - 2 wt|`` over the words of the Gray codes of ``start <= i < stop``, the zero word left out."""
    limbs = rows.shape[1]
    word = np.zeros(limbs, dtype=np.uint64)
    gray = start ^ (start >> 1)
    for b in range(rows.shape[0]):
        if gray >> b & 1:
            for limb in range(limbs):
                word[limb] ^= rows[b, limb]
    largest = 0
    for i in range(start, stop):
        if i != start:
            b = 0
            while (i >> b) & 1 == 0:
                b += 1
            for limb in range(limbs):
                word[limb] ^= rows[b, limb]
        if i == 0:
            continue
        weight = np.uint64(0)
        for limb in range(limbs):
            x = word[limb]
            x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
            x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
            x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
            weight += (x * np.uint64(0x0101010101010101)) >> np.uint64(56)
        imbalance = abs(n - 2 * int(weight))
        if imbalance > largest:
            largest = imbalance
    return largest


def largest_imbalance(rows: Sequence[int], n: int, *, count: int | None = None) -> int:
    """``max |n - 2 wt|`` over the first ``count`` words (default: all; a power of two) but the zero word.

    A Gray code visits them, one addition of a row each.  With the all-ones word the code has twice as many words, of
    the same imbalances; that the rows and it are independent is a part of the result, since a word of weight 0 or n
    other than the zero word has imbalance n.
    """
    used = len(rows) if count is None else (count - 1).bit_length()
    limbs = -(-n // 64)
    table = np.array([[row >> 64 * t & (1 << 64) - 1 for t in range(limbs)] for row in rows[:used]], dtype=np.uint64)
    return int(_largest(table.reshape(used, limbs), n, 0, 1 << used))


def independent_ties(rows: Sequence[int], n: int, ties: int) -> list[int]:
    """The first coordinates c whose equality with coordinate 0 halves the code, one after the other."""
    found: list[int] = []
    basis: dict[int, int] = {}
    for c in range(1, n):
        functional = _functional(rows, c)
        while functional:
            low = functional & -functional
            if low not in basis:
                break
            functional ^= basis[low]
        if functional and len(found) < ties:
            basis[functional & -functional] = functional
            found.append(c)
    return found


def subcode(rows: Sequence[int], ties: Sequence[int]) -> list[int]:
    """Rows of the words that are equal on coordinate 0 and all of ``ties``: each tie costs one row."""
    kept = list(rows)
    for c in ties:
        odd = [row for row in kept if (row ^ row >> c) & 1]
        kept = [row for row in kept if not (row ^ row >> c) & 1] + [row ^ odd[0] for row in odd[1:]]
    return kept


def _functional(rows: Sequence[int], c: int) -> int:
    """Which rows differ on coordinates 0 and c, as a bit mask."""
    return sum(((row ^ row >> c) & 1) << b for b, row in enumerate(rows))
