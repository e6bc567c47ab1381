"""``lincs build`` and ``lincs check`` as they are called: files, sentences, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import lincs
from tests import command as command_line


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return command_line.run([sys.executable, "-m", "lincs", *arguments], capture_output=True, text=True, check=False)


def test_commands(tmp_path: Path) -> None:
    frame = tmp_path / "frame.npz"
    done = run("build", "--m", "100", "--k", "2", "--eps", "0.5", "-o", str(frame))
    assert (done.returncode, done.stderr) == (0, "")
    assert "m = 100 features in d = 15 dimensions" in done.stdout or "in d = 16 dimensions" in done.stdout
    assert str(tmp_path / "frame.certificate.json") in done.stdout
    certificate = tmp_path / "frame.certificate.json"
    done = run("check", str(certificate), "--json")
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert (answer["command"], answer["accepted"], answer["problem"]["m"]) == ("check", True, 100)
    # The files are what lincs verify reads.
    done = run("verify", str(frame), str(frame), "--key", "A", "--key-b", "B", "--k", "2", "--eps", "0.5")
    assert done.returncode == 0
    assert "proved" in done.stdout
    certificate.write_text(certificate.read_text().replace('"k": 2', '"k": 1'))
    done = run("check", str(certificate))
    assert done.returncode == 1
    assert done.stdout.startswith("refused: ")
    done = run(
        "build",
        "--family",
        "rademacher",
        "-p",
        "d=50",
        "-p",
        "m=60",
        "-p",
        "seed=5",
        "--k",
        "1",
        "-o",
        str(frame),
        "--json",
    )
    answer = json.loads(done.stdout)
    assert (answer["seed"], answer["construction"]["family"], answer["problem"]["d"]) == (5, "rademacher", 50)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "no-such-file.json"], "no-such-file.json is not a file"),
        (["build", "--m", "10", "--k", "2", "-o", "x.npz"], "give exactly three of m, k, eps, d, got m, k"),
        (["build", "--m", "10", "--k", "2", "--eps", "2", "-o", "x.npz"], "eps must be at most 1"),
        (["build", "--m", "10^9", "--k", "10", "--eps", ".5", "-o", "x.npz"], "m must be smaller"),
        (
            ["build", "--family", "kerdock", "-p", "s=two", "--k", "2", "-o", "x.npz"],
            "parameter must look like s=3",
        ),
        (["build", "--family", "nonsense", "--k", "2", "-o", "x.npz"], "family must be one of"),
        (
            ["build", "--family", "kerdock", "-p", "s=2", "-p", "p=0", "--k", "9", "-o", "x.npz"],
            "k must be smaller",
        ),
        (["build", "--m", "10", "--k", "2", "--eps", ".5", "-o", "x.csv"], "output must end in .npz"),
        (
            [
                "build",
                "--family",
                "kerdock",
                "-p",
                "s=2",
                "-p",
                "p=0",
                "--k",
                "2",
                "--eps",
                ".4",
                "-o",
                "x.npz",
            ],
            "eps must be above",
        ),
    ],
)
def test_bad_input(arguments: list[str], sentence: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("lincs: ")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
@pytest.mark.parametrize("question", [{"m": 64, "eps": "1/2"}, {"m": 7, "eps": "3/4"}])
def test_what_was_built_is_verified_as_it_is(tmp_path, suffix, question):
    """``lincs verify FILE`` asked for a key, though the file holds just the pair."""
    file = tmp_path / f"frame.{suffix}"
    built = lincs.build(k=2, **question).save(file)
    found = lincs.verify(file, k=2, eps=question["eps"])
    assert found.pair == ("given" if built.B is not None else "self-scaled")
    assert found.results[0].holds
    assert (found.d, found.m) == built.A.shape
