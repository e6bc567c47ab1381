"""Line packings found by numerical search, stored as integers; their coherence is an exact rational."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lincs.constructions.family import Buildable, Promise, parameter, smaller
from lincs.errors import InputError

__all__ = ["PACKINGS", "StoredPacking"]

# d -> (lines, squared coherence): the vectors are in lincs/data/packings.npz.
PACKINGS: dict[int, tuple[int, Fraction]] = {
    12: (64, Fraction(626861411, 5669960127)),
    20: (256, Fraction(2788473636, 25679317175)),
    30: (1024, Fraction(1264654665463, 11401468545792)),
    43: (4096, Fraction(40280689743849, 363144910304462)),
    62: (1072, Fraction(518700625, 25582561848)),
    107: (1065, Fraction(12333213025, 999811496728)),
}


class StoredPacking(Buildable):
    """Frames without a formula: 64 lines in R^12 below 1/3, and five more."""

    name = "stored-packing"
    source = "numerical search, stored as integer vectors"
    builder = "stored:packing"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        for d in PACKINGS:
            promise = self.member(d=d)
            if promise.serves(m=m, mu=mu):
                best = smaller(best, promise)
        return best

    def member(self, **parameters: Any) -> Promise:
        (d,) = parameter(parameters, "d")
        if d not in PACKINGS:
            raise InputError(f"d must be one of {', '.join(map(str, PACKINGS))}, got {d}")
        lines, squared = PACKINGS[d]
        return Promise(family=self.name, d=d, columns=lines, coherence_squared=squared, parameters={"d": d})
