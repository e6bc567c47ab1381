"""``lincs verify --example``: the packaged table against exact integer arithmetic, for every k."""

import json
import sys
from fractions import Fraction

import numpy as np
import pytest

import lincs
from lincs.interference.dictionary import describe, typical_errors
from lincs.interference.inputs import dense_inputs
from tests import command as command_line

KS = (1, 2, 3, 4)
GRID = 2**24  # every float16 is an integer over 2^24


@pytest.fixture(scope="module")
def gram():
    """The exact Gram matrix of the table, as integers over GRID^2."""
    A = lincs.example_matrix().astype(np.float64) * GRID
    integers = A.T.astype(np.int64)
    assert (integers == A.T).all()
    assert np.abs(integers).max() ** 2 * len(A) < 2**62
    # Products of halves are exact in float64, so BLAS can do them.
    high, low = integers >> 12, integers & 4095
    h, l = high.astype(np.float64), low.astype(np.float64)  # noqa: E741
    parts = [(h @ h.T, 24), (h @ l.T + l @ h.T, 12), (l @ l.T, 0)]
    return sum(part.astype(np.int64) << shift for part, shift in parts)


@pytest.fixture(scope="module")
def summary():
    return describe(lincs.example_matrix(), k=KS, samples=200, seed=3)


def test_self_scaled_worst_case_is_the_exact_one(gram, summary):
    own = np.diag(gram).tolist()
    off = np.abs(gram)
    np.fill_diagonal(off, 0)
    largest = np.sort(np.partition(off, -4, axis=1)[:, -4:], axis=1)[:, ::-1].tolist()
    for j, k in enumerate(KS):
        values = []
        for top, scale in zip(largest, own, strict=True):
            before = sum(top[: k - 1])
            values.append(Fraction(1) if before >= scale else Fraction(before + top[k - 1], scale + top[k - 1]))
        case = summary.verification.results[j]
        assert Fraction(case.eps.lo) <= max(values) <= Fraction(case.eps.hi)
        assert case.eps.hi - case.eps.lo <= 2 * np.spacing(case.eps.hi)
        assert case.row == values.index(max(values))
        assert case.trivial == (max(values) == 1)
        assert summary.share_below[j] == sum(v < Fraction(1, 2) for v in values) / len(values)
        assert summary.share_trivial[j] == sum(v == 1 for v in values) / len(values)


def test_unscaled_worst_case_is_the_exact_one(gram, summary):
    error = gram.astype(object)
    error[np.diag_indices(len(error))] -= GRID**2
    error = np.abs(error.astype(np.int64))
    largest = np.sort(np.partition(error, -4, axis=1)[:, -4:], axis=1)[:, ::-1]
    for k, interval in zip(KS, summary.unscaled, strict=True):
        worst = Fraction(int(largest[:, :k].sum(axis=1).max()), GRID**2)
        assert Fraction(interval.lo) <= worst <= Fraction(interval.hi)


def test_typical_errors_are_those_of_the_full_product(summary):
    A = lincs.example_matrix().astype(np.float64)
    scale = summary.verification.results[1].scale
    Z = dense_inputs(A.shape[1], 2, samples=200, seed=3)
    expected = np.abs(scale[:, None] * (A.T @ (A @ Z)) - Z).max(axis=0)
    np.testing.assert_allclose(typical_errors(A, k=2, samples=200, seed=3, scale=scale), expected, rtol=1e-9)
    typical = summary.typical[1]
    assert typical.mean == pytest.approx(expected.mean())
    assert typical.p99 == pytest.approx(np.quantile(expected, 0.99))
    assert typical.max == pytest.approx(expected.max())
    assert typical.max <= summary.verification.results[1].eps.hi


def test_the_command_says_the_same():
    done = command_line.run(
        [sys.executable, "-m", "lincs", "verify", "--example", "--json"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert [case["k"] for case in document["results"]] == [1, 2, 3, 4]
    assert document["seed"] == 0
    table = command_line.run([sys.executable, "-m", "lincs", "verify", "--example"], capture_output=True, text=True)
    assert table.returncode == 0, table.stderr
    for case in document["results"]:
        assert f"{case['eps']['lo']:.9g}" in table.stdout
        assert f"{case['share_below']:.1%}" in table.stdout
