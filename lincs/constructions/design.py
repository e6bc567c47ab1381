"""Hadamard matrices on the blocks of a design whose blocks meet in few points.

Put the rows of a Hadamard matrix of order g, divided by ``sqrt(g)``, on each block of g points.  Columns of
one block are orthogonal; columns of two blocks that meet in i points have inner product at most ``i/g``.
(For Steiner systems and equiangular results: Fickus, Mixon and Tremain 2012.)
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from lincs.constructions.family import Promise, above
from lincs.constructions.orders import (
    PROVED_BELOW,
    hadamard_orders,
    integer_root,
    is_hadamard_order,
    is_prime_power,
    prime_powers,
)

__all__ = ["ProjectivePlane", "TransversalDesign"]


class ProjectivePlane:
    """Lines of PG(2, q), q + 1 a Hadamard order: ``(q^2+q+1)(q+1)`` columns in ``R^(q^2+q+1)``, coherence
    1/(q+1)."""

    name = "projective-plane"
    source = "lines of PG(2, q) with Hadamard blocks; cf. Fickus, Mixon and Tremain 2012"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        start = max(above(1 / mu) - 1, 2)
        root = integer_root(m, 3) - 2  # (q+1)^3 > (q^2+q+1)(q+1) >= m
        for q in prime_powers(max(start, root)):
            d = q * q + q + 1
            if d * (q + 1) >= m and is_hadamard_order(q + 1):
                return Promise(
                    family=self.name,
                    d=d,
                    columns=d * (q + 1),
                    coherence_squared=Fraction(1, (q + 1) ** 2),
                    parameters={"q": q},
                )
        return None


class TransversalDesign:
    """Graphs of the polynomials of degree < r over F_q on g <= q + 1 places: ``q^r g`` columns in ``R^(gq)``.

    The places are g elements of F_q, or all of F_q and the leading coefficient (the place at infinity) when
    g = q + 1.  Two polynomials agree in at most r - 1 places, so the coherence is ``(r-1)/g``; g is a
    Hadamard order. r = 2 is the transversal design of the lines ``y = ax + b``.
    """

    name = "transversal-design"
    source = "polynomial graphs over F_q (Reed and Solomon 1960; DeVore 2007) with Hadamard blocks"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        for floor, r, start in sorted(_candidates(m, mu)):
            if best is not None and floor >= best.d:
                return best
            for g in hadamard_orders(start):
                places = max(
                    _ceil_root(-(-m // g), r), g - 1, 2
                )  # the least q, were every integer a prime power
                if best is not None and g * places >= best.d:  # grows with g: no larger block can win
                    break
                q = next(prime_powers(places), None) if places < PROVED_BELOW else None
                if q is None:
                    break
                if best is None or g * q < best.d:
                    best = _design(q, g, r)
        return best

    def most(self, *, d: int, mu: Fraction) -> Promise | None:
        """The frame with the most columns in R^d: for each g the largest r and the largest q that fit."""
        best: Promise | None = None
        for g in hadamard_orders(1):
            if g * (g - 1) > d:
                return best
            r = -(-mu.numerator * g // mu.denominator)  # the largest r with (r-1)/g < mu
            q = next((q for q in range(d // g, max(g - 2, 1), -1) if is_prime_power(q)), None)
            if r < 2 or q is None or d // g >= PROVED_BELOW:
                continue
            if best is None or q**r * g > best.columns:
                best = _design(q, g, r)
        return best


def _candidates(m: int, mu: Fraction) -> Iterator[tuple[float, int, int]]:
    """For each r worth a look: a lower bound on d (in floats, rounded down), r, and the least block above (r-1)/mu.

    ``g q >= g max(g - 1, (m/g)^(1/r))`` grows with g.  Once q >= g - 1 alone gives columns enough, a larger r only
    asks for larger blocks.
    """
    bits = _log2(m)
    r = 2
    while (start := above((r - 1) / mu)) < PROVED_BELOW:
        exponent = (bits - math.log2(start)) / r
        if exponent < 90:  # beyond, q is out of the range of proved primes
            yield start * max(start - 1, 2**exponent) * (1 - 1e-9), r, start
        if start > 2 and r * math.log2(start - 1) + math.log2(start) > bits + 1:
            return
        r += 1


def _log2(n: int) -> float:
    """``log2 n`` for integers of any length, within 1e-12 relative."""
    shift = max(0, n.bit_length() - 64)
    return shift + math.log2(n >> shift)


def _design(q: int, g: int, r: int) -> Promise:
    return Promise(
        family=TransversalDesign.name,
        d=g * q,
        columns=q**r * g,
        coherence_squared=Fraction((r - 1) ** 2, g * g),
        parameters={"q": q, "g": g, "r": r},
    )


def _ceil_root(n: int, k: int) -> int:
    root = integer_root(n, k)
    return root if root**k >= n else root + 1
