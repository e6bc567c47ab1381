"""The theorems of Garg, Kleinberg and Peng (COLT 2026, arXiv:2602.11246), with their explicit constants."""

from __future__ import annotations

from fractions import Fraction

from lincs.bounds.rule import Outcome, Question, Rule, refused
from lincs.exact.enclosure import ln

__all__ = ["LOWER", "UPPER", "theorem_2", "theorem_3"]

_PAPER = "Garg, Kleinberg and Peng 2026"
_E = (Fraction("2.718281828459045"), Fraction("2.718281828459046"))


def theorem_2(*, m: int, k: int, eps: Fraction) -> int:
    """``d <= (8 k^2 / eps^2) ln(2 m^2) + 2``, the logarithm rounded up and the integer part taken."""
    bound = 8 * (k / eps) ** 2 * ln(2 * m * m)[1] + 2
    return bound.numerator // bound.denominator


def theorem_3(*, m: int, k: int, eps: Fraction) -> int | None:
    """``d > ((1-eps)/(1+eps))^2 / (64 e) * k^2 ln(floor(m/(4k+1))) / ln k``; None when its conditions fail.

    Conditions: ``k >= 2``, ``eps < 1``, ``5 k^3 < eps^2 m`` and ``e <= ((1-eps)/(1+eps))^2 k^2 / 8``.
    """
    if k < 2 or eps >= 1 or 5 * k**3 >= eps**2 * m:
        return None
    factor = ((1 - eps) / (1 + eps)) ** 2
    if _E[1] > factor * k * k / 8:
        return None
    bound = factor * k * k * ln(m // (4 * k + 1))[0] / (64 * _E[1] * ln(k)[1])
    return bound.numerator // bound.denominator + 1


def _theorem_2(question: Question) -> Outcome:
    if question.eps > 1:
        return refused("needs eps <= 1")
    return Outcome(theorem_2(m=question.m, k=question.k, eps=question.eps))


def _theorem_3(question: Question) -> Outcome:
    value = theorem_3(m=question.m, k=question.k, eps=question.eps)
    if value is None:
        return refused("needs k >= 2, eps < 1, 5k^3 < eps^2 m and e <= ((1-eps)/(1+eps))^2 k^2/8")
    return Outcome(value)


LOWER = (
    Rule(
        name="garg-kleinberg-peng-3",
        side="lower",
        kind="theorem",
        source=f"{_PAPER}, Theorem 3 with the constants of its formal version",
        statement="d > ((1-eps)/(1+eps))^2 / (64 e) * k^2 ln(floor(m/(4k+1))) / ln k",
        hypotheses="k >= 2, eps < 1, 5k^3 < eps^2 m, e <= ((1-eps)/(1+eps))^2 k^2/8",
        evaluate=_theorem_3,
    ),
)

UPPER = (
    Rule(
        name="garg-kleinberg-peng-2",
        side="upper",
        kind="random",
        source=f"{_PAPER}, Theorem 2",
        statement="d <= (8 k^2/eps^2) ln(2 m^2) + 2",
        hypotheses="eps <= 1",
        evaluate=_theorem_2,
    ),
)
