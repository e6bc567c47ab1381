"""The best probes for non-negative features, with and without a bias, against an exact simplex method and verify."""

import random

import numpy as np
import pytest

import lincs
from benchmarks.stress import probes
from benchmarks.stress.exact import columns_of, row_value
from lincs.readouts import READOUTS
from lincs.recovery.rowlosses import measure

READ = ("signed", "nonnegative", "affine")


@pytest.mark.parametrize("seed", range(8))
def test_both_ends_against_an_exact_simplex(seed):
    """Every read-out, sharp and to a gap: rows of small random and structured matrices, some 1,000 over all seeds."""
    draw = random.Random(seed)
    for _ in range(40):
        assert probes._probes(draw.getrandbits(48)) is None


@pytest.mark.parametrize("readout", READ)
def test_the_gauge_is_that_of_the_ball(readout):
    """Of random w: the largest factor c for which c w satisfies the limits of the exact program, read off a line."""
    rng = np.random.default_rng(5)
    for _ in range(30):
        w = rng.integers(-6, 7, 7).astype(float)
        i = int(np.argmax(w))
        if w[i] <= 0:
            continue
        k = int(rng.integers(1, 8))
        kernel = np.linalg.qr(np.column_stack([w, rng.standard_normal((7, 6))]))[0][:, 1:].T  # ker = the line of w
        gauge = (
            READOUTS[readout]
            .ball(k)
            .gauge(
                np.array([[w.max()], [-w.min()]]).clip(0),
                np.array([[w.clip(0).sum()], [(-w).clip(0).sum()]]),
            )[0]
        )
        found = lincs.optimal_probes(kernel, k=k, features=[i], readout=readout)
        assert found.lower[0, 0] <= w[i] / gauge + 1e-9
        assert w[i] / gauge <= found.upper[0, 0] + 1e-9


@pytest.mark.parametrize("readout", READ)
@pytest.mark.parametrize("gap", [None, 0.02])
def test_verify_measures_what_is_claimed(readout, gap):
    A = np.random.default_rng(1).standard_normal((12, 70))
    found = lincs.optimal_probes(A, k=[1, 2, 3], readout=readout, gap=gap)
    measured = lincs.verify(A, found.B, k=[1, 2, 3], readout=readout)
    for j, case in enumerate(measured.results):
        assert case.eps.hi >= found.eps[j].lo * (1 - 1e-9)  # nobody beats the best
        if j == 0:
            assert case.eps.lo <= found.eps[0].hi * (1 + 1e-9)
    assert found.readout == readout
    assert found.to_dict()["readout"] == readout
    # What it is for: features that are non-negative are never harder to read, and a bias never hurts.
    signed = lincs.optimal_probes(A, k=[1, 2, 3])
    assert (found.lower <= signed.upper + 1e-12).all()


def test_a_bias_helps_features_with_a_mean():
    """All features have a common part: signed inputs move the constant, and with a bias nothing is lost to it."""
    rng = np.random.default_rng(2)
    A = rng.standard_normal((10, 40)) * 0.2 + 1
    values = {readout: lincs.optimal_probes(A, k=2, readout=readout).eps[0].hi for readout in READ}
    assert values["affine"] < values["nonnegative"] <= values["signed"] + 1e-12


def test_small_errors_of_nonnegative_features_are_those_of_signed_ones():
    """While both parts of the kernel vector of the signed row weigh k times their largest entry it serves, in full."""
    A = np.random.default_rng(3).standard_normal((60, 120))
    k = 2
    signed = lincs.optimal_probes(A, k=k)
    found = lincs.optimal_probes(A, k=k, readout="nonnegative")
    low = signed.upper[:, 0] < 0.25
    assert low.sum() > 60
    np.testing.assert_allclose(found.lower[low, 0], signed.lower[low, 0], rtol=1e-6)


def test_measured_losses_are_those_of_the_rows():
    rng = np.random.default_rng(4)
    A, B = rng.standard_normal((5, 9)), rng.standard_normal((5, 9))
    which, ks = np.arange(9), (1, 2, 9)
    error = B.T @ A - np.eye(9)
    for readout in READ:
        upper, entry = measure(A, B, which, ks, READOUTS[readout])
        for i, row in enumerate(error):
            tops = [np.cumsum(np.sort(side)[::-1]) for side in (np.abs(row), row.clip(0), (-row).clip(0))]
            for j, k in enumerate(ks):
                s, p, n = (top[k - 1] for top in tops)
                loss = {"signed": s, "nonnegative": max(p, n), "affine": (p + n) / 2}[readout]
                assert upper[i, j] == pytest.approx(min(loss, float(READOUTS[readout].zero_probe)), rel=1e-12)
                assert upper[i, j] >= min(loss, float(READOUTS[readout].zero_probe)) * (1 - 1e-13)
                if k == 1:
                    assert entry[i] == pytest.approx(loss, rel=1e-12)


def test_the_exact_simplex_knows_the_read_outs():
    """Two equal features: neither is read; a bias halves that."""
    columns = columns_of(np.array([[1.0, 1.0]]))
    assert [row_value(columns, 0, 1, readout) for readout in READ] == [1 / 2, 1 / 2, 1 / 2]
    assert [row_value(columns, 0, 2, readout) for readout in READ] == [1, 1 / 2, 1 / 2]


def test_a_margin_has_no_best_probe():
    with pytest.raises(lincs.InputError, match="readout must be one of an error for the best probes, got threshold"):
        lincs.optimal_probes(np.eye(3), k=1, readout="threshold")
    with pytest.raises(lincs.InputError, match="readout"):
        lincs.optimal_probes(np.eye(3), k=1, readout="linear")


def test_shares_are_enclosed_where_the_best_probe_is_not_known() -> None:
    rng = np.random.default_rng(5)
    A = rng.standard_normal((6, 14))
    found = lincs.compare_probes(A, k="1:4", readout="nonnegative", gap=0.01)
    sharp = lincs.compare_probes(A, k="1:4", readout="nonnegative", gap=None)
    for j, exact in enumerate(sharp.shares["optimal"]):
        assert found.shares["optimal"][j] <= exact <= sharp.possible[j] <= found.possible[j]
    assert any(a < b for a, b in zip(found.shares["optimal"], found.possible, strict=True))
    assert found.to_dict()["results"][3]["share_possible"] == found.possible[3]
    assert " to " in str(found)
