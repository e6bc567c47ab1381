"""Levenshtein's bound of degree 4 and the orthoplex bound, for every M (THEOREMS.md, theorem 4h).

Both are known for Gram matrices of lines.  They hold for every real m x m matrix of rank r with unit diagonal and
``|M_ij| <= mu`` off it, so they bound ``d(m, k, eps)`` itself.  ``strict``: all ``|M_ij| < mu``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from lincs.bounds.hypothesis import EPS1, HALF, K1, M2, Hypothesis
from lincs.bounds.question import Question
from lincs.bounds.rule import Outcome, Rule, refused
from lincs.bounds.words import number
from lincs.exact.search import first

__all__ = [
    "RULES",
    "SHIFTED",
    "Test",
    "classical_rank",
    "levenshtein_excludes",
    "levenshtein_most",
    "orthoplex_excludes",
    "orthoplex_most",
]

Test = Callable[..., bool]


def levenshtein_excludes(*, m: int, rank: int, mu: Fraction, strict: bool) -> bool:
    """Whether ``m <= r(r+2)(1-s)/(3-(r+2)s)`` fails, where ``s = mu^2 < 3/(r+2)`` and m >= 2."""
    over, under = mu.numerator**2, mu.denominator**2  # s = over / under
    slack = 3 * under - (rank + 2) * over
    left, right = m * slack, rank * (rank + 2) * (under - over)
    return slack > 0 and (left >= right if strict else left > right)


def orthoplex_excludes(*, m: int, rank: int, mu: Fraction, strict: bool) -> bool:
    """Whether ``m > r(r+1)/2`` although ``mu <= 1/sqrt(r)`` (``<`` when not strict)."""
    left, right = rank * mu.numerator**2, mu.denominator**2
    return rank * (rank + 1) // 2 < m and (left <= right if strict else left < right)


def classical_rank(excludes: Test, *, m: int, mu: Fraction, strict: bool) -> int:
    """The least rank that is not excluded; the excluded ones are an initial segment of 1, 2, ..."""
    found = first(lambda rank: not excludes(m=m, rank=rank, mu=mu, strict=strict), 0)
    assert found is not None
    return found


def levenshtein_most(*, rank: int, mu: Fraction, strict: bool) -> int | None:
    """The largest m of that rank; None if ``s >= 3/(r+2)``."""
    over, under = mu.numerator**2, mu.denominator**2
    slack = 3 * under - (rank + 2) * over
    if slack <= 0:
        return None
    limit = rank * (rank + 2) * (under - over)
    return max(-(-limit // slack) - 1 if strict else limit // slack, 1)


def orthoplex_most(*, rank: int, mu: Fraction, strict: bool) -> int | None:
    """The largest m of that rank; None if ``mu`` is too large for any."""
    left, right = rank * mu.numerator**2, mu.denominator**2
    return rank * (rank + 1) // 2 if (left <= right if strict else left < right) else None


def _levenshtein_words(
    strict: bool, shift: int, m: int, d: int, parameters: Mapping[str, Any], closed: bool
) -> list[str]:
    rank, s = d + shift, parameters["mu"] ** 2
    slack = 3 - (rank + 2) * s
    if slack <= 0:
        return []
    limit = rank * (rank + 2) * (1 - s) / slack
    return [
        f"at rank {number(rank)}, s = mu^2 = {number(s)}: m = {number(m)} "
        f"{'>=' if strict and not closed else '>'} {number(limit)} "
        "= r(r+2)(1-s)/(3-(r+2)s): impossible"
    ]


def _orthoplex_words(
    strict: bool, shift: int, m: int, d: int, parameters: Mapping[str, Any], closed: bool
) -> list[str]:
    rank, square = d + shift, 1 / parameters["mu"] ** 2
    return [
        f"at rank {number(rank)}: m = {number(m)} > {number(rank * (rank + 1) // 2)} = r(r+1)/2, "
        f"and 1/mu^2 = {number(square)} {'>=' if strict and not closed else '>'} {number(rank)}: impossible"
    ]


class _Asked:
    """One of the two, for read-outs whose rank may exceed d by ``shift``; entries below mu, or at most mu."""

    def __init__(self, excludes: Test, limit: Callable[..., int | None], shift: int, *, strict: bool) -> None:
        self.excludes, self.limit, self.shift, self._strict = excludes, limit, shift, strict

    def strict(self, question: Question) -> bool:
        """Whether the entries are below mu: not where errors may equal eps."""
        return self._strict and not question.closed

    def evaluate(self, question: Question) -> Outcome:
        rank = classical_rank(self.excludes, m=question.m, mu=question.mu, strict=self.strict(question))
        return Outcome(max(rank - self.shift, 0), {"mu": question.mu})

    def suffices(self, question: Question, d: int) -> bool:
        rank = d + self.shift
        return rank >= 1 and not self.excludes(m=question.m, rank=rank, mu=question.mu, strict=self.strict(question))

    def most(self, question: Question, d: int) -> Outcome:
        rank = d + self.shift
        found = self.limit(rank=rank, mu=question.mu, strict=self.strict(question))
        if found is None:
            return refused("sets no limit: mu is too large")
        return Outcome(found, {"mu": question.mu})


def _rule(
    asked: _Asked,
    name: str,
    source: str,
    statement: str,
    words: Callable[[bool, int, int, int, Mapping[str, Any], bool], list[str]],
    requires: tuple[Hypothesis[Question], ...],
) -> Rule[Question]:
    theorem, program = ("4i", "t04i_shifted") if asked.shift else ("4h", "t04h_classical")
    return Rule(
        name=name,
        side="lower",
        kind="theorem",
        source=f"{source}, without symmetry (THEOREMS.md, theorem {theorem})",
        statement=statement,
        requires=requires,
        evaluate=asked.evaluate,
        suffices=asked.suffices,
        most=asked.most,
        conclusion=partial(words, not asked.shift, asked.shift),
        theorem=theorem,
        program=program,
    )


def _pair(shift: int, *, strict: bool, requires: tuple[Hypothesis[Question], ...]) -> tuple[Rule[Question], ...]:
    rank, below = ("d + 1", "<=") if shift else ("d", "<")
    where = f"r = {rank}, mu = eps/(k-eps)"
    return (
        _rule(
            _Asked(levenshtein_excludes, levenshtein_most, shift, strict=strict),
            "levenshtein",
            "Levenshtein 1982",
            f"m {below} r(r+2)(1-mu^2) / (3 - (r+2)mu^2) when mu^2 < 3/(r+2), {where}",
            _levenshtein_words,
            requires,
        ),
        _rule(
            _Asked(orthoplex_excludes, orthoplex_most, shift, strict=strict),
            "orthoplex",
            "Conway, Hardin and Sloane 1996",
            f"if m > r(r+1)/2 then mu {'>=' if shift else '>'} 1/sqrt(r), {where}",
            _orthoplex_words,
            requires,
        ),
    )


RULES = _pair(0, strict=True, requires=(M2, EPS1, HALF))
# A free bias, one feature active: each row less a constant has rank at most d + 1 and entries at most mu (theorem 4i).
SHIFTED = _pair(1, strict=False, requires=(M2, K1, HALF))
