"""Optimal probes to a gap: the same ends as the homotopy's, for matrices of every kind."""

import json

import numpy as np
import pytest
from scipy.linalg import hadamard

import lincs
from lincs import optimal_probes
from lincs.recovery.splitting import basis_of, split
from tests import command

RNG = np.random.default_rng(0)
MATRICES = {
    "gaussian": RNG.standard_normal((12, 40)),
    "signs": np.sign(RNG.standard_normal((10, 36))),
    "bases": np.hstack([np.eye(16), hadamard(16) / 4]),
    "nearly square": RNG.standard_normal((20, 23)),
    "wide": RNG.standard_normal((3, 60)),
    "badly scaled rows": RNG.standard_normal((8, 30)) * 10.0 ** np.arange(-4, 4)[:, None],
    "columns of any norm": RNG.standard_normal((8, 30)) * 10.0 ** RNG.integers(-3, 4, 30),
    "copies": np.hstack([RNG.standard_normal((6, 12))] * 2),
    "dependent rows": np.vstack([RNG.integers(-2, 3, (5, 20)), np.zeros((1, 20))])[[0, 1, 2, 3, 4, 0]].astype(float),
    "a zero feature": np.hstack([RNG.standard_normal((6, 20)), np.zeros((6, 1))]),
    "a feature apart": np.block([[RNG.standard_normal((6, 20)), np.zeros((6, 1))], [np.zeros((1, 20)), np.eye(1)]]),
    "square": RNG.standard_normal((9, 9)),
}  # fmt: skip


@pytest.mark.parametrize("name", MATRICES)
@pytest.mark.parametrize("gap", [0.05, 0.01])
def test_the_ends_enclose_the_sharp_ones(name, gap):
    A = MATRICES[name]
    sharp = optimal_probes(A, k=[1, 2, 4])
    found = optimal_probes(A, k=[1, 2, 4], gap=gap)
    assert (found.lower <= sharp.upper + 1e-12).all()
    assert (sharp.lower <= found.upper + 1e-12).all()
    assert (found.upper[:, 0] <= found.lower[:, 0] * (1 + gap) + 1e-9).all()
    # The largest is as sharp as the homotopy makes it.
    assert found.nu.lo == pytest.approx(sharp.nu.lo, rel=1e-6, abs=1e-9)
    assert found.nu.hi == pytest.approx(sharp.nu.hi, rel=1e-6, abs=1e-9)
    # What is claimed of B holds of the array.
    rows = lincs.verify(A, found.B, k=1)
    assert (rows.lower[:, 0] <= found.upper[:, 0] * (1 + 1e-9)).all()


def test_the_kernel_vector_of_nu_is_one():
    A = MATRICES["gaussian"]
    found = optimal_probes(A, k=1, gap=0.05)
    assert np.abs(A @ found.kernel).max() < 1e-9
    assert np.abs(found.kernel).sum() == pytest.approx(1)
    assert found.kernel[found.worst] == pytest.approx(found.nu.lo, rel=1e-6)


def test_blocks_and_threads_do_not_matter_to_what_is_proved(monkeypatch):
    from lincs.recovery import quickrows

    A = RNG.standard_normal((16, 120))
    whole = optimal_probes(A, k=[1, 3], gap=0.02, threads=1)
    monkeypatch.setattr(quickrows, "_WIDE", 32)
    parts = optimal_probes(A, k=[1, 3], gap=0.02, threads=2)
    assert (whole.lower <= parts.upper).all()
    assert (parts.lower <= whole.upper).all()
    some = optimal_probes(A, k=[1, 3], gap=0.02, features=[5, 3, 99])
    assert (some.lower <= whole.upper[[5, 3, 99]]).all()
    assert (whole.lower[[5, 3, 99]] <= some.upper).all()


def test_features_leave_when_they_are_done():
    """The float32 iterates themselves: kernel vectors in the kernel, dual vectors within the unit ball."""
    A = RNG.standard_normal((20, 80))
    which = np.arange(0, 80, 3)
    found = split(basis_of(A), which, gap=0.02)
    assert not found.open.any()
    each = np.arange(len(which))
    assert np.abs(A @ found.w).max() < 1e-10
    np.testing.assert_allclose(found.w[which, each], 1)
    v = A.T @ found.y
    own = v[which, each].copy()
    v[which, each] = 0
    assert np.abs(v).max() <= 1 + 1e-9
    gaps = np.abs(found.w).sum(axis=0) / (1 + own) - 1
    assert ((gaps > -1e-9) & (gaps < 0.02)).all()
    stopped = split(basis_of(A), which, gap=1e-9, stop=lambda: True)
    assert stopped.open.all()


def test_the_comparison_counts_readable_features():
    A = RNG.standard_normal((16, 100))
    found = lincs.compare_probes(A, k=[1, 2], gap=0.02, eps="1/2")
    for j in range(2):
        assert found.shares["optimal"][j] == (found.optimal.upper[:, j] < 0.5).mean()
        assert found.shares["optimal"][j] >= found.shares["adjoint"][j]
    scaled = lincs.verify(A, k=[1, 2])
    np.testing.assert_allclose(found.shares["adjoint"], (scaled.upper < 0.5).mean(axis=0))


@pytest.mark.parametrize("gap", [0, 1, -0.1, "x"])
def test_a_gap_is_between_0_and_1(gap):
    with pytest.raises(lincs.InputError, match="gap must lie between 0 and 1"):
        optimal_probes(np.eye(3), k=1, gap=gap)


def test_the_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("A.npy", RNG.standard_normal((12, 80)))
    done = command.lincs("probe", "A.npy", "--k", "1,2", "--json", "--per-feature", "f.csv", "-o", "b.npz")
    shown = json.loads(done.out)
    assert shown["features"] == 80
    assert set(shown["results"][0]["share_below"]) == {"optimal", "adjoint", "pinv", "ridge"}
    sharp = json.loads(command.lincs("probe", "A.npy", "--k", "1,2", "--json", "--sharp").out)
    assert sharp["nu"]["hi"] == pytest.approx(shown["nu"]["hi"], rel=1e-6)
    assert len((tmp_path / "f.csv").read_text().splitlines()) == 81
    with np.load("b.npz") as saved:
        assert saved["B"].shape == (12, 80)
    assert "share of these features" in command.lincs("probe", "A.npy", "--k", "1").out
    done = command.lincs("probe", "A.npy", "--k", "1", "--sharp", "--gap", "0.1")
    assert (done.code, "--gap has no meaning with --sharp" in done.err) == (2, True)
