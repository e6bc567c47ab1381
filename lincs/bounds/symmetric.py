"""Lower bounds for B proportional to A only: then M is a Gram matrix of m lines in R^d with coherence below mu.

They never decide a bracket of d(m, k, eps), where B is free (THEOREMS.md, theorem 4e).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from lincs.bounds.hypothesis import EPS1, HALF, M2
from lincs.bounds.question import Question
from lincs.bounds.rule import Outcome, Rule
from lincs.exact.search import first

__all__ = ["RULES", "levenshtein", "orthoplex"]


def orthoplex(*, m: int, mu: Fraction) -> int:
    """``m > d(d+1)/2`` lines have coherence at least ``1/sqrt(d)`` (Conway, Hardin and Sloane 1996)."""
    # Impossible: d <= 1/mu^2 and d(d+1)/2 < m.  Both sets are initial segments.
    by_coherence = mu.denominator**2 // mu.numerator**2
    return _least_possible(lambda d: d <= by_coherence and d * (d + 1) // 2 < m)


def levenshtein(*, m: int, mu: Fraction) -> int:
    """The least d with ``m <= d(d+2)(1-s) / (3 - (d+2)s)`` or ``s = mu^2 >= 3/(d+2)`` (Levenshtein 1982)."""
    return _least_possible(lambda d: _beyond_levenshtein(m, mu, d))


def _beyond_levenshtein(m: int, mu: Fraction, d: int) -> bool:
    over, under = mu.numerator**2, mu.denominator**2  # s = over / under
    slack = 3 * under - (d + 2) * over
    return slack > 0 and m * slack >= d * (d + 2) * (under - over)


def _least_possible(impossible: Callable[[int], bool]) -> int:
    """The least d that is not impossible; the impossible ones form an initial segment."""
    found = first(lambda d: not impossible(d), 0)
    assert found is not None
    return found


def _orthoplex(question: Question) -> Outcome:
    return Outcome(orthoplex(m=question.m, mu=question.mu), note="only if B is proportional to A")


def _levenshtein(question: Question) -> Outcome:
    return Outcome(levenshtein(m=question.m, mu=question.mu), note="only if B is proportional to A")


def _levenshtein_allows(question: Question, d: int) -> bool:
    return d >= 1 and not _beyond_levenshtein(question.m, question.mu, d)


RULES = (
    Rule[Question](
        name="orthoplex",
        side="lower",
        kind="symmetric-only",
        source="Conway, Hardin and Sloane 1996",
        statement="if m > d(d+1)/2 then mu > 1/sqrt(d), mu = eps/(k-eps)",
        setting="B proportional to A with unit columns",
        requires=(M2, EPS1, HALF),
        theorem="4e",
        program="t04e_symmetric",
        evaluate=_orthoplex,
    ),
    Rule[Question](
        name="levenshtein",
        side="lower",
        kind="symmetric-only",
        source="Levenshtein 1982",
        statement="m < d(d+2)(1-mu^2) / (3 - (d+2)mu^2) when mu^2 < 3/(d+2), mu = eps/(k-eps)",
        setting="B proportional to A with unit columns",
        requires=(M2, EPS1, HALF),
        theorem="4e",
        program="t04e_symmetric",
        evaluate=_levenshtein,
        suffices=_levenshtein_allows,
    ),
)
