"""Random upper bounds on d: existence statements, rounded outward, so they are theorems too (THEOREMS.md,
theorem 5).

Logarithms come from rational enclosures; the tail of a sum of signs is bounded by its largest term and a
geometric series, the measure of a spherical cap by ball arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from lincs.bounds.rule import Outcome, Question, Rule, refused
from lincs.exact.ball import ball, floor_below
from lincs.exact.enclosure import ln, ln_binomial, pi

__all__ = [
    "RULES",
    "cap_measure_below",
    "expurgated_signs",
    "greedy_cap",
    "greedy_signs",
    "sign_tail_ln",
    "union_bound",
]

_REFINED_BITS = 600  # a largest m of more digits is left at its first 12
_MANY = 20_000  # dimensions beyond which the cap's measure is bounded in closed form


def union_bound(*, m: int, k: int, eps: Fraction) -> int:
    """``d = floor((2k'/eps^2) (ln m + ln C(m-1, k') + k' ln 2)) + 1`` with ``k' = min(k, m-1)`` suffices (m
    >= 2).

    Let A have independent entries ``+-1/sqrt(d)`` and B = A.  A row's error on a fixed support (of k' other
    columns) with fixed signs is ``1/d`` times a sum of ``d k'`` independent signs, so it reaches eps with
    probability at most ``exp(-eps^2 d / (2k'))`` (Hoeffding 1963, one-sided); there are
    ``m C(m-1, k') 2^k'`` of them.
    """
    others = min(k, m - 1)
    logarithm = ln(m)[1] + ln_binomial(m - 1, others)[1] + others * ln(2)[1]
    bound = 2 * others * logarithm / eps**2
    return bound.numerator // bound.denominator + 1


def sign_tail_ln(n: int, threshold: Fraction) -> Fraction:
    """An upper bound on ``ln P(S >= threshold)``, S the sum of n independent signs, ``0 < threshold <= n``.

    At least ``j = ceil((n + threshold)/2)`` signs are plus; the terms ``C(n, i)``, i >= j, fall at least as
    fast as the geometric series with ratio ``(n-j)/(j+1) < 1``.
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
    """d such that m sign vectors with coherence below mu can be chosen one by one (Gilbert 1952; Varshamov
    1957).

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
    """``(d, N)``: draw N >= m random sign columns; fewer than ``N - m + 1`` rows fail on average, so m can
    be kept.

    Dropping a column drops its row and only shortens the others.  A row fails on a given support with given
    signs with the probability of a binomial tail, ``P(S_{d k'} >= eps d)``, ``k' = min(k, N-1)``.
    """
    return min((_least(*_expurgated_excess(m, k, eps, pool)), pool) for pool in _pools(m, k))


def cap_measure_below(d: int, mu: Fraction, bound: Fraction) -> bool:
    """Prove ``P(|<u, v>| >= mu) < bound`` for independent uniform unit vectors in R^d, d >= 2.

    The probability is the regularised incomplete beta function ``I_{1-mu^2}((d-1)/2, 1/2)``, enclosed in a
    ball; in high dimension, where that is slow, it is replaced by
    ``sqrt(2/(pi (d-1))) (1-mu^2)^((d-1)/2) / mu``, which is larger by a factor of about ``1 + 1/(d mu^2)``.
    """
    if d > _MANY:
        logarithm = (ln(2 / (pi()[0] * (d - 1)))[1] + (d - 1) * _ln_inside(mu)) / 2 - ln(mu)[0]
        return logarithm < ln(bound)[0]
    return bool(_cap_measure(d, mu) < ball(bound))


def _cap_measure(d: int, mu: Fraction) -> Any:
    half = Fraction(1, 2)
    return ball(1 - mu**2).beta_lower(ball((d - 1) * half), ball(half), regularized=True)


def greedy_cap(*, m: int, mu: Fraction) -> int:
    """The least d >= 2 with ``(m-1) P(|<u, v>| >= mu) < 1``: m lines can be chosen one by one.

    (Shannon 1959 and Wyner 1965 for spherical codes.)  Monotone in d: caps shrink as d grows.
    """
    share = Fraction(1, m - 1)
    low, step = 1, 1
    while not cap_measure_below(low + step, mu, share):
        low, step = low + step, 2 * step
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if cap_measure_below(middle, mu, share) else (middle, high)
    return high


def greedy_cap_most(*, d: int, mu: Fraction) -> int:
    """The largest m that :func:`greedy_cap` reaches in R^d, rounded down."""
    if d > _MANY:
        return _most_in_high_dimension(d, mu)
    measure = _cap_measure(d, mu)
    inverse = 1 / measure
    if not inverse.is_finite():
        return _most_in_high_dimension(d, mu)

    def reaches(m: int) -> bool:  # as cap_measure_below decides it
        return bool(measure < ball(Fraction(1, m - 1)))

    low = max(1, floor_below(inverse))
    low, high = max(1, low - (low >> 40)), low + (low >> 40) + 4
    if low > 1 and not reaches(low):
        low = 1
    if high.bit_length() > _REFINED_BITS:
        return low
    while reaches(high):
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if reaches(middle) else (low, middle)
    return low


def _most_in_high_dimension(d: int, mu: Fraction) -> int:
    """The largest m by the closed form of :func:`cap_measure_below`, at most ``2^65536``."""
    logarithm = ln(mu)[0] - (ln(2 / (pi()[0] * (d - 1)))[1] + (d - 1) * _ln_inside(mu)) / 2
    if logarithm <= 0:
        return 1
    if logarithm >= 45_000:  # 2^65536 = e^45426
        return 1 << 64_920
    most = max(1, floor_below(ball(logarithm).exp()))
    low, high = max(1, most - (most >> 40) - 4), most + (most >> 40) + 4
    if low > 1 and not cap_measure_below(d, mu, Fraction(1, low - 1)):
        low = 1
    if high.bit_length() > _REFINED_BITS:
        return low
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if cap_measure_below(d, mu, Fraction(1, middle - 1)) else (low, middle)
    return low


def _ln_inside(mu: Fraction) -> Fraction:
    """A number at or above ``ln(1 - mu^2)``; ``ln(1-x) <= -x`` is the better one when mu is tiny."""
    return min(ln(1 - mu**2)[1], -(mu**2))


def _applies(question: Question) -> bool:
    return question.m >= 2 and question.eps <= 1


def _union_suffices(question: Question, d: int) -> bool:
    return _applies(question) and union_bound(m=question.m, k=question.k, eps=question.eps) <= d


def _expurgated_suffices(question: Question, d: int) -> bool:
    if not _applies(question):
        return False
    m, k, eps = question.m, question.k, question.eps
    return any(_expurgated_excess(m, k, eps, pool)[0](d) < 0 for pool in _pools(m, k))


def _greedy_signs_suffices(question: Question, d: int) -> bool:
    return _applies(question) and _signs_excess(question.m, question.mu)(d) < 0


def _greedy_cap_suffices(question: Question, d: int) -> bool:
    if not _applies(question) or d < 2:
        return False
    if 2 * question.t >= 1:
        return True
    return cap_measure_below(d, question.mu, Fraction(1, question.m - 1))


_NEEDS = "needs m >= 2 and eps <= 1"


def _union(question: Question) -> Outcome:
    if not _applies(question):
        return refused(_NEEDS)
    return Outcome(union_bound(m=question.m, k=question.k, eps=question.eps))


def _expurgated(question: Question) -> Outcome:
    if not _applies(question):
        return refused(_NEEDS)
    d, count = expurgated_signs(m=question.m, k=question.k, eps=question.eps)
    return Outcome(d, {"columns drawn": count})


def _greedy_signs(question: Question) -> Outcome:
    if not _applies(question):
        return refused(_NEEDS)
    return Outcome(greedy_signs(m=question.m, mu=question.mu), {"mu": question.mu})


def _greedy_cap(question: Question) -> Outcome:
    if not _applies(question):
        return refused(_NEEDS)
    if 2 * question.t >= 1:
        return Outcome(2, {"mu": question.mu}, "distinct lines have coherence below 1")
    return Outcome(greedy_cap(m=question.m, mu=question.mu), {"mu": question.mu})


def _greedy_cap_most(k: int, eps: Fraction, d: int) -> Outcome:
    question = Question(m=max(2, k), k=k, eps=eps)
    if not _applies(question) or 2 * question.t >= 1:
        return refused("needs m >= 2, eps <= 1 and eps/k < 1/2 (beyond, every m is reached)")
    if d < 2:
        return refused("needs d >= 2")
    return Outcome(greedy_cap_most(d=d, mu=question.mu), {"mu": question.mu})


RULES = (
    Rule(
        name="greedy-cap",
        side="upper",
        kind="random",
        source="Shannon 1959; Wyner 1965 (THEOREMS.md, theorem 5)",
        statement="(m-1) I_{1-mu^2}((d-1)/2, 1/2) < 1, mu = eps/(k-eps): lines chosen one by one",
        hypotheses="m >= 2, eps <= 1, d >= 2 (distinct lines serve when eps/k >= 1/2)",
        evaluate=_greedy_cap,
        suffices=_greedy_cap_suffices,
        most=_greedy_cap_most,
    ),
    Rule(
        name="greedy-signs",
        side="upper",
        kind="random",
        source="Gilbert 1952; Varshamov 1957 (THEOREMS.md, theorem 5)",
        statement="(m-1) P(|S_d| >= mu d) < 1, S_d a sum of d signs, mu = eps/(k-eps)",
        hypotheses="m >= 2, eps <= 1",
        evaluate=_greedy_signs,
        suffices=_greedy_signs_suffices,
    ),
    Rule(
        name="expurgated-signs",
        side="upper",
        kind="random",
        source="random signs, binomial tails and deletion (THEOREMS.md, theorem 5)",
        statement="N C(N-1, k) 2^k P(S_{dk} >= eps d) < N - m + 1, N >= m: N columns drawn, bad rows dropped",
        hypotheses="m >= 2, eps <= 1",
        evaluate=_expurgated,
        suffices=_expurgated_suffices,
    ),
    Rule(
        name="union-bound",
        side="upper",
        kind="random",
        source="random signs, Hoeffding 1963 and a union bound (THEOREMS.md, theorem 5)",
        statement="d > (2k/eps^2)(ln m + ln C(m-1, k) + k ln 2)",
        hypotheses="m >= 2, eps <= 1",
        evaluate=_union,
        suffices=_union_suffices,
    ),
)
