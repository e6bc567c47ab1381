"""Optimal probes, guarantees and the LASSO path against linear programs and definitions."""

import itertools
import json
import sys
import warnings

import numpy as np
import pytest
from scipy.optimize import linprog

import lincs
from lincs.readouts.signed import Signed
from lincs.recovery import homotopy
from lincs.recovery.cheap import compare_probes, row_scaled_errors
from lincs.recovery.lasso import lasso_knots
from tests import command as command_line
from tests import naive


def best_row(A, i, k):
    """``min_b ||A^T b - e_i||_(k)`` as a linear program in (b, t, s): top-k norm = min k t + sum s, s + t >= |.|."""
    d, m = A.shape
    cost = np.concatenate([np.zeros(d), [k], np.ones(m)])
    e = np.eye(m)[i]
    upper = np.vstack([
        np.hstack([A.T, -np.ones((m, 1)), -np.eye(m)]),
        np.hstack([-A.T, -np.ones((m, 1)), -np.eye(m)]),
    ])  # fmt: skip
    bounds = [(None, None)] * d + [(0, None)] * (m + 1)
    return linprog(cost, A_ub=upper, b_ub=np.concatenate([e, -e]), bounds=bounds, method="highs").fun


def matrices():
    rng = np.random.default_rng(0)
    yield "gaussian", rng.standard_normal((4, 9))
    yield "wide", rng.standard_normal((3, 12))
    yield "signs", rng.choice([-1.0, 1.0], (4, 9))
    yield "0/1", (rng.random((5, 9)) < 0.4) * 1.0
    yield "copies", np.hstack([x := rng.standard_normal((3, 4)), -2 * x])
    yield "dead and free", np.array([[1.0, 0.0, 0.0, 2.0], [0.0, 0.0, 1.0, 0.0]])
    yield "basis", np.eye(4)
    yield "badly scaled", rng.standard_normal((4, 8)) * np.logspace(-3, 3, 8)


@pytest.mark.parametrize(("name", "A"), list(matrices()), ids=[name for name, _ in matrices()])
def test_every_row_is_the_optimum_of_its_linear_program(name, A):
    m = A.shape[1]
    ks = [k for k in (1, 2, 3, m) if k <= m]
    found = lincs.optimal_probes(A, k=ks)
    assert found.complete
    for i, (j, k) in itertools.product(range(m), enumerate(found.ks)):
        exact = best_row(A, i, k)
        assert found.lower[i, j] - 1e-8 <= exact <= found.upper[i, j] + 1e-8, (i, k)
        assert found.upper[i, j] - found.lower[i, j] <= 1e-6, (i, k)
    for j, k in enumerate(found.ks):
        assert found.eps[j].lo - 1e-9 <= max(best_row(A, i, k) for i in range(m)) <= found.eps[j].hi + 1e-9


