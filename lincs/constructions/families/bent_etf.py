"""Equiangular lines from bent functions."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.families.equiangular import Series
from lincs.constructions.family import Promise, smaller

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["BentETF"]


class BentETF(Series):
    """``4^s`` columns of ``2^(s-1) (2^s + sign)`` signs: the characters of F_2^(2s) on a bent function's support."""

    name = "bent-etf"
    source = "Menon 1962; Xia, Zhou and Giannakis 2005"
    examples = tuple({"s": s, "sign": sign} for s, sign in ((2, -1), (2, 1), (3, -1), (3, 1)))
    _letter = "s"

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        s = 2
        while best is None or 2 ** (s - 1) * (2**s - 1) < best.d:
            for sign in (-1, 1):
                promise = self.member(s=s, sign=sign)
                if promise.serves(m=m, mu=mu, closed=closed):
                    best = smaller(best, promise)
            s += 1
        return best

    def _sizes(self, n: int, sign: int) -> tuple[int, int] | None:
        return (2 ** (n - 1) * (2**n + sign), 4**n) if 2 <= n <= 4096 else None

    def integral(self, promise: Promise) -> bool:
        return True

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """All characters of F_2^(2s), on the points where the bent function is 1 (sign -1) or 0 (sign +1)."""
        import numpy as np

        from lincs.constructions.algebra.frame import from_array
        from lincs.constructions.algebra.hadamard import sylvester
        from lincs.constructions.algebra.two_graphs import hyperbolic

        s, sign = parameters["s"], parameters["sign"]
        points = np.flatnonzero(hyperbolic(s) == (1 if sign < 0 else 0))
        return from_array(sylvester(4**s, points), integer=True)
