"""What the tiles of a sweep are offered to: the largest entries of every row, side by side with those of columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from lincs.interference import both_rows as both_kernels
from lincs.interference import rows as kernels

__all__ = ["BothSigns", "Heaps", "Scanned", "by_pass"]

Array = npt.NDArray[Any]

_GROUPS = 32  # of rows of a tile, whose largest entries bound those of a column from below


class Scanned(Protocol):
    """What tiles are offered to, by rows and by columns."""

    def scan_rows(self, tile: Array, rows: slice, first: int) -> None: ...
    def scan_columns(self, tile: Array, columns: slice, first: int) -> None: ...


class Heaps:
    """The largest entries of some rows, for one side.

    Tiles come with the feature of their ``first`` column (scanned by rows) or row, which structured supports ask for.
    """

    def __init__(self, n_rows: int, side: str, keep: int, dtype: np.dtype[Any]) -> None:
        self.flip, self.mask = kernels.side_of(side, dtype)
        self.dtype = dtype
        self.heaps = np.zeros((n_rows, keep), np.int32 if dtype.itemsize == 4 else np.int64)

    def scan_rows(self, tile: Array, rows: slice, first: int) -> None:
        heaps = self.heaps[rows]
        blocks, spare = _blocks(tile, heaps.dtype), np.empty(heaps.shape[1], heaps.dtype)
        kernels.scan_rows(tile.view(heaps.dtype), self.flip, self.mask, heaps, blocks, spare)

    def scan_columns(self, tile: Array, columns: slice, first: int) -> None:
        heaps, limits = self.heaps[columns], self.first_limits(tile, columns)
        kernels.scan_columns(tile.view(heaps.dtype), self.flip, self.mask, heaps, limits)

    def first_limits(self, tile: Array, columns: slice) -> Array:
        """What entries of the tile must exceed to count for its columns, side by side."""
        heaps = self.heaps[columns]
        limits = heaps[:, 0].copy()
        if not limits.all():
            maxima = np.empty((min(_GROUPS, len(tile)), tile.shape[1]), heaps.dtype)
            spare = np.empty(heaps.shape[1], heaps.dtype)
            kernels.bound_columns(tile.view(heaps.dtype), self.flip, self.mask, limits, maxima, spare)
        return limits

    def largest(self, rows: slice) -> Array:
        """The largest entries of the rows, in descending order, as floats; then what else tops are made of."""
        return np.sort(self.heaps[rows], axis=1)[:, ::-1].view(self.dtype)

    def state(self) -> dict[str, Array]:
        """All there is, by name: to be saved, or sent; what is written into it is taken over."""
        return {"heaps": self.heaps}

    def merge(self, rows: slice, theirs: Mapping[str, Array]) -> None:
        """Take over what others (:meth:`state`) have found of the same rows."""
        mine = self.heaps[rows]
        both = np.sort(np.concatenate([mine, theirs["heaps"]], axis=1), axis=1)
        mine[:] = both[:, mine.shape[1] :]  # ascending: a heap with its least entry on top


class BothSigns:
    """The heaps of the positive and of the negative entries, to which a tile is offered in one pass."""

    def __init__(self, positive: Heaps, negative: Heaps) -> None:
        self.positive, self.negative = positive, negative
        self.sign, self.absolute = negative.flip, ~negative.flip

    def scan_rows(self, tile: Array, rows: slice, first: int) -> None:
        positive, negative = self.positive.heaps[rows], self.negative.heaps[rows]
        blocks, spare = _blocks(tile, positive.dtype), np.empty(positive.shape[1], positive.dtype)
        both_kernels.scan_both_rows(
            tile.view(positive.dtype), self.sign, self.absolute, positive, negative, blocks, spare
        )

    def scan_columns(self, tile: Array, columns: slice, first: int) -> None:
        positive, negative = self.positive.heaps[columns], self.negative.heaps[columns]
        most, least = self.positive.first_limits(tile, columns), self.negative.first_limits(tile, columns)
        both_kernels.scan_both_columns(
            tile.view(positive.dtype),
            self.sign,
            self.absolute,
            positive,
            negative,
            most,
            least,
            np.empty_like(most),
        )


def _blocks(tile: Array, dtype: np.dtype[Any]) -> Array:
    """Scratch: a number for each block of a row."""
    return np.empty(-(-tile.shape[1] // kernels.BLOCK), dtype)


def by_pass(heaps: Mapping[str, Heaps]) -> list[Scanned]:
    """The heaps of a sweep of any k features as tiles are offered to them: those of the two signs in one pass."""
    rest = dict(heaps)
    found: list[Scanned] = []
    if {"positive", "negative"} <= rest.keys():
        found.append(BothSigns(rest.pop("positive"), rest.pop("negative")))
    return [*found, *rest.values()]
