"""The check of an answer of ``lincs bound --json`` whose proved end carries a certificate.

The end is proved from the integers in its parameters alone (:mod:`lincs.bounds.plain_ladder`), at the first value that
it excludes.  Then the question is asked again, and every field must be the same; an answer of another version, or of a
rule that is no longer asked, is held to its certificate only.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lincs.bounds.bracket import bound
from lincs.bounds.plain_ladder import integer, rational
from lincs.bounds.retired import RETIRED
from lincs.bounds.rule import Rule
from lincs.bounds.rules import catalogue_of
from lincs.bounds.words import number
from lincs.certificates.files import Refused, compare, in_one_line
from lincs.errors import InputError
from lincs.jsonable import shown
from lincs.problem import Problem
from lincs.results import document

__all__ = ["check_answer"]

_FIELDS = ("schema", "version", "command", "seed", "problem", "unknown", "lower", "upper", "rows")
_GIVEN = ("m", "k", "eps", "d", "readout", "closed")


def check_answer(record: dict[str, Any]) -> tuple[Problem, str, str]:
    """The problem, what is proved of its unknown, and how it was checked; Refused for the first fault."""
    if tuple(record) != _FIELDS:
        raise Refused(f"the answer does not have the fields {', '.join(_FIELDS)}")
    problem = _problem(record["problem"])
    record = {**record, "problem": {**record["problem"], "closed": problem.closed}}  # as it is written today
    unknown = problem.unknown
    if record["unknown"] != unknown:
        raise Refused(f"unknown is {shown(record['unknown'])}, the question leaves out {unknown}")
    side = "lower" if unknown in ("d", "eps") else "upper"
    end = record[side]
    if not isinstance(end, dict) or tuple(end) != ("value", "name", "parameters", "source"):
        raise Refused(f"{side} does not have the fields value, name, parameters, source")
    rule = _rule(problem, end["name"])
    if end["source"] != rule.source:
        raise Refused(f"{side}.source is {shown(end['source'])}, that of {rule.name} is {rule.source!r}")
    _check_end(problem, rule, end, side)
    proved = f"{unknown} {'>=' if unknown == 'd' else '>' if unknown == 'eps' else '<='} {number(_value(end, side))}"
    again = document("bound", bound(**{name: getattr(problem, name) for name in _GIVEN}))
    if rule not in catalogue_of(problem.readout).rules:
        return problem, proved, "proved by its certificate; its rule is no longer asked, so nothing else was compared"
    if record["version"] != again["version"]:
        return problem, proved, f"proved by its certificate; an answer of lincs {shown(record['version'])}"
    compare(again, record, "")
    return problem, proved, "proved from its integers alone, and every field is what lincs answers again"


def _problem(given: Any) -> Problem:
    # answers of before there was a choice say nothing of ``closed``
    if not isinstance(given, dict) or tuple(given) not in (_GIVEN, _GIVEN[:-1]):
        raise Refused(f"problem does not have the fields {', '.join(_GIVEN)}")
    read: dict[str, Any] = {name: integer(given[name]) for name in ("m", "k", "d")}
    read["eps"] = rational(given["eps"])
    if any(value is None and given[name] is not None for name, value in read.items()):
        raise Refused("m, k and d must be integers and eps a rational, as lincs writes them")
    closed = given.get("closed", False)
    if not isinstance(closed, bool):
        raise Refused(f"problem.closed must be true or false, got {shown(closed)}")
    try:
        problem = Problem(**read, readout=given["readout"], closed=closed)
        assert problem.unknown
        return problem
    except (InputError, TypeError) as error:
        raise Refused(f"problem is none: {in_one_line(error)}") from None


def _rule(problem: Problem, name: Any) -> Rule[Any]:
    try:
        known = (*catalogue_of(problem.readout).rules, *RETIRED.get(problem.readout, ()))
    except InputError as error:
        raise Refused(in_one_line(error)) from None
    with_one = [rule for rule in known if rule.certified is not None]
    for rule in with_one:
        if rule.name == name:
            return rule
    names = ", ".join(rule.name for rule in with_one)
    raise Refused(f"an end by {shown(name)} carries no certificate: {names} do")


def _value(end: dict[str, Any], side: str) -> int | Fraction:
    value = rational(end["value"])
    if value is None:
        raise Refused(f"{side}.value is {shown(end['value'])}, not a number that a certificate can prove")
    return value.numerator if value.denominator == 1 else value


def _check_end(problem: Problem, rule: Rule[Any], end: dict[str, Any], side: str) -> None:
    """That the parameters exclude the first value that the end excludes."""
    value, unknown = _value(end, side), problem.unknown
    if unknown != "eps" and not isinstance(value, int):
        raise Refused(f"{side}.value must be an integer, got {shown(end['value'])}")
    ask = catalogue_of(problem.readout).ask(problem)
    excluded = int(value) - 1 if unknown == "d" else value if unknown == "eps" else int(value) + 1
    question = ask() if unknown == "d" else ask(**{unknown: excluded})
    d = excluded if unknown == "d" else problem.d
    assert isinstance(d, int)
    question = question if rule.any_size else question.easier()
    parameters = end["parameters"]
    if not isinstance(parameters, dict):
        raise Refused(f"{side}.parameters is not an object")
    assert rule.certified is not None
    if why := rule.refusal(question) or rule.certified.proves(question, d, parameters):
        raise Refused(f"{side}: {why}")
