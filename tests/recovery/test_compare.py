"""Linear read-out against basis pursuit: each number by a second route; the command as it is called."""

import json
import sys
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lincs
from lincs.errors import InputError
from lincs.interference.inputs import ENTRIES, dense_inputs
from lincs.recovery import compare as module
from lincs.recovery.basis_pursuit import BasisPursuit
from lincs.recovery.compare import clopper_pearson
from tests import command as command_line


def naive_row(A, k, Z):
    """Worst and typical errors of the best row scalings, feature by feature, with the full error matrix."""
    m = A.shape[1]
    E, unit = np.empty((m, m)), np.empty((m, m))
    for i in range(m):
        row = A[:, i] @ A / (A[:, i] @ A[:, i])
        off = np.sort(np.abs(np.delete(row, i)))[::-1]
        kth = off[k - 1] if k <= m - 1 else 0.0
        scale = 0.0 if off[: k - 1].sum() >= 1 else 1 / (1 + kth)
        unit[i] = row - (np.arange(m) == i)
        E[i] = scale * row - (np.arange(m) == i)
    worst = max(np.sort(np.abs(row))[::-1][:k].sum() for row in E)
    return worst, [np.abs(E @ z).max() for z in Z.T], [np.abs(unit @ z).max() for z in Z.T]


@settings(max_examples=15, deadline=None)
@given(
    d=st.integers(2, 6),
    extra=st.integers(0, 6),
    seed=st.integers(0, 10**6),
    entries=st.sampled_from(ENTRIES),
)
def test_agrees_with_the_naive_twin(d, extra, seed, entries):
    m = d + extra
    A = np.random.default_rng(seed).standard_normal((d, m))
    result = lincs.compare(A, k=[1, 2, m], trials=3, seed=seed, entries=entries)
    assert [row.k for row in result.rows] == sorted({1, 2, m})
    for row in result.rows:
        Z = dense_inputs(m, row.k, samples=3, seed=seed, entries=entries)
        worst, errors, unit = naive_row(A, row.k, Z)
        assert row.worst.lo - 1e-9 <= worst <= row.worst.hi + 1e-9
        assert row.median == pytest.approx(np.median(errors), abs=1e-9)
        assert row.largest == pytest.approx(np.max(errors), abs=1e-9)
        assert row.unit_median == pytest.approx(np.median(unit), abs=1e-9)
        assert row.unit_largest == pytest.approx(np.max(unit), abs=1e-9)
        assert row.largest <= row.worst.hi + 1e-9
        pursuit = lincs.basis_pursuit(A, A @ Z)
        assert row.recovered == sum(np.abs(pursuit.z[:, t] - Z[:, t]).max() <= 1e-4 for t in range(3))


def test_orthogonal_features_are_recovered_by_both():
    row = lincs.compare(np.eye(5), k=3, trials=4).rows[0]
    assert (row.worst.hi, row.largest, row.recovered, row.unsolved, row.trivial) == (0, 0, 4, 0, False)


def test_a_dead_feature_is_recovered_by_neither():
    A = np.array([[1.0, 0.0]])
    row = lincs.compare(A, k=2, trials=4).rows[0]
    assert (row.worst.hi, row.trivial, row.recovered, row.unsolved) == (1, True, 0, 0)


def test_solver_failures_are_counted_apart(monkeypatch):
    def failing(A, X, *, method):
        nan = np.full(X.shape[1], np.nan)
        z = np.full((A.shape[1], X.shape[1]), np.nan)
        status = ("failed",) * X.shape[1]
        return BasisPursuit(
            z=z,
            y=X * np.nan,
            status=status,
            residual=nan,
            gap=nan,
            minimum=nan,
            margin=nan,
            method=method,
            solver="NONE",
            tol=1e-6,
        )

    monkeypatch.setattr(module, "basis_pursuit", failing)
    row = lincs.compare(np.eye(3), k=1, trials=4).rows[0]
    assert (row.recovered, row.unsolved) == (0, 4)
    json.dumps(row.to_dict(), allow_nan=False)


