"""Rounded roots, neighbouring fractions and balls, against what defines them."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from hypothesis import given
from hypothesis import strategies as st

from lincs.exact.ball import ball, ceiling_above, ends, floor_below, precision
from lincs.exact.nearby import neighbours
from lincs.exact.roots import rational_root, sqrt_above, sqrt_below

fractions = st.fractions(min_value=0, max_value=10**40)


@given(fractions, st.integers(1, 200))
def test_roots_are_rounded_to_their_side(x: Fraction, bits: int) -> None:
    low, high = sqrt_below(x, bits), sqrt_above(x, bits)
    assert low**2 <= x <= high**2
    assert high - low <= Fraction(1, 1 << bits)
    assert (low == high) == (rational_root(x) is not None)


@given(st.fractions(0, 10**6, max_denominator=10**6))
def test_rational_roots_are_found_and_no_other(x: Fraction) -> None:
    assert rational_root(x * x) == x
    reduced = rational_root(x)
    squares = [isqrt(n) ** 2 == n for n in (x.numerator, x.denominator)]
    assert (reduced is not None) == all(squares)


@given(st.fractions(0, 50, max_denominator=4000), st.integers(1, 60))
def test_neighbours_are_those_of_a_scan(x: Fraction, limit: int) -> None:
    near = [Fraction(x * q // 1, q) for q in range(1, limit + 1)]
    above = [Fraction(-(-x * q // 1), q) for q in range(1, limit + 1)]
    assert neighbours(x, limit) == (max(near), min(above))


@given(st.fractions(-(10**9), 10**9), st.integers(20, 300))
def test_the_ends_of_a_ball_hold_its_number(x: Fraction, bits: int) -> None:
    with precision(bits):
        low, high = ends(ball(x))
        assert low <= x <= high
        assert high - low <= max(1, abs(x)) * Fraction(4, 1 << (bits - 2))
        assert floor_below(ball(x)) <= x <= ceiling_above(ball(x))


def test_the_precision_in_force_comes_back() -> None:
    from flint import ctx

    before = ctx.prec
    try:
        with precision(777):
            assert ctx.prec == 777
            raise KeyError
    except KeyError:
        assert ctx.prec == before
