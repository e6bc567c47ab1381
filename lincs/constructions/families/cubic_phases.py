"""Cubic phases over prime fields with their actual largest sums, which lie a little below Weil's bound."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from lincs.constructions.algebra.orders import ceil_root
from lincs.constructions.families.polynomials import sum_orbit
from lincs.constructions.family import Family, Orbit, Promise, parameter, smaller
from lincs.data import table
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["CubicPhases", "cubic_sums"]


@cache
def cubic_sums() -> dict[int, int]:
    """p -> an upper bound, in thousandths, on the character sums of polynomials of degree 2 and 3 over F_p.

    From ``lincs/data/cubic_sums.csv``, written by ``python -m benchmarks.cubic_sums`` for all primes 5 <= p < 3000;
    always below Weil's ``2 sqrt(p)``.
    """
    return {int(p): int(thousandths) for p, thousandths in table("cubic_sums")}


class CubicPhases(Family):
    """Polynomials of degree <= 3 over F_p: real lift in ``R^(2p)`` (odd 0), or x and x^3 alone in ``R^p`` (odd 1).

    ``2 p^3`` columns and 2p coordinate vectors, or ``p^2`` and p; coherence: the largest sum, divided by p.
    """

    name = "cubic-phases"
    source = "largest sums computed (THEOREMS.md, 7)"
    examples = tuple({"q": q, "odd": odd} for q, odd in ((5, 0), (7, 0), (11, 0), (11, 1), (23, 1), (31, 1)))

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        for odd in (0, 1):
            least = ceil_root(max(m if odd else m // 2, 1), 3 - odd) - 2
            for p, thousandths in cubic_sums().items():
                if p < least or thousandths * mu.denominator > 1000 * p * mu.numerator:
                    continue
                promise = self.member(q=p, odd=odd)
                if promise.serves(m=m, mu=mu, closed=closed):
                    best = smaller(best, promise)
                    break
        return best

    def member(self, **parameters: Any) -> Promise:
        q, odd = parameter(parameters, "q", "odd", least=0)
        if q not in cubic_sums() or odd > 1:
            raise InputError(f"q must be a prime from 5 to 2999 and odd 0 or 1, got q = {q}, odd = {odd}")
        squared = max(Fraction(cubic_sums()[q], 1000 * q) ** 2, Fraction(2 if odd else 1, q))
        return Promise(
            family=self.name,
            d=q if odd else 2 * q,
            columns=q**2 + q if odd else 2 * (q**3 + q),
            coherence_squared=squared,
            parameters={"q": q, "odd": odd},
        )

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Polynomials over the exponents 1, 2, 3 as a real lift, or 1 and 3 as real columns."""
        from lincs.constructions.algebra.phases import odd_polynomial, polynomial

        q = parameters["q"]
        return odd_polynomial(q=q, r=2) if parameters["odd"] else polynomial(q=q, r=3)

    def orbit(self, promise: Promise, m: int) -> Orbit:
        return sum_orbit(q=promise.parameters["q"], largest=3, odd=bool(promise.parameters["odd"]))
