"""The binary Golay code as the extended quadratic residue code modulo 23."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["golay_words", "octads_of_23"]

Array = npt.NDArray[Any]


@lru_cache(maxsize=1)
def golay_words() -> Array:
    """All 4096 words, ``4096 x 24`` zeros and ones; weights 0, 8, 12, 16, 24 (checked)."""
    squares = {pow(i, 2, 23) for i in range(23)}
    rows = []
    for shift in range(23):
        row = np.zeros(24, dtype=np.int64)
        row[[(square + shift) % 23 for square in squares]] = 1
        row[23] = row.sum() % 2
        rows.append(row)
    basis: list[Array] = []
    for row in (*rows, np.ones(24, dtype=np.int64)):
        for other in basis:
            if row[np.argmax(other)]:
                row = row ^ other
        if row.any():
            basis.append(row)
    choices = np.arange(2**12)[:, None] >> np.arange(11, -1, -1) & 1
    words = np.asarray(choices @ np.array(basis) % 2)
    counts = np.bincount(words.sum(axis=1), minlength=25)
    assert (len(basis), *counts[[0, 8, 12, 16, 24]]) == (12, 1, 759, 2576, 759, 1)
    return words.astype(np.int8)


def octads_of_23() -> Array:
    """The 253 blocks of the Steiner system S(4, 7, 23): octads through the last point, less it."""
    words = golay_words()
    octads: Array = words[(words.sum(axis=1) == 8) & (words[:, 23] == 1)][:, :23]
    return octads
