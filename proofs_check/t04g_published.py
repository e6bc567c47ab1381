"""Theorem 4g: the published lower bound is rounded to the safe side, and never above a d that suffices."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from lincs.bounds.bracket import bound
from lincs.bounds.published import theorem_3
from lincs.exact.ball import ball, floor_below

TITLE = "a published lower bound"


def check() -> str:
    tried = applied = 0
    for m in (10, 1000, 10**6, 10**12, 10**30):
        for k in (1, 2, 3, 5, 8, 20, 100, 1000):
            for eps in (Fraction(1, 100), Fraction(1, 10), Fraction(1, 3), Fraction(99, 100), Fraction(1)):
                if k > m:
                    continue
                tried += 1
                value = theorem_3(m=m, k=k, eps=eps)
                assert (value is not None) == _applies(m, k, eps), (m, k, eps)
                if value is None:
                    continue
                applied += 1
                exact = _formula(m, k, eps)
                # d > exact: never above what that implies, and at most one below it where rounding intervened
                assert floor_below(exact) <= value <= floor_below(exact) + 1, (m, k, eps)
                upper = bound(m=m, k=k, eps=eps).upper.value
                assert isinstance(upper, int)
                assert value <= upper, (m, k, eps)
    return f"{applied} of {tried} problems meet its conditions, none with a smaller d that suffices"


def _applies(m: int, k: int, eps: Fraction) -> bool:
    factor = ((1 - eps) / (1 + eps)) ** 2
    if k < 2 or eps >= 1 or not 5 * k**3 < eps * eps * m:
        return False
    return bool(arb(1).exp() <= ball(factor * k * k / 8))


def _formula(m: int, k: int, eps: Fraction) -> arb:
    factor = ((1 - eps) / (1 + eps)) ** 2
    return ball(factor * k * k) * arb(m // (4 * k + 1)).log() / (64 * arb(1).exp() * arb(k).log())
