"""The derivation of a bracket's two ends in words: statement, numbers put in, conclusion, source."""

from __future__ import annotations

from typing import Any

from lincs.bounds import typical
from lincs.bounds.rule import Rule, side_of
from lincs.bounds.rules import rules_for
from lincs.bounds.words import number
from lincs.results import Bound, Bracket

__all__ = ["catalogue", "derivation"]

_MEANING = {
    ("d", "lower"): "no smaller d is possible",
    ("d", "upper"): "this d is achieved",
    ("m", "lower"): "this many columns are achieved",
    ("m", "upper"): "no larger m is possible",
    ("k", "lower"): "this k is achieved",
    ("k", "upper"): "no larger k is possible",
    ("eps", "lower"): "this eps is excluded, and so is every smaller one",
    ("eps", "upper"): "this eps is achieved, and so is every larger one",
}


_ATTAINED = "entries may equal mu where errors may equal eps: < and > of the rule become <= and >="


def derivation(bracket: Bracket) -> list[str]:
    """Lines of text: for each end what it says, by which rule, from which numbers, and where the rule comes from."""
    lines: list[str] = []
    for end in (bracket.lower, bracket.upper):
        lines += _end(bracket, end)
    for row in bracket.rows:
        if row.kind == "typical" and row.applies:
            lines += _end(bracket, row)
    return lines


def _end(bracket: Bracket, end: Bound) -> list[str]:
    unknown, closed = bracket.unknown, bracket.problem.closed
    sign = ">=" if end.side == "lower" else "<="
    lines = [f"{_claim(unknown, sign, end)} ({end.kind})"]
    rule = _rule(bracket, end)
    if rule is not None:
        lines += [f"  rule        {rule.name}: {rule.statement}", f"  hypotheses  {rule.hypotheses_of(closed=closed)}"]
        if closed and side_of(end.side, unknown) == "lower":
            lines.append(f"  closed      {_ATTAINED}")
    numbers = [f"{name} = {_written(value)}" for name, value in end.parameters.items()]
    given = [f"{n} = {number(v)}" for n in ("m", "k", "eps", "d") if (v := getattr(bracket.problem, n)) is not None]
    lines.append(f"  put in      {', '.join([*given, *numbers])}")
    lines += [f"  so          {line}" for line in _conclusion(rule, bracket, end)]
    if end.note:
        lines.append(f"  note        {end.note}")
    lines.append(f"  source      {end.source}")
    return lines


def _written(value: Any) -> str:
    return f"[{', '.join(map(number, value))}]" if isinstance(value, list) else number(value)


def _claim(unknown: str, sign: str, end: Bound) -> str:
    if end.kind == "typical":
        return f"random inputs: {unknown} {sign} {number(end.value)}"
    if end.value == "unbounded":
        return f"{unknown} has no limit" if end.side == "lower" else f"no limit of {unknown} is proved"
    if unknown == "eps" and end.value == 0:
        return "no eps is excluded" if end.side == "lower" else "every eps > 0 is achieved"
    return f"{unknown} {sign} {number(end.value)}: {_MEANING[unknown, end.side]}"


def _rule(bracket: Bracket, end: Bound) -> Rule[Any] | None:
    """The rule behind an end; for unknown m and k a rule about d answers on its other side."""
    side = side_of(end.side, bracket.unknown)
    return next((rule for rule in _rules(bracket.problem.readout) if (rule.name, rule.side) == (end.name, side)), None)


def _conclusion(rule: Rule[Any] | None, bracket: Bracket, end: Bound) -> list[str]:
    """Why the first excluded value is impossible, with its numbers, where the rule can say it."""
    if rule is None or rule.conclusion is None:
        return []
    m, d = bracket.problem.m, bracket.problem.d
    if bracket.unknown == "d":
        assert isinstance(end.value, int)
        d = end.value - 1
    elif bracket.unknown == "m":
        assert isinstance(end.value, int)
        m = end.value + 1
    return [] if m is None or d is None else rule.conclusion(m, d, end.parameters, bracket.problem.closed)


def catalogue(readout: str = "signed") -> list[tuple[str, str, str, str, str, str]]:
    """Name, side, kind, statement, hypotheses and source of every rule for a read-out."""
    return [(r.name, r.side, r.kind, r.statement, r.hypotheses, r.source) for r in _rules(readout)]


def _rules(readout: str) -> tuple[Rule[Any], ...]:
    """Those of the worst case, and of random inputs where any are known."""
    return (*rules_for(readout), *(typical.RULES if readout == "signed" else ()))
