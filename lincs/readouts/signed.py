"""Signed linear: ``z`` in ``[-1, 1]^m``, read as ``B^T x``.  The loss is the sum of the k largest ``|E_ij|``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from lincs.interval import Witness
from lincs.readouts.base import Ball, Choose, Entry, Extremes, Readout, Tops

if TYPE_CHECKING:
    from lincs.readouts.base import Array

__all__ = ["Signed"]


class Signed(Readout):
    name = "signed"
    summary = "features in [-1, 1]"
    box = "[-1, 1]^m"
    sides = ("absolute",)
    one_sided = False
    zero_probe = Fraction(1)
    hull = "Z, -Z and 0"
    suffix = ""
    complex_too = True

    def given(self, tops: Mapping[str, Tops], least: Array, most: Array) -> Array:
        import numpy as np

        s = tops["absolute"]
        deviation = np.maximum(np.maximum(most - 1, 1 - least), least * 0)
        return np.asarray(np.maximum(s.sum, s.before + deviation))

    def scaled(self, tops: Mapping[str, Tops]) -> Array:
        import numpy as np

        s = tops["absolute"]
        return np.where(s.before >= 1, s.before * 0 + 1, s.sum / (s.kth + 1))

    def factor(self, tops: Mapping[str, Tops]) -> Array:
        import numpy as np

        s = tops["absolute"]
        return np.where(s.before >= 1, s.before * 0, 1 / (s.kth + 1))

    def zero_sum(self, tops: Mapping[str, Tops]) -> Array:
        return tops["absolute"].before

    def ball(self, k: int) -> Ball:
        return Ball(cap=Fraction(1), sums=((1, 1, Fraction(k)),))

    def witness(self, row: int, k: int, *, off: list[Entry], own: Fraction, alone: bool, choose: Choose) -> Witness:
        error = off if alone else [*off, (row, own - 1)]
        chosen = sorted(choose(error, k, 0, None))
        return Witness(support=tuple(j for j, _ in chosen), signs=tuple(-1 if v < 0 else 1 for _, v in chosen))

    def attained(self, row: int, witness: Witness, output: Callable[[Witness], Fraction]) -> Fraction:
        return abs(output(witness) - witness.at(row))

    def of_samples(self, found: Extremes) -> tuple[Array, Array, Array | None]:
        import numpy as np

        lower = np.maximum(np.maximum(found.high[0], -found.low[0]), 0)
        return lower, np.maximum(found.high[1], -found.low[1]), None
