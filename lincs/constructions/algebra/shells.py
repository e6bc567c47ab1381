"""Vectors of the two smallest norms of lattices of large minimum: Leech and its sections, O23, Coxeter-Todd, E7*.

One of each pair +-v, as integers; norms in brackets are those of the usual scale.  Every count is asserted where a
theta series gives it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np

from lincs.constructions.algebra.frame import Array
from lincs.constructions.algebra.golay import golay_words
from lincs.constructions.algebra.leech import chain_half, leech_lines

__all__ = ["coxeter_todd", "dual_e7", "leech_section", "leech_six", "shorter_leech"]


def leech_six() -> Iterator[Array]:
    """The 8386560 lines of norm 6 of the Leech lattice (squared length 48), in parts of ``lines x 24``.

    Shapes 2^12 on a dodecad, 3^3 1^21, 4 2^8 on an octad and a point off it, 5 1^23.
    """
    words = golay_words().astype(np.int8)
    weights = words.sum(axis=1)
    even = np.array([s for s in product((2, -2), repeat=12) if s[0] > 0 and np.prod(np.sign(s)) > 0], dtype=np.int8)
    for word in words[weights == 12]:
        part = np.zeros((len(even), 24), dtype=np.int8)
        part[:, np.flatnonzero(word)] = even
        yield part
    half = 1 - 2 * words[words[:, 23] == 0]  # the complement has all signs changed
    for triple in combinations(range(24), 3):
        part = half.copy()
        part[:, list(triple)] *= -3
        yield part
    odd = np.array([s for s in product((2, -2), repeat=8) if np.prod(np.sign(s)) < 0], dtype=np.int8)
    for word in words[weights == 8]:
        for point in np.flatnonzero(word == 0):
            part = np.zeros((len(odd), 24), dtype=np.int8)
            part[:, np.flatnonzero(word)] = odd
            part[:, point] = 4
            yield part
    for last in range(24):
        part = half.copy()
        part[:, last] *= 5
        yield part


def leech_section(d: int) -> Array:
    """Lines of norms 4 and 6 in the laminated section of dimension d of the Leech lattice, ``lines x 24``."""
    chain = chain_half(24 - d).astype(np.float32)

    def kept(vectors: Array) -> Array:
        if not len(chain):
            return vectors
        return np.asarray(vectors[(vectors.astype(np.float32) @ chain.T == 0).all(axis=1)])

    return np.concatenate([kept(leech_lines()), *map(kept, leech_six())])


def shorter_leech() -> Array:
    """Lines of norms 3 and 5 of O23, ``lines x 24`` (times 2: squared lengths 96 and 160).

    They are the projections of the vectors u of the Leech lattice with ``<u, v> = 2`` to the complement of
    ``v = (4, 4, 0, ..., 0)/sqrt(8)``; u and v - u give the same line.
    """
    found = []
    for part in (leech_lines(), *leech_six()):
        at = part[:, 0].astype(np.int64) + part[:, 1]
        near = np.concatenate([part[at == 4], -part[at == -4]]).astype(np.int64)
        doubled = 2 * near
        doubled[:, :2] -= 4
        found.append(doubled[doubled[np.arange(len(doubled)), (doubled != 0).argmax(axis=1)] > 0])
    return np.concatenate(found)


def coxeter_todd() -> tuple[Array, Array]:
    """Lines of norms 4 and 6 of K12 as ``(a, b)``, ``x_i = a_i + b_i w`` in the Eisenstein integers, w^2 = -1 - w.

    ``x_1 = ... = x_6 mod theta`` and ``sum x_i = 0 mod 3``, with ``|x|^2`` 6 and 9 (Conway and Sloane 1999, chapter 7).
    """
    small = [(a, b) for a in range(-3, 4) for b in range(-3, 4) if a * a - a * b + b * b <= 9]
    norm = {x: x[0] * x[0] - x[0] * x[1] + x[1] * x[1] for x in small}
    found: list[tuple[tuple[int, int], ...]] = []

    def extend(head: tuple[tuple[int, int], ...], used: int, residue: int) -> None:
        if len(head) == 6:
            a, b = sum(x[0] for x in head), sum(x[1] for x in head)
            if used in (6, 9) and a % 3 == 0 and b % 3 == 0:
                found.append(head)
            return
        for x in small:
            if used + norm[x] <= 9 and (x[0] + x[1]) % 3 == residue:  # w = 1 mod theta
                extend((*head, x), used + norm[x], residue)

    for residue in range(3):
        extend((), 0, residue)
    lines = [x for x in found if next(y for y in x if y != (0, 0)) > (0, 0)]
    array = np.array(sorted(lines, key=lambda x: sum(norm[y] for y in x)), dtype=np.int64)
    return array[:, :, 0], array[:, :, 1]


def dual_e7() -> Array:
    """63 lines of norm 2 (E7) and 28 of norm 3/2 (E7*), ``91 x 8`` with sum 0 (times 4: squares 32 and 24)."""
    rows = []
    for i, j in combinations(range(8), 2):
        root, short = np.zeros(8, dtype=np.int64), np.full(8, -1)
        root[i], root[j] = 4, -4
        short[[i, j]] = 3
        rows += [root, short]
    for three in combinations(range(1, 8), 3):
        row = np.full(8, -2)
        row[[0, *three]] = 2
        rows.append(row)
    return np.array(rows)
