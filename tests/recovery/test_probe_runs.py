"""Long runs of the best probes: progress, a checkpoint after Ctrl-C or a kill, a cluster; and what is written."""

import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import lincs
from lincs.parallel import cluster_client
from lincs.recovery import manyrows, quickrows
from tests import command

RNG = np.random.default_rng(7)


@pytest.fixture
def narrow(monkeypatch):
    """Blocks of 32 features, so that small matrices have several."""
    monkeypatch.setattr(quickrows, "_WIDE", 32)


def same(found, other):
    for name in ("lower", "upper", "B", "kernel"):
        np.testing.assert_array_equal(getattr(found, name), getattr(other, name))
    assert found.nu == other.nu


class Stop(Exception):
    pass


@pytest.mark.parametrize("gap", [0.02, None])
@pytest.mark.parametrize("readout", ["signed", "affine"])
def test_an_interrupted_run_goes_on_where_it_was(narrow, monkeypatch, tmp_path, gap, readout):
    A, calls = RNG.standard_normal((12, 130)), []
    monkeypatch.setattr(manyrows, "_COLUMNS", 32)
    options = {"k": [1, 2], "gap": gap, "readout": readout, "threads": 1}
    whole = lincs.optimal_probes(A, **options)

    def stop(done, total):
        assert total == 130
        if done >= 60:
            raise Stop

    file = tmp_path / "probes.npz"
    with pytest.warns(lincs.Note, match="--resume goes on from there"), pytest.raises(Stop):
        lincs.optimal_probes(A, checkpoint=file, progress=stop, **options)
    assert file.exists()
    again = lincs.optimal_probes(
        A, checkpoint=file, resume=True, progress=lambda done, total: calls.append(done), **options
    )
    assert calls[0] > 60  # not from the beginning
    assert not file.exists()
    same(again, whole)


def test_a_checkpoint_belongs_to_its_question(narrow, tmp_path):
    A, file = RNG.standard_normal((12, 130)), tmp_path / "probes.npz"

    def stop(done, total):
        raise Stop

    with pytest.warns(lincs.Note), pytest.raises(Stop):
        lincs.optimal_probes(A, k=1, gap=0.02, checkpoint=file, progress=stop)
    for change in ({"readout": "affine"}, {"gap": 0.03}, {"features": [1, 2]}):
        with pytest.raises(lincs.InputError, match="belongs to another"):
            lincs.optimal_probes(A, k=1, checkpoint=file, resume=True, **{"gap": 0.02, **change})
    other = A.copy()
    other[0, 0] += 1e-9
    with pytest.raises(lincs.InputError, match="belongs to another"):
        lincs.optimal_probes(other, k=1, gap=0.02, checkpoint=file, resume=True)
    with pytest.raises(lincs.InputError, match="resume must come with the checkpoint"):
        lincs.optimal_probes(A, k=1, resume=True)
    with pytest.raises(lincs.InputError, match="checkpoint_every must be a number of seconds"):
        lincs.optimal_probes(A, k=1, checkpoint=file, checkpoint_every=-1)
    # Another k is the same work: its sums are taken from the probes.
    found = lincs.optimal_probes(A, k=[1, 3], gap=0.02, checkpoint=file, resume=True)
    assert found.ks == (1, 3)


def test_ctrl_c_is_heard_within_a_block(tmp_path):
    """A signal in the middle of one long block: the process ends soon, with 130 and a line."""
    np.save(tmp_path / "A.npy", RNG.standard_normal((400, 3000)).astype(np.float32))
    words = [sys.executable, "-m", "lincs", "probe", "A.npy", "--k", "1", "--gap", "0.0001", "--threads", "1"]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        time.sleep(6)
        assert run.poll() is None
        start = time.monotonic()
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=60)
    assert run.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    assert time.monotonic() - start < 20  # usually well below 2 s; the machine may be busy


def test_workers_of_a_cluster_find_the_same(narrow):
    A = RNG.standard_normal((12, 130))
    here = lincs.optimal_probes(A, k=[1, 2], gap=0.02, threads=1)
    with cluster_client("local:2") as client:
        there = lincs.optimal_probes(A, k=[1, 2], gap=0.02, client=client, threads=1)
        sharp = lincs.optimal_probes(A, k=1, features=[0, 3], client=client)
    assert (there.lower <= here.upper).all()
    assert (here.lower <= there.upper).all()
    assert there.nu.lo == pytest.approx(here.nu.lo, rel=1e-9)
    assert np.abs(A @ there.kernel).max() < 1e-9
    assert there.kernel[there.worst] == pytest.approx(there.nu.lo, rel=1e-6)
    assert (sharp.lower[:, 0] <= here.upper[[0, 3], 0]).all()


def test_matrices_without_a_kernel_have_sharp_probes_at_any_gap():
    for A in (np.eye(4), np.zeros((3, 5)), RNG.standard_normal((9, 4))):
        sharp, found = (lincs.optimal_probes(A, k=[1, 2], gap=gap) for gap in (None, 0.05))
        same(found, sharp)


def test_the_encoder_of_a_file_is_measured_beside_the_others(tmp_path, monkeypatch):
    from safetensors.numpy import save_file

    monkeypatch.chdir(tmp_path)
    A = RNG.standard_normal((10, 30))
    B = lincs.optimal_probes(A, k=1).B
    save_file(
        {"W_dec": np.ascontiguousarray(A.T), "W_enc": B, "b_enc": np.zeros(30), "b_dec": np.zeros(10)}, "s.safetensors"
    )
    shown = json.loads(command.lincs("probe", "s.safetensors", "--k", "1,2", "--json", "--sharp").out)
    for case in shown["results"]:
        assert case["rows"]["hi"] <= case["encoder"] * (1 + 1e-9)
        assert case["encoder"] <= case["adjoint"]
    assert shown["results"][0]["encoder"] == pytest.approx(shown["results"][0]["rows"]["hi"], rel=1e-6)
    assert set(shown["results"][0]["share_below"]) == {"optimal", "adjoint", "pinv", "ridge", "encoder"}
    plain = command.lincs("probe", "s.safetensors", "--k", "1,2", "--without", "0,3").out
    assert "its encoder" in plain
    with pytest.raises(lincs.InputError, match="the encoder must have the shape of A"):
        lincs.compare_probes(A, k=1, encoder=A[:, :-1])


@pytest.mark.parametrize("suffix", ["npy", "safetensors"])
def test_written_probes_are_measured_by_verify(tmp_path, monkeypatch, suffix):
    monkeypatch.chdir(tmp_path)
    A = RNG.standard_normal((10, 40))
    np.save("A.npy", A)
    shown = json.loads(command.lincs("probe", "A.npy", "--k", "1", "--json", "-o", f"B.{suffix}").out)
    again = json.loads(command.lincs("verify", "A.npy", f"B.{suffix}", "--k", "1", "--json").out)
    assert again["results"][0]["eps"]["hi"] == pytest.approx(shown["results"][0]["eps"]["hi"], rel=1e-9)


def test_the_figure_has_a_curve_for_every_probe():
    from lincs.plots import readable

    A = RNG.standard_normal((10, 40))
    found = lincs.compare_probes(A, k=[1, 2, 3], encoder=A)
    ax = readable(found)
    assert len(ax.get_lines()) == 5
    assert list(ax.get_lines()[0].get_ydata()) == list(found.shares["optimal"])
    assert ax is readable(found, ax=ax)
