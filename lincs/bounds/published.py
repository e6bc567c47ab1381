"""The theorems of Garg, Kleinberg and Peng (COLT 2026, arXiv:2602.11246), with their explicit constants."""

from __future__ import annotations

from fractions import Fraction

from lincs.bounds.hypothesis import UP_TO_ONE, Hypothesis, k_at_least, unmet
from lincs.bounds.question import Question
from lincs.bounds.rule import Outcome, Rule
from lincs.exact.enclosure import ln

__all__ = ["LOWER", "UPPER", "theorem_2", "theorem_3"]

_PAPER = "Garg, Kleinberg and Peng 2026"
_E = (Fraction("2.718281828459045"), Fraction("2.718281828459046"))


def theorem_2(*, m: int, k: int, eps: Fraction) -> int:
    """``d <= (8 k^2 / eps^2) ln(2 m^2) + 2``, the logarithm rounded up and the integer part taken."""
    bound = 8 * (k / eps) ** 2 * ln(2 * m * m)[1] + 2
    return bound.numerator // bound.denominator


def _factor(eps: Fraction) -> Fraction:
    return ((1 - eps) / (1 + eps)) ** 2


# The e of the last one is rounded up.
_THEOREM_3: tuple[Hypothesis[Question], ...] = (
    k_at_least(2),
    Hypothesis("eps < 1", lambda question: question.eps < 1),
    Hypothesis("5k^3 < eps^2 m", lambda question: 5 * question.k**3 < question.eps**2 * question.m),
    Hypothesis(
        "e <= ((1-eps)/(1+eps))^2 k^2/8", lambda question: _E[1] <= _factor(question.eps) * question.k * question.k / 8
    ),
)


def theorem_3(*, m: int, k: int, eps: Fraction) -> int | None:
    """``d > ((1-eps)/(1+eps))^2 / (64 e) * k^2 ln(floor(m/(4k+1))) / ln k``; None when its conditions fail.

    Conditions: ``k >= 2``, ``eps < 1``, ``5 k^3 < eps^2 m`` and ``e <= ((1-eps)/(1+eps))^2 k^2 / 8``.
    """
    question = Question(m=m, k=k, eps=eps)
    return None if unmet(_THEOREM_3, question) else _theorem_3(question)


def _theorem_3(question: Question) -> int:
    m, k = question.m, question.k
    bound = _factor(question.eps) * k * k * ln(m // (4 * k + 1))[0] / (64 * _E[1] * ln(k)[1])
    return bound.numerator // bound.denominator + 1


LOWER = (
    Rule[Question](
        name="garg-kleinberg-peng-3",
        side="lower",
        kind="theorem",
        source=f"{_PAPER}, Theorem 3 with the constants of its formal version",
        statement="d > ((1-eps)/(1+eps))^2 / (64 e) * k^2 ln(floor(m/(4k+1))) / ln k",
        requires=_THEOREM_3,
        evaluate=lambda question: Outcome(_theorem_3(question)),
        theorem="4g",
        program="t04g_published",
    ),
)

UPPER = (
    Rule[Question](
        name="garg-kleinberg-peng-2",
        side="upper",
        kind="random",
        source=f"{_PAPER}, Theorem 2",
        statement="d <= (8 k^2/eps^2) ln(2 m^2) + 2",
        requires=(UP_TO_ONE,),
        evaluate=lambda question: Outcome(theorem_2(m=question.m, k=question.k, eps=question.eps)),
        theorem="5",
        program="t05_existence",
    ),
)
