"""Proved rates at which an encoder, as it is deployed, fires and misses wrongly at random inputs (THEOREMS.md, 11)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U
from lincs.interference.deployed_record import DeployedRecord
from lincs.interference.moments import RowMoments
from lincs.interference.row_sums import row_sums
from lincs.interference.tails import one_tail, union
from lincs.interference.typical import Asked, rows_of
from lincs.interference.typical_results import FiringRate, Typical, TypicalFiring
from lincs.interference.worst import Analysis
from lincs.selection import Selection

__all__ = ["typical_firing"]

Array = npt.NDArray[Any]


def typical_firing(analysis: Analysis, moments: RowMoments, asked: Asked, chosen: Selection) -> Typical:
    """False firings, ``sum_{j != i} M_ij z_j > t - beta`` while feature i is off; misses, at most ``t - beta - D tau``.

    Given whether feature i is active, the others are a random support of m - 1 features: k of them, or k - 1.  The
    expected misses are those of an input whose active features are all at tau or more.
    """
    question, record = analysis.question, analysis.question.record
    assert isinstance(record, DeployedRecord)
    rows, m, survey = rows_of(analysis, chosen), question.A.m, analysis.survey
    own = survey.diagonal - survey.diagonal_radius, survey.diagonal + survey.diagonal_radius
    (t_low, t_high), (bias_low, bias_high), reach = (
        record.firing(slice(None)),
        record.bias(slice(None)),
        record.reach(own),
    )
    size = np.abs(bias_low) + np.abs(bias_high) + t_high + np.abs(own[0]) + np.abs(own[1])
    fires = (t_low - bias_high - 8 * U * size)[rows]
    misses = (bias_low + reach[0] - t_high - 8 * U * size)[rows]
    low, high = row_sums(question.B, question.A, survey)
    slack = 8 * U * (np.abs(low) + np.abs(high) + size)
    totals = {"positive": (high - own[0] + slack)[rows], "negative": (own[1] - low + slack)[rows]}
    unit = moments.unit(rows)
    most_k = max(question.ks)

    def chances(side: str, k: int, levels: Array, worst: Array) -> Array:
        """Of ``X >= level``, or of ``-X >= level``; ``worst`` is what no input exceeds."""
        if k == 0:
            return np.where(levels <= 0, 1.0, 0.0)
        tail = one_tail(
            asked.law,
            asked.support,
            k=k,
            m=m - 1 if asked.support.at_most_k else m,  # of a rate k/m
            most_k=most_k,
            kept=moments.kept[side][rows] * unit[:, None] * (1 + 4 * U),
            own=None,
            rest=moments.rest[side][:, rows] * np.stack([unit**2, unit**4]) * (1 + 16 * U),
            total=totals[side],
        )
        found = tail.at(levels)
        return np.where(levels > worst, 0.0, found) if asked.support.at_most_k else found

    columns: dict[str, Any] = {}
    cases = []
    for j, k in enumerate(question.ks):
        positive, negative = (
            record.sums[name][1, rows, j] * (1 + 8 * U) for name in ("positive_sum", "negative_before")
        )
        exactly = asked.support.at_most_k
        false = chances("positive", min(k, m - 1) if exactly else k, fires, positive)
        missed = chances("negative", k - 1 if exactly else k, misses, negative)
        columns[f"false_rate_k{k}"], columns[f"miss_rate_k{k}"] = false, missed
        off, on = _rate(false, 1 - k / m, rows, chosen), _rate(missed, k / m, rows, chosen)
        cases.append(TypicalFiring(k=k, false=off, missed=on))
    return Typical(
        values=asked.law.name,
        support=asked.support.name,
        cases=tuple(cases),
        columns=columns,
    )


def _rate(chances: Array, weight: float, rows: Array, chosen: Selection) -> FiringRate:
    worst = int(np.argmax(chances))
    return FiringRate(
        expected=union(chances) * max(weight, 0.0),
        worst=float(chances[worst]),
        row=int(chosen.original(rows[worst])),
    )
