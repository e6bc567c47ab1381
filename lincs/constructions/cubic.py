"""Cubic phases over prime fields with their actual largest sums, which lie a little below Weil's bound."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lincs.constructions.cubic_table import CUBIC_SUMS
from lincs.constructions.family import Buildable, Promise, ceil_root, parameter
from lincs.errors import InputError

__all__ = ["CubicPhases", "cubic_sums"]


def cubic_sums() -> dict[int, Fraction]:
    """p -> an upper bound, within 0.002, on the character sums of polynomials of degree 2 and 3 over F_p."""
    small = [p for p in range(2, 55) if all(p % q for q in range(2, p))]
    primes = (p for p in range(5, 3000) if all(p % q or p == q for q in small))
    return {p: Fraction(s, 1000) for p, s in zip(primes, CUBIC_SUMS, strict=True)}


class CubicPhases(Buildable):
    """Polynomials of degree <= 3 over F_p: real lift in ``R^(2p)`` (odd 0), or x and x^3 alone in ``R^p`` (odd 1).

    ``2 p^3`` columns and 2p coordinate vectors, or ``p^2`` and p; coherence: the largest sum, divided by p.
    """

    name = "cubic-phases"
    source = "polynomial phases of degree 3; largest sums computed (THEOREMS.md, 7)"
    builder = "phases:cubic"

    def __init__(self) -> None:
        self._sums: dict[int, Fraction] = {}

    def _table(self) -> dict[int, Fraction]:
        if not self._sums:
            self._sums = cubic_sums()
        return self._sums

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        for odd in (0, 1):
            start = max(ceil_root(max(m // 2 if not odd else m, 1), 3 - odd) - 2, int(1 / mu**2))
            if start >= 3000:
                continue
            for p in self._table():
                if p < start or (best is not None and p * (2 - odd) >= best.d):
                    continue
                promise = self.member(q=p, odd=odd)
                if promise.serves(m=m, mu=mu):
                    best = promise
                    break
        return best

    def member(self, **parameters: Any) -> Promise:
        q, odd = parameter(parameters, "q", "odd", least=0)
        table = self._table()
        if q not in table or odd > 1:
            raise InputError(f"q must be a prime from 5 to 2999 and odd 0 or 1, got q = {q}, odd = {odd}")
        squared = max((table[q] / q) ** 2, Fraction(2 if odd else 1, q))
        return Promise(
            family=self.name,
            d=q if odd else 2 * q,
            columns=q**2 + q if odd else 2 * (q**3 + q),
            coherence_squared=squared,
            parameters={"q": q, "odd": odd},
            attained=False,
        )
