"""The input that attains the worst case of a row, and its direct re-evaluation in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from lincs.exact.products import exact_error
from lincs.interference.ladder import Entries
from lincs.matrices import Matrix
from lincs.readouts.base import Readout
from lincs.results import Witness

__all__ = ["reevaluate", "worst_input"]


def worst_input(entries: Entries, row: int, *, k: int, readout: Readout, scale: Fraction | None) -> Witness:
    """The k-sparse input (or the two of them) at which the row attains its worst case.

    ``entries`` are exact and off the diagonal; ``scale`` is the factor of the row's probe in a self-scaled pair.
    """
    unit = Fraction(2) ** entries.base * (1 if scale is None else scale)
    off = [(int(j), q * unit) for j, q in zip(entries.columns.tolist(), entries.lo, strict=True)]
    own, choose = entries.diagonal[0] * unit, entries.supports.choose
    return readout.witness(row, k, off=off, own=own, alone=bool(scale), choose=choose)


def reevaluate(
    witness: Witness, B: Matrix, A: Matrix, row: int, *, readout: Readout, scale: Fraction | None
) -> Fraction:
    """The loss that the witness causes at ``row``: form ``x = A z``, read it out, subtract ``z`` - all exactly."""
    b = B.take(np.array([row]))[0]
    c = Fraction(1) if scale is None else scale

    def output(z: Witness) -> Fraction:
        if not z.support:
            return Fraction(0)
        return c * exact_error(b, A.take(np.array(z.support)), np.array(z.entries), Fraction(0))

    return readout.attained(row, witness, output)
