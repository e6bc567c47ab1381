"""``verify(..., readout="deployed")``: the encoder of a pair as a read-out, and what is proved of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from lincs.encoders.activations import GroupMax, TopK
from lincs.encoders.normal_form import Asked, NormalForm, normal_form
from lincs.errors import ContradictionError, InputError
from lincs.exact.goal import Goal
from lincs.exact.rounding import float_down, float_up
from lincs.interference.decide import Worst
from lincs.interference.deployed_features import FeatureTable, feature_table
from lincs.interference.deployed_record import DeployedRecord, Detection, Ends
from lincs.interference.deployed_results import DeployedCase, DeployedVerification
from lincs.interference.groupmax import GroupMaxRecord
from lincs.interference.groups import Asked as AskedSupports
from lincs.interference.in_file import fields_in_the_file
from lincs.interference.ladder import Rows, contested_entries
from lincs.interference.selecting import Chosen, SelectingRecord, TopKRecord, best_attained
from lincs.interference.supports import Supports
from lincs.interference.witness import reevaluate
from lincs.interference.worst import Analysis
from lincs.interval import Interval
from lincs.problem import parse_eps
from lincs.reading import Pair
from lincs.readouts.base import Entry
from lincs.readouts.deployed import Deployed, Errors
from lincs.readouts.deployed_witness import Extremal, candidates, extremal
from lincs.selection import Selection

__all__ = ["Deployment", "deploy", "deployed_result", "parse_detection"]

_TIES = 1024  # entries that are looked at beyond 4 k of a row of very many ties
_TRIED = 8  # rows of an encoder that selects whose candidates are put through it
_LAST_BITS = Fraction(1, 10**12)


@dataclass(frozen=True)
class Deployment:
    """An encoder that is to be verified: its normal form over the features that exist, and what firing means."""

    form: NormalForm
    readout: Deployed
    detection: Detection

    @property
    def selects(self) -> bool:
        """Whether it compares all features."""
        return isinstance(self.form.activation, TopK)

    def record(self, supports: Supports, ks: tuple[int, ...], m: int) -> DeployedRecord:
        activation = self.form.activation
        if not isinstance(activation, TopK):
            return DeployedRecord(self.readout, self.detection, supports, ks, m)
        blocks = isinstance(activation, GroupMax)
        kind = GroupMaxRecord if blocks else TopKRecord
        if not supports.plain:
            raise InputError(
                f"groups have no meaning for the activation {activation.name}, which compares all features"
            )
        return kind(self.readout, self.detection, supports, ks, m, Chosen(activation.keep, blocks))


def parse_detection(tau: Any, level: Any) -> Detection:
    """``0 < tau <= 1`` (default 1) and ``level >= 0`` (default 0), read like an eps."""
    read = {name: _number(value, name) for name, value in (("tau", 1 if tau is None else tau), ("level", level or 0))}
    if not 0 < read["tau"] <= 1:
        raise InputError(f"tau must lie in (0, 1], got {tau}")
    return Detection(level=read["level"], tau=read["tau"])


def _number(value: Any, name: str) -> Fraction:
    if value == 0 or (isinstance(value, str) and value.strip("0.") == "" and "0" in value):
        return Fraction(0)
    try:
        return parse_eps(value)
    except InputError as error:
        raise InputError(str(error).replace("eps", name)) from None


def deploy(read: Pair, chosen: Selection, asked: Asked, *, tau: Any, level: Any) -> Deployment:
    """The encoder of the pair as it was read; raises :class:`InputError` where there is none or it is not known."""
    if not read.given:
        raise InputError(
            "the deployed read-out needs the encoder: give B, a file that holds one, or tied features (B = A)"
        )
    form = normal_form(read.A, read.B, read.parts, asked, unit=read.unit)
    activation, m = form.activation, read.A.m
    selects = isinstance(activation, TopK)
    if isinstance(activation, TopK) and activation.keep > m:
        raise InputError(f"activation {activation.name} keeps more than the m = {m} features there are")
    if isinstance(activation, GroupMax) and m % activation.keep:
        raise InputError(f"activation {activation.name} needs blocks of one size, but m = {m} features are none")
    if selects and chosen.rows is not None:
        raise InputError(f"features has no meaning for the activation {activation.name}, which compares all features")
    if selects and chosen.living is not None:
        raise InputError(
            f"without has no meaning for the activation {form.activation.name}, which compares all features"
        )
    readout = replace(form.readout, exact=not selects)
    if chosen.living is not None:
        readout = readout.only(chosen.living)
    return Deployment(form, readout, parse_detection(tau, level))


def deployed_result(
    analysis: Analysis,
    rows: Rows,
    worst: Sequence[Worst],
    deployment: Deployment,
    chosen: Selection,
    supports: AskedSupports,
    *,
    goal: Goal | None,
    exact_rows: int,
) -> DeployedVerification:
    """The result of a finished analysis; every witness has been put through the encoder exactly."""
    record = analysis.question.record
    assert isinstance(record, DeployedRecord)
    table = feature_table(analysis, record, rows, exact_rows=exact_rows)
    m = analysis.question.A.m
    asked = np.arange(m) if chosen.rows is None else chosen.rows
    mine = table.only(asked)
    ends = [record.errors(analysis, j) for j in range(len(worst))]
    results = [_case(analysis, rows, j, case, record, ends[j], mine, asked, goal) for j, case in enumerate(worst)]
    names = np.arange(m) if chosen.living is None else chosen.living
    for case in results:  # rows of the other errors, by the indices of the file
        case.errors.update({name: (ends, int(names[row])) for name, (ends, row) in case.errors.items()})
    kinds = _kinds(ends, asked)
    return DeployedVerification(
        **fields_in_the_file(analysis, results, chosen, goal),
        structure=supports.structure,
        activation=deployment.form.activation.name,
        b_dec=deployment.form.b_dec,
        tau=deployment.detection.tau,
        level=deployment.detection.level,
        false=kinds["false"],
        over=kinds["over"],
        under=kinds["under"],
        table=mine,
        deployed=deployment.readout,
    )


def _case(
    analysis: Analysis,
    rows: Rows,
    j: int,
    case: Worst,
    record: DeployedRecord,
    ends: tuple[Errors, Errors],
    table: FeatureTable,
    asked: Any,
    goal: Goal | None,
) -> DeployedCase:
    question, row = analysis.question, case.row
    encoder = record.readout
    errors = _errors(*ends, asked)
    if isinstance(record, SelectingRecord):
        return _selected_case(analysis, rows, j, case, record, errors, table.counts(j), goal)
    off, own = _exact_row(analysis, rows, row, case.k)
    found = extremal(encoder, row, case.k, off=off, own=own, choose=question.supports.choose)
    attained = reevaluate(found.witness, question.B, question.A, row, readout=encoder, scale=None)
    outside = attained > Fraction(case.hi) or attained < Fraction(case.lo) - _LAST_BITS * (1 + abs(Fraction(case.lo)))
    if outside:
        raise ContradictionError(f"the witness of row {row} attains {float(attained)}, outside [{case.lo}, {case.hi}]")
    return DeployedCase(
        k=case.k,
        row=row,
        witness=found.witness,
        eps=Interval(min(case.lo, float_down(attained)), max(case.hi, float_up(found.value))),
        holds=case.meets,
        undecided=case.undecided,
        kind=found.kind,
        attained=found.attained,
        limit=found.limit,
        errors=errors,
        features=table.counts(j),
    )


def _kinds(found: Sequence[tuple[Errors, Errors]], asked: Any) -> dict[str, Ends]:
    """The three kinds of error of every row asked for, at every k."""

    def ends(name: str, end: int) -> Any:
        return np.stack([np.maximum(getattr(pair[end], name)[asked], 0) for pair in found], axis=1)

    return {name: (ends(name, 0), ends(name, 1)) for name in ("false", "over", "under")}


def _errors(low: Errors, high: Errors, asked: Any) -> dict[str, tuple[Interval, int]]:
    """The worst of each kind of error over the rows asked for."""
    errors = {}
    for name, shown in (("false", "false_activation"), ("over", "over"), ("under", "under")):
        ends = np.maximum(getattr(low, name)[asked], 0), np.maximum(getattr(high, name)[asked], 0)
        at = int(np.argmax(ends[0]))
        errors[shown] = Interval(float(ends[0][at]), float(ends[1].max())), int(asked[at])
    return errors


def _selected_case(
    analysis: Analysis,
    rows: Rows,
    j: int,
    case: Worst,
    record: SelectingRecord,
    errors: dict[str, tuple[Interval, int]],
    features: dict[str, int],
    goal: Goal | None,
) -> DeployedCase:
    """An encoder that selects: the certified bracket, and the worst input that was tried on the encoder itself."""
    question, encoder = analysis.question, record.readout
    likeliest = np.argsort(-analysis.upper[:, j], kind="stable")[:_TRIED].tolist()
    best: tuple[float, int, Extremal] | None = None
    for row in dict.fromkeys([case.row, *likeliest]):
        off, own = _exact_row(analysis, rows, row, case.k)
        tried = candidates(encoder, row, case.k, off, own, question.supports.choose)
        found = best_attained(encoder, record.chosen, question.B, question.A, row, tried)
        if found is not None and (best is None or found[0] > best[0]):
            best = found[0], row, found[1]
    assert best is not None  # the input zero is one of the candidates
    lo = max(case.lo, best[0])
    if lo > case.hi:
        raise ContradictionError(f"the witness of row {best[1]} attains {lo}, above {case.hi}")
    refuted = goal is not None and not goal.met(lo)
    return DeployedCase(
        k=case.k,
        row=best[1],
        witness=best[2].witness,
        eps=Interval(lo, case.hi),
        holds=False if refuted else case.meets,
        undecided=0 if refuted else case.undecided,
        kind=best[2].kind,
        attained=None,
        errors=errors,
        features=features,
    )


def _exact_row(analysis: Analysis, rows: Rows, row: int, k: int) -> tuple[list[Entry], Fraction]:
    """The exact entries of a row that may be among its k largest, and its diagonal entry."""
    question = analysis.question
    entries = contested_entries(
        rows,
        row,
        k=k,
        readout=question.readout,
        supports=question.supports,
        radius=float(analysis.radius[row]),
        exact=True,
        most=question.supports.most_contested(k, _TIES),
    )
    unit = Fraction(2) ** entries.base
    off = [(int(i), q * unit) for i, q in zip(entries.columns.tolist(), entries.lo, strict=True)]
    return off, entries.diagonal[0] * unit
