"""Duals of BCH codes as signs."""

from __future__ import annotations

import numpy as np

from lincs.constructions.builders.fields import get_field
from lincs.constructions.builders.frame import Array, Frame
from lincs.constructions.builders.quadratic import FormSet, sign_frame

__all__ = ["dual_bch", "dual_bch_forms"]


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


def dual_bch(*, s: int, t: int, p: int) -> Frame:
    """Signs of those functions plus ``l.x``, p points dropped, and the coordinate vectors."""
    return sign_frame(dual_bch_forms(s=s, t=t), p)
