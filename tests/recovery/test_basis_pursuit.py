"""Basis pursuit: against a naive twin, and against solvers that lie."""

import itertools
import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lincs
from lincs.errors import InputError
from lincs.recovery import basis_pursuit as module
from lincs.recovery import cvxpy_baseline


def naive_minimum(A, x):
    """The least ``||z||_1`` over all basic solutions: a linear program has its minimum at one of them."""
    d, m = A.shape
    best = np.inf
    for support in itertools.combinations(range(m), d):
        basis = A[:, support]
        if abs(np.linalg.det(basis)) > 1e-9:
            best = min(best, np.abs(np.linalg.solve(basis, x)).sum())
    return best


METHODS = ("homotopy", "highs", "cvxpy")


@settings(max_examples=60, deadline=None)
@given(d=st.integers(1, 3), extra=st.integers(0, 3), seed=st.integers(0, 10**6), method=st.sampled_from(METHODS))
def test_agrees_with_the_naive_twin(d, extra, seed, method):
    rng = np.random.default_rng(seed)
    A, x = rng.standard_normal((d, d + extra)), rng.standard_normal(d)
    result = lincs.basis_pursuit(A, x, method=method)
    assert result.status == ("proved",)
    minimum = naive_minimum(A, x)
    assert np.abs(result.z).sum() == pytest.approx(minimum, rel=1e-9)
    assert result.minimum[0, 0] <= minimum * (1 + 1e-12)
    assert result.minimum[1, 0] >= minimum * (1 - 1e-12)
    # The certificate, from the definition: a feasible z and a feasible y of equal value.
    assert np.allclose(A @ result.z, x, atol=1e-8)
    assert np.abs(A.T @ result.y).max() <= 1 + 1e-12
    assert x @ result.y == pytest.approx(np.abs(result.z).sum(), rel=1e-6)


def test_layout_follows_X():
    rng = np.random.default_rng(1)
    A, X = rng.standard_normal((4, 9)), rng.standard_normal((4, 3))
    together = lincs.basis_pursuit(A, X)
    assert (together.z.shape, together.y.shape, together.residual.shape) == ((9, 3), (4, 3), (3,))
    for column in range(3):
        alone = lincs.basis_pursuit(A, X[:, column])
        assert (alone.z.shape, alone.y.shape, alone.gap.shape) == ((9,), (4,), (1,))
        assert np.allclose(alone.z, together.z[:, column], atol=1e-9)  # generic data: one minimiser
    assert lincs.basis_pursuit(A, X[:, :1]).z.shape == (9, 1)


def test_recovers_sparse_words_of_the_example():
    A = lincs.example_matrix()[:, :512]  # float16, as it is stored
    rng = np.random.default_rng(2)
    Z = np.zeros((512, 3))
    for column in Z.T:
        column[rng.choice(512, 4, replace=False)] = rng.uniform(-1, 1, 4)
    result = lincs.basis_pursuit(A, A.astype(np.float64) @ Z)
    assert result.status == ("proved",) * 3
    assert (result.margin > 0).all()
    assert np.abs(result.z - Z).max() < 1e-8


@pytest.mark.parametrize("scale", [1e-200, 1e-9, 1e9, 1e200])
def test_units_do_not_matter(scale):
    rng = np.random.default_rng(3)
    A, x = rng.standard_normal((3, 7)), rng.standard_normal(3)
    plain = lincs.basis_pursuit(A, x)
    for left, right in ((scale, 1.0), (1.0, scale), (scale, scale)):
        result = lincs.basis_pursuit(A * left, x * right)
        assert result.status == ("proved",)
        assert np.allclose(result.z * (left / right), plain.z, rtol=1e-9, atol=1e-12)


