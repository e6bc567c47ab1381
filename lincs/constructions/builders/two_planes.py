"""Lines of a Delsarte-Goethals set that change sign under one of two translations (two-plane sections).

Points and P are those of sections.py; ``t_1 = 1``, ``t_2 = 2``, and coset c holds the points ``4c, ..., 4c + 3``.
*Kind* 1 are the lines with t_1 in the radical of Q + P and Q + P + l equal to 1 there, kind 2 those with t_2 that
are not of kind 1.  On coset c a line of kind 1 is a multiple of the character of T that is -1 at t_1 and +-1 at t_2.
It *hits* c if that is +1 (kind 2 likewise); hits are an affine hyperplane of the cosets, all or none.  Lines
that hit all the cosets ``0, ..., 2^e - 1`` are left out (THEOREMS.md, 5 (j)).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lincs.constructions.builders.frame import Array, Frame
from lincs.constructions.builders.hadamard import sylvester
from lincs.constructions.builders.quadratic import delsarte_goethals_forms
from lincs.constructions.builders.sections import functionals, shift_functional, shift_values
from lincs.constructions.two_planes import weights

__all__ = ["lines_of_two_planes", "two_planes"]

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


def two_planes(*, n: int, j: int, e: int, p: int, shift: int) -> Frame:
    """The lines in ``R^(3/4 2^n - 2^e + 1 - p)``; the first point of each of the last p cosets is dropped."""
    kinds, units = _counts(n, j, e, shift)
    ends = np.cumsum(units) << (n - 2)
    batches = len(units) // 2
    dg = delsarte_goethals_forms(s=n // 2, r=j)
    form = shift_values(n, shift)

    def signs(j0: int, j1: int) -> Array:
        """The columns on all points, as rows."""
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

    return Frame(3 * 2 ** (n - 2) - 2**e + 1 - p, int(ends[-1]), False, lambda j0, j1: _project(signs(j0, j1), e, p))


def _functionals_of(kind: _Kind, values: Array, units: int) -> Array:
    """The l with Q + P + l equal to 1 at t, and at the other t as well if there is one unit only."""
    every = np.arange(2**kind.n)
    kept = ((every & kind.kind) != 0) ^ (values[kind.kind] == 1)
    if units == 1:
        kept &= ((every & kind.other) != 0) ^ (values[kind.other] == 1)
    return np.flatnonzero(kept)


def _project(rows: Array, e: int, p: int) -> Array:
    """Unit columns: on each coset the three characters of T, the hit ones turned by 45 degrees on the flat."""
    v = rows.reshape(len(rows), rows.shape[1] // 4, 4).astype(np.float64)
    one = (v[:, :, 0] - v[:, :, 1] + v[:, :, 2] - v[:, :, 3]) / 2  # -1 at t_1, +1 at t_2: hit by kind 1
    two = (v[:, :, 0] + v[:, :, 1] - v[:, :, 2] - v[:, :, 3]) / 2
    both = (v[:, :, 0] - v[:, :, 1] - v[:, :, 2] + v[:, :, 3]) / 2
    cosets, flat = one.shape[1], 2**e
    whole = slice(flat, cosets - p)
    kept = [0, *(1 << i for i in range(e))]  # points that span the flat
    joint = np.zeros(len(rows))
    for c, weight in zip(kept, weights(e), strict=True):
        joint += weight * (one[:, c] + two[:, c])
    joint /= np.sqrt(2.0 * sum(w * w for w in weights(e)))
    last = v[:, cosets - p :]
    parts = [
        both[:, : cosets - p],
        (one[:, :flat] - two[:, :flat]) / np.sqrt(2.0),
        joint[:, None],
        one[:, whole],
        two[:, whole],
        (last[:, :, 1] - last[:, :, 2]) / np.sqrt(2.0),
        (last[:, :, 1] + last[:, :, 2] - 2 * last[:, :, 3]) / np.sqrt(6.0),
    ]
    columns = np.concatenate([part.T for part in parts])
    squares = np.zeros(len(rows))
    for row in columns:
        squares += row * row
    return np.asarray(columns / np.sqrt(squares))
