"""Numba kernel on plain arrays: the largest entry of every column of a tile, under several scalings of its rows."""

from __future__ import annotations

from lincs.jit import kernel

__all__ = ["column_maxima"]


@kernel()
def column_maxima(tile, radius, factors, best):
    """Raise ``best`` (k x C) to the largest ``factors[k, r] * (|tile[r, j]| - radius[r])``; ``factors`` is k x R."""
    n_rows, n_columns = tile.shape
    for r in range(n_rows):
        row = tile[r]
        for k in range(factors.shape[0]):
            factor, less, mine = factors[k, r], factors[k, r] * radius[r], best[k]
            for j in range(n_columns):
                mine[j] = max(mine[j], abs(row[j]) * factor - less)
