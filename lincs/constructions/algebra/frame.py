"""A frame as something that hands out its columns on request, so that frames beyond memory can be looked at too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError

__all__ = ["Array", "Frame", "Profile", "from_array", "of_one_length", "profile", "stack", "standard_basis"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Frame:
    """``m`` columns in R^d.  ``integer`` frames hold integer vectors, their unit columns are those divided by norms.

    ``block(j0, j1)`` returns the raw columns ``j0 <= j < j1`` as a ``d x (j1 - j0)`` array: integers, or floats of
    unit norm up to rounding.
    """

    d: int
    m: int
    integer: bool
    block: Callable[[int, int], Array] = field(repr=False)

    def raw(self, j0: int, j1: int) -> Array:
        """The columns ``j0 <= j < j1`` as they are constructed (``d x (j1 - j0)``)."""
        if not 0 <= j0 <= j1 <= self.m:
            raise InputError(f"columns must lie in 0..{self.m}, got {j0}..{j1}")
        part = self.block(j0, j1)
        assert part.shape == (self.d, j1 - j0), (part.shape, self.d, j0, j1)
        return part

    def columns(self, j0: int, j1: int) -> Array:
        """The columns ``j0 <= j < j1`` with unit norm, float64, ``d x (j1 - j0)``."""
        part = self.raw(j0, j1)
        if not self.integer:
            return np.ascontiguousarray(part, dtype=np.float64)
        squares = (part.astype(np.int64) ** 2).sum(axis=0)
        return np.asarray(part / np.sqrt(squares.astype(np.float64)))


def from_array(columns: Array, *, integer: bool) -> Frame:
    """A frame held in memory; ``columns`` is ``d x m``."""
    return Frame(columns.shape[0], columns.shape[1], integer, lambda j0, j1: columns[:, j0:j1])


def standard_basis(n: int) -> Frame:
    """The standard basis of R^n."""

    def block(j0: int, j1: int) -> Array:
        part = np.zeros((n, j1 - j0), dtype=np.int8)
        part[np.arange(j0, j1), np.arange(j1 - j0)] = 1
        return part

    return Frame(n, n, True, block)


def stack(*frames: Frame) -> Frame:
    """The columns of several frames of the same dimension, one after the other."""
    ends = np.cumsum([0, *(frame.m for frame in frames)]).tolist() if frames[-1].m < 2**62 else None
    if ends is None:  # counts beyond int64 stay Python integers
        ends = [0]
        for frame in frames:
            ends.append(ends[-1] + frame.m)

    def block(j0: int, j1: int) -> Array:
        parts = [
            frame.block(max(j0, start) - start, min(j1, start + frame.m) - start)
            for frame, start in zip(frames, ends, strict=False)
            if j0 < start + frame.m and j1 > start
        ]
        return np.concatenate(parts, axis=1) if parts else frames[0].block(0, 0)

    return Frame(frames[0].d, ends[-1], all(frame.integer for frame in frames), block)


def of_one_length(columns: Array) -> Array:
    """Integer columns ``d x m`` as float64, shorter ones multiplied by integers until all have one length.

    Raises:
        InputError: no integers do that.
    """
    vectors = columns.astype(np.float64)
    squares = (vectors * vectors).sum(axis=0)
    longest = int(squares.max())
    factors = np.sqrt(longest / squares).round()
    if np.any(factors * factors * squares != longest):
        lengths = ", ".join(str(int(n)) for n in np.unique(squares)[:5])
        raise InputError(
            f"m must leave out columns of other lengths: squared lengths {lengths} have no common multiple"
        )
    return np.ascontiguousarray(vectors * factors)


@dataclass(frozen=True)
class Profile:
    """The inner products of all pairs of a frame's columns: squared cosines, exact for integer frames.

    ``distribution`` counts unordered pairs by squared cosine; for float frames it is rounded to 12 digits.
    """

    coherence_squared: Fraction
    distribution: Mapping[Fraction, int]


def profile(frame: Frame, j0: int = 0, j1: int | None = None, *, panel: int = 2048) -> Profile:
    """The exact profile of the columns ``j0 <= j < j1``, by plain products of panels (small frames)."""
    j1 = frame.m if j1 is None else j1
    counts: Counter[Fraction] = Counter()
    for a in range(j0, j1, panel):
        left, left_norms = _exact(frame, a, min(a + panel, j1))
        for b in range(a, j1, panel):
            right, right_norms = _exact(frame, b, min(b + panel, j1))
            gram = np.abs(left.T @ right)
            if a == b:
                np.fill_diagonal(gram, -1)
            counts.update(_cosines(gram, left_norms, right_norms, halve=a == b))
    counts.pop(Fraction(-1), None)
    return Profile(max(counts, default=Fraction(0)), dict(sorted(counts.items())))


def _exact(frame: Frame, j0: int, j1: int) -> tuple[Array, Array | None]:
    """Columns as float64, and their squared norms when the frame is integer (products stay below 2^53)."""
    part = frame.raw(j0, j1)
    if not frame.integer:
        return np.asarray(part, dtype=np.float64), None
    part = part.astype(np.float64)
    norms = (part * part).sum(axis=0)
    assert part.size == 0 or norms.max() < 2**53
    return part, norms


def _cosines(gram: Array, left: Array | None, right: Array | None, *, halve: bool) -> Counter[Fraction]:
    """Count the squared cosines in ``|gram|``; negative entries (the diagonal) are skipped."""
    counts: Counter[Fraction] = Counter()
    share = 2 if halve else 1
    if left is None or right is None:
        values, numbers = np.unique(np.round(gram[gram >= 0], 12), return_counts=True)
        for value, number in zip(values.tolist(), numbers.tolist(), strict=True):
            counts[Fraction(value) ** 2] += number // share
        return counts
    for n in np.unique(left).tolist():
        for k in np.unique(right).tolist():
            part = gram[np.ix_(left == n, right == k)]
            values, numbers = np.unique(part[part >= 0], return_counts=True)
            for value, number in zip(values.tolist(), numbers.tolist(), strict=True):
                counts[Fraction(int(value) ** 2, int(n) * int(k))] += number
    return Counter({value: number // share for value, number in counts.items()})