def test_other_solvers_are_judged_alike():
    rng = np.random.default_rng(4)
    A, x = rng.standard_normal((5, 12)), rng.standard_normal(5)
    result = lincs.basis_pursuit(A, x, method="cvxpy", solver="clarabel", tol=1e-5)
    assert (result.solver, result.status) == ("CLARABEL", ("optimal",))
    # An interior-point solution is good to about 1e-8: at 1e-15 it must not be called optimal.
    assert lincs.basis_pursuit(A, x, method="cvxpy", solver="CLARABEL", tol=1e-15).status == ("inaccurate",)


def test_zero_right_hand_side_and_zero_columns():
    A = np.array([[1.0, 0.0, 2.0], [0.0, 0.0, 1.0]])
    result = lincs.basis_pursuit(A, np.array([[0.0, 2.0], [0.0, 1.0]]))
    assert result.status == ("proved", "proved")
    assert np.allclose(result.z, [[0, 0], [0, 0], [0, 1]])


def test_no_solution_is_a_failure_not_a_number():
    A = np.array([[1.0, 2.0, 1.0], [1.0, 2.0, 1.0]])
    result = lincs.basis_pursuit(A, np.array([[1.0, 1.0], [2.0, 1.0]]))
    assert result.status == ("failed", "proved")  # the copied row is a copy, exactly
    assert np.isnan(result.z[:, 0]).all()
    assert result.z[:, 1] == pytest.approx([0, 0.5, 0])
    document = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert document["residual"][0] is None
    assert document["residual"][1] == pytest.approx(0, abs=1e-12)
    assert lincs.basis_pursuit(np.zeros((2, 3)), np.ones(2)).status == ("failed",)


def fake(monkeypatch, z, y):
    """Replace the solver by one that returns these vectors, for A = [I I/2] (2 x 4) and x = (1, 1)."""
    solved = module.Solved(np.array([z], float).T, np.array([y], float).T, "FAKE")
    monkeypatch.setattr(cvxpy_baseline, "solve", lambda A, X, solver: solved)
    A = np.array([[1.0, 0.0, 0.5, 0.0], [0.0, 1.0, 0.0, 0.5]])
    return lincs.basis_pursuit(A, np.ones(2), method="cvxpy")


def test_a_zero_solution_is_not_believed(monkeypatch):
    """What highspy returns with threads=1 after a default run."""
    result = fake(monkeypatch, [0, 0, 0, 0], [0, 0])
    assert (result.status, result.residual[0]) == (("inaccurate",), 1.0)


def test_a_feasible_but_longer_solution_is_not_believed(monkeypatch):
    result = fake(monkeypatch, [1, 0, 0, 2], [1, 1])
    assert (result.status, result.residual[0]) == (("inaccurate",), 0.0)
    assert result.gap[0] == pytest.approx(1 / 3)


def test_a_minimum_without_its_dual_is_not_believed(monkeypatch):
    result = fake(monkeypatch, [1, 1, 0, 0], [1, -1])
    assert (result.status, result.gap[0]) == (("inaccurate",), 1.0)


@pytest.mark.parametrize("sign", [1, -1, 7])
def test_sign_and_scale_of_the_dual_do_not_matter(monkeypatch, sign):
    result = fake(monkeypatch, [1, 1, 0, 0], [sign, sign])
    assert (result.status, result.gap[0]) == (("proved",), 0.0)
    assert result.y.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("A", "X", "options", "message"),
    [
        ([[np.nan, 1.0]], [1.0], {}, r"A must be finite, got nan at \(0, 0\)"),
        ([[1.0, 1.0]], [np.inf], {}, r"X must be finite, got inf at \(0,\)"),
        ([1.0, 2.0], [1.0], {}, "A must have two dimensions"),
        (np.zeros((0, 3)), [1.0], {}, "A must not be empty"),
        ([[1.0]], np.zeros((1, 0)), {}, r"X must be a vector or a matrix and not empty, got shape \(1, 0\)"),
        ([[1.0]], np.zeros((1, 1, 1)), {}, r"X must be .* got shape \(1, 1, 1\)"),
        ([[1.0]], [[1.0], [2.0, 3.0]], {}, "X must be a rectangular matrix"),
        ([[1.0, 2.0]], [1.0, 2.0], {}, "X must have as many rows as A"),
        ([[1j]], [1.0], {}, "A must be real.*real_lift"),
        ([[1.0]], [1j], {}, "X must hold real numbers"),
        ([[1.0]], ["a"], {}, "X must hold real numbers"),
        ([[1.0]], [1.0], {"method": "magic"}, "method must be one of homotopy, highs, cvxpy, got 'magic'"),
        (
            [[1.0]],
            [1.0],
            {"method": "cvxpy", "solver": "magic"},
            "solver must be one of .*HIGHS.* got 'MAGIC'",
        ),
        ([[1.0]], [1.0], {"tol": 0.0}, "tol must be between 0 and 1, got 0.0"),
        ([[1.0]], [1.0], {"tol": np.nan}, "tol must be between 0 and 1, got nan"),
    ],
)
def test_bad_input_is_one_sentence(A, X, options, message):
    with pytest.raises(InputError, match=message):
        lincs.basis_pursuit(A, X, **options)


