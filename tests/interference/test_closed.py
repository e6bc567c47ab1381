"""An error of eps itself: it fails ``< eps`` and passes ``<= eps``, decided exactly wherever it is asked."""

import json
from fractions import Fraction as F

import numpy as np
import pytest

import lincs
from lincs import verify, verify_samples
from lincs.exact.goal import Goal
from tests import command

# Three sign vectors of R^4, pairwise coherence 1/2: self-scaled, a row errs by k mu / (1 + mu ...) = 1/3 at k = 1.
SIGNS = np.array([[1.0, 1, 1, 1], [1, 1, 1, -1], [1, 1, -1, 1]]).T
TIED = np.array([[1.0, 0, 1], [0, 1, 1]])  # B = A errs by 1 at k = 1, by 2 at k = 2, at the third feature
PHASES = np.array([[1, 1, 1, 1], [1, 1, 1, -1], [1, 1, 1, 1j]]).T  # |<a, b>| = 2, 3.16..., complex


def verdicts(A, B, *, eps, **options):
    found = [verify(A, B, eps=eps, closed=closed, **options).results[0] for closed in (False, True)]
    return [case.holds for case in found]


@pytest.mark.parametrize(
    ("A", "B", "eps", "options"),
    [
        (TIED, TIED, 1, {"k": 1}),
        (TIED, TIED, 2, {"k": 2}),
        (TIED, TIED, 2, {"k": 2, "precision": "mixed"}),
        (TIED, TIED, 1, {"k": 2, "groups": [0, 0, 0]}),
        (TIED, TIED, 1, {"k": 1, "features": [2]}),
        (TIED, TIED, 2, {"k": 2, "readout": "nonnegative"}),
        (TIED, TIED, 2, {"k": 2, "readout": "deployed", "activation": "relu"}),
        (TIED + 0j, TIED + 0j, 1, {"k": 1}),
        (SIGNS, None, F(1, 3), {"k": 1}),  # no double is 1/3
        (SIGNS, None, F(1, 3), {"k": 1, "readout": "nonnegative"}),
        (SIGNS + 0j, None, F(1, 3), {"k": 1}),
        (PHASES[:, :2], None, F(1, 3), {"k": 1}),
    ],
)
def test_an_error_of_eps_itself(A, B, eps, options):
    assert verdicts(A, B, eps=eps, **options) == [False, True]
    beside = F(1, 10**30)
    assert verdicts(A, B, eps=eps + beside, **options) == [True, True]
    assert verdicts(A, B, eps=eps - beside, **options) == [False, False]


def test_stopping_early():
    for closed, holds in ((False, False), (True, True)):
        case = verify(TIED, TIED, k=1, eps=1, closed=closed, stop_early=True).results[0]
        assert case.holds is holds
    assert verify(TIED, TIED, k=2, eps=1, closed=True, stop_early=True).results[0].holds is False


def test_rows_that_tie_are_looked_at_one_by_one():
    frame = lincs.build(m=28, k=1, eps="1/4", closed=True)
    assert frame.B is None  # on the threshold
    found = verify(frame.A, k=1, eps="1/4", closed=True)
    assert found.results[0].holds is True
    few = verify(frame.A, k=1, eps="1/4", closed=True, exact_rows=3).results[0]
    assert (few.holds, few.undecided) == (None, 25)
    assert verify(frame.A, k=1, eps="1/4", exact_rows=3).results[0].holds is False  # one row refutes


def test_samples():
    Z = np.eye(3)
    # Rounding leaves the tie itself open, and says so; it is never called proved or refuted.
    assert [verify_samples(TIED, TIED, Z, eps=1, closed=c).holds for c in (False, True)] == [False, None]
    assert [verify_samples(TIED, TIED, 0 * Z, eps="1/9", closed=c).holds for c in (False, True)] == [True, True]
    above = verify_samples(TIED, TIED, Z, eps="1.01", closed=True)
    assert (above.holds, above.new_inputs.failures, above.to_dict()["closed"]) == (True, 0, True)


def test_shares_count_what_attains_eps():
    strict, closed = (lincs.describe(TIED, TIED, k=1, eps=1, closed=c, samples=10) for c in (False, True))
    assert (strict.share_below, closed.share_below) == ((0.0,), (1.0,))
    assert (strict.survival["all"], closed.survival["all"]) == (0, 1)
    assert closed.to_dict()["closed"] is True
    # Where no double is eps, every row is decided by integers, and the shares say what the verdict says.
    found = verify(SIGNS, k=1, eps="1/3", closed=True)
    assert lincs.describe(SIGNS, eps="1/3", closed=True, verification=found, samples=10).share_below == (1.0,)


def test_limits_are_those_of_the_closed_question():
    assert lincs.bound(d=36, m=28, eps="1/4", closed=True).problem.closed
    found = verify(SIGNS, k=1, eps="1/3", closed=True)
    ends = lincs.bound(d=4, m=3, eps="1/3", closed=True)
    assert found.limits.largest_k == (ends.lower.value, ends.upper.value)
    assert found.limits.to_dict()["closed"] is found.to_dict()["closed"] is True


def test_on_the_command_line(tmp_path):
    np.save(tmp_path / "A.npy", TIED)
    asked = ["verify", tmp_path / "A.npy", "--tied", "--k", "1", "--eps", "1"]
    strict, closed = command.lincs(*asked), command.lincs(*asked, "--closed")
    assert (strict.code, closed.code) == (1, 0)
    assert "< 1" in strict.out
    assert "<= 1" in closed.out
    record = json.loads(command.lincs(*asked, "--closed", "--json").out)
    assert (record["eps"], record["closed"], record["results"][0]["holds"]) == (1, True, True)
    described = command.lincs(*asked, "--closed", "--describe")
    assert "features <= 1" in described.out
    assert "err by at most 1" in described.out


@pytest.mark.parametrize(
    "options",
    [
        {"closed": True},
        {"closed": True, "readout": "threshold"},
        {"closed": True, "eps": 1, "typical": "signs"},
    ],
)
def test_closed_is_refused_where_it_means_nothing(options):
    with pytest.raises(lincs.InputError, match="closed"):
        verify(TIED, TIED, k=1, **options)


def test_goals_of_doubles():
    third = F(1, 3)
    below, above = np.nextafter(1 / 3, 0), np.nextafter(1 / 3, 1)
    near = np.array([below, 1 / 3, above, -np.inf, 5.0])
    for goal in (Goal(third), Goal(third, closed=True), Goal(F(1, 2)), Goal(F(5), closed=True), Goal(F(10) ** 400)):
        assert goal.met_by(near).tolist() == [goal.met(float(x)) for x in near]
    assert Goal(F(1, 2), closed=True).decide(0.25, 0.5) is True
    assert Goal(F(1, 2)).decide(0.25, 0.5) is None
