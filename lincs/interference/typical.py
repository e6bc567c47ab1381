"""What a finished analysis proves about random k-sparse inputs, beside a sample of them (THEOREMS.md, 11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.binomial import CONFIDENCE, clopper_pearson, quantile_interval
from lincs.errors import InputError, check_integer, check_seed
from lincs.exact.goal import Goal
from lincs.exact.rounding import U, float_down, float_up
from lincs.interference.column_maxima import column_maxima
from lincs.interference.input_errors import Inputs, largest_errors
from lincs.interference.laws import Law, Support, law, stream, support
from lincs.interference.moments import RowMoments
from lincs.interference.row_sums import row_sums
from lincs.interference.tails import RowTails, one_tail, union
from lincs.interference.typical_results import Misread, Typical, TypicalCase, TypicalLevel
from lincs.interference.worst import Analysis
from lincs.interval import Interval
from lincs.problem import parse_eps
from lincs.readouts.base import Readout
from lincs.results import WorstCase
from lincs.selection import Selection

__all__ = ["Asked", "Ensemble", "asked_inputs", "rows_of", "typical_of"]

Array = npt.NDArray[Any]

RISKS = ("0.01", "1e-6")


@dataclass(frozen=True)
class Asked:
    """Which random inputs are asked about, at which risks, and how many are drawn."""

    law: Law
    support: Support
    risks: tuple[Fraction, ...]
    samples: int
    seed: int

    def check(
        self, readout: Readout, *, is_complex: bool, groups: bool, client: bool, stop_early: bool, selects: bool
    ) -> None:
        """:class:`InputError` naming what random inputs like these have no meaning for."""
        name = f"typical {self.law.name}"
        if not readout.has_eps:
            raise InputError(f"{name} has no meaning for the {readout.name} read-out, which has no error")
        if self.law.symmetric == readout.one_sided:
            raise InputError(f"{name} has no meaning for the {readout.name} read-out, whose inputs are {readout.box}")
        if selects:
            raise InputError(f"{name} has no meaning for an activation that compares all features")
        if is_complex:
            raise InputError(f"{name} has no meaning for complex features")
        if groups:
            raise InputError(f"{name} has no meaning with groups, whose rules random supports would break")
        if client:
            raise InputError(f"{name} cannot be used with a cluster (client), whose workers know nothing of it")
        if stop_early:
            raise InputError(f"{name} cannot be used with stop_early, which leaves rows out")


def asked_inputs(typical: str | None, support_name: str | None, risk: Any, samples: int, seed: int) -> Asked | None:
    """The options of :func:`lincs.verify`; None if nothing is asked."""
    if typical is None:
        for name, value in (("support", support_name), ("risk", risk)):
            if value is not None:
                raise InputError(f"{name} must come with typical, got {value!r} alone")
        return None
    texts: Any = RISKS if risk is None else risk
    texts = texts.split(",") if isinstance(texts, str) else texts if isinstance(texts, Sequence) else (texts,)
    risks = tuple(_risk(text) for text in texts)
    if not risks or len(set(risks)) < len(risks):
        raise InputError(f"risk must be distinct probabilities, got {risk!r}")
    chosen = support("subset" if support_name is None else support_name)
    return Asked(law(typical), chosen, risks, check_integer(samples, "samples"), check_seed(seed))


def _risk(text: Any) -> Fraction:
    try:
        value = parse_eps(text)
    except InputError as error:
        raise InputError(str(error).replace("eps", "risk")) from None
    if not value < 1:
        raise InputError(f"risk must be below 1, got {text}")
    return value


def rows_of(analysis: Analysis, chosen: Selection) -> Array:
    """The rows asked for, in the order of a result's arrays."""
    return np.arange(analysis.question.A.m) if chosen.rows is None else chosen.rows


