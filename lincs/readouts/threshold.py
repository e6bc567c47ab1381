"""Threshold: ``z`` in ``{0, 1}^m``, each feature read by whether ``b_i . x`` exceeds a free threshold.

An inactive feature reads at most ``P_k``, an active one at least ``D - N_{k-1}`` (its k - 1 companions), so the two
ranges are apart by the *margin* ``D - P_k - N_{k-1}`` (THEOREMS.md, theorem 1); the loss is minus that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from lincs.errors import InputError
from lincs.interval import Witness
from lincs.readouts.base import Choose, Entry, Extremes, Readout, Tops, Words, combine

if TYPE_CHECKING:
    from lincs.readouts.base import Array

__all__ = ["Threshold"]


class Threshold(Readout):
    name = "threshold"
    summary = "binary features and a free threshold for each, decided by a margin"
    box = "{0, 1}^m"
    sides = ("positive", "negative")
    has_eps = False
    quantity = "margin"
    shift_name = "threshold"
    one_input = False
    words = Words(
        column="margin",
        short="worst margin",
        titled="worst margin",
        least="least margin",
        axis="margin (positive: decodes)",
        feature_axis="margin of the feature",
    )

    def given(self, tops: Mapping[str, Tops], least: Array, most: Array) -> Array:
        return tops["positive"].sum + tops["negative"].before - least

    def scaled(self, tops: Mapping[str, Tops]) -> Array:
        """The threshold scales with the probe: nothing is gained, and unit diagonal is kept."""
        return tops["positive"].sum + tops["negative"].before - 1

    def factor(self, tops: Mapping[str, Tops]) -> Array:
        return tops["positive"].before * 0 + 1

    def shift(self, tops: Mapping[str, Tops], own: Array) -> Array:
        """The middle of the gap."""
        return tops["positive"].sum / 2 + own / 2 - tops["negative"].before / 2

    def witness(self, row: int, k: int, *, off: list[Entry], own: Fraction, alone: bool, choose: Choose) -> Witness:
        """The inactive input that reads highest, and as its counterpart the active one that reads lowest."""
        silent = combine(choose(off, k, +1, None))
        active = combine([(row, own), *choose(off, k, -1, row)])
        return Witness(support=silent.support, signs=silent.signs, counterpart=active)

    def attained(self, row: int, witness: Witness, output: Callable[[Witness], Fraction]) -> Fraction:
        assert witness.counterpart is not None
        return output(witness) - output(witness.counterpart)

    def check_inputs(self, values: Array) -> None:
        if (values != 1).any():
            raise InputError(f"Z must hold 0 and 1 for the threshold read-out, got {values[values != 1][0]}")

    def of_samples(self, found: Extremes) -> tuple[Array, Array, Array | None]:
        import numpy as np

        known = np.isfinite(found.silent[1]) & np.isfinite(found.active[1])  # sometimes on, and sometimes off
        with np.errstate(invalid="ignore"):
            lower = np.where(known, np.nextafter(found.silent[0] - found.active[0], -np.inf), np.nan)
            upper = np.where(known, np.nextafter(found.silent[1] - found.active[1], np.inf), np.nan)
            middle = np.where(known, (found.silent + found.active).sum(axis=0) / 4, np.nan)
        return lower, upper, middle
