"""Brackets for the other read-outs."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lincs
from lincs.bounds.ladder_rules import affine_entries, threshold_entries
from lincs.bounds.ladder_search import Entries
from lincs.bounds.one_level import one_level_allows, one_level_most, one_level_rank
from lincs.bounds.question import MarginQuestion, Question
from lincs.bounds.row_shift import row_shift, threshold_shift
from lincs.bounds.unshifted import threshold_plain
from lincs.errors import InputError


def chebyshev(p: int, x: Fraction) -> Fraction:
    before, value = Fraction(1), x
    for _ in range(p - 1):
        before, value = value, 2 * x * value - before
    return value


def naive(m: int, x: Fraction, large: Fraction, *, top: int = 40) -> int:
    """The least d with ``C(d+p, p) (1 + rho + (m-2)/T_p(x)^2) >= m`` for every p up to ``top``, counting up."""
    best = 1
    for p in range(1, top):
        square = chebyshev(p, x) ** 2
        rho = max(Fraction(1), chebyshev(p, large * x) ** 2) / square
        while comb(best + p, p) * (1 + rho + (m - 2) / square) < m:
            best += 1
    return best


@given(st.integers(2, 2000), st.integers(1, 6), st.fractions(Fraction(1, 8), Fraction(1, 2), max_denominator=20))
def test_row_shift(m: int, k: int, eps: Fraction) -> None:
    if 2 * eps < k:
        # one feature at a time leaves no entry larger than the others
        assert row_shift(m=m, k=k, eps=eps)[0] == naive(m, (k - eps) / eps, 2 * eps if k > 1 else Fraction(0))


@given(st.integers(2, 2000), st.integers(2, 12))
def test_threshold_shift(m: int, k: int) -> None:
    assert threshold_shift(m=m, k=k)[0] == naive(m, Fraction(2 * k - 1), Fraction(1))


def naive_one_level(m: int, entries: Entries, *, top: int = 12) -> int:
    """The least d that no degree up to ``top`` excludes, counting up."""
    d = 0
    while any(_excluded(m, d, p, entries) for p in range(1, top if d else 2)):
        d += 1
    return d


def _excluded(m: int, d: int, p: int, entries: Entries) -> bool:
    before, below, top = comb(d + p - 2, p - 2) if p > 1 else 0, comb(d + p - 1, p - 1), comb(d + p, p)
    if top > m or 2 * below > m:
        return False
    left = before + Fraction((below - before) ** 2, top - before)
    return left > entries.s * below + (1 - entries.s + entries.excess) * Fraction(below * below, m)


shifted = st.one_of(
    st.builds(
        lambda m, k, eps: affine_entries(Question(m=m, k=k, eps=eps)),
        st.just(2),
        st.integers(2, 6),
        st.fractions(Fraction(1, 8), Fraction(1, 2), max_denominator=20),
    ),
    st.builds(lambda k: threshold_entries(MarginQuestion(m=2, k=k)), st.integers(2, 9)),
)


@given(st.integers(2, 2000), shifted)
def test_one_level(m: int, entries: Entries) -> None:
    found = one_level_rank(m, entries)
    assert (found[0] if found else 0) == naive_one_level(m, entries)


@given(st.integers(0, 40), shifted)
def test_the_largest_m_of_one_level(d: int, entries: Entries) -> None:
    found = one_level_most(d, entries)
    if found is None:
        assert one_level_allows(10**9, d, entries)
    else:
        assert not one_level_allows(found[0], d, entries)
        assert one_level_allows(found[0] - 1, d, entries)


@pytest.mark.parametrize(
    ("question", "name", "value"),
    [
        ({"m": 10**9, "k": 2, "readout": "threshold"}, "ladder", 87),
        ({"m": 10**12, "k": 4, "readout": "threshold"}, "ladder", 468),
        ({"m": 10**12, "k": 8, "eps": "1/4", "readout": "affine"}, "ladder", 5158),
        ({"m": 10**6, "k": 8, "eps": "1/4", "readout": "affine"}, "row-shift", 1224),
        ({"m": 37075, "k": 3, "readout": "threshold"}, "one-level", 67),
    ],
)
def test_shifted_rules(question: dict[str, Any], name: str, value: int) -> None:
    answer = lincs.bound(**question)
    assert (answer.lower.name, answer.lower.value) == (name, value)


def test_one_active_feature_is_the_signed_question() -> None:
    """Non-negative, k = 1: both row values are the largest |E_ij|."""
    signed, nonnegative = (lincs.bound(m=5000, k=1, eps="1/4", readout=name) for name in ("signed", "nonnegative"))
    assert signed.lower.value == nonnegative.lower.value
    assert nonnegative.lower.name.endswith("-nonnegative")


def test_the_shift_is_what_makes_the_threshold_bound_sharp() -> None:
    assert threshold_shift(m=10**6, k=8)[0] > 2 * threshold_plain(m=10**6, k=8)[0]


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 10**5),
    st.integers(1, 12),
    st.fractions(Fraction(1, 20), Fraction(1, 2), max_denominator=30),
)
def test_more_freedom_never_needs_more(m: int, k: int, eps: Fraction) -> None:
    k = min(k, m)
    ends = [lincs.bound(m=m, k=k, eps=eps, readout=readout) for readout in ("affine", "nonnegative", "signed")]
    values = [(answer.lower.value, answer.upper.value) for answer in ends]
    assert all(low <= high for low, high in values)  # type: ignore[operator]
    assert values[0][1] <= values[1][1] <= values[2][1]  # type: ignore[operator]
    assert values[0][0] <= values[2][1]  # type: ignore[operator]


def test_threshold_has_no_eps() -> None:
    answer = lincs.bound(m=10**6, k=4, readout="threshold")
    assert isinstance(answer.lower.value, int)
    assert isinstance(answer.upper.value, int)
    assert 100 < answer.lower.value <= answer.upper.value < 600
    assert answer.problem.eps is None
    with pytest.raises(InputError, match="eps must be left out"):
        lincs.bound(m=10, k=2, eps=0.5, readout="threshold")
    with pytest.raises(InputError, match="exactly two of m, k, d"):
        lincs.bound(m=10, readout="threshold")


def test_small_cases() -> None:
    assert lincs.bound(m=99, k=3, eps="0.6", readout="affine").upper.value == 0
    assert lincs.bound(m=99, k=3, eps="1.1", readout="nonnegative").upper.value == 0
    assert lincs.bound(m=99, k=1, readout="threshold").upper.value == 2
    assert lincs.bound(d=2, k=1, readout="threshold").lower.value == "unbounded"
    assert lincs.bound(m=1, k=1, readout="threshold").upper.value == 1


def test_solving_with_a_threshold() -> None:
    answer = lincs.bound(d=768, k=8, readout="threshold")
    assert answer.unknown == "m"
    assert isinstance(answer.lower.value, int)
    assert isinstance(answer.upper.value, int)
    assert 768 < answer.lower.value < answer.upper.value
    answer = lincs.bound(m=10**4, d=300, readout="threshold")
    assert answer.unknown == "k"
    assert answer.lower.value == 8
