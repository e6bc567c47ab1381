"""The formulas of a deployed encoder against the table of exact cases and against enumeration."""

from fractions import Fraction as F

import numpy as np
import pytest

from lincs.readouts.base import Tops
from lincs.readouts.deployed import Deployed
from lincs.readouts.deployed_witness import extremal
from tests import deployed_naive as naive


def point(x):
    return np.array([F(x)], dtype=object)


def top_sums(v, k):
    """The exact top sums of a row."""
    out = {}
    for side, sign in (("positive", 1), ("negative", -1)):
        parts = sorted((max(sign * x, F(0)) for x in v), reverse=True) + [F(0)] * k
        out[side] = Tops(before=point(sum(parts[: k - 1], F(0))), kth=point(parts[k - 1]))
    return out


def encoder(beta, t, low=0):
    return Deployed(
        bias=np.array([float(beta)]),
        radius=np.zeros(1),
        threshold=None if t is None else np.array([float(t)]),
        low=np.array([float(low)]),
        exact_bias=lambda row: F(beta),
    )


def exact(v, D, beta, t, k, low=0):
    found = encoder(beta, t, low).exactly(0).errors(top_sums(v, k), point(D), point(D))
    return tuple(part.item() for part in (found.false, found.over, found.under))


TABLE = [
    # D, v, k, t, beta, (F, O, U)
    (1, (F(1, 2), F(-1, 4)), 2, 0, 0, (F(1, 2), F(1, 2), F(1, 4))),
    (1, (F(1, 2), F(-1, 4)), 2, 0, F(-1, 4), (F(1, 4), F(1, 4), F(1, 2))),
    (1, (F(1, 2), F(-1, 4)), 1, 0, 0, (F(1, 2), 0, 0)),
    (F(9, 10), (F(1, 10),), 2, F(1, 2), F(2, 5), (0, F(1, 2), F(1, 9))),
    (F(9, 10), (F(1, 10),), 1, F(1, 2), F(2, 5), (0, F(7, 18), F(1, 9))),
]


@pytest.mark.parametrize(("D", "v", "k", "t", "beta", "expected"), TABLE)
def test_the_exact_cases(D, v, k, t, beta, expected):
    assert exact(v, F(D), F(beta), F(t), k) == expected


@pytest.mark.parametrize(("k", "value", "limit"), [(2, F(1, 2), 0), (1, F(7, 18), F(1, 9))])
def test_a_supremum_at_the_jump_is_approached_and_not_attained(k, value, limit):
    found = extremal(encoder(F(2, 5), F(1, 2)), 0, k, off=[(1, F(1, 10))], own=F(9, 10))
    assert (found.value, found.attained, found.limit) == (value, False, float(limit))
    assert found.kind == "over"
    s = found.witness.at(0)
    assert limit < s < limit + F(1, 10**15) + limit / 10**15  # the next double above
    assert 0 <= value - (F(found.witness.out) - s) < F(1, 10**12)


def test_five_thousand_rows_against_enumeration():
    rng = np.random.default_rng(0)
    for _ in range(5000):
        n = int(rng.integers(1, 5))
        k = int(rng.integers(1, n + 2))
        v = [F(int(x), 8) for x in rng.integers(-8, 9, n)]
        D, beta = F(int(rng.integers(-4, 12)), 8), F(int(rng.integers(-6, 6)), 8)
        t = None if rng.random() < 0.1 else F(max(0, int(rng.integers(-2, 6))), 8)
        low = F(int(rng.choice([0, 0, 2, 4])), 8)
        case = (v, D, beta, t, k, low)
        false, over, under = exact(v, D, beta, t, k, low)
        expected = naive.worst(v, D, beta, t, k, low)
        assert (false, max(over, 0), max(under, 0)) == (expected[0], max(expected[1], 0), max(expected[2], 0)), case
        found = extremal(encoder(beta, t, low), 0, k, off=list(enumerate(v, 1)), own=D)
        assert found.value == max(expected), case
        reached = abs(F(found.witness.out) - found.witness.at(0))
        assert 0 <= found.value - reached < F(1, 10**9), case
        if found.attained and found.witness.at(0) == found.witness.at(0).limit_denominator(4096):
            assert reached == found.value, case


def test_ends_enclose_the_exact_value_of_rows_with_rounded_entries():
    rng = np.random.default_rng(1)
    for _ in range(2000):
        n = int(rng.integers(1, 6))
        k = int(rng.integers(1, n + 2))
        v = rng.normal(0, 0.4, n) * 10.0 ** rng.integers(-3, 3)
        D, beta = rng.normal(0.7, 0.6) * 10.0 ** rng.integers(-9, 1), rng.normal(0, 0.3)
        t = max(0.0, rng.normal(0.2, 0.3)) if rng.random() < 0.8 else beta  # thresholds that are met exactly, too
        t = max(t, 0.0)
        low = float(rng.choice([0, 0.3]))
        value = max(exact([F(float(x)) for x in v], F(float(D)), F(beta), F(float(t)), k, F(low)))
        tops = {}
        for side, sign in (("positive", 1), ("negative", -1)):
            parts = np.sort(np.maximum(sign * v, 0))[::-1]
            parts = np.append(parts, np.zeros(k))
            tops[side] = Tops(before=np.array([parts[: k - 1].sum()]), kth=parts[k - 1 : k])
        here = encoder(F(beta), t, low)
        d = np.array([D])
        # The sums above are rounded as well: by less than a unit in the last place of each of their terms.
        slack = F(sum(float(abs(x)) for x in v)) * F(1, 2**50)
        lo, hi = (F(here.at(np.array([0]), sign).given(tops, d, d).item()) for sign in (-1, 1))
        assert value <= hi + slack
        assert lo <= value + slack * (1 + 2 / abs(F(float(D)))), (v, D, beta, t, k, low)


def test_gated_is_the_jumprelu_of_the_normal_form():
    from lincs.encoders.activations import parse_activation

    rng = np.random.default_rng(2)
    w, r, gate, mag = rng.normal(size=1000), rng.normal(size=1000), rng.normal(size=1000), rng.normal(size=1000)
    pre = rng.normal(size=(1000, 20)) * w[:, None]
    gated = (pre + gate[:, None] > 0) * np.maximum(np.exp(r)[:, None] * pre + mag[:, None], 0)
    t = parse_activation("gated").thresholds({"bias": mag, "gate": gate, "gain": r}, 1000)
    p = np.exp(r)[:, None] * pre + mag[:, None]
    np.testing.assert_array_equal(gated, np.where(p > t[:, None], p, 0))


def test_thresholds_that_are_none():
    from lincs.encoders.activations import parse_activation

    jump, relu = parse_activation("jumprelu"), parse_activation("relu")
    for threshold in (np.array([-0.3]), np.zeros(4), np.full(4, -1.0)):
        np.testing.assert_array_equal(jump.thresholds({"threshold": threshold}, 4), relu.thresholds({}, 4))
