"""Groups that are active as a whole, at most r of them (THEOREMS.md, 1c): features that share one mask.

Of a row, with the sums of its groups (the row's own feature left out of its own group): ``OFF`` is the sum of the r
largest, and ``ON`` the own group's sum ``o`` with the r - 1 largest of the others, that is ``S_{r-1} + min(o, v_r)``.
Tiles are reduced to sums of groups in float64, so that features of a group must lie side by side: they are put into
that order once.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U
from lincs.interference import group_rows as kernels
from lincs.interference.heaps import Heaps
from lincs.interference.supports import Supports, prefix
from lincs.matrices import Matrix
from lincs.parallel import cpu_count, run_tasks
from lincs.readouts.base import Entry, Tops

__all__ = ["Whole"]

Array = npt.NDArray[Any]

_COPIED = 2 << 30  # bytes up to which features are brought into the order of the groups once, else tile by tile


class Whole(Supports):
    """``labels`` (m): the group of each feature, numbered from 0 without gaps."""

    def __init__(self, labels: Array) -> None:
        self.labels = np.ascontiguousarray(labels, dtype=np.int64)
        self.m = len(self.labels)
        self.sizes = np.bincount(self.labels)
        self.order = np.argsort(self.labels, kind="stable")
        self.place = np.empty(self.m, dtype=np.int64)
        self.place[self.order] = np.arange(self.m)
        self.ends = np.cumsum(self.sizes)
        self._largest_sizes = np.cumsum(np.sort(self.sizes)[::-1])

    @property
    def groups(self) -> int:
        return len(self.sizes)

    def keep(self, ks: Sequence[int]) -> int:
        return min(max(ks), self.groups)

    def active(self, k: int) -> int:
        return int(self._largest_sizes[min(k, self.groups) - 1])

    @property
    def identity(self) -> tuple[Any, ...]:
        return ("whole", self.labels.astype("<i8").tobytes())

    # -- the sweep -----------------------------------------------------------------------------------------------------

    def heaps(self, which: Array, side: str, keep: int, dtype: np.dtype[Any]) -> Heaps:
        return _SumHeaps(self.labels[which], side, keep, dtype, self.ends)

    def arranged(self, A: Matrix, dtype: np.dtype[Any]) -> Matrix:
        if np.array_equal(self.order, np.arange(self.m)):
            return A
        if self.m * A.width * dtype.itemsize > _COPIED or A.is_complex:
            return A.only(self.order)
        rows = np.empty((self.m, A.width), dtype)

        def put(span: tuple[int, int]) -> None:
            rows[self.place[slice(*span)]] = A.rows(*span, dtype)

        run_tasks(A.panels(), put, threads=cpu_count())
        return Matrix(rows, rows.shape, rows.dtype, layout="rows", name=A.name)

    def places(self, which: Array) -> Array:
        return np.asarray(self.place[which])

    def named(self, start: int, stop: int) -> Array:
        return np.asarray(self.order[start:stop])

    def cuts(self, start: int, stop: int, edge: int) -> list[int]:
        cuts = [start]
        while True:
            first, fitting = np.searchsorted(self.ends, (cuts[-1], cuts[-1] + edge), side="right")
            after = int(self.ends[max(first, fitting - 1)])
            if after >= stop:
                return cuts
            cuts.append(after)

    @property
    def widest(self) -> int:
        return int(self.sizes.max())

    # -- tops ----------------------------------------------------------------------------------------------------------

    def tops(self, values: Array, sums: Array, k: int, delta: Array | float) -> Tops:
        own, values = values[:, -1], values[:, :-1]
        before, kth = prefix(values, sums, k)
        count, sign = self.active(k), np.sign(delta)
        with np.errstate(over="ignore", invalid="ignore"):
            # A group's sum is off by at most its size times u of itself, and the sum of k of them by k u more.
            slack = sign * (self.widest + k + 8) * U
            on = before + np.minimum(own, kth)
            off = before + kth
            on = np.maximum(on + (count - 1) * np.asarray(delta) + slack * on, 0)
            off = np.maximum(off + count * np.asarray(delta) + slack * off, 0)
            return Tops(before=on, kth=np.maximum(off - on, 0))

    def best(self, weights: Sequence[Any], columns: list[int], row: int, k: int) -> tuple[list[int], list[int]]:
        held: dict[int, list[int]] = {}
        for n, column in enumerate(columns):
            held.setdefault(int(self.labels[column]), []).append(n)
        order = sorted(held, key=lambda group: -sum(weights[n] for n in held[group]))
        own = int(self.labels[row])
        on = [own, *(group for group in order if group != own)][:k]
        return [n for group in on for n in held.get(group, ())], [n for group in order[:k] for n in held[group]]

    def contested(self, y: Array, row: int, k: int, radius: float) -> Array:
        totals = np.bincount(self.labels, weights=np.maximum(y, 0))
        slack = self.sizes * radius * (1 + 1e-9) + (self.sizes + 8) * U * totals
        k = min(k, self.groups)
        least = np.partition(totals - slack, -k)[-k]
        groups = totals + slack >= least
        groups[self.labels[row]] = True
        return np.asarray(groups[self.labels] & (y >= -radius))

    def best_columns(self, y: Array, row: int, k: int) -> Array:
        totals = np.bincount(self.labels, weights=np.maximum(y, 0))
        groups = np.zeros(self.groups, dtype=bool)
        groups[np.argsort(-totals, kind="stable")[:k]] = True
        groups[self.labels[row]] = True
        return np.flatnonzero(groups[self.labels] & (y > 0))

    def choose(self, entries: list[Entry], k: int, sign: int, active: int | None = None) -> list[Entry]:
        held: dict[int, list[Entry]] = {}
        for j, v in entries:
            if j != active and (v if sign == 0 else sign * v > 0):
                held.setdefault(int(self.labels[j]), []).append((j, v))
        mine = [] if active is None else held.pop(int(self.labels[active]), [])
        best = sorted(held.values(), key=lambda group: (-sum(abs(v) for _, v in group), min(j for j, _ in group)))
        return mine + [entry for group in best[: k - (active is not None)] for entry in group]


_local = threading.local()


def _scratch(n_rows: int, n_columns: int) -> Array:
    """Space for doubles, of this thread, that is used again and again."""
    size = n_rows * n_columns
    if getattr(_local, "space", np.empty(0)).size < size:
        _local.space = np.empty(size)
    return np.asarray(_local.space[:size].reshape(n_rows, n_columns))


class _SumHeaps(Heaps):
    """The largest sums of groups of each row, as float64, and the sum of its own group."""

    def __init__(self, mine: Array, side: str, keep: int, dtype: np.dtype[Any], ends: Array) -> None:
        super().__init__(len(mine), "absolute", keep, np.dtype(np.float64))
        self.turn, self.both = {"absolute": (1.0, True), "positive": (1.0, False), "negative": (-1.0, False)}[side]
        self.mine, self.ends = mine, ends
        self.carry = np.zeros(len(mine))
        self.own = np.zeros(len(mine))

    def _groups(self, first: int, count: int) -> tuple[Array, int]:
        """Where groups end among ``count`` features from ``first`` on, and the number of the first of them."""
        start, stop = np.searchsorted(self.ends, (first, first + count), side="right")
        return self.ends[start:stop] - first, int(start)

    def scan_rows(self, tile: Array, rows: slice, first: int) -> None:
        ends, group = self._groups(first, tile.shape[1])
        sums = _scratch(len(tile), len(ends))
        carry, mine, own = self.carry[rows], self.mine[rows], self.own[rows]
        kernels.sum_rows(tile, self.turn, self.both, ends, carry, mine, group, sums, own)
        if len(ends):
            super().scan_rows(sums, rows, first)

    def scan_columns(self, tile: Array, columns: slice, first: int) -> None:
        ends, _ = self._groups(first, len(tile))
        sums = _scratch(len(ends), tile.shape[1])
        kernels.sum_columns(tile, self.turn, self.both, ends, sums)
        if len(ends):
            super().scan_columns(sums, columns, first)

    def largest(self, rows: slice) -> Array:
        return np.concatenate([super().largest(rows), self.own[rows, None]], axis=1)

    def state(self) -> dict[str, Array]:
        return {**super().state(), "own": self.own}

    def merge(self, rows: slice, theirs: Mapping[str, Array]) -> None:
        super().merge(rows, theirs)
        np.maximum(self.own[rows], theirs["own"], out=self.own[rows])  # whoever has not seen it says 0
