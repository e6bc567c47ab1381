"""Levenshtein's bound and the orthoplex bound: twins that count up, strictness, and the systems that are sharp."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lincs
from lincs.bounds.classical import (
    classical_rank,
    levenshtein_excludes,
    levenshtein_most,
    orthoplex_excludes,
    orthoplex_most,
)

mus = st.fractions(min_value=Fraction(1, 60), max_value=Fraction(9, 10), max_denominator=90)
TINY = Fraction(1, 10**20)


@given(st.integers(2, 10**6), mus)
def test_ranks_are_least(m: int, mu: Fraction) -> None:
    s = mu**2
    d = 1
    while 3 - (d + 2) * s > 0 and m * (3 - (d + 2) * s) >= d * (d + 2) * (1 - s):
        d += 1
    assert classical_rank(levenshtein_excludes, m=m, mu=mu, strict=True) == d
    d = 1
    while d * (d + 1) // 2 < m and d * s <= 1:
        d += 1
    assert classical_rank(orthoplex_excludes, m=m, mu=mu, strict=True) == d


@given(st.integers(1, 60), mus, st.booleans())
def test_the_largest_m_is_the_boundary(rank: int, mu: Fraction, strict: bool) -> None:
    for excludes, most in ((levenshtein_excludes, levenshtein_most), (orthoplex_excludes, orthoplex_most)):
        limit = most(rank=rank, mu=mu, strict=strict)
        if limit is None:
            assert not excludes(m=10**12, rank=rank, mu=mu, strict=strict)
        else:
            assert excludes(m=max(limit + 1, 2), rank=rank, mu=mu, strict=strict)
            assert limit < 2 or not excludes(m=limit, rank=rank, mu=mu, strict=strict)


def test_at_sharp_systems() -> None:
    assert classical_rank(levenshtein_excludes, m=120, mu=Fraction(1, 2) + TINY, strict=True) == 8
    assert classical_rank(levenshtein_excludes, m=121, mu=Fraction(1, 2) + TINY, strict=True) == 9
    assert classical_rank(orthoplex_excludes, m=12, mu=Fraction(1, 2), strict=True) == 5
    assert classical_rank(orthoplex_excludes, m=12, mu=Fraction(1, 2), strict=False) == 4
    assert classical_rank(orthoplex_excludes, m=10, mu=Fraction(1, 2), strict=True) == 4


@pytest.mark.parametrize("s", [1, 2, 3, 4])
def test_kerdock_is_exact(s: int) -> None:
    """d(d/2+1) lines at 1/sqrt(d), d = 4^s: above that coherence d is necessary, for every pair, and enough."""
    d = 4**s
    mu = Fraction(1, 2**s) + Fraction(1, 10**9)
    answer = lincs.bound(m=d * (d // 2 + 1), k=1, eps=mu / (1 + mu))
    assert answer.lower.value == answer.upper.value == d


def test_they_decide_a_bracket() -> None:
    answer = lincs.bound(m=10**9, k=32, eps="1/2")
    assert (answer.lower.name, answer.lower.kind) == ("levenshtein", "theorem")
    assert not any(row.kind == "symmetric-only" for row in answer.rows)
