"""Non-negative affine: ``z`` in ``[0, 1]^m``, read as ``B^T x + bias``.  The loss is half the spread of the errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from lincs.interval import Witness
from lincs.readouts.base import Ball, Choose, Entry, Extremes, Readout, Tops, Words, combine, one_sided
from lincs.readouts.nonnegative import refuse_negative

if TYPE_CHECKING:
    from lincs.readouts.base import Array

__all__ = ["Affine"]


class Affine(Readout):
    name = "affine"
    summary = "features in [0, 1] and a free bias"
    box = "[0, 1]^m"
    sides = ("positive", "negative")
    zero_probe = Fraction(1, 2)
    shift_name = "bias"
    one_input = False
    constant = True
    hull = "Z"  # the error with the bias that was found is convex, but 0 need not be among the inputs that centre it
    words = Words(nothing="the constant 1/2")

    def given(self, tops: Mapping[str, Tops], least: Array, most: Array) -> Array:
        high, low = one_sided(tops, least, most)
        return high / 2 + low / 2  # halves first: the sum may leave float64 where its half does not

    def scaled(self, tops: Mapping[str, Tops]) -> Array:
        import numpy as np

        p, n = tops["positive"], tops["negative"]
        both = p.sum + n.before
        return np.where(both >= 1, (both * 0 + 1) / 2, (p.sum + n.sum) / (2 * (n.kth + 1)))

    def factor(self, tops: Mapping[str, Tops]) -> Array:
        import numpy as np

        p, n = tops["positive"], tops["negative"]
        return np.where(p.sum + n.before >= 1, p.before * 0, 1 / (n.kth + 1))

    def zero_sum(self, tops: Mapping[str, Tops]) -> Array:
        return tops["positive"].sum + tops["negative"].before

    def shift(self, tops: Mapping[str, Tops], own: Array) -> Array:
        """The bias ``(low - high) / 2`` that centres the errors."""
        high, low = one_sided(tops, own, own)
        return low / 2 - high / 2

    def ball(self, k: int) -> Ball:
        half = Fraction(k, 2)
        return Ball(cap=Fraction(1, 2), sums=((1, 0, half), (0, 1, half)))

    def witness(self, row: int, k: int, *, off: list[Entry], own: Fraction, alone: bool, choose: Choose) -> Witness:
        """The input that pushes the output up, and as its counterpart the one that pushes it down."""
        error = off if alone else [*off, (row, own - 1)]
        up, down = combine(choose(error, k, +1, None)), combine(choose(error, k, -1, None))
        return Witness(support=up.support, signs=up.signs, counterpart=down)

    def attained(self, row: int, witness: Witness, output: Callable[[Witness], Fraction]) -> Fraction:
        down = witness.counterpart
        assert down is not None
        return (output(witness) - witness.at(row) - output(down) + down.at(row)) / 2

    def check_inputs(self, values: Array) -> None:
        refuse_negative(values, self.name)

    def of_samples(self, found: Extremes) -> tuple[Array, Array, Array | None]:
        import numpy as np

        lower = np.maximum(np.nextafter((found.high[0] - found.low[0]) / 2, -np.inf), 0)
        upper = np.nextafter((found.high[1] - found.low[1]) / 2, np.inf)
        return lower, upper, -(found.high + found.low).sum(axis=0) / 4
