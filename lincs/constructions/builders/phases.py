"""Real lifts of phases, and odd polynomials as real columns."""

from __future__ import annotations

import numpy as np

from lincs.constructions.builders.design import difference_set
from lincs.constructions.builders.elementary import identity
from lincs.constructions.builders.fields import Field, get_field, roots_of_unity
from lincs.constructions.builders.frame import Array, Frame, stack
from lincs.constructions.phases import exponents
from lincs.constructions.punctured_bases import table

__all__ = ["cubic", "odd_polynomial", "polynomial", "punctured", "punctured_bases", "singer"]


def _lift(exponent: Array, order: int, *, imaginary: Array) -> Array:
    """``(Re v; Im v)`` of ``v = e(exponent/order) / sqrt(n)``, of ``i v`` in the columns marked imaginary."""
    cosines, sines = roots_of_unity(order)
    scale = np.sqrt(np.float64(exponent.shape[0]))
    re, im = cosines[exponent] / scale, sines[exponent] / scale
    return np.concatenate([np.where(imaginary, -im, re), np.where(imaginary, re, im)])


def singer(*, q: int) -> Frame:
    """Columns ``2j`` and ``2j + 1``: character j of Z_v on the difference set, and i times it."""
    points = difference_set(q)
    v = q * q + q + 1

    def block(j0: int, j1: int) -> Array:
        j = np.arange(j0, j1, dtype=np.int64)
        return _lift(points[:, None] * (j // 2) % v, v, imaginary=j % 2 == 1)

    return Frame(2 * (q + 1), 2 * v, False, block)


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
        return _lift(traces[:, j // 2 - first], field.p, imaginary=j % 2 == 1)

    return stack(Frame(2 * q, 2 * q ** len(powers), False, block), identity(lines=2 * q))


def punctured(*, q: int, r: int, p: int) -> Frame:
    """:func:`polynomial` on the elements numbered p, p + 1, ... of F_q, with their coordinate vectors."""
    return _restricted(q, r, np.arange(p, q))


def punctured_bases(*, q: int, p: int) -> Frame:
    """Polynomials of degree <= 2 without the first p points of the table's row, with the coordinate vectors left."""
    points, _ = table()[q]
    return _restricted(q, 2, np.setdiff1d(np.arange(q), points[:p]))


def _restricted(q: int, r: int, left: Array) -> Frame:
    whole, kept = polynomial(q=q, r=r), np.concatenate([left, q + left])
    scale = np.sqrt(q / len(left))
    lines = Frame(len(kept), whole.m - 2 * q, False, lambda j0, j1: scale * whole.block(j0, j1)[kept])
    return stack(lines, identity(lines=len(kept)))


def odd_polynomial(*, q: int, r: int) -> Frame:
    """``cas(2 pi Tr f / p) / sqrt(q)`` for polynomial f, and the q coordinate vectors."""
    field = get_field(q)
    powers = exponents(largest=2 * r - 1, p=field.p, odd=True)
    cosines, sines = roots_of_unity(field.p)
    cas = (cosines + sines) / np.sqrt(np.float64(q))

    def block(j0: int, j1: int) -> Array:
        return np.asarray(cas[_traces(field, np.arange(j0, j1, dtype=np.int64), powers)])

    return stack(Frame(q, q ** len(powers), False, block), identity(lines=q))


def cubic(*, q: int, odd: int) -> Frame:
    """Polynomials over the exponents 1, 2, 3 as a real lift, or 1 and 3 as real columns."""
    return odd_polynomial(q=q, r=2) if odd else polynomial(q=q, r=3)
