"""Signs ``(-1)^(Q(x) + l.x)`` from quadratic forms over F_2, form by form; and the forms' bilinear matrices.

The points x of F_2^a are the integers below ``2^a``.  Column ``f 2^a + l`` belongs to form f and the functional
``x -> parity(l & x)``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lincs.constructions.algebra.fields import Field, get_field
from lincs.constructions.algebra.frame import Array, Frame, stack, standard_basis
from lincs.constructions.algebra.hadamard import sylvester

__all__ = ["FormSet", "delsarte_goethals_forms", "dual_bch_forms", "gold_forms", "sign_frame"]

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

    return stack(Frame(rows, forms.count * n, True, block), standard_basis(rows))


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


def dual_bch_forms(*, s: int, t: int) -> FormSet:
    """``Tr(c_3 x^3 + ... + c_(2t-1) x^(2t-1))`` on F_(2^s), numbered ``(c_(2t-1), ..., c_3)`` in base ``2^s``.

    A set of functions like a :class:`FormSet`, although they are not quadratic; linear in their number.
    """
    field = get_field(2**s)

    def values(f: int) -> Array:
        total = np.zeros(field.q, dtype=np.int64)
        for i in range(1, t):
            f, c = divmod(f, field.q)
            if c:
                total ^= field.mul(c, field.power(field.elements, 2 * i + 1))
        return field.trace(total)

    return FormSet(s, field.q ** (t - 1), values)