def test_the_returned_probes_and_kernel_vector_are_proofs():
    A = np.random.default_rng(1).standard_normal((12, 40))
    found = lincs.optimal_probes(A, k=[1, 2, 3])
    given = lincs.verify(A, found.B, k=[1, 2, 3])
    for case, eps in zip(given.results, found.eps, strict=True):
        if eps.hi < 1:
            assert case.eps.hi == pytest.approx(eps.hi, rel=1e-9)  # the upper end, by the verifier itself
    w = found.kernel
    assert np.abs(A @ w).max() < 1e-10
    assert np.abs(w).sum() == pytest.approx(1)
    assert np.abs(w).max() == pytest.approx(found.nu.lo, rel=1e-9)
    assert int(np.argmax(np.abs(w))) == found.worst
    assert found.nu.hi - found.nu.lo < 1e-9
    # No probe can do better: the self-scaled ones do not.
    assert all(c.eps.hi >= e.lo for c, e in zip(lincs.verify(A, k=[1, 2, 3]).results, found.eps, strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_both_ends_are_measured_of_solutions_that_are_wrong(seed, monkeypatch):
    """A solver whose u and y are off by 1e-3: the probe errs by no more than is claimed, and lower ends stay true."""
    from lincs.recovery import proberows

    solve = proberows.solve_paths
    rng = np.random.default_rng(seed)

    def vague(*arguments, **options):
        found = solve(*arguments, **options)
        moved = found.y + 1e-3 * rng.standard_normal(found.y.shape)
        return type(found)(found.z * (1 + 1e-3 * rng.standard_normal(found.z.shape)), moved, found.level, found.steps)

    A = rng.standard_normal((5, 12))
    true = lincs.optimal_probes(A, k=[1, 3], row_programs=False)
    monkeypatch.setattr(proberows, "solve_paths", vague)
    monkeypatch.setattr(proberows, "_PROVED", 1.0)  # no second solver
    found = lincs.optimal_probes(A, k=[1, 3], row_programs=False)
    error = np.sort(np.abs(found.B.T @ A - np.eye(12)), axis=1)[:, ::-1]
    assert (error[:, 0] <= found.upper[:, 0]).all()
    assert (np.minimum(1, error[:, :3].sum(axis=1)) <= found.upper[:, 1]).all()
    assert (found.lower <= true.upper).all()
    assert found.nu.lo <= true.nu.hi
    assert found.nu.hi >= true.nu.lo


def test_samples_are_some_of_all_features():
    A = np.random.default_rng(2).standard_normal((6, 20))
    every = lincs.optimal_probes(A, k=[1, 3])
    some = lincs.optimal_probes(A, k=[1, 3], sample=5, seed=4)
    assert not some.complete
    assert some.seed == 4
    np.testing.assert_allclose(some.upper, every.upper[some.features], rtol=1e-9)
    assert some.nu.lo <= every.nu.hi
    named = lincs.optimal_probes(A, k=1, features=[7, 3])
    assert named.features.tolist() == [7, 3]
    assert named.lower[1, 0] == pytest.approx(every.lower[3, 0], rel=1e-9)
    for bad, message in (({"features": [20]}, "below m = 20"), ({"features": [1, 1]}, "distinct"),
                         ({"features": [1], "sample": 2}, "both"), ({"sample": 0}, "at least 1")):  # fmt: skip
        with pytest.raises(lincs.InputError, match=message):
            lincs.optimal_probes(A, k=1, **bad)


def test_cheap_probes_are_row_scaled_and_no_better():
    A = np.random.default_rng(3).standard_normal((6, 12))
    B = np.linalg.pinv(A).T
    errors = row_scaled_errors(A, B, ks=(1, 2), readout=Signed())
    M = naive.exact_product(B, A)
    for i, (j, k) in itertools.product(range(12), enumerate((1, 2))):
        assert errors[i, j] == pytest.approx(float(naive.scaled_row(M[i], i, k, "signed")), rel=1e-9)
    both = compare_probes(A, k=[1, 2])
    for j in range(2):
        assert both.pinv[j] == pytest.approx(errors[:, j].max())
        assert both.adjoint[j] == pytest.approx(lincs.verify(A, k=j + 1).results[0].eps.hi)
        assert min(both.pinv[j], both.adjoint[j], both.ridged[j]) >= both.optimal.eps[j].lo
    json.dumps(both.to_dict(), allow_nan=False)


def uniformly_recovered(A, k):
    """Whether basis pursuit recovers every k-sparse vector: the null space property, by support and signs."""
    d, m = A.shape
    for support in itertools.combinations(range(m), k):
        for signs in itertools.product([-1, 1], repeat=k):
            # maximise sum_S s_j w_j over the kernel with ||w_{S^c}||_1 <= 1; the property holds iff it is below 1
            rest = [j for j in range(m) if j not in support]
            cost = np.zeros(m + len(rest))
            cost[list(support)] = -np.array(signs)
            equal = np.hstack([A, np.zeros((d, len(rest)))])
            upper, right = [np.concatenate([np.zeros(m), np.ones(len(rest))])], [1.0]
            for t, j in enumerate(rest):
                for sign in (-1, 1):
                    row = np.zeros(m + len(rest))
                    row[j], row[m + t] = sign, -1
                    upper.append(row)
                    right.append(0.0)
            bounds = [(None, None)] * m + [(0, None)] * len(rest)
            found = linprog(cost, np.array(upper), right, equal, np.zeros(d), bounds, method="highs")
            if found.status == 3 or -found.fun >= 1 - 1e-9:
                return False
    return True


@pytest.mark.parametrize("seed", range(4))
def test_the_bracket_for_uniform_recovery_is_true(seed):
    A = np.random.default_rng(seed).standard_normal((5, 8))
    sure = lincs.recovery_guarantees(A, eps="3/4")
    low, high = sure.uniform_l1
    assert low == max(sure.by_nu, sure.by_coherence, sure.by_babel)
    true = max((k for k in range(1, 5) if uniformly_recovered(A, k)), default=0)
    assert low <= true <= high
    best = max((k for k in range(1, 9) if min(1, k * sure.probes.nu.hi) < 0.75), default=0)
    assert sure.linear[0] == best
    assert sure.linear[0] <= sure.linear[1]


def test_guarantees_at_the_extremes():
    orthogonal = lincs.recovery_guarantees(np.eye(4))
    assert orthogonal.by_coherence == orthogonal.by_babel == orthogonal.uniform_l1[0] == 4
    copies = lincs.recovery_guarantees(np.array([[1.0, 1.0], [0.0, 0.0]]))
    assert copies.uniform_l1 == (0, 0)


def test_lasso_satisfies_its_optimality_conditions():
    rng = np.random.default_rng(5)
    A, X = rng.standard_normal((8, 20)), rng.standard_normal((8, 6))
    for lam in (0.05, 0.5, 3.0, 100.0):
        found = lincs.lasso(A, X, lam=lam)
        c = A.T @ (X - A @ found.z)
        assert np.abs(c).max() <= lam * (1 + 1e-9)
        active = found.z != 0
        np.testing.assert_allclose(c[active], lam * np.sign(found.z[active]), rtol=1e-7)
        assert (found.gap < 1e-9).all()
    assert (lincs.lasso(A, X, lam=1e6).z == 0).all()


def test_denoising_meets_its_constraint_with_the_least_norm():
    rng = np.random.default_rng(6)
    A, X = rng.standard_normal((8, 20)), rng.standard_normal((8, 5))
    found = lincs.basis_pursuit_denoising(A, X, noise=0.7)
    np.testing.assert_allclose(found.residual, 0.7, rtol=1e-9)
    assert (found.gap < 1e-9).all()
    # The multiplier turns it into a LASSO: the same solution, whose objective no other z of that residual can beat.
    for t in range(5):
        np.testing.assert_allclose(lincs.lasso(A, X[:, t], lam=float(found.lam[t])).z, found.z[:, t], atol=1e-8)
    quiet = lincs.basis_pursuit_denoising(A, X * 1e-3, noise=1.0)
    assert (quiet.z == 0).all()
    for bad in (0.0, -1.0, np.inf, np.nan):
        with pytest.raises(lincs.InputError, match="noise must be positive"):
            lincs.basis_pursuit_denoising(A, X, noise=bad)
    with pytest.raises(lincs.InputError, match="lam must be positive"):
        lincs.lasso(A, X, lam=0)


def test_knots_fall_from_the_largest_correlation_to_zero():
    rng = np.random.default_rng(7)
    A, x = rng.standard_normal((6, 15)), rng.standard_normal(6)
    knots = lasso_knots(A, x)
    assert knots[0, 0] == pytest.approx(np.abs(A.T @ x).max())
    assert (np.diff(knots[:, 0]) <= 1e-12).all()
    assert knots[-1, 0] <= 1e-9
    for level, active in knots[1:-1]:
        assert (lincs.lasso(A, x, lam=level * (1 - 1e-6)).z != 0).sum() == active


def run(*arguments):
    return command_line.run([sys.executable, "-m", "lincs", *map(str, arguments)], capture_output=True, text=True)


def test_probe_and_decode_commands(tmp_path):
    rng = np.random.default_rng(8)
    A = rng.standard_normal((10, 24))
    Z = np.zeros((24, 4))
    for column in Z.T:
        column[rng.choice(24, 2, replace=False)] = rng.uniform(-1, 1, 2)
    np.save(tmp_path / "A.npy", A)
    np.save(tmp_path / "X.npy", A @ Z)
    done = run("decode", tmp_path / "A.npy", tmp_path / "X.npy", "-o", tmp_path / "Z.npy", "--json")
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)["status"]) == {"proved"}
    np.testing.assert_allclose(np.load(tmp_path / "Z.npy"), Z, atol=1e-9)
    noisy = run("decode", tmp_path / "A.npy", tmp_path / "X.npy", "--noise", 0.1)
    assert noisy.returncode == 0, noisy.stderr
    np.save(tmp_path / "tall.npy", np.vstack([A, A]))
    np.save(tmp_path / "off.npy", np.ones(20) + np.arange(20))
    assert run("decode", tmp_path / "tall.npy", tmp_path / "off.npy").returncode == 3

    done = run("probe", tmp_path / "A.npy", "--k", "1,2", "-o", tmp_path / "B.npz", "--json")
    assert done.returncode == 0, done.stderr
    found = lincs.optimal_probes(A, k=[1, 2])
    with np.load(tmp_path / "B.npz") as stored:
        np.testing.assert_allclose(stored["B"], found.B, rtol=1e-12)
    assert json.loads(done.stdout)["nu"] == found.nu.to_dict()
    shown = run("probe", tmp_path / "A.npy", "--k", "1,2")
    assert f"{found.nu.lo:.9g}" in shown.stdout
    for bad in (("probe", "--k", 1), ("probe", tmp_path / "A.npy", "--k", 99), ("decode", tmp_path / "A.npy", "x.npy"),
                ("probe", tmp_path / "A.npy", "--k", 1, "-o", "b.txt")):  # fmt: skip
        done = run(*bad)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1


