"""The worst case of one row, for every read-out: closed forms in the largest entries of that row.

Let ``v`` be the off-diagonal part of row ``i`` of ``M = B^T A`` and ``D = M_ii``.  Every read-out's worst case over
k-sparse inputs is a function of a few *top sums* of ``v`` (THEOREMS.md, theorem 1):

    ``S_k``  the sum of the k largest ``|v_j|``,   ``P_k``  of the k largest positive parts of ``v``,
    ``N_k``  of the k largest positive parts of ``-v``.

The functions below are non-decreasing in each top sum and in the diagonal's deviation, so evaluating them at the
ends of an enclosure of the entries encloses the exact value.  They use ``+ - * /`` and numpy's ``maximum`` and
``where`` only, and so work alike on arrays of doubles and on object arrays of Fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "NEEDED_SIDES",
    "ZERO_PROBE",
    "Tops",
    "free_shift",
    "given_value",
    "probe_scale",
    "scaled_value",
    "threshold_excess",
    "zero_probe_sum",
]

Array = npt.NDArray[Any]

# Which one-sided top sums (see lincs.interference.rows) a read-out is made of.
NEEDED_SIDES = {
    "signed": ("absolute",),
    "nonnegative": ("positive", "negative"),
    "affine": ("positive", "negative"),
    "threshold": ("positive", "negative"),
}


# The loss of the zero probe, which the best scaling never exceeds (a threshold has no such fallback).
ZERO_PROBE = {"signed": Fraction(1), "nonnegative": Fraction(1), "affine": Fraction(1, 2)}


@dataclass(frozen=True)
class Tops:
    """Top sums of one side of each row: the sum of the k - 1 largest, and the k-th largest itself."""

    before: Array
    kth: Array

    @property
    def sum(self) -> Array:
        """The sum of the k largest."""
        return self.before + self.kth


def given_value(readout: str, tops: dict[str, Tops], over: Array, under: Array) -> Array:
    """Worst-case error of rows as given; ``over`` and ``under`` are the positive parts of ``D - 1`` and ``1 - D``."""
    if readout == "signed":
        s = tops["absolute"]
        return np.asarray(np.maximum(s.sum, s.before + np.maximum(over, under)))
    p, n = tops["positive"], tops["negative"]
    high = np.maximum(p.sum, p.before + over)
    low = np.maximum(n.sum, n.before + under)
    return np.asarray(np.maximum(high, low) if readout == "nonnegative" else (high + low) / 2)


def scaled_value(readout: str, tops: dict[str, Tops]) -> Array:
    """Worst-case error of rows with unit diagonal under the best scaling of the probe (THEOREMS.md, theorem 3)."""
    if readout == "signed":
        s = tops["absolute"]
        return np.where(s.before >= 1, s.before * 0 + 1, s.sum / (s.kth + 1))
    p, n = tops["positive"], tops["negative"]
    if readout == "nonnegative":
        # With N_{k-1} < 1 the larger of P_k, N_k is at least N_{k-1}, so the denominator is at least 1.
        worst = np.maximum(p.sum, n.sum)
        return np.where(n.before >= 1, worst * 0 + 1, worst / (np.maximum(worst - n.before, 0) + 1))
    both = p.sum + n.before
    return np.where(both >= 1, (both * 0 + 1) / 2, (p.sum + n.sum) / (2 * (n.kth + 1)))


def probe_scale(readout: str, tops: dict[str, Tops]) -> Array:
    """The scale ``c`` of a probe with unit diagonal that attains :func:`scaled_value`; 0 is the zero probe.

    A threshold read-out does not depend on the scale: its probe keeps the unit diagonal.
    """
    if readout == "signed":
        s = tops["absolute"]
        return np.where(s.before >= 1, s.before * 0, 1 / (s.kth + 1))
    p, n = tops["positive"], tops["negative"]
    if readout == "nonnegative":
        worst = np.maximum(p.sum, n.sum)
        return np.where(n.before >= 1, worst * 0, 1 / (np.maximum(worst - n.before, 0) + 1))
    if readout == "affine":
        return np.where(p.sum + n.before >= 1, p.before * 0, 1 / (n.kth + 1))
    return p.before * 0 + 1


def zero_probe_sum(readout: str, tops: dict[str, Tops]) -> Array:
    """The sum, of a row with unit diagonal, that is at least 1 if and only if the zero probe is the best scaling.

    Where it is below 1, the best scaling does strictly better than the zero probe (THEOREMS.md, theorem 3).
    """
    if readout == "signed":
        return tops["absolute"].before
    if readout == "nonnegative":
        return tops["negative"].before
    return tops["positive"].sum + tops["negative"].before


def free_shift(readout: str, tops: dict[str, Tops], own: Array) -> Array:
    """Affine: the bias ``(low - high) / 2`` that centres the errors; threshold: the middle of the gap.

    ``tops`` and the diagonal ``own`` are those of the row as it is read, its scale included.
    """
    p, n = tops["positive"], tops["negative"]
    if readout == "threshold":
        return (p.sum + own - n.before) / 2
    high = np.maximum(p.sum, p.before + np.maximum(own - 1, own * 0))
    low = np.maximum(n.sum, n.before + np.maximum(1 - own, own * 0))
    return np.asarray((low - high) / 2)


def threshold_excess(tops: dict[str, Tops], diagonal: Array) -> Array:
    """``P_k + N_{k-1} - D``: a binary feature decodes by a free threshold if and only if this is negative.

    An inactive feature reads at most ``P_k``, an active one at least ``D - N_{k-1}`` (its k - 1 companions), so the
    two ranges are apart by the *margin* ``D - P_k - N_{k-1}`` (THEOREMS.md, theorem 1).
    """
    return tops["positive"].sum + tops["negative"].before - diagonal
