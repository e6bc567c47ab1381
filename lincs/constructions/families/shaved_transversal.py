"""A transversal design with points removed: the graphs that miss them, on the points that are left.

Blocks that avoid the removed points are whole, so their columns (transversal_design.py) lose nothing but rows of zeros:
the coherence stays and d falls by one a point.  Removing an *arc* costs the fewest blocks, since as many blocks as
possible meet it in more than one point (THEOREMS.md, 5 (g)).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING, Any

from lincs.constructions.algebra.blocks import MOST_SHAVED, block_norm, block_orders, degrees, weight
from lincs.constructions.algebra.orders import PROVED_BELOW, ceil_root, is_hadamard_order, prime_powers
from lincs.constructions.families.transversal_design import block_orbit
from lincs.constructions.family import Family, Orbit, Promise, parameter, smaller
from lincs.errors import InputError
from lincs.exact.search import last

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Array, Frame

__all__ = ["ShavedTransversal", "avoiding", "column_orders"]


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


def _largest_order(size: int, norm: int, r: int) -> int:
    # No two multiples of 4 in a row are missing below 668, so this finds the largest there.
    for g in range(size, max(size - 12, 0), -1):
        found = weight(g)
        if found is not None and norm <= (r - 1) ** 2 * found[1]:
            return g
    return 0


class ShavedTransversal(Family):
    """A transversal design without the points ``(x, x^r)`` at n places, and the places as blocks.

    ``avoiding(q, r, n)`` polynomials with a matrix of order g on each, and one on the points left of each place:
    coherence ``(r-1)/g`` (``/(g-1)``, ``/(g-h)``) in ``R^((g-h) q - n)``.
    """

    name = "shaved-transversal"
    source = "Reed and Solomon 1960; Hadamard blocks; points removed (THEOREMS.md, 5 (g))"
    examples = tuple(
        {"q": q, "g": g, "r": r, "h": h, "n": n}
        for q, g, r, h, n in (
            *((5, 4, 2, 0, 0), (5, 4, 2, 0, 2), (7, 4, 2, 0, 4), (9, 8, 2, 0, 3), (7, 6, 2, 0, 2), (8, 8, 2, 0, 5)),
            *((7, 8, 2, 0, 7), (7, 8, 3, 1, 4), (5, 4, 3, 0, 4), (4, 4, 3, 0, 3), (11, 12, 2, 1, 3)),
        )
    )

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        for floor, r, start in sorted(degrees(m, mu, closed=closed)):
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
            n = self._most_removed(q, g, r, h, m)
            if limit is None or places * q - n < limit:
                found = self.member(q=q, g=g, r=r, h=h, n=n)
        return found

    def _most_removed(self, q: int, g: int, r: int, h: int, m: int) -> int:
        """The most points that leave m columns; none does, and more points leave fewer."""
        return last(lambda n: self._columns(q, g, r, h, n) >= m, 0, min(g - h, q) + 1)

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
        )

    def integral(self, promise: Promise) -> bool:
        return True

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Row ``j mod g`` on the graph of kept polynomial ``j // g``; then the places, in turn."""
        import numpy as np

        from lincs.constructions.algebra.designs import graphs, kept_polynomials, order_matrix
        from lincs.constructions.algebra.fields import get_field
        from lincs.constructions.algebra.frame import Frame, stack

        q, g, r, h, n = (parameters[name] for name in ("q", "g", "r", "h", "n"))
        places = g - h
        H = order_matrix(g)[:, :places]
        kept = kept_polynomials(q, r, n)
        field = get_field(q)
        x = np.arange(n, dtype=np.int64)
        removed = x * q + field.power(x, r)
        rows = np.delete(np.arange(places * q), removed)

        def block(j0: int, j1: int) -> Array:
            first, last = j0 // g, -(-j1 // g)
            points = graphs(kept[first:last], q=q, g=places, r=r)
            j = np.arange(j0, j1, dtype=np.int64)
            part = np.zeros((places * q, j1 - j0), dtype=np.int8)
            part[points[:, j // g - first], np.arange(j1 - j0)] = H[j % g].T
            return np.asarray(part[rows])

        norm = (g if is_hadamard_order(g) else g - 1) - h
        whole, less = column_orders(q=q, norm=norm, r=r)
        blocks = []
        for place in range(places):
            order = less if place < n else whole
            if order:
                left = np.setdiff1d(np.arange(place * q, (place + 1) * q), removed)[:order]
                blocks.append(np.searchsorted(rows, left))
        ends = np.cumsum([0, *map(len, blocks)])
        matrices = {len(points): order_matrix(len(points)) for points in blocks}

        def column(j0: int, j1: int) -> Array:
            part = np.zeros((len(rows), j1 - j0), dtype=np.int8)
            for j in range(j0, j1):
                place = int(np.searchsorted(ends, j, side="right")) - 1
                part[blocks[place], j - j0] = matrices[len(blocks[place])][j - ends[place]]
            return part

        lines = Frame(len(rows), len(kept) * g, True, block)
        return stack(lines, Frame(len(rows), int(ends[-1]), True, column)) if blocks else lines

    def orbit(self, promise: Promise, m: int) -> Orbit:
        """As for the whole design; the polynomials that are left and the matrices on the places counted again."""
        from lincs.constructions.algebra.designs import kept_polynomials, row_norm

        q, g, r, h, n = (promise.parameters[name] for name in ("q", "g", "r", "h", "n"))
        found = block_orbit(q=q, g=g, r=r, h=h)
        norm = row_norm(g) - h
        orders = column_orders(q=q, norm=norm, r=r)
        assert all(order == 0 or norm <= (r - 1) ** 2 * row_norm(order) for order in orders)
        columns = len(kept_polynomials(q, r, n)) * g + (g - h - n) * orders[0] + n * orders[1]
        if columns != promise.columns:
            raise AssertionError(f"{promise} has {columns} columns")
        return found