@dataclass(frozen=True)
class Ensemble:
    """The rows ``rows`` (n) of an analysis at random inputs; everything else follows from what was kept of them."""

    analysis: Analysis
    moments: RowMoments
    asked: Asked
    rows: Array

    @cached_property
    def _sums(self) -> tuple[Array, Array]:
        """Ends of the row sums of ``B^T A``, where the law needs them."""
        question = self.analysis.question
        low, high = row_sums(question.B, question.A, self.analysis.survey)
        return low[self.rows], high[self.rows]

    @property
    def diagonal(self) -> tuple[Array, Array]:
        survey = self.analysis.survey
        middle, radius = survey.diagonal[self.rows], survey.diagonal_radius[self.rows]
        return middle - radius, middle + radius

    def tails(self, case: WorstCase, j: int) -> RowTails:
        """Of the errors at ``ks[j]``, with the factors and biases of the result for it."""
        asked, rows, question = self.asked, self.rows, self.analysis.question
        c = np.ones(len(rows)) if case.scale is None else case.scale[rows]
        shift = None if case.bias is None else case.bias[rows]
        unit = self.moments.unit(rows) * c
        low, high = self.diagonal
        step = 4 * U * (1 + np.abs(c * high) + np.abs(c * low))
        own = c * low - 1 - step, c * high - 1 + step
        worst = self.analysis.upper[rows, j] if asked.support.at_most_k else None
        if worst is not None and case.scale is not None:  # the factor in use is the best one rounded to a double
            worst = worst * (1 + 1e-12) + 1e-12
        most_k = max(question.ks)
        common: dict[str, Any] = {"k": case.k, "m": question.A.m, "most_k": most_k}

        def tail(side: str, ends: tuple[Array, Array], total: Array | None) -> Any:
            kept = self.moments.kept[side][rows] * unit[:, None] * (1 + 4 * U)
            rest = self.moments.rest[side][:, rows] * np.stack([unit**2, unit**4]) * (1 + 16 * U)
            return one_tail(asked.law, asked.support, kept=kept, own=ends, rest=rest, total=total, **common)

        if asked.law.symmetric:
            return RowTails(tail("absolute", own, None), None, shift, worst)
        sums = self._sums[0] * c - 1, self._sums[1] * c - 1
        slack = 8 * U * (1 + np.abs(sums[0]) + np.abs(sums[1]))
        above = tail("positive", own, sums[1] + slack)
        below = tail("negative", (-own[1], -own[0]), slack - sums[0])
        return RowTails(above, below, shift, worst)

    def mean_squares(self, case: WorstCase) -> tuple[Array, Array]:
        """(n,) ends of ``E (X_i + b_i)^2``."""
        rows, law, k, m = self.rows, self.asked.law, case.k, self.analysis.question.A.m
        c = np.ones(len(rows)) if case.scale is None else case.scale[rows]
        unit = self.moments.unit(rows) * c
        low, high = self.diagonal
        own = c * low - 1, c * high - 1
        least = np.where((own[0] < 0) & (own[1] > 0), 0.0, np.minimum(np.abs(own[0]), np.abs(own[1])))
        squares = (
            (self.moments.total[0, rows] * unit) ** 2 + least**2,
            (self.moments.total[1, rows] * unit) ** 2 + np.maximum(own[0] ** 2, own[1] ** 2),
        )
        rate, both = k / m, self.asked.support.pairs(k, m)
        if law.symmetric:
            ends = tuple(rate * law.square * part for part in squares)
        else:
            ends = self._one_sided_squares(case, c, squares, rate, both)
        slack = 64 * U * (1 + np.abs(ends[1]))
        return np.maximum(ends[0] - slack, 0), ends[1] + slack

    def _one_sided_squares(
        self, case: WorstCase, c: Array, squares: tuple[Array, Array], rate: float, both: float
    ) -> tuple[Array, Array]:
        """From ``E X^2 = rate square ||E||^2 + both mean^2 (s^2 - ||E||^2)`` and ``E X = rate mean s``."""
        mean, weight = self.asked.law.mean, rate * self.asked.law.square - both * self.asked.law.mean**2
        b = np.zeros(len(c)) if case.bias is None else case.bias[self.rows]
        s = self._sums[0] * c - 1, self._sums[1] * c - 1
        # Of degree 2 in s: both mean^2 s^2 + 2 b rate mean s + b^2, convex, least at its vertex.
        terms = [both * mean**2 * x**2 + 2 * b * rate * mean * x + b**2 for x in s]
        vertex = -b * rate / (both * mean) if both > 0 else np.full(len(c), np.inf)
        inside = (s[0] < vertex) & (vertex < s[1])
        least = np.where(inside, b**2 - (rate**2 / both if both > 0 else 0.0) * b**2, np.minimum(*terms))
        return weight * squares[0] + least, weight * squares[1] + np.maximum(*terms)


