"""Evenly spaced lines in the plane."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.family import Family, Promise, parameter
from lincs.exact.enclosure import cos_pi_over_below
from lincs.exact.search import least

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["PlaneLines"]


class PlaneLines(Family):
    """m lines in the plane at angles ``pi j / m``: coherence ``cos(pi/m)``."""

    name = "plane-lines"
    source = "evenly spaced lines"
    examples = ({"lines": 2}, {"lines": 3}, {"lines": 7})

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        return None if m < 2 or not cos_pi_over_below(m, mu, closed=closed) else self.member(lines=m)

    def member(self, **parameters: Any) -> Promise:
        (m,) = parameter(parameters, "lines", least=2)
        return Promise(family=self.name, d=2, columns=m, coherence_squared=None, parameters={"lines": m}, attained=True)

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        import numpy as np

        from lincs.constructions.algebra.fields import roots_of_unity
        from lincs.constructions.algebra.frame import from_array

        lines = parameters["lines"]
        cosines, sines = roots_of_unity(2 * lines)
        return from_array(np.stack([cosines[:lines], sines[:lines]]), integer=False)

    def coherence_above(self, promise: Promise) -> Fraction | None:
        grid = 1 << 40
        return Fraction(least(lambda n: cos_pi_over_below(promise.columns, Fraction(n, grid)), 0, grid), grid)
