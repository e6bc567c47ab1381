"""``lincs bound``: the other unknowns, --explain and --list, through the real entry point."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_bound import run


def check(file: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "lincs", "check", file], capture_output=True, text=True, check=False)


# Processor time of the whole process: on a busy machine the clock on the wall measures the others.
QUESTIONS = [
    (["--m", "16384", "--k", "4", "--eps", "0.25"], "222 <= d <= 255", 0.5),
    (["--d", "768", "--k", "20", "--eps", "0.5"], "<= largest m <= 1550", 1.0),
    (["--d", "768", "--m", "1e6", "--eps", "0.5"], "<= largest k <= 9", 1.0),
    (["--d", "768", "--m", "1e6", "--k", "4"], "0.2119452 < least eps <=", 1.0),
]


@pytest.mark.parametrize(("arguments", "expected", "seconds"), QUESTIONS)
def test_the_four_questions(arguments: list[str], expected: str, seconds: float) -> None:
    before = os.times()
    done = run(*arguments)
    after = os.times()
    assert expected in done.stdout
    assert after.children_user + after.children_system - before.children_user - before.children_system < seconds


def test_the_contrast_is_visible() -> None:
    above = run("--d", "768", "--k", "20", "--eps", "0.5").stdout
    below = run("--d", "768", "--k", "4", "--eps", "0.5").stdout
    assert "k/eps = 40 is above sqrt(d) = 27.7: the limit is 2.02 d" in above
    assert "k/eps = 8 is below sqrt(d) = 27.7: the limit is about d^5.9" in below


def test_an_answer_is_checked_by_its_certificate(tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    file.write_text(run("--m", "4096", "--k", "2", "--eps", "1/2", "--json").stdout, encoding="utf-8")
    answer = json.loads(file.read_text(encoding="utf-8"))
    assert (answer["lower"]["name"], answer["lower"]["value"]) == ("ladder", 27)
    assert answer["lower"]["parameters"] == {"p": 3, "c": [1, 12], "mu": "1/3"}
    done = check(str(file))
    assert done.returncode == 0
    assert done.stdout.startswith("accepted: d >= 27 (")
    file.write_text(file.read_text(encoding="utf-8").replace("      12\n", "      12.0\n"), encoding="utf-8")
    done = check(str(file))
    assert done.returncode == 1
    assert done.stdout.startswith("refused: lower: p or one of c is not an integer")


def test_explain() -> None:
    text = run("--m", "16384", "--k", "4", "--eps", "0.25", "--explain").stdout
    for part in (
        "d >= 222: no smaller d is possible",
        "d = 221: D_1(d) = 221 <= ",
        "impossible",
        "hypotheses",
        "lines of Kerdock's and other form sets",
    ):
        assert part in text
    text = run("--d", "768", "--k", "20", "--eps", "0.5", "--explain").stdout
    assert "at m = 1551, d = 768: D_1(d) = 768 <= " in text
    text = run("--m", "4096", "--k", "2", "--eps", "1/2", "--explain").stdout
    assert "rank r = 26, p = 3, c_2 = 1, c_0 = 12" in text
    assert "S^2/m: impossible" in text


def test_list() -> None:
    text = run("--list").stdout
    for name in (
        "ladder",
        "kernel",
        "levenshtein",
        "greedy-cap",
        "any-decoder",
        "garg-kleinberg-peng-3",
    ):
        assert f"{name} (" in text
    rules = json.loads(run("--list", "--readout", "threshold", "--json").stdout)["rules"]
    assert {"row-shift", "kerdock"} <= {rule["name"] for rule in rules}
    assert all(rule["hypotheses"] and rule["source"] for rule in rules)
    assert run("--list", "--readout", "relu").returncode == 2


def test_threshold_without_eps() -> None:
    done = run("--m", "1e6", "--k", "4", "--readout", "threshold")
    assert done.returncode == 0
    assert "threshold read-out" in done.stdout
    assert run("--m", "10", "--k", "4", "--eps", "1", "--readout", "threshold").returncode == 2
