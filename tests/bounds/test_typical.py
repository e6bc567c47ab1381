"""How many dimensions random inputs need: by hand, against the published table, and by simulation."""

from __future__ import annotations

import json
import math
from fractions import Fraction as F

import numpy as np
import pytest

import lincs
from lincs.bounds.typical import RULES, TypicalQuestion, least_x, random_frames
from lincs.errors import InputError
from tests.command import lincs as command

RULE = {rule.name: rule for rule in RULES}


def question(m, k, eps=F(1, 4), delta=F(1, 100)):
    return TypicalQuestion(m=m, k=k, eps=eps, delta=delta)


def value(name, q):
    return RULE[name].answer(q).value


@pytest.mark.parametrize(
    ("m", "k", "some", "expected", "signs", "uniform"),
    [
        (10**6, 256, 1673, 2629, 142_839, 50_806),
        (10**6, 1024, 6656, 10_178, 584_982, 198_405),
        (10**9, 1024, 6700, 13_706, 744_894, 253_996),
        (16384, 64, 409, 464, 28_795, 11_530),
    ],
)
def test_the_table_of_the_theory(m, k, some, expected, signs, uniform):
    q = question(m, k)
    assert value("typical-chebyshev", q) == some
    assert value("typical-expected", q) == pytest.approx(expected, rel=0.01)
    assert signs * 0.9999 <= value("typical-random", q) <= signs
    assert uniform * 0.9999 <= value("typical-random-uniform", q) <= uniform


def test_closed_form_and_optimum():
    q = question(16384, 64)
    u = q.eps**2 / q.k
    closed = math.ceil(2 * 64 * 16 * (1 - u) / (1 - 2 * u) * math.log(2 * 16384 * 100))
    assert closed == 30_755
    assert random_frames(q, shrink=False) == (30_739, 1)


def test_least_x():
    assert float(least_x(F(1, 100))) == pytest.approx(1.37555, abs=1e-5)
    assert float(least_x(F(1, 20))) == pytest.approx(2.40633, abs=1e-5)
    for delta in (F(1, 10**9), F(1, 100), F(1, 7)):
        x = least_x(delta)
        assert (x - 1) ** 2 > 2 * x * (3 * x + 1) * delta
        smaller = x * (1 - F(1, 10**6))
        assert smaller < 1 or (smaller - 1) ** 2 <= 2 * smaller * (3 * smaller + 1) * delta


def test_lower_bounds_are_silent_without_their_hypotheses():
    assert "delta < 1/6" in RULE["typical-chebyshev"].answer(question(10**6, 64, delta=F(1, 6))).note
    assert "eps < 1/2" in RULE["typical-chebyshev"].answer(question(10**6, 64, eps=F(1, 2))).note
    assert "delta < 1/2" in RULE["typical-expected"].answer(question(10**6, 64, delta=F(1, 2))).note
    assert "eps^2/k < 1/2" in RULE["typical-random"].answer(question(10**6, 1, eps=F(9, 10))).note
    assert RULE["typical-random"].answer(question(2**600, 1)).value is None


@pytest.mark.parametrize("k", [1, 2, 16, 300])
@pytest.mark.parametrize("m", [300, 5000, 10**7, 10**12])
@pytest.mark.parametrize("delta", [F(1, 1000), F(1, 10), F(2, 5)])
def test_no_bound_contradicts_another(m, k, delta):
    q = question(m, k, delta=delta)
    lower = [v for rule in RULES if rule.side == "lower" and (v := rule.answer(q).value) is not None]
    upper = [value(name, q) for name in ("typical-random", "typical-flat")]
    assert max(lower, default=0) <= min(upper)
    assert value("typical-random-uniform", q) <= value("typical-random", q)
    worst = lincs.bound(m=m, k=k, eps=q.eps)
    assert max(lower, default=0) <= worst.upper.value


def test_flat_frames_by_hand():
    found = RULE["typical-flat"].answer(question(1000, 2, eps=F(1, 2), delta=F(1, 10)))
    # (2 * 2 * 4) ln(20000) = 158.5: the next power of four, whose Kerdock set has 256 * 129 lines
    assert found.value == 256
    assert found.parameters["columns"] == 256 * 129


def test_random_frames_do_read_typical_inputs():
    """Built: random signs of the dimension that the rule names, its probes, and 400 inputs."""
    m, k, delta = 512, 8, F(1, 10)
    q = question(m, k, eps=F(1, 2), delta=delta)
    d, c = random_frames(q)
    rng = np.random.default_rng(0)
    wrong = 0
    for _ in range(4):
        A = rng.choice([-1.0, 1.0], (d, m)) / math.sqrt(d)
        Z = np.zeros((m, 100))
        for z in Z.T:
            z[rng.choice(m, k, replace=False)] = rng.choice([-1.0, 1.0], k)
        errors = np.abs(float(c) * A.T @ (A @ Z) - Z)
        wrong += (errors >= 0.5).sum()
    assert wrong / 400 <= float(delta)


def test_the_bracket_has_both():
    bracket = lincs.bound(m=10**9, k=1024, eps="1/4", typical=0.01)
    plain = lincs.bound(m=10**9, k=1024, eps="1/4")
    assert (bracket.lower, bracket.upper) == (plain.lower, plain.upper)
    assert bracket.typical.name == "typical-random"
    assert bracket.typical.value <= 744_894 < bracket.lower.value  # fewer than any pair that reads every input
    assert {row.name for row in bracket.rows if row.kind == "typical"} == set(RULE)
    assert all(row.parameters["criterion"] for row in bracket.rows if row.kind == "typical" and row.applies)
    assert "typical" not in plain.to_dict()


def test_the_minimum_with_the_worst_case():
    bracket = lincs.bound(m=16384, k=64, eps="1/4", typical="0.01")
    assert bracket.typical == bracket.upper  # 28,795 is more than the trivial frame has


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"m": 100, "k": 2, "eps": "1/4", "typical": 1}, "below 1"),
        ({"m": 100, "k": 2, "eps": "1/4", "typical": "x"}, "typical must be"),
        ({"m": 100, "k": 2, "eps": "1/4", "typical": "0.1", "readout": "affine"}, "affine"),
        ({"m": 100, "k": 2, "d": 50, "typical": "0.1"}, "eps is asked for"),
        ({"k": 2, "eps": "1/4", "d": 50, "typical": "0.1"}, "m is asked for"),
    ],
)
def test_what_has_no_meaning_is_refused(options, words):
    with pytest.raises(InputError, match=words):
        lincs.bound(**options)


def test_the_command():
    arguments = ("bound", "--m", "1e9", "--k", "1024", "--eps", "1/4", "--typical", "0.01")
    done = command(*arguments)
    assert done.code == 0
    assert "d = 744888 suffices (typical-random)" in done.out
    assert "fewer than the 16492463" in done.out
    assert json.loads(command(*arguments, "--json").out)["typical"]["value"] == 744_888
    explained = command(*arguments, "--explain")
    assert "random inputs: d <= 744888" in explained.out
    assert "typical-chebyshev" in command("bound", "--list").out
    assert command("bound", "--list", "--typical", "0.1").code == 2
