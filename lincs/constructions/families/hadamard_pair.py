"""Pairs of mutually unbiased orthonormal bases from Hadamard matrices."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.algebra.orders import PROVED_BELOW, above, hadamard_orders, is_hadamard_order
from lincs.constructions.family import Family, Promise, parameter
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["HadamardPair"]


class HadamardPair(Family):
    """``[I, H/sqrt(d)]``: 2d columns in R^d with coherence ``1/sqrt(d)``, for every Hadamard order d >= 2."""

    name = "hadamard-pair"
    source = "Sylvester 1867; Paley 1933"
    examples = ({"n": 2}, {"n": 12}, {"n": 28})

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        start = max(above(1 / mu**2, closed=closed), -(-m // 2), 2)
        if start >= PROVED_BELOW:
            return None
        return self.member(n=next(hadamard_orders(start)))

    def member(self, **parameters: Any) -> Promise:
        (n,) = parameter(parameters, "n", least=2)
        if not is_hadamard_order(n):
            raise InputError(f"n must be an order at which lincs knows a Hadamard matrix, got {n}")
        return Promise(
            family=self.name, d=n, columns=2 * n, coherence_squared=Fraction(1, n), parameters={"n": n}, attained=True
        )

    def integral(self, promise: Promise) -> bool:
        return True

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """``[H, I]`` as integer vectors."""
        import numpy as np

        from lincs.constructions.algebra.frame import from_array, stack
        from lincs.constructions.algebra.hadamard import hadamard

        n = parameters["n"]
        return stack(from_array(hadamard(n), integer=True), from_array(np.eye(n, dtype=np.int8), integer=True))