def test_rows_depend_on_seed_and_k_alone():
    A = np.random.default_rng(5).standard_normal((4, 8))
    both = lincs.compare(A, k="1:2", trials=3, seed=7)
    assert lincs.compare(A, k=2, trials=3, seed=7).rows[0] == both.rows[1]
    assert lincs.compare(A, k=2, trials=3, seed=8).rows[0].median != both.rows[1].median


@given(m=st.integers(1, 30), data=st.data(), seed=st.integers(0, 100), entries=st.sampled_from(ENTRIES))
def test_inputs_are_k_sparse_and_grow_by_columns(m, data, seed, entries):
    k = data.draw(st.integers(1, m))
    Z = dense_inputs(m, k, samples=5, seed=seed, entries=entries)
    assert ((Z != 0).sum(axis=0) == k).all()
    assert (np.abs(Z) <= 1).all()
    if entries == "signs":
        assert set(np.unique(Z)) <= {-1.0, 0.0, 1.0}
    assert np.array_equal(dense_inputs(m, k, samples=2, seed=seed, entries=entries), Z[:, :2])


def test_supports_are_uniform():
    Z = dense_inputs(4, 2, samples=3000, seed=0)
    supports = {tuple(np.flatnonzero(z)) for z in Z.T}
    assert len(supports) == 6
    assert np.abs((Z != 0).mean(axis=1) - 0.5).max() < 0.05


@pytest.mark.parametrize(("successes", "trials"), [(0, 20), (20, 20), (13, 20), (1, 1), (99, 200)])
def test_clopper_pearson_inverts_the_binomial_tails(successes, trials):
    interval = clopper_pearson(successes, trials)

    def at_least(p):
        return sum(comb(trials, n) * p**n * (1 - p) ** (trials - n) for n in range(successes, trials + 1))

    def at_most(p):
        return sum(comb(trials, n) * p**n * (1 - p) ** (trials - n) for n in range(successes + 1))

    assert interval.lo == 0 if successes == 0 else at_least(interval.lo) == pytest.approx(0.025)
    assert interval.hi == 1 if successes == trials else at_most(interval.hi) == pytest.approx(0.025)
    assert interval.lo <= successes / trials <= interval.hi


def test_files_layouts_and_normalisation(tmp_path):
    A = np.random.default_rng(6).standard_normal((3, 6))
    np.save(tmp_path / "rows.npy", A.T)
    np.savez(tmp_path / "two.npz", A=A * [1, 2, 3, 4, 5, 6], other=np.eye(2))
    options = {"k": 2, "trials": 2, "seed": 3}
    plain = lincs.compare(A / np.linalg.norm(A, axis=0), **options)
    from_rows = lincs.compare(tmp_path / "rows.npy", layout="rows", normalize=True, **options)
    from_key = lincs.compare(str(tmp_path / "two.npz"), key="A", normalize=True, **options)
    for other in (from_rows, from_key):
        assert other.rows[0].worst.hi == pytest.approx(plain.rows[0].worst.hi)
        assert other.rows[0].median == pytest.approx(plain.rows[0].median)
        assert other.rows[0].recovered == plain.rows[0].recovered


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": 4}, "k must be at most m = 3, got 4"),
        ({"k": 0}, "k must be at least 1, got 0"),
        ({"trials": 0}, "trials must be at least 1, got 0"),
        ({"seed": -1}, "seed must be at least 0, got -1"),
        ({"entries": "normal"}, "entries must be one of uniform, signs, got 'normal'"),
        ({"method": "magic"}, "method must be one of homotopy, highs, cvxpy, got 'magic'"),
        ({"recovery_tol": float("nan")}, "recovery_tol must be between 0 and 1, got nan"),
        ({"A": np.array([[1.0, np.nan, 2.0]])}, r"A must be finite, got nan at \(0, 1\)"),
        ({"A": "missing.npy"}, "missing.npy is not a file"),
    ],
)
def test_bad_input_is_one_sentence(options, message):
    with pytest.raises(InputError, match=message):
        lincs.compare(**{"A": np.eye(3), "k": 1, **options})


