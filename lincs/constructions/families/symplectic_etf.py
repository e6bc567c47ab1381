"""Equiangular lines from orthogonal two-graphs."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.families.equiangular import equiangular
from lincs.constructions.family import Family, Promise, parameter, smaller
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["SymplecticETF"]


class SymplecticETF(Family):
    """Two-graphs of a quadratic form on F_2^(2s), on the vectors where a bent function is constant.

    There are ``2^(s-1) (2^s + type)`` of them; type -1 or +1 picks the set, sign the matrix or its complement.
    """

    name = "symplectic-etf"
    source = "Taylor 1977 (orthogonal two-graphs)"
    examples = tuple({"s": s, "type": type, "sign": sign} for s in (3, 4) for type in (-1, 1) for sign in (-1, 1))

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        s = 3
        while best is None or 4**s < 8 * best.d:  # d >= about m / 6 and m >= 4^s / 2 - 2^(s-1)
            for kind in (-1, 1):
                for sign in (-1, 1):
                    promise = self.member(s=s, type=kind, sign=sign)
                    if promise.serves(m=m, mu=mu, closed=closed):
                        best = smaller(best, promise)
            s += 1
        return best

    def member(self, **parameters: Any) -> Promise:
        s, kind, sign = parameter(parameters, "s", "type", "sign", least=-1)
        if not 3 <= s <= 4096:
            raise InputError(f"s must be between 3 and 4096, got {s}")
        if kind not in (-1, 1) or sign not in (-1, 1):
            raise InputError(f"type and sign must be -1 or 1, got {kind}, {sign}")
        m = 2 ** (s - 1) * (2**s + kind)
        # The Gram matrix of signs has eigenvalues kind * 2^s and -kind * 2^(s-1).
        low, high = sorted((kind * 2**s - 1, -kind * 2 ** (s - 1) - 1))
        if sign > 0:
            low, high = -high, -low
        # trace 0: multiplicities a of high and m - a of low
        d = m * -low // (high - low)
        return equiangular(self.name, d, m, {"s": s, "type": kind, "sign": sign})

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Vectors where the bent function is 1 (type -1) or 0 (+1), signs ``(-1)^B(x,y)``."""
        import numpy as np

        from lincs.constructions.algebra.two_graphs import hyperbolic, signed_frame

        s = parameters["s"]
        points = np.flatnonzero(hyperbolic(s) == (1 if parameters["type"] < 0 else 0))
        even = int("01" * s, 2)
        swapped = ((points & even) << 1) | ((points >> 1) & even)  # B(x, y) = parity(x & swapped(y))
        S = (1 - 2 * (np.bitwise_count(points[:, None] & swapped) & 1)).astype(np.int8)
        np.fill_diagonal(S, 0)
        return signed_frame(S, self.member(**parameters).d)
