"""Layered systems at exactly 1/2: a code of signs, sets of eight coordinates, and pairs of coordinates.

Edel, Rains and Sloane (1998) used such layers for kissing numbers; as lines they are THEOREMS.md, 5 (p).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.families.codes import rows_of
from lincs.constructions.family import Family, Orbit, Promise, parameter
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["OCTADS", "LayeredSigns"]

OCTADS: dict[int, int] = {32: 1160, 39: 3081}
"""n -> how many sets of eight of the n coordinates there are, any two of which share at most four."""


class LayeredSigns(Family):
    """``2^16 + 64 N + n (n-1)`` lines in R^n of squared length 32, n = 32 or 39, coherence 1/2.

    Signs of a [32, 17] code on the first 32 coordinates; +-2 with an even number of minus signs on each of N sets of
    eight; +-4, +-4 on two coordinates.
    """

    name = "layered-signs"
    source = "Edel, Rains and Sloane 1998 (THEOREMS.md, 5 (p))"
    examples = ({"n": 32},)

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        promises = (self.member(n=n) for n in OCTADS)
        return next((promise for promise in promises if promise.serves(m=m, mu=mu, closed=closed)), None)

    def member(self, **parameters: Any) -> Promise:
        (n,) = parameter(parameters, "n")
        if n not in OCTADS:
            raise InputError(f"n must be one of {', '.join(map(str, OCTADS))}, got {n}")
        return Promise(
            family=self.name,
            d=n,
            columns=2**16 + 64 * OCTADS[n] + n * (n - 1),
            coherence_squared=Fraction(1, 4),
            parameters={"n": n},
            attained=True,
        )

    def integral(self, promise: Promise) -> bool:
        return True

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        import numpy as np

        from lincs.constructions.algebra.frame import from_array
        from lincs.constructions.algebra.layers import layered

        n = parameters["n"]
        return from_array(np.ascontiguousarray(layered(n, rows_of(32, 17)).T), integer=True)

    def orbit(self, promise: Promise, m: int) -> Orbit:
        """All words of the code counted, and all pairs of sets: the rest is five lines (THEOREMS.md)."""
        from lincs.constructions.algebra.layers import largest_meet, octads
        from lincs.constructions.algebra.words import largest_imbalance

        n = promise.parameters["n"]
        sets = octads(n)
        imbalance, meet = largest_imbalance(rows_of(32, 17), 32), largest_meet(sets)
        if len(sets) != OCTADS[n] or imbalance > 16 or meet > 4:
            raise AssertionError(f"{promise}: {len(sets)} sets that meet in {meet}, imbalance {imbalance}")
        method = f"largest imbalance of a word is {imbalance}, of {len(sets)} sets two share at most {meet}"
        return Orbit(Fraction(1, 2), method, 2**16 + len(sets) * (len(sets) - 1) // 2)
