"""What is kept of every row for typical inputs: its largest entries, and the squares and fourth powers of the rest.

Everything is an upper bound of what the exact row has, in units of ``2^e`` of the row (powers.py), in which no entry is
beyond 1: from entries ``x`` that are off by at most ``r``, ``sum (|x| + r)^p <= (||x||_p + n^{1/p} r)^p``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U
from lincs.interference import powers
from lincs.interference.worst import Analysis

__all__ = ["LARGEST", "RowMoments"]

Array = npt.NDArray[Any]

LARGEST = 32  # entries kept of each row and side
_OUT = 1 + 1e-12  # a power, a root and a few products cost less


class RowMoments:
    """Of every row and side: ``kept`` (m x K), descending, and the sums ``rest2``, ``rest4`` of what is not kept.

    ``total`` (2, m) encloses the root of the sum of squares of the whole row without its diagonal entry.  ``unit`` (m,)
    is what multiplies all of these (its square and fourth power, the sums).
    """

    def __init__(self, m: int, sides: tuple[str, ...], most: int) -> None:
        self.m, self.sides = m, sides
        self.keep = max(1, min(m - 1, max(LARGEST, most)))
        self.kept = {side: np.zeros((m, self.keep)) for side in sides}
        self.rest = {side: np.zeros((2, m)) for side in sides}
        self.total = np.zeros((2, m))
        self.radius = np.zeros(m)  # of the entries
        self.exponent = np.zeros(m, dtype=np.int64)

    @property
    def arrays(self) -> dict[str, Array]:
        named = {f"kept_{side}": self.kept[side] for side in self.sides}
        named |= {f"rest_{side}": self.rest[side] for side in self.sides}
        return {**named, "moments_total": self.total, "moments_radius": self.radius}

    def exponents(self, found: Analysis) -> Array:
        survey = found.survey
        with np.errstate(over="ignore"):
            self.exponent = powers.exponents(survey.b_norms * float(survey.a_norms.max()))
        return self.exponent

    def take(self, which: Array, values: dict[str, Array], sums: Array, radius: Array, dtype: np.dtype[Any]) -> None:
        down = -self.exponent[which]
        r = np.ldexp(radius, down)
        self.radius[which] = r
        others, (relative, beyond) = self.m - 1, powers.errors(self.m, dtype)
        most = (sums * (1 + relative) + beyond) * _OUT
        least = np.maximum(sums[:, 0] * (1 - relative) - beyond, 0)
        self.total[0, which] = np.maximum(np.sqrt(least) * (1 - 4 * U) - np.sqrt(others) * r * _OUT, 0)
        self.total[1, which] = (np.sqrt(most[:, 0]) + np.sqrt(others) * r) * _OUT
        for side in self.sides:
            found = np.ldexp(values[side][:, : self.keep], down[:, None])
            # Places of a heap that stay 0 hold nothing: all but the entries found are in the rest.
            left = np.maximum(others - (found > 0).sum(axis=1), 0)
            self.kept[side][which] = (found + r[:, None]) * _OUT
            for n, power in enumerate((2, 4)):
                with np.errstate(under="ignore"):
                    rest = np.maximum(most[:, n] - (found**power).sum(axis=1) * (1 - 64 * self.keep * U), 0)
                    moved = (rest ** (1 / power) + left ** (1 / power) * r) ** power
                    if side == "absolute":  # none of the rest is beyond the last one kept
                        moved = np.minimum(moved, left * self.kept[side][which, -1] ** power)
                self.rest[side][n, which] = moved * _OUT

    def unit(self, rows: Any) -> Array:
        return np.asarray(np.ldexp(1.0, self.exponent[rows]))
