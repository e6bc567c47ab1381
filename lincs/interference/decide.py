"""The worst row for each k, singled out of the intervals of worst.py by double-double and exact integers.

The ladder looks at the rows whose intervals overlap the best lower end, and stops where it must: ``exact_rows`` of
them if a decision hangs on it, a few for the sake of a sharp interval otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.goal import Goal
from lincs.exact.rounding import float_down, float_up
from lincs.interference.complex_rows import complex_row, complex_value
from lincs.interference.ladder import Enclosure, Rows, contested_entries, row_value
from lincs.interference.worst import Analysis

__all__ = ["Worst", "worst_rows"]

Array = npt.NDArray[Any]

# When no decision hangs on it, this many rows, of this many contested entries more than 4 k, are worth an exact
# look for the sake of a sharp interval.
_UNASKED, _UNASKED_ENTRIES = 16, 1024


@dataclass(frozen=True)
class Worst:
    """The worst loss for one k: ``lo <= exact <= hi``, the lower end attained at ``row``."""

    k: int
    row: int
    lo: float
    hi: float
    meets: bool | None  # whether the loss meets the goal asked for; None: not asked, or undecided
    undecided: int  # rows that stay on both sides of the goal


@dataclass(frozen=True)
class _Race:
    """The rows that may be the worst for one k, likeliest first, and how many of them may be looked at."""

    j: int
    k: int
    contenders: Array
    limit: int
    asked: bool

    @property
    def looked_at(self) -> list[int]:
        return list(self.contenders[: self.limit].tolist())


def worst_rows(analysis: Analysis, rows: Rows, *, goal: Goal | None, exact_rows: int) -> list[Worst]:
    """The worst row for each k of a finished analysis; ``rows`` is a cache that later steps can use again."""
    races = [_race(analysis, j, k, goal, exact_rows) for j, k in enumerate(analysis.question.ks)]
    rows.prefetch([row for race in races for row in race.looked_at])
    return [_run(analysis, rows, race, goal) for race in races]


def _race(analysis: Analysis, j: int, k: int, goal: Goal | None, exact_rows: int) -> _Race:
    lower, upper = analysis.lower[:, j], analysis.upper[:, j]
    best = lower.max()
    contenders = np.flatnonzero(upper >= best)
    if best == upper.max():
        # The value is known (a zero probe's); only an earlier row may tie with the first that certainly attains it.
        contenders = contenders[: int(np.argmax(lower[contenders] == best)) + 1]
    asked = goal is not None and goal.decide(float(best), float(upper.max())) is None
    unseen = ~analysis.seen[contenders]  # of a run that was stopped early: nothing is known of them
    order = np.lexsort((contenders, -(lower / 2 + upper / 2)[contenders], unseen))
    limit = max(1, exact_rows if asked else min(_UNASKED, exact_rows))
    limit = min(limit, max(1, int((~unseen).sum())))
    return _Race(j, k, contenders[order], limit, asked)


def _run(analysis: Analysis, rows: Rows, race: _Race, goal: Goal | None) -> Worst:
    upper = analysis.upper[:, race.j]
    found: dict[int, Enclosure] = {}
    for exact in (False, True):
        best = max((lo for lo, _ in found.values()), default=None)
        for row in race.looked_at:
            if best is None or (found[row][1] >= best and found[row][0] < found[row][1]):
                found[row] = _enclose(analysis, rows, row, race, exact, goal)
    lo = max(lo for lo, _ in found.values())
    row = min(row for row, ends in found.items() if ends[0] == lo)
    hi = max(hi for _, hi in found.values())
    rest = race.contenders[race.limit :]
    if len(rest):
        hi = max(hi, Fraction(float(upper[rest].max())))
    meets, undecided = None, 0
    if goal is not None:
        meets = goal.decide(lo, hi)
        if meets is None:
            undecided = int((~goal.met_by(upper[rest])).sum())
    return Worst(race.k, row, float_down(lo), float_up(hi), meets, undecided)


def _enclose(analysis: Analysis, rows: Rows, row: int, race: _Race, exact: bool, goal: Goal | None) -> Enclosure:
    """The row's loss by the next rung, never wider than its float64 interval."""
    lower, upper = (Fraction(float(ends[row, race.j])) for ends in (analysis.lower, analysis.upper))
    question = analysis.question
    if lower == upper or not question.readout.refines:
        return lower, upper
    most = None if race.asked else question.supports.most_contested(race.k, _UNASKED_ENTRIES)
    if question.A.is_complex:
        found = complex_row(
            rows,
            row,
            k=race.k,
            readout=question.readout,
            supports=question.supports,
            radius=float(analysis.radius[row]),
            most=most,
        )
        decide = goal if exact else None
        low, high = complex_value(found, race.k, question.readout, scaled=question.pair.scaled, goal=decide)
        return low, high if found.complete else upper
    entries = contested_entries(
        rows,
        row,
        k=race.k,
        readout=question.readout,
        supports=question.supports,
        radius=float(analysis.radius[row]),
        exact=exact,
        most=most,
    )
    lo, hi = row_value(entries, race.k, question.readout.exactly(row), question.pair.scaled)
    return lo, hi if entries.complete else upper
