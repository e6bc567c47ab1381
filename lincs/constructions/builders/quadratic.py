"""Signs ``(-1)^(Q(x) + l.x)`` from quadratic forms over F_2, form by form; and the forms' bilinear matrices.

The points x of F_2^a are the integers below ``2^a``.  Column ``f 2^a + l`` belongs to form f and the functional
``x -> parity(l & x)``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lincs.constructions.builders.elementary import identity
from lincs.constructions.builders.fields import Field, get_field
from lincs.constructions.builders.frame import Array, Frame, stack
from lincs.constructions.builders.hadamard import sylvester

__all__ = [
    "FormSet",
    "delsarte_goethals",
    "delsarte_goethals_forms",
    "gold",
    "gold_forms",
    "kerdock",
    "sign_frame",
    "tied",
]

Form = Callable[[int], Array]


class FormSet:
    """``count`` quadratic forms on F_2^a; ``values(f)`` is the table of form f, ``2^a`` bits."""

    def __init__(self, a: int, count: int, values: Form) -> None:
        self.a, self.count, self.values = a, count, values

    def bilinear(self, f: int) -> Array:
        """Rows of ``Q(x+y) + Q(x) + Q(y)`` as a bit mask for each basis vector x."""
        table = self.values(f).astype(np.int64)
        unit = 1 << np.arange(self.a)
        entries = table[unit[:, None] ^ unit] ^ table[unit[:, None]] ^ table[unit] ^ table[0]
        np.fill_diagonal(entries, 0)
        return np.asarray((entries << np.arange(self.a)).sum(axis=1))


def sign_frame(forms: FormSet, p: int) -> Frame:
    """All columns of signs on the first ``2^a - p`` points, followed by the coordinate vectors."""
    n = 2**forms.a
    rows = n - p

    def block(j0: int, j1: int) -> Array:
        part = np.empty((rows, j1 - j0), dtype=np.int8)
        for f in range(j0 // n, -(-j1 // n)):
            first, last = max(j0, f * n), min(j1, (f + 1) * n)
            signs = (1 - 2 * forms.values(f)[:rows]).astype(np.int8)
            functionals = sylvester(n, np.arange(first - f * n, last - f * n))[:, :rows]
            part[:, first - j0 : last - j0] = (functionals * signs).T
        return part

    return stack(Frame(rows, forms.count * n, True, block), identity(lines=rows))


def _square_sum(field: Field, terms: list[tuple[int, int]]) -> Array:
    """The bits of ``sum Tr(c x^(2^i + 1))`` over F for terms (c, i)."""
    x = field.elements
    total = np.zeros(field.q, dtype=np.int64)
    for c, i in terms:
        if c:
            total ^= field.mul(c, field.power(x, 2**i + 1))
    return field.trace(total)


def delsarte_goethals_forms(*, s: int, r: int) -> FormSet:
    """Forms on ``F (+) F_2``, ``F = F_(2^(2s-1))``: Kerdock's ``Q_a`` plus ``sum over i <= r of Tr(g_i x^(2^i+1))``.

    ``Q_a(x, e) = sum over 1 <= i < s of Tr((ax)^(2^i+1)) + e Tr(ax)``.  Form number ``(a, g_r, ..., g_1)`` in base
    ``2^(2s-1)``, a first; e is the highest bit of the point.  THEOREMS.md, 7 has the ranks.
    """
    size = 2 ** (2 * s - 1)
    field = get_field(size)

    def values(f: int) -> Array:
        f, terms = f, []
        for i in range(1, r + 1):
            f, g = divmod(f, size)
            terms.append((g, i))
        ax = field.mul(f, field.elements)
        base = _square_sum(field, terms)
        for i in range(1, s):
            base = base ^ field.trace(field.power(ax, 2**i + 1)) if f else base
        return np.concatenate([base, base ^ field.trace(ax)])

    return FormSet(2 * s, size ** (r + 1), values)


def gold_forms(*, s: int, r: int) -> FormSet:
    """Forms ``sum over 1 <= i <= r+1 of Tr(g_i x^(2^i+1))`` on F_(2^s), s odd; number ``(g_(r+1), ..., g_1)``."""
    field = get_field(2**s)

    def values(f: int) -> Array:
        terms = []
        for i in range(1, r + 2):
            f, g = divmod(f, field.q)
            terms.append((g, i))
        return _square_sum(field, terms)

    return FormSet(s, field.q ** (r + 1), values)


def kerdock(*, s: int, p: int) -> Frame:
    """Kerdock's columns of signs, p coordinates dropped, and the coordinate vectors."""
    return sign_frame(delsarte_goethals_forms(s=s, r=0), p)


def delsarte_goethals(*, s: int, r: int, p: int) -> Frame:
    return sign_frame(delsarte_goethals_forms(s=s, r=r), p)


def gold(*, s: int, r: int, p: int) -> Frame:
    return sign_frame(gold_forms(s=s, r=r), p)


def tied(*, a: int, r: int, i: int, p: int) -> Frame:
    """Columns equal on the points 0, 1, 2, ..., ``2^(i-1)``: one coordinate, of weight ``sqrt(i+1)``, stands for them.

    Column ``f 2^(a-i) + u``: form f and the functional whose high bits are u and whose low bits make the signs equal.
    The last p of the other points are dropped; the coordinate vectors of those that remain follow.
    """
    forms = gold_forms(s=a, r=r) if a % 2 else delsarte_goethals_forms(s=a // 2, r=r)
    n, each = 2**a, 2 ** (a - i)
    joined = 1 << np.arange(i)
    alone = np.setdiff1d(np.arange(1, n), joined)[: n - i - 1 - p]
    points = np.concatenate([[0], alone])
    weights = np.ones(len(points))
    weights[0] = np.sqrt(i + 1.0)
    weights /= np.sqrt(float(n - p))

    def block(j0: int, j1: int) -> Array:
        part = np.empty((len(points), j1 - j0))
        for f in range(j0 // each, -(-j1 // each)):
            first, last = max(j0, f * each), min(j1, (f + 1) * each)
            values = forms.values(f).astype(np.int64)
            low = int(((values[joined] ^ values[0]) << np.arange(i)).sum())
            functionals = np.arange(first - f * each, last - f * each, dtype=np.int64) << i | low
            bits = np.bitwise_count(points[:, None] & functionals) & 1 ^ values[points][:, None]
            part[:, first - j0 : last - j0] = weights[:, None] * (1.0 - 2.0 * bits)
        return part

    lines = Frame(len(points), forms.count * each, False, block)
    coordinates = Frame(len(points), len(alone), False, lambda j0, j1: np.eye(len(points))[:, 1 + j0 : 1 + j1])
    return stack(lines, coordinates)
