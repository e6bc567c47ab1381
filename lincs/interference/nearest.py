"""The largest cosines of every feature of one dictionary with those of another, both ways in one pass.

Tiles of cosines are multiplied by BLAS in float32 and scanned while they are in cache (nearest_rows.py); only a few
candidates of each feature stay.  These are evaluated again in float64, and what float32 could have hidden widens the
enclosure: nothing of size m x m is ever stored.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U, gamma
from lincs.interference import nearest_rows as kernels
from lincs.matrices import Matrix
from lincs.parallel import run_tasks

__all__ = ["Nearest", "cosine_radius", "nearest"]

Array = npt.NDArray[Any]

_TALL, _WIDE = 512, 2048  # of a tile
_MOST_BYTES = 1 << 30  # a dictionary whose unit features are no more than this in float32 is converted once
_EVALUATED = 1 << 18  # numbers gathered at a time for the second look
_LEAST = np.iinfo(np.int32).min


@dataclass(frozen=True)
class Nearest:
    """For each of m features its candidates in the other dictionary, largest float64 cosine first.

    ``places`` (m x c; -1: there is none) and ``cosines`` (m x c), which are signed; ties are in the order of the
    places.  ``lower`` and ``upper`` (m,) enclose the largest cosine (or ``|cos|``) with any feature of the other one.
    """

    places: Array
    cosines: Array
    lower: Array
    upper: Array


def cosine_radius(d: int, dtype: npt.DTypeLike) -> float:
    """A bound of ``|computed - exact|`` for the cosine of two features, multiplied in ``dtype``.

    The unit vectors differ from exact ones by the roundings of their normalisation, 2 (d + 8) u at most (twice what d
    squares, their sum, a root and two divisions cost); then the inner product of vectors of norm at most 1.01 has its
    own error (rounding.py), in float32 after one more rounding of every entry.
    """
    info = np.finfo(np.dtype(dtype))
    u = float(info.eps) / 2
    terms = d + 2 if info.bits == 32 else d
    underflow = 4 * d * float(info.tiny) + (4 * float(np.sqrt(d)) * float(info.tiny) if info.bits == 32 else 0.0)
    return (1.03 * gamma(terms, u) + 4 * (d + 8) * U + underflow) * (1 + 16 * U)


class _Lists:
    """The candidates of all features of one side, as float32 saw them."""

    def __init__(self, m: int, count: int, *, absolute: bool) -> None:
        self.values = np.full((m, count), _LEAST, dtype=np.int32)
        self.places = np.full((m, count), -1, dtype=np.int64)
        self.absolute = absolute

    def rows(self, tile: Array, features: slice, first: int) -> None:
        kernels.nearest_rows(tile.view(np.int32), self.absolute, first, self.values[features], self.places[features])

    def columns(self, tile: Array, features: slice, first: int) -> None:
        values, places = self.values[features], self.places[features]
        kernels.nearest_columns(tile.view(np.int32), self.absolute, first, values, places, values[:, -1].copy())

    def smallest(self) -> Array:
        """The float32 cosine of the last candidate of each list: no entry that is not listed is larger."""
        bits = self.values[:, -1]
        bits = bits if self.absolute else np.where(bits < 0, bits ^ np.int32(0x7FFFFFFF), bits)
        return np.ascontiguousarray(bits, dtype=np.int32).view(np.float32).astype(np.float64)


def nearest(
    A: Matrix,
    B: Matrix,
    count: int,
    *,
    absolute: bool,
    threads: int,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Nearest, Nearest]:
    """The ``count`` nearest features of B for every feature of A, and of A for every feature of B.

    ``A`` and ``B`` have unit features, none of them zero.  ``progress`` is called with (cosines done, to do).
    """
    of_a = _Lists(A.m, min(count, B.m), absolute=absolute)
    of_b = _Lists(B.m, min(count, A.m), absolute=absolute)
    rows_of_a, rows_of_b = _float32(A, threads), _float32(B, threads)
    lefts = range(0, B.m, _WIDE)
    locks = {left: threading.Lock() for left in lefts}
    local = threading.local()
    done = 0

    def work(top: int) -> None:
        mine = slice(top, min(top + _TALL, A.m))
        a = rows_of_a(mine.start, mine.stop)
        if not hasattr(local, "tile"):
            local.tile = np.empty(_TALL * _WIDE, np.float32)
        turn = top // _TALL % len(lefts)  # so that threads are rarely at the same columns
        for left in (*lefts[turn:], *lefts[:turn]):
            theirs = slice(left, min(left + _WIDE, B.m))
            b = rows_of_b(theirs.start, theirs.stop)
            tile = local.tile[: len(a) * len(b)].reshape(len(a), len(b))
            with np.errstate(under="ignore"):
                np.matmul(a, b.T, out=tile)
            of_a.rows(tile, mine, left)
            with locks[left]:
                of_b.columns(tile, theirs, top)

    def finished(top: int) -> None:
        nonlocal done
        done += (min(top + _TALL, A.m) - top) * B.m
        if progress is not None:
            progress(done, A.m * B.m)

    run_tasks(range(0, A.m, _TALL), work, threads=threads, done=finished)
    return _evaluated(A, B, of_a, threads), _evaluated(B, A, of_b, threads)


def _float32(matrix: Matrix, threads: int) -> Callable[[int, int], Array]:
    """How to get rows in float32: from a copy made once, unless that would be too large."""
    if 4 * matrix.m * matrix.d > _MOST_BYTES:
        return lambda start, stop: matrix.rows(start, stop, np.float32)
    copy = np.empty((matrix.m, matrix.d), np.float32)

    def convert(span: tuple[int, int]) -> None:
        copy[slice(*span)] = matrix.rows(*span, np.float32)

    run_tasks(matrix.panels(), convert, threads=threads)
    return lambda start, stop: copy[start:stop]


def _evaluated(mine: Matrix, theirs: Matrix, lists: _Lists, threads: int) -> Nearest:
    """The candidates in float64, in their own order, and the enclosure of the best cosine."""
    m, count = lists.places.shape
    places, cosines = np.empty_like(lists.places), np.empty((m, count))
    step = max(1, _EVALUATED // (count * mine.d))

    def work(start: int) -> None:
        span = slice(start, min(start + step, m))
        found = np.sort(lists.places[span], axis=1)
        others, inverse = np.unique(found, return_inverse=True)
        features = theirs.take(others)[inverse.reshape(found.shape)]
        values = np.einsum("ij,icj->ic", mine.rows(span.start, span.stop), features)
        size = np.abs(values) if lists.absolute else values
        order = np.argsort(-size, axis=1, kind="stable")
        places[span] = np.take_along_axis(found, order, axis=1)
        cosines[span] = np.take_along_axis(values, order, axis=1)

    run_tasks(range(0, m, step), work, threads=threads)
    best = np.abs(cosines[:, 0]) if lists.absolute else cosines[:, 0]
    radius = cosine_radius(mine.d, np.float64)
    upper = best + radius
    if count < theirs.m:  # a feature that is not listed may have come last by a rounding of float32
        upper = np.maximum(upper, lists.smallest() + cosine_radius(mine.d, np.float32))
    return Nearest(places, cosines, np.maximum(best - radius, -1.0), np.minimum(upper, 1.0))
