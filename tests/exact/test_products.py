"""The rungs of the ladder against Fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lincs.exact.products import dot2, exact_dots, exact_error, scaled_integers
from lincs.exact.rounding import float_down, float_up, gamma
from lincs.interference.rounding import entry_radius, survey
from lincs.reading import as_matrix

doubles = st.floats(allow_nan=False, allow_infinity=False)
moderate = st.floats(-1e6, 1e6, allow_subnormal=False)


def exact_dot(b, a):
    return sum((Fraction(x) * Fraction(y) for x, y in zip(b, a, strict=True)), Fraction(0))


def pairs(entry):
    return st.integers(1, 8).flatmap(
        lambda d: st.tuples(
            st.lists(entry, min_size=d, max_size=d),
            st.lists(st.lists(entry, min_size=d, max_size=d), min_size=1, max_size=4),
        )
    )


@settings(max_examples=300, deadline=None)
@given(pairs(doubles))
def test_exact_dots_are_exact_for_any_doubles(pair):
    b, rows = pair
    q, base = exact_dots(np.array(b), np.array(rows))
    assert [x * Fraction(2) ** base for x in q] == [exact_dot(b, row) for row in rows]


@settings(max_examples=300, deadline=None)
@given(pairs(st.one_of(moderate, doubles)))
def test_double_double_encloses(pair):
    b, rows = pair
    high, low, radius = dot2(np.array(b), np.array(rows))
    for h, e, r, row in zip(high.tolist(), low.tolist(), radius.tolist(), rows, strict=True):
        if r != np.inf:
            assert abs(Fraction(h) + Fraction(e) - exact_dot(b, row)) <= Fraction(r)


def test_double_double_is_sharp_on_cancelling_sums():
    b, a = np.array([1e8, 1.0, -1e8]), np.array([[1e8, 2.0**-30, 1e8]])
    high, low, radius = dot2(b, a)
    assert high[0] + low[0] == 2.0**-30
    assert radius[0] < 1e-10
    assert float(b @ a[0]) == 0.0  # plain float64 loses it


@given(st.lists(doubles, min_size=1, max_size=6))
def test_scaled_integers(values):
    base = -1200
    got = [q * Fraction(2) ** base for q in scaled_integers(np.array(values), base)]
    assert got == [Fraction(v) for v in values]


@given(st.fractions(min_value=-(10**6), max_value=10**6))
def test_outward_rounding(x):
    lo, hi = float_down(x), float_up(x)
    assert Fraction(lo) <= x <= Fraction(hi)
    assert hi <= np.nextafter(lo, np.inf)


def test_exact_error_is_the_direct_evaluation():
    features = np.array([[0.1, 0.2], [0.3, -0.7]])
    error = exact_error(np.array([0.5, 0.25]), features, np.array([1, -1]), Fraction(1))
    expected = exact_dot([0.5, 0.25], [0.1, 0.2]) - exact_dot([0.5, 0.25], [0.3, -0.7]) - 1
    assert error == expected


@settings(max_examples=200, deadline=None)
@given(data=st.data(), dtype=st.sampled_from([np.float32, np.float64]))
def test_radius_covers_every_computed_entry(data, dtype):
    b, rows = data.draw(pairs(st.floats(-1e12, 1e12)))
    m = len(rows)
    A = np.array(rows).T
    B = np.tile(np.array(b)[:, None], m)
    probes, features = as_matrix(B), as_matrix(A)
    radius = entry_radius(survey(probes, features), features, dtype=dtype, converted=dtype is np.float32)
    computed = B.T.astype(dtype) @ A.astype(dtype)
    for j, row in enumerate(rows):
        assert abs(Fraction(float(computed[0, j])) - exact_dot(b, row)) <= Fraction(float(radius[0]))


def test_gamma_rounds_up_and_refuses_hopeless_lengths():
    assert Fraction(gamma(10, 2.0**-24)) >= Fraction(10, 2**24) / (1 - Fraction(10, 2**24))
    with pytest.raises(ValueError, match="d must be below"):
        gamma(2**24, 2.0**-24)
