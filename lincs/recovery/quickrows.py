"""Kernel vectors and probes of many features to a gap: splitting.py finds them, proberows.py measures them."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lincs.recovery.proberows import Kernels, kernels_of
from lincs.recovery.rowspace import RowSpace
from lincs.recovery.splitting import Basis, split

__all__ = ["Quick"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_BLOCK_BYTES = 16 << 20  # of one m x block array in float32; a block has five
_WIDE, _NARROW = 512, 32


@dataclass(frozen=True)
class Quick:
    """The solver (manyrows.py) of features of A whose ends are to be within ``gap``; the first m columns are features.

    Where a row's gap stays open its numbers are what they are: the caller sees it when it measures.
    """

    A: Array
    rows: RowSpace
    basis: Basis
    m: int
    gap: float
    threaded: bool = False

    @property
    def columns(self) -> int:
        return int(self.A.shape[1])

    @property
    def dims(self) -> int:
        return len(self.A)

    def width(self, n: int, threads: int) -> int:
        return max(_NARROW, min(_WIDE, _BLOCK_BYTES // (4 * self.columns), -(-n // threads)))

    def __call__(self, which: Indices, threads: int, stop: threading.Event | None) -> tuple[Kernels, Array] | None:
        found = split(self.basis, which, gap=self.gap, stop=(lambda: False) if stop is None else stop.is_set)
        if stop is not None and stop.is_set():
            return None
        u = -found.w
        u[which, np.arange(len(which))] = 0.0
        kernels = kernels_of(self.A, self.rows, which, u, self.m)
        own = np.einsum("ij,ij->j", self.rows.work[:, which], found.y)
        # Errors off the feature are at most 1 and its own is 1 - own: the factor that makes both the same.
        return kernels, self.rows.dual(found.y / (1.0 + np.maximum(own, 0.0)), len(self.A))
