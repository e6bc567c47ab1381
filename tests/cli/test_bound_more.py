"""``lincs bound``: the other unknowns, --sharpen, --explain and --list, through the real entry point."""

from __future__ import annotations

import json
import os

import pytest

from tests.cli.test_bound import run

# Processor time of the whole process: on a busy machine the clock on the wall measures the others.
QUESTIONS = [
    (["--m", "16384", "--k", "4", "--eps", "0.25"], "222 <= d <= 255", 0.5),
    (["--d", "768", "--k", "20", "--eps", "0.5"], "<= largest m <= 1550", 1.0),
    (["--d", "768", "--m", "1e6", "--eps", "0.5"], "<= largest k <= 9", 1.0),
    (["--d", "768", "--m", "1e6", "--k", "4"], "0.2104754 < least eps <=", 1.0),
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
    assert "k/eps = 8 is below sqrt(d) = 27.7: the limit is about d^8.5" in below


def test_sharpen_returns_its_certificate() -> None:
    answer = json.loads(run("--m", "4096", "--k", "2", "--eps", "1/2", "--sharpen", "--json").stdout)
    assert (answer["lower"]["name"], answer["lower"]["value"]) == ("several-degrees", 26)
    certificate = answer["lower"]["parameters"]["certificate"]
    assert (certificate["m"], certificate["d"], certificate["mu"]) == (4096, 25, "1/3")
    assert [term["p"] for term in certificate["terms"]] == [2, 3]


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
    text = run("--m", "4096", "--k", "2", "--eps", "1/2", "--sharpen", "--explain").stdout
    assert "certificate excludes d = 25" in text
    assert "u^3" in text


def test_list() -> None:
    text = run("--list").stdout
    for name in (
        "several-degrees",
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
