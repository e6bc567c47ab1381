"""Steiner systems: triple systems, and the lines of affine and projective spaces."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np

from lincs.constructions.algebra.fields import get_field

__all__ = ["lines", "triples"]


def triples(v: int) -> list[tuple[int, ...]]:
    """A Steiner triple system: Bose (1939) for v = 3 mod 6, Skolem (1958) for v = 1 mod 6."""
    found: list[tuple[int, ...]] = []
    if v % 6 == 3:
        n = v // 3  # idempotent commutative quasigroup (a+b)/2 mod n
        found = [(x, x + n, x + 2 * n) for x in range(n)]
        for x, y in combinations(range(n), 2):
            middle = (x + y) * (n + 1) // 2 % n
            found += [(x + i * n, y + i * n, middle + (i + 1) % 3 * n) for i in range(3)]
        return found
    n = v // 3  # even: half-idempotent commutative quasigroup on Z_n, and the point at infinity v - 1
    half = n // 2
    found = [(x, x + n, x + 2 * n) for x in range(half)]
    found += [(v - 1, x + half + i * n, x + (i + 1) % 3 * n) for x in range(half) for i in range(3)]
    for x, y in combinations(range(n), 2):
        total = (x + y) % n
        middle = total // 2 if total % 2 == 0 else (total - 1) // 2 + half
        found += [(x + i * n, y + i * n, middle + (i + 1) % 3 * n) for i in range(3)]
    return found


def lines(q: int, n: int, *, projective: bool) -> list[tuple[int, ...]]:
    """The lines of AG(n, q) or PG(n, q) as sets of point numbers."""
    field = get_field(q)
    vectors = np.array(list(product(range(q), repeat=n + projective)), dtype=np.int64)
    if projective:
        nonzero = vectors.any(axis=1)
        vectors = vectors[nonzero]
        leading = vectors[np.arange(len(vectors)), (vectors != 0).argmax(axis=1)]
        vectors = vectors[leading == 1]
    number = {tuple(vector): i for i, vector in enumerate(vectors.tolist())}
    scalars = field.elements[:, None]
    found = set()
    for a, b in combinations(range(len(vectors)), 2):
        if projective:
            points = field.add(vectors[a], field.mul(scalars, vectors[b]))
            leading = points[np.arange(q), (points != 0).argmax(axis=1)]
            inverse = field.power(leading, q - 2)[:, None]
            points = np.concatenate([field.mul(points, inverse), vectors[b : b + 1]])
        else:
            step = field.add(vectors[b], field.negate(vectors[a]))
            points = field.add(vectors[a], field.mul(scalars, step))
        found.add(tuple(sorted(number[tuple(point)] for point in points.tolist())))
    return sorted(found)
