"""Equiangular lines from Hermitian forms."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.algebra.orders import above, integer_root, prime_powers, prime_root
from lincs.constructions.families.equiangular import Series
from lincs.constructions.family import Promise, smaller

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["TaylorETF"]


class TaylorETF(Series):
    """``q^3 + 1`` lines from the isotropic points of a Hermitian form over F_(q^2), q odd.

    sign -1: ``R^(q^2-q+1)``, coherence 1/q.  sign +1: the complement, ``R^(q(q^2-q+1))``, coherence ``1/q^2``.
    """

    name = "taylor-etf"
    source = "Taylor 1977 (unitary two-graphs)"
    examples = tuple({"q": q, "sign": s} for q, s in ((3, -1), (3, 1), (5, -1), (5, 1), (7, -1), (9, -1)))
    _letter = "q"

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        for sign, start in ((-1, above(1 / mu, closed=closed)), (1, integer_root(int(1 / mu), 2))):
            for q in prime_powers(max(start, integer_root(m, 3) - 1, 3)):
                if q % 2 and self.member(q=q, sign=sign).serves(m=m, mu=mu, closed=closed):
                    best = smaller(best, self.member(q=q, sign=sign))
                    break
        return best

    def _sizes(self, n: int, sign: int) -> tuple[int, int] | None:
        root = prime_root(n)
        if root is None or root[0] == 2:
            return None
        d = n * n - n + 1
        return (d if sign < 0 else n * d), n**3 + 1

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Isotropic points of ``x_0 y_2^q + x_1 y_1^q + x_2 y_0^q``; signs: the quadratic character of it."""
        import numpy as np

        from lincs.constructions.algebra.fields import get_field
        from lincs.constructions.algebra.two_graphs import signed_frame

        q, sign = parameters["q"], parameters["sign"]
        field = get_field(q * q)
        x = field.elements
        norms = field.power(x, q + 1)
        half = field.add(x, field.power(x, q))  # b + b^q
        first, second = np.nonzero(field.add(half[None, :], norms[:, None]) == 0)
        ones = np.ones_like(first)
        zero, one = np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64)
        p0, p1, p2 = (np.concatenate(pair) for pair in ((zero, ones), (zero, first), (one, second)))
        conjugate = [field.power(part, q) for part in (p2, p1, p0)]
        form = np.zeros((q**3 + 1, q**3 + 1), dtype=np.int64)
        for a, b in zip((p0, p1, p2), conjugate, strict=True):
            form = field.add(form, field.mul(a[:, None], b[None, :]))
        S = field.quadratic_character(form).astype(np.int8)
        d = q * q - q + 1
        return signed_frame(S, d if sign < 0 else q * d)
