"""Brackets for the other read-outs."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lincs
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
        assert row_shift(m=m, k=k, eps=eps)[0] == naive(m, (k - eps) / eps, 2 * eps)


@given(st.integers(2, 2000), st.integers(2, 12))
def test_threshold_shift(m: int, k: int) -> None:
    assert threshold_shift(m=m, k=k)[0] == naive(m, Fraction(2 * k - 1), Fraction(1))


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
