"""The limits beside a user's numbers: those of lincs.bound, for every k and read-out, and never beaten."""

import json
from fractions import Fraction as F

import numpy as np
import pytest

import lincs
from lincs import bound, verify
from lincs.bounds.limits import limits_of
from lincs.exact.goal import Goal
from tests import command

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("readout", ["signed", "nonnegative", "affine"])
def test_they_are_the_bounds_of_the_shape(readout):
    found = limits_of(d=12, m=60, ks=(1, 2, 3), readout=readout, goal=Goal(F(1, 3)))
    nothing = F(1, 2) if readout == "affine" else F(1)
    for case in found.cases:
        own = bound(m=60, d=12, k=case.k, readout=readout)
        low, high = min(F(own.lower.value), nothing), min(F(own.upper.value), nothing)
        assert F(case.excluded) <= low + F(1, 10**5)
        assert case.excluded == pytest.approx(float(low), abs=2e-5 * case.k)
        assert F(case.achieved) >= high - F(1, 10**5) * case.k
        assert case.achieved == pytest.approx(float(high), abs=2e-5 * case.k)
    ends = bound(m=60, d=12, eps=F(1, 3), readout=readout)
    assert found.largest_k == (ends.lower.value, ends.upper.value)


def test_no_pair_beats_them():
    for d, m in ((3, 8), (5, 20), (8, 9), (4, 4)):
        A = RNG.standard_normal((d, m))
        for readout in ("signed", "nonnegative", "affine"):
            found = verify(A, k=[1, 2], readout=readout)
            for case in found.results:
                assert found.limits.at(case.k).excluded <= case.eps.hi
        best = lincs.optimal_probes(A, k=[1, 2])
        signed = verify(A, k=[1, 2]).limits
        for k, eps in zip((1, 2), best.eps, strict=True):
            assert signed.at(k).excluded <= eps.hi


def test_a_frame_that_is_built_is_the_one_that_is_reached():
    built = lincs.build(m=16, k=1, eps="2/5")
    found = verify(built.A, built.A, k=1)
    assert found.limits.at(1).achieved <= found.results[0].eps.hi + 1e-12


def test_they_are_none_where_nothing_is_known():
    A = RNG.standard_normal((4, 9))
    assert verify(A, A, k=1, groups=[0] * 9).limits is None
    assert verify(A, A, k=1, features=[1]).limits is None
    assert verify(A, A, k=1, readout="deployed", bias=0).limits is None
    assert verify(A + 0j, A + 0j, k=1).limits is None
    part = verify(A, A, k=1, without=[0, 1])
    assert part.limits == limits_of(d=4, m=7, ks=(1,), readout="signed")
    threshold = verify(A, k=1, readout="threshold").limits
    assert threshold.cases == ()
    assert threshold.largest_k[0] >= 1


def test_the_command_says_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("A.npy", RNG.standard_normal((4, 12)))
    done = command.lincs("verify", "A.npy", "--k", "1,2", "--eps", "1/3")
    assert "any 4 x 12 at least" in done.out
    assert "every feature read below 1/3 up to" in done.out
    shown = json.loads(command.lincs("verify", "A.npy", "--k", "1,2", "--json").out)
    assert [case["k"] for case in shown["limits"]["results"]] == [1, 2]
    assert shown["limits"]["eps"] == "1/2"
    assert set(shown["limits"]["largest_k"]) == {"achieved", "at_most"}
    assert json.loads(command.lincs("verify", "A.npy", "--k", "1", "--features", "1", "--json").out)["limits"] is None


def test_results_are_one_line_in_a_notebook():
    bracket = repr(bound(m=1000, k=3, eps="1/2"))
    assert bracket.startswith("<Bracket 38 <= d <= 48 (m = 1000, k = 3, eps = 1/2) by ")
    assert len(repr(bound(m=10**300, k=4, eps="1/4"))) < 160
    assert repr(verify(np.eye(3), np.eye(3), k=range(1, 4))) == (
        "<Verification of 3 features in 3 dimensions, given, signed; k = 1: eps 0, k = 2: eps 0, k = 3: eps 0>"
    )
