"""The shape of a dictionary without any k: coherence beside Welch's bound, frame bounds, copies and dead features."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U
from lincs.interference.moduli import as_complex, products
from lincs.interference.rounding import entry_radius, survey
from lincs.interference.sweep import Sweep
from lincs.matrices import Matrix
from lincs.parallel import thread_count
from lincs.results import Interval, jsonable

__all__ = ["Geometry", "coherence", "geometry", "orthoplex_bound", "welch_bound"]

Array = npt.NDArray[Any]

_BLOCK = 1024  # suspects compared at a time
_LISTED = 1000  # pairs that are listed; all are counted
_Pairs = tuple[int, tuple[tuple[int, int], ...]]
COPY = 1e-6  # two features count as copies of each other when |cos| > 1 - COPY


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """``coherence``: the largest |cos| of two features (an enclosure); ``welch`` and ``orthoplex``: what no d x m
    matrix can beat (0 where they say nothing); of complex features among complex ones.

    ``frame`` are the extreme eigenvalues of ``A A^T`` (the frame bounds) and ``tightness`` is their ratio, 1 for a
    tight frame.  ``duplicate_pairs`` and ``antipodal_pairs`` count the pairs (i, j), i < j, that point the same or the
    opposite way up to ``|cos| > 1 - 1e-6``; ``duplicates`` and ``antipodal`` list the first thousand of them.
    Of complex features pairs that agree up to a phase are duplicates, and there are no antipodal ones.
    ``norms`` are the least, median and largest norm.
    """

    coherence: Interval
    welch: float
    orthoplex: float
    frame: tuple[float, float]
    tightness: float | None
    norms: tuple[float, float, float]
    duplicates: tuple[tuple[int, int], ...]
    antipodal: tuple[tuple[int, int], ...]
    duplicate_pairs: int
    antipodal_pairs: int
    dead: tuple[int, ...]

    def renamed(self, original: Callable[[Any], Any]) -> Geometry:
        """The same with every index j called ``original(j)``, in ascending order as before."""

        def pairs(found: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
            return tuple((int(original(i)), int(original(j))) for i, j in found)

        dead = tuple(int(original(i)) for i in self.dead)
        return replace(self, duplicates=pairs(self.duplicates), antipodal=pairs(self.antipodal), dead=dead)

    def to_dict(self) -> dict[str, Any]:
        return {
            "coherence": self.coherence.to_dict(),
            "welch": self.welch,
            "orthoplex": self.orthoplex,
            "frame": list(self.frame),
            "tightness": self.tightness,
            "norms": list(self.norms),
            "duplicates": jsonable(self.duplicates),
            "antipodal": jsonable(self.antipodal),
            "duplicate_pairs": self.duplicate_pairs,
            "antipodal_pairs": self.antipodal_pairs,
            "dead": list(self.dead),
        }


def welch_bound(*, d: int, m: int) -> float:
    """Welch (1974): m unit vectors in C^d have coherence at least ``sqrt((m - d) / (d (m - 1)))``; 0 if m <= d."""
    return math.sqrt((m - d) / (d * (m - 1))) if m > d else 0.0


def orthoplex_bound(*, d: int, m: int, is_complex: bool = False) -> float:
    """More than ``d (d + 1)/2`` unit vectors in R^d, or ``d^2`` in C^d, have coherence at least ``1/sqrt(d)``; else 0.

    The projections ``a a^H - I/d`` lie in a real space of ``D = d (d + 1)/2 - 1``, or ``d^2 - 1``, dimensions, where at
    most ``D + 1`` vectors have pairwise negative inner products (Rankin 1955; Conway, Hardin and Sloane 1996).
    """
    return 1 / math.sqrt(d) if d > 1 and m > (d * d if is_complex else d * (d + 1) // 2) else 0.0


def coherence(A: Matrix, *, threads: int | None = None) -> Interval:
    """The largest ``|<a_i, a_j>| / (||a_i|| ||a_j||)`` over pairs of non-zero features; 0 when there is no pair."""
    return _largest_cosines(A.normalized(), threads)[0]


def _largest_cosines(unit: Matrix, threads: int | None, rows: Array | None = None) -> tuple[Interval, Array]:
    """The coherence, and an upper bound of every feature's largest |cos| (m,): float32, float64 where it counts.

    With ``rows`` (ascending) the largest of a pair with one of them, and the bounds of these rows; 0 for others.
    """
    low, high = np.zeros(unit.m), np.zeros(unit.m)
    pair = survey(unit, unit)

    def sweep(dtype: npt.DTypeLike, only: Array | None) -> None:
        radius = entry_radius(pair, unit, dtype=dtype, converted=np.dtype(dtype).itemsize == 4)
        # Normalising rounds each coordinate a few times: as much again, generously, as a float64 inner product.
        radius = radius + 2 * entry_radius(pair, unit, dtype=np.float64, converted=False) + 16 * U

        def reduce(which: Array, tops: dict[str, Array]) -> None:
            largest = tops["absolute"][:, 0].astype(np.float64)
            low[which], high[which] = largest - radius[which], largest + radius[which]

        engine = Sweep(unit, unit, 1, ("absolute",), np.dtype(dtype), thread_count(threads), same=True)
        engine.run(reduce, only=only)

    sweep(np.float32, rows)
    contenders = high >= low.max()
    if rows is not None:
        contenders &= np.isin(np.arange(unit.m), rows)
    sweep(np.float64, np.flatnonzero(contenders))
    return Interval(max(float(low.max()), 0.0), min(float(high.max()), 1.0)), high


def copies(unit: Matrix, suspects: Array, others: Array | None = None) -> tuple[_Pairs, _Pairs]:
    """All pairs of the suspects that point the same way, and the opposite way: how many, and the first of them.

    With ``others`` (disjoint from the suspects), pairs of a suspect and one of them as well.
    """
    counts = [0, 0]
    lists: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for first in range(0, len(suspects), _BLOCK):
        rows = suspects[first : first + _BLOCK]
        mine = unit.take(rows)
        blocks = [(suspects[n : n + _BLOCK], True) for n in range(first, len(suspects), _BLOCK)]
        if others is not None:
            blocks += [(others[n : n + _BLOCK], False) for n in range(0, len(others), _BLOCK)]
        for columns, both in blocks:
            cosines = products(mine, unit.take(columns)) if unit.is_complex else mine @ unit.take(columns).T
            later = (columns[None, :] > rows[:, None]) | (not both)
            for n, found in enumerate((cosines > 1 - COPY, cosines < COPY - 1)):
                places = np.argwhere(found & later)
                counts[n] += len(places)
                room = max(0, _LISTED - len(lists[n]))
                found_pairs = ((int(rows[i]), int(columns[j])) for i, j in places[:room].tolist())
                lists[n].extend((min(pair), max(pair)) for pair in found_pairs)
    return (counts[0], tuple(sorted(lists[0]))), (counts[1], tuple(sorted(lists[1])))


def geometry(A: Matrix, *, only: Array | None = None, threads: int | None = None) -> Geometry:
    """Measure the columns of A (see :class:`Geometry`); coherence and copies of pairs with a feature of ``only``."""
    gram = np.zeros((A.d, A.d), dtype=np.complex128 if A.is_complex else np.float64)
    norms = np.empty(A.m)
    for start, stop in A.panels():
        rows = A.rows(start, stop)
        features = as_complex(rows) if A.is_complex else rows
        gram += features.T @ features.conj()
        norms[start:stop] = np.linalg.norm(rows, axis=1)
    eigenvalues = np.linalg.eigvalsh(gram)
    low, high = max(float(eigenvalues[0]), 0.0), float(eigenvalues[-1])
    unit = A.normalized()
    asked = None if only is None else np.sort(only)
    largest, bounds = _largest_cosines(unit, threads, asked)
    suspects = np.flatnonzero(bounds > 1 - COPY)
    same, opposite = copies(unit, suspects, None if asked is None else np.setdiff1d(np.arange(A.m), asked))
    return Geometry(
        coherence=largest,
        welch=welch_bound(d=A.d, m=A.m),
        orthoplex=orthoplex_bound(d=A.d, m=A.m, is_complex=A.is_complex),
        frame=(low, high),
        # An eigenvalue that is zero up to rounding: the features do not span the space.
        tightness=high / low if low > high * A.d * 1e-14 else None,
        norms=(float(norms.min()), float(np.median(norms)), float(norms.max())),
        duplicates=same[1],
        antipodal=opposite[1],
        duplicate_pairs=same[0],
        antipodal_pairs=opposite[0],
        dead=tuple(np.flatnonzero(norms == 0).tolist()),
    )
