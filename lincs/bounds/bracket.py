"""The bracket: the best proved bound of each side, and every other one beside it."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from lincs.bounds.ends import every_m, fallbacks
from lincs.bounds.rule import Rule, side_of
from lincs.bounds.rules import Catalogue, catalogue_of
from lincs.bounds.solve import solve
from lincs.problem import Problem
from lincs.results import Bound, Bracket

__all__ = ["bound"]


def bound(
    *,
    m: Any = None,
    k: Any = None,
    eps: Any = None,
    d: Any = None,
    readout: str = "signed",
    closed: bool = False,
) -> Bracket:
    """Bracket whichever of d, m, k, eps is not given.

    ``d(m, k, eps)`` is the least d for which some real d x m matrices A, B satisfy ``||B^T A z - z||_inf < eps`` for
    every k-sparse ``z`` in ``[-1, 1]^m`` (Garg, Kleinberg and Peng 2026, "linear compressed sensing").

    Unknown d: the lower end is proved necessary, the upper end is achieved.  Unknown m or k: the lower end is achieved,
    the upper end is proved.  Unknown eps: the lower end is excluded, the upper end is achieved (both on a grid of seven
    digits).  Among equal bounds the one listed first names the end.

    ``readout``: "signed", "nonnegative" (``z`` in ``[0, 1]^m``), "affine" (the same with a free bias) or "threshold"
    (binary z, free threshold, no eps).

    ``closed``: with ``<= eps`` in place of ``< eps``; the read-out may attain it.

    >>> answer = bound(m=16, k=2, eps=0.4)
    >>> answer.lower.value, answer.upper.value
    (9, 9)
    """
    problem = Problem(m=m, k=k, eps=eps, d=d, readout=readout, closed=closed)
    catalogue = catalogue_of(problem.readout)
    rows_for = _rows_for_d if problem.unknown == "d" else _rows_for_others
    return _assemble(problem, rows_for(problem, catalogue))


def _rows_for_d(problem: Problem, catalogue: Catalogue[Any]) -> list[Bound]:
    question = catalogue.ask(problem)()
    return [rule.bound(rule.answer(question)) for rule in catalogue.rules]


def _rows_for_others(problem: Problem, catalogue: Catalogue[Any]) -> list[Bound]:
    """Every rule solved for m, k or eps; decoders that are not linear only speak of d."""
    assert problem.d is not None
    ask, unknown = catalogue.ask(problem), problem.unknown
    if unknown == "m" and (every := every_m(catalogue.every_m, ask(m=2), problem.d)):
        return every
    rows: list[Bound] = []
    limits: list[int] = []  # of m or k, proved so far
    for rule in catalogue.rules:
        if rule.kind == "other-decoder":
            continue
        ceiling = min(limits, default=None)
        outcome = solve(rule, ask, unknown=unknown, d=problem.d, most=problem.m, ceiling=ceiling)
        if side_of(rule.side, unknown) != rule.side and _limits(rule) and isinstance(outcome.value, int):
            limits.append(outcome.value)
        rows.append(rule.bound(outcome, unknown=unknown))
    return [*rows, *fallbacks(problem)]


def _limits(rule: Rule[Any]) -> bool:
    return rule.side == "lower" and rule.kind == "theorem"


def _assemble(problem: Problem, rows: list[Bound]) -> Bracket:
    lower_end, upper_end = _best(rows, "lower"), _best(rows, "upper")
    others = tuple(row for row in rows if row is not lower_end and row is not upper_end)
    assert _order(lower_end) <= _order(upper_end), f"contradiction: {lower_end} and {upper_end}"
    return Bracket(problem=problem, unknown=problem.unknown, lower=lower_end, upper=upper_end, rows=others)


def _best(rows: Iterable[Bound], side: str) -> Bound:
    """The strongest deciding row: the largest lower or the smallest upper value, the first among equals."""
    return (max if side == "lower" else min)(_deciding(rows, side), key=_order)


def _deciding(rows: Iterable[Bound], side: str) -> list[Bound]:
    return [row for row in rows if row.side == side and row.decides]


def _order(row: Bound) -> Fraction | float:
    if row.value == "unbounded":
        return float("inf")
    assert isinstance(row.value, int | Fraction)
    return Fraction(row.value)
