"""The rank bounds from powers: Welch's bound, and ``y^p`` in place of the Chebyshev polynomial.

Special cases in THEOREMS.md, theorem 4.  Weaker than the Chebyshev rank bound, and much older: shown beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import comb

from lincs.bounds.chebyshev import LIMITED, RankBound
from lincs.bounds.hypothesis import EPS1, HALF, M2
from lincs.bounds.polynomials import (
    COLUMN_LIMIT,
    EXACT_BITS,
    GRID_BITS,
    MOST_DEGREES,
    least_dimension,
    least_excluded,
    least_rank,
)
from lincs.bounds.question import Question
from lincs.bounds.rule import Outcome, Rule, refused

__all__ = ["RULES", "power_most", "power_rank", "welch"]


def _powers_below(mu: Fraction) -> Iterator[tuple[int, int, int]]:
    """Yield ``(p, N, B)`` with ``mu^(-2p) >= N / B``: equal while the numbers are short, rounded down beyond."""
    a, b = mu.denominator**2, mu.numerator**2
    square, unit = a, b
    for p in range(1, MOST_DEGREES + 1):
        yield p, square, unit
        square, unit = square * a, unit * b
        if square.bit_length() > EXACT_BITS and unit > 1:
            cut = 1 << 2 * GRID_BITS
            square, unit = square * cut // unit, cut


def power_most(*, d: int, mu: Fraction, strict: bool = True) -> tuple[int, int] | None:
    """The same for powers: ``C(d+p-1, p)`` in place of ``D_p(d)``, ``mu^(-2p)`` in place of ``T_p^2``."""
    best: tuple[int, int] | None = None
    dimension = 1
    for p, square, unit in _powers_below(mu):
        dimension = dimension * (d + p - 1) // p
        excluded = least_excluded(dimension, square, unit, strict=strict)
        if excluded and (best is None or excluded <= best[0]):
            best = excluded - 1, p
        if (best is not None and dimension > best[0]) or dimension.bit_length() > COLUMN_LIMIT:
            break
    return best


def welch(*, m: int, mu: Fraction, strict: bool = True) -> int:
    """Degree 1 alone: ``d >= m / (1 + (m-1) mu^2)`` (Welch 1974; rank form for any M)."""
    return least_rank(m, mu.denominator**2, mu.numerator**2, strict=strict)


def power_rank(*, m: int, mu: Fraction, strict: bool = True) -> RankBound:
    """The best of ``C(d+p-1, p) >= m / (1 + (m-1) mu^(2p))`` over p: the power ``y^p`` in place of ``T_p``.

    The search ends when ``C(best d + p - 1, p) >= m``, which then holds for every larger p as well.
    """
    best, enough = RankBound(1, 1), 1  # C(best d + p - 1, p)
    for p, square, unit in _powers_below(mu):
        enough = enough * (best.d + p - 1) // p
        if best.d >= 2 and enough >= m:
            return best
        rank = least_rank(m, square, unit, strict=strict)
        if enough < rank:
            best = RankBound(least_dimension(lambda d, p=p: comb(d + p - 1, p), rank, best.d), p)  # type: ignore[misc]
            enough = comb(best.d + p - 1, p)
    return RankBound(best.d, best.p, complete=False)


def _welch(question: Question) -> Outcome:
    return Outcome(welch(m=question.m, mu=question.mu, strict=not question.closed), {"mu": question.mu})


def _welch_most(question: Question, d: int) -> Outcome:
    mu = question.mu
    excluded = least_excluded(d, mu.denominator**2, mu.numerator**2, strict=not question.closed)
    if excluded is None:
        return refused("sets no limit: 1/mu^2 <= d")
    return Outcome(max(excluded - 1, 1), {"mu": mu})


def _power(question: Question) -> Outcome:
    found = power_rank(m=question.m, mu=question.mu, strict=not question.closed)
    return Outcome(found.d, {"p": found.p, "mu": question.mu}, "" if found.complete else LIMITED)


def _power_most(question: Question, d: int) -> Outcome:
    if d < 2:
        return Outcome(1, {"p": 1, "mu": question.mu})
    found = power_most(d=d, mu=question.mu, strict=not question.closed)
    return refused(LIMITED) if found is None else Outcome(found[0], {"p": found[1], "mu": question.mu})


def _power_allows(question: Question, d: int) -> bool:
    if d < 2:
        return power_rank(m=question.m, mu=question.mu, strict=not question.closed).d <= d
    dimension = 1
    for p, square, unit in _powers_below(question.mu):
        dimension = dimension * (d + p - 1) // p
        if dimension >= question.m:
            return True
        if dimension < least_rank(question.m, square, unit, strict=not question.closed):
            return False
    return True


RULES = (
    Rule[Question](
        name="welch",
        side="lower",
        kind="theorem",
        source="Welch 1974, in rank form (THEOREMS.md, theorem 4, p = 1)",
        statement="d > m / (1 + (m-1) mu^2), mu = eps/(k-eps)",
        requires=(M2, EPS1, HALF),
        evaluate=_welch,
        most=_welch_most,
        any_size=True,
        theorem="4",
        program="t04_chebyshev_rank",
    ),
    Rule[Question](
        name="power-rank",
        side="lower",
        kind="theorem",
        source="Welch 1974 and Alon 2003, in rank form (THEOREMS.md, theorem 4)",
        statement="C(d+p-1, p) > m / (1 + (m-1) mu^(2p)) for every p >= 1, mu = eps/(k-eps)",
        requires=(M2, EPS1, HALF),
        evaluate=_power,
        suffices=_power_allows,
        most=_power_most,
        theorem="4",
        program="t04_chebyshev_rank",
    ),
)
