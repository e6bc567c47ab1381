"""What a rule costs must not depend on how long the numbers are: questions are cut to a size that it affords.

A lower rule answers an *easier* question: fewer columns, smaller k, larger eps.  What is necessary there is necessary
for the question asked, since ``d(m, k, eps)`` never falls when m or k grows or eps shrinks.  An upper rule is not used
beyond its reach, and otherwise answers a *harder* question with a shorter eps.  Both cuts are monotone, and a question
within reach stays as it is: a harder question never gets a better answer for being longer.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from lincs.bounds.rule import Outcome, Question, Rule, refused

__all__ = [
    "COLUMN_BITS",
    "RATIO_BITS",
    "SEARCH_BITS",
    "affordable",
    "beyond",
    "easier",
    "harder",
    "neighbours",
]

COLUMN_BITS = 512  # m up to 2^512 for upper rules, which search
LOWER_COLUMN_BITS = 3400  # and for lower ones, which compute: beyond 10^1000
SEARCH_BITS = 128  # k and 1/eps up to 2^128 for upper rules
RATIO_BITS = 192  # and up to 2^192 for lower ones
_DENOMINATOR_BITS = 128  # of k/eps


def neighbours(x: Fraction, limit: int) -> tuple[Fraction, Fraction]:
    """The largest fraction at or below x and the least at or above it with a denominator of at most ``limit``."""
    if x.denominator <= limit:
        return x, x
    p0, q0, p1, q1 = 0, 1, 1, 0
    numerator, denominator = x.numerator, x.denominator
    while True:
        quotient, rest = divmod(numerator, denominator)
        if q0 + quotient * q1 > limit:
            break
        p0, q0, p1, q1 = p1, q1, p0 + quotient * p1, q0 + quotient * q1
        numerator, denominator = denominator, rest
    steps = (limit - q0) // q1
    ends = Fraction(p1, q1), Fraction(p0 + steps * p1, q0 + steps * q1)
    return min(ends), max(ends)


def easier(question: Question) -> Question:
    """The question itself where it is within reach, else one that is implied by it."""
    m = min(question.m, 1 << LOWER_COLUMN_BITS)
    k = min(question.k, 1 << RATIO_BITS)
    eps = max(question.eps, Fraction(1, 1 << RATIO_BITS))
    below, _ = neighbours(k / eps, 1 << _DENOMINATOR_BITS)
    if m == question.m and k == question.k and below == k / question.eps:
        return question
    return replace(question, m=m, k=k, eps=k / below)


def harder(question: Question) -> Question:
    """The question with a short ``k/eps``, at most a hair larger than the one asked for."""
    ratio = question.k / question.eps
    _, above = neighbours(ratio, 1 << _DENOMINATOR_BITS)
    return question if above == ratio else replace(question, eps=question.k / above)


def beyond(question: Question) -> bool:
    """Whether a question is beyond the reach of the rules that search."""
    return (
        question.m > 1 << COLUMN_BITS
        or question.k > 1 << SEARCH_BITS
        or question.eps.denominator > question.eps.numerator << SEARCH_BITS
    )


_BEYOND = f"not tried beyond m = 2^{COLUMN_BITS} or k, 1/eps = 2^{SEARCH_BITS}"
_EASIER = f"answered for k and 1/eps cut to 2^{RATIO_BITS}: an easier question"


def affordable(rule: Rule) -> Rule:
    """The rule with its questions cut to what it affords."""
    if rule.any_size:
        return rule
    return _affordable_lower(rule) if rule.side == "lower" else _affordable_upper(rule)


def _affordable_lower(rule: Rule) -> Rule:
    def evaluate(question: Question) -> Outcome:
        cut = easier(question)
        outcome = rule.evaluate(cut)
        return outcome if cut is question or outcome.value is None else replace(outcome, note=_EASIER)

    def suffices(question: Question, d: int) -> bool:
        assert rule.suffices is not None
        return rule.suffices(easier(question), d)

    def most(k: int, eps: Fraction, d: int) -> Outcome:
        cut = easier(Question(m=max(k, 2), k=k, eps=eps))
        assert rule.most is not None
        return rule.most(cut.k, cut.eps, d)

    return replace(rule, evaluate=evaluate, suffices=rule.suffices and suffices, most=rule.most and most)


def _affordable_upper(rule: Rule) -> Rule:
    def evaluate(question: Question) -> Outcome:
        return refused(_BEYOND) if beyond(question) else rule.evaluate(harder(question))

    def suffices(question: Question, d: int) -> bool:
        assert rule.suffices is not None
        return not beyond(question) and rule.suffices(harder(question), d)

    def most(k: int, eps: Fraction, d: int) -> Outcome:
        question = Question(m=max(k, d, 2), k=k, eps=eps)
        assert rule.most is not None
        return refused(_BEYOND) if beyond(question) else rule.most(k, harder(question).eps, d)

    return replace(rule, evaluate=evaluate, suffices=rule.suffices and suffices, most=rule.most and most)
