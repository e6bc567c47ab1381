"""A projective plane with points of an oval removed: the lines that miss them, on the points that are left.

Lines that avoid the removed points are whole, so their columns (projective_plane.py) lose nothing but rows of zeros:
the coherence stays and d falls by one a point.  Removing points of an *arc* costs the fewest lines, since as many lines
as possible meet it in more than one point (THEOREMS.md, 5 (g)).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING, Any

from lincs.constructions.algebra.blocks import weight
from lincs.constructions.algebra.orders import above, integer_root, is_prime_power, prime_powers
from lincs.constructions.families.projective_plane import plane_orbit
from lincs.constructions.family import Family, Orbit, Promise, parameter
from lincs.errors import InputError
from lincs.exact.search import last

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Array, Frame

__all__ = ["ShavedPlane"]


class ShavedPlane(Family):
    """Lines of PG(2, q) that miss n points of an oval: ``(q^2+q+1 - n(q+1) + n(n-1)/2)(q+1)`` columns.

    Any two points of an oval are on one line and no three are, so ``n(q+1) - n(n-1)/2`` lines are lost: the fewest for
    any n points.
    """

    name = "shaved-plane"
    source = "lines of PG(2, q) that miss part of an oval (THEOREMS.md, 5 (g))"
    examples = tuple({"q": q, "n": n} for q, n in ((3, 0), (3, 4), (5, 2), (7, 5), (7, 8), (9, 4)))

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        start = max(above(1 / mu, closed=closed) - 1, 2)
        for q in prime_powers(max(start, integer_root(m, 3) - 2)):
            if weight(q + 1) is None:
                continue
            promise = self.member(q=q, n=0)
            if not promise.serves(m=m, mu=mu, closed=closed):
                continue
            return self.member(q=q, n=self._most_removed(q, m))
        return None

    def _most_removed(self, q: int, m: int) -> int:
        """The most points that leave m columns; none does, and more points leave fewer."""
        return last(lambda n: self._lines(q, n) * (q + 1) >= m, 0, q + 2)

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
        )

    def integral(self, promise: Promise) -> bool:
        return True

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Row ``j mod (q+1)`` of the matrix on the kept line ``j // (q+1)``."""
        import numpy as np

        from lincs.constructions.algebra.designs import difference_set, kept_lines, order_matrix
        from lincs.constructions.algebra.frame import Frame

        q, n = parameters["q"], parameters["n"]
        points, H = difference_set(q), order_matrix(q + 1)
        removed, kept = kept_lines(q, n)
        v, g = q * q + q + 1, q + 1
        rows = np.delete(np.arange(v), removed)

        def block(j0: int, j1: int) -> Array:
            j = np.arange(j0, j1)
            part = np.zeros((v, j1 - j0), dtype=np.int8)
            part[(points[:, None] + kept[j // g]) % v, np.arange(j1 - j0)] = H[j % g].T
            return np.asarray(part[rows])

        return Frame(len(rows), len(kept) * g, True, block)

    def orbit(self, promise: Promise, m: int) -> Orbit:
        """As for the whole plane, and the lines that miss the points counted again."""
        from lincs.constructions.algebra.designs import kept_lines

        q, n = promise.parameters["q"], promise.parameters["n"]
        found = plane_orbit(q)
        kept = len(kept_lines(q, n)[1])
        if kept * (q + 1) != promise.columns:
            raise AssertionError(f"{promise} has {kept} lines")
        return found
