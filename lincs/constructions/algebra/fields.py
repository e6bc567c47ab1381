"""Finite fields as tables of logarithms, and roots of unity rounded correctly.

An element of F_q, q = p^e, is the integer whose base-p digits are its coordinates, so that arrays of elements are
plain integer arrays.  The tables are built here, because what frames need (powers, traces, quadratic characters of
whole arrays) is a lookup each.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.constructions.algebra.orders import prime_root
from lincs.constructions.algebra.primitive import primitive_polynomial
from lincs.errors import InputError

__all__ = ["Field", "companion", "get_field", "primitive_powers", "roots_of_unity"]

Array = npt.NDArray[np.int64]
_MOST = 1 << 24  # elements whose tables still fit comfortably


class Field:
    """F_q with elementwise arithmetic on integer arrays."""

    def __init__(self, q: int) -> None:
        root = prime_root(q)
        if root is None:
            raise InputError(f"q must be a prime power, got {q}")
        if q > _MOST:
            raise InputError(f"q must be at most {_MOST} for a field whose tables are built, got {q}")
        self.q = q
        self.p, self.e = root
        self.weights: Array = self.p ** np.arange(self.e, dtype=np.int64)
        self.elements: Array = np.arange(q, dtype=np.int64)
        self.exp: Array = primitive_powers(self.p, self.e, q - 1) @ self.weights
        assert len(np.unique(self.exp)) == q - 1, f"not a primitive polynomial over F_{self.p}"
        self.log = np.zeros(q, dtype=np.int64)
        self.log[self.exp] = np.arange(q - 1)

    def digits(self, a: Array) -> Array:
        """Coordinates over F_p, least significant first, in a new last axis."""
        coordinates: Array = np.asarray(a)[..., None] // self.weights % self.p
        return coordinates

    def add(self, a: Any, b: Any) -> Array:
        a, b = np.asarray(a), np.asarray(b)
        if self.e == 1:
            return np.asarray((a + b) % self.p)
        if self.p == 2:
            return np.asarray(a ^ b)
        total: Array = (self.digits(a) + self.digits(b)) % self.p @ self.weights
        return total

    def negate(self, a: Any) -> Array:
        total: Array = (-self.digits(np.asarray(a))) % self.p @ self.weights
        return total

    def mul(self, a: Any, b: Any) -> Array:
        a, b = np.asarray(a), np.asarray(b)
        if self.e == 1:
            return np.asarray(a * b % self.p)
        product = self.exp[(self.log[a] + self.log[b]) % (self.q - 1)]
        return np.asarray(np.where((a == 0) | (b == 0), 0, product))

    def power(self, a: Any, n: int) -> Array:
        """``a^n`` for n >= 0; ``0^0 = 1``."""
        a = np.asarray(a)
        if n == 0:
            return np.ones_like(a)
        result = self.exp[self.log[a] * (n % (self.q - 1)) % (self.q - 1)]
        return np.asarray(np.where(a == 0, 0, result))

    def trace(self, a: Any) -> Array:
        """The absolute trace, in 0..p-1."""
        a = np.asarray(a)
        return np.asarray(a) if self.e == 1 else np.asarray(self._trace[a])

    @property
    def _trace(self) -> Array:
        table = self.__dict__.get("trace_table")
        if table is None:
            # The trace is linear over F_p: its values on the basis decide it.
            basis = []
            for unit in self.weights.tolist():
                total, x = np.int64(0), np.asarray(unit)
                for _ in range(self.e):
                    total = np.int64(self.add(total, x))
                    x = self.power(x, self.p)
                assert total < self.p
                basis.append(int(total))
            table = self.digits(self.elements) @ np.array(basis, dtype=np.int64) % self.p
            self.__dict__["trace_table"] = table
        return np.asarray(table)

    def quadratic_character(self, a: Any) -> Array:
        """0 for 0, 1 for non-zero squares, -1 for the others (q odd)."""
        a = np.asarray(a)
        return np.asarray(np.where(a == 0, 0, 1 - 2 * (self.log[a] % 2)))


def primitive_powers(p: int, e: int, count: int) -> Array:
    """Coordinates of ``alpha^0 .. alpha^(count-1)``, alpha primitive in F_(p^e): ``count x e``, by doubling."""
    block = np.zeros((1, e), dtype=np.int64)
    block[0, 0] = 1  # the element 1
    step = companion(p, e)  # times alpha^(length of the block)
    while len(block) < count:
        block = np.concatenate([block, block @ step % p])
        step = step @ step % p
    powers: Array = block[:count]
    return powers


def companion(p: int, e: int) -> Array:
    """Multiplication by a primitive element as a matrix acting on rows of coordinates."""
    if e == 1:
        return np.array([[_primitive_root(p)]], dtype=np.int64)
    matrix = np.zeros((e, e), dtype=np.int64)
    matrix[np.arange(e - 1), np.arange(1, e)] = 1
    matrix[e - 1] = [-c % p for c in primitive_polynomial(p, e)[:e]]
    return matrix


def _primitive_root(p: int) -> int:
    factors, n, f = set(), p - 1, 2
    while f * f <= n:
        while n % f == 0:
            factors.add(f)
            n //= f
        f += 1
    if n > 1:
        factors.add(n)
    return next(g for g in range(1, p) if all(pow(g, (p - 1) // f, p) != 1 for f in factors))


@lru_cache(maxsize=16)
def get_field(q: int) -> Field:
    """F_q, its tables built once."""
    return Field(q)


@lru_cache(maxsize=8)
def roots_of_unity(n: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """``cos(2 pi j / n)`` and ``sin(2 pi j / n)`` for j = 0..n-1, each the double nearest to the exact value.

    Computed in 160-bit integers rather than by the library's cosine, whose last digit differs between machines:
    a certificate must rebuild to the same matrix everywhere.  (The nearest double is certain unless the value lies
    within 2^-140 of a midpoint between two doubles, which does not happen for non-zero values at these sizes.)
    """
    from lincs.exact.enclosure import pi

    bits = 160
    one = 1 << bits
    low, _ = pi(bits + 16)
    angle = 2 * low / n
    x = angle.numerator * one // angle.denominator
    cos_total, sin_total, term, k = 0, 0, one, 0
    while term:
        if k % 2 == 0:
            cos_total += term if k % 4 == 0 else -term
        else:
            sin_total += term if k % 4 == 1 else -term
        k += 1
        term = term * x // (one * k)
    c, s = one, 0
    cosines, sines = np.empty(n), np.empty(n)
    for j in range(n):
        cosines[j], sines[j] = _nearest(c, one), _nearest(s, one)
        c, s = (c * cos_total - s * sin_total) // one, (s * cos_total + c * sin_total) // one
    return cosines, sines


def _nearest(value: int, one: int) -> float:
    """``value / one`` to the nearest double; integer division rounds correctly.  Tiny values are zeros."""
    return 0.0 if abs(value) < one >> 100 else value / one
