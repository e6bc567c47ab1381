"""Interrupted runs: killed by force, by Ctrl-C, resumed with the identical result; files that do not belong."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import lincs
from lincs.errors import Note
from lincs.interference import sweep as sweep_module
from lincs.interference.checkpoint import Checkpoint

M, D = 6000, 192


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("long")
    rng = np.random.default_rng(0)
    A = rng.standard_normal((M, D)).astype(np.float32)
    np.save(folder / "A.npy", A)
    np.save(folder / "B.npy", A + 0.01 * rng.standard_normal(A.shape).astype(np.float32))
    return folder


def command(files, pair, checkpoint, *extra):
    names = [str(files / name) for name in pair]
    options = [
        "--k",
        "1,5",
        "--layout",
        "rows",
        "--checkpoint",
        str(checkpoint),
        "--checkpoint-every",
        "0",
        "--json",
    ]
    return [sys.executable, "-m", "lincs", "verify", *names, *options, *extra]


def killed_run(arguments, checkpoint, how, after=1):
    """Start a run, and send it a signal as soon as the checkpoint has been written ``after`` times."""
    process = subprocess.Popen(
        # One slow thread, so that the signal comes before the end.
        [*arguments, "--threads", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    seen: set[int] = set()
    deadline = time.monotonic() + 60
    while len(seen) < after and process.poll() is None and time.monotonic() < deadline:
        if checkpoint.exists():
            seen.add(os.stat(checkpoint).st_ino)
        time.sleep(0.002)
    process.send_signal(how)
    _, errors = process.communicate(timeout=60)
    return process.returncode, errors


@pytest.mark.parametrize("pair", [("A.npy", "A.npy"), ("A.npy", "B.npy"), ("A.npy",)], ids=["A=B", "A!=B", "self"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["kill", "ctrl-c"])
def test_a_stopped_run_resumes_to_the_identical_result(files, pair, how, tmp_path):
    checkpoint = tmp_path / "c.npz"
    code, errors = killed_run(command(files, pair, checkpoint), checkpoint, how)
    assert code == (-signal.SIGKILL if how == signal.SIGKILL else 130), errors
    if how == signal.SIGINT:
        assert "--resume" in errors
    with np.load(checkpoint) as saved:
        done = [saved[name] for name in saved.files if name.endswith("state/done")]
        assert any(array.any() and not array.all() for array in done)  # stopped in the middle, with work done
    resumed = subprocess.run(command(files, pair, checkpoint, "--resume"), capture_output=True, text=True)
    assert resumed.returncode == 0, resumed.stderr
    assert not checkpoint.exists()
    unbroken = subprocess.run(command(files, pair, tmp_path / "d.npz"), capture_output=True, text=True)
    assert json.loads(resumed.stdout) == json.loads(unbroken.stdout)


@pytest.mark.parametrize("same", [True, False])
def test_resuming_multiplies_only_what_is_missing(same, tmp_path, monkeypatch):
    """Per-feature intervals and all are those of an unbroken run, and no finished tile is multiplied again."""
    rng = np.random.default_rng(1)
    A = rng.standard_normal((900, 16)).astype(np.float32)
    B = A if same else A + np.float32(0.1)
    options = {"k": [1, 4], "layout": "rows", "precision": "double", "threads": 1}
    unbroken = lincs.verify(A, B, **options)

    multiply = sweep_module.Sweep.multiply
    calls = []

    def counted(self, b, a, space):
        calls.append(len(b) * len(a))
        if stop_after and len(calls) == stop_after:
            raise KeyboardInterrupt
        return multiply(self, b, a, space)

    monkeypatch.setattr(sweep_module.Sweep, "multiply", counted)
    stop_after = 0
    lincs.verify(A, B, **options)
    everything = sum(calls)
    calls.clear()
    stop_after = 6
    saved = {"checkpoint": tmp_path / "c.npz", "checkpoint_every": 0}
    with pytest.raises(KeyboardInterrupt):
        lincs.verify(A, B, **options, **saved)
    before = sum(calls[:-1])
    calls.clear()
    stop_after = 0
    resumed = lincs.verify(A, B, **options, **saved, resume=True)
    assert 0 < sum(calls) < everything
    assert sum(calls) + before <= everything + 512 * 512  # at most the interrupted tile is done twice
    assert resumed.results == unbroken.results
    np.testing.assert_array_equal(resumed.lower, unbroken.lower)
    np.testing.assert_array_equal(resumed.upper, unbroken.upper)


def test_a_short_run_leaves_no_file(tmp_path):
    A = np.eye(5)
    lincs.verify(A, A, k=1, checkpoint=tmp_path / "c.npz")
    assert list(tmp_path.iterdir()) == []


def test_foreign_damaged_and_missing_checkpoints(tmp_path):
    A = np.random.default_rng(0).standard_normal((4, 30))
    path = tmp_path / "c.npz"

    def interrupted_checkpoint():
        checkpoint = Checkpoint(path, every=0)
        checkpoint.open("somebody else's")
        checkpoint.write()

    interrupted_checkpoint()
    with pytest.raises(lincs.InputError, match="belongs to another"):
        lincs.verify(A, A, k=1, checkpoint=path, resume=True)
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(lincs.InputError, match="cannot be read"):
        lincs.verify(A, A, k=1, checkpoint=path, resume=True)
    path.unlink()
    assert lincs.verify(A, A, k=1, checkpoint=path, resume=True).results == lincs.verify(A, A, k=1).results
    with pytest.raises(lincs.InputError, match="resume must come with"):
        lincs.verify(A, A, k=1, resume=True)
    with pytest.raises(lincs.InputError, match="cannot be written"):
        lincs.verify(A, A, k=1, checkpoint=tmp_path / "no" / "such" / "folder.npz", checkpoint_every=0)


def interrupted(A, monkeypatch, folder, **options):
    """Leave the checkpoint of a run in ``folder`` that was stopped in the middle."""
    multiply = sweep_module.Sweep.multiply
    calls = []

    def stopped(self, *arguments):
        calls.append(1)
        if len(calls) == 6:
            raise KeyboardInterrupt
        return multiply(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(sweep_module.Sweep, "multiply", stopped)
        with pytest.raises(KeyboardInterrupt), pytest.warns(Note, match="--resume"):
            lincs.verify(A, A, checkpoint=folder, checkpoint_every=0, **options)
    (file,) = folder.glob("*.lincs-checkpoint.npz")
    return file


def test_a_checkpoint_is_of_the_entries_and_of_the_question(tmp_path, monkeypatch):
    """Two sign matrices have the same norms and the same diagonal: the checkpoint of one is not that of the other."""
    A, other = np.random.default_rng(0).choice([-1.0, 1.0], (2, 16, 600))
    options = {"k": 2, "threads": 1, "precision": "double"}
    file = interrupted(A, monkeypatch, tmp_path, **options)
    for matrix, question in (
        (other, options),
        (A, {**options, "k": 3}),
        (A, {**options, "readout": "affine"}),
    ):
        with pytest.raises(lincs.InputError, match="belongs to another"):
            lincs.verify(matrix, matrix, checkpoint=file, resume=True, **question)
        with pytest.warns(Note, match="no checkpoint"):  # by its own name it is not even found
            lincs.verify(matrix, matrix, checkpoint=tmp_path, resume=True, **question)
    assert lincs.verify(A.copy(), A, checkpoint=tmp_path, resume=True, **options).results == (
        lincs.verify(A, A, **options).results
    )
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_checkpoint_is_refused(tmp_path, monkeypatch):
    A = np.random.default_rng(0).standard_normal((16, 600))
    options = {"k": 2, "threads": 1, "precision": "double"}
    file = interrupted(A, monkeypatch, tmp_path, **options)
    whole = file.read_bytes()
    with np.load(file) as saved:
        arrays = dict(saved)
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    file.write_bytes(flipped)
    with pytest.raises(lincs.InputError, match="cannot be read"):
        lincs.verify(A, A, checkpoint=file, resume=True, **options)
    for name in arrays:
        if name != "fingerprint":
            np.savez(file, **{key: array for key, array in arrays.items() if key != name})
            with pytest.raises(lincs.InputError, match="is damaged"):
                lincs.verify(A, A, checkpoint=file, resume=True, **options)


def test_two_runs_of_one_question(tmp_path, monkeypatch):
    """The second one says so, goes on without a checkpoint, and leaves the first one's file alone."""
    A = np.random.default_rng(0).standard_normal((16, 600))
    options = {"k": 2, "threads": 1, "precision": "double"}
    file = interrupted(A, monkeypatch, tmp_path, **options)
    before = file.read_bytes()
    first = Checkpoint(file, every=0)
    with np.load(file) as saved:
        first.open(str(saved["fingerprint"]))
    with first:
        assert first._locked()
        for resume in (False, True):
            with pytest.warns(Note, match="another run is at work"):
                second = lincs.verify(A, A, checkpoint=file, checkpoint_every=0, resume=resume, **options)
            assert second.results == lincs.verify(A, A, **options).results
            assert file.read_bytes() == before


def test_a_full_disk_is_a_note(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    A = np.random.default_rng(0).standard_normal((16, 600))
    monkeypatch.setattr(np, "savez", full)
    with pytest.warns(Note, match="No space left on device") as notes:
        result = lincs.verify(A, A, k=2, threads=1, checkpoint=tmp_path, checkpoint_every=0)
    assert len(notes) == 1
    assert result.results == lincs.verify(A, A, k=2).results
