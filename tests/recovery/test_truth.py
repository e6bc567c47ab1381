"""What was decoded, beside the inputs that are known to have been there."""

import json

import numpy as np
import pytest
from scipy import sparse

import lincs
from lincs.recovery.truth import against
from tests.command import lincs as command

A = np.random.default_rng(0).standard_normal((8, 16))


def inputs(*actives):
    rng = np.random.default_rng(1)
    Z = np.zeros((16, len(actives)))
    for j, count in enumerate(actives):
        Z[rng.choice(16, count, replace=False), j] = rng.uniform(0.5, 1, count)
    return Z


def test_columns_are_counted_one_by_one():
    Z = inputs(1, 2, 8)
    found = lincs.basis_pursuit(A, A @ Z).against(Z)
    assert found.active.tolist() == [1, 2, 8]
    assert found.support.tolist() == [True, True, False]
    assert found.error[:2] == pytest.approx(0, abs=1e-12)
    assert found.error[2] > 0.1
    assert found.missed[2] + found.extra[2] > 0


def test_counts_of_an_answer_that_is_made_up():
    z = np.array([[1.0, 0.0], [0.0, 0.0], [1e-12, 0.25]])
    found = against(z, [[1, 0.5], [0, 0], [0, 0.25]])
    assert found.to_dict() == {
        "supports_recovered": 1,
        "columns": [
            {"error": 1e-12, "relative_error": 1e-12, "support_recovered": True, "active": 1, "missed": 0, "extra": 0},
            {
                "error": 0.5,
                "relative_error": pytest.approx(0.5 / np.hypot(0.5, 0.25)),
                "support_recovered": False,
                "active": 2,
                "missed": 1,
                "extra": 0,
            },
        ],
    }


def test_noise_a_vector_and_a_sparse_truth():
    Z = inputs(1)
    one = lincs.basis_pursuit_denoising(A, A @ Z[:, 0], noise=0.01).against(Z[:, 0])
    same = lincs.basis_pursuit_denoising(A, A @ Z, noise=0.01).against(sparse.csc_array(Z))
    assert one.to_dict() == same.to_dict()
    assert 0 < one.error[0] < 0.1


def test_no_answer_recovers_nothing():
    found = lincs.basis_pursuit([[1.0, 0.0], [0.0, 0.0]], [0.0, 1.0]).against([0.0, 1.0])
    assert found.to_dict()["columns"][0]["error"] is None
    assert not found.support[0]
    assert "no answer" in str(found)


@pytest.mark.parametrize("truth", [np.zeros((15, 2)), np.zeros(16), np.full((16, 2), np.nan), np.full((16, 2), "a")])
def test_a_bad_truth_is_refused(truth):
    with pytest.raises(lincs.InputError, match="true inputs must"):
        lincs.basis_pursuit(A, A @ inputs(1, 2)).against(truth)


def test_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Z = inputs(*[1] * 24, 8)
    np.save("A.npy", A)
    np.save("X.npy", A @ Z)
    np.save("Z.npy", Z)
    sparse.save_npz("Z.npz", sparse.csc_array(Z))
    done = command("decode", "A.npy", "X.npy", "--truth", "Z.npy")
    assert "support recovered in 24 of 25 columns" in done.out
    lines = done.out.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("column")) + 1
    assert lines[first].split()[:2] == ["24", "wrong"]  # the worst first
    assert len(lines) - first == 20
    record = json.loads(command("decode", "A.npy", "X.npy", "--truth", "Z.npz", "--json").out)
    assert record["truth"] == lincs.basis_pursuit(A, A @ Z).against(Z).to_dict()
    assert len(record["truth"]["columns"]) == 25
