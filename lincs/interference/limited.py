"""At most so many features of each group, at one level or several nested ones (THEOREMS.md, 1c).

The allowed supports are the independent sets of a matroid (laminar, cut at k).  The best set of a row is found
greedily, and an active feature costs it one entry: the least of the innermost full group around the feature, or the
least of all k.  So ``OFF`` is the sum ``S_k`` of the best set, and ``ON = S_k - max(o, v_k)`` with its least entry
``v_k`` and ``o`` the largest, over the full groups around the feature, of the least entry held there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U
from lincs.interference import group_rows as kernels
from lincs.interference.heaps import Heaps
from lincs.interference.supports import Supports, moved, prefix
from lincs.readouts.base import Entry, Tops

__all__ = ["Limited"]

Array = npt.NDArray[Any]

_FEW = 4  # innermost groups, in places of a row, up to which each group has a floor of its own


class Limited(Supports):
    """``labels`` (levels x m, inner levels first, each refining the next) and the limit of the groups of each level."""

    complex_too = True

    def __init__(self, labels: Array, limits: Sequence[int]) -> None:
        self.labels = np.ascontiguousarray(labels, dtype=np.int32)
        self.limits = np.array(limits, dtype=np.int64)
        self.m = self.labels.shape[1]
        inner = np.ones(self.m, dtype=np.int64)  # what is left of each place, counted where it is
        for level, limit in zip(self.labels, self.limits, strict=True):
            left = np.bincount(level, weights=inner).astype(np.int64)
            inner = np.zeros(self.m, dtype=np.int64)
            groups, first = np.unique(level, return_index=True)
            inner[first] = np.minimum(left[groups], limit)
        self.rank = int(inner.sum())  # the most features that may be active

    def keep(self, ks: Sequence[int]) -> int:
        return min(max(ks), self.rank)

    def active(self, k: int) -> int:
        return min(k, self.rank)

    @property
    def identity(self) -> tuple[Any, ...]:
        return ("limits", self.limits.astype("<i8").tobytes(), self.labels.astype("<i8").tobytes())

    def heaps(self, which: Array, side: str, keep: int, dtype: np.dtype[Any]) -> Heaps:
        return _LimitedHeaps(which, side, keep, dtype, self.labels, self.limits)

    def tops(self, values: Array, sums: Array, k: int, delta: Array | float) -> Tops:
        own, values = values[:, -1], values[:, :-1]
        k = min(k, values.shape[1])
        before, kth = prefix(values, sums, k)
        plain = moved(before, kth, k, delta)
        with np.errstate(over="ignore", invalid="ignore"):
            # Where the own group is in the way, ON is a difference of two sums of at most the size of OFF.
            less = moved(before + kth - own, own, k, np.asarray(delta))
            slack = np.sign(delta) * (k + 4) * U * (before + kth)
            on = np.maximum(less.before + slack, 0)
            off = plain.sum + slack
            inside = own > kth
            return Tops(
                before=np.where(inside, on, plain.before),
                kth=np.where(inside, np.maximum(off - on, 0), plain.kth),
            )

    def _greedy(self, order: list[int], columns: Sequence[int], row: int | None, most: int) -> list[int]:
        """Places in ``order`` (best first) that are taken, around an active ``row`` if there is one."""
        held: list[dict[int, int]] = [{} for _ in self.limits]
        if row is not None:
            for level, counts in enumerate(held):
                counts[int(self.labels[level, row])] = 1
        taken: list[int] = []
        for place in order:
            if len(taken) >= most:
                break
            groups = self.labels[:, columns[place]].tolist()
            if all(counts.get(g, 0) < limit for counts, g, limit in zip(held, groups, self.limits, strict=True)):
                taken.append(place)
                for counts, g in zip(held, groups, strict=True):
                    counts[g] = counts.get(g, 0) + 1
        return taken

    def best(self, weights: Sequence[Any], columns: list[int], row: int, k: int) -> tuple[list[int], list[int]]:
        order = sorted((n for n, w in enumerate(weights) if w > 0), key=lambda n: -weights[n])
        return self._greedy(order, columns, row, k - 1), self._greedy(order, columns, None, k)

    def contested(self, y: Array, row: int, k: int, radius: float) -> Array:
        # An entry matters if it may be among the k best of all that are left by the groups, and among its groups' own.
        left, floor = self._reduced(y)
        k = min(k, self.rank)
        if len(left) >= k:
            floor = np.maximum(floor, np.partition(y[left], -k)[-k])
        return np.asarray(y >= np.maximum(floor - 2 * radius * (1 + 1e-9), -radius))

    def best_columns(self, y: Array, row: int, k: int) -> Array:
        left, _ = self._reduced(y)
        return np.asarray(left[np.argsort(-y[left], kind="stable")[:k]])

    def _reduced(self, y: Array) -> tuple[Array, Array]:
        """The entries that the limits leave, and of each entry the largest of its full groups' least ones."""
        left = np.flatnonzero(y > -np.inf)
        floor = np.full(y.size, -np.inf)
        for level, limit in zip(self.labels, self.limits.tolist(), strict=True):
            order = left[np.lexsort((left, -y[left], level[left]))]
            groups = level[order]
            first = np.concatenate([[True], groups[1:] != groups[:-1]]) if len(groups) else np.zeros(0, dtype=bool)
            rank = np.arange(len(order)) - np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
            least = np.full(int(level.max()) + 1, -np.inf)
            least[groups[rank == limit - 1]] = y[order[rank == limit - 1]]
            floor = np.maximum(floor, least[level])
            left = np.sort(order[rank < limit])
        return left, floor

    def choose(self, entries: list[Entry], k: int, sign: int, active: int | None = None) -> list[Entry]:
        sized = [(abs(v) if sign == 0 else sign * v, j, v) for j, v in entries if j != active]
        sized = sorted((e for e in sized if e[0] > 0), key=lambda e: (-e[0], e[1]))
        columns = [j for _, j, _ in sized]
        taken = self._greedy(list(range(len(sized))), columns, active, k - (active is not None))
        return [(sized[n][1], sized[n][2]) for n in taken]


