"""Turn a rule about d into an answer about m, k or eps at a given d.

A lower rule *allows* ``(m, k, eps)`` at d unless the d it requires is larger; an upper rule *reaches* it
when the d it offers is at most d.  The true problem is monotone (more columns, more sparsity or less error
never need a smaller d), so whatever excludes or reaches one point settles all points on its far side, and
every answer below rests on one evaluation, not on the search that led to it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isqrt

from lincs.bounds.afford import COLUMN_BITS, RATIO_BITS, SEARCH_BITS
from lincs.bounds.rule import Outcome, Question, Rule, refused

__all__ = ["solve"]

_DIGITS = 10**6  # eps is searched on the grid of seven significant digits
_MAX_EXPONENT = 2048  # eps is searched down to 10^-2048 by rules that take numbers of any length
_ANY_COLUMNS = 1 << 2048


def solve(
    rule: Rule,
    *,
    unknown: str,
    m: int | None,
    k: int | None,
    eps: Fraction | None,
    d: int,
    ceiling: int | None = None,
) -> Outcome:
    """What ``rule`` says about the unknown at d, in the sense of the module's docstring.

    ``ceiling``: a proved limit of m or k, when that is the unknown; nothing is searched above it.
    """
    if unknown == "m":
        assert k is not None
        assert eps is not None
        if rule.most is not None:
            return rule.most(k, eps, d)
        reach = max(_ANY_COLUMNS, 2 * d) if rule.any_size else 1 << COLUMN_BITS
        return _most_columns(rule, k, eps, d, min(ceiling or reach, reach))
    assert m is not None
    if unknown == "k":
        assert eps is not None
        return _most_sparsity(rule, m, eps, d, ceiling)
    assert k is not None
    return _least_error(rule, m, k, d)


def _within(rule: Rule, question: Question, d: int) -> bool:
    """Whether the rule allows (lower) or reaches (upper) the question at d."""
    if rule.suffices is not None:
        return rule.suffices(question, d)
    outcome = rule.evaluate(question)
    if outcome.value is None:
        return rule.side == "lower"
    return outcome.value <= d


def _first_failure(holds: Callable[[int], bool], low: int, ceiling: int) -> int | None:
    """Above ``low``, where ``holds(low)``: some ``n <= ceiling`` with ``holds(n-1)`` and not ``holds(n)``,
    or None."""
    step = 1
    while holds(min(low + step, ceiling)):
        if low + step >= ceiling:
            return None
        low, step = low + step, 2 * step
    high = min(low + step, ceiling)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return high


def _most_columns(rule: Rule, k: int, eps: Fraction, d: int, ceiling: int) -> Outcome:
    """The largest m; with fewer columns than k, every z is k-sparse, so k counts as m."""

    def within(m: int) -> bool:
        return _within(rule, Question(m=m, k=k, eps=eps), d)

    base = max(d, 1)
    if base > ceiling or not within(base):
        return refused("reaches no more columns than d" if rule.side == "upper" else "excludes m <= d")
    if rule.kind == "construction":
        return _most_of_frames(rule, k, eps, d, base, ceiling)
    first = _first_failure(within, base, ceiling + 1)
    if first is None:
        if rule.side == "lower":
            return refused("sets no limit below the best one")
        evidence = rule.evaluate(Question(m=ceiling, k=k, eps=eps))
        return Outcome(ceiling, evidence.parameters, "searched no further")
    # The columns reached are evidenced at first - 1, the limit at first.
    evidence = rule.evaluate(Question(m=first if rule.side == "lower" else first - 1, k=k, eps=eps))
    return Outcome(first - 1, evidence.parameters, evidence.note)


def _most_of_frames(rule: Rule, k: int, eps: Fraction, d: int, base: int, ceiling: int) -> Outcome:
    """The largest m of a construction: every frame that is met tells how many columns it has in all.

    Between ``low`` columns, reached, and ``high``, not reached, the search halves the number of digits.
    """

    def at(m: int) -> Outcome | None:
        outcome = rule.evaluate(Question(m=m, k=k, eps=eps))
        return outcome if outcome.value is not None and outcome.value <= d else None

    def columns(m: int, outcome: Outcome) -> int:
        return max(m, int(outcome.parameters.get("columns", m)))

    best = at(base)
    assert best is not None
    low, high = columns(base, best), ceiling + 1
    while high - low > 1:
        found = at(low + 1)
        if found is None:
            return Outcome(low, best.parameters, best.note)
        low, best = columns(low + 1, found), found
        middle = max(low + 1, isqrt(low * high) if high > 4 * low else (low + high) // 2)
        if middle >= high:
            break
        found = at(middle)
        if found is None:
            high = middle
        else:
            low, best = columns(middle, found), found
    return Outcome(low, best.parameters, best.note)


def _most_sparsity(rule: Rule, m: int, eps: Fraction, d: int, ceiling: int | None) -> Outcome:
    """The largest k; 0 when not even k = 1 is left."""

    def at(k: int) -> Question:
        return Question(m=m, k=k, eps=eps)

    top = m if rule.any_size else min(m, 1 << (RATIO_BITS if rule.side == "lower" else SEARCH_BITS))
    if rule.side == "upper" and ceiling is not None:
        top = max(1, min(top, ceiling))
    if _within(rule, at(top), d):
        if rule.side == "lower":
            return refused("allows every k <= m" if top == m else "limits no k that it was tried at")
        note = "every k <= m" if top == m else "no larger k was tried"
        return Outcome(top, rule.evaluate(at(top)).parameters, note)
    if not _within(rule, at(1), d):
        return Outcome(0, rule.evaluate(at(1)).parameters, "not even k = 1")
    low, high = 1, top
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _within(rule, at(middle), d) else (low, middle)
    evidence = rule.evaluate(at(high if rule.side == "lower" else low))
    return Outcome(low, evidence.parameters, evidence.note)


def _least_exponent(rule: Rule) -> int:
    """Where the search of eps stops: 10^-58 is beyond what rules of limited reach are asked."""
    return _MAX_EXPONENT if rule.any_size else 60


def _least_error(rule: Rule, m: int, k: int, d: int) -> Outcome:
    """On a grid of seven digits: the largest eps that is excluded, or the least that is reached."""

    def at(eps: Fraction) -> Question:
        return Question(m=m, k=k, eps=eps)

    if not _within(rule, at(Fraction(1)), d):
        # beyond eps = 1 the zero read-out serves, so nothing else is of interest there
        return (
            refused("reaches no eps <= 1")
            if rule.side == "upper"
            else Outcome(Fraction(1), rule.evaluate(at(Fraction(1))).parameters)
        )
    exponent = _first_failure(lambda e: _within(rule, at(Fraction(1, 10**e)), d), 0, _least_exponent(rule))
    if exponent is None:
        return refused("excludes no eps") if rule.side == "lower" else Outcome(0, note="every eps > 0")
    unit = Fraction(1, 10**exponent * _DIGITS)
    low, high = _DIGITS, 10 * _DIGITS  # not within at low, within at high (or only beyond it)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _within(rule, at(middle * unit), d) else (middle, high)
    answer = (low if rule.side == "lower" else high) * unit
    evidence = rule.evaluate(at(answer))
    return Outcome(answer, evidence.parameters, evidence.note)
