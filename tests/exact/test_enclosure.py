"""Enclosures contain the true value (mpmath at high precision is the twin) and are tight."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lincs.exact.enclosure import cos_pi_over_below, ln, ln_binomial, pi

mpmath.mp.prec = 400

rationals = st.fractions(min_value=Fraction(1, 10**12), max_value=10**30)


def _mpf(x: Fraction) -> mpmath.mpf:
    return mpmath.mpf(x.numerator) / x.denominator


def _assert_encloses(enclosure: tuple[Fraction, Fraction], exact: mpmath.mpf, width: float) -> None:
    lo, hi = enclosure
    assert _mpf(lo) <= exact <= _mpf(hi)
    assert hi - lo < width


def test_pi() -> None:
    for bits in (16, 96, 300):
        _assert_encloses(pi(bits), mpmath.pi, 2.0**-bits)


@given(rationals)
def test_ln(x: Fraction) -> None:
    _assert_encloses(ln(x), mpmath.log(_mpf(x)), 2.0**-96)


@given(st.integers(1, 10**40))
def test_ln_of_integers(n: int) -> None:
    _assert_encloses(ln(n), mpmath.log(n), 2.0**-96)


def test_ln_refuses_zero() -> None:
    with pytest.raises(ValueError, match="positive"):
        ln(0)


@given(st.integers(0, 10**6), st.data())
def test_ln_binomial(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    exact = mpmath.loggamma(n + 1) - mpmath.loggamma(k + 1) - mpmath.loggamma(n - k + 1)
    lo, hi = ln_binomial(n, k)
    assert _mpf(lo) - mpmath.mpf(10) ** -60 <= exact <= _mpf(hi) + mpmath.mpf(10) ** -60
    assert hi - lo < 2.0**-96


@given(st.integers(1, 10**9), st.integers(-(10**6), 10**6))
def test_cosine_is_decided_close_to_the_threshold(m: int, offset: int) -> None:
    exact = mpmath.cos(mpmath.pi / m)
    scale = 10**30
    mu = Fraction(int(mpmath.nint(exact * scale)) + offset, scale)
    assert cos_pi_over_below(m, mu) == (exact < _mpf(mu))


def test_cosine_on_the_rational_values() -> None:
    assert not cos_pi_over_below(3, Fraction(1, 2))
    assert cos_pi_over_below(3, Fraction(1, 2) + Fraction(1, 10**50))
    assert not cos_pi_over_below(2, Fraction(0))
    assert not cos_pi_over_below(10**100, 1 - Fraction(1, 10**100))
    assert cos_pi_over_below(10**100, 1 - Fraction(1, 10**250))
