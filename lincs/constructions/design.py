"""Hadamard or conference matrices on the blocks of a design whose blocks meet in few points.

Put the rows of a Hadamard matrix of order g, divided by ``sqrt(g)``, on each block of g points.  Columns of
one block are orthogonal; columns of two blocks that meet in i points have inner product at most ``i/g``.
A conference matrix of order g (zero diagonal, rows orthogonal) serves as well, with ``i/(g-1)``.
(For Steiner systems and equiangular results: Fickus, Mixon and Tremain 2012.)
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from lincs.constructions.family import Buildable, Promise, above, ceil_root, parameter, smaller
from lincs.constructions.orders import (
    PROVED_BELOW,
    conference_orders,
    hadamard_orders,
    integer_root,
    is_conference_order,
    is_hadamard_order,
    is_prime_power,
    prime_powers,
)
from lincs.errors import InputError

__all__ = [
    "MOST_SHAVED",
    "DeVore",
    "ProjectivePlane",
    "TransversalDesign",
    "block_norm",
    "block_orders",
    "degrees",
    "weight",
]

HADAMARD, CONFERENCE = "hadamard", "conference"
MOST_SHAVED = 3  # columns dropped from a Hadamard matrix; more hardly ever help


def weight(g: int) -> tuple[str, int] | None:
    """Which matrix of order g goes on a block, and the squared norm of its rows."""
    if is_hadamard_order(g):
        return HADAMARD, g
    return (CONFERENCE, g - 1) if is_conference_order(g) else None


class ProjectivePlane(Buildable):
    """Lines of PG(2, q) with a matrix of order q + 1: ``(q^2+q+1)(q+1)`` columns in ``R^(q^2+q+1)``.

    Coherence ``1/(q+1)`` with a Hadamard matrix, ``1/q`` with a conference matrix.
    """

    name = "projective-plane"
    source = "lines of PG(2, q); cf. Fickus, Mixon and Tremain 2012"
    builder = "design:projective_plane"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        start = max(above(1 / mu) - 1, 2)
        root = integer_root(m, 3) - 2  # (q+1)^3 > (q^2+q+1)(q+1) >= m
        for q in prime_powers(max(start, root)):
            if weight(q + 1) is None:
                continue
            promise = self.member(q=q)
            if promise.serves(m=m, mu=mu):
                return promise
        return None

    def member(self, **parameters: Any) -> Promise:
        (q,) = parameter(parameters, "q", least=2)
        found = weight(q + 1)
        if not is_prime_power(q) or found is None:
            raise InputError(f"q must be a prime power with a Hadamard or conference matrix of order q + 1, got {q}")
        d = q * q + q + 1
        return Promise(
            family=self.name,
            d=d,
            columns=d * (q + 1),
            coherence_squared=Fraction(1, found[1] ** 2),
            parameters={"q": q},
        )


_MOST_BITS = 1 << 16  # no frame of more than 2^65536 columns is looked for
_LARGEST_BLOCK = 1 << 15  # in the search of the most columns, which tries every order of a block


class TransversalDesign(Buildable):
    """Graphs of the polynomials of degree < r over F_q on ``g - h <= q + 1`` places: ``q^r g`` columns in
    ``R^((g-h) q)``.

    The places are elements of F_q, or all of F_q and the leading coefficient (the place at infinity) when there are
    q + 1.  Two polynomials agree in at most r - 1 places, so the coherence is ``(r-1)/g`` with a Hadamard matrix
    of order g
    and ``(r-1)/(g-1)`` with a conference matrix.  r = 2 is the transversal design of the lines ``y = ax + b``.
    Shaved: ``h <= min(r - 1, 3)`` columns of the Hadamard matrix are dropped, so that its rows have inner
    products at most h: coherence ``(r-1)/(g-h)``.
    """

    name = "transversal-design"
    source = "Reed and Solomon 1960; DeVore 2007; Hadamard blocks"
    builder = "design:transversal"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        for floor, r, start in sorted(degrees(m, mu)):
            if best is not None and floor >= best.d:
                return best
            for h, orders in block_orders(r, start):
                best = smaller(best, self._least_of_degree(m, r, h, orders, best))
        return best

    def _least_of_degree(self, m: int, r: int, h: int, orders: Iterator[int], best: Promise | None) -> Promise | None:
        """The least (g-h) q over the orders g, below that of ``best``."""
        found: Promise | None = None
        for g in orders:
            # the least q, were every integer a prime power
            field = max(ceil_root(-(-m // g), r), g - h - 1, 2)
            limit = min((promise.d for promise in (best, found) if promise is not None), default=None)
            if limit is not None and (g - h) * field >= limit:  # grows with g: no larger block can win
                return found
            q = next(prime_powers(field), None) if field < PROVED_BELOW else None
            if q is None:
                return found
            if limit is None or (g - h) * q < limit:
                found = self.member(q=q, g=g, r=r, h=h)
        return found

    def most(self, *, d: int, mu: Fraction) -> Promise | None:
        """The frame with the most columns in R^d: for each g and h the largest r and the largest q that fit."""
        shapes = sorted(self._shapes(d, mu), reverse=True)  # those that may have the most columns first
        best: Promise | None = None
        for bits, g, h, r, least, top in shapes:
            if best is not None and bits < best.columns.bit_length() - 1:
                return best
            q = next((q for q in range(top, least - 1, -1) if is_prime_power(q)), None)
            if q is not None and (best is None or q**r * g > best.columns):
                best = self.member(q=q, g=g, r=r, h=h)
        return best

    @staticmethod
    def _shapes(d: int, mu: Fraction) -> Iterator[tuple[int, int, int, int, int, int]]:
        """``(bits, g, h, r, least q, largest q)`` that fit into R^d, where the columns are below ``2^bits``."""
        for orders in (hadamard_orders, conference_orders):
            for g in orders(1):
                if g > _LARGEST_BLOCK or ((g - MOST_SHAVED) * (g - MOST_SHAVED - 1) > d and g > MOST_SHAVED):
                    break
                found = weight(g)
                assert found is not None
                for h in range(MOST_SHAVED + 1 if found[0] == HADAMARD else 1):
                    places, norm = g - h, found[1] - h
                    if places < 1 or norm < 1:
                        break
                    r = min(-(-mu.numerator * norm // mu.denominator), norm)  # the largest r with (r-1)/norm < mu
                    least, top = max(places - 1, 2), d // places
                    if r < 2 or h >= r or top < least or top >= PROVED_BELOW:
                        continue
                    r = min(r, _MOST_BITS // top.bit_length())
                    yield math.ceil(r * math.log2(top) + math.log2(g) + 1e-6), g, h, r, least, top

    def member(self, **parameters: Any) -> Promise:
        q, g, r, h = parameter(parameters, "q", "g", "r", "h", least=0)
        norm = block_norm(q=q, g=g, r=r, h=h)
        return Promise(
            family=self.name,
            d=(g - h) * q,
            columns=q**r * g,
            coherence_squared=Fraction((r - 1) ** 2, norm**2),
            parameters={"q": q, "g": g, "r": r, "h": h},
        )


class DeVore(Buildable):
    """Graphs of the polynomials of degree <= r over F_q, as columns of zeros and ones: coherence ``r/q``.

    ``q^(r+1)`` columns in ``R^(q^2)`` (DeVore 2007; prime powers alike).
    """

    name = "devore"
    source = "DeVore 2007"
    builder = "design:devore"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        r = 1
        while True:
            start = max(above(r / mu), ceil_root(m, r + 1))
            if best is not None and above(r / mu) ** 2 >= best.d:
                return best
            q = next(prime_powers(start), None) if start < PROVED_BELOW else None
            if q is not None:
                best = smaller(best, self.member(q=q, r=r))
            elif above(r / mu) >= PROVED_BELOW:
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
        )


def block_norm(*, q: int, g: int, r: int, h: int) -> int:
    """The squared norm of the rows of the matrix of order g less h columns on graphs of degree < r over F_q.

    Raises :class:`InputError` unless there is such a design, with coherence ``(r-1)/norm``.
    """
    found = weight(g) if g else None
    if not is_prime_power(q):
        raise InputError(f"q must be a prime power, got {q}")
    if found is None or g - h > q + 1:
        raise InputError(f"g must be a Hadamard or conference order, g - h at most q + 1 = {q + 1}, got {g}")
    norm = found[1] - h
    if not 2 <= r <= norm:
        raise InputError(f"r must be in 2..{norm}, got {r}")
    if h > min(r - 1, MOST_SHAVED) or (h and found[0] != HADAMARD):
        raise InputError(f"h must be at most min(r - 1, {MOST_SHAVED}), and 0 for a conference matrix, got {h}")
    return norm


def block_orders(r: int, start: int) -> Iterator[tuple[int, Iterator[int]]]:
    """(h, orders): the matrices for degree < r whose rows less h columns have norm at least ``start``."""
    for h in range(min(r, MOST_SHAVED + 1)):
        yield h, hadamard_orders(start + h)
    yield 0, conference_orders(start + 1)


def degrees(m: int, mu: Fraction) -> Iterator[tuple[float, int, int]]:
    """For each r worth a look: a lower bound on d (in floats, rounded down), r, and the least block above (r-1)/mu.

    With s places and columns ``q^r g``, ``g <= s + 3``: ``s q >= s max(s - 1, (m/(s+3))^(1/r))`` grows with s.  Once
    q >= s - 1 alone gives columns enough, a larger r only asks for larger blocks.
    """
    bits = _log2(m)
    r = 2
    while (start := above((r - 1) / mu)) < PROVED_BELOW:
        exponent = (bits - math.log2(start + MOST_SHAVED)) / r
        if exponent < 90:  # beyond, q is out of the range of proved primes
            yield start * max(start - 1, 2**exponent) * (1 - 1e-9), r, start
        if start > 2 and r * math.log2(start - 1) + math.log2(start) > bits + 1:
            return
        r += 1


def _log2(n: int) -> float:
    """``log2 n`` for integers of any length, within 1e-12 relative."""
    shift = max(0, n.bit_length() - 64)
    return shift + math.log2(n >> shift)
