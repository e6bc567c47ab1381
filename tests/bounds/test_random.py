"""Random upper bounds: exact tails as twins, monotone searches, other decoders."""

from __future__ import annotations

import math
from fractions import Fraction
from math import comb

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from lincs.bounds.caps import cap_measure_below, greedy_cap, greedy_cap_most
from lincs.bounds.decoders import any_decoder, gordon_width_squared, typical_fraction
from lincs.bounds.question import MarginQuestion, Question
from lincs.bounds.rules import catalogue_of, rules_for
from lincs.bounds.signs import expurgated_signs, greedy_signs, sign_tail_ln, union_bound
from lincs.exact.ball import ball, ceiling_above, floor_below


def tail(n: int, threshold: Fraction) -> Fraction:
    plus = math.ceil((n + threshold) / 2)
    term = total = comb(n, plus) if plus <= n else 0
    for i in range(plus, n):
        term = term * (n - i) // (i + 1)
        total += term
    return Fraction(total, 2**n)


@given(st.integers(1, 300), st.data())
def test_sign_tail_is_above_the_exact_one(n: int, data: st.DataObject) -> None:
    threshold = data.draw(st.fractions(Fraction(1, 7), n, max_denominator=7))
    assert float(sign_tail_ln(n, threshold)) >= math.log(tail(n, threshold)) - 1e-12


@settings(deadline=None)
@given(st.integers(2, 400), st.fractions(Fraction(1, 30), Fraction(9, 10), max_denominator=40))
def test_cap_measure(d: int, mu: Fraction) -> None:
    exact = mpmath.betainc(
        mpmath.mpf(d - 1) / 2, 0.5, 0, 1 - mpmath.mpf(mu.numerator) ** 2 / mu.denominator**2, regularized=True
    )
    share = Fraction(float(exact))
    assert cap_measure_below(d, mu, share * Fraction(1001, 1000))
    assert not cap_measure_below(d, mu, share * Fraction(999, 1000))


@settings(deadline=None)
@given(st.integers(2, 10**6), st.fractions(Fraction(1, 8), Fraction(9, 10), max_denominator=40))
def test_greedy_bounds_suffice(m: int, mu: Fraction) -> None:
    d = greedy_cap(m=m, mu=mu)
    assert cap_measure_below(d, mu, Fraction(1, m - 1))
    assert d == 2 or not cap_measure_below(d - 1, mu, Fraction(1, m - 1))
    most = greedy_cap_most(d=d, mu=mu)
    assert most >= m
    d = greedy_signs(m=m, mu=mu)
    assert (m - 1) * 2 * tail(d, mu * d) < 1


@settings(deadline=None)
@given(st.integers(2, 300), st.integers(1, 6), st.fractions(Fraction(1, 5), 1, max_denominator=9))
def test_expurgated_bound_suffices_and_improves(m: int, k: int, eps: Fraction) -> None:
    k = min(k, m)
    d, pool = expurgated_signs(m=m, k=k, eps=eps)
    others = min(k, pool - 1)
    assert pool * comb(pool - 1, others) * 2**others * tail(d * others, eps * d) < pool - m + 1
    assert d <= union_bound(m=m, k=k, eps=eps) + 2


@pytest.mark.parametrize("readout", ["signed", "threshold"])
def test_a_bound_suffices_at_its_own_value(readout: str) -> None:
    kind = catalogue_of(readout).question
    question = Question(m=5000, k=3, eps=Fraction(2, 5)) if kind is Question else MarginQuestion(m=5000, k=3)
    checked = 0
    for rule in rules_for(readout):
        if rule.suffices is not None:
            value = rule.answer(question).value
            if rule.name == "kernel":  # says nothing at these numbers
                assert value is None
                assert rule.within(question, 1)
                continue
            assert isinstance(value, int)
            assert rule.within(question, value)
            assert not rule.within(question, value - 1 if rule.side == "lower" else value // 2)
            checked += 1
    assert checked == {"signed": 9, "threshold": 8}[readout]


@given(st.fractions(-(10**9), 10**9))
def test_balls_round_outward(x: Fraction) -> None:
    assert floor_below(ball(x)) in (math.floor(x), math.floor(x) - 1)
    assert ceiling_above(ball(x)) in (math.ceil(x), math.ceil(x) + 1)


def psi(r: float) -> float:
    """The statistical dimension curve by numerical integration over a Gaussian."""

    def distance(tau: float) -> float:
        outside = quad(lambda x: 2 * (x - tau) ** 2 * math.exp(-x * x / 2) / math.sqrt(2 * math.pi), tau, 40)[0]
        return r * (1 + tau * tau) + (1 - r) * outside

    return float(minimize_scalar(distance, bounds=(0, 8), method="bounded", options={"xatol": 1e-9}).fun)


def test_decoders() -> None:
    assert any_decoder(m=100, k=4) == 8
    assert any_decoder(m=6, k=4) == 6
    below, above = typical_fraction(m=1000, k=100)
    assert float(below.lower()) == pytest.approx(psi(0.1), abs=1e-7)
    assert float(above.upper()) == pytest.approx(float(below.lower()), abs=1e-9)
    # k = m: no sparsity, every direction counts.
    assert float(typical_fraction(m=50, k=50)[1].upper()) == pytest.approx(1, abs=1e-9)
    narrow, wide = gordon_width_squared(m=1000, k=5), gordon_width_squared(m=1000, k=50)
    assert 10 < float(narrow.lower()) < float(wide.upper()) < 1000


def test_decoder_rows_are_ordered_and_never_decide() -> None:
    for m, k in ((1000, 10), (10**6, 100), (10**12, 20), (40, 40), (10, 1)):
        rows = {(rule.name, rule.side): rule for rule in rules_for("signed") if rule.kind == "other-decoder"}
        question = Question(m=m, k=k, eps=Fraction(1, 2))
        value = {key: rule.answer(question).value for key, rule in rows.items()}
        low, high = value["basis-pursuit-all", "lower"], value["basis-pursuit-all", "upper"]
        assert isinstance(low, int)
        assert isinstance(high, int)
        assert value["any-decoder", "lower"] == min(m, 2 * k) <= low <= high <= m
        typical = value["basis-pursuit-typical", "lower"], value["basis-pursuit-typical", "upper"]
        assert isinstance(typical[1], int)
        assert typical[0] is None or typical[0] < typical[1]
        assert not any(rule.bound(rule.answer(question)).decides for rule in rows.values())


@pytest.mark.parametrize(("d", "mu"), [(249, Fraction(1, 2)), (60, Fraction(1, 3)), (900, Fraction(1, 5))])
def test_the_largest_m_of_a_dimension_is_reached_in_it(d: int, mu: Fraction) -> None:
    most = greedy_cap_most(d=d, mu=mu)
    assert greedy_cap(m=most, mu=mu) <= d
    assert greedy_cap(m=most + max(1, most >> 20), mu=mu) > d
