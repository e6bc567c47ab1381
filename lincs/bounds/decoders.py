"""Beside the linear read-out: what any decoder needs, and basis pursuit on typical and on all sparse vectors.

These rows never decide a bracket of d(m, k, eps); they answer "would a better decoder help?" (THEOREMS.md, theorem 8).
Free parameters (tau, b) are chosen in floats, where any choice gives a valid bound; the bound is then evaluated in ball
arithmetic and rounded outward.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from lincs.bounds.hypothesis import Hypothesis, eps_at_most
from lincs.bounds.question import Counts, Question
from lincs.bounds.rule import Outcome, Rule, refused
from lincs.exact.ball import ball, ceiling_above, floor_below
from lincs.exact.enclosure import ln

__all__ = ["RULES", "any_decoder", "gordon_width_squared", "typical_fraction"]

_FAILURE = Fraction(1, 20)  # eta: success, or failure, with probability at least 1 - eta


def any_decoder(*, m: int, k: int) -> int:
    """``d = min(m, 2k)`` exactly, for ``eps <= 1/2`` and every decoder.

    If d < min(m, 2k), some 2k-sparse w in the kernel splits as a difference of two k-sparse vectors, scaled so that
    they differ by 1 in a coordinate: no decoder is within eps <= 1/2 of both.  Any 2k columns of a Vandermonde matrix
    are independent, so ``A z`` determines z.
    """
    return min(m, 2 * k)


def _minimise(f: Any, low: float, high: float) -> float:
    """Golden-section search for the minimum of a unimodal function; its precision does not matter here."""
    ratio = (math.sqrt(5) - 1) / 2
    for _ in range(40):
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, b) if f(a) < f(b) else (a, high)
    return (low + high) / 2


def _density(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _tail(x: float) -> float:
    return math.erfc(x / math.sqrt(2)) / 2


def _ball_density(x: Any) -> Any:
    from flint import arb

    return (-x * x / 2).exp() / (2 * arb.pi()).sqrt()


def _ball_tail(x: Any) -> Any:
    from flint import arb

    return (x / arb(2).sqrt()).erfc() / 2


def typical_fraction(*, m: int, k: int) -> tuple[Any, Any]:
    """Balls enclosing a lower and an upper bound of ``psi(k/m)``.

    ``psi(r) = inf over tau >= 0 of r (1 + tau^2) + (1-r) 2 [(1 + tau^2) Q(tau) - tau phi(tau)]``, a convex function of
    tau.  Above: any tau.  Below: the tangent at a point left of the minimum, up to a point right of it.
    """
    from flint import arb

    r = k / m

    def slope(tau: float) -> float:
        return 2 * r * tau + (1 - r) * 4 * (tau * _tail(tau) - _density(tau))

    low, high = 0.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if slope(middle) > 0 else (middle, high)
    ratio = arb(k) / arb(m)

    def value(tau: Any) -> Any:
        return ratio * (1 + tau * tau) + (1 - ratio) * 2 * (
            (1 + tau * tau) * _ball_tail(tau) - tau * _ball_density(tau)
        )

    def ball_slope(tau: Any) -> Any:
        return 2 * ratio * tau + (1 - ratio) * 4 * (tau * _ball_tail(tau) - _ball_density(tau))

    left, right = arb(max(0.0, low * (1 - 1e-9))), arb(low * (1 + 1e-9) + 1e-12)
    above = value(right)
    if not (ball_slope(left) <= 0 and ball_slope(right) >= 0):
        return arb(0), above
    return value(left) + ball_slope(left) * (right - left), above


def gordon_width_squared(*, m: int, k: int) -> Any:
    """A ball above the squared Gaussian width of the union of the descent cones at all k-sparse vectors.

    ``4 tau [k b + 2m (phi(b) - b Q(b))] + 2m [(1 + tau^2) Q(tau) - tau phi(tau)]`` for any ``b >= tau > 0``.
    """
    from flint import arb

    def best_b(tau: float) -> float:
        low, high = tau, 60.0
        if 2 * m * _tail(tau) <= k:
            return tau
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (low, middle) if 2 * m * _tail(middle) < k else (middle, high)
        return max(tau, low)

    def width(tau: float) -> float:
        b = best_b(tau)
        top = 4 * tau * (k * b + 2 * m * (_density(b) - b * _tail(b)))
        return top + 2 * m * ((1 + tau * tau) * _tail(tau) - tau * _density(tau))

    start = _minimise(width, 1e-6, 20.0)
    b, tau = arb(best_b(start)), arb(start)
    top = 4 * tau * (k * b + 2 * m * (_ball_density(b) - b * _ball_tail(b)))
    return top + 2 * m * ((1 + tau * tau) * _ball_tail(tau) - tau * _ball_density(tau))


def _any(question: Question) -> Outcome:
    return Outcome(any_decoder(m=question.m, k=question.k), note="exact: every decoder, every k-sparse vector")


def _band(m: int) -> Any:
    """``sqrt(8 ln(4/eta)) sqrt(m)`` (Amelunxen, Lotz, McCoy and Tropp 2014, Theorem II)."""
    return (8 * ball(4 / _FAILURE).log() * m).sqrt()


# Beyond the range of floats no free parameter can be chosen.
_FLOATS: Hypothesis[Counts] = Hypothesis("m <= 10^300", lambda question: question.m <= 10**300)


def _typical_success(question: Question) -> Outcome:
    m, k = question.m, question.k
    _, above = typical_fraction(m=m, k=k)
    value = ceiling_above(above * m + _band(m))
    return Outcome(min(m, value), {"eta": _FAILURE}, "a given z, random A: recovery with probability >= 1 - eta")


def _typical_failure(question: Question) -> Outcome:
    from flint import arb

    m, k = question.m, question.k
    below, _ = typical_fraction(m=m, k=k)
    # The statistical dimension is at least m psi - 2 sqrt(m/k); failure needs d <= that minus the band.
    value = floor_below(below * m - 2 * (arb(m) / k).sqrt() - _band(m)) + 1
    if value < 1:
        return refused("the deviation band covers every d here")
    return Outcome(value, {"eta": _FAILURE}, "a given z, random A: below it recovery fails with probability >= 1 - eta")


def _uniform_lower(question: Question) -> Outcome:
    m, k = question.m, question.k
    s = k // 2
    value = min(m, 2 * k)
    if s >= 1 and m > 4 * s:
        bound = s * ln(Fraction(m, 4 * s))[0] / ln(9)[1]
        value = max(value, -(-bound.numerator // bound.denominator))
    return Outcome(min(m, value), {"s": s}, "recovery of every k-sparse z by basis pursuit")


def _uniform_upper(question: Question) -> Outcome:
    m, k = question.m, question.k
    width = gordon_width_squared(m=m, k=k)
    # d^2/(d+1) > w^2 is enough, and d = ceil(w^2) + 1 has d^2/(d+1) = d - 1 + 1/(d+1) > w^2.
    value = ceiling_above(width) + 1
    return Outcome(min(m, value), {}, "some (Gaussian) A recovers every k-sparse z by basis pursuit")


_ALMT = "Amelunxen, Lotz, McCoy and Tropp 2014, Theorem II; the curve is Donoho and Tanner's"

RULES = (
    Rule[Question](
        name="any-decoder",
        side="lower",
        kind="other-decoder",
        source="THEOREMS.md, theorem 8",
        statement="d = min(m, 2k), exactly",
        setting="any decoder",
        requires=(eps_at_most(Fraction(1, 2)),),
        theorem="8",
        program="t08_decoders",
        evaluate=_any,
    ),
    Rule[Question](
        name="basis-pursuit-all",
        side="lower",
        kind="other-decoder",
        source="Foucart, Pajor, Rauhut and Ullrich 2010; and 2k",
        statement="d >= 2k and d >= (s/ln 9) ln(m/(4s)), s = floor(k/2)",
        setting="basis pursuit recovers every k-sparse vector",
        evaluate=_uniform_lower,
    ),
    Rule[Question](
        name="basis-pursuit-all",
        side="upper",
        kind="other-decoder",
        source="Gordon 1988, with the width of all descent cones (Rudelson and Vershynin 2008; Stojnic 2009)",
        statement=(
            "d^2/(d+1) > 4 tau [k b + 2m (phi(b) - b Q(b))] + 2m [(1+tau^2) Q(tau) - tau phi(tau)] "
            "for some b >= tau > 0"
        ),
        setting="Gaussian A; every k-sparse vector",
        requires=(_FLOATS,),
        evaluate=_uniform_upper,
    ),
    Rule[Question](
        name="basis-pursuit-typical",
        side="lower",
        kind="other-decoder",
        source=_ALMT,
        statement="d > m psi(k/m) - 2 sqrt(m/k) - sqrt(8 ln(4/eta)) sqrt(m), or recovery fails",
        setting="a fixed k-sparse z, Gaussian A, probability 1 - eta",
        requires=(_FLOATS,),
        evaluate=_typical_failure,
    ),
    Rule[Question](
        name="basis-pursuit-typical",
        side="upper",
        kind="other-decoder",
        source=_ALMT,
        statement="d >= m psi(k/m) + sqrt(8 ln(4/eta)) sqrt(m) suffices",
        setting="a fixed k-sparse z, Gaussian A, probability 1 - eta",
        requires=(_FLOATS,),
        evaluate=_typical_success,
    ),
)
