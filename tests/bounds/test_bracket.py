"""``lincs.bound``: the two ends, the edges of the problem, and what is never dropped or used."""

from __future__ import annotations

import json
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lincs
from lincs.bounds.published import theorem_2
from lincs.bounds.signs import union_bound
from lincs.errors import InputError
from lincs.results import document

problems = st.tuples(st.integers(1, 10**6), st.integers(1, 40), st.fractions(Fraction(1, 20), 1, max_denominator=20))


def ends(m: int, k: int, eps: Fraction | str) -> tuple[int, int]:
    answer = lincs.bound(m=m, k=k, eps=eps)
    assert isinstance(answer.lower.value, int)
    assert isinstance(answer.upper.value, int)
    return answer.lower.value, answer.upper.value


def test_the_example() -> None:
    answer = lincs.bound(m=16384, k=4, eps=0.25)
    assert (answer.lower.value, answer.lower.name, answer.lower.parameters["p"]) == (222, "chebyshev-rank", 1)
    assert (answer.upper.value, answer.upper.name) == (255, "tied-forms")
    assert answer.unknown == "d"


@settings(max_examples=25)
@given(problems)
def test_the_ends_are_the_best_rows(problem: tuple[int, int, Fraction]) -> None:
    m, k, eps = problem
    answer = lincs.bound(m=m, k=min(k, m), eps=eps)
    lower = [row.value for row in answer.rows if row.side == "lower" and row.decides]
    upper = [row.value for row in answer.rows if row.side == "upper" and row.decides]
    assert all(value <= answer.lower.value for value in lower)
    assert all(value >= answer.upper.value for value in upper)
    assert 1 <= answer.lower.value <= answer.upper.value <= m
    assert answer.lower not in answer.rows
    assert all(row.note for row in answer.rows if not row.applies)
    assert json.loads(json.dumps(document("bound", answer), allow_nan=False))["unknown"] == "d"


@settings(max_examples=25)
@given(problems, st.integers(0, 1000), st.integers(0, 5), st.fractions(0, Fraction(1, 4), max_denominator=40))
def test_monotone(problem: tuple[int, int, Fraction], more: int, denser: int, looser: Fraction) -> None:
    m, k, eps = problem
    k = min(k, m)
    low, high = ends(m, k, eps)
    for harder in (ends(m + more, k, eps), ends(m, min(m, k + denser), eps), ends(m, k, eps / (1 + looser))):
        assert harder[0] >= low
        assert harder[1] >= high


@settings(max_examples=25)
@given(st.integers(1, 3000), st.integers(1, 12), st.fractions(Fraction(1, 9), 1, max_denominator=12))
def test_only_eps_over_k_matters(m: int, k: int, eps: Fraction) -> None:
    k = min(k, m)
    bracket, reduced = lincs.bound(m=m, k=k, eps=eps), lincs.bound(m=m, k=1, eps=eps / k)
    assert bracket.lower.value == reduced.lower.value
    structured = [row.value for row in bracket.rows if row.kind == "construction"]
    assert [row.value for row in reduced.rows if row.kind == "construction"] == structured or (
        "construction" not in (bracket.upper.kind, reduced.upper.kind)
    )


@pytest.mark.parametrize(
    ("m", "k", "eps", "low", "high"),
    [
        (1, 1, "1/2", 1, 1),
        (1, 1, "1", 1, 1),
        (5, 1, "1", 1, 1),  # J/2 has every entry within 1/2
        (5, 1, "0.51", 1, 1),
        (5, 1, "0.5", 2, 2),  # strictly below 1/2: five distinct lines in the plane
        (5, 2, "1", 2, 2),
        (2, 1, "1/3", 2, 2),
        (7, 3, "1.0001", 0, 0),  # the zero matrix
        (10**30, 1, "2", 0, 0),
    ],
)
def test_edges(m: int, k: int, eps: str, low: int, high: int) -> None:
    assert ends(m, k, eps) == (low, high)


def test_a_frame_on_the_threshold_does_not_serve() -> None:
    # 16 coordinates hold 144 lines at exactly 1/4: eps/(k - eps) = 1/4 at k = 1, eps = 1/5.
    assert ends(144, 1, "1/5")[1] > 16
    assert ends(144, 1, "0.2000001") == (16, 16)


def test_random_bounds_are_rounded_outward() -> None:
    # Twins in floats, where the numbers are far from integers.
    assert theorem_2(m=1000, k=5, eps=Fraction(1, 2)) == math.floor(800 * math.log(2e6) + 2)
    x = 2 * 5 / 0.25 * (math.log(1000) + math.log(math.comb(999, 5)) + 5 * math.log(2))
    assert union_bound(m=1000, k=5, eps=Fraction(1, 2)) == math.floor(x) + 1
    # k = m: only m - 1 other columns can interfere.
    assert union_bound(m=3, k=3, eps=Fraction(1, 2)) == union_bound(m=3, k=2, eps=Fraction(1, 2))


def test_bounds_that_do_not_apply_stay_visible() -> None:
    rows = {row.name: row for row in lincs.bound(m=1000, k=2, eps=1).rows}
    assert rows["chebyshev-rank"].value is None
    assert "1/2" in rows["chebyshev-rank"].note


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"m": 10, "k": 2}, "exactly three"),
        ({"m": 10, "k": 2, "eps": 0.5, "d": 3}, "exactly three"),
        ({"m": 10, "k": 11, "eps": 0.5}, "k must be at most m = 10, got 11"),
        ({"m": 10, "k": 2, "eps": 0}, "eps must be positive, got 0"),
        ({"m": 10, "k": 2, "eps": -1}, "eps must be positive, got -1"),
        ({"m": 10, "k": 2, "eps": "nan"}, "eps must be a positive number"),
        ({"m": 0, "k": 2, "eps": 0.5}, "m must be at least 1, got 0"),
        ({"m": 2.5, "k": 2, "eps": 0.5}, "m must be an integer, got 2.5"),
        ({"m": 10, "k": 2, "eps": 0.5, "readout": "relu"}, "readout must be one of"),
    ],
)
def test_bad_input(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        lincs.bound(**arguments)