def typical_of(
    analysis: Analysis,
    moments: RowMoments,
    asked: Asked,
    cases: Sequence[WorstCase],
    chosen: Selection,
    *,
    goal: Goal | None,
) -> Typical:
    """The proofs and the sample for every k; ``cases`` are the results, with arrays of all rows."""
    ensemble = Ensemble(analysis, moments, asked, rows_of(analysis, chosen))
    eps = None if goal is None else float_up(goal.level)
    maxima = None if eps is None else _column_maxima(ensemble, cases)
    found: list[TypicalCase] = []
    columns: dict[str, Any] = {}
    for j, case in enumerate(cases):
        tails = ensemble.tails(case, j)
        squares = ensemble.mean_squares(case)
        drawn = _sample(ensemble, case)
        misread = None
        if eps is not None:
            chances = tails.at(_down(goal))
            total = union(chances)
            columns[f"misread_k{case.k}"] = chances
            misread = Misread(
                lower=0.0 if maxima is None else _misread_at_least(asked, maxima[j], case, eps),
                sampled=clopper_pearson(int((drawn >= eps).sum()), len(drawn)),
                upper=min(1.0, total),
                expected_features=total,
            )
        columns[f"rms_k{case.k}"] = np.sqrt(squares[1]) * (1 + 4 * U)
        levels = []
        for p in asked.risks:
            risk = float(p) * (1 - 4 * U)
            columns[f"eps_k{case.k}_risk{float(p):g}"] = tails.each(risk)
            level = tails.level(risk, average=False)
            average = tails.level(risk, average=True)
            sampled = quantile_interval(drawn, float(p))
            levels.append(TypicalLevel(p=p, eps=level, sampled=sampled, average_feature=average))
        found.append(
            TypicalCase(
                k=case.k,
                rms_worst=_root(squares[0].max(), squares[1].max()),
                rms_mean=_root(squares[0].mean(), squares[1].mean()),
                risk=tuple(levels),
                median=float(np.median(drawn)),
                misread=misread,
            )
        )
    survival = None
    if eps is not None:
        survival = {p: max((c.k for c in found if c.misread and c.misread.upper <= p), default=0) for p in asked.risks}
    return Typical(
        values=asked.law.name,
        support=asked.support.name,
        samples=asked.samples,
        seed=asked.seed,
        confidence=CONFIDENCE,
        cases=tuple(found),
        survival=survival,
        columns=columns,
    )


def _down(goal: Goal | None) -> float:
    assert goal is not None
    return float_down(goal.level)


def _root(low: float, high: float) -> Interval:
    return Interval(float(np.sqrt(low)) * (1 - 64 * U), float(np.sqrt(high)) * (1 + 64 * U))


def _column_maxima(ensemble: Ensemble, cases: Sequence[WorstCase]) -> Array | None:
    """(number of k, m) lower bounds of ``max_i |E_ij|``; None where nothing follows from them."""
    asked, question = ensemble.asked, ensemble.analysis.question
    shifted = any(case.bias is not None for case in cases)
    if shifted or not (asked.law.symmetric or (asked.support.at_most_k and any(case.k == 1 for case in cases))):
        return None
    n, rows = len(cases), ensemble.rows
    survey = ensemble.analysis.survey
    if cases[0].scale is None and survey.same and question.rows is None and "absolute" in ensemble.moments.kept:
        # The largest of a row's computed entries is kept with its radius added: two radii less is a lower bound.
        largest = ensemble.moments.kept["absolute"][:, 0] * ensemble.moments.unit(rows)
        radius = ensemble.moments.radius * ensemble.moments.unit(rows)
        low, high = ensemble.diagonal
        own = np.maximum(np.maximum(low - 1, 1 - high), 0) - 4 * U
        return np.tile(np.maximum(largest * (1 - 1e-11) - 2 * radius, own) * (1 - 8 * U), (n, 1))
    factors = np.stack([np.ones(len(rows)) if case.scale is None else case.scale[rows] for case in cases])
    if case_is_same := all((part == factors[0]).all() for part in factors):
        factors = factors[:1]
    found = column_maxima(question.B, question.A, survey, rows, factors, threads=question.threads)
    return np.tile(found, (n, 1)) if case_is_same else found


def _misread_at_least(asked: Asked, maxima: Array, case: WorstCase, eps: float) -> float:
    """THEOREMS.md, 11: an active feature that moves a row by eps alone is not made harmless by the rest."""
    alone = case.k == 1 and asked.support.at_most_k
    if not (asked.law.symmetric or alone):
        return 0.0
    with np.errstate(divide="ignore", over="ignore"):
        ratio = np.where(maxima > 0, eps / np.maximum(maxima, 1e-300) * (1 + 4 * U), np.inf)
    none = asked.support.none(asked.law.below(ratio), case.k)
    return max(0.0, (1 - none) * (1.0 if alone else 0.5) - 1e-9)


def _sample(ensemble: Ensemble, case: WorstCase) -> Array:
    """The largest error over the rows at every one of the seeded inputs."""
    asked, question, rows = ensemble.asked, ensemble.analysis.question, ensemble.rows
    rng, m = stream(asked.seed, case.k), question.A.m
    supports, values = [], []
    for _ in range(asked.samples):
        supports.append(asked.support.draw(rng, m, case.k))
        values.append(asked.law.draw(rng, len(supports[-1])))
    which = np.repeat(np.arange(asked.samples), [len(s) for s in supports])
    inputs = Inputs(which, np.concatenate(supports), np.concatenate(values), asked.samples)
    b, places = question.B, np.arange(m)
    if question.rows is not None:
        places = np.full(m, -1)
        places[rows] = np.arange(len(rows))
        b = b.only(rows)
    scale, bias = (None if part is None else part[rows] for part in (case.scale, case.bias))
    return largest_errors(question.A, b, inputs, scale, bias, places, None)
