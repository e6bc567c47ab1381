"""What a proof encloses, and the input that attains it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from lincs.jsonable import jsonable

__all__ = ["Interval", "Witness"]


@dataclass(frozen=True)
class Interval:
    """A closed interval ``[lo, hi]`` of doubles that contains the exact value."""

    lo: float
    hi: float

    def to_dict(self) -> dict[str, float]:
        return {"lo": jsonable(float(self.lo)), "hi": jsonable(float(self.hi))}


@dataclass(frozen=True, kw_only=True)
class Witness:
    """An input ``z`` in ``{-1, 0, 1}^m`` that attains the worst case: ``z[support] = signs``, zero elsewhere.

    Affine and threshold read-outs are pinned down by two inputs: the one that pushes the row's output up, and
    ``counterpart``, which pushes it down (for a threshold: the active input that reads lowest).  Of a complex pair
    ``phases`` takes the place of ``signs``: complex numbers of modulus 1, cut to doubles inside the unit disc.
    Of an encoder ``values`` do: entries in [0, 1], with the row's pre-activation ``p`` and what it reads, ``out``.
    """

    support: tuple[int, ...]
    signs: tuple[int, ...]
    counterpart: Witness | None = None
    phases: tuple[complex, ...] | None = None
    values: tuple[float, ...] | None = None
    p: float | None = None
    out: float | None = None

    def at(self, feature: int) -> Fraction:
        """The entry ``z[feature]``."""
        return Fraction(dict(zip(self.support, self.entries, strict=True)).get(feature, 0))

    @property
    def entries(self) -> tuple[float, ...]:
        """The entries of the support: signs, or values where they are not all 1."""
        return self.signs if self.values is None else self.values

    def renamed(self, features: Sequence[int]) -> Witness:
        """The same input where feature j is called ``features[j]``."""
        other = None if self.counterpart is None else self.counterpart.renamed(features)
        return replace(self, support=tuple(int(features[j]) for j in self.support), counterpart=other)

    def to_dict(self) -> dict[str, Any]:
        if self.phases is not None:
            return {"support": list(self.support), "phases": [[z.real, z.imag] for z in self.phases]}
        if self.values is not None:
            read = {"p": self.p, "out": self.out}
            return {"support": list(self.support), "values": list(self.values), **read}
        out: dict[str, Any] = {"support": list(self.support), "signs": list(self.signs)}
        if self.counterpart is not None:
            out["counterpart"] = self.counterpart.to_dict()
        return out
