"""Theorem 5, exact tails: sign sums by counting, caps by closed forms, and that each bound suffices."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product
from math import comb

from lincs.bounds.caps import cap_measure_below, greedy_cap, greedy_cap_most
from lincs.bounds.signs import expurgated_signs, greedy_signs, sign_tail_ln
from lincs.exact.enclosure import ln

TITLE = "exact random tails"


def check() -> str:
    tails = _tails()
    caps = _caps()
    sufficient = _sufficient()
    return f"{tails} sign tails, {caps} cap measures, {sufficient} existence conditions evaluated exactly"


def _tail(n: int, threshold: Fraction) -> Fraction:
    return Fraction(sum(comb(n, plus) for plus in range(n + 1) if 2 * plus - n >= threshold), 2**n)


def _tails() -> int:
    tried = 0
    for n in (1, 2, 5, 20, 61, 200):
        for s in {1, 2, n // 4 + 1, n // 2 + 1, n} - set(range(n + 1, n + 9)):
            for threshold in (Fraction(s), Fraction(2 * s - 1, 2)):
                exact = ln(_tail(n, threshold))
                bound = sign_tail_ln(n, threshold)
                assert exact[0] <= bound, (n, threshold)
                if 3 * threshold >= n:
                    assert bound - exact[1] < 1, (n, threshold)
                tried += 1
    return tried


def _caps() -> int:
    """d = 2: ``P = (2/pi) acos(mu)``; d = 3: ``1 - mu``; d = 5: ``1 - (3 mu - mu^3)/2``."""
    tried = 0
    slack = Fraction(1, 10**9)
    for i in range(1, 20):
        mu = Fraction(i, 20)
        exact = {
            2: Fraction(2 / math.pi * math.acos(mu)),
            3: 1 - mu,
            5: 1 - (3 * mu - mu**3) / 2,
        }
        for d, p in exact.items():
            assert cap_measure_below(d, mu, p + slack), (d, mu)
            assert not cap_measure_below(d, mu, p - slack), (d, mu)
            tried += 1
    # The closed form for large d is weaker than the exact measure, and not by much.
    for d, mu in ((19_000, Fraction(1, 30)), (19_000, Fraction(1, 10))):
        logarithm = (math.log(2 / (math.pi * (d - 1))) + (d - 1) * math.log(1 - mu**2)) / 2 - math.log(mu)
        closed = Fraction(math.exp(logarithm))
        assert cap_measure_below(d, mu, closed)
        assert not cap_measure_below(d, mu, closed * Fraction(9, 10))
    return tried


def _sufficient() -> int:
    tried = 0
    for m, mu in product((2, 3, 10, 100), (Fraction(1, 2), Fraction(1, 3), Fraction(1, 5))):
        d = greedy_signs(m=m, mu=mu)
        assert (m - 1) * 2 * _tail(d, mu * d) < 1, (m, mu)
        d = greedy_cap(m=m, mu=mu)
        assert cap_measure_below(d, mu, Fraction(1, m - 1))
        assert d == 2 or not cap_measure_below(d - 1, mu, Fraction(1, m - 1))
        assert greedy_cap_most(d=d, mu=mu) >= m
        tried += 2
    for m, k, eps in product((2, 5, 30), (1, 2, 4), (Fraction(1, 2), Fraction(1))):
        if k > m:
            continue
        d, pool = expurgated_signs(m=m, k=k, eps=eps)
        others = min(k, pool - 1)
        failing = pool * comb(pool - 1, others) * 2**others * _tail(d * others, eps * d)
        assert failing < pool - m + 1, (m, k, eps)
        tried += 1
    return tried
