"""A finished analysis as a result about the rows that were asked for, by the indices of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from lincs.bounds.limits import limits_of
from lincs.exact.goal import Goal
from lincs.interference.worst import Analysis
from lincs.results import Structure, Verification, WorstCase
from lincs.selection import Selection

__all__ = ["fields_in_the_file", "in_the_file"]


def in_the_file(
    analysis: Analysis,
    results: Sequence[WorstCase],
    chosen: Selection,
    *,
    structure: Structure | None,
    goal: Goal | None,
) -> Verification:
    """The verification of a pair."""
    question = analysis.question
    find = None
    if structure is None and chosen.rows is None and not question.A.is_complex:
        shape = {"d": question.A.d, "m": question.A.m}
        find = partial(limits_of, **shape, ks=question.ks, readout=question.readout.name, goal=goal)
    fields = fields_in_the_file(analysis, results, chosen, goal)
    return Verification(**fields, structure=structure, find_limits=find)


def fields_in_the_file(
    analysis: Analysis, results: Sequence[WorstCase], chosen: Selection, goal: Goal | None
) -> dict[str, Any]:
    """What every verification says, by the names of its fields."""
    question = analysis.question
    rows: Any = slice(None)
    if chosen.asked is not None:
        rows = slice(None) if chosen.rows is None else chosen.rows
        names = range(question.A.m) if chosen.living is None else chosen.living.tolist()
        results = [_renamed(case, rows, names) for case in results]
    return {
        "d": question.A.d,
        "m": question.A.m,
        "pair": question.pair.name,
        "readout": question.readout.name,
        "goal": goal,
        "dead": tuple(chosen.original(np.flatnonzero(analysis.survey.a_norms == 0)).tolist()),
        "results": tuple(results),
        "lower": analysis.lower[rows],
        "upper": analysis.upper[rows],
        "trivial": analysis.trivial[rows],
        "left_out": chosen.left_out,
        "features": chosen.asked,
        "is_complex": question.A.is_complex,
    }


def _renamed(case: WorstCase, rows: Any, names: Sequence[int]) -> WorstCase:
    """The case with its features called as in the file, and arrays of the rows asked for."""
    kept = {name: getattr(case, name) for name in ("scale", "bias", "threshold")}
    arrays: dict[str, Any] = {name: None if array is None else array[rows] for name, array in kept.items()}
    return replace(case, row=names[case.row], witness=case.witness.renamed(names), **arrays)
