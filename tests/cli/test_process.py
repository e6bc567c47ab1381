"""The command as a process: exit codes, closed pipes, full disks, Ctrl-C, errors that nobody foresaw."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import lincs
from lincs.errors import Note
from lincs.keeping import replace_file, try_to_keep
from tests import command

LINCS = [sys.executable, "-m", "lincs"]
VERIFY = ["verify", "A.npy", "--tied", "--k", "1,2"]


@pytest.fixture
def folder(tmp_path):
    np.save(tmp_path / "A.npy", np.random.default_rng(0).standard_normal((20, 300)))
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["bound", "--m", "1000", "--k", "3", "--eps", "1/4"], 0),
        (["bound", "--m", "1000", "--k", "3", "--eps", "1/4", "--json"], 0),
        ([*VERIFY, "--eps", "1/100"], 1),
        ([*VERIFY, "--eps", "1/100", "--json"], 1),
    ],
)
def test_a_closed_pipe_does_not_change_the_code(arguments, code, folder):
    process = subprocess.Popen(
        [*LINCS, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    process.stdout.close()  # before anything is written
    errors = process.stderr.read()
    assert (process.wait(), errors) == (code, "")


def test_closed_stderr_does_not_change_the_code_either(folder):
    process = subprocess.Popen(
        [*LINCS, *VERIFY, "--eps", "1/100", "--resume"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stderr.close()  # a note has nowhere to go
    assert b"refuted" in process.stdout.read()
    assert process.wait() == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_disk_is_one_sentence_and_not_a_refutation(folder):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*LINCS, *VERIFY, "--eps", "1/100"], cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 2
    assert done.stderr == "lincs: the output cannot be written: No space left on device\n"


def test_an_unforeseen_error_is_70_with_one_sentence_and_a_traceback_on_request(monkeypatch, folder):
    def broken(*_, **__):
        raise ZeroDivisionError("somewhere\ndeep")

    monkeypatch.chdir(folder)
    monkeypatch.setattr("lincs.interference.verify.worst_rows", broken)
    done = command.lincs(*VERIFY)
    assert (done.code, done.out, done.err.count("\n")) == (70, "", 1)
    assert lincs.__version__ in done.err
    assert "ZeroDivisionError: somewhere deep" in done.err
    monkeypatch.setenv("LINCS_DEBUG", "1")
    assert "Traceback" in command.lincs(*VERIFY).err


def test_contradicting_proofs_are_not_a_refutation(monkeypatch, folder):
    monkeypatch.chdir(folder)
    from lincs.interference import report

    truth = report.reevaluate
    monkeypatch.setattr(report, "reevaluate", lambda *a, **k: truth(*a, **k) + 1)
    done = command.lincs(*VERIFY)
    assert done.code == 70
    assert "ContradictionError" in done.err


def test_no_memory_is_one_sentence(monkeypatch, folder):
    def greedy(*_, **__):
        raise MemoryError

    monkeypatch.chdir(folder)
    monkeypatch.setattr("lincs.interference.verify.worst_rows", greedy)
    assert command.lincs(*VERIFY) == (2, "", "lincs: there is not enough memory for this\n")


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize(
    "arguments",
    [
        ["toy", "geometry", "--threads", "1"],
        ["compare", "--phase", "--m", "2000", "--cells", "400"],
        ["table", "--m", "2^10:2^400:2", "--k", "1:40", "--eps", "1/2,1/3,1/5"],
        ["atlas", "-o", "site"],
    ],
    ids=lambda words: words[0],
)
def test_ctrl_c_is_heard_within_two_seconds(arguments, folder):
    process = subprocess.Popen(
        [*LINCS, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(2.5)
    assert process.poll() is None
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert time.monotonic() - start < 2 + 1  # and the time that a busy machine takes to end a process
    assert process.returncode == 130
    assert "lincs: interrupted" in errors
    assert "Traceback" not in errors


def test_ctrl_c_is_heard_inside_a_library(folder):
    """Compiled code that returns late: the process ends all the same."""
    program = (
        "import sys, time, lincs.cli, lincs.interference.verify as v\n"
        "v.worst_rows = lambda *a, **k: (print('there', flush=True), __import__('ctypes').CDLL(None).sleep(30))\n"
        f"sys.argv = ['lincs'] + {VERIFY!r}\n"
        "lincs.cli.main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(3)
    start = time.monotonic()
    # A signal to the whole group would also end the C library's sleep; this one is for another thread to hear.
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=40)
    assert time.monotonic() - start < 4
    assert process.returncode == 130, errors


def test_files_are_replaced_as_a_whole(tmp_path):
    path = tmp_path / "kept.txt"
    path.write_text("old")

    def half(file):
        file.write(b"ne")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        replace_file(path, half)
    assert path.read_text() == "old"
    with pytest.warns(Note, match="No space left on device"):
        assert not try_to_keep(path, half)
    assert os.listdir(tmp_path) == ["kept.txt"]
    assert try_to_keep(path, lambda file: file.write(b"new"))
    assert path.read_text() == "new"


def test_kernels_run_uncached_where_no_cache_can_be(monkeypatch):
    from numba.core import caching

    from lincs import jit

    places = getattr(caching, "CacheImpl", None) or caching._CacheImpl
    monkeypatch.setattr(places, "_locator_classes", [])
    monkeypatch.setattr(jit, "_told", False)
    with pytest.warns(Note, match="NUMBA_CACHE_DIR") as notes:
        twice = [jit.kernel()(lambda x: x + 1) for _ in range(2)]
    assert len(notes) == 1
    assert [add(1) for add in twice] == [2, 2]
