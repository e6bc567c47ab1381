"""Equiangular lines from the Golay code."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.families.equiangular import equiangular
from lincs.constructions.family import Family, Promise, parameter, smaller
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["SporadicETF"]


class SporadicETF(Family):
    """The 276 lines in R^23 and 176 in R^22 at 1/5 from the Golay code, and their complements."""

    name = "sporadic-etf"
    source = "Goethals and Seidel 1975; Taylor 1977"
    examples = tuple({"lines": lines, "sign": sign} for lines in (176, 276) for sign in (-1, 1))

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        for lines, sign in ((176, -1), (276, -1), (176, 1), (276, 1)):
            promise = self.member(lines=lines, sign=sign)
            if promise.serves(m=m, mu=mu, closed=closed):
                best = smaller(best, promise)
        return best

    def member(self, **parameters: Any) -> Promise:
        lines, sign = parameter(parameters, "lines", "sign", least=-1)
        if lines not in (176, 276) or sign not in (-1, 1):
            raise InputError(f"parameters must be lines = 176 or 276 and sign = -1 or 1, got {lines}, {sign}")
        d = {176: 22, 276: 23}[lines]
        return equiangular(self.name, d if sign < 0 else lines - d, lines, {"lines": lines, "sign": sign})

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """176 blocks of S(4, 7, 23) that miss a point, or its 23 points and 253 blocks; signs by intersection."""
        import numpy as np

        from lincs.constructions.algebra.golay import octads_of_23
        from lincs.constructions.algebra.two_graphs import signed_frame

        lines, sign = parameters["lines"], parameters["sign"]
        blocks = octads_of_23()
        if lines == 176:
            blocks = blocks[blocks[:, 0] == 0]
        meet = blocks.astype(np.int64) @ blocks.T.astype(np.int64)
        S = np.where(meet == 1, -1, 1)
        if lines == 276:
            incidence = 1 - 2 * blocks.astype(np.int64)
            S = np.block([[np.ones((23, 23), dtype=np.int64), incidence.T], [incidence, S]])
        np.fill_diagonal(S, 0)
        d = {176: 22, 276: 23}[lines]
        return signed_frame(S.astype(np.int8), d if sign < 0 else lines - d)
