"""The regular simplex."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.algebra.orders import above
from lincs.constructions.family import Family, Promise, parameter

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Array, Frame

__all__ = ["Simplex"]


class Simplex(Family):
    """The m vertices of a regular simplex in ``R^(m-1)``: every inner product is ``-1/(m-1)``."""

    name = "simplex"
    source = "regular simplex"
    examples = ({"lines": 2}, {"lines": 3}, {"lines": 8}, {"lines": 30})
    any_size = True

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        # fewer lines have a larger coherence: a small m takes part of the least simplex that serves
        return self.member(lines=max(m, above(1 / mu, closed=closed) + 1, 2))

    def member(self, **parameters: Any) -> Promise:
        (m,) = parameter(parameters, "lines", least=2)
        return Promise(
            family=self.name,
            d=m - 1,
            columns=m,
            coherence_squared=Fraction(1, (m - 1) ** 2),
            parameters={"lines": m},
            attained=True,
        )

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Triangular coordinates.

        With ``n = m - 1``: ``x_ii = sqrt((n+1)(n-i) / (n (n-i+1)))`` and below it, for all later vectors, one number a
        row.
        """
        import numpy as np

        from lincs.constructions.algebra.frame import Frame

        lines = parameters["lines"]
        n = lines - 1
        i = np.arange(n)
        diagonal = np.sqrt((n + 1) * (n - i) / (n * (n - i + 1)))

        def block(j0: int, j1: int) -> Array:
            j = np.arange(j0, j1)
            part = np.where(i[:, None] < j, -(diagonal / (n - i))[:, None], 0.0)
            inside = j < n
            part[j[inside], np.flatnonzero(inside)] = diagonal[j[inside]]
            return part

        return Frame(n, lines, False, block)
