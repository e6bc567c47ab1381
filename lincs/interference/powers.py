"""Row sums of squares and fourth powers, gathered tile by tile beside the largest entries.

They are what typical inputs need of a row beyond its largest entries (THEOREMS.md, 11).  The sums are the same whatever
the order in which tiles are merged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U, gamma
from lincs.interference import power_rows as kernels
from lincs.interference.heaps import Heaps

__all__ = ["NAME", "PowerSums", "errors", "exponents"]

Array = npt.NDArray[Any]

NAME = "powers"  # what the sums are called among the sides of a sweep


def exponents(sizes: Array) -> Array:
    """For each row the e for which ``2^-e`` times its entries, which are at most ``sizes``, is at most 1."""
    with np.errstate(divide="ignore"):
        found = np.where(sizes > 0, np.ceil(np.log2(sizes)) + 1, 0)
    return np.clip(found, -1000, 1000).astype(np.int64)


def errors(m: int, dtype: np.dtype[Any]) -> tuple[float, float]:
    """How far a sum of at most m powers may be off: relative to itself, and beyond that.

    The latter are the roundings to units of no more than m tiles, and what underflows.
    """
    return gamma(kernels.BLOCK + 6, float(np.finfo(dtype).eps) / 2) + gamma(m, U), 2 * m / kernels.FINE


class PowerSums(Heaps):
    """The sums of some rows; ``largest`` returns them (n x 2), of entries multiplied by ``2^-e``, rounded up."""

    def __init__(self, exponents: Array, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self.scales = np.ldexp(1.0, -exponents).astype(dtype)
        self.sums = np.zeros((len(exponents), 4), dtype=np.int64)

    def scan_rows(self, tile: Array, rows: slice, first: int) -> None:
        kernels.row_powers(tile, self.scales[rows], self.sums[rows])

    def scan_columns(self, tile: Array, columns: slice, first: int) -> None:
        kernels.column_powers(tile, self.scales[columns], self.sums[columns])

    def largest(self, rows: slice) -> Array:
        sums = self.sums[rows].astype(np.float64)
        return sums[:, ::2] / kernels.COARSE + sums[:, 1::2] / kernels.FINE

    def state(self) -> dict[str, Array]:
        return {"sums": self.sums}

    def merge(self, rows: slice, theirs: Mapping[str, Array]) -> None:
        self.sums[rows] += theirs["sums"]
