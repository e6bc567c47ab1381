"""Solving for m, k and eps: the answers are the boundary of the bracket for d."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lincs
from lincs.results import Bracket

errors = st.sampled_from([Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), Fraction(1)])


def d_ends(m: int, k: int, eps: Fraction) -> tuple[int, int]:
    answer = lincs.bound(m=m, k=k, eps=eps)
    assert isinstance(answer.lower.value, int)
    assert isinstance(answer.upper.value, int)
    return answer.lower.value, answer.upper.value


def values(answer: Bracket) -> tuple[int, int]:
    assert isinstance(answer.lower.value, int)
    assert isinstance(answer.upper.value, int)
    return answer.lower.value, answer.upper.value


@pytest.mark.parametrize(
    ("d", "k", "eps", "limit"), [(768, 20, "0.5", 1550), (4096, 32, "0.25", 5489), (12288, 100, "0.5", 17815)]
)
def test_known_limits_of_m(d: int, k: int, eps: str, limit: int) -> None:
    answer = lincs.bound(d=d, k=k, eps=eps)
    assert (answer.unknown, answer.upper.value, answer.upper.name) == ("m", limit, "chebyshev-rank")
    assert isinstance(answer.lower.value, int)
    assert d <= answer.lower.value <= limit


def test_below_the_root_of_d_capacity_explodes() -> None:
    low, high = values(lincs.bound(d=768, k=4, eps=0.5))
    assert low > 10**7
    assert Fraction(103, 100) < Fraction(high, 10**17) < Fraction(104, 100)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 300), st.integers(1, 12), errors)
def test_unknown_m_is_the_boundary(d: int, k: int, eps: Fraction) -> None:
    answer = lincs.bound(d=d, k=k, eps=eps)
    if answer.upper.value == "unbounded":
        assert 2 * eps >= k
        return
    low, high = values(answer)
    assert low >= d
    if low >= k:
        assert d_ends(low, k, eps)[1] <= d
    if high + 1 >= k:
        assert d_ends(high + 1, k, eps)[0] > d


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 200), st.integers(1, 3000), errors)
def test_unknown_k_is_the_boundary(d: int, m: int, eps: Fraction) -> None:
    low, high = values(lincs.bound(d=d, m=m, eps=eps))
    assert 0 <= low <= high <= m
    if low:
        assert d_ends(m, low, eps)[1] <= d
    if low < m:
        assert d_ends(m, low + 1, eps)[1] > d
    if high < m:
        assert d_ends(m, high + 1, eps)[0] > d


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 200), st.integers(2, 3000), st.integers(1, 12))
def test_unknown_eps_is_the_boundary(d: int, m: int, k: int) -> None:
    k = min(k, m)
    answer = lincs.bound(d=d, m=m, k=k)
    low, high = Fraction(answer.lower.value or 0), Fraction(answer.upper.value or 0)
    assert low <= high
    if low:
        assert d_ends(m, k, low)[0] > d
    if high:
        assert d_ends(m, k, high)[1] <= d
    else:
        assert d >= m


def test_edges() -> None:
    assert lincs.bound(d=1, k=1, eps="0.6").upper.value == "unbounded"
    assert lincs.bound(d=2, k=1, eps="0.5").lower.value == "unbounded"
    assert values(lincs.bound(d=1, k=1, eps="0.5")) == (1, 1)
    assert values(lincs.bound(d=5, k=20, eps="0.5")) == (5, 5)
    assert values(lincs.bound(d=2, m=50, eps="0.1")) == (0, 0)
    assert values(lincs.bound(d=50, m=50, eps="0.1")) == (50, 50)
    assert lincs.bound(d=50, m=50, k=3).upper.value == 0
    assert lincs.bound(d=3, k=2, eps="1.5").lower.value == "unbounded"


def test_the_random_bound_can_win_for_m() -> None:
    answer = lincs.bound(d=20_000, k=2, eps=1)
    assert answer.unknown == "m"
    assert answer.upper.value == "unbounded"
    answer = lincs.bound(d=20_000, k=4, eps="0.9")
    assert answer.lower.name == "greedy-cap"


@pytest.mark.parametrize("readout", ["signed", "threshold"])
def test_an_upper_rule_that_is_silent_at_k_1_reaches_larger_k(readout):
    """Strictness needs eps/k < 1/2, which fails at k = 1 and eps = 1/2: 1,752 lines in R^715 on the threshold of 17."""
    level = {} if readout == "threshold" else {"eps": "1/2"}
    found = lincs.bound(m=1752, d=752, readout=readout, **level)
    assert found.lower.value == 17
    assert lincs.bound(m=1752, k=17, readout=readout, **level).upper.value <= 752


@given(st.integers(10, 3000), st.data(), st.sampled_from(["1/2", "1/3", "1/10"]))
@settings(max_examples=25)
def test_no_k_above_the_answer_is_reached_by_the_question_of_d(m, data, eps):
    d = data.draw(st.integers(2, min(m - 1, 1500)))
    found = lincs.bound(m=m, d=d, eps=eps)
    for k in range(max(1, int(found.lower.value) + 1), min(int(found.upper.value), int(found.lower.value) + 3) + 1):
        assert lincs.bound(m=m, k=k, eps=eps).upper.value > d
