"""The two kinds of pair: probes that are given, and probes of A itself under the best scaling of each row.

Each turns top sums at one end of their enclosures into that end of the rows' losses, in floating point, with room for
its own roundings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.exact.rounding import U
from lincs.readouts.base import Readout, Tops

__all__ = ["GIVEN", "SELF_SCALED", "Given", "Pair", "RowData", "SelfScaled"]

Array = npt.NDArray[Any]

# The closed forms of a self-scaled row cost a dozen roundings of positive terms whose quotient is at most 1.
_SLACK = 32 * U
_HUGE = 1e300  # entries divided by the diagonal are cut here: far beyond, and far enough from overflow


@dataclass(frozen=True)
class RowData:
    """Of some rows: the computed diagonal of ``B^T A``, its rounding radius, and which probes are zero."""

    diagonal: Array
    radius: Array
    zero: Array


class Pair(Protocol):
    """How rows are valued; ``sign`` is -1 for lower ends and 1 for upper ends."""

    name: str
    scaled: bool

    def tops(self, moved: Tops, rows: RowData, sign: int) -> Tops:
        """Top sums as the read-out's formulas want them, from those of the entries (already moved to that end)."""
        ...

    def end(self, readout: Readout, tops: dict[str, Tops], rows: RowData, sign: int) -> Array:
        """An end of the losses."""
        ...

    def trivial(self, readout: Readout, tops: dict[str, Tops], rows: RowData) -> Array:
        """Where the zero probe is proved to be the best scaling, from top sums at their lower ends."""
        ...

    def factors(self, readout: Readout, tops: dict[str, Tops], rows: RowData) -> Array:
        """What the probes are multiplied by, relative to a unit diagonal if they are scaled."""
        ...


def _diagonal_ends(rows: RowData, sign: int) -> tuple[Array, Array]:
    return rows.diagonal - sign * rows.radius, rows.diagonal + sign * rows.radius


class Given:
    """B as it is."""

    name = "given"
    scaled = False

    def tops(self, moved: Tops, rows: RowData, sign: int) -> Tops:
        return moved

    def end(self, readout: Readout, tops: dict[str, Tops], rows: RowData, sign: int) -> Array:
        loss = readout.given(tops, *_diagonal_ends(rows, sign))
        if readout.rounds_outward:
            return loss
        # The closed forms cost a dozen roundings of terms no larger than these; each is made small before they
        # are added, for a row near the end of float64 has terms that fit and a sum that does not.
        step = 16 * U
        slack = step + step * np.abs(rows.diagonal) + sum(step * top.sum for top in tops.values())
        return np.asarray(loss + sign * slack)

    def trivial(self, readout: Readout, tops: dict[str, Tops], rows: RowData) -> Array:
        return rows.zero

    def factors(self, readout: Readout, tops: dict[str, Tops], rows: RowData) -> Array:
        return np.ones(len(rows.diagonal))


class SelfScaled:
    """B_i = c_i a_i, the best factor c_i for each k (THEOREMS.md, theorem 3): rows are divided by their diagonal."""

    name = "self-scaled"
    scaled = True

    def _divisor(self, rows: RowData, sign: int) -> Array:
        """The diagonal, away from the middle; a dead row's value is known, and may be divided by anything."""
        return np.where(rows.zero, 1.0, rows.diagonal - sign * rows.radius)

    def tops(self, moved: Tops, rows: RowData, sign: int) -> Tops:
        divisor = self._divisor(rows, sign)
        with np.errstate(over="ignore", invalid="ignore"):
            return Tops(before=np.minimum(moved.before / divisor, _HUGE), kth=np.minimum(moved.kth / divisor, _HUGE))

    def end(self, readout: Readout, tops: dict[str, Tops], rows: RowData, sign: int) -> Array:
        loss = readout.scaled(tops)
        if readout.zero_probe is None:  # nothing bounds the loss: it has the size of its terms
            if any((np.maximum(top.before, top.kth) >= _HUGE).any() for top in tops.values()):
                raise InputError("entries of A divided by the diagonal overflow float64: rescale A")
            terms = 1 + sum(top.sum for top in tops.values())
            return np.where(rows.zero, 0.0, loss + sign * 16 * U * terms)
        most = float(readout.zero_probe)
        end = np.clip(loss + sign * _SLACK, 0.0, most)
        known = rows.zero if sign > 0 else self.trivial(readout, tops, rows)
        return np.where(known, most, end)

    def trivial(self, readout: Readout, tops: dict[str, Tops], rows: RowData) -> Array:
        if readout.zero_probe is None:
            return np.zeros(len(rows.diagonal), dtype=bool)
        return np.asarray(rows.zero | (readout.zero_sum(tops) * (1 - _SLACK) >= 1))

    def factors(self, readout: Readout, tops: dict[str, Tops], rows: RowData) -> Array:
        return np.where(rows.zero, 0.0, readout.factor(tops))


GIVEN, SELF_SCALED = Given(), SelfScaled()
