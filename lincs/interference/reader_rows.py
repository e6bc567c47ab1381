"""Margins and counts of readers, block by block: one-sided top sums of their rows of ``W^T A``, exact where needed."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.exact.products import exact_dots
from lincs.exact.rounding import U, float_down, float_up, gamma, signed_ends
from lincs.interference.deployed_record import Detection
from lincs.matrices import Matrix
from lincs.parallel import run_tasks

__all__ = ["BLOCK_BYTES", "CLASSES", "ReaderRows"]

Array = npt.NDArray[Any]

BLOCK_BYTES = 32 << 20  # of the rows that are looked at together
CLASSES = ("clean", "cleanable", "beyond", "undecided")
_TIES = 1024  # entries beyond 4 k that an exact look at a row is worth
_STEP = 8 * U


class ReaderRows:
    """Margins and counts of all readers, block by block."""

    def __init__(self, A: Matrix, W: Matrix, bias: Array, threshold: Array, ks: tuple[int, ...], at: Detection) -> None:
        self.A, self.W, self.bias, self.ks, self.detection = A, W, bias, ks, at
        self.fires = (np.maximum(threshold, float_down(at.level)), np.maximum(threshold, float_up(at.level)))
        self.exact_fires = [max(Fraction(float(x)), at.level) for x in threshold.tolist()]
        n, self.keep = W.m, max(ks)
        self.targets = np.full((n, 3), -1, dtype=np.intp)
        self.alone, self.gain = np.zeros(n, dtype=np.int64), np.zeros(n)
        self.k_false, self.k_miss = np.zeros((2, n), dtype=np.int64), np.zeros((2, n), dtype=np.int64)
        self.a, self.b, self.both = (np.zeros((2, n, len(ks))) for _ in range(3))
        largest = float(A.norms().max()) * (1 + (A.d + 10) * U)
        with np.errstate(over="ignore"):
            self.radius = gamma(A.d, U) * W.norms() * (1 + (A.d + 10) * U) * largest * (1 + 8 * U)
        self.radius += 4 * A.d * float(np.finfo(np.float64).tiny)

    def sweep(self, targets: Array | None, threads: int, progress: Callable[[int, int], None] | None) -> None:
        step = max(1, BLOCK_BYTES // (8 * self.A.m))
        starts = range(0, self.W.m, step)
        done = 0

        def finished(start: int) -> None:
            nonlocal done
            done += min(step, self.W.m - start)
            if progress is not None:
                progress(done, self.W.m)

        def block(start: int) -> None:
            rows = np.arange(start, min(start + step, self.W.m))
            self._block(rows, self._products(rows), None if targets is None else targets[rows])

        run_tasks(starts, block, threads=threads, done=finished)

    def _products(self, rows: Array) -> Array:
        w = self.W.take(rows)
        M = np.empty((len(rows), self.A.m))
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            for start, stop in self.A.panels():
                M[:, start:stop] = w @ self.A.rows(start, stop).T
        bad = ~np.isfinite(M).all(axis=1)
        if bad.any():
            raise InputError(
                f"the inner products of reader {rows[np.argmax(bad)]} are not finite: NaN, inf or overflow"
            )
        return M

    def _block(self, rows: Array, M: Array, targets: Array | None) -> None:
        place = np.arange(len(rows))
        if targets is None:
            targets = np.full((len(rows), 3), -1, dtype=np.intp)
            targets[:, 0] = M.argmax(axis=1)
        self.targets[rows] = targets
        # A feature that fires a reader for certain on its own; one that rounding leaves open is not counted.
        above = M + self.bias[rows, None] - self.radius[rows, None] * (1 + _STEP)
        self.alone[rows] = (above > self.fires[1][rows, None]).sum(axis=1)
        inside = targets >= 0
        own = np.where(inside, M[place[:, None], np.where(inside, targets, 0)], 0.0)
        self.gain[rows] = own.sum(axis=1)
        for n in range(3):
            mine = inside[:, n]
            M[place[mine], targets[mine, n]] = 0.0
        count = min(self.keep, M.shape[1])
        up = _largest(M, count)
        down = _largest(-M, count)
        self._ends(rows, targets, own, up, down)

    def _ends(self, rows: Array, targets: Array, own: Array, up: Array, down: Array) -> None:
        size = (targets >= 0).sum(axis=1)
        radius, beta = self.radius[rows], self.bias[rows]
        low, high = float_down(self.detection.tau), float_up(self.detection.tau)
        for end, sign in enumerate((-1, 1)):  # lower and upper ends of the margins
            t = self.fires[end][rows]
            # False: the sums at their other end.
            entries = np.where(targets >= 0, np.maximum(own - sign * radius[:, None], 0), 0.0)
            others = np.maximum(up - sign * radius[:, None], 0)
            prefix = _without_one(others, entries, targets >= 0)  # (rows, keep + 1)
            tau = low if sign < 0 else high
            moved = own + sign * radius[:, None]
            reach = np.where(moved > 0, moved * tau, moved)
            reach = np.where(targets >= 0, reach, 0.0).sum(axis=1)
            lost = np.concatenate(
                [np.zeros((len(rows), 1)), np.cumsum(np.maximum(down - sign * radius[:, None], 0), axis=1)], axis=1
            )
            room = np.abs(beta) + np.abs(t) + np.abs(own).sum(axis=1)
            slack = sign * (self.keep + 8) * U
            false = (t - beta)[:, None] - prefix
            false = false + slack * (room[:, None] + prefix)
            false[:, 0] = np.where(beta <= t, np.maximum(t - beta, 0), np.minimum(t - beta, -5e-324))  # exact at rest
            companions = np.clip(np.arange(self.keep + 1)[None, :] - size[:, None], 0, lost.shape[1] - 1)
            away = np.take_along_axis(lost, companions, axis=1)
            miss = (beta + reach - t)[:, None] - away
            miss = miss + slack * (room[:, None] + away)
            self._count(end, rows, false, miss, size)
            for j, k in enumerate(self.ks):
                self.a[end, rows, j], self.b[end, rows, j] = false[:, k], miss[:, k]
                total = reach - away[:, k] - prefix[:, k]
                self.both[end, rows, j] = total + slack * (room + away[:, k] + prefix[:, k])

    def _count(self, end: int, rows: Array, false: Array, miss: Array, size: Array) -> None:
        quiet = np.logical_and.accumulate(false >= 0, axis=1).sum(axis=1) - 1
        fires = miss > 0
        fires[:, 0] = True
        # Where k is below the size of the target nothing can be missed.
        fires |= np.arange(self.keep + 1)[None, :] < size[:, None]
        sure = np.logical_and.accumulate(fires, axis=1).sum(axis=1) - 1
        m = self.A.m
        self.k_false[end, rows] = np.where((quiet == self.keep) & (self.keep >= m), m, quiet)
        self.k_miss[end, rows] = np.where(sure < size, 0, np.where((sure == self.keep) & (self.keep >= m), m, sure))

    def settle(self, exact_rows: int) -> None:
        """Exact margins of the readers that rounding leaves open."""
        open_rows = (self.classes() == 3).any(axis=1)
        open_rows |= (self.k_false[0] != self.k_false[1]) | (self.k_miss[0] != self.k_miss[1])
        for row in np.flatnonzero(open_rows)[:exact_rows].tolist():
            self._settle_row(row)

    def _settle_row(self, row: int) -> None:
        M = self._products(np.array([row]))[0]
        target = [int(j) for j in self.targets[row] if j >= 0]
        rest = M.copy()
        rest[target] = 0.0
        wanted = set(target)
        for side in (rest, -rest):
            kth = np.partition(side, -min(self.keep, side.size))[-min(self.keep, side.size)]
            near = np.flatnonzero(side >= max(kth - 2 * self.radius[row] * (1 + 1e-9), -self.radius[row]))
            if len(near) > 4 * self.keep + _TIES:
                return
            wanted |= set(near.tolist())
        columns = sorted(wanted)
        values, base = exact_dots(self.W.take(np.array([row]))[0], self.A.take(np.array(columns)))
        unit = Fraction(2) ** base
        exact = {j: q * unit for j, q in zip(columns, values, strict=True)}
        t, beta, tau = self.exact_fires[row], Fraction(float(self.bias[row])), self.detection.tau
        reach = sum((exact[j] * tau if exact[j] > 0 else exact[j] for j in target), Fraction(0))
        free = [x for j, x in exact.items() if j not in target]
        raised = sorted((max(x, Fraction(0)) for x in free), reverse=True)
        lowered = sorted((max(-x, Fraction(0)) for x in free), reverse=True)
        mine = [max(exact[j], Fraction(0)) for j in target]
        quiet, sure = (0 if beta <= t else -1), len(target) - 1
        for k in range(1, self.keep + 1):
            most = max(
                sum(sorted([*raised[:k], *mine[:n], *mine[n + 1 :]], reverse=True)[:k]) for n in range(len(mine))
            )
            away = sum(lowered[: max(k - len(target), 0)], Fraction(0))
            a, b = t - beta - most, beta + reach - away - t
            quiet += quiet == k - 1 and a >= 0
            sure += k >= len(target) and sure == k - 1 and b > 0
            if k in self.ks:
                j = self.ks.index(k)
                for ends, value in ((self.a, a), (self.b, b), (self.both, a + b)):
                    ends[:, row, j] = signed_ends(value)
        m = self.A.m
        self.k_false[:, row] = m if quiet == self.keep >= m else quiet
        self.k_miss[:, row] = 0 if sure < len(target) else m if sure == self.keep >= m else sure

    def classes(self) -> Array:
        size = (self.targets >= 0).sum(axis=1)[:, None]
        small = np.array(self.ks)[None, :] < size  # nothing is missed where not all of the target can be on
        b_low, b_high = np.where(small, np.inf, self.b[0]), np.where(small, np.inf, self.b[1])
        both_low, both_high = np.where(small, np.inf, self.both[0]), np.where(small, np.inf, self.both[1])
        out = np.full(b_low.shape, 3, dtype=np.int8)
        clean = (self.a[0] >= 0) & (b_low > 0)
        out[clean] = 0
        out[((self.a[1] < 0) | (b_high <= 0)) & (both_low > 0)] = 1
        out[both_high <= 0] = 2
        return out


def _largest(M: Array, count: int) -> Array:
    """The ``count`` largest entries of every row, descending."""
    part = M if count == M.shape[1] else np.partition(M, -count, axis=1)[:, -count:]
    return np.sort(part, axis=1)[:, ::-1]


def _without_one(others: Array, own: Array, inside: Array) -> Array:
    """(rows, keep + 1) for each k the largest sum of k entries that leaves out a member of the target."""
    rows, keep = others.shape
    best = np.zeros((rows, keep + 1))
    for n in range(own.shape[1]):
        kept = np.where(np.arange(own.shape[1])[None, :] == n, 0.0, own)
        all_of_them = np.sort(np.concatenate([others, kept], axis=1), axis=1)[:, ::-1][:, :keep]
        sums = np.concatenate([np.zeros((rows, 1)), np.cumsum(all_of_them, axis=1)], axis=1)
        best = np.where(inside[:, n, None], np.maximum(best, sums), best)
    return best
