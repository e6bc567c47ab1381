"""Designs with points removed: the blocks that miss an arc, on the points that are left.

Blocks that avoid the removed points are whole, so their columns (design.py) lose nothing but rows of zeros: the
coherence stays and d falls by one a point.  Removing an *arc* costs the fewest blocks, since as many blocks as possible
meet it in more than one point (THEOREMS.md, 5 (g)).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import comb
from typing import Any

from lincs.constructions.design import MOST_SHAVED, block_norm, block_orders, degrees, weight
from lincs.constructions.family import Buildable, Promise, above, ceil_root, parameter, smaller
from lincs.constructions.orders import (
    PROVED_BELOW,
    integer_root,
    is_prime_power,
    prime_powers,
)
from lincs.errors import InputError

__all__ = ["ShavedPlane", "ShavedTransversal", "avoiding", "column_orders"]


def avoiding(*, q: int, r: int, n: int) -> int:
    """Polynomials of degree < r over F_q that nowhere agree with ``x^r`` on n given places: inclusion and exclusion.

    ``x^r - f`` is monic of degree r, so i <= r places are roots of ``q^(r-i)`` of them and more of none.
    """
    return sum((-1) ** i * comb(n, i) * q ** (r - i) for i in range(r + 1))


def column_orders(*, q: int, norm: int, r: int) -> tuple[int, int]:
    """Orders of the matrices put on a whole place (q points) and on one that lost a point; 0: none.

    A place meets every graph in one point: inner products ``1/sqrt(norm norm')``, within ``(r-1)/norm`` if
    ``norm <= (r-1)^2 norm'``.
    """
    return _largest_order(q, norm, r), _largest_order(q - 1, norm, r)


def _most(limit: int, enough: Callable[[int], bool]) -> int:
    """The largest ``n <= limit`` that leaves enough columns; n = 0 does, and more points leave fewer."""
    low, high = 0, limit + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if enough(middle) else (low, middle)
    return low


def _largest_order(size: int, norm: int, r: int) -> int:
    # No two multiples of 4 in a row are missing below 668, so this finds the largest there.
    for g in range(size, max(size - 12, 0), -1):
        found = weight(g)
        if found is not None and norm <= (r - 1) ** 2 * found[1]:
            return g
    return 0


class ShavedTransversal(Buildable):
    """A transversal design (design.py) without the points ``(x, x^r)`` at n places, and the places as blocks.

    ``avoiding(q, r, n)`` polynomials with a matrix of order g on each, and one on the points left of each place:
    coherence ``(r-1)/g`` (``/(g-1)``, ``/(g-h)``) in ``R^((g-h) q - n)``.
    """

    name = "shaved-transversal"
    source = "Reed and Solomon 1960; Hadamard blocks; points removed (THEOREMS.md, 5 (g))"
    builder = "shaved:transversal"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        for floor, r, start in sorted(degrees(m, mu)):
            if best is not None and floor - 2 * (start + MOST_SHAVED) >= best.d:
                continue  # at most one point a place is removed, and the places as blocks are worth less than one of q
            for h, orders in block_orders(r, start):
                best = smaller(best, self._least_of_degree(m, r, h, orders, best))
        return best

    def _least_of_degree(self, m: int, r: int, h: int, orders: Iterator[int], best: Promise | None) -> Promise | None:
        """The least (g-h) q - n over the orders g, below that of ``best``: the least q, and then the most points."""
        found: Promise | None = None
        for g in orders:
            places = g - h
            field = max(ceil_root(-(-m // g), r) - 1, places - 1, 2)
            limit = min((promise.d for promise in (best, found) if promise is not None), default=None)
            if field >= PROVED_BELOW or (limit is not None and places * (field - 1) >= limit):
                return found  # grows with g
            for q in prime_powers(field):
                if self._columns(q, g, r, h, 0) >= m:
                    break
            else:
                return found  # no larger prime power is proved
            n = _most(min(places, q), lambda n, q=q, g=g: self._columns(q, g, r, h, n) >= m)  # type: ignore[misc]
            if limit is None or places * q - n < limit:
                found = self.member(q=q, g=g, r=r, h=h, n=n)
        return found

    @staticmethod
    def _columns(q: int, g: int, r: int, h: int, n: int) -> int:
        found = weight(g)
        assert found is not None
        whole, less = column_orders(q=q, norm=found[1] - h, r=r)
        return avoiding(q=q, r=r, n=n) * g + (g - h - n) * whole + n * less

    def member(self, **parameters: Any) -> Promise:
        q, g, r, h, n = parameter(parameters, "q", "g", "r", "h", "n", least=0)
        norm = block_norm(q=q, g=g, r=r, h=h)
        if n > min(g - h, q):
            raise InputError(f"n must be at most {min(g - h, q)} places, got {n}")
        return Promise(
            family=self.name,
            d=(g - h) * q - n,
            columns=self._columns(q, g, r, h, n),
            coherence_squared=Fraction((r - 1) ** 2, norm**2),
            parameters={"q": q, "g": g, "r": r, "h": h, "n": n},
            attained=False,
        )


class ShavedPlane(Buildable):
    """Lines of PG(2, q) that miss n points of an oval: ``(q^2+q+1 - n(q+1) + n(n-1)/2)(q+1)`` columns.

    Any two points of an oval are on one line and no three are, so ``n(q+1) - n(n-1)/2`` lines are lost: the fewest for
    any n points.
    """

    name = "shaved-plane"
    source = "lines of PG(2, q) that miss part of an oval (THEOREMS.md, 5 (g))"
    builder = "shaved:plane"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        start = max(above(1 / mu) - 1, 2)
        for q in prime_powers(max(start, integer_root(m, 3) - 2)):
            if weight(q + 1) is None:
                continue
            promise = self.member(q=q, n=0)
            if not promise.serves(m=m, mu=mu):
                continue
            n = _most(q + 1, lambda n, q=q: self._lines(q, n) * (q + 1) >= m)  # type: ignore[misc]
            return self.member(q=q, n=n)
        return None

    @staticmethod
    def _lines(q: int, n: int) -> int:
        return q * q + q + 1 - n * (q + 1) + comb(n, 2)

    def member(self, **parameters: Any) -> Promise:
        q, n = parameter(parameters, "q", "n", least=0)
        found = weight(q + 1)
        if not is_prime_power(q) or found is None:
            raise InputError(f"q must be a prime power with a Hadamard or conference matrix of order q + 1, got {q}")
        if n > q + 1:
            raise InputError(f"n must be at most the q + 1 = {q + 1} points of an oval, got {n}")
        return Promise(
            family=self.name,
            d=q * q + q + 1 - n,
            columns=self._lines(q, n) * (q + 1),
            coherence_squared=Fraction(1, found[1] ** 2),
            parameters={"q": q, "n": n},
            attained=False,
        )
