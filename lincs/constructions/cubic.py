"""Cubic phases over prime fields with their actual largest sums, which lie a little below Weil's bound."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

from lincs.constructions.cubic_table import CUBIC_SUMS
from lincs.constructions.family import Buildable, Promise, ceil_root, parameter, smaller
from lincs.errors import InputError

__all__ = ["CubicPhases", "cubic_sums"]


def cubic_sums() -> dict[int, Fraction]:
    """p -> an upper bound, within 0.002, on the character sums of polynomials of degree 2 and 3 over F_p."""
    sieve = bytearray([1]) * 3000
    for q in range(2, 55):
        sieve[q * q :: q] = bytes(len(range(q * q, 3000, q)))
    primes = (p for p in range(5, 3000) if sieve[p])
    return {p: Fraction(s, 1000) for p, s in zip(primes, CUBIC_SUMS, strict=True)}


class CubicPhases(Buildable):
    """Polynomials of degree <= 3 over F_p: real lift in ``R^(2p)`` (odd 0), or x and x^3 alone in ``R^p`` (odd 1).

    ``2 p^3`` columns and 2p coordinate vectors, or ``p^2`` and p; coherence: the largest sum, divided by p.
    """

    name = "cubic-phases"
    source = "largest sums computed (THEOREMS.md, 7)"
    builder = "phases:cubic"

    @staticmethod
    @lru_cache(maxsize=1)
    def _table() -> dict[int, Fraction]:
        return cubic_sums()

    @staticmethod
    @lru_cache(maxsize=1)
    def _pairs() -> list[tuple[int, int]]:
        return list(zip(cubic_sums(), CUBIC_SUMS, strict=True))

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        for odd in (0, 1):
            least = ceil_root(max(m if odd else m // 2, 1), 3 - odd) - 2
            for p, thousandths in self._pairs():
                if p < least or thousandths * mu.denominator >= 1000 * p * mu.numerator:
                    continue
                promise = self.member(q=p, odd=odd)
                if promise.serves(m=m, mu=mu):
                    best = smaller(best, promise)
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
