"""Hadamard and conference matrices, built in the order in which :mod:`.orders` finds them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.constructions.algebra.fields import get_field
from lincs.constructions.algebra.orders import hadamard_recipe, is_conference_order, is_hadamard_order
from lincs.constructions.algebra.sequences import BASE, SAWADE_67, TURYN_TYPE, WILLIAMSON
from lincs.errors import InputError

__all__ = ["conference", "hadamard", "sylvester"]

Array = npt.NDArray[Any]


@lru_cache(maxsize=8)
def hadamard(n: int) -> Array:
    """A Hadamard matrix of order n: ``n x n``, entries +-1 (int8), ``H H^T = n I`` (checked)."""
    if not is_hadamard_order(n):
        raise InputError(f"n must be an order at which lincs knows a Hadamard matrix, got {n}")
    recipe = hadamard_recipe(n)
    assert recipe is not None
    kind, *numbers = recipe
    if kind == "sylvester":
        H: Array = np.array([[1]] if n == 1 else [[1, 1], [1, -1]], dtype=np.int8)
    elif kind == "paley-1":
        H = _paley_one(n - 1)
    elif kind == "paley-2":
        H = _paley_two(n // 2 - 1)
    elif kind == "product":
        H = np.kron(hadamard(numbers[0]), hadamard(numbers[1]))
    else:
        H = _composed(*numbers)
    exact = H.astype(np.float64)  # sums of n ones: exact
    assert H.shape == (n, n)
    assert np.abs(H).min() == 1
    assert np.array_equal(exact @ exact.T, n * np.eye(n)), f"{recipe} is no Hadamard matrix"
    return H


def sylvester(n: int, rows: Array) -> Array:
    """Rows of the Sylvester matrix of order n, a power of two: ``(-1)^(l.x)``, ``len(rows) x n`` (int8)."""
    x = np.arange(n, dtype=np.int64)
    parity = np.bitwise_count(np.asarray(rows, dtype=np.int64)[:, None] & x) & 1
    signs: Array = (1 - 2 * parity.astype(np.int8)).astype(np.int8)
    return signs


def _jacobsthal(q: int) -> Array:
    """``chi(x - y)`` over F_q."""
    field = get_field(q)
    x = field.elements
    difference = field.add(x[:, None], field.negate(x)[None, :])
    return field.quadratic_character(difference).astype(np.int8)


def _bordered(q: int, *, corner: int) -> Array:
    """``[[0, 1], [corner, Q]]``: a conference matrix of order q + 1 (Paley 1933)."""
    C = np.ones((q + 1, q + 1), dtype=np.int8)
    C[1:, 1:] = _jacobsthal(q)
    C[0, 0] = 0
    C[1:, 0] = corner
    return C


def _paley_one(q: int) -> Array:
    """I + S with the skew conference matrix S of q = 3 mod 4."""
    return (_bordered(q, corner=-1) + np.eye(q + 1, dtype=np.int8)).astype(np.int8)


def _paley_two(q: int) -> Array:
    """``C (x) [[1,1],[1,-1]] + I (x) [[1,-1],[-1,-1]]`` with the symmetric conference matrix of q = 1 mod 4."""
    C = _bordered(q, corner=1)
    identity = np.eye(q + 1, dtype=np.int8)
    return np.kron(C, np.array([[1, 1], [1, -1]], dtype=np.int8)) + np.kron(
        identity, np.array([[1, -1], [-1, -1]], dtype=np.int8)
    )


@lru_cache(maxsize=8)
def conference(n: int) -> Array:
    """A symmetric conference matrix of order n: zero diagonal, +-1 elsewhere, ``C C^T = (n-1) I`` (int8)."""
    if not is_conference_order(n):
        raise InputError(f"n - 1 must be a prime power congruent to 1 mod 4, got n = {n}")
    C = _bordered(n - 1, corner=1)
    exact = C.astype(np.float64)
    assert np.array_equal(exact @ exact.T, (n - 1) * np.eye(n))
    return C


def _signs(text: str) -> Array:
    return np.array([1 if sign == "+" else -1 for sign in text], dtype=np.int64)


def _circulant(row: Array) -> Array:
    n = len(row)
    return np.asarray(row[(np.arange(n)[None, :] - np.arange(n)[:, None]) % n])


def _t_sequences(t: int) -> list[Array]:
    """Four (0, +-1) sequences with disjoint supports that cover 0..t-1, autocorrelations cancelling."""
    if t == 1:
        return [np.array([1]), np.array([0]), np.array([0]), np.array([0])]
    if t == 67:
        rows = np.zeros((4, t), dtype=np.int64)
        for i, letter in enumerate(SAWADE_67):
            rows["ABCD".index(letter.upper()), i] = 1 if letter.isupper() else -1
        return list(rows)
    if t in BASE:
        a, b, c, d = map(_signs, BASE[t])
    else:
        x, y, z, w = _turyn_type((t + 1) // 3)
        a, b, c, d = np.concatenate([z, w]), np.concatenate([z, -w]), x, y
    left, right = np.zeros(len(c), dtype=np.int64), np.zeros(len(a), dtype=np.int64)
    return [
        np.concatenate([(a + b) // 2, left]),
        np.concatenate([(a - b) // 2, left]),
        np.concatenate([right, (c + d) // 2]),
        np.concatenate([right, (c - d) // 2]),
    ]


def _turyn_type(n: int) -> list[Array]:
    code = TURYN_TYPE[n]
    bits = [format(int(digit, 16), "04b") for digit in code[:-1]] + [format(int(code[-1], 16), "03b")]
    return [np.array([1 - 2 * int(word[i]) for word in bits if i < len(word)], dtype=np.int64) for i in range(4)]


def _composed(t: int, w: int) -> Array:
    """Order 4 t w from T-sequences and Williamson matrices (Cooper and Wallis 1972; Turyn 1974).

    The X_i are block-circulant with ``sum X_i X_i^T = 4 t w I``; the array is Goethals and Seidel's (1967).
    """
    T = [_circulant(row) for row in _t_sequences(t)]
    W = [_circulant(_signs(row)) for row in WILLIAMSON[w]]
    table = (
        ((0, 1), (1, 1), (2, 1), (3, 1)),
        ((1, -1), (0, 1), (3, 1), (2, -1)),
        ((2, -1), (3, -1), (0, 1), (1, 1)),
        ((3, -1), (2, 1), (1, -1), (0, 1)),
    )
    # X_i = sum over j of T_j (x) (sign * W_which)
    X = [np.sum([np.kron(T[j], sign * W[which]) for j, (which, sign) in enumerate(row)], axis=0) for row in table]
    R = np.kron(np.eye(t, dtype=np.int64)[::-1], np.eye(w, dtype=np.int64))
    a, b, c, d = X
    return np.asarray(
        np.block(
            [
                [a, b @ R, c @ R, d @ R],
                [-b @ R, a, -d.T @ R, c.T @ R],
                [-c @ R, d.T @ R, a, -b.T @ R],
                [-d @ R, -c.T @ R, b.T @ R, a],
            ]
        )
    ).astype(np.int8)
