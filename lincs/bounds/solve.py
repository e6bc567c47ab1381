"""Turn a rule about d into an answer about m, k or eps at a given d.

A lower rule *allows* ``(m, k, eps)`` at d unless the d it requires is larger; an upper rule *reaches* it when the d it
offers is at most d.  The true problem is monotone (more columns, more sparsity or less error never need a smaller d),
so whatever excludes or reaches one point settles all points on its far side, and every answer below rests on one
evaluation, not on the search that led to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import isqrt
from typing import TypeVar

from lincs.bounds.question import COLUMN_BITS, RATIO_BITS, SEARCH_BITS, Counts
from lincs.bounds.rule import Outcome, Rule, refused
from lincs.exact.search import first, last, least

__all__ = ["solve"]

Q = TypeVar("Q", bound=Counts)

_DIGITS = 10**6  # eps is searched on the grid of seven significant digits
_MAX_EXPONENT = 2048  # eps is searched down to 10^-2048 by rules that take numbers of any length
_ANY_COLUMNS = 1 << 2048


def solve(
    rule: Rule[Q],
    ask: Callable[..., Q],
    *,
    unknown: str,
    d: int,
    most: int | None = None,
    ceiling: int | None = None,
) -> Outcome:
    """What ``rule`` says about the unknown at d, in the sense of the module's docstring.

    ``ask`` makes the question of a value of the unknown, given by name.  ``most``: the largest k there is (the m of the
    problem), for unknown k.  ``ceiling``: a proved limit of m or k, when that is the unknown; nothing is searched above
    it.
    """
    if unknown == "m":
        if rule.most is not None:
            return rule.largest(ask(m=2), d)
        reach = max(_ANY_COLUMNS, 2 * d) if rule.any_size else 1 << COLUMN_BITS
        return _most_columns(rule, lambda m: ask(m=m), d, min(ceiling or reach, reach))
    if unknown == "k":
        assert most is not None
        return _most_sparsity(rule, lambda k: ask(k=k), d, most, ceiling)
    return _least_error(rule, lambda eps: ask(eps=eps), d)


def _most_columns(rule: Rule[Q], at: Callable[[int], Q], d: int, ceiling: int) -> Outcome:
    """The largest m; with fewer columns than k, every z is k-sparse, so k counts as m."""

    def within(m: int) -> bool:
        return rule.within(at(m), d)

    base = max(d, 1)
    if base > ceiling or not within(base):
        return refused("reaches no more columns than d" if rule.side == "upper" else "excludes m <= d")
    if rule.side == "upper" and rule.kind in ("construction", "theorem"):
        return _most_of_frames(rule, at, d, base, ceiling)
    beyond = first(lambda m: not within(m), base, ceiling + 1)
    if beyond is None:
        if rule.side == "lower":
            return refused("sets no limit below the best one")
        return Outcome(ceiling, rule.answer(at(ceiling)).parameters, "searched no further")
    # The columns reached are evidenced by the last m within, the limit by the first beyond.
    evidence = rule.answer(at(beyond if rule.side == "lower" else beyond - 1))
    return Outcome(beyond - 1, evidence.parameters, evidence.note)


def _most_of_frames(rule: Rule[Q], question: Callable[[int], Q], d: int, base: int, ceiling: int) -> Outcome:
    """The largest m of a construction: every frame that is met tells how many columns it has in all.

    Between ``low`` columns, reached, and ``high``, not reached, the search halves the number of digits.
    """

    def at(m: int) -> Outcome | None:
        outcome = rule.answer(question(m))
        return outcome if outcome.value is not None and outcome.value <= d else None

    def columns(m: int, outcome: Outcome) -> int:
        return max(m, int(outcome.parameters.get("columns", m)))

    best = at(base)
    assert best is not None
    low, high = columns(base, best), ceiling + 1
    # Not lincs.exact.search: each frame met jumps to its own number of columns.
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


def _most_sparsity(rule: Rule[Q], at: Callable[[int], Q], d: int, m: int, ceiling: int | None) -> Outcome:
    """The largest k; 0 when not even k = 1 is left."""
    top = m if rule.any_size else min(m, 1 << (RATIO_BITS if rule.side == "lower" else SEARCH_BITS))
    if rule.side == "upper" and ceiling is not None:
        top = max(1, min(top, ceiling))
    if rule.within(at(top), d):
        if rule.side == "lower":
            return refused("allows every k <= m" if top == m else "limits no k that it was tried at")
        note = "every k <= m" if top == m else "no larger k was tried"
        return Outcome(top, rule.answer(at(top)).parameters, note)
    base = next((k for k in _grounds(rule, top) if rule.within(at(k), d)), 0)
    if not base:
        return Outcome(0, rule.answer(at(1)).parameters, "not even k = 1")
    largest = last(lambda k: rule.within(at(k), d), base, top)
    evidence = rule.answer(at(largest + 1 if rule.side == "lower" else largest))
    return Outcome(largest, evidence.parameters, evidence.note)


def _grounds(rule: Rule[Q], top: int) -> Iterator[int]:
    """Where an upper rule may begin to reach k: its hypotheses can fail at k = 1 (eps/k < 1/2) and hold from 2 on.

    What it reaches at any k serves all smaller ones.  A lower rule that excludes k = 1 excludes every k.
    """
    yield 1
    k = 2
    while rule.side == "upper" and k < top:
        yield k
        k += 1 if k < 4 else k


def _least_exponent(rule: Rule[Q]) -> int:
    """Where the search of eps stops: 10^-58 is beyond what rules of limited reach are asked."""
    return _MAX_EXPONENT if rule.any_size else 60


def _least_error(rule: Rule[Q], at: Callable[[Fraction], Q], d: int) -> Outcome:
    """On a grid of seven digits: the largest eps that is excluded, or the least that is reached."""
    if not rule.within(at(Fraction(1)), d):
        # beyond eps = 1 the zero read-out serves, so nothing else is of interest there
        if rule.side == "upper":
            return refused("reaches no eps <= 1")
        return Outcome(Fraction(1), rule.answer(at(Fraction(1))).parameters)
    exponent = first(lambda e: not rule.within(at(Fraction(1, 10**e)), d), 0, _least_exponent(rule))
    if exponent is None:
        return refused("excludes no eps") if rule.side == "lower" else Outcome(0, note="every eps > 0")
    unit = Fraction(1, 10**exponent * _DIGITS)
    # Not within at the first end, within at the second (or only beyond it).
    reached = least(lambda n: rule.within(at(n * unit), d), _DIGITS, 10 * _DIGITS)
    answer = (reached - 1 if rule.side == "lower" else reached) * unit
    evidence = rule.answer(at(answer))
    return Outcome(answer, evidence.parameters, evidence.note)
