"""``lincs verify --typical`` on the command line."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

import lincs
from tests.command import lincs as command


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("typical") / "A.npy"
    A = np.random.default_rng(0).standard_normal((16, 40))
    np.save(path, A / np.linalg.norm(A, axis=0))
    return path


def test_json_is_the_python_result(file):
    options = ("--typical", "signs", "--support", "bernoulli", "--risk", "0.05", "--random", "60", "--seed", "3")
    done = command("verify", file, "--tied", "--k", "1,2", "--eps", "1/2", *options, "--json")
    A = np.load(file)
    expected = lincs.verify(
        A, A, k=[1, 2], eps="1/2", typical="signs", support="bernoulli", risk="0.05", samples=60, seed=3
    ).to_dict()
    document = json.loads(done.out)
    assert document["seed"] == 3
    assert {key: document[key] for key in expected} == json.loads(json.dumps(expected))
    case = document["results"][0]["typical"]
    assert set(case) == {"rms", "risk", "median", "misread"}
    assert set(case["risk"][0]) == {"p", "eps", "sampled", "average_feature"}
    assert set(case["misread"]) == {"lower", "sampled", "upper", "expected_features"}
    assert [entry["p"] for entry in document["survival_typical"]] == [0.05]


def test_tables(file):
    done = command("verify", file, "--k", "1,2", "--eps", "1/2", "--typical", "uniform")
    assert "0.01: proved" in done.out
    assert "1e-06: proved" in done.out
    assert "Probability that some feature has an error of 1/2 or more" in done.out
    plain = command("verify", file, "--k", "1", "--typical", "uniform")
    assert plain.code == 0
    assert "Probability" not in plain.out


def test_an_encoder_says_how_pessimistic_it_is(file, tmp_path):
    np.save(tmp_path / "b.npy", np.full(40, -0.3))
    options = ("--readout", "deployed", "--activation", "relu", "--bias", tmp_path / "b.npy", "--typical", "binary")
    done = command("verify", file, "--tied", "--k", "2", *options)
    assert "ten to fifty times the true one" in done.out
    case = json.loads(command("verify", file, "--tied", "--k", "2", *options, "--json").out)["results"][0]
    assert set(case["typical"]) == {"false_firing", "missed"}
    assert case["typical"]["false_firing"]["expected"] > 0


def test_columns_of_every_feature(file, tmp_path):
    table = tmp_path / "features.csv"
    command("verify", file, "--tied", "--k", "2", "--eps", "1/2", "--typical", "signs", "--per-feature", table)
    rows = list(csv.DictReader(table.open()))
    assert len(rows) == 40
    assert {"misread_k2", "rms_k2", "eps_k2_risk0.01", "eps_k2_risk1e-06"} <= set(rows[0])


def test_beside_a_description(file):
    case = json.loads(command("verify", file, "--k", "2", "--describe", "--typical", "signs", "--json").out)["results"][
        0
    ]
    assert "mean" in case["typical"]["random"]
    assert case["typical"]["risk"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--support", "subset"), "--support has no meaning without --typical"),
        (("--risk", "0.1"), "--risk has no meaning without --typical"),
        (("--typical", "signs", "--cluster", "local:2"), "--cluster"),
        (("--typical", "signs", "--eps", "1/2", "--stop-early"), "--stop-early"),
        (("--typical", "positive"), "signed read-out"),
        (("--typical", "signs", "--risk", "1.5"), "risk"),
        (("--seed", "1"), "--seed has no meaning without"),
    ],
)
def test_options_are_used_or_refused(file, options, words):
    done = command("verify", file, "--k", "1", *options)
    assert done.code == 2
    assert words in done.err


def test_given_inputs_are_not_random(file):
    done = command("verify", file, "--typical", "signs", "--samples", "Z.npy")
    assert (done.code, "--typical has no meaning with --samples" in done.err) == (2, True)
