"""``lincs bound`` through the real entry point, as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import lincs
from tests import command as command_line


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return command_line.run(
        [sys.executable, "-m", "lincs", "bound", *arguments], capture_output=True, text=True, check=False
    )


def test_table() -> None:
    done = run("--m", "16384", "--k", "4", "--eps", "0.25")
    assert done.returncode == 0
    assert done.stdout.startswith("222 <= d <= 255")
    for word in (
        "chebyshev-rank",
        "p=1",
        "kerdock",
        "lines of Kerdock's and other form sets",
        "union-bound",
        "projective-plane",
        "no member",
    ):
        assert word in done.stdout
    assert done.stderr == ""


def test_json() -> None:
    done = run("--m", "2^14", "--k", "4", "--eps", "1/4", "--json")
    answer = json.loads(done.stdout)
    assert {"schema", "version", "command", "seed", "problem", "unknown", "lower", "upper", "rows"} == set(answer)
    assert answer["problem"] == {"m": 16384, "k": 4, "eps": "1/4", "d": None, "readout": "signed", "closed": False}
    assert answer["command"] == "bound"
    assert answer["version"] == lincs.__version__
    assert (answer["lower"]["value"], answer["upper"]["value"]) == (222, 255)
    assert {row["side"] for row in answer["rows"]} == {"lower", "upper"}


def test_large_integers_are_strings_in_json() -> None:
    answer = json.loads(run("--m", "10^39", "--k", "10", "--eps", ".5", "--json").stdout)
    assert answer["problem"]["m"] == str(10**39)
    assert (answer["lower"]["value"], answer["lower"]["parameters"]["p"]) == (10888, 11)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--m", "ten", "--k", "4", "--eps", "0.25"], "lincs: m must be a positive integer, got 'ten'"),
        (["--m", "10", "--k", "4"], "lincs: give exactly three of m, k, eps, d, got m, k"),
        (["--m", "10", "--k", "4", "--eps", "0"], "lincs: eps must be positive, got 0"),
        (["--m", "10", "--k", "40", "--eps", "1"], "lincs: k must be at most m = 10, got 40"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(arguments: list[str], sentence: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (2, "", sentence)


def test_no_heavy_imports() -> None:
    code = """
import sys
from lincs.cli import main
sys.argv = "lincs bound --m 99 --k 4 --eps .5".split()
try:
    main()
except SystemExit as stop:
    assert stop.code == 0
heavy = {"numba", "cvxpy", "matplotlib", "numpy", "scipy", "mpmath"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
