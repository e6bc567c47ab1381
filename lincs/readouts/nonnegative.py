"""Non-negative linear: ``z`` in ``[0, 1]^m``, read as ``B^T x``.  The loss is the larger one-sided top sum of E_i."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from lincs.errors import InputError
from lincs.interval import Witness
from lincs.readouts.base import Ball, Choose, Entry, Extremes, Readout, Tops, combine, one_sided
from lincs.readouts.signed import Signed

if TYPE_CHECKING:
    from lincs.readouts.base import Array

__all__ = ["Nonnegative", "refuse_negative"]


def refuse_negative(values: Array, name: str) -> None:
    if (values < 0).any():
        raise InputError(f"Z must be non-negative for the {name} read-out, got {values.min()}")


class Nonnegative(Readout):
    name = "nonnegative"
    summary = "features in [0, 1]"
    box = "[0, 1]^m"
    sides = ("positive", "negative")
    zero_probe = Fraction(1)
    hull = "Z and 0"
    linear_in_k = False  # the sides share the ball: at least k nu/(1 + k nu), no more is known

    def given(self, tops: Mapping[str, Tops], least: Array, most: Array) -> Array:
        import numpy as np

        return np.asarray(np.maximum(*one_sided(tops, least, most)))

    def scaled(self, tops: Mapping[str, Tops]) -> Array:
        import numpy as np

        # With N_{k-1} < 1 the larger of P_k, N_k is at least N_{k-1}, so the denominator is at least 1.
        worst, before = self._worst(tops)
        return np.where(before >= 1, worst * 0 + 1, worst / (np.maximum(worst - before, worst * 0) + 1))

    def factor(self, tops: Mapping[str, Tops]) -> Array:
        import numpy as np

        worst, before = self._worst(tops)
        return np.where(before >= 1, worst * 0, 1 / (np.maximum(worst - before, worst * 0) + 1))

    def _worst(self, tops: Mapping[str, Tops]) -> tuple[Array, Array]:
        import numpy as np

        return np.maximum(tops["positive"].sum, tops["negative"].sum), tops["negative"].before

    def zero_sum(self, tops: Mapping[str, Tops]) -> Array:
        return tops["negative"].before

    def ball(self, k: int) -> Ball:
        return Ball(cap=Fraction(1), sums=((1, 0, Fraction(k)), (0, 1, Fraction(k))), shared=True)

    def witness(self, row: int, k: int, *, off: list[Entry], own: Fraction, alone: bool, choose: Choose) -> Witness:
        error = off if alone else [*off, (row, own - 1)]
        up, down = choose(error, k, +1, None), choose(error, k, -1, None)
        high, low = (sum((abs(v) for _, v in part), Fraction(0)) for part in (up, down))
        return combine(up if high >= low else down)

    def attained(self, row: int, witness: Witness, output: Callable[[Witness], Fraction]) -> Fraction:
        return abs(output(witness) - witness.at(row))

    def check_inputs(self, values: Array) -> None:
        refuse_negative(values, self.name)

    def of_samples(self, found: Extremes) -> tuple[Array, Array, Array | None]:
        return Signed().of_samples(found)  # of inputs that are given, the largest error is the largest error
