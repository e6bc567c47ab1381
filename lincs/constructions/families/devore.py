"""Graphs of polynomials as columns of zeros and ones."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.algebra.orders import PROVED_BELOW, above, ceil_root, is_prime_power, prime_powers
from lincs.constructions.families.transversal_design import check_countable
from lincs.constructions.family import Family, Orbit, Promise, parameter, smaller
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Array, Frame

__all__ = ["DeVore"]


class DeVore(Family):
    """Graphs of the polynomials of degree <= r over F_q, as columns of zeros and ones: coherence ``r/q``.

    ``q^(r+1)`` columns in ``R^(q^2)`` (DeVore 2007; prime powers alike).
    """

    name = "devore"
    source = "DeVore 2007"
    examples = tuple({"q": q, "r": r} for q, r in ((2, 1), (4, 2), (5, 2), (7, 1)))

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        r = 1
        while True:
            start = max(above(r / mu, closed=closed), ceil_root(m, r + 1), r + 1)
            if best is not None and above(r / mu, closed=closed) ** 2 >= best.d:
                return best
            q = next(prime_powers(start), None) if start < PROVED_BELOW else None
            if q is not None:
                best = smaller(best, self.member(q=q, r=r))
            elif above(r / mu, closed=closed) >= PROVED_BELOW:
                return best
            r += 1

    def member(self, **parameters: Any) -> Promise:
        q, r = parameter(parameters, "q", "r", least=1)
        if not is_prime_power(q) or r >= q:
            raise InputError(f"q must be a prime power above r, got q = {q}, r = {r}")
        return Promise(
            family=self.name,
            d=q * q,
            columns=q ** (r + 1),
            coherence_squared=Fraction(r * r, q * q),
            parameters={"q": q, "r": r},
            attained=True,
        )

    def integral(self, promise: Promise) -> bool:
        return True

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        import numpy as np

        from lincs.constructions.algebra.designs import graphs
        from lincs.constructions.algebra.frame import Frame

        q, r = parameters["q"], parameters["r"]

        def block(j0: int, j1: int) -> Array:
            points = graphs(np.arange(j0, j1, dtype=np.int64), q=q, g=q, r=r + 1)
            part = np.zeros((q * q, j1 - j0), dtype=np.int8)
            part[points, np.arange(j1 - j0)] = 1
            return part

        return Frame(q * q, q ** (r + 1), True, block)

    def orbit(self, promise: Promise, m: int) -> Orbit:
        """Places where a non-zero polynomial vanishes."""
        from lincs.constructions.algebra.designs import most_zeros

        q, r = promise.parameters["q"], promise.parameters["r"]
        check_countable(q=q, r=r, places=q, degree=r + 1)
        zeros, checked = most_zeros(q=q, g=q, r=r + 1)
        return Orbit(Fraction(zeros, q), f"two graphs meet in at most {zeros} of {q} places", checked)
