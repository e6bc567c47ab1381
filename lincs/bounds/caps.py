"""Lines chosen one by one on the sphere: an upper bound on d from the measure of a cap (THEOREMS.md, theorem 5).

The measure is enclosed by ball arithmetic, so what is printed is a theorem.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from lincs.bounds.hypothesis import M2, UP_TO_ONE
from lincs.bounds.question import Question
from lincs.bounds.rule import Outcome, Remark, Rule, refused
from lincs.exact.ball import ball, floor_below
from lincs.exact.enclosure import ln, pi
from lincs.exact.search import first, last

__all__ = ["RULE", "cap_measure_below", "greedy_cap", "greedy_cap_most"]

_REFINED_BITS = 600  # a largest m of more digits is left at its first 12
_MANY = 20_000  # dimensions beyond which the cap's measure is bounded in closed form


def cap_measure_below(d: int, mu: Fraction, bound: Fraction) -> bool:
    """Prove ``P(|<u, v>| >= mu) < bound`` for independent uniform unit vectors in R^d, d >= 2.

    The probability is the regularised incomplete beta function ``I_{1-mu^2}((d-1)/2, 1/2)``, enclosed in a ball; in
    high dimension, where that is slow, it is replaced by ``sqrt(2/(pi (d-1))) (1-mu^2)^((d-1)/2) / mu``, which is
    larger by a factor of about ``1 + 1/(d mu^2)``.
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
    found = first(lambda d: cap_measure_below(d, mu, share), 1)
    assert found is not None
    return found


def greedy_cap_most(*, d: int, mu: Fraction) -> int:
    """The largest m that :func:`greedy_cap` reaches in R^d, rounded down."""
    if d > _MANY:
        return _most_in_high_dimension(d, mu)
    measure = _cap_measure(d, mu)
    inverse = 1 / measure
    if not inverse.is_finite():
        return _most_in_high_dimension(d, mu)
    guess = max(1, floor_below(inverse))
    # as cap_measure_below decides it
    return _largest(
        lambda m: bool(measure < ball(Fraction(1, m - 1))),
        guess - (guess >> 40),
        guess + (guess >> 40) + 4,
    )


def _most_in_high_dimension(d: int, mu: Fraction) -> int:
    """The largest m by the closed form of :func:`cap_measure_below`, at most ``2^65536``."""
    logarithm = ln(mu)[0] - (ln(2 / (pi()[0] * (d - 1)))[1] + (d - 1) * _ln_inside(mu)) / 2
    if logarithm <= 0:
        return 1
    if logarithm >= 45_000:  # 2^65536 = e^45426
        return 1 << 64_920
    guess = max(1, floor_below(ball(logarithm).exp()))
    return _largest(
        lambda m: cap_measure_below(d, mu, Fraction(1, m - 1)),
        guess - (guess >> 40) - 4,
        guess + (guess >> 40) + 4,
    )


def _largest(reaches: Callable[[int], bool], low: int, high: int) -> int:
    """The largest m that is reached, expected between low and high; low itself where the numbers are very long."""
    low = max(1, low)
    if low > 1 and not reaches(low):
        low = 1
    if high.bit_length() > _REFINED_BITS:
        return low
    while reaches(high):
        high *= 2
    return last(reaches, low, high)


def _ln_inside(mu: Fraction) -> Fraction:
    """A number at or above ``ln(1 - mu^2)``; ``ln(1-x) <= -x`` is the better one when mu is tiny."""
    return min(ln(1 - mu**2)[1], -(mu**2))


def _greedy_cap(question: Question) -> Outcome:
    if 2 * question.t >= 1:
        return Outcome(2, {"mu": question.mu}, "distinct lines have coherence below 1")
    return Outcome(greedy_cap(m=question.m, mu=question.mu), {"mu": question.mu})


def _suffices(question: Question, d: int) -> bool:
    if d < 2:
        return False
    return 2 * question.t >= 1 or cap_measure_below(d, question.mu, Fraction(1, question.m - 1))


def _most(question: Question, d: int) -> Outcome:
    if d < 2:
        return refused("needs d >= 2")
    if 2 * question.t >= 1:
        return refused("reaches every m: distinct lines serve")
    return Outcome(greedy_cap_most(d=d, mu=question.mu), {"mu": question.mu})


RULE = Rule[Question](
    name="greedy-cap",
    side="upper",
    kind="random",
    source="Shannon 1959; Wyner 1965 (THEOREMS.md, theorem 5)",
    statement="(m-1) I_{1-mu^2}((d-1)/2, 1/2) < 1, mu = eps/(k-eps): lines chosen one by one, d >= 2",
    requires=(M2, UP_TO_ONE),
    remark=Remark("distinct lines serve when eps/k >= 1/2", "distinct lines serve when k = 1"),
    evaluate=_greedy_cap,
    suffices=_suffices,
    most=_most,
    theorem="5",
    program="t05b_random_tails",
)
