"""Lines of a Kerdock or Delsarte-Goethals set whose sums over the cosets of a subspace vanish.

Points of F_2^n are integers; T is the span of the first tau unit vectors, its cosets are the blocks of ``2^tau``
consecutive points.  All forms are shifted by one quadratic form P, given by an integer (THEOREMS.md, 5 (e)).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from lincs.constructions.algebra.fields import get_field
from lincs.constructions.algebra.frame import Array
from lincs.constructions.algebra.hadamard import sylvester
from lincs.constructions.algebra.ranks import walsh
from lincs.errors import InputError

__all__ = [
    "Meets",
    "character_sums",
    "functionals",
    "kept_forms",
    "kept_functionals",
    "lines_kept",
    "project",
    "shift_functional",
    "shift_rows",
    "shift_values",
    "sign_rows",
    "unit_columns",
    "zero_sum_bases",
    "zero_sum_basis",
]


def shift_rows(n: int, shift: int) -> list[int]:
    """Row i holds the bits j < i of P's bilinear form, ``P(x) = sum over j < i of p_ij x_i x_j``, from an integer."""
    return [shift >> i * (i - 1) // 2 & ((1 << i) - 1) for i in range(n)]


def shift_values(n: int, shift: int) -> Array:
    x = np.arange(2**n)
    total = np.zeros(2**n, dtype=np.int64)
    for i, row in enumerate(shift_rows(n, shift)):
        total ^= (x >> i & 1) & (np.bitwise_count(x & row) & 1)
    return total


def shift_functional(n: int, shift: int, t: int) -> int:
    """``y -> P(t + y) + P(t) + P(y)`` as a mask."""
    rows = shift_rows(n, shift)
    mask = 0
    for i, row in enumerate(rows):
        if t >> i & 1:
            mask ^= row
        mask ^= ((row & t).bit_count() & 1) << i
    return mask


def functionals(n: int, t: int, j: int) -> tuple[Array, list[Array]]:
    """``y -> B(t, y)`` as masks, of Kerdock's form a for every a, and of ``Tr(g x^(2^i + 1))``, 1 <= i <= j, every g.

    t is in F, that is its highest bit is 0: ``B_a(t, (y, f)) = Tr(at) Tr(ay) + Tr(a^2 t y) + f Tr(at)``.
    """
    field = get_field(2 ** (n - 1))
    a = field.elements
    at = field.trace(field.mul(a, t))
    square = field.mul(field.mul(a, a), t)
    heads, tails = at << (n - 1), [np.zeros_like(a) for _ in range(j)]
    for bit in range(n - 1):
        y = np.int64(1 << bit)
        heads = heads | (at & field.trace(field.mul(a, y)) ^ field.trace(field.mul(square, y))) << bit
        for i in range(j):
            to = 2 ** (i + 1)
            cross = field.add(field.mul(field.power(np.int64(t), to), y), field.mul(t, field.power(y, to)))
            tails[i] = tails[i] | field.trace(field.mul(a, cross)) << bit
    return heads, tails


class Meets:
    """For each t in T the one a with ``B_(a, g)(t, .) = P(t, .)``, for every ``g = (g_j, ..., g_1)``: a look-up."""

    def __init__(self, n: int, j: int, tau: int, shift: int) -> None:
        self.size, self.j = 2 ** (n - 1), j
        self.count = self.size**j
        self.where, self.wanted, self.tails = [], [], []
        for t in range(1, 2**tau):
            heads, tails = functionals(n, t, j)
            where = np.full(2**n, -1, dtype=np.int64)
            where[heads] = np.arange(self.size)
            assert len(np.unique(heads)) == self.size
            self.where.append(where)
            self.wanted.append(shift_functional(n, shift, t))
            self.tails.append(tails)

    def of(self, first: int, last: int) -> Array:
        """The a of each t (rows) for g numbered ``first <= g < last`` in base ``2^(n-1)``, g_1 the last digit."""
        g = np.arange(first, last, dtype=np.int64)
        found = np.empty((len(self.where), len(g)), dtype=np.int64)
        for row, (where, wanted, tails) in enumerate(zip(self.where, self.wanted, self.tails, strict=True)):
            mask = np.full(len(g), wanted)
            for i in range(self.j):
                mask ^= tails[i][g // self.size**i % self.size]
            found[row] = where[mask]
        assert found.min(initial=0) >= 0
        return found


_MOST_FORMS = 1 << 26  # forms that are listed to build columns


@lru_cache(maxsize=4)
def kept_forms(n: int, j: int, tau: int, shift: int) -> tuple[Array, Array]:
    """The forms Q of DG(j) whose shift ``Q + P`` has a radical that meets T, and the dimension r of the meet."""
    meets = Meets(n, j, tau, shift)
    if meets.count * (2**tau - 1) > _MOST_FORMS:
        raise InputError(f"n, j, tau must give at most 2^26 forms to be built, got {n}, {j}, {tau}")
    hits = meets.of(0, meets.count) * meets.count + np.arange(meets.count)
    forms, counts = np.unique(hits, return_counts=True)
    r = np.log2(counts + 1).round().astype(np.int64)
    assert np.array_equal((1 << r) - 1, counts)  # the radical meets T in a subspace
    return forms, r


def lines_kept(n: int, j: int, tau: int, shift: int) -> int:
    """``sum over Q of (2^n - 2^(n-r))``, counted without a list of the forms."""
    meets, lines = Meets(n, j, tau, shift), 0
    chunk = max(1, (1 << 22) // len(meets.where))
    for first in range(0, meets.count, chunk):
        same = np.sort(meets.of(first, min(first + chunk, meets.count)), axis=0)
        # runs of equal a in a column: a run of length 2^r - 1 is one form with a meet of dimension r
        change = np.ones((same.shape[0] + 1, same.shape[1]), dtype=bool)
        change[1:-1] = same[1:] != same[:-1]
        starts = np.flatnonzero(change.T.ravel())
        ends = starts % (same.shape[0] + 1) == same.shape[0]  # the marks behind the last row of each column
        lengths = np.diff(starts)[~ends[:-1]]
        lengths, numbers = np.unique(lengths, return_counts=True)
        assert all((length + 1) & length == 0 for length in lengths.tolist())
        lines += sum(
            number * (2**n - 2**n // (length + 1))
            for length, number in zip(lengths.tolist(), numbers.tolist(), strict=True)
        )
    return int(lines)


def sign_rows(ends: Array, j0: int, j1: int, points: int, of: Callable[[int], tuple[Array, Array]]) -> Array:
    """Columns ``j0 <= j < j1`` on all points, as rows: form f has those from ``ends[f-1]`` to ``ends[f]``.

    ``of(f)``: the values of form f (0, 1; shifted), and its functionals in order.
    """
    parts = [np.zeros((0, points), dtype=np.int8)]
    f = int(np.searchsorted(ends, j0, side="right"))
    while j0 < j1:
        first, last = int(ends[f - 1]) if f else 0, int(ends[f])
        values, functionals = of(f)
        assert len(functionals) == last - first
        chosen = functionals[j0 - first : min(j1, last) - first]
        parts.append(sylvester(points, chosen) * (1 - 2 * values).astype(np.int8))
        j0, f = min(j1, last), f + 1
    return np.concatenate(parts)


def kept_functionals(rows: Array, values: Array, n: int, tau: int, shift: int) -> Array:
    """The l for which Q + P + l is not zero on the meet of T with the radical of Q + P (linear there)."""
    radical = []
    for t in range(1, 2**tau):
        mask = 0
        for i in range(n):
            if t >> i & 1:
                mask ^= int(rows[i])
        if mask == shift_functional(n, shift, t):
            radical.append(t)
    functionals = np.arange(2**n)
    kept = np.zeros(2**n, dtype=bool)
    for t in radical:
        kept |= (np.bitwise_count(functionals & t) & 1 ^ values[t]) == 1
    return np.flatnonzero(kept)


def character_sums(rows: Array, tau: int) -> Array:
    """Integer columns, ``d x len(rows)``: the sums with the non-trivial characters of T on each coset."""
    size = 2**tau
    cosets = rows.shape[1] // size
    sums = walsh(rows.reshape(len(rows) * cosets, size))[:, 1:]
    return np.asarray(sums.reshape(len(rows), cosets * (size - 1)).T)


def zero_sum_bases(n: int, tau: int, p: int) -> list[Array]:
    """For each coset a basis of sum 0, ``2^tau x dimension``; zero rows at its dropped points, p of all in turn."""
    cosets, size = 2 ** (n - tau), 2**tau
    dropped = [p // cosets + (i < p % cosets) for i in range(cosets)]
    return [np.concatenate([np.zeros((s, size - s - 1)), zero_sum_basis(size - s)]) for s in dropped]


def zero_sum_basis(size: int) -> Array:
    """Orthonormal columns orthogonal to the all-one vector (Helmert): ``size x (size - 1)``."""
    matrix = np.zeros((size, size - 1))
    for k in range(1, size):
        matrix[:k, k - 1] = 1 / np.sqrt(k * (k + 1))
        matrix[k, k - 1] = -k / np.sqrt(k * (k + 1))
    return matrix


def project(rows: Array, bases: list[Array], joint: Array | None = None) -> Array:
    """Unit columns in the coordinates of an orthonormal basis, ``d x len(rows)``.

    ``bases`` are columns ``2^tau x dimension`` for each coset, ``joint`` is one more vector on all points.  Products
    are added up one after the other: the same order of operations everywhere.
    """
    size = len(bases[0])
    parts = []
    for c, matrix in enumerate(bases):
        part = np.zeros((matrix.shape[1], len(rows)))
        for k in range(size):
            part += matrix[k][:, None] * rows[:, c * size + k]
        parts.append(part)
    if joint is not None:
        last = np.zeros(len(rows))
        for k in np.flatnonzero(joint).tolist():
            last += joint[k] * rows[:, k]
        parts.append(last[None])
    return unit_columns(np.concatenate(parts))


def unit_columns(columns: Array) -> Array:
    """The columns divided by their norms, squares added up one after the other."""
    squares = np.zeros(columns.shape[1])
    for row in columns:
        squares += row * row
    return np.asarray(columns / np.sqrt(squares))