def test_stdout_stays_clean():
    code = "import lincs; print(lincs.basis_pursuit([[1.0, 2.0]], [3.0], method='highs').status)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("('proved',)\n", "")


def instance(kind, seed):
    """(A, X) with ties of every kind: the path's weak spot."""
    rng = np.random.default_rng(seed)
    if kind == "0/1":
        A = (rng.random((12, 30)) < 0.3) * 1.0
        A[rng.integers(0, 12, 30), np.arange(30)] = 1.0  # no zero column
    elif kind == "sparse signs":
        A = rng.choice([-1.0, 0.0, 0.0, 1.0], (12, 30))
    elif kind == "signs":
        A = rng.choice([-1.0, 1.0], (12, 30))
    elif kind == "copies":
        A = rng.standard_normal((12, 15))
        A = np.hstack([A, -A])
    else:
        A = rng.standard_normal((12, 30))
    Z = np.zeros((30, 8))
    for column in Z.T:
        support = rng.choice(30, 4, replace=False)
        column[support] = rng.choice([-1.0, 1.0], 4)
    return A, A @ Z


@pytest.mark.parametrize("kind", ["gaussian", "0/1", "signs", "sparse signs", "copies"])
def test_ties_end_proved(kind):
    for seed in range(12):
        A, X = instance(kind, seed)
        if np.linalg.matrix_rank(A) < len(A):
            continue
        fast, slow = lincs.basis_pursuit(A, X), lincs.basis_pursuit(A, X, method="highs")
        assert set(fast.status) == {"proved"}, (kind, seed, fast.status)
        assert set(slow.status) == {"proved"}
        np.testing.assert_allclose(np.abs(fast.z).sum(axis=0), np.abs(slow.z).sum(axis=0), rtol=1e-8)
        # The enclosures of two methods contain the same number.
        assert (fast.minimum[0] <= slow.minimum[1]).all()
        assert (slow.minimum[0] <= fast.minimum[1]).all()


def test_dense_right_hand_sides_and_more_rows_than_columns():
    rng = np.random.default_rng(8)
    A, X = rng.standard_normal((20, 50)), rng.standard_normal((20, 40))
    assert set(lincs.basis_pursuit(A, X).status) == {"proved"}
    tall = rng.standard_normal((9, 4))
    z = rng.standard_normal((4, 3))
    np.testing.assert_allclose(lincs.basis_pursuit(tall, tall @ z).z, z, atol=1e-9)


def test_the_margin_tells_unique_from_tied():
    A = np.array([[1.0, 0.0, 0.7], [0.0, 1.0, 0.7]])
    unique = lincs.basis_pursuit(A, [1.0, 0.2])
    assert unique.margin[0] > 0.1 or (unique.z != 0).sum() == 2
    tied = lincs.basis_pursuit(np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), [1.0, 1.0])
    assert tied.status == ("proved",)
    assert tied.margin[0] == pytest.approx(0, abs=1e-12)
