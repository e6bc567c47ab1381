"""Frames that need no algebra: the identity, the simplex, and evenly spaced lines in the plane."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lincs.constructions.family import Buildable, Promise, above, parameter
from lincs.exact.enclosure import cos_pi_over_below

__all__ = ["CONSTANT", "Constant", "Identity", "PlaneLines", "Simplex"]


class Identity(Buildable):
    """m orthonormal columns in R^m."""

    name = "identity"
    source = "orthonormal basis"
    builder = "elementary:identity"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        return self.member(lines=m)

    def member(self, **parameters: Any) -> Promise:
        (m,) = parameter(parameters, "lines")
        return Promise(family=self.name, d=m, columns=m, coherence_squared=Fraction(0), parameters={"lines": m})


class Simplex(Buildable):
    """The m vertices of a regular simplex in ``R^(m-1)``: every inner product is ``-1/(m-1)``."""

    name = "simplex"
    source = "regular simplex"
    builder = "elementary:simplex"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        # fewer lines have a larger coherence: a small m takes part of the least simplex that serves
        return self.member(lines=max(m, above(1 / mu) + 1, 2))

    def member(self, **parameters: Any) -> Promise:
        (m,) = parameter(parameters, "lines", least=2)
        return Promise(
            family=self.name,
            d=m - 1,
            columns=m,
            coherence_squared=Fraction(1, (m - 1) ** 2),
            parameters={"lines": m},
        )


class PlaneLines(Buildable):
    """m lines in the plane at angles ``pi j / m``: coherence ``cos(pi/m)``."""

    name = "plane-lines"
    source = "evenly spaced lines"
    builder = "elementary:plane_lines"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        return None if m < 2 or not cos_pi_over_below(m, mu) else self.member(lines=m)

    def member(self, **parameters: Any) -> Promise:
        (m,) = parameter(parameters, "lines", least=2)
        return Promise(family=self.name, d=2, columns=m, coherence_squared=None, parameters={"lines": m})


class Constant(Buildable):
    """m times the same vector of R^1: coherence 1, of use when eps/k > 1/2 (``B^T A = J/2``)."""

    name = "constant"
    source = "THEOREMS.md, theorem 4, small cases"
    builder = "elementary:constant"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        return None  # decided by eps/k, not by a coherence below 1

    def member(self, **parameters: Any) -> Promise:
        (m,) = parameter(parameters, "lines")
        return Promise(family=self.name, d=1, columns=m, coherence_squared=Fraction(1), parameters={"lines": m})


CONSTANT = Constant()
