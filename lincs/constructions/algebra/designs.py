"""Blocks that meet in few points: lines of planes and graphs of polynomials, whole or without an arc."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lincs.constructions.algebra.fields import companion, get_field, primitive_powers
from lincs.constructions.algebra.frame import Array
from lincs.constructions.algebra.hadamard import conference, hadamard
from lincs.constructions.algebra.orders import is_hadamard_order, prime_root
from lincs.errors import InputError

__all__ = [
    "check_difference_set",
    "difference_set",
    "graphs",
    "kept_lines",
    "kept_polynomials",
    "most_zeros",
    "order_matrix",
    "row_norm",
]

_MOST = 1 << 27  # polynomials that are looked at, one by one


def order_matrix(g: int) -> Array:
    """A Hadamard matrix of order g, or else a conference matrix."""
    return hadamard(g) if is_hadamard_order(g) else conference(g)


def row_norm(g: int) -> int:
    """The squared norm of the rows of the matrix put on blocks of g points (its rows are orthogonal: checked)."""
    return int((order_matrix(g)[0].astype(np.int64) ** 2).sum())


def most_zeros(*, q: int, g: int, r: int) -> tuple[int, int]:
    """The most places at which a non-zero polynomial of degree < r vanishes, and how many were looked at.

    One of each class of scalar multiples: those whose highest non-zero coefficient is 1.
    """
    most, checked = 0, 0
    batch = max(1, (1 << 24) // g)
    for degree in range(r):
        for start in range(q**degree, 2 * q**degree, batch):
            numbers = np.arange(start, min(start + batch, 2 * q**degree), dtype=np.int64)
            values = graphs(numbers, q=q, g=g, r=r) - q * np.arange(g, dtype=np.int64)[:, None]
            most = max(most, int((values == 0).sum(axis=0).max()))
            checked += len(numbers)
    return most, checked


def difference_set(q: int) -> Array:
    """The q + 1 residues ``i mod v``, ``v = q^2+q+1``, where the trace from F_(q^3) to F_q of ``alpha^i`` is 0.

    Any two translates meet in one point (Singer 1938): the translates are the lines of PG(2, q).
    """
    root = prime_root(q)
    assert root is not None
    p, e = root[0], 3 * root[1]
    v = q * q + q + 1
    multiply = companion(p, e)
    frobenius = np.zeros((e, e), dtype=np.int64)  # row j: the coordinates of (alpha^j)^q
    to_the_q = _matrix_power(multiply, q, p)
    row = np.zeros(e, dtype=np.int64)
    row[0] = 1
    for j in range(e):
        frobenius[j] = row
        row = row @ to_the_q % p
    trace = (np.eye(e, dtype=np.int64) + frobenius + frobenius @ frobenius) % p
    points = np.flatnonzero(~(primitive_powers(p, e, v) @ trace % p).any(axis=1))
    assert len(points) == q + 1
    return points


def _matrix_power(matrix: Array, n: int, p: int) -> Array:
    result = np.eye(len(matrix), dtype=np.int64)
    while n:
        if n & 1:
            result = result @ matrix % p
        matrix, n = matrix @ matrix % p, n >> 1
    return result


def graphs(polynomials: Array, *, q: int, g: int, r: int) -> Array:
    """The points ``place * q + value`` of polynomials numbered in base q, ``g x len``; place q is infinity."""
    field = get_field(q)
    coefficients = [polynomials // q**i % q for i in range(r)]
    places = np.arange(min(g, q), dtype=np.int64)[:, None]
    values = np.zeros((len(places), len(polynomials)), dtype=np.int64)
    for coefficient in reversed(coefficients):
        values = field.add(field.mul(values, places), coefficient[None, :])
    if g > q:
        values = np.concatenate([values, coefficients[-1][None, :]])
    return values + q * np.arange(g, dtype=np.int64)[:, None]


@lru_cache(maxsize=2)
def kept_polynomials(q: int, r: int, n: int) -> Array:
    """The numbers of the polynomials f of degree < r with ``f(x) != x^r`` at the first n places, increasing."""
    if q**r > _MOST:
        raise InputError(f"q and r must leave at most 2^27 polynomials to be built, got {q}^{r}")
    field, kept = get_field(q), []
    targets = field.power(np.arange(n, dtype=np.int64), r)
    for start in range(0, q**r, 1 << 20):
        numbers = np.arange(start, min(start + (1 << 20), q**r), dtype=np.int64)
        good = np.ones(len(numbers), dtype=bool)
        for x, target in enumerate(targets.tolist()):
            value = np.zeros_like(numbers)
            for i in reversed(range(r)):
                value = field.add(field.mul(value, np.int64(x)), numbers // q**i % q)
            good &= value != target
        kept.append(numbers[good])
    return np.concatenate(kept)


@lru_cache(maxsize=2)
def kept_lines(q: int, n: int) -> tuple[Array, Array]:
    """The first n points of the oval ``-D`` and the lines ``D + j`` that miss them, for the difference set D.

    ``-e`` lies on ``D + j`` when ``-j = d + e``: sums of two elements determine the pair, so no line holds three.
    """
    points, v = difference_set(q), q * q + q + 1
    removed = np.sort(-points[:n] % v)
    hit = np.zeros(v, dtype=bool)
    hit[(removed[:, None] - points) % v] = True
    return removed, np.flatnonzero(~hit)


def check_difference_set(q: int) -> int:
    """Every non-zero residue is a difference of :func:`difference_set` exactly once; how many were looked at."""
    v = q * q + q + 1
    points = difference_set(q)
    differences = (points[:, None] - points) % v
    counts = np.bincount(differences.ravel(), minlength=v)
    if not (counts[0] == q + 1 and np.all(counts[1:] == 1)):
        raise AssertionError(f"no difference set for q = {q}")
    return int(differences.size)
