"""Lines of minimal vectors of the Leech lattice, and of its sections by subspaces.

At 1/2: the 98280 lines of the lattice itself and of the laminated lattices below it, E8, E7 and E6 among them.
At 1/3: the
2300 lines of R^23 given by the minimal vectors at 60 degrees from one of them (Delsarte, Goethals and Seidel 1977), and
sections of those.  The counts are recomputed whenever a frame is built.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lincs.constructions.family import Buildable, Promise, parameter
from lincs.errors import InputError

__all__ = ["HALF", "THIRD", "LatticeSections"]

# Lines in each dimension, at 1/2: minimal vectors of the laminated lattices (Conway and Sloane 1982), half their
# number.
HALF: dict[int, int] = {
    24: 98280,
    23: 46575,
    22: 24948,
    21: 13860,
    20: 8700,
    19: 5334,
    18: 3699,
    17: 2673,
    16: 2160,
    15: 1170,
    14: 711,
    13: 453,
    12: 324,
    11: 219,
    10: 168,
    9: 136,
    8: 120,
    7: 63,
    6: 36,
    5: 20,
    4: 12,
    3: 6,
}
THIRD: dict[int, int] = {
    23: 2300,
    22: 1408,
    21: 896,
    20: 640,
    19: 448,
    18: 352,
    17: 288,
    16: 256,
    15: 160,
    14: 112,
    13: 80,
    12: 64,
    11: 48,
    10: 36,
    9: 28,
    8: 22,
    7: 18,
    6: 16,
    5: 10,
}


class LatticeSections(Buildable):
    """Sections of the Leech lattice: exactly 1/2 or 1/3."""

    name = "lattice-sections"
    source = "Leech 1967; Conway and Sloane 1982"
    builder = "lattices:sections"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        for inverse, table in ((3, THIRD), (2, HALF)):
            if mu * inverse <= 1:
                continue
            found = [d for d, lines in table.items() if lines >= m]
            best = min(found, default=None)
            if inverse == 3 and 2 * mu > 1:
                continue  # at 1/2 there are more lines in every dimension
            if best is not None:
                return self.member(d=best, inverse=inverse)
        return None

    def member(self, **parameters: Any) -> Promise:
        d, inverse = parameter(parameters, "d", "inverse")
        table = {2: HALF, 3: THIRD}.get(inverse, {})
        if d not in table:
            raise InputError(
                f"d, inverse must name a stored section (inverse 2 or 3), got d = {d}, inverse = {inverse}"
            )
        return Promise(
            family=self.name,
            d=d,
            columns=table[d],
            coherence_squared=Fraction(1, inverse**2),
            parameters={"d": d, "inverse": inverse},
        )
