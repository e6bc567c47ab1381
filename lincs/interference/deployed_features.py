"""The features of a deployed encoder: which are clean, which a threshold of their own makes clean, which none can.

At (k, tau) feature i is *clean* if no k-sparse input with ``z_i = 0`` fires it and every one with ``z_i >= tau`` does:
``a = t - beta - P_k >= 0`` and ``b = beta + D tau - N_{k-1} - t > 0``.  ``a + b`` does not depend on beta and t, so
that it can be made clean by its threshold if and only if ``a + b > 0`` (THEOREMS.md, theorem 10c).

What floating point leaves open is settled in exact arithmetic, row by row, up to a number of rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import signed_ends
from lincs.interference.deployed_record import DeployedRecord, Ends
from lincs.interference.ladder import Entries, Rows, contested_entries, row_tops
from lincs.interference.worst import Analysis
from lincs.readouts.deployed import Deployed
from lincs.readouts.nonnegative import Nonnegative

__all__ = ["BEYOND", "CLASSES", "CLEAN", "CLEANABLE", "UNDECIDED", "FeatureTable", "feature_table"]

Array = npt.NDArray[Any]

CLASSES = ("clean", "cleanable", "beyond", "undecided")
CLEAN, CLEANABLE, BEYOND, UNDECIDED = range(4)


@dataclass(frozen=True)
class FeatureTable:
    """Per feature (rows) and k (columns): classes, margins, thresholds; ``k_false`` and ``k_miss`` as (2, m) ends.

    ``gain`` is D.  ``surest`` is the infimum of tau such that ``z_i > tau`` always fires (inf: no value in [0, 1) is
    enough), ``best_threshold`` the middle of what a threshold may be, ``raised`` and ``lowered`` how far the companions
    of an active feature can move it (P_{k-1}, N_{k-1}), ``linear`` the worst error of the same row as a linear read-out
    of features in [0, 1], without bias and threshold; all computed from the middles of enclosures.
    """

    classes: Array
    margin_false: Ends = field(repr=False)
    margin_miss: Ends = field(repr=False)
    k_false: Array
    k_miss: Array
    keep: int
    gain: Array
    bias: Array
    threshold: Array | None
    surest: Array
    best_threshold: Array
    raised: Array
    lowered: Array
    linear: Array

    def only(self, rows: Any) -> FeatureTable:
        """Some of the features."""

        def part(name: str) -> Any:
            value = getattr(self, name)
            if isinstance(value, tuple):
                return tuple(each[rows] for each in value)
            if name in ("k_false", "k_miss"):
                return value[:, rows]
            return value[rows] if isinstance(value, np.ndarray) else value

        return FeatureTable(**{name: part(name) for name in self.__dataclass_fields__})

    def counts(self, j: int) -> dict[str, int]:
        return {name: int((self.classes[:, j] == n).sum()) for n, name in enumerate(CLASSES)}


def feature_table(found: Analysis, record: DeployedRecord, rows: Rows, *, exact_rows: int) -> FeatureTable:
    """Of all features of a finished analysis; at most ``exact_rows`` rows are taken to exact arithmetic."""
    ks, m = record.ks, record.m
    a, b, both = ([np.empty((m, len(ks))), np.empty((m, len(ks)))] for _ in range(3))
    for j in range(len(ks)):
        for ends, values in zip((a, b, both), record.margins(found, j), strict=True):
            for end in range(2):
                ends[end][:, j] = values[end]
    asked = np.arange(m) if found.question.rows is None else found.question.rows
    if record.readout.refines:
        _settle(found, record, rows, asked, (a, b, both), exact_rows)
    classes = _classes(a, b, both)
    survey = found.survey
    middle = {name: _middle(ends[0], ends[1]) for name, ends in record.sums.items()}
    bias, gain = record.readout.bias, survey.diagonal
    t = _middle(*record.firing(slice(None)))
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        r = bias[:, None] - middle["negative_before"]
        reach = _middle(*record.reach((gain, gain)))
        best = bias[:, None] + (middle["positive_sum"] + reach[:, None] - middle["negative_before"]) / 2
        crossing = np.where(gain[:, None] > 0, (t[:, None] - r) / np.where(gain > 0, gain, 1.0)[:, None], np.inf)
        always = (r > t[:, None]) & (r + gain[:, None] > t[:, None])
        surest = np.where(always, 0.0, np.where(crossing < 1, np.maximum(crossing, 0.0), np.inf))
    return FeatureTable(
        classes=classes,
        margin_false=(a[0], a[1]),
        margin_miss=(b[0], b[1]),
        k_false=record.k_false,
        k_miss=record.k_miss,
        keep=record.keep,
        gain=gain,
        bias=bias,
        threshold=record.readout.threshold,
        surest=surest,
        best_threshold=best,
        raised=middle["positive_before"],
        lowered=middle["negative_before"],
        linear=_linear(record, found),
    )


def _linear(record: DeployedRecord, found: Analysis) -> Array:
    gain = found.survey.diagonal
    columns = [Nonnegative().given(record.tops(j, 1), gain, gain) for j in range(len(record.ks))]
    return np.stack(columns, axis=1)


def _middle(low: Array, high: Array) -> Array:
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where(np.isfinite(high), low / 2 + high / 2, low)


def _classes(a: list[Array], b: list[Array], both: list[Array]) -> Array:
    clean = (a[0] >= 0) & (b[0] > 0)
    not_clean = (a[1] < 0) | (b[1] <= 0)
    out = np.full(a[0].shape, UNDECIDED, dtype=np.int8)
    out[clean] = CLEAN
    out[not_clean & (both[0] > 0)] = CLEANABLE
    out[both[1] <= 0] = BEYOND
    return out


def _settle(
    found: Analysis,
    record: DeployedRecord,
    rows: Rows,
    asked: Array,
    margins: tuple[list[Array], list[Array], list[Array]],
    exact_rows: int,
) -> None:
    """Exact margins and counts of the rows that are open, the first ``exact_rows`` of them."""
    undecided = (_classes(*margins)[asked] == UNDECIDED).any(axis=1)
    counts = (record.k_false[0, asked] != record.k_false[1, asked]) | (
        record.k_miss[0, asked] != record.k_miss[1, asked]
    )
    open_rows = asked[(undecided | counts) & found.seen[asked]][:exact_rows].tolist()
    for start in range(0, len(open_rows), rows.most):
        block = open_rows[start : start + rows.most]
        rows.prefetch(block)
        for row in block:
            entries = contested_entries(
                rows,
                row,
                k=record.keep,
                readout=record.readout,
                supports=record.supports,
                radius=float(found.radius[row]),
                exact=True,
                most=record.supports.most_contested(record.keep, 1024),
            )
            if entries.complete:
                _settle_row(record, record.readout, row, entries, margins)


def _settle_row(
    record: DeployedRecord,
    readout: Deployed,
    row: int,
    entries: Entries,
    margins: tuple[list[Array], list[Array], list[Array]],
) -> None:
    beta, own = readout.exact_bias(row), entries.diagonal[0] * Fraction(2) ** entries.base
    t = record.detection.level
    if readout.threshold is not None:
        t = max(t, Fraction(float(readout.threshold[row])))
    reach = own * record.detection.tau if own > 0 else own
    no_false, no_miss = -1 if beta > t else 0, 0
    for k in range(1, record.keep + 1):
        tops = row_tops(entries, k, readout, False, False)
        P, N = Fraction(tops["positive"].sum.item()), Fraction(tops["negative"].before.item())
        a, b = t - beta - P, beta + reach - N - t
        no_false += no_false == k - 1 and a >= 0
        no_miss += no_miss == k - 1 and b > 0
        if k in record.ks:
            j = record.ks.index(k)
            for ends, value in zip(margins, (a, b, a + b), strict=True):
                for end, rounded in zip(ends, signed_ends(value), strict=True):
                    end[row, j] = rounded
    if no_false == record.keep and all(q <= 0 for q in entries.lo):
        no_false = record.m - 1  # there is no positive entry at all
    record.k_false[:, row] = min(no_false, record.m - 1)
    record.k_miss[:, row] = no_miss
