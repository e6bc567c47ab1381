"""Lower bounds without a shift (THEOREMS.md, theorem 4d).

The Chebyshev rank bound for non-negative features, and its like for a threshold.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from lincs.bounds.chebyshev import chebyshev_allows, chebyshev_rank
from lincs.bounds.hypothesis import M2, Hypothesis, eps_at_most, k_at_least
from lincs.bounds.polynomials import MOST_DEGREES, degrees_below, least_dimension, polynomial_dimension
from lincs.bounds.question import MarginQuestion, Question
from lincs.bounds.rule import Outcome, Rule

__all__ = ["NONNEGATIVE", "THRESHOLD", "threshold_plain"]


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


def _reduced_t(question: Question) -> Fraction:
    """``eps / (k (1 - eps))``: the signed accuracy that a non-negative read-out of error below eps has."""
    return question.eps / (question.k * (1 - question.eps))


def _reduced(question: Question) -> Outcome:
    t = _reduced_t(question)
    found = chebyshev_rank(m=question.m, mu=t / (1 - t))
    return Outcome(found.d, {"p": found.p, "t": t})


def _reduced_allows(question: Question, d: int) -> bool:
    t = _reduced_t(question)
    return chebyshev_allows(m=question.m, mu=t / (1 - t), d=d)


NONNEGATIVE = Rule[Question](
    name="chebyshev-rank-nonnegative",
    side="lower",
    kind="theorem",
    source="THEOREMS.md, theorem 4d",
    statement="d >= R(m, eps/(k(1-eps))), bounded by the Chebyshev rank bound",
    requires=(
        M2,
        eps_at_most(Fraction(1, 2)),
        Hypothesis("2eps < k(1-eps)", lambda question: 2 * question.eps < question.k * (1 - question.eps)),
    ),
    evaluate=_reduced,
    suffices=_reduced_allows,
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
