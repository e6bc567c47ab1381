"""Lower bounds without a shift (THEOREMS.md, theorem 4d).

Every bound of the signed read-out serves non-negative features at a larger error; a threshold has a Chebyshev rank
bound of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from lincs.bounds.hypothesis import M2, Hypothesis, eps_at_most, k_at_least
from lincs.bounds.polynomials import MOST_DEGREES, degrees_below, least_dimension, polynomial_dimension
from lincs.bounds.question import MarginQuestion, Question
from lincs.bounds.rule import Certified, Outcome, Rule

__all__ = ["THRESHOLD", "of_nonnegative", "signed_question", "threshold_plain"]


def threshold_plain(*, m: int, k: int) -> tuple[int, int]:
    """``(d, p)``: a threshold needs ``D_p(d) >= m / (2 + (m-2)/T_p(k-1)^2)``, k >= 3, for every p."""
    best = (1, 1)
    saturated = [False, False]
    for p, square, unit in degrees_below(Fraction(1, k - 1)):
        if polynomial_dimension(best[0], p) >= m:
            saturated[p % 2] = True
            if all(saturated):
                return best
            continue
        right = m / (2 + (m - 2) * Fraction(unit, square))
        rank = -(-right.numerator // right.denominator)
        d = least_dimension(partial(polynomial_dimension, p=p), rank, best[0])
        if d > best[0]:
            best = (d, p)
        if p == MOST_DEGREES:
            return best
    raise AssertionError("unreachable: degrees never end")


def _threshold_plain(question: MarginQuestion) -> Outcome:
    d, p = threshold_plain(m=question.m, k=question.k)
    return Outcome(d, {"p": p})


def _threshold_plain_allows(question: MarginQuestion, d: int) -> bool:
    if d < 1:
        return False
    m = question.m
    saturated = [False, False]
    for p, square, unit in degrees_below(Fraction(1, question.k - 1)):
        dimension = polynomial_dimension(d, p)
        if dimension >= m:
            saturated[p % 2] = True
            if all(saturated):
                return True
        elif dimension * (2 * square + (m - 2) * unit) < m * square:
            return False
        if p == MOST_DEGREES:
            return True
    raise AssertionError("unreachable: degrees never end")


def signed_question(question: Question) -> Question:
    """The signed question that a non-negative read-out of error below eps answers, at ``eps/(1-eps)``; k = 1: at eps.

    Non-negative inputs with one feature active are signed ones up to a sign, so nothing is lost at k = 1.
    """
    return question if question.k == 1 else replace(question, eps=question.eps / (1 - question.eps))


class _Translated:
    """A certificate of the signed question that a non-negative one implies."""

    def __init__(self, signed: Certified[Question]) -> None:
        self.signed = signed

    def proves(self, question: Question, d: int, parameters: Mapping[str, Any]) -> str:
        return self.signed.proves(signed_question(question), d, parameters)


def of_nonnegative(rule: Rule[Question]) -> Rule[Question]:
    """A bound that is necessary for signed features, asked about non-negative ones."""
    if rule.side != "lower":
        raise ValueError(f"{rule.name} suffices for signed features, and so for non-negative ones as it is")
    suffices, most, certified = rule.suffices, rule.most, rule.certified
    return Rule[Question](
        name=f"{rule.name}-nonnegative",
        side="lower",
        kind=rule.kind,
        source=f"THEOREMS.md, theorem 4d, with theorem {rule.theorem}",
        statement=f"with eps/(1-eps) in place of eps, for k > 1: {rule.statement}",
        requires=(
            M2,
            eps_at_most(Fraction(1, 2)),
            Hypothesis("2eps < k(1-eps)", lambda question: 2 * question.eps < question.k * (1 - question.eps)),
        ),
        evaluate=lambda question: rule.evaluate(signed_question(question)),
        suffices=suffices and (lambda question, d: suffices(signed_question(question), d)),
        most=most and (lambda question, d: most(signed_question(question), d)),
        conclusion=rule.conclusion,
        certified=certified and _Translated(certified),
        any_size=rule.any_size,
        theorem="4d",
        program="t04d_readouts",
    )


THRESHOLD = Rule[MarginQuestion](
    name="chebyshev-rank-threshold",
    side="lower",
    kind="theorem",
    source="THEOREMS.md, theorem 4d",
    statement="D_p(d) >= m / (2 + (m-2)/T_p(k-1)^2) for every p",
    requires=(M2, k_at_least(3)),
    evaluate=_threshold_plain,
    suffices=_threshold_plain_allows,
    theorem="4d",
    program="t04d_readouts",
)
