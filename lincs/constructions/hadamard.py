"""Pairs of mutually unbiased orthonormal bases from Hadamard matrices."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lincs.constructions.family import Buildable, Promise, above, parameter
from lincs.constructions.orders import PROVED_BELOW, hadamard_orders, is_hadamard_order
from lincs.errors import InputError

__all__ = ["HadamardPair"]


class HadamardPair(Buildable):
    """``[I, H/sqrt(d)]``: 2d columns in R^d with coherence ``1/sqrt(d)``, for every Hadamard order d >= 2."""

    name = "hadamard-pair"
    source = "Sylvester 1867; Paley 1933"
    builder = "hadamard:pair"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        start = max(above(1 / mu**2), -(-m // 2), 2)
        if start >= PROVED_BELOW:
            return None
        return self.member(n=next(hadamard_orders(start)))

    def member(self, **parameters: Any) -> Promise:
        (n,) = parameter(parameters, "n", least=2)
        if not is_hadamard_order(n):
            raise InputError(f"n must be an order at which lincs knows a Hadamard matrix, got {n}")
        return Promise(family=self.name, d=n, columns=2 * n, coherence_squared=Fraction(1, n), parameters={"n": n})