def run(*arguments):
    command = [sys.executable, "-m", "lincs", "compare", *map(str, arguments)]
    return command_line.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def matrix_file(tmp_path):
    np.save(tmp_path / "A.npy", np.random.default_rng(8).standard_normal((4, 7)))
    return tmp_path / "A.npy"


def test_command_prints_the_result_as_json(matrix_file):
    shown = run("--matrix", matrix_file, "--k", "1:3", "--trials", 2, "--seed", 5, "--json")
    assert shown.returncode == 0, shown.stderr
    document = json.loads(shown.stdout)
    assert (document["command"], document["seed"], document["shape"]) == ("compare", 5, {"d": 4, "m": 7})
    expected = lincs.compare(matrix_file, k="1:3", trials=2, seed=5).to_dict()
    assert document["rows"] == expected["rows"]


def test_command_prints_a_table(matrix_file):
    shown = run("--matrix", matrix_file, "--k", "1,7", "--trials", 2)
    result = lincs.compare(matrix_file, k="1,7", trials=2)
    lines = shown.stdout.splitlines()
    assert "4 x 7, 2 random inputs for each k" in lines[0]
    table = lines[: len(lines) - lines[::-1].index("") - 1]  # the limits follow after an empty line
    for line, row in zip(table[-2:], result.rows, strict=True):
        assert line.split()[:7] == [
            str(row.k), f"{row.optimal.hi:.6f}", f"{row.worst.hi:.6f}", f"{row.median:.6f}",
            f"{row.unit_median:.6f}", f"{row.unit_largest:.6f}", f"{row.recovered}/2",
        ]  # fmt: skip
    assert "trivial" in table[-1]
    assert lines[-1].startswith("k = 7: optimal probes 1, any 4 x 7 at least ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--k", "1"), "give exactly one of --matrix FILE, --example, and --d with --m"),
        (("--d", "4", "--k", "1"), "a random matrix needs both --d and --m"),
        (("--d", "4", "--m", "8"), "give the sparsities as --k"),
        (("--d", "4", "--m", "8", "--k", "1", "--family", "magic"), "magic"),
        (("--phase", "--k", "1"), "with --phase, which draws its own matrices"),
        (("--phase", "--m", "4"), "m must be at least 8"),
        (("--matrix", "missing.npy", "--k", "1"), "missing.npy is not a file"),
        (("--example", "--k", "0"), "k must be at least 1, got 0"),
    ],
)
def test_command_refuses_bad_input_with_code_2(arguments, message):
    shown = run(*arguments)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert message in shown.stderr
    assert "Traceback" not in shown.stderr


def test_optimal_probes_are_the_better_linear_readout():
    A = np.random.default_rng(1).standard_normal((8, 16))
    result = lincs.compare(A, k=[1, 2, 3], trials=2)
    for row, eps in zip(result.rows, lincs.optimal_probes(A, k=[1, 2, 3]).eps, strict=True):
        assert row.optimal == eps
        assert row.optimal.lo <= row.worst.hi
    assert lincs.compare(A, k=1, trials=2, probes=False).rows[0].optimal is None


def test_random_families_tables_and_figures(tmp_path):
    files = [tmp_path / name for name in ("c.png", "c.csv", "c.md")]
    for family in ("gaussian", "rademacher"):
        shown = run("--d", 8, "--m", 16, "--k", "1:4", "--family", family, "--seed", 3, "--trials", 4,
                    "--figure", files[0], "--table", files[1])  # fmt: skip
        assert shown.returncode == 0, shown.stderr
    assert files[0].read_bytes().startswith(b"\x89PNG")
    lines = files[1].read_text().splitlines()
    assert len(lines) == 5
    assert lines[1].split(",")[0] == "1"
    assert run("--d", 8, "--m", 16, "--k", 1, "--table", files[2]).returncode == 0
    assert files[2].read_text().startswith("| k |")
    assert run("--d", 8, "--m", 16, "--k", 1, "--table", tmp_path / "c.xls").returncode == 2
