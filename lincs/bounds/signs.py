"""Random signs: upper bounds on d by existence, rounded outward, so theorems too (THEOREMS.md, theorem 5).

Logarithms come from rational enclosures; the tail of a sum of signs is bounded by its largest term and a geometric
series.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from lincs.bounds.hypothesis import M2, UP_TO_ONE
from lincs.bounds.question import Question
from lincs.bounds.rule import Outcome, Rule
from lincs.exact.enclosure import ln, ln_binomial

__all__ = ["RULES", "expurgated_signs", "greedy_signs", "sign_tail_ln", "union_bound"]


def union_bound(*, m: int, k: int, eps: Fraction) -> int:
    """``d = floor((2k'/eps^2) (ln m + ln C(m-1, k') + k' ln 2)) + 1``, ``k' = min(k, m-1)``, suffices (m >= 2).

    Let A have independent entries ``+-1/sqrt(d)`` and B = A.  A row's error on a fixed support (of k' other columns)
    with fixed signs is ``1/d`` times a sum of ``d k'`` independent signs, so it reaches eps with probability at most
    ``exp(-eps^2 d / (2k'))`` (Hoeffding 1963, one-sided); there are ``m C(m-1, k') 2^k'`` of them.
    """
    others = min(k, m - 1)
    logarithm = ln(m)[1] + ln_binomial(m - 1, others)[1] + others * ln(2)[1]
    bound = 2 * others * logarithm / eps**2
    return bound.numerator // bound.denominator + 1


def sign_tail_ln(n: int, threshold: Fraction) -> Fraction:
    """An upper bound on ``ln P(S >= threshold)``, S the sum of n independent signs, ``0 < threshold <= n``.

    At least ``j = ceil((n + threshold)/2)`` signs are plus; the terms ``C(n, i)``, i >= j, fall at least as fast as the
    geometric series with ratio ``(n-j)/(j+1) < 1``.
    """
    j = -(-(n + threshold) // 2)
    # 1 / (1 - (n-j)/(j+1)) = (j+1) / (2j+1-n)
    return ln_binomial(n, j)[1] + ln(Fraction(j + 1, 2 * j + 1 - n))[1] - n * ln(2, 96 + n.bit_length())[0]


def _least(excess: Callable[[int], Fraction], start: int) -> int:
    """A d with ``excess(d) < 0``, the first one or close to it; ``excess`` falls nearly linearly.

    False position, with a halving whenever it stalls; every d returned has been evaluated.
    """
    low, high = 0, start
    above, below = None, excess(high)
    while below >= 0:
        low, above, high = high, below, 2 * high
        below = excess(high)
    if above is None:
        low, above = max(1, high // 2), excess(max(1, high // 2))
        while above < 0 and low > 1:
            high, below, low = low, above, max(1, low // 2)
            above = excess(low)
        if above < 0:
            return low
    # Not lincs.exact.search: secant steps on the values need far fewer evaluations than a bisection.
    halve = False
    while high - low > 1:
        width = high - low
        guess = (low + high) // 2 if halve else low + int(width * above / (above - below))
        middle = min(max(guess, low + 1), high - 1)
        value = excess(middle)
        if value < 0:
            high, below = middle, value
        else:
            low, above = middle, value
        halve = 2 * (high - low) > width
    return high


def _hoeffding(logarithm: Fraction, variance: int, eps: Fraction) -> int:
    """Where Hoeffding's bound stops: ``d = 2 variance logarithm / eps^2``, the start of a search."""
    return max(1, int(2 * variance * logarithm / eps**2))


def _signs_excess(m: int, mu: Fraction) -> Callable[[int], Fraction]:
    target = -ln(2 * (m - 1))[1]
    return lambda d: sign_tail_ln(d, mu * d) - target


def greedy_signs(*, m: int, mu: Fraction) -> int:
    """d such that m sign vectors with coherence below mu can be chosen one by one (Gilbert 1952; Varshamov 1957).

    It suffices that ``(m-1) P(|S_d| >= mu d) < 1``: each chosen vector forbids that share of the cube.
    """
    return _least(_signs_excess(m, mu), _hoeffding(ln(2 * m)[1], 1, mu))


def _pools(m: int, k: int) -> list[int]:
    """How many columns to draw, so that dropping the bad ones leaves m."""
    return sorted({m, m + max(1, m // k), 2 * m})


def _expurgated_excess(m: int, k: int, eps: Fraction, pool: int) -> tuple[Callable[[int], Fraction], int]:
    others = min(k, pool - 1)
    ways = ln(pool)[1] + ln_binomial(pool - 1, others)[1] + others * ln(2)[1]
    target = ln(pool - m + 1)[0] - ways
    return lambda d: sign_tail_ln(d * others, eps * d) - target, _hoeffding(-target, others, eps)


def expurgated_signs(*, m: int, k: int, eps: Fraction) -> tuple[int, int]:
    """``(d, N)``: draw N >= m random sign columns; fewer than ``N - m + 1`` rows fail on average, so m can be kept.

    Dropping a column drops its row and only shortens the others.  A row fails on a given support with given signs with
    the probability of a binomial tail, ``P(S_{d k'} >= eps d)``, ``k' = min(k, N-1)``.
    """
    return min((_least(*_expurgated_excess(m, k, eps, pool)), pool) for pool in _pools(m, k))


def _union(question: Question) -> Outcome:
    return Outcome(union_bound(m=question.m, k=question.k, eps=question.eps))


def _union_suffices(question: Question, d: int) -> bool:
    return union_bound(m=question.m, k=question.k, eps=question.eps) <= d


def _expurgated(question: Question) -> Outcome:
    d, count = expurgated_signs(m=question.m, k=question.k, eps=question.eps)
    return Outcome(d, {"columns drawn": count})


def _expurgated_suffices(question: Question, d: int) -> bool:
    m, k, eps = question.m, question.k, question.eps
    return any(_expurgated_excess(m, k, eps, pool)[0](d) < 0 for pool in _pools(m, k))


def _greedy_signs(question: Question) -> Outcome:
    return Outcome(greedy_signs(m=question.m, mu=question.mu), {"mu": question.mu})


def _greedy_signs_suffices(question: Question, d: int) -> bool:
    return _signs_excess(question.m, question.mu)(d) < 0


RULES = (
    Rule[Question](
        name="greedy-signs",
        side="upper",
        kind="random",
        source="Gilbert 1952; Varshamov 1957 (THEOREMS.md, theorem 5)",
        statement="(m-1) P(|S_d| >= mu d) < 1, S_d a sum of d signs, mu = eps/(k-eps)",
        requires=(M2, UP_TO_ONE),
        evaluate=_greedy_signs,
        suffices=_greedy_signs_suffices,
        theorem="5",
        program="t05b_random_tails",
    ),
    Rule[Question](
        name="expurgated-signs",
        side="upper",
        kind="random",
        source="random signs, binomial tails and deletion (THEOREMS.md, theorem 5)",
        statement="N C(N-1, k) 2^k P(S_{dk} >= eps d) < N - m + 1, N >= m: N columns drawn, bad rows dropped",
        requires=(M2, UP_TO_ONE),
        evaluate=_expurgated,
        suffices=_expurgated_suffices,
        theorem="5",
        program="t05b_random_tails",
    ),
    Rule[Question](
        name="union-bound",
        side="upper",
        kind="random",
        source="random signs, Hoeffding 1963 and a union bound (THEOREMS.md, theorem 5)",
        statement="d > (2k/eps^2)(ln m + ln C(m-1, k) + k ln 2)",
        requires=(M2, UP_TO_ONE),
        evaluate=_union,
        suffices=_union_suffices,
        theorem="5",
        program="t05_existence",
    ),
)
