"""Lines of a Delsarte-Goethals set that change sign under one of two translations.

Points and P are those of :mod:`.cosets`; ``t_1 = 1``, ``t_2 = 2``, and coset c holds the points ``4c, ..., 4c + 3``.
*Kind* 1 are the lines with t_1 in the radical of Q + P and Q + P + l equal to 1 there, kind 2 those with t_2 that
are not of kind 1.  On coset c a line of kind 1 is a multiple of the character of T that is -1 at t_1 and +-1 at t_2.
It *hits* c if that is +1 (kind 2 likewise); hits are an affine hyperplane of the cosets, all or none.  Lines
that hit all the cosets ``0, ..., 2^e - 1`` are left out (THEOREMS.md, 5 (j)).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from lincs.constructions.algebra.cosets import functionals, shift_functional, shift_values
from lincs.constructions.algebra.forms import delsarte_goethals_forms
from lincs.constructions.algebra.frame import Array
from lincs.constructions.algebra.hadamard import sylvester

__all__ = ["lines_of_two_planes", "signs_of_two_planes"]

_BATCH = 1 << 18


class _Kind:
    """The forms of one kind: for every ``g = (g_j, ..., g_1)`` the one a with ``B_(a, g)(t, .) = P(t, .)``."""

    def __init__(self, n: int, j: int, e: int, shift: int, t: int) -> None:
        self.n, self.j, self.kind, self.other = n, j, t, 3 - t
        self.size, self.count = 2 ** (n - 1), 2 ** ((n - 1) * j)
        heads, self.tails = functionals(n, t, j)
        self.where = np.full(2**n, -1, dtype=np.int64)
        self.where[heads] = np.arange(self.size)
        self.heads, self.other_tails = functionals(n, self.other, j)
        self.wanted, self.other_wanted = shift_functional(n, shift, t), shift_functional(n, shift, self.other)
        self.flat = (2**e - 1) << 2

    def look(self, first: int, last: int) -> tuple[Array, Array]:
        """For ``first <= g < last``: the number of the form, and its lines in units of ``2^(n-2)`` (2, 1 or 0).

        All l with value 1 at t, but only those with value 1 at the other t as well if the form would hit all or none
        of the cosets; with both in the radical, such lines are of kind 1.
        """
        g = np.arange(first, last, dtype=np.int64)
        mask, rest = np.full(len(g), self.wanted), np.full(len(g), self.other_wanted)
        for i in range(self.j):
            digit = g // self.size**i % self.size
            mask ^= self.tails[i][digit]
            rest ^= self.other_tails[i][digit]
        a = self.where[mask]
        assert a.min(initial=0) >= 0
        rest ^= self.heads[a]
        units = np.where(rest & self.flat, 2, 1)
        if self.kind == 2:
            units[rest == 0] = 0
        return a * self.count + g, units


@lru_cache(maxsize=4)
def _counts(n: int, j: int, e: int, shift: int) -> tuple[tuple[_Kind, _Kind], Array]:
    """The two kinds, and the number of units in each batch of g, kind after kind."""
    kinds = (_Kind(n, j, e, shift, 1), _Kind(n, j, e, shift, 2))
    units = [
        int(kind.look(first, min(first + _BATCH, kind.count))[1].sum())
        for kind in kinds
        for first in range(0, kind.count, _BATCH)
    ]
    return kinds, np.array(units, dtype=np.int64)


def lines_of_two_planes(n: int, j: int, e: int, shift: int) -> int:
    return int(_counts(n, j, e, shift)[1].sum()) << (n - 2)


def signs_of_two_planes(n: int, j: int, e: int, shift: int) -> tuple[int, Callable[[int, int], Array]]:
    """How many lines there are, and the lines ``j0 <= j < j1`` on all points, as rows of signs."""
    kinds, units = _counts(n, j, e, shift)
    ends = np.cumsum(units) << (n - 2)
    batches = len(units) // 2
    dg = delsarte_goethals_forms(s=n // 2, r=j)
    form = shift_values(n, shift)

    def signs(j0: int, j1: int) -> Array:
        parts = [np.zeros((0, 2**n), dtype=np.int8)]
        while j0 < j1:
            batch = int(np.searchsorted(ends, j0, side="right"))
            kind, first = kinds[batch // batches], batch % batches * _BATCH
            forms, sizes = kind.look(first, min(first + _BATCH, kind.count))
            inner = int(ends[batch - 1]) if batch else 0
            stops = inner + (np.cumsum(sizes) << (n - 2))
            stop = min(j1, int(ends[batch]))
            while j0 < stop:
                f = int(np.searchsorted(stops, j0, side="right"))
                values = dg.values(int(forms[f])) ^ form
                chosen = _functionals_of(kind, values, int(sizes[f]))
                start = int(stops[f]) - len(chosen)
                chosen = chosen[j0 - start : min(stop, int(stops[f])) - start]
                parts.append(sylvester(2**n, chosen) * (1 - 2 * values).astype(np.int8))
                j0 += len(chosen)
        return np.concatenate(parts)

    return int(ends[-1]), signs


def _functionals_of(kind: _Kind, values: Array, units: int) -> Array:
    """The l with Q + P + l equal to 1 at t, and at the other t as well if there is one unit only."""
    every = np.arange(2**kind.n)
    kept = ((every & kind.kind) != 0) ^ (values[kind.kind] == 1)
    if units == 1:
        kept &= ((every & kind.other) != 0) ^ (values[kind.other] == 1)
    return np.flatnonzero(kept)
