"""Numba kernels on plain arrays: sums of squares and fourth powers of the rows, or of the columns, of a tile.

Entries are multiplied by a power of two of their row first, which makes them at most 1: no power overflows.  What a
tile adds to a row is a sum of at most 64 terms at a time in the tile's precision, these sums then in float64, and goes
into integers, in units of 2^-30 and 2^-70 (rounded up): integers add up to the same whatever the order of the tiles.

Sums within a tile may be taken in any order ("reassoc"; no other freedom), which their bound (powers.py) allows for.
"""

from __future__ import annotations

import math

import numpy as np

from lincs.jit import kernel

__all__ = ["COARSE", "FINE", "column_powers", "row_powers"]

BLOCK = 64  # terms that are added in the precision of the tile
COARSE, FINE = 2.0**30, 2.0**70


@kernel()
def _add(sums, square, fourth):
    """Add two sums to (coarse, fine) units of squares, then of fourth powers."""
    coarse = math.floor(square * COARSE)
    sums[0] += np.int64(coarse)
    sums[1] += np.int64(math.ceil((square - coarse / COARSE) * FINE))
    coarse = math.floor(fourth * COARSE)
    sums[2] += np.int64(coarse)
    sums[3] += np.int64(math.ceil((fourth - coarse / COARSE) * FINE))


@kernel(fastmath={"reassoc", "contract"})
def _block_sums(block, scale):
    zero = block.dtype.type(0)
    square, fourth = zero, zero
    for j in range(block.size):
        x = block[j] * scale
        y = x * x
        square += y
        fourth += y * y
    return square, fourth


@kernel()
def row_powers(tile, scales, sums):
    """Add the entries of every row of ``tile`` (R x C) to its ``sums`` (R x 4); ``scales`` (R) in the tile's dtype."""
    n_rows, n_columns = tile.shape
    for r in range(n_rows):
        square, fourth = 0.0, 0.0
        for start in range(0, n_columns, BLOCK):
            s, f = _block_sums(tile[r, start : start + BLOCK], scales[r])
            square += np.float64(s)
            fourth += np.float64(f)
        _add(sums[r], square, fourth)


@kernel()
def column_powers(tile, scales, sums):
    """Add the entries of every *column* of ``tile`` (R x C) to its ``sums`` (C x 4); ``scales`` (C)."""
    n_rows, n_columns = tile.shape
    squares, fourths = np.zeros(n_columns), np.zeros(n_columns)
    some, more = np.zeros(n_columns, tile.dtype), np.zeros(n_columns, tile.dtype)
    for top in range(0, n_rows, BLOCK):
        some[:] = 0
        more[:] = 0
        for r in range(top, min(top + BLOCK, n_rows)):
            row = tile[r]
            for j in range(n_columns):
                x = row[j] * scales[j]
                y = x * x
                some[j] += y
                more[j] += y * y
        for j in range(n_columns):
            squares[j] += some[j]
            fourths[j] += more[j]
    for j in range(n_columns):
        _add(sums[j], squares[j], fourths[j])
