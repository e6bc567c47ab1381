"""The derivation of a bracket's two ends in words: statement, numbers put in, conclusion, source."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lincs.bounds.lower import degrees, polynomial_dimension
from lincs.bounds.rule import Rule
from lincs.bounds.rules import SHARPENED, rules_for
from lincs.jsonable import digits
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


def derivation(bracket: Bracket) -> list[str]:
    """Lines of text: for each end what it says, by which rule, from which numbers, and where the rule comes
    from."""
    lines: list[str] = []
    for end in (bracket.lower, bracket.upper):
        lines += _end(bracket, end)
    return lines


def _end(bracket: Bracket, end: Bound) -> list[str]:
    unknown = bracket.unknown
    sign = ">=" if end.side == "lower" else "<="
    lines = [f"{_claim(unknown, sign, end)} ({end.kind})"]
    rule = _rule(bracket, end)
    if rule is not None:
        lines += [f"  rule        {rule.name}: {rule.statement}", f"  hypotheses  {rule.hypotheses}"]
    numbers = [f"{name} = {_number(value)}" for name, value in end.parameters.items() if name != "certificate"]
    given = [f"{n} = {_number(v)}" for n in ("m", "k", "eps", "d") if (v := getattr(bracket.problem, n)) is not None]
    lines.append(f"  put in      {', '.join([*given, *numbers])}")
    lines += [f"  so          {line}" for line in _conclusion(bracket, end)]
    if end.note:
        lines.append(f"  note        {end.note}")
    if "certificate" in end.parameters:
        lines += _certificate(end.parameters["certificate"])
    lines.append(f"  source      {end.source}")
    return lines


def _claim(unknown: str, sign: str, end: Bound) -> str:
    if end.value == "unbounded":
        return f"{unknown} has no limit" if end.side == "lower" else f"no limit of {unknown} is proved"
    if unknown == "eps" and end.value == 0:
        return "no eps is excluded" if end.side == "lower" else "every eps > 0 is achieved"
    return f"{unknown} {sign} {_number(end.value)}: {_MEANING[unknown, end.side]}"


def _rule(bracket: Bracket, end: Bound) -> Rule | None:
    """The rule behind an end; for unknown m and k a rule about d answers on its other side."""
    side = end.side if bracket.unknown in ("d", "eps") else {"lower": "upper", "upper": "lower"}[end.side]
    rules = (SHARPENED, *rules_for(bracket.problem.readout))
    return next((rule for rule in rules if (rule.name, rule.side) == (end.name, side)), None)


def _conclusion(bracket: Bracket, end: Bound) -> list[str]:
    """The Chebyshev rank bound with its numbers: the first excluded d fails, exactly."""
    if end.name != "chebyshev-rank" or "mu" not in end.parameters:
        return []
    mu, p = end.parameters["mu"], end.parameters["p"]
    m, d = bracket.problem.m, bracket.problem.d
    if bracket.unknown == "d":
        assert isinstance(end.value, int)
        d = end.value - 1
    elif bracket.unknown == "m":
        assert isinstance(end.value, int)
        m = end.value + 1
    if m is None or d is None:
        return []
    square, unit = next((s, u) for degree, s, u in degrees(mu) if degree == p)
    right = Fraction(m * square, square + (m - 1) * unit)
    dimension = polynomial_dimension(d, p)
    return [
        f"T_{p}(1/mu)^2 = {_number(Fraction(square, unit))}",
        f"at m = {_number(m)}, d = {_number(d)}: D_{p}(d) = {_number(dimension)} <= {_number(right)} "
        f"= m/(1 + (m-1)/T_{p}^2): impossible",
    ]


def _certificate(certificate: Any) -> list[str]:
    lines = [f"  certificate excludes d = {certificate['d']} for m = {certificate['m']}, with u = y/mu:"]
    for term in certificate["terms"]:
        powers = range(term["p"] % 2, term["p"] + 1, 2)
        text = " + ".join(f"({c}) u^{n}" for c, n in zip(term["coefficients"], powers, strict=True))
        lines.append(f"    f(y) = {text}")
    return lines


def catalogue(readout: str = "signed") -> list[tuple[str, str, str, str, str, str]]:
    """Name, side, kind, statement, hypotheses and source of every rule for a read-out."""
    rules = (SHARPENED, *rules_for(readout)) if readout == "signed" else rules_for(readout)
    return [(r.name, r.side, r.kind, r.statement, r.hypotheses, r.source) for r in rules]


def _number(value: Any) -> str:
    """Exact while it is short, then a few digits with the sign ``~``."""
    if isinstance(value, Fraction) and value.denominator != 1:
        text = f"{digits(value.numerator)}/{digits(value.denominator)}"
        if len(text) <= 24:
            return text
        if value > 10**24:
            return _number(value.numerator // value.denominator)
        if value < Fraction(1, 10**300):
            return f"~1/{_number(value.denominator // value.numerator).lstrip('~')}"
        return f"~{float(value):.10g}"
    if not isinstance(value, int | Fraction):
        return str(value)
    text = digits(int(value))
    return f"~{text[0]}.{text[1:5]}e{len(text) - 1}" if len(text) > 24 else text
