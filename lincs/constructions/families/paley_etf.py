"""Equiangular lines from Paley's conference matrices."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.algebra.orders import PROVED_BELOW, above, is_conference_order, prime_powers
from lincs.constructions.families.equiangular import equiangular
from lincs.constructions.family import Family, Promise, parameter
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["PaleyETF"]


class PaleyETF(Family):
    """``q + 1`` lines in ``R^((q+1)/2)``, q a prime power congruent to 1 mod 4: coherence ``1/sqrt(q)``."""

    name = "paley-etf"
    source = "Paley 1933; van Lint and Seidel 1966"
    examples = tuple({"q": q} for q in (5, 9, 13, 25))

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        start = max(above(1 / mu**2, closed=closed), m - 1, 5)
        if start >= PROVED_BELOW:
            return None
        return next(self.member(q=q) for q in prime_powers(start) if q % 4 == 1)

    def member(self, **parameters: Any) -> Promise:
        (q,) = parameter(parameters, "q", least=2)
        if not is_conference_order(q + 1):
            raise InputError(f"q must be a prime power congruent to 1 mod 4, got {q}")
        return equiangular(self.name, (q + 1) // 2, q + 1, {"q": q})

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        from lincs.constructions.algebra.hadamard import conference
        from lincs.constructions.algebra.two_graphs import signed_frame

        q = parameters["q"]
        return signed_frame(conference(q + 1), (q + 1) // 2)
