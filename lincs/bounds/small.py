"""Small cases, exactly (THEOREMS.md, theorem 4, small cases, and theorem 4f).

The zero and constant read-outs, full rank, points on a line and on a circle, antipodal pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

from lincs.bounds.hypothesis import ABOVE_HALF, K1, UP_TO_ONE, Hypothesis, eps_above, eps_at_most, m_at_least
from lincs.bounds.question import Counts, MarginQuestion, Question
from lincs.bounds.rule import Outcome, Rule, refused

__all__ = [
    "ANTIPODAL",
    "CIRCLE",
    "CONSTANT",
    "FULL_RANK_THRESHOLD",
    "HALF_ANSWER",
    "LINE",
    "TRIVIAL",
    "TRIVIAL_AFFINE",
    "TRIVIAL_NONNEGATIVE",
    "TRIVIAL_THRESHOLD",
    "ZERO",
    "full_rank",
]

Q = TypeVar("Q", bound=Counts)

_SMALL = "THEOREMS.md, theorem 4, small cases"
_READOUTS = "THEOREMS.md, theorem 4d"
_EXACT = "THEOREMS.md, theorem 4f"


def _trivial(statement: str, evaluate: Callable[[Q], Outcome], source: str, theorem: str, program: str) -> Rule[Q]:
    return Rule(
        name="trivial",
        side="lower",
        kind="theorem",
        source=source,
        statement=statement,
        evaluate=evaluate,
        any_size=True,
        theorem=theorem,
        program=program,
    )


_ONE, _ONE_HALF = eps_above(Fraction(1)), eps_above(Fraction(1, 2))


def _trivial_signed(question: Question) -> Outcome:
    if _ONE.holds(question):
        return Outcome(0, note="B = 0 has error at most 1")
    if ABOVE_HALF.holds(question):
        return Outcome(1, note="the zero matrix has error 1")
    return Outcome(min(question.m, 2), note="rank 1 would need M_ij M_ji = M_ii M_jj" if question.m > 1 else "")


def _trivial_nonnegative(question: Question) -> Outcome:
    if _ONE.holds(question):
        return Outcome(0, note="B = 0 has error at most 1")
    return Outcome(1, note="the zero matrix has error 1")


def _trivial_affine(question: Question) -> Outcome:
    if _ONE_HALF.holds(question):
        return Outcome(0, note="B = 0 and bias 1/2 have error 1/2")
    return Outcome(1, note="a constant answer has error 1/2")


def _trivial_threshold(question: MarginQuestion) -> Outcome:
    return Outcome(1, note="with B^T A = 0 no threshold tells 0 from 1")


TRIVIAL = _trivial(
    "d >= 1 for eps <= 1, and d >= 2 when moreover eps/k <= 1/2 and m >= 2",
    _trivial_signed,
    _SMALL,
    "4",
    "t04_chebyshev_rank",
)
TRIVIAL_NONNEGATIVE = _trivial("d >= 1 for eps <= 1", _trivial_nonnegative, _READOUTS, "4d", "t04d_readouts")
TRIVIAL_AFFINE = _trivial("d >= 1 for eps <= 1/2, and d = 0 above", _trivial_affine, _READOUTS, "4d", "t04d_readouts")
TRIVIAL_THRESHOLD = _trivial("d >= 1", _trivial_threshold, _READOUTS, "4d", "t04d_readouts")


def _rank(question: Counts) -> Outcome:
    return Outcome(min(question.m, question.k), note="min(m, k) features may all be active at once")


def _rank_most(question: Counts, d: int) -> Outcome:
    return Outcome(d) if question.k > d else refused("sets no limit: k <= d")


def _full_rank(requires: tuple[Hypothesis[Q], ...]) -> Rule[Q]:
    """``d >= min(m, k)``: features that may all be active at once have strictly dominant rows."""
    return Rule(
        name="full-rank",
        side="lower",
        kind="theorem",
        source=_EXACT,
        statement="d >= min(m, k)",
        requires=requires,
        evaluate=_rank,
        most=_rank_most,
        any_size=True,
        theorem="4f",
        program="t04f_small",
    )


def full_rank(limit: Fraction) -> Rule[Question]:
    """``d >= min(m, k)`` for ``eps <= limit``."""
    return _full_rank((eps_at_most(limit),))


FULL_RANK_THRESHOLD: Rule[MarginQuestion] = _full_rank(())


def _line(question: MarginQuestion) -> Outcome:
    return Outcome(2, note="on a line only the two end points exceed all others")


LINE = Rule[MarginQuestion](
    name="line",
    side="lower",
    kind="theorem",
    source=_EXACT,
    statement="d >= 2: a line holds 2 features",
    requires=(m_at_least(3),),
    evaluate=_line,
    any_size=True,
    theorem="4f",
    program="t04f_small",
)


def _circle(question: MarginQuestion) -> Outcome:
    if question.m <= 2:
        return Outcome(1, note="1 and -1")
    return Outcome(2, note="points on a circle: each has the largest inner product with itself")


CIRCLE = Rule[MarginQuestion](
    name="circle",
    side="upper",
    kind="construction",
    source=_EXACT,
    statement="d = 2, and d = 1 for m <= 2: points on a circle",
    requires=(K1,),
    evaluate=_circle,
    any_size=True,
    theorem="4f",
    program="t04f_small",
)


def _antipodal(question: Question) -> Outcome:
    return Outcome(-(-question.m // 2), note="B = A/2, columns e_1, -e_1, e_2, -e_2, ...")


ANTIPODAL = Rule[Question](
    name="antipodal-pairs",
    side="upper",
    kind="construction",
    source=_EXACT,
    statement="d = ceil(m/2): columns e_i and -e_i, B = A/2, bias",
    requires=(K1, eps_above(Fraction(1, 4))),
    setting="free bias",
    evaluate=_antipodal,
    any_size=True,
    theorem="4f",
    program="t04f_small",
)


def _zero(question: Question) -> Outcome:
    return Outcome(0, note="B = 0 has error at most 1")


ZERO = Rule[Question](
    name="zero",
    side="upper",
    kind="construction",
    source=_SMALL,
    statement="d = 0: answer zero",
    requires=(_ONE,),
    evaluate=_zero,
    any_size=True,
    theorem="4",
    program="t04_chebyshev_rank",
)


def _constant(question: Question) -> Outcome:
    return Outcome(1, note="B^T A = J/2 has every entry within 1/2 of the identity")


CONSTANT = Rule[Question](
    name="constant",
    side="upper",
    kind="construction",
    source=_SMALL,
    statement="d = 1: every entry of B^T A is 1/2",
    requires=(UP_TO_ONE, ABOVE_HALF),
    evaluate=_constant,
    any_size=True,
    theorem="4",
    program="t04_chebyshev_rank",
)


def _half(question: Question) -> Outcome:
    return Outcome(0, note="B = 0 and bias 1/2")


HALF_ANSWER = Rule[Question](
    name="half",
    side="upper",
    kind="construction",
    source=_READOUTS,
    statement="d = 0: answer 1/2",
    requires=(_ONE_HALF,),
    setting="free bias",
    evaluate=_half,
    any_size=True,
    theorem="4d",
    program="t04d_readouts",
)
