"""Hadamard and conference matrices on the blocks of designs; DeVore's columns of zeros and ones."""

from __future__ import annotations

import numpy as np

from lincs.constructions.builders.fields import companion, get_field, primitive_powers
from lincs.constructions.builders.frame import Array, Frame
from lincs.constructions.builders.hadamard import conference, hadamard
from lincs.constructions.orders import is_hadamard_order, prime_root

__all__ = [
    "devore",
    "difference_set",
    "graphs",
    "most_zeros",
    "order_matrix",
    "projective_plane",
    "row_norm",
    "transversal",
]


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


def projective_plane(*, q: int) -> Frame:
    """Row ``j mod (q+1)`` of the matrix on line ``j // (q+1)``."""
    points, H = difference_set(q), order_matrix(q + 1)
    v, g = q * q + q + 1, q + 1

    def block(j0: int, j1: int) -> Array:
        j = np.arange(j0, j1)
        part = np.zeros((v, j1 - j0), dtype=np.int8)
        part[(points[:, None] + j // g) % v, np.arange(j1 - j0)] = H[j % g].T
        return part

    return Frame(v, v * g, True, block)


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


def transversal(*, q: int, g: int, r: int, h: int) -> Frame:
    """Row ``j mod g`` of the matrix of order g, less its last h columns, on the graph of polynomial ``j // g``."""
    places = g - h
    H = order_matrix(g)[:, :places]

    def block(j0: int, j1: int) -> Array:
        first, last = j0 // g, -(-j1 // g)
        points = graphs(np.arange(first, last, dtype=np.int64), q=q, g=places, r=r)
        j = np.arange(j0, j1, dtype=np.int64)
        part = np.zeros((places * q, j1 - j0), dtype=np.int8)
        part[points[:, j // g - first], np.arange(j1 - j0)] = H[j % g].T
        return part

    return Frame(places * q, q**r * g, True, block)


def devore(*, q: int, r: int) -> Frame:
    """The graphs of all polynomials of degree at most r on F_q."""

    def block(j0: int, j1: int) -> Array:
        points = graphs(np.arange(j0, j1, dtype=np.int64), q=q, g=q, r=r + 1)
        part = np.zeros((q * q, j1 - j0), dtype=np.int8)
        part[points, np.arange(j1 - j0)] = 1
        return part

    return Frame(q * q, q ** (r + 1), True, block)
