"""Pairs and sets of mutually unbiased orthonormal bases from Hadamard matrices and Kerdock sets."""

from __future__ import annotations

from fractions import Fraction

from lincs.constructions.family import Promise, above
from lincs.constructions.orders import PROVED_BELOW, hadamard_orders

__all__ = ["HadamardPair", "Kerdock"]


class HadamardPair:
    """``[I, H/sqrt(d)]``: 2d columns in R^d with coherence ``1/sqrt(d)``, for every Hadamard order d."""

    name = "hadamard-pair"
    source = "Sylvester 1867; Paley 1933"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        start = max(above(1 / mu**2), -(-m // 2), 2)
        if start >= PROVED_BELOW:
            return None
        d = next(hadamard_orders(start))
        return Promise(family=self.name, d=d, columns=2 * d, coherence_squared=Fraction(1, d))


class Kerdock:
    """``d/2 + 1`` mutually unbiased bases of R^d, ``d = 4^s``: coherence ``1/sqrt(d)``.

    Cameron and Seidel (1973) from Kerdock's sets of quadratic forms; Calderbank, Cameron, Kantor and Seidel
    (1997).
    """

    name = "kerdock"
    source = "Kerdock 1972; Cameron and Seidel 1973"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        s = 1
        while mu * 2**s <= 1 or 4**s * (4**s // 2 + 1) < m:
            s += 1
        d = 4**s
        return Promise(
            family=self.name,
            d=d,
            columns=d * (d // 2 + 1),
            coherence_squared=Fraction(1, d),
            parameters={"s": s},
        )
