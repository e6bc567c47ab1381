"""The page of a bracket."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs import readouts
from lincs.jsonable import digits
from lincs.page import Page, Table

if TYPE_CHECKING:
    from lincs.results import Bound, Bracket

__all__ = ["decimal", "headline", "page", "shown_count"]

_LONG = 24  # characters of a rational that is shown as it is


def page(bracket: Bracket, *, brief: bool = False) -> Page:
    """The two ends, and (unless ``brief``) every other bound with its source."""
    out = Page()
    out.print(headline(bracket))
    if remark := _remark(bracket):
        out.print(remark)
    out.print()
    table = Table()
    table.add_column("side")
    table.add_column(bracket.unknown, justify="right")
    for title in ("bound", "parameters", "source"):
        table.add_column(title)
    for row in (bracket.lower, bracket.upper):
        table.add_row(f"best {row.side}", *_cells(row), style="bold")
    for row in () if brief else sorted(bracket.rows, key=_position):
        side = row.side + _KINDS.get(row.kind, "")
        table.add_row(side, *_cells(row), style="" if row.applies else "dim")
    out.print(table)
    for line in _typical(bracket):
        out.print(line)
    return out


def _typical(bracket: Bracket) -> list[str]:
    """What is known of random inputs beside the worst case, in words."""
    best = bracket.typical
    if best is None:
        return []
    low = bracket.lower.value
    lines = ["", f"Random signs on k features: d = {shown_count(best.value)} suffices ({best.name})"]
    if best.name == bracket.upper.name:
        lines.append("no less is known than what reads every input")
    elif isinstance(best.value, int) and isinstance(low, int) and best.value < low:
        lines.append(f"proved: fewer than the {shown_count(low)} dimensions that any pair needs to read every input")
    lines.append(
        "theory: the ends are far apart, and a factor log m is open for some misread feature; plan with "
        "lincs verify --typical on a frame"
    )
    return lines


def _position(row: Bound) -> tuple[int, int, str]:
    """Deciding rows first, then other decoders, and last what does not apply."""
    return int(not row.applies), int(row.kind in _KINDS), row.side


# Rows that decide nothing about every input and a linear read-out.
_KINDS = {"other-decoder": ", other decoder", "typical": ", random inputs"}


def headline(bracket: Bracket) -> str:
    problem = bracket.problem
    given = {n: v for n in ("d", "m", "k", "eps") if (v := getattr(problem, n)) is not None}
    numbers = ", ".join(f"{name} = {shown_count(value)}" for name, value in given.items())
    readout = readouts.readout(problem.readout).suffix
    ends = _ends(bracket)
    attained = ", errors up to eps" if problem.closed else ""
    return f"{ends}   ({numbers}{readout}{attained})"


def _ends(bracket: Bracket) -> str:
    """Both ends in words: what is known, and where nothing is to be chosen between them that is said."""
    low, high, unknown = bracket.lower.value, bracket.upper.value, bracket.unknown
    if unknown == "d":
        return f"{shown_count(low)} <= d <= {shown_count(high)}"
    if unknown == "eps":
        how = readouts.readout(bracket.problem.readout)
        zero, answer = how.zero_probe, how.words.nothing
        assert zero is not None  # a read-out without one has no eps to ask for
        if high == 0:
            return "every eps > 0 is reached"
        if low == zero:
            return f"least eps = {zero}: nothing beats {answer}"
        if isinstance(high, Fraction) and high > zero:
            return f"{decimal(low)} < least eps <= {zero}: nothing is known to beat {answer}"
        return f"{decimal(low)} < least eps <= {decimal(high)}"
    if low == "unbounded":
        return f"every {unknown} is reached"
    if high == "unbounded":
        return f"{shown_count(low)} <= largest {unknown}, and no limit is proved"
    if high == 0:
        return f"no {unknown} works, not even {unknown} = 1"
    return f"{shown_count(low)} <= largest {unknown} <= {shown_count(high)}"


def _remark(bracket: Bracket) -> str:
    """For unknown m: on which side of ``k/eps ~ sqrt(d)``, where capacity explodes, the question lies."""
    problem = bracket.problem
    if bracket.unknown != "m" or problem.eps is None or bracket.upper.value == "unbounded":
        return ""
    assert problem.k is not None
    assert problem.d is not None
    assert isinstance(bracket.upper.value, int)
    ratio = problem.k / problem.eps
    if ratio > 10**300 or problem.d > 10**300:
        return ""  # beyond the floats of this remark
    root = problem.d**0.5
    side = "above" if ratio**2 > problem.d else "below"
    growth = (
        f"the limit is {bracket.upper.value / problem.d:.2f} d"
        if bracket.upper.value < 10**300 and bracket.upper.value < 100 * problem.d
        else f"the limit is about d^{_log(bracket.upper.value) / _log(problem.d):.1f}"
    )
    return f"k/eps = {float(ratio):g} is {side} sqrt(d) = {root:.1f}: {growth}"


def _log(n: int) -> float:
    return math.log(max(n, 2))


def _cells(row: Bound) -> tuple[str, str, str, str]:
    parameters = " ".join(f"{n}={_brief(v)}" for n, v in row.parameters.items() if n != "status")
    source = row.source + (f" [{row.parameters['status']}]" if "status" in row.parameters else "")
    value = (
        "-" if row.value is None else decimal(row.value) if isinstance(row.value, Fraction) else shown_count(row.value)
    )
    return value, row.name, parameters, source if row.applies else row.note


def _brief(value: Any) -> str:
    """A parameter in a table; of a longer list its ends and its length (--explain and --json have it all)."""
    if isinstance(value, str) and len(value) > _LONG and (ratio := re.fullmatch(r"(sqrt\()?(\d+)/(\d+)\)?", value)):
        number = int(ratio[2]) / int(ratio[3])
        return f"~{math.sqrt(number) if ratio[1] else number:.6g}"
    if not isinstance(value, list):
        return shown_count(value)
    parts = (
        [shown_count(x) for x in value] if len(value) <= 3 else [shown_count(value[0]), "...", shown_count(value[-1])]
    )
    return ",".join(parts)


def decimal(value: Any) -> str:
    """A rational of the seven-digit grid as a decimal."""
    if value and value < Fraction(1, 10**300):  # beyond the floats
        exponent = len(digits(value.denominator // value.numerator))
        return f"{float(value * 10**exponent):.7g}e-{exponent}"
    return f"{float(value):.7g}"


def shown_count(value: Any) -> str:
    """A number for people: more than 24 digits are cut to ``~1.234e56`` (never in the JSON)."""
    if isinstance(value, Fraction) and value.denominator != 1:
        return f"{shown_count(value.numerator)}/{shown_count(value.denominator)}"
    if not isinstance(value, int | Fraction):
        return str(value)
    text = digits(int(value))
    return f"~{text[0]}.{text[1:4]}e{len(text) - 1}" if len(text) > 24 else text
