"""The worst row of a finished analysis as a result: its witness, put through the pair exactly, and its own factor."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lincs.errors import ContradictionError
from lincs.exact.rounding import float_down, float_up
from lincs.interference.complex_rows import complex_row, reevaluated
from lincs.interference.decide import Worst
from lincs.interference.ladder import Entries, Rows, best_scale, contested_entries, scaled_loss
from lincs.interference.witness import reevaluate, worst_input
from lincs.interference.worst import Analysis
from lincs.results import WorstCase

__all__ = ["report"]

_TIES = 1024  # entries that are looked at beyond 4 k of a row of very many ties
_LAST_BITS = Fraction(1, 10**12)  # that an incomplete look at such a row may miss of its witness, relatively


def report(analysis: Analysis, rows: Rows, j: int, case: Worst) -> WorstCase:
    """The result for ``ks[j]``: the worst row's witness, after re-evaluating it directly.

    Raises :class:`ContradictionError` if the witness attains a loss outside of the interval that was proved.
    """
    question = analysis.question
    if question.A.is_complex:
        return _complex_report(analysis, rows, j, case)
    readout, row = question.readout, case.row
    entries = contested_entries(
        rows,
        row,
        k=case.k,
        readout=readout,
        supports=question.supports,
        radius=float(analysis.radius[row]),
        exact=True,
        most=question.supports.most_contested(case.k, _TIES),
    )
    lo, hi = case.lo, case.hi
    scale = None
    if analysis.scale is not None:
        realised, scale = _settle(analysis, j, case, entries)
        # The factor that is returned is the best one rounded to a double: what it makes of the row is covered too.
        lo, hi = min(lo, float_down(realised)), max(hi, float_up(realised))
    witness = worst_input(entries, row, k=case.k, readout=readout, scale=scale)
    attained = reevaluate(witness, question.B, question.A, row, readout=readout, scale=scale)
    if not Fraction(lo) - _LAST_BITS * (1 + abs(Fraction(lo))) <= attained <= Fraction(hi):
        raise ContradictionError(f"the witness of row {row} attains {float(attained)}, outside [{lo}, {hi}]")
    interval = readout.interval(min(lo, float_down(attained)), hi)
    named: dict[str, Any] = {readout.quantity: interval}
    if readout.shift_name is not None and analysis.shift is not None:
        named[readout.shift_name] = analysis.shift[:, j]
        named["shift"] = float(analysis.shift[row, j])
    return WorstCase(
        k=case.k,
        row=row,
        witness=witness,
        trivial=readout.has_eps and bool(analysis.trivial[row, j]),
        holds=case.meets,
        undecided=case.undecided,
        scale=None if analysis.scale is None else analysis.scale[:, j],
        **named,
    )


def _complex_report(analysis: Analysis, rows: Rows, j: int, case: Worst) -> WorstCase:
    """The same for a complex pair; its witness attains the value up to the rounding of its phases to doubles."""
    question = analysis.question
    readout, row, k = question.readout, case.row, case.k
    found = complex_row(
        rows,
        row,
        k=k,
        readout=readout,
        supports=question.supports,
        radius=float(analysis.radius[row]),
        most=question.supports.most_contested(k, _TIES),
    )
    lo, hi, scale = case.lo, case.hi, None
    if analysis.scale is not None:
        if found.complete:  # else, of very many ties: what floating point says stands
            best = found.best_scale(k, readout)
            analysis.scale[row, j] = max(float_down(best), 0.0)
            analysis.trivial[row, j] = best == 0
        scale = Fraction(float(analysis.scale[row, j]))
        least, most = found.with_factor(k, readout, scale)
        lo, hi = min(lo, float_down(least)), max(hi, float_up(most))
    witness = found.witness(k, scale)
    attained = reevaluated(witness, question.B, question.A, row, scale)
    if attained[0] > Fraction(hi) or attained[1] < Fraction(lo) - _LAST_BITS * (1 + Fraction(lo)):
        raise ContradictionError(f"the witness of row {row} attains {float(attained[0])}, outside [{lo}, {hi}]")
    return WorstCase(
        k=k,
        row=row,
        witness=witness,
        trivial=bool(analysis.trivial[row, j]),
        holds=case.meets,
        undecided=case.undecided,
        scale=None if analysis.scale is None else analysis.scale[:, j],
        eps=readout.interval(lo, hi),
    )


def _settle(analysis: Analysis, j: int, case: Worst, entries: Entries) -> tuple[Fraction, Fraction]:
    """The worst row's factor, shift, and whether the zero probe is best, from exact entries.

    Returns the row's loss with its factor, and the factor.  The best factor is rounded towards zero: the loss is convex
    in it and at zero that of the zero probe, which is therefore never exceeded.
    """
    assert analysis.scale is not None
    readout = analysis.question.readout
    if entries.complete:  # else, of very many ties: what floating point says stands
        best = best_scale(entries, case.k, readout)
        analysis.scale[case.row, j] = max(float_down(best), 0.0)
        analysis.trivial[case.row, j] = best == 0
    scale = Fraction(float(analysis.scale[case.row, j]))
    loss, shift = scaled_loss(entries, case.k, readout, scale)
    if entries.complete and analysis.shift is not None and shift is not None:
        analysis.shift[case.row, j] = float(shift)
    return loss, scale
