"""Frames that need no algebra: the identity, the simplex, and evenly spaced lines in the plane."""

from __future__ import annotations

from fractions import Fraction

from lincs.constructions.family import Promise
from lincs.enclosure import cos_pi_over_below

__all__ = ["Identity", "PlaneLines", "Simplex"]


class Identity:
    """m orthonormal columns in R^m."""

    name = "identity"
    source = "orthonormal basis"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        return Promise(family=self.name, d=m, columns=m, coherence_squared=Fraction(0))


class Simplex:
    """The m vertices of a regular simplex in ``R^(m-1)``: every inner product is ``-1/(m-1)``."""

    name = "simplex"
    source = "regular simplex"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        if m < 2 or (m - 1) * mu <= 1:
            return None
        return Promise(family=self.name, d=m - 1, columns=m, coherence_squared=Fraction(1, (m - 1) ** 2))


class PlaneLines:
    """m lines in the plane at angles ``pi j / m``: coherence ``cos(pi/m)``."""

    name = "plane-lines"
    source = "evenly spaced lines"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        if m < 2 or not cos_pi_over_below(m, mu):
            return None
        return Promise(family=self.name, d=2, columns=m, coherence_squared=None, parameters={"lines": m})
