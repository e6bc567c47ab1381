"""Which features may be active together, and what a row's top sums are over such supports (THEOREMS.md, 1c).

Every read-out asks two numbers of a row and side: ``OFF``, the best sum over allowed supports without the row's own
feature, and ``ON``, the best sum of companions of an active one.  With any k features allowed they are the sums of
the k and of the k - 1 largest, and in general ``Tops(before=ON, kth=OFF - ON)`` takes their place in every formula.
A kind of supports is a class that answers for itself, from the heaps of a sweep to the witness.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U
from lincs.interference.heaps import Heaps
from lincs.matrices import Matrix
from lincs.readouts.base import Entry, Tops, largest

__all__ = ["Anything", "Supports", "moved", "oriented", "prefix"]

Array = npt.NDArray[Any]


class Supports(ABC):
    """A family of supports, closed under taking subsets; ``k`` is the limit it is asked with: features, or groups."""

    complex_too: ClassVar[bool] = False  # whether its sums can be formed from squares of moduli
    plain: ClassVar[bool] = False  # whether they are any k features

    @abstractmethod
    def keep(self, ks: Sequence[int]) -> int:
        """How many of a row's largest numbers its tops are made of, for all ``ks``."""

    @abstractmethod
    def active(self, k: int) -> int:
        """The most features that are active at once."""

    @property
    @abstractmethod
    def identity(self) -> tuple[Any, ...]:
        """What distinguishes it, for a digest."""

    # -- the sweep -----------------------------------------------------------------------------------------------------

    @abstractmethod
    def heaps(self, which: Array, side: str, keep: int, dtype: np.dtype[Any]) -> Heaps:
        """What tiles are offered to, for the rows ``which``."""

    def arranged(self, A: Matrix, dtype: np.dtype[Any]) -> Matrix:
        """The features in the order in which tiles are cut from them."""
        return A

    def places(self, which: Array) -> Array:
        """Where the features ``which`` are in that order."""
        return which

    def named(self, start: int, stop: int) -> Array:
        """Which features have these places."""
        return np.arange(start, stop)

    def cuts(self, start: int, stop: int, edge: int) -> list[int]:
        """Where pieces of at most about ``edge`` places begin that may be scanned in any order."""
        return list(range(start, stop, edge))

    @property
    def widest(self) -> int:
        """The longest run of places that :meth:`cuts` never cuts."""
        return 1

    # -- tops ----------------------------------------------------------------------------------------------------------

    @abstractmethod
    def tops(self, values: Array, sums: Array, k: int, delta: Array | float) -> Tops:
        """Of rows of heaps (doubles, with their running sums), moved by ``delta`` away from the middle of the entries.

        ``values`` are what :meth:`Heaps.largest` gave.
        """

    @abstractmethod
    def best(self, weights: Sequence[Any], columns: list[int], row: int, k: int) -> tuple[list[int], list[int]]:
        """Which of the entries ``columns`` of a row, of exact non-negative weights, make up ``ON`` and ``OFF``."""

    @abstractmethod
    def contested(self, y: Array, row: int, k: int, radius: float) -> Array:
        """Which entries (m,) may belong to a best support and may be positive, each being known up to ``radius``.

        ``y`` are the entries with their side's sign, the row's own -inf.
        """

    @abstractmethod
    def best_columns(self, y: Array, row: int, k: int) -> Array:
        """The entries that the tops of such a row are made of, as computed."""

    def most_contested(self, k: int, more: int) -> int:
        """How many contested entries are worth looking at when nothing hangs on it."""
        return 4 * self.active(k) + more

    @abstractmethod
    def choose(self, entries: list[Entry], k: int, sign: int, active: int | None = None) -> list[Entry]:
        """The best allowed support, as entries that are not zero and of the given ``sign`` (0: by absolute value).

        With a feature that is ``active`` already: its best companions.  Ties go to the smallest index.
        """


class Anything(Supports):
    """Any k features."""

    complex_too = True
    plain = True

    def __init__(self, m: int) -> None:
        self.m = m

    def keep(self, ks: Sequence[int]) -> int:
        return max(1, min(max(ks), self.m - 1))

    def active(self, k: int) -> int:
        return min(k, self.m)

    @property
    def identity(self) -> tuple[Any, ...]:
        return ()

    def heaps(self, which: Array, side: str, keep: int, dtype: np.dtype[Any]) -> Heaps:
        return Heaps(len(which), side, keep, dtype)

    def tops(self, values: Array, sums: Array, k: int, delta: Array | float) -> Tops:
        return moved(*prefix(values, sums, k), k, delta)

    def best(self, weights: Sequence[Any], columns: list[int], row: int, k: int) -> tuple[list[int], list[int]]:
        first = sorted(range(len(weights)), key=lambda n: -weights[n])[:k]
        return first[: k - 1], first

    def contested(self, y: Array, row: int, k: int, radius: float) -> Array:
        k = min(k, self.m)
        kth = np.partition(y, -k)[-k]
        return np.asarray(y >= max(kth - 2 * radius * (1 + 1e-9), -radius))

    def best_columns(self, y: Array, row: int, k: int) -> Array:
        return np.argsort(-y, kind="stable")[: min(k, y.size - 1)]

    def choose(self, entries: list[Entry], k: int, sign: int, active: int | None = None) -> list[Entry]:
        return largest(entries, k, sign, active)


def oriented(x: Array, side: str) -> Array:
    """Entries with their side's sign, in an array of their own."""
    if side == "absolute":
        return np.abs(x)
    return np.array(x) if side == "positive" else -x


def prefix(values: Array, sums: Array, k: int) -> tuple[Array, Array]:
    """The sum of the k - 1 largest of every row, and the k-th largest (0 where there are fewer)."""
    n = values.shape[1]
    before = sums[:, min(k - 1, n) - 1] if k > 1 else np.zeros(len(values))
    return before, values[:, k - 1] if k <= n else np.zeros(len(values))


def moved(before: Array, kth: Array, k: int, delta: Array | float) -> Tops:
    """A sum of k - 1 non-negative doubles and a k-th, each entry moved by ``delta``, rounding included."""
    with np.errstate(over="ignore", invalid="ignore"):
        # The sum of k doubles is off by at most (k + 1) u of itself; the sign of delta says which way is out.
        slack = np.sign(delta) * (k + 4) * U * before
        far = np.maximum(before + (k - 1) * np.asarray(delta) + slack, 0)
        return Tops(before=far, kth=np.maximum(kth + delta, 0))