def test_a_path_that_stops_early_is_not_a_feature_outside_the_span():
    """Its residual (7e-8 here) is a matter for HiGHS: the feature is in the span of the others."""
    A = np.random.default_rng(0).standard_normal((114, 512)) / np.sqrt(114)
    found = lincs.optimal_probes(A, k=1, features=[194], row_programs=False)
    assert found.nu.hi - found.nu.lo < 1e-9
    assert found.nu.lo == pytest.approx(0.1239292, abs=1e-6)


@pytest.mark.parametrize("noise", [1e150, 1e300, np.finfo(np.float64).max])
def test_a_noise_whose_square_overflows_is_met_by_zero(noise):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not lincs.basis_pursuit_denoising(np.eye(2, 3), np.ones((2, 2)), noise=noise).z.any()


def test_without_a_gram_matrix_the_paths_are_the_same(monkeypatch):
    """m^2 numbers of many columns fit nowhere: the paths then take inner products from the features."""
    rng = np.random.default_rng(3)
    A = rng.standard_normal((8, 40))
    X = A[:, :12] @ rng.standard_normal((12, 5)) * (rng.random((1, 5)) + 0.5)
    asked = {
        "probes": lambda: lincs.optimal_probes(A, k=[1, 2], gap=None, row_programs=False).upper,
        "sharpened": lambda: np.array(lincs.optimal_probes(A, k=1, gap=0.1, row_programs=False).nu.hi),
        "basis pursuit": lambda: lincs.basis_pursuit(A, X, method="homotopy").z,
        "lasso": lambda: lincs.lasso(A, X, lam=0.1).z,
        "knots": lambda: lasso_knots(A, X[:, 0]),
    }
    formed = {name: call() for name, call in asked.items()}
    monkeypatch.setattr("lincs.recovery.homotopy._GRAM_BYTES", 0)
    assert homotopy.gram_of(A).size == 0
    for name, call in asked.items():
        np.testing.assert_allclose(call(), formed[name], rtol=1e-9, atol=1e-12, err_msg=name)
