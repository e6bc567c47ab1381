"""How a sweep is cut into numbered tasks that may run in any order, at once, and on other machines.

A plan runs its tasks here (``run``, then ``finish``), or hands them out: ``portion`` computes some of them anywhere
and returns what ``absorb`` merges here.  The largest entries of a row are the same whatever the order in which the
tiles are merged, so that the result does not depend on who computed what, or when.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from lincs.interference.heaps import Heaps, Scanned
from lincs.matrices import Matrix

__all__ = ["HEAPS_FOR_ALL", "Panels", "Plan", "Reduce", "Symmetric", "Tiles", "symmetric_tile"]

Array = npt.NDArray[Any]
# Called with (indices of the rows, {side: their largest entries, descending}) whenever rows are complete.
Reduce = Callable[[Array, dict[str, Array]], None]

_SQUARE = 1024  # edge of a tile when B is A
_TALL, _WIDE = 1024, 2048  # a tile otherwise
_FINE = 256  # edge of the tiles along the diagonal, where half of each product is wasted
_ROWS_BYTES = 32 << 20  # most that the features along one edge of a tile may take, as float64: bounds the edge
_MOST_BLOCKS = 2048  # blocks of rows of a symmetric sweep, so that there are at most two million tasks
HEAPS_FOR_ALL = 4096  # longest heaps that are kept for all rows at once, as the symmetric sweep must


class Tiles(Protocol):
    """What a plan needs of the sweep whose tasks it cuts: the matrices, the product of a tile, heaps for its rows.

    Columns are ``features`` in an order of their own: ``places`` says where the features of the file are, ``named``
    which features of the file are there, and ``cuts`` where tiles of about so many columns may begin.
    """

    @property
    def A(self) -> Matrix: ...
    @property
    def B(self) -> Matrix: ...
    @property
    def dtype(self) -> np.dtype[Any]: ...
    @property
    def sides(self) -> tuple[str, ...]: ...
    @property
    def threads(self) -> int: ...
    @property
    def features(self) -> Matrix: ...
    def places(self, which: Array) -> Array: ...
    def named(self, start: int, stop: int) -> Array: ...
    def cuts(self, start: int, stop: int, edge: int) -> list[int]: ...
    def multiply(self, b: Array, a: Array, space: Array) -> Array: ...
    def heaps(self, which: Array) -> dict[str, Heaps]: ...
    def by_pass(self, heaps: dict[str, Heaps]) -> list[Scanned]: ...
    def finite(self, which: Array, tops: dict[str, Array]) -> dict[str, Array]: ...
    def largest(self, which: Array, heaps: dict[str, Heaps], rows: slice) -> dict[str, Array]: ...


class Plan(Protocol):
    """A way to cut a sweep into numbered tasks that may run in any order and at once."""

    tasks: Any

    def run(self, n: int) -> None: ...
    def finish(self, n: int) -> None: ...
    def work(self, n: int) -> int: ...
    def state(self) -> dict[str, Array]: ...
    def restore(self, saved: Mapping[str, Array], done: Array) -> None: ...
    def batches(self, todo: Iterator[int], stops: bool) -> Iterator[list[int]]: ...

    def groups(self, todo: list[int], entries: float) -> list[list[int]]:
        """The tasks in groups of about so many inner products, each touching few rows."""
        ...

    def portion(self, group: list[int]) -> dict[Any, Any]:
        """Compute a group of tasks from the matrices alone; what comes back is small and can be pickled."""
        ...

    def absorb(self, part: dict[Any, Any]) -> None:
        """Merge what :meth:`portion` returned, once; the tasks are finished by ``finish`` afterwards."""
        ...


def _edge(most: int, n: int, least: int, d: int) -> int:
    """Edge of a tile: small enough to share n rows out to many threads and to keep its features in little memory."""
    return max(1, min(most, max(least, -(-n // 16)), max(16, _ROWS_BYTES // (8 * d))))


def symmetric_tile(A: Matrix) -> int:
    """Edge of a tile when B is A."""
    return _edge(_SQUARE, A.m, _FINE, A.d)


class Panels:
    """General pairs: a task is a panel of rows against all columns, with heaps of its own."""

    def __init__(self, sweep: Tiles, reduce: Reduce, which: Array) -> None:
        self.sweep, self.reduce, self.which = sweep, reduce, which
        self.tall = _edge(_TALL, len(which), 32, sweep.A.d)
        self.wide = _edge(_WIDE, sweep.A.m, _WIDE, sweep.A.d)
        self.tasks = range(0, len(which), self.tall)
        self.local = threading.local()

    def run(self, n: int) -> None:
        self.reduce(*self._largest(n))

    def _largest(self, n: int) -> tuple[Array, dict[str, Array]]:
        """The rows of a panel and their largest entries."""
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
        heaps, places = sweep.heaps(mine), sweep.places(mine)
        for left in range(0, m, self.wide):
            right = min(left + self.wide, m)
            tile = sweep.multiply(b, sweep.features.rows(left, right, sweep.dtype), self.local.tile)
            own = np.flatnonzero((places >= left) & (places < right))
            tile[own, places[own] - left] = 0
            for scanned in sweep.by_pass(heaps):
                scanned.scan_rows(tile, slice(0, len(mine)), left)
        return mine, sweep.largest(mine, heaps, slice(0, len(mine)))

    def groups(self, todo: list[int], entries: float) -> list[list[int]]:
        size = max(1, int(entries / (self.tall * self.sweep.A.m)))
        return [todo[start : start + size] for start in range(0, len(todo), size)]

    def portion(self, group: list[int]) -> dict[Any, Any]:
        return {n: self._largest(n) for n in group}

    def absorb(self, part: dict[Any, Any]) -> None:
        for which, tops in part.values():
            self.reduce(which, tops)

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


class Symmetric:
    """B is A: a task is a tile on or above the diagonal, which serves its rows and its columns."""

    def __init__(self, sweep: Tiles, reduce: Reduce) -> None:
        self.sweep, self.reduce = sweep, reduce
        m = sweep.A.m
        self.tile = symmetric_tile(sweep.A)
        self.edge = self.tile * -(-m // (self.tile * _MOST_BLOCKS))  # of a task: several tiles if there are very many
        starts = sweep.cuts(0, m, self.edge)
        self.ends = dict(zip(starts, [*starts[1:], m], strict=True))
        self.tasks = [(top, left) for top in starts for left in starts if left >= top]
        self.locks = {start: threading.Lock() for start in starts}
        self.pending = dict.fromkeys(starts, len(starts))  # tiles that the rows of a block still wait for
        self.local = threading.local()

    @cached_property
    def heaps(self) -> dict[str, Heaps]:
        """Of all rows; a plan that only computes portions never makes them."""
        return self.sweep.heaps(self.sweep.named(0, self.sweep.A.m))

    def _span(self, start: int) -> tuple[int, int]:
        return start, self.ends[start]

    def _pieces(self, start: int, stop: int, edge: int) -> list[tuple[int, int]]:
        starts = self.sweep.cuts(start, stop, edge)
        return list(zip(starts, [*starts[1:], stop], strict=True))

    def _subtiles(self, top: int, left: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """A task off the diagonal in tiles; one on the diagonal as a triangle of finer tiles."""
        if top != left:
            across = self._pieces(*self._span(left), self.tile)
            yield from ((i, j) for i in self._pieces(*self._span(top), self.tile) for j in across)
            return
        pieces = self._pieces(*self._span(top), min(_FINE, self.tile))
        for n, piece in enumerate(pieces):
            yield from ((piece, other) for other in pieces[n:])

    def run(self, n: int) -> None:
        self._scan(n, lambda start: (self.heaps, 0), self.locks.__getitem__)

    def _scan(
        self,
        n: int,
        heaps_of: Callable[[int], tuple[dict[str, Heaps], int]],
        lock_of: Callable[[int], AbstractContextManager[Any]],
    ) -> None:
        """Multiply a tile and offer it to the heaps of its rows and columns, which begin at the row that is given."""
        sweep = self.sweep
        top, left = self.tasks[n]
        (upper, first), (lower, second) = heaps_of(top), heaps_of(left)
        if not hasattr(self.local, "tile"):
            self.local.tile = np.empty(self.tile * self.tile, sweep.dtype)
        for (i, i_stop), (j, j_stop) in self._subtiles(top, left):
            b = sweep.features.rows(i, i_stop, sweep.dtype)
            a = b if i == j else sweep.features.rows(j, j_stop, sweep.dtype)
            tile = sweep.multiply(b, a, self.local.tile)
            if i == j:
                np.fill_diagonal(tile, 0)
            for by_rows, by_columns in zip(sweep.by_pass(upper), sweep.by_pass(lower), strict=True):
                with lock_of(top):
                    by_rows.scan_rows(tile, slice(i - first, i_stop - first), j)
                if i != j:
                    with lock_of(left):
                        by_columns.scan_columns(tile, slice(j - second, j_stop - second), i)

    def groups(self, todo: list[int], entries: float) -> list[list[int]]:
        """Squares of tiles: s^2 of them touch 2 s blocks of rows."""
        side = max(1, int((entries / self.edge**2) ** 0.5))
        squares: dict[tuple[int, int], list[int]] = {}
        for n in todo:
            top, left = self.tasks[n]
            squares.setdefault((top // self.edge // side, left // self.edge // side), []).append(n)
        return list(squares.values())

    def portion(self, group: list[int]) -> dict[Any, Any]:
        blocks: dict[int, dict[str, Heaps]] = {}

        def heaps_of(start: int) -> tuple[dict[str, Heaps], int]:
            if start not in blocks:
                first, stop = self._span(start)
                blocks[start] = self.sweep.heaps(self.sweep.named(first, stop))
            return blocks[start], start

        for n in group:
            self._scan(n, heaps_of, lambda start: nullcontext())
        return {(start, side): heap.state() for start, heaps in blocks.items() for side, heap in heaps.items()}

    def absorb(self, part: dict[Any, Any]) -> None:
        for (start, side), theirs in part.items():
            self.heaps[side].merge(slice(*self._span(start)), theirs)

    def finish(self, n: int) -> None:
        for start in set(self.tasks[n]):
            self.pending[start] -= 1
            if self.pending[start] == 0:
                self._hand_over(start)

    def _hand_over(self, start: int) -> None:
        block = slice(*self._span(start))
        which = self.sweep.named(block.start, block.stop)
        self.reduce(which, self.sweep.largest(which, self.heaps, block))

    def work(self, n: int) -> int:
        (i, i_stop), (j, j_stop) = map(self._span, self.tasks[n])
        return (i_stop - i) * (j_stop - j) * (1 if i == j else 2)

    def state(self) -> dict[str, Array]:
        return {f"{name}_{side}": part for side, heap in self.heaps.items() for name, part in heap.state().items()}

    def restore(self, saved: Mapping[str, Array], done: Array) -> None:
        for side, heap in self.heaps.items():
            heap.merge(slice(0, self.sweep.A.m), {name: saved[f"{name}_{side}"] for name in heap.state()})
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
