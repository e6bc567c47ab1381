"""Lower bounds for B proportional to A only: then M is a Gram matrix of m lines in R^d with coherence below
mu.

They never decide a bracket of d(m, k, eps), where B is free (THEOREMS.md, theorem 4e).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from lincs.bounds.rule import Outcome, Question, Rule, refused

__all__ = ["RULES", "levenshtein", "orthoplex"]


def orthoplex(*, m: int, mu: Fraction) -> int:
    """``m > d(d+1)/2`` lines have coherence at least ``1/sqrt(d)`` (Conway, Hardin and Sloane 1996)."""
    # Impossible: d <= 1/mu^2 and d(d+1)/2 < m.  Both sets are initial segments.
    by_coherence = mu.denominator**2 // mu.numerator**2
    return _largest(lambda d: d <= by_coherence and d * (d + 1) // 2 < m) + 1


def levenshtein(*, m: int, mu: Fraction) -> int:
    """``m <= d(d+2)(1-s) / (3 - (d+2)s)``, ``s = mu^2 < 3/(d+2)`` (Levenshtein 1982); the least d that
    allows m."""
    return _largest(lambda d: _beyond_levenshtein(m, mu, d)) + 1


def _beyond_levenshtein(m: int, mu: Fraction, d: int) -> bool:
    over, under = mu.numerator**2, mu.denominator**2  # s = over / under
    slack = 3 * under - (d + 2) * over
    return slack > 0 and m * slack >= d * (d + 2) * (under - over)


def _largest(impossible: Callable[[int], bool]) -> int:
    """The largest d that is impossible (they form an initial segment), or 0."""
    if not impossible(1):
        return 0
    low, step = 1, 1
    while impossible(low + step):
        low, step = low + step, 2 * step
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if impossible(middle) else (low, middle)
    return low


def _applies(question: Question) -> bool:
    return question.m >= 2 and question.eps <= 1 and 2 * question.t < 1


def _orthoplex(question: Question) -> Outcome:
    if not _applies(question):
        return refused("needs m >= 2, eps <= 1 and eps/k < 1/2")
    return Outcome(orthoplex(m=question.m, mu=question.mu), note="only if B is proportional to A")


def _levenshtein(question: Question) -> Outcome:
    if not _applies(question):
        return refused("needs m >= 2, eps <= 1 and eps/k < 1/2")
    return Outcome(levenshtein(m=question.m, mu=question.mu), note="only if B is proportional to A")


def _levenshtein_allows(question: Question, d: int) -> bool:
    return not _applies(question) or (d >= 1 and not _beyond_levenshtein(question.m, question.mu, d))


RULES = (
    Rule(
        name="orthoplex",
        side="lower",
        kind="symmetric-only",
        source="Conway, Hardin and Sloane 1996",
        statement="if m > d(d+1)/2 then mu > 1/sqrt(d), mu = eps/(k-eps)",
        hypotheses="B proportional to A with unit columns; m >= 2, eps <= 1, eps/k < 1/2",
        evaluate=_orthoplex,
    ),
    Rule(
        name="levenshtein",
        side="lower",
        kind="symmetric-only",
        source="Levenshtein 1982",
        statement="m < d(d+2)(1-mu^2) / (3 - (d+2)mu^2) when mu^2 < 3/(d+2), mu = eps/(k-eps)",
        hypotheses="B proportional to A with unit columns; m >= 2, eps <= 1, eps/k < 1/2",
        evaluate=_levenshtein,
        suffices=_levenshtein_allows,
    ),
)
