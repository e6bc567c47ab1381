"""The driver of the kernels: all inner products, tile by tile, and of each row only the largest.

A tile is multiplied by BLAS into a reused buffer and scanned while it is still in cache; nothing of size m^2 is
ever stored.  When B is A only the tiles on and above the diagonal are multiplied, and each is scanned by rows and
by columns.  The way a matrix is cut into tiles depends on its size alone, so that a run with other threads, or one
that was interrupted and resumed, multiplies exactly the same tiles.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.interference import rows as kernels
from lincs.matrices import Matrix
from lincs.parallel import run_tasks

__all__ = ["Keeper", "Sweep"]

Array = npt.NDArray[Any]
# Called with (indices of the rows, {side: their largest entries, descending}) whenever rows are complete.
Reduce = Callable[[Array, dict[str, Array]], None]

_SQUARE = 1024  # edge of a tile when B is A
_TALL, _WIDE = 1024, 2048  # a tile otherwise
_FINE = 256  # edge of the tiles along the diagonal, where half of each product is wasted
_ROWS_BYTES = (
    32 << 20
)  # most that the features along one edge of a tile may take, as float64: bounds the edge
_HEAPS_FOR_ALL = 4096  # longest heaps that are kept for all rows at once, as the symmetric sweep must


class Keeper(Protocol):
    """What makes a sweep survive an interruption (checkpoint.py)."""

    def restore(self) -> Mapping[str, Array] | None:
        """What the last :meth:`save` of this sweep was given, if there is one."""

    def due(self) -> bool:
        """Whether it is time to save."""

    def save(self, state: Mapping[str, Array], *, interrupted: bool = False) -> None:
        """Keep the state of the sweep; what ``reduce`` has produced is saved along with it."""


class _Heaps:
    """The largest entries of some rows, for one side."""

    def __init__(self, n_rows: int, side: str, keep: int, dtype: np.dtype[Any]) -> None:
        self.flip, self.mask = kernels.side_of(side, dtype)
        self.dtype = dtype
        self.heaps = np.zeros((n_rows, keep), np.int32 if dtype.itemsize == 4 else np.int64)

    def scan_rows(self, tile: Array, rows: slice) -> None:
        kernels.scan_rows(tile.view(self.heaps.dtype), self.flip, self.mask, self.heaps[rows])

    def scan_columns(self, tile: Array, columns: slice) -> None:
        heaps = self.heaps[columns]
        kernels.scan_columns(tile.view(heaps.dtype), self.flip, self.mask, heaps, heaps[:, 0].copy())

    def largest(self, rows: slice) -> Array:
        """The largest entries of the rows, in descending order, as floats."""
        return np.sort(self.heaps[rows], axis=1)[:, ::-1].view(self.dtype)


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
        self,
        reduce: Reduce,
        *,
        only: Array | None = None,
        progress: Callable[[int], None] | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        """Sweep all rows, or the rows ``only``; call ``reduce`` with each panel of finished rows.

        ``progress`` is called with the number of inner products done since the last call.  ``reduce`` may be called
        from several threads at once, for different rows.  With a ``keeper`` the sweep goes on from what was saved,
        saves when it is due, and saves once more if it is interrupted.
        Raises :class:`InputError` naming a row that overflows.
        """
        same = self.B.source == self.A.source
        plan: _Plan
        if only is None and same and self.keep <= _HEAPS_FOR_ALL:
            plan = _Symmetric(self, reduce)
        else:
            plan = _Panels(self, reduce, np.arange(self.A.m) if only is None else only)
        done = np.zeros(len(plan.tasks), dtype=bool)
        saved = keeper.restore() if keeper is not None else None
        if saved is not None:
            done = saved["done"].copy()
            plan.restore(saved, done)
            if progress is not None:
                progress(sum(plan.work(n) for n in np.flatnonzero(done).tolist()))

        def finished(n: int) -> None:
            done[n] = True
            plan.finish(n)
            if progress is not None:
                progress(plan.work(n))

        def state() -> dict[str, Array]:
            return {"done": done, **plan.state()}

        todo = iter(np.flatnonzero(~done).tolist())
        try:
            for batch in plan.batches(todo, keeper is not None):
                run_tasks(batch, plan.run, threads=self.threads, done=finished)
                if keeper is not None and keeper.due():
                    keeper.save(state())
        except KeyboardInterrupt:
            # run_tasks returns only when every running task has ended: the state is whole.
            if keeper is not None:
                keeper.save(state(), interrupted=True)
            raise
        if keeper is not None:
            keeper.save(state())

    def multiply(self, b: Array, a: Array, space: Array) -> Array:
        """``b a^T`` into the front of ``space``."""
        tile = space[: len(b) * len(a)].reshape(len(b), len(a))
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            return np.matmul(b, a.T, out=tile)

    def heaps(self, n_rows: int) -> dict[str, _Heaps]:
        return {side: _Heaps(n_rows, side, self.keep, self.dtype) for side in self.sides}

    def hand_over(self, which: Array, heaps: dict[str, _Heaps], rows: slice, reduce: Reduce) -> None:
        """Give the largest entries of finished rows to ``reduce``, unless something has overflowed."""
        tops = {side: heap.largest(rows) for side, heap in heaps.items()}
        for top in tops.values():
            finite = np.isfinite(top[:, 0])
            if not finite.all():
                row = int(which[np.argmin(finite)])
                raise InputError(f"the inner products of row {row} overflow {self.dtype}: rescale A or B")
        reduce(which, tops)


class _Plan(Protocol):
    """A way to cut a sweep into numbered tasks that may run in any order and at once."""

    tasks: Any

    def run(self, n: int) -> None: ...
    def finish(self, n: int) -> None: ...
    def work(self, n: int) -> int: ...
    def state(self) -> dict[str, Array]: ...
    def restore(self, saved: Mapping[str, Array], done: Array) -> None: ...
    def batches(self, todo: Iterator[int], stops: bool) -> Iterator[list[int]]: ...


def _edge(most: int, n: int, least: int, d: int) -> int:
    """Edge of a tile: small enough to share n rows out to many threads and to keep its features in little memory."""
    return max(1, min(most, max(least, -(-n // 16)), max(16, _ROWS_BYTES // (8 * d))))


class _Panels:
    """General pairs: a task is a panel of rows against all columns, with heaps of its own."""

    def __init__(self, sweep: Sweep, reduce: Reduce, which: Array) -> None:
        self.sweep, self.reduce, self.which = sweep, reduce, which
        self.tall = _edge(_TALL, len(which), 32, sweep.A.d)
        self.wide = _edge(_WIDE, sweep.A.m, _WIDE, sweep.A.d)
        self.tasks = range(0, len(which), self.tall)
        self.local = threading.local()

    def run(self, n: int) -> None:
        sweep, m = self.sweep, self.sweep.A.m
        mine = self.which[self.tasks[n] : self.tasks[n] + self.tall]
        consecutive = mine[-1] - mine[0] == len(mine) - 1
        b = (
            sweep.B.rows(int(mine[0]), int(mine[-1]) + 1, sweep.dtype)
            if consecutive
            else sweep.B.take(mine, sweep.dtype)
        )
        if not hasattr(self.local, "tile"):
            self.local.tile = np.empty(self.tall * self.wide, sweep.dtype)
        heaps = sweep.heaps(len(mine))
        for left in range(0, m, self.wide):
            right = min(left + self.wide, m)
            tile = sweep.multiply(b, sweep.A.rows(left, right, sweep.dtype), self.local.tile)
            own = np.flatnonzero((mine >= left) & (mine < right))
            tile[own, mine[own] - left] = 0
            for heap in heaps.values():
                heap.scan_rows(tile, slice(0, len(mine)))
        sweep.hand_over(mine, heaps, slice(0, len(mine)), self.reduce)

    def finish(self, n: int) -> None:
        """Nothing to do: the panel has handed over its rows itself."""

    def work(self, n: int) -> int:
        return min(self.tall, len(self.which) - self.tasks[n]) * self.sweep.A.m

    def state(self) -> dict[str, Array]:
        return {}  # what reduce has made of finished panels is all there is

    def restore(self, saved: Mapping[str, Array], done: Array) -> None:
        """Nothing to do: finished panels live on in what reduce has produced."""

    def batches(self, todo: Iterator[int], stops: bool) -> Iterator[list[int]]:
        size = self.sweep.threads if stops else len(self.tasks)
        remaining = list(todo)
        for start in range(0, len(remaining), size):
            yield remaining[start : start + size]


class _Symmetric:
    """B is A: a task is a tile on or above the diagonal, which serves its rows and its columns."""

    def __init__(self, sweep: Sweep, reduce: Reduce) -> None:
        self.sweep, self.reduce = sweep, reduce
        m = sweep.A.m
        self.edge = _edge(_SQUARE, m, _FINE, sweep.A.d)
        starts = range(0, m, self.edge)
        self.tasks = [(top, left) for top in starts for left in starts if left >= top]
        self.heaps = sweep.heaps(m)
        self.locks = {start: threading.Lock() for start in starts}
        self.pending = dict.fromkeys(starts, len(starts))  # tiles that the rows of a block still wait for
        self.local = threading.local()

    def _span(self, start: int) -> tuple[int, int]:
        return start, min(start + self.edge, self.sweep.A.m)

    def _subtiles(self, top: int, left: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """A tile off the diagonal as it is; one on the diagonal as a triangle of finer tiles."""
        if top != left:
            yield self._span(top), self._span(left)
            return
        start, stop = self._span(top)
        fine = min(_FINE, self.edge)
        for upper in range(start, stop, fine):
            for across in range(upper, stop, fine):
                yield (upper, min(upper + fine, stop)), (across, min(across + fine, stop))

    def run(self, n: int) -> None:
        sweep = self.sweep
        top, left = self.tasks[n]
        if not hasattr(self.local, "tile"):
            self.local.tile = np.empty(self.edge * self.edge, sweep.dtype)
        for (i, i_stop), (j, j_stop) in self._subtiles(top, left):
            b = sweep.A.rows(i, i_stop, sweep.dtype)
            a = b if i == j else sweep.A.rows(j, j_stop, sweep.dtype)
            tile = sweep.multiply(b, a, self.local.tile)
            if i == j:
                np.fill_diagonal(tile, 0)
            for heap in self.heaps.values():
                with self.locks[top]:
                    heap.scan_rows(tile, slice(i, i_stop))
                if i != j:
                    with self.locks[left]:
                        heap.scan_columns(tile, slice(j, j_stop))

    def finish(self, n: int) -> None:
        for start in set(self.tasks[n]):
            self.pending[start] -= 1
            if self.pending[start] == 0:
                self._hand_over(start)

    def _hand_over(self, start: int) -> None:
        block = slice(*self._span(start))
        self.sweep.hand_over(np.arange(block.start, block.stop), self.heaps, block, self.reduce)

    def work(self, n: int) -> int:
        (i, i_stop), (j, j_stop) = map(self._span, self.tasks[n])
        return (i_stop - i) * (j_stop - j) * (1 if i == j else 2)

    def state(self) -> dict[str, Array]:
        return {f"heaps_{side}": heap.heaps for side, heap in self.heaps.items()}

    def restore(self, saved: Mapping[str, Array], done: Array) -> None:
        for side, heap in self.heaps.items():
            heap.heaps[:] = saved[f"heaps_{side}"]
        for n in np.flatnonzero(done).tolist():
            self.finish(n)

    def batches(self, todo: Iterator[int], stops: bool) -> Iterator[list[int]]:
        """One row of tiles at a time if there must be moments at which nothing runs, else all at once."""
        remaining = list(todo)
        if not stops:
            yield remaining
            return
        while remaining:
            top = self.tasks[remaining[0]][0]
            row = [n for n in remaining if self.tasks[n][0] == top]
            yield row
            remaining = remaining[len(row) :]
