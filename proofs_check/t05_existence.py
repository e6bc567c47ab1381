"""Theorem 5: random existence bounds counted exactly on small cases, and the constructions' closed forms."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb

from lincs.bounds.chebyshev import chebyshev_rank
from lincs.bounds.published import theorem_2
from lincs.bounds.signs import union_bound
from lincs.constructions.catalogue import FAMILIES
from lincs.exact.enclosure import ln

TITLE = "existence and constructions"


def check() -> str:
    tails = _hoeffding()
    counted = _union_bound_counts()
    promises = _promises()
    return f"{tails} sign tails below Hoeffding's bound, {counted} union bounds counted, {promises} promises consistent"


def _sign_tail(n: int, threshold: Fraction) -> Fraction:
    """``P(sum of n independent signs >= threshold)``, exactly."""
    return Fraction(sum(comb(n, plus) for plus in range(n + 1) if 2 * plus - n >= threshold), 2**n)


def _hoeffding() -> int:
    """``P(S_n >= s) <= exp(-s^2/(2n))``: compare logarithms through their enclosures."""
    tried = 0
    for n in range(1, 40):
        for s in range(1, n + 1):
            assert ln(_sign_tail(n, Fraction(s)))[0] <= Fraction(-s * s, 2 * n), (n, s)
            tried += 1
    return tried


def _union_bound_counts() -> int:
    """At the d that it names, the expected number of failing (row, support, sign) triples is below 1.

    And the paper's Theorem 2 leaves room for the pairs: ``m (m-1) P(<a_i, a_j> >= eps/k) < 1``.
    """
    tried = 0
    for m, k, eps in product((2, 3, 5, 8), (1, 2, 3), (Fraction(1, 2), Fraction(3, 4), Fraction(1))):
        others = min(k, m - 1)
        d = union_bound(m=m, k=k, eps=eps)
        failing = m * comb(m - 1, others) * 2**others * _sign_tail(d * others, d * eps)
        assert failing < 1, (m, k, eps)
        d = theorem_2(m=m, k=k, eps=eps)
        assert m * (m - 1) * _sign_tail(d, d * eps / k) < 1, (m, k, eps)
        tried += 1
    return tried


def _promises() -> int:
    """No promise contradicts theorem 4, and every one keeps the strict threshold."""
    tried = 0
    for family in FAMILIES:
        for m, mu in product((2, 3, 7, 28, 144, 1000, 10**5, 10**12), (Fraction(1, n) for n in (1, 2, 3, 5, 16, 100))):
            promise = family.least(m=m, mu=mu)
            if promise is None:
                continue
            assert promise.columns >= m
            assert promise.coherence_squared is None or promise.coherence_squared < mu**2
            assert promise.d >= chebyshev_rank(m=m, mu=mu).d, promise
            tried += 1
    return tried
