"""The losses of probes: what a read-out makes of the rows ``A^T b_t - e_i``, bounded above with their rounding."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U
from lincs.readouts.base import Readout, Tops
from lincs.recovery.certify import row_deviations

__all__ = ["measure"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_BLOCK = 256  # probes
_SIDES = {"absolute": 0, "positive": 1, "negative": -1}


def measure(A: Array, B: Array, which: Indices, ks: tuple[int, ...], readout: Readout) -> tuple[Array, Array]:
    """Upper bounds of every probe's worst error for each k (n x number of k; that of the zero probe at most) and at
    k = 1 (n)."""
    n = len(which)
    upper, entry = np.empty((n, len(ks))), np.empty(n)
    counts = (1, *ks) if ks[0] != 1 else ks
    for first in range(0, n, _BLOCK):
        part = slice(first, first + _BLOCK)
        error, radius = row_deviations(A, B[:, part], which[part])
        losses = _losses(error, radius, counts, readout)
        entry[part], upper[part] = losses[0], np.stack(losses[len(counts) - len(ks) :], axis=1)
    assert readout.zero_probe is not None
    return np.minimum(upper, float(readout.zero_probe)), entry


def _losses(error: Array, radius: Array, ks: tuple[int, ...], readout: Readout) -> list[Array]:
    """Upper bounds of the loss of the columns of ``error``, each within ``radius``, for every k."""
    m, n = error.shape
    top = min(m, max(ks))
    room = np.where(radius[0] > 0, 1 + 4 * U, 1.0)  # a zero probe has no rounding
    sides: dict[str, tuple[Array, Array]] = {}
    for side, sign in _SIDES.items():
        if side in readout.sides:
            value = (np.abs(error) if sign == 0 else sign * error) + radius
            np.maximum(value, 0.0, out=value)
            value *= room
            value = np.sort(np.partition(value, m - top, axis=0)[m - top :], axis=0)[::-1]
            sides[side] = value, np.concatenate([np.zeros((1, n)), np.cumsum(value, axis=0)])
    one, out = np.ones(n), []
    for k in ks:
        grow = 1 + (k + 2) * U if k > 1 else 1.0
        tops = {side: Tops(before=sums[k - 1] * grow, kth=value[k - 1] * grow) for side, (value, sums) in sides.items()}
        # All entries are among the tops, the diagonal's as well: there is no deviation besides.
        out.append(readout.given(tops, one, one) * (1 + 4 * U if k > 1 or len(sides) > 1 else 1.0))
    return out
