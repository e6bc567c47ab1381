"""Lines of a Kerdock or Delsarte-Goethals set whose sums over cosets are tied to each other.

Points, T and P are those of :mod:`.cosets`.  *Tied*: with i = 0 the sums over all cosets of T are equal; with i > 0
they vanish, and on the cosets 0, ..., i the sums over the half of T without the point ``2^(tau-1)`` are equal
(THEOREMS.md, 5 (i)).  As the sum over T vanishes, twice the sum over a half is the sum of l with that bit flipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from lincs.constructions.algebra.cosets import Meets, shift_values, zero_sum_basis
from lincs.constructions.algebra.forms import delsarte_goethals_forms
from lincs.constructions.algebra.frame import Array
from lincs.constructions.algebra.hadamard import sylvester
from lincs.constructions.algebra.ranks import walsh
from lincs.errors import InputError

__all__ = ["lines_tied", "tied_basis", "tied_forms", "tied_functionals", "tied_points"]

_MOST_FORMS = 1 << 18  # forms that are listed
_BATCH = 1 << 22  # values looked at together


def tied_functionals(values: Array, tau: int, i: int) -> Array:
    """For rows of values (0, 1) on the first ``2^a`` points: which l below ``2^a`` tie the sums, ``rows x 2^a`` bool.

    For i > 0 that the sums over the cosets of T vanish is not looked at.
    """
    rows, points = values.shape
    cosets, size = points >> tau, 2**tau
    sums = walsh(1 - 2 * values.reshape(rows * cosets, size)).reshape(rows, cosets, size)
    if i:
        sums = sums[:, : i + 1, np.arange(size) ^ (size >> 1)]
    signs = sylvester(cosets, np.arange(cosets))[:, : sums.shape[1]]
    tied = np.empty((rows, cosets, size), dtype=bool)
    for u in range(cosets):
        tied[:, u] = (sums * signs[u][:, None] == sums[:, :1]).all(axis=1)
    return tied.reshape(rows, points)


def tied_points(n: int, tau: int, i: int) -> int:
    """The functionals matter on the first ``2^a`` points only."""
    return tau + i.bit_length() if i else n


def _candidates(n: int, j: int, tau: int, i: int, shift: int) -> Iterator[tuple[Array, Array]]:
    """Numbers of forms, and which low functionals keep the sums over T zero (all, if i = 0), in batches."""
    size = 2 ** (n - 1)
    count = size**j
    if (2**tau if i else size) * count > _MOST_FORMS:
        raise InputError(f"n, j, tau must give at most 2^18 forms, got {n}, {j}, {tau}")
    a = tied_points(n, tau, i)
    step = max(1, _BATCH >> a)
    if not i:
        for first in range(0, size * count, step):
            forms = np.arange(first, min(first + step, size * count), dtype=np.int64)
            yield forms, np.ones((len(forms), 1), dtype=bool)
        return
    hits = Meets(n, j, tau, shift).of(0, count)
    every = np.unique(hits * count + np.arange(count))
    t = np.arange(1, 2**tau)
    odd = np.bitwise_count(t[:, None] & np.arange(2**tau)) & 1
    for first in range(0, len(every), step):
        forms = every[first : first + step]
        radical = (hits[:, forms % count] == forms // count).T  # forms x t
        values = _low_values(n, j, shift, tau, forms)[:, 1:]
        # Q + P + l is not zero at some t of the radical
        kept = (radical[:, :, None] & (values[:, :, None] != odd)).any(axis=1)
        yield forms, np.tile(kept, (1, 2 ** (a - tau)))


@lru_cache(maxsize=4)
def _tables(n: int, j: int, a: int) -> list[Array]:
    """Forms (a, 0, ..., 0), (0, ..., 0, g_1), (0, ..., g_2, 0), ... of DG(j) on the first ``2^a`` points."""
    forms, size = delsarte_goethals_forms(s=n // 2, r=j), 2 ** (n - 1)
    steps = [size**j, *(size**k for k in range(j))]
    return [np.array([forms.values(f * step)[: 2**a] for f in range(size)], dtype=np.int8) for step in steps]


def _low_values(n: int, j: int, shift: int, a: int, numbers: Array) -> Array:
    """``Q + P`` on the first ``2^a`` points, ``len(numbers) x 2^a``: a form is the sum of its parts."""
    head, *tails = _tables(n, j, a)
    table = head[numbers >> (n - 1) * j] ^ shift_values(n, shift)[: 2**a].astype(np.int8)
    for k, tail in enumerate(tails):
        table ^= tail[numbers >> (n - 1) * k & 2 ** (n - 1) - 1]
    return np.asarray(table)


@lru_cache(maxsize=4)
def tied_forms(n: int, j: int, tau: int, i: int, shift: int) -> tuple[Array, Array]:
    """The forms that have tied lines, and how many each."""
    a = tied_points(n, tau, i)
    forms, counts = [], []
    for numbers, zero in _candidates(n, j, tau, i, shift):
        found = (tied_functionals(_low_values(n, j, shift, a, numbers), tau, i) & zero).sum(axis=1) << (n - a)
        forms.append(numbers[found > 0])
        counts.append(found[found > 0])
    return np.concatenate(forms), np.concatenate(counts)


def lines_tied(n: int, j: int, tau: int, i: int, shift: int) -> int:
    """How many lines of DG(j) shifted by P are tied."""
    return int(tied_forms(n, j, tau, i, shift)[1].sum())


def tied_basis(n: int, tau: int, i: int, p: int) -> tuple[list[Array], Array]:
    """For each coset orthonormal columns ``2^tau x dimension``, and the one vector that joins the tied cosets."""
    cosets, size = 2 ** (n - tau), 2**tau
    whole = sylvester(size, np.arange(size)) / np.sqrt(size)
    half = size >> 1
    dropped = np.concatenate([np.zeros((1, size - 2)), zero_sum_basis(size - 1)])
    free = whole[1:].T
    bases = [free] * (cosets - p) + [dropped] * p
    joint = np.zeros((cosets, size))
    if i:
        bases[: i + 1] = [np.delete(whole, [0, half], axis=0).T] * (i + 1)
        joint[: i + 1] = whole[half]
    else:  # constant on what is left of each coset, with equal sums
        joint[: cosets - p] = 1 / size
        joint[cosets - p :, 1:] = 1 / (size - 1)
    return bases, joint.ravel() / np.sqrt((joint * joint).sum())
