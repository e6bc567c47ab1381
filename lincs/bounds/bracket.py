"""The bracket: the best proved bound of each side, and every other one beside it."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from lincs.bounds.rule import Outcome, Question
from lincs.bounds.rules import SHARPENED, rules_for
from lincs.bounds.solve import solve
from lincs.errors import InputError
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
    sharpen: bool = False,
) -> Bracket:
    """Bracket whichever of d, m, k, eps is not given.

    ``d(m, k, eps)`` is the least d for which some real d x m matrices A, B satisfy
    ``||B^T A z - z||_inf < eps`` for every k-sparse ``z`` in ``[-1, 1]^m`` (Garg, Kleinberg and Peng 2026,
    "linear compressed sensing").

    Unknown d: the lower end is proved necessary, the upper end is achieved.  Unknown m or k: the lower end
    is achieved, the upper end is proved.  Unknown eps: the lower end is excluded, the upper end is achieved
    (both on a grid of seven digits).  Among equal bounds the one listed first names the end.

    ``readout``: "signed", "nonnegative" (``z`` in ``[0, 1]^m``), "affine" (the same with a free bias) or
    "threshold" (binary z, free threshold, no eps).  ``sharpen``: also search a several-degrees certificate
    (a linear program), for the signed read-out and unknown d or m.

    >>> answer = bound(m=16, k=2, eps=0.4)
    >>> answer.lower.value, answer.upper.value
    (9, 9)
    """
    problem = Problem(m=m, k=k, eps=eps, d=d, readout=readout)
    if sharpen and (problem.readout != "signed" or problem.unknown not in ("d", "m")):
        raise InputError("sharpen must be asked for the signed read-out and an unknown d or m")
    if problem.unknown == "d":
        rows = _rows_for_d(problem, sharpen=sharpen)
    else:
        rows = _rows_for_others(problem, sharpen=sharpen)
    return _assemble(problem, rows)


# A threshold has no eps; its rules do not look at this one.
_NO_EPS = Fraction(1, 2)


def _rows_for_d(problem: Problem, *, sharpen: bool) -> list[Bound]:
    assert problem.m is not None
    assert problem.k is not None
    question = Question(m=problem.m, k=problem.k, eps=problem.eps or _NO_EPS)
    rows = [rule.bound(rule.evaluate(question)) for rule in rules_for(problem.readout)]
    if sharpen and problem.readout == "signed":
        start = max(row.value for row in _deciding(rows, "lower") if isinstance(row.value, int))
        rows.insert(0, SHARPENED.bound(_sharpened_d(question, start)))
    return rows


def _sharpened_d(question: Question, start: int) -> Outcome:
    """A certificate that excludes ``start`` or more, as the bound one above it."""
    if question.m < 2 or question.eps > 1 or 2 * question.t >= 1:
        return Outcome(None, note="needs m >= 2, eps <= 1 and eps/k < 1/2")
    from lincs.bounds.sharpen import several_degrees

    found = several_degrees(m=question.m, mu=question.mu, start=start)
    if found is None:
        return Outcome(None, note="several degrees exclude no d beyond the best other bound")
    return Outcome(found.d + 1, {"degrees": [f.p for f in found.terms], "certificate": found.to_dict()})


def _rows_for_others(problem: Problem, *, sharpen: bool) -> list[Bound]:
    """Every rule solved for m, k or eps; decoders that are not linear only speak of d."""
    assert problem.d is not None
    unknown = problem.unknown
    rules = [rule for rule in rules_for(problem.readout) if rule.kind != "other-decoder"]
    unlimited = _unlimited(problem) if unknown == "m" else None
    if unlimited:
        return [_end("lower", "unbounded", unlimited), _end("upper", "unbounded", unlimited)]
    eps = problem.eps or (_NO_EPS if problem.readout == "threshold" else None)
    rows: list[Bound] = []
    ceiling: int | None = None
    for rule in rules:
        outcome = solve(rule, unknown=unknown, m=problem.m, k=problem.k, eps=eps, d=problem.d, ceiling=ceiling)
        if unknown in ("m", "k") and rule.side == "lower" and rule.kind == "theorem" and isinstance(outcome.value, int):
            ceiling = outcome.value if ceiling is None else min(ceiling, outcome.value)
        swap = unknown in ("m", "k")
        rows.append(rule.bound(outcome, side=_OTHER[rule.side] if swap else rule.side))
    if unknown == "m":
        rows.append(_end("upper", "unbounded", "no bound limits m within the work allowed"))
        if sharpen and problem.readout == "signed":
            rows.insert(0, SHARPENED.bound(_sharpened_m(problem, rows), side="upper"))
    elif unknown == "k":
        assert problem.m is not None
        rows.append(_end("upper", problem.m, "k <= m"))
        rows.append(_end("lower", 0, "no k is known to work"))
    else:
        rows.append(_end("lower", 0, "eps > 0"))
        rows.append(_end("upper", 1 + Fraction(1, 10**6), "eps > 1: B = 0"))
    return rows


_OTHER = {"lower": "upper", "upper": "lower"}


def _sharpened_m(problem: Problem, rows: list[Bound]) -> Outcome:
    """Lower the best limit of m by certificates, by bisection from the columns achieved."""
    assert problem.k is not None
    assert problem.eps is not None
    assert problem.d is not None
    question = Question(m=max(2, problem.k), k=problem.k, eps=problem.eps)
    low = _best(rows, "lower")
    high = _best(rows, "upper")
    if 2 * question.t >= 1 or not isinstance(low.value, int) or not isinstance(high.value, int):
        return Outcome(None, note="needs eps/k < 1/2 and a finite limit")
    from lincs.bounds.sharpen import certificate

    top = int(high.parameters.get("p", 1)) + 3
    best, least, most = None, max(low.value, 1), high.value + 1
    while most - least > 1:
        middle = (least + most) // 2
        found = certificate(m=middle, mu=question.mu, d=problem.d, top=top)
        if found is None:
            least = middle
        else:
            best, most = found, middle
    if best is None:
        return Outcome(None, note="several degrees exclude no m below the best other bound")
    return Outcome(most - 1, {"degrees": [f.p for f in best.terms], "certificate": best.to_dict()})


def _unlimited(problem: Problem) -> str:
    """Why every m is achieved at this d, or an empty string."""
    assert problem.d is not None
    assert problem.k is not None
    if problem.readout == "threshold":
        return "m points on a circle: each is the nearest to itself" if problem.k == 1 and problem.d >= 2 else ""
    assert problem.eps is not None
    if problem.eps > 1:
        return "B = 0 has error at most 1, below eps"
    if problem.readout == "affine" and 2 * problem.eps > 1:
        return "B = 0 and bias 1/2 have error 1/2"
    if 2 * problem.t > 1:
        return "B^T A = J/2 has every entry within 1/2 of the identity"
    if 2 * problem.t == 1 and problem.d >= 2:
        return "m distinct lines in the plane"
    return ""


def _end(side: str, value: int | Fraction | str, note: str) -> Bound:
    return Bound(
        name="trivial",
        side=side,
        kind="theorem",
        value=value,
        source="THEOREMS.md, theorem 4, small cases",
        note=note,
    )


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
