"""Orthonormal columns."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.family import Family, Promise, parameter

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["Identity"]


class Identity(Family):
    """m orthonormal columns in R^m."""

    name = "identity"
    source = "orthonormal basis"
    examples = ({"lines": 1}, {"lines": 2}, {"lines": 7})
    any_size = True

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        return self.member(lines=m)

    def member(self, **parameters: Any) -> Promise:
        (m,) = parameter(parameters, "lines")
        return Promise(
            family=self.name, d=m, columns=m, coherence_squared=Fraction(0), parameters={"lines": m}, attained=True
        )

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        from lincs.constructions.algebra.frame import standard_basis

        return standard_basis(parameters["lines"])
