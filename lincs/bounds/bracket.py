"""The bracket: the best proved bound of each side, and every other one beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from lincs.bounds.ends import every_m, fallbacks
from lincs.bounds.rule import Rule, side_of
from lincs.bounds.rules import Catalogue, catalogue_of
from lincs.bounds.solve import solve
from lincs.errors import InputError
from lincs.problem import Problem, parse_eps
from lincs.results import Bound, Bracket
from lincs.typing import Count, Level

__all__ = ["bound"]


def bound(
    *,
    m: Count | None = None,
    k: Count | None = None,
    eps: Level | None = None,
    d: Count | None = None,
    readout: str = "signed",
    closed: bool = False,
    typical: Level | None = None,
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
    ``typical``: a probability delta, for unknown d: also how many dimensions random inputs need (random signs on a
    uniform k-subset, ``P(some |X_i| >= eps) <= delta``), as rows of kind "typical" and :attr:`Bracket.typical`
    (THEOREMS.md, 11b and 11c).  Their lower and upper ends are far apart.

    Returns:
        A :class:`Bracket`: ``lower`` and ``upper`` are the two bounds that decide, each with ``value`` (int, Fraction,
        or "unbounded"), ``name``, ``parameters`` and ``source``; ``rows`` are all that were asked, with those that do
        not apply and why; ``problem`` and ``unknown`` say what was asked.  ``print(bracket)`` is the table of
        ``lincs bound``; ``to_frame()`` has a row for each bound, ``plot()`` a dot.

    Raises:
        InputError: not exactly one of the four is left out, or a number that cannot be read.

    >>> answer = bound(m=16, k=2, eps=0.4)
    >>> answer.lower.value, answer.upper.value
    (9, 9)
    """
    asked: dict[str, Any] = {"m": m, "k": k, "eps": eps, "d": d}
    problem = Problem(**asked, readout=readout, closed=closed)
    catalogue = catalogue_of(problem.readout)
    if typical is not None:
        delta = _delta(typical, problem)
        return _with_typical(problem, _assemble(problem, _rows_for_d(problem, catalogue)), delta)
    rows_for = _rows_for_d if problem.unknown == "d" else _rows_for_others
    return _assemble(problem, rows_for(problem, catalogue))


def _delta(typical: Any, problem: Problem) -> Fraction:
    """The probability that was asked for."""
    delta = parse_eps(typical, "typical")
    if not delta < 1:
        raise InputError(f"typical must be a probability below 1, got {typical}")
    if problem.readout != "signed":
        raise InputError(
            f"typical has no meaning for the {problem.readout} read-out: bounds are known for random signs"
        )
    if problem.closed:
        raise InputError("typical has no meaning with closed: it counts errors of eps itself as misread")
    if problem.unknown != "d":
        raise InputError(f"typical has no meaning where {problem.unknown} is asked for: give m, k and eps")
    return delta


def _with_typical(problem: Problem, worst: Bracket, delta: Fraction) -> Bracket:
    """The bracket with what is known of random inputs beside it."""
    from lincs.bounds.typical import RULES, TypicalQuestion

    assert problem.m is not None
    assert problem.k is not None
    assert problem.eps is not None
    question = TypicalQuestion(m=problem.m, k=problem.k, eps=problem.eps, delta=delta)
    rows = [rule.bound(rule.answer(question)) for rule in RULES]
    signs = [row for row in rows if row.side == "upper" and row.applies and row.parameters["values"] == "signs"]
    best = min([worst.upper, *signs], key=_order)
    lower = [row for row in rows if row.side == "lower" and row.applies]
    assert all(_order(row) <= _order(best) for row in lower), f"contradiction: {lower} and {best}"
    return replace(worst, rows=(*worst.rows, *rows), typical=best)


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
