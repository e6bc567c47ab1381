"""One vector, many times."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.family import Family, Promise, parameter

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["Constant"]


class Constant(Family):
    """m times the same vector of R^1: coherence 1, of use when eps/k > 1/2 (``B^T A = J/2``)."""

    name = "constant"
    source = "THEOREMS.md, theorem 4, small cases"
    examples = ({"lines": 1}, {"lines": 5})

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        return None  # decided by eps/k, not by a coherence below 1

    def member(self, **parameters: Any) -> Promise:
        (m,) = parameter(parameters, "lines")
        return Promise(
            family=self.name, d=1, columns=m, coherence_squared=Fraction(1), parameters={"lines": m}, attained=m > 1
        )

    def integral(self, promise: Promise) -> bool:
        return True

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        import numpy as np

        from lincs.constructions.algebra.frame import Frame

        return Frame(1, parameters["lines"], True, lambda j0, j1: np.ones((1, j1 - j0), dtype=np.int8))
