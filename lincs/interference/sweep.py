"""The driver of the kernels: all inner products, tile by tile, and of each row only the largest.

A tile is multiplied by BLAS into a reused buffer and scanned while it is still in cache; nothing of size m^2 is
ever stored.  When B is A only the tiles on and above the diagonal are multiplied, and each is scanned by rows and
by columns.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.interference import rows as kernels
from lincs.matrices import Matrix
from lincs.parallel import run_tasks

__all__ = ["Sweep"]

Array = npt.NDArray[Any]
# Called with (positions of the rows, {side: their largest entries, descending}) whenever rows are complete.
Reduce = Callable[[Array, dict[str, Array]], None]

_SLACK = 48  # a buffer line holds 2 K + _SLACK entries: compacting it then costs O(1) an entry
_SQUARE = 1024  # edge of a tile when B is A
_TALL, _WIDE = 512, 2048  # a tile otherwise
_FINE = 256  # edge of the tiles along the diagonal, where half of each product is wasted
_SYMMETRIC_LINES = 4096  # longest buffer line kept for all rows at once


class _Lines:
    """Thresholds and buffers of some rows, for one side."""

    def __init__(self, n_rows: int, side: str, keep: int, width: int, dtype: np.dtype[Any]) -> None:
        integer = np.int32 if dtype.itemsize == 4 else np.int64
        self.flip, self.mask = kernels.side_of(side, dtype)
        self.keep = keep
        self.dtype = dtype
        self.threshold = np.zeros(n_rows, integer)
        self.buffer = np.zeros((n_rows, min(2 * keep + _SLACK, max(keep, width) + 1)), integer)
        self.count = np.zeros(n_rows, np.int64)

    def scan(self, kernel: Callable[..., None], tile: Array, lines: slice) -> None:
        kernel(
            tile.view(self.threshold.dtype), self.flip, self.mask, self.keep,
            self.threshold[lines], self.buffer[lines], self.count[lines],
        )  # fmt: skip

    def largest(self, lines: slice) -> Array:
        """The ``keep`` largest entries of the rows, in descending order, as floats."""
        out = np.empty((lines.stop - lines.start, self.keep), self.threshold.dtype)
        kernels.collect(self.buffer[lines], self.count[lines], self.keep, out)
        out.sort(axis=1)
        return out[:, ::-1].view(self.dtype)


@dataclass(frozen=True)
class Sweep:
    """For each row i, the ``keep`` largest off-diagonal entries ``b_i . a_j`` (j != i) of every side asked for."""

    B: Matrix
    A: Matrix
    keep: int
    sides: tuple[str, ...]
    dtype: np.dtype[Any]
    threads: int

    def run(
        self, reduce: Reduce, *, only: Array | None = None, progress: Callable[[int], None] | None = None
    ) -> None:
        """Sweep all rows, or the rows ``only``; call ``reduce`` with each panel of finished rows.

        ``progress`` is called with the number of inner products done since the last call.  ``reduce`` may be called
        from several threads at once, for different rows.  Raises :class:`InputError` naming a row that overflows.
        """
        symmetric = (
            only is None and self.B.source == self.A.source and 2 * self.keep + _SLACK <= _SYMMETRIC_LINES
        )
        if symmetric:
            self._run_symmetric(reduce, progress)
        else:
            self._run_panels(np.arange(self.A.m) if only is None else only, reduce, progress)

    # -- general pairs: every thread owns a panel of rows and meets all columns ------------------------------------

    def _run_panels(self, which: Array, reduce: Reduce, progress: Callable[[int], None] | None) -> None:
        m = self.A.m
        tall = min(_TALL, max(32, -(-len(which) // (4 * self.threads))))
        local = threading.local()

        def work(start: int) -> None:
            mine = which[start : start + tall]
            b = _contiguous(
                self.B.take(mine, self.dtype) if len(mine) < m else self._rows(self.B, start, len(mine))
            )
            if not hasattr(local, "tile"):
                local.tile = np.empty(tall * _WIDE, self.dtype)
            lines = {side: _Lines(len(mine), side, self.keep, m, self.dtype) for side in self.sides}
            for left in range(0, m, _WIDE):
                right = min(left + _WIDE, m)
                tile = self._product(b, self.A.rows(left, right, self.dtype), local.tile)
                own = np.flatnonzero((mine >= left) & (mine < right))
                tile[own, mine[own] - left] = 0
                for line in lines.values():
                    line.scan(kernels.scan_rows, tile, slice(0, len(mine)))
            self._hand_over(mine, lines, slice(0, len(mine)), reduce)

        def done(start: int) -> None:
            if progress is not None:
                progress(min(tall, len(which) - start) * m)

        run_tasks(range(0, len(which), tall), work, threads=self.threads, done=done)

    def _rows(self, matrix: Matrix, start: int, n: int) -> Array:
        return matrix.rows(start, start + n, self.dtype)

    # -- B is A: tiles above the diagonal serve their rows and their columns ---------------------------------------

    def _run_symmetric(self, reduce: Reduce, progress: Callable[[int], None] | None) -> None:
        m = self.A.m
        edge = min(_SQUARE, max(_FINE, -(-m // (8 * self.threads))))
        starts = range(0, m, edge)
        lines = {side: _Lines(m, side, self.keep, m, self.dtype) for side in self.sides}
        locks = {start: threading.Lock() for start in starts}
        pending = {start: len(starts) for start in starts}  # tiles that still touch the rows of a block
        local = threading.local()

        def scan(tile: Array, top: int, left: int) -> None:
            rows = slice(top, top + tile.shape[0])
            columns = slice(left, left + tile.shape[1])
            for line in lines.values():
                with locks[top - top % edge]:
                    line.scan(kernels.scan_rows, tile, rows)
                if top != left:
                    with locks[left - left % edge]:
                        line.scan(kernels.scan_columns, tile, columns)

        def work(task: tuple[int, int]) -> None:
            if not hasattr(local, "tile"):
                local.tile = np.empty(edge * edge, self.dtype)
            for (top, bottom), (left, right) in _subtiles(task, edge, m):
                b = self.A.rows(top, bottom, self.dtype)
                a = b if top == left else self.A.rows(left, right, self.dtype)
                tile = self._product(b, a, local.tile)
                if top == left:
                    np.fill_diagonal(tile, 0)
                scan(tile, top, left)

        def done(task: tuple[int, int]) -> None:
            for start in set(task):
                pending[start] -= 1
                if pending[start] == 0:
                    block = slice(start, min(start + edge, m))
                    self._hand_over(np.arange(block.start, block.stop), lines, block, reduce)
            if progress is not None:
                top, left = task
                size = (min(top + edge, m) - top) * (min(left + edge, m) - left)
                progress(size if top == left else 2 * size)

        tasks = ((top, left) for top in starts for left in starts if left >= top)
        run_tasks(tasks, work, threads=self.threads, done=done)

    # -- shared -----------------------------------------------------------------------------------------------------

    def _product(self, b: Array, a: Array, space: Array) -> Array:
        tile = space[: len(b) * len(a)].reshape(len(b), len(a))
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            return np.matmul(b, a.T, out=tile)

    def _hand_over(self, which: Array, lines: dict[str, _Lines], block: slice, reduce: Reduce) -> None:
        tops = {side: line.largest(block) for side, line in lines.items()}
        for top in tops.values():
            finite = np.isfinite(top[:, 0])
            if not finite.all():
                row = int(which[np.argmin(finite)])
                raise InputError(f"the inner products of row {row} overflow {self.dtype}: rescale A or B")
        reduce(which, tops)


def _contiguous(rows: Array) -> Array:
    return np.ascontiguousarray(rows)


def _subtiles(task: tuple[int, int], edge: int, m: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """A tile off the diagonal as it is; one on the diagonal as a triangle of finer tiles."""
    top, left = task
    bottom, right = min(top + edge, m), min(left + edge, m)
    if top != left:
        yield (top, bottom), (left, right)
        return
    for upper in range(top, bottom, _FINE):
        for across in range(upper, bottom, _FINE):
            yield (upper, min(upper + _FINE, bottom)), (across, min(across + _FINE, right))