class _LimitedHeaps(Heaps):
    """The best allowed set of each row, with the feature of every entry (-1: a free place)."""

    def __init__(self, which: Array, side: str, keep: int, dtype: np.dtype[Any], labels: Array, limits: Array) -> None:
        super().__init__(len(which), side, keep, dtype)
        self.features = np.full((len(which), keep), -1, dtype=np.int32)
        self.marks = self.features.copy()  # their innermost groups
        groups = int(labels[0].max()) + 1
        # Where more groups compete for places than that, the least of K kept entries is hard enough to beat.
        self.floors = np.zeros((len(which), groups if groups <= _FEW * keep else 0), dtype=self.heaps.dtype)
        self.which, self.labels, self.limits = np.ascontiguousarray(which, dtype=np.int64), labels, limits

    def scan_rows(self, tile: Array, rows: slice, first: int) -> None:
        heaps, features = self.heaps[rows], self.features[rows]
        view = tile.view(heaps.dtype)
        kernels.limit_rows(
            view,
            self.flip,
            self.mask,
            heaps,
            features,
            self.marks[rows],
            first,
            self.labels,
            self.limits,
            self.floors[rows],
        )

    def scan_columns(self, tile: Array, columns: slice, first: int) -> None:
        heaps, features = self.heaps[columns], self.features[columns]
        view, tops = tile.view(heaps.dtype), heaps[:, 0].copy()
        kernels.limit_columns(
            view,
            self.flip,
            self.mask,
            heaps,
            features,
            self.marks[columns],
            tops,
            first,
            self.labels,
            self.limits,
            self.floors[columns],
        )

    def largest(self, rows: slice) -> Array:
        heaps = self.heaps[rows]
        own = np.zeros((len(heaps), 1), heaps.dtype)
        kernels.own_limits(heaps, self.features[rows], self.which[rows], self.labels, self.limits, own[:, 0])
        return np.concatenate([super().largest(rows), own.view(self.dtype)], axis=1)

    def state(self) -> dict[str, Array]:
        return {**super().state(), "features": self.features, "marks": self.marks}

    def merge(self, rows: slice, theirs: Mapping[str, Array]) -> None:
        mine = self.heaps[rows], self.features[rows], self.marks[rows]
        kernels.merge_limited(*mine, theirs["heaps"], theirs["features"], self.labels, self.limits, self.floors[rows])
