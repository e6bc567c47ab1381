"""The input that attains the worst case of a row, and its direct re-evaluation in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.products import exact_error
from lincs.interference.ladder import Entries
from lincs.matrices import Matrix
from lincs.results import Witness

__all__ = ["reevaluate", "worst_input"]

Array = npt.NDArray[Any]
_Column = tuple[int, Fraction]  # an entry of the row: (column, value)


def worst_input(entries: Entries, row: int, *, k: int, readout: str, scale: Fraction | None) -> Witness:
    """The k-sparse input (or the two of them) at which the row attains its worst case.

    ``entries`` are exact and off the diagonal; ``scale`` is the factor of the row's probe in a self-scaled pair.
    Ties go to the smallest index; features that contribute nothing are left out.
    """
    unit = Fraction(2) ** entries.base
    c = Fraction(1) if scale is None else scale
    own = entries.diagonal[0] * unit
    off = [(int(j), q * unit) for j, q in zip(entries.columns.tolist(), entries.lo, strict=True)]
    if readout == "threshold":
        silent = _signed(_largest(off, k, +1), +1)
        active = _largest(off, k - 1, -1)
        together = sorted([row] + [j for j, _ in active])
        return Witness(
            support=silent.support,
            signs=silent.signs,
            counterpart=Witness(support=tuple(together), signs=(1,) * len(together)),
        )
    error = [(j, c * v) for j, v in off if c * v]
    if scale is None or c == 0:
        # (At its best scale a probe does as badly without the row's own feature as with it.)
        error.append((row, c * own - 1))
    if readout == "signed":
        largest = sorted((e for e in error if e[1]), key=lambda e: (-abs(e[1]), e[0]))[:k]
        largest.sort()
        return Witness(support=tuple(j for j, _ in largest), signs=tuple(-1 if v < 0 else 1 for _, v in largest))
    up, down = _largest(error, k, +1), _largest(error, k, -1)
    high, low = (sum((abs(v) for _, v in part), Fraction(0)) for part in (up, down))
    if readout == "nonnegative":
        return _signed(up if high >= low else down, +1)
    return Witness(support=_signed(up, 1).support, signs=_signed(up, 1).signs, counterpart=_signed(down, 1))


def _largest(entries: list[_Column], k: int, sign: int) -> list[_Column]:
    """The at most k entries of the given sign that are largest, ties by index."""
    return sorted((e for e in entries if sign * e[1] > 0), key=lambda e: (-sign * e[1], e[0]))[:k]


def _signed(entries: list[_Column], sign: int) -> Witness:
    support = tuple(sorted(j for j, _ in entries))
    return Witness(support=support, signs=(sign,) * len(support))


def reevaluate(witness: Witness, B: Matrix, A: Matrix, row: int, *, readout: str, scale: Fraction | None) -> Fraction:
    """The loss that the witness causes at ``row``: form ``x = A z``, read it out, subtract ``z`` - all exactly."""
    b = B.take(np.array([row]))[0]
    c = Fraction(1) if scale is None else scale

    def output(z: Witness) -> Fraction:
        if not z.support:
            return Fraction(0)
        return c * exact_error(b, A.take(np.array(z.support)), np.array(z.signs), Fraction(0))

    def error(z: Witness) -> Fraction:
        return output(z) - dict(zip(z.support, z.signs, strict=True)).get(row, 0)

    if readout == "threshold":
        assert witness.counterpart is not None
        return output(witness) - output(witness.counterpart)
    if readout == "affine":
        assert witness.counterpart is not None
        return (error(witness) - error(witness.counterpart)) / 2
    return abs(error(witness))
