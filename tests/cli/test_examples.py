"""The examples of every help text run, as they stand there; completion; and what an 80-column terminal shows."""

import io
import os
import re
import shlex
import subprocess
import sys
from unittest import mock

import numpy as np
import pytest
import typer
from safetensors.numpy import save_file

import lincs as package
from lincs.cli import app, run
from lincs.cli._examples import EXAMPLES
from tests.command import lincs

COMMANDS = typer.main.get_command(app).commands


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The files that the examples name."""
    folder = tmp_path_factory.mktemp("examples")
    rng = np.random.default_rng(0)
    A = rng.standard_normal((12, 24))
    Z = np.zeros((24, 3))
    Z[[1, 5, 9], [0, 1, 2]] = 1.0
    np.save(folder / "A.npy", A)
    np.save(folder / "B.npy", A + 0.1 * rng.standard_normal(A.shape))
    np.save(folder / "X.npy", A @ Z)
    np.save(folder / "truth.npy", Z)
    for name in ("sae", "other"):
        W = rng.standard_normal((24, 12)).astype(np.float32)
        arrays = {"W_dec": W, "W_enc": np.ascontiguousarray(W.T), "b_enc": W[:, 0].copy(), "b_dec": W[0].copy()}
        save_file(arrays, folder / f"{name}.safetensors")
    package.build(m=100, k=2, eps="1/2", out=folder / "frame.npz")
    return folder


def test_every_command_has_examples():
    assert set(EXAMPLES) == set(COMMANDS)
    assert all(EXAMPLES.values())
    for name, examples in EXAMPLES.items():
        assert all(shlex.split(example)[:2] == ["lincs", name] for example in examples)


@pytest.mark.parametrize("name", EXAMPLES)
def test_help_shows_them_unbroken_on_80_columns(name, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERMINAL_WIDTH", "80")
    lines = [line.strip() for line in lincs(name, "--help").out.splitlines()]
    for example in EXAMPLES[name]:
        assert example in lines


@pytest.mark.parametrize("example", [example for examples in EXAMPLES.values() for example in examples])
def test_they_run(example, folder, monkeypatch):
    monkeypatch.chdir(folder)
    command, _, target = example.partition(" > ")
    done = lincs(*shlex.split(command)[1:])
    assert done.code in (0, 1), done.err  # 1: verified, and too large
    assert done.out or " -o " in example
    assert not target or done.out.startswith("@")


def test_completion():
    """What the shell is given to run, and what that answers."""
    program = "from lincs.cli import main; main()"

    def answer(*arguments, **environment):
        environment = {**os.environ, **environment}
        command = [sys.executable, "-c", program, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    script = answer("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert "complete -o default -F _lincs_completion lincs" in script
    asked = {"_LINCS_COMPLETE": "complete_bash", "COMP_WORDS": "lincs bui", "COMP_CWORD": "1"}
    assert answer(**asked).split() == ["build"]
    assert "--family" in answer(**asked | {"COMP_WORDS": "lincs build --", "COMP_CWORD": "2"}).split()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_a_terminal(arguments, columns):
    """What a terminal of that width shows, without colours."""
    screen = Terminal()
    with (
        mock.patch.object(sys, "argv", ["lincs", *arguments]),
        mock.patch.object(sys, "stdout", screen),
        mock.patch.dict(os.environ, {"COLUMNS": str(columns), "TERM": "xterm"}),
    ):
        run()
    return re.sub(r"\x1b\[[\d;]*[a-zA-Z]", "", screen.getvalue())


def numbers(text):
    return {word.strip("(),;:") for word in text.split() if re.search(r"\d", word)}


SHOWN = [
    "bound --m 16384 --k 4 --eps 1/4",
    "bound --m 10^12 --k 1024 --eps 1/4 --typical 0.01",
    "bound --d 768 --k 8 --eps 1/2",
    "verify --example --k 1,8",
    "verify A.npy B.npy --k 1:12 --eps 1/2 --describe",
    "verify A.npy B.npy --k 1:4 --readout threshold",
    "verify A.npy B.npy --k 1:4 --typical signs --eps 1/2",
    "verify sae.safetensors --k 1,2 --readout deployed --activation relu --b-dec kept",
    "verify A.npy --k 1,2 --readers B.npy",
    "verify A.npy B.npy --samples truth.npy",
    "build --m 20 --k 2 --eps 1/2 --out shown.npz",
    "check frame.certificate.json",
    "probe A.npy --k 1:6",
    "probe sae.safetensors --k 1,2 --readout affine",
    "decode A.npy X.npy --truth truth.npy",
    "compare --matrix A.npy --k 1:4 --trials 3",
    "compare --minimal --m 16 --k 1,2 --seeds 1 --trials 2 --decoders l1,matched-filter",
    "compare --phase --m 8 --cells 2 --trials 2",
    "match A.npy B.npy --levels 0.5,0.6,0.7,0.8,0.9,0.95,0.99,0.999",
    "table --m 1024,10^9 --k 1,4 --eps 1/4 --date 2026-01-01",
    "toy correlated --steps 5 --restarts 1",
    "atlas --out shown --m 16 --t 1/2",
]


@pytest.mark.parametrize("arguments", SHOWN)
def test_no_number_is_cut_on_80_columns(arguments, folder, monkeypatch):
    """Every number of the page is there in one piece, and nothing is left out for want of room."""
    monkeypatch.chdir(folder)
    wide, narrow = (on_a_terminal(arguments.split(), columns) for columns in (1000, 80))
    assert numbers(wide)
    assert numbers(narrow) == numbers(wide)
    assert "…" not in narrow


def test_every_command_is_shown():
    assert {arguments.split()[0] for arguments in SHOWN} == set(COMMANDS)
