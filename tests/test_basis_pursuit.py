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


@settings(max_examples=40, deadline=None)
@given(d=st.integers(1, 3), extra=st.integers(0, 3), seed=st.integers(0, 10**6))
def test_agrees_with_the_naive_twin(d, extra, seed):
    rng = np.random.default_rng(seed)
    A, x = rng.standard_normal((d, d + extra)), rng.standard_normal(d)
    result = lincs.basis_pursuit(A, x)
    assert result.status == ("optimal",)
    assert np.abs(result.z).sum() == pytest.approx(naive_minimum(A, x), rel=1e-6)
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
    assert result.status == ("optimal",) * 3
    assert np.abs(result.z - Z).max() < 1e-8


@pytest.mark.parametrize("scale", [1e-200, 1e-9, 1e9, 1e200])
def test_units_do_not_matter(scale):
    rng = np.random.default_rng(3)
    A, x = rng.standard_normal((3, 7)), rng.standard_normal(3)
    plain = lincs.basis_pursuit(A, x)
    for left, right in ((scale, 1.0), (1.0, scale), (scale, scale)):
        result = lincs.basis_pursuit(A * left, x * right)
        assert result.status == ("optimal",)
        assert np.allclose(result.z * (left / right), plain.z, rtol=1e-9, atol=1e-12)


def test_other_solvers_are_judged_alike():
    rng = np.random.default_rng(4)
    A, x = rng.standard_normal((5, 12)), rng.standard_normal(5)
    result = lincs.basis_pursuit(A, x, solver="clarabel", tol=1e-5)
    assert (result.solver, result.status) == ("CLARABEL", ("optimal",))
    # An interior-point solution is good to about 1e-8: at 1e-15 it must not be called optimal.
    assert lincs.basis_pursuit(A, x, solver="CLARABEL", tol=1e-15).status == ("inaccurate",)


def test_zero_right_hand_side_and_zero_columns():
    A = np.array([[1.0, 0.0, 2.0], [0.0, 0.0, 1.0]])
    result = lincs.basis_pursuit(A, np.array([[0.0, 2.0], [0.0, 1.0]]))
    assert result.status == ("optimal", "optimal")
    assert np.allclose(result.z, [[0, 0], [0, 0], [0, 1]])


def test_no_solution_is_a_failure_not_a_number():
    A = np.array([[1.0, 2.0, 1.0], [1.0, 2.0, 1.0]])
    result = lincs.basis_pursuit(A, np.array([[1.0, 1.0], [2.0, 1.0]]))
    assert result.status == ("failed", "optimal")
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
    return lincs.basis_pursuit(A, np.ones(2))


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
    assert (result.status, result.gap[0]) == (("optimal",), 0.0)
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
        ([[1.0]], [[1.0], [2.0, 3.0]], {}, "X must be rectangular"),
        ([[1.0, 2.0]], [1.0, 2.0], {}, "X must have as many rows as A"),
        ([[1j]], [1.0], {}, "A must be real.*real_lift"),
        ([[1.0]], [1j], {}, "X must hold real numbers"),
        ([[1.0]], ["a"], {}, "X must hold real numbers"),
        ([[1.0]], [1.0], {"method": "magic"}, "method must be one of cvxpy, got 'magic'"),
        ([[1.0]], [1.0], {"solver": "magic"}, "solver must be one of .*HIGHS.* got 'MAGIC'"),
        ([[1.0]], [1.0], {"tol": 0.0}, "tol must be between 0 and 1, got 0.0"),
        ([[1.0]], [1.0], {"tol": np.nan}, "tol must be between 0 and 1, got nan"),
    ],
)
def test_bad_input_is_one_sentence(A, X, options, message):
    with pytest.raises(InputError, match=message):
        lincs.basis_pursuit(A, X, **options)


def test_stdout_stays_clean():
    code = "import lincs; print(lincs.basis_pursuit([[1.0, 2.0]], [3.0]).status)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("('optimal',)\n", "")
