"""Phases ``e(Tr f(x) / p)`` of polynomials: real lifts, and odd polynomials as real columns.

A complex frame of n vectors in C^d gives 2n real vectors in R^(2d), those of v and of iv: their inner products are the
real and imaginary parts of the complex ones, so the coherence does not grow (*real lift*).
"""

from __future__ import annotations

import numpy as np

from lincs.constructions.algebra.fields import Field, get_field, roots_of_unity
from lincs.constructions.algebra.frame import Array, Frame, stack, standard_basis

__all__ = ["exponents", "half_lift", "lift", "odd_polynomial", "polynomial", "restricted"]


def exponents(*, largest: int, p: int, odd: bool = False) -> tuple[int, ...]:
    """The exponents 1..largest that p does not divide, the odd ones only if asked."""
    return tuple(e for e in range(1, largest + 1) if e % p and (not odd or e % 2))


def lift(exponent: Array, order: int, *, imaginary: Array) -> Array:
    """``(Re v; Im v)`` of ``v = e(exponent/order) / sqrt(n)``, of ``i v`` in the columns marked imaginary."""
    cosines, sines = roots_of_unity(order)
    scale = np.sqrt(np.float64(exponent.shape[0]))
    re, im = cosines[exponent] / scale, sines[exponent] / scale
    return np.concatenate([np.where(imaginary, -im, re), np.where(imaginary, re, im)])


def _traces(field: Field, numbers: Array, powers: tuple[int, ...]) -> Array:
    """``Tr f(x)`` for polynomials numbered in base q by their coefficients, ``q x len``; lowest exponent last digit."""
    total = np.zeros((field.q, len(numbers)), dtype=np.int64)
    for i, e in enumerate(powers):
        coefficient = numbers // field.q**i % field.q
        total = field.add(total, field.mul(coefficient[None, :], field.power(field.elements, e)[:, None]))
    return field.trace(total)


def polynomial(*, q: int, r: int) -> Frame:
    """Columns ``2f`` and ``2f + 1``: polynomial f and i times it; then the 2q coordinate vectors."""
    field = get_field(q)
    powers = exponents(largest=r, p=field.p)

    def block(j0: int, j1: int) -> Array:
        j = np.arange(j0, j1, dtype=np.int64)
        first = j0 // 2
        traces = _traces(field, np.arange(first, -(-j1 // 2), dtype=np.int64), powers)
        return lift(traces[:, j // 2 - first], field.p, imaginary=j % 2 == 1)

    return stack(Frame(2 * q, 2 * q ** len(powers), False, block), standard_basis(2 * q))


def restricted(*, q: int, r: int, left: Array) -> Frame:
    """:func:`polynomial` on the elements of F_q that are left, with their coordinate vectors."""
    whole, kept = polynomial(q=q, r=r), np.concatenate([left, q + left])
    scale = np.sqrt(q / len(left))
    lines = Frame(len(kept), whole.m - 2 * q, False, lambda j0, j1: scale * whole.block(j0, j1)[kept])
    return stack(lines, standard_basis(len(kept)))


def half_lift(*, q: int, p: int) -> Frame:
    """``(Re v; Im v)`` of ``v = e(Tr(a x^2 + b x)/3)`` over the elements from p on, and i times their unit vectors."""
    whole, left = polynomial(q=q, r=2), np.arange(p, q)
    kept = np.concatenate([left, q + left])
    scale = np.sqrt(q / len(left))

    def block(j0: int, j1: int) -> Array:
        return np.asarray(scale * whole.block(2 * j0, 2 * j1)[kept][:, ::2])

    def imaginary(j0: int, j1: int) -> Array:
        part = np.zeros((len(kept), j1 - j0))
        part[len(left) + np.arange(j0, j1), np.arange(j1 - j0)] = 1
        return part

    return stack(Frame(len(kept), q * q, False, block), Frame(len(kept), len(left), False, imaginary))


def odd_polynomial(*, q: int, r: int) -> Frame:
    """``cas(2 pi Tr f / p) / sqrt(q)`` for polynomial f, and the q coordinate vectors."""
    field = get_field(q)
    powers = exponents(largest=2 * r - 1, p=field.p, odd=True)
    cosines, sines = roots_of_unity(field.p)
    cas = (cosines + sines) / np.sqrt(np.float64(q))

    def block(j0: int, j1: int) -> Array:
        return np.asarray(cas[_traces(field, np.arange(j0, j1, dtype=np.int64), powers)])

    return stack(Frame(q, q ** len(powers), False, block), standard_basis(q))
