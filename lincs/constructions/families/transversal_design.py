"""Hadamard or conference matrices on the graphs of polynomials."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.algebra.blocks import HADAMARD, MOST_SHAVED, block_norm, block_orders, degrees, weight
from lincs.constructions.algebra.orders import (
    PROVED_BELOW,
    ceil_root,
    conference_orders,
    hadamard_orders,
    is_prime_power,
    most_below,
    prime_powers,
)
from lincs.constructions.family import Family, Orbit, Promise, parameter, smaller
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Array, Frame

__all__ = ["TransversalDesign", "block_orbit", "check_countable"]

_MOST_BITS = 1 << 16  # no frame of more than 2^65536 columns is looked for
_LARGEST_BLOCK = 1 << 15  # in the search of the most columns, which tries every order of a block


class TransversalDesign(Family):
    """Graphs of the polynomials of degree < r over F_q, on at most q + 1 places: ``q^r g`` columns in ``R^((g-h) q)``.

    The g - h places are elements of F_q, or all of F_q and the leading coefficient (the place at infinity) when there
    are q + 1.  Two polynomials agree in at most r - 1 places, so the coherence is ``(r-1)/g`` with a Hadamard matrix
    of order g and ``(r-1)/(g-1)`` with a conference matrix.  r = 2 is the transversal design of the lines
    ``y = ax + b``.  Shaved: ``h <= min(r - 1, 3)`` columns of the Hadamard matrix are dropped, so that its rows have
    inner products at most h: coherence ``(r-1)/(g-h)``.
    """

    name = "transversal-design"
    source = "Reed and Solomon 1960; DeVore 2007; Hadamard blocks"
    examples = tuple(
        {"q": q, "g": g, "r": r, "h": h}
        for q, g, r, h in (
            *((3, 4, 2, 0), (4, 4, 2, 0), (5, 4, 3, 0), (5, 6, 2, 0), (8, 8, 2, 0), (9, 10, 2, 0), (3, 4, 3, 0)),
            *((7, 6, 3, 0), (2, 2, 2, 0), (7, 4, 2, 0), (3, 4, 2, 1), (11, 12, 3, 2), (5, 8, 3, 2), (7, 8, 2, 1)),
            *((7, 8, 3, 1), (5, 8, 4, 3)),
        )
    )

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        for floor, r, start in sorted(degrees(m, mu, closed=closed)):
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

    def most(self, *, d: int, mu: Fraction, closed: bool = False) -> Promise | None:
        """The frame with the most columns in R^d: for each g and h the largest r and the largest q that fit."""
        shapes = sorted(self._shapes(d, mu, closed), reverse=True)  # those that may have the most columns first
        best: Promise | None = None
        for bits, g, h, r, least, top in shapes:
            if best is not None and bits < best.columns.bit_length() - 1:
                return best
            q = next((q for q in range(top, least - 1, -1) if is_prime_power(q)), None)
            if q is not None and (best is None or q**r * g > best.columns):
                best = self.member(q=q, g=g, r=r, h=h)
        return best

    @staticmethod
    def _shapes(d: int, mu: Fraction, closed: bool) -> Iterator[tuple[int, int, int, int, int, int]]:
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
                    # the largest r with (r-1)/norm < mu, or equal when closed
                    r = min(most_below(mu * norm, closed=closed) + 1, norm)
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
            attained=True,
        )

    def integral(self, promise: Promise) -> bool:
        return True

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Row ``j mod g`` of the matrix of order g, less its last h columns, on the graph of polynomial ``j // g``."""
        import numpy as np

        from lincs.constructions.algebra.designs import graphs, order_matrix
        from lincs.constructions.algebra.frame import Frame

        q, g, r, h = (parameters[name] for name in ("q", "g", "r", "h"))
        places = g - h
        H = order_matrix(g)[:, :places]

        def block(j0: int, j1: int) -> Array:
            first, last = j0 // g, -(-j1 // g)
            points = graphs(np.arange(first, last, dtype=np.int64), q=q, g=places, r=r)
            j = np.arange(j0, j1, dtype=np.int64)
            part = np.zeros((places * q, j1 - j0), dtype=np.int8)
            part[points[:, j // g - first], np.arange(j1 - j0)] = H[j % g].T
            return part

        return Frame(places * q, q**r * g, True, block)

    def orbit(self, promise: Promise, m: int) -> Orbit:
        q, g, r, h = (promise.parameters[name] for name in ("q", "g", "r", "h"))
        return block_orbit(q=q, g=g, r=r, h=h)


def block_orbit(*, q: int, g: int, r: int, h: int) -> Orbit:
    """Places where a non-zero polynomial vanishes, and the matrix on the blocks."""
    from lincs.constructions.algebra.designs import most_zeros, row_norm

    check_countable(q=q, r=r, places=g - h, degree=r)
    zeros, checked = most_zeros(q=q, g=g - h, r=r)
    norm = row_norm(g) - h
    return Orbit(Fraction(max(zeros, h), norm), f"two graphs meet in at most {zeros} of {g - h} places", checked)


def check_countable(*, q: int, r: int, places: int, degree: int) -> None:
    """Refuse to enumerate the polynomials of degree below ``degree`` where there are too many."""
    if q ** (degree - 1) * places > 1 << 30:
        raise InputError(f"q and r must be smaller for an enumeration of polynomials, got q = {q}, r = {r}")
