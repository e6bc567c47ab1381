"""``lincs verify`` through its real entry point: output, JSON, exit codes."""

import json
import sys

import numpy as np
import pytest

import lincs
from lincs.results import Interval
from lincs.show.verify import show_interval
from tests import command as command_line


def run(*args):
    return command_line.run(
        [sys.executable, "-m", "lincs", *map(str, args)], capture_output=True, text=True, timeout=120
    )


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pair")
    rng = np.random.default_rng(0)
    A = rng.standard_normal((6, 11))
    np.save(folder / "A.npy", A)
    np.save(folder / "B.npy", A + 0.1)
    return folder / "A.npy", folder / "B.npy"


def test_json_is_the_python_result(pair):
    A, B = pair
    done = run("verify", A, B, "--k", "1,3", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    expected = lincs.verify(np.load(A), np.load(B), k=[1, 3]).to_dict()
    assert {key: document[key] for key in expected} == json.loads(json.dumps(expected))
    assert document["command"] == "verify"
    assert document["schema"] == 1
    assert document["version"] == lincs.__version__
    assert document["seed"] is None
    assert done.stderr == ""


def test_one_file_twice_is_the_given_symmetric_pair(pair):
    A, _ = pair
    given = json.loads(run("verify", A, A, "--k", "2", "--json").stdout)
    alone = json.loads(run("verify", A, "--k", "2", "--json").stdout)
    assert given["pair"] == "given"
    assert alone["pair"] == "self-scaled"


def test_tied_is_the_file_given_twice(pair):
    A, B = pair
    once = json.loads(run("verify", A, "--tied", "--k", "2", "--json").stdout)
    assert once == json.loads(run("verify", A, A, "--k", "2", "--json").stdout)
    assert once["pair"] == "given"
    bad = run("verify", A, B, "--tied", "--k", "2")
    assert (bad.returncode, bad.stderr.count("\n")) == (2, 1)


def test_exit_codes(pair):
    A, _ = pair
    assert run("verify", A, "--k", "1:3").returncode == 0
    assert run("verify", A, "--k", "1:3", "--eps", "2").returncode == 0
    assert run("verify", A, "--k", "1:3", "--eps", "1/100").returncode == 1
    assert run("verify", A, "--k", "3", "--readout", "threshold").returncode == 1


def test_undecided_is_exit_code_3(tmp_path):
    A = np.kron(np.eye(4), np.array([[1.0, 0.1], [0.0, 0.3]]))
    np.save(tmp_path / "A.npy", A)
    np.save(tmp_path / "B.npy", 3 * A)
    # The worst error is exactly 2, in four rows: float64 cannot tell it from 2 + 10^-40, exact arithmetic can.
    eps = "2." + "0" * 39 + "1"
    command = ("verify", tmp_path / "A.npy", tmp_path / "B.npy", "--k", 1, "--eps", eps)
    assert run(*command).returncode == 0
    done = run(*command, "--exact-rows", 1)
    assert done.returncode == 3
    assert "undecided" in done.stdout


def test_bad_input_is_one_sentence_and_exit_code_2(pair, tmp_path):
    A, _ = pair
    np.save(tmp_path / "nan.npy", np.array([[np.nan, 1.0]]))
    np.save(tmp_path / "small.npy", np.eye(2))
    cases = [
        ("verify",),
        ("verify", A),
        ("verify", tmp_path / "nothing.npy", "--k", "1"),
        ("verify", tmp_path / "nan.npy", "--k", "1"),
        ("verify", A, tmp_path / "small.npy", "--k", "1"),
        ("verify", A, "--k", "12"),
        ("verify", A, "--k", "1:x"),
        ("verify", A, "--k", "1", "--eps", "0"),
        ("verify", A, "--k", "1", "--readout", "linear"),
        ("verify", A, "--k", "1", "--layout", "sideways"),
        ("verify", A, "--example"),
        ("verify", A, "--k", "1", "--no-such-option"),
    ]
    for case in cases:
        done = run(*case)
        assert done.returncode == 2, case
        assert done.stdout == ""
        assert done.stderr.startswith("lincs: "), done.stderr
        assert done.stderr.count("\n") == 1, done.stderr


def test_a_tall_matrix_gets_a_hint(tmp_path):
    np.save(tmp_path / "tall.npy", np.eye(5, 3))
    done = run("verify", tmp_path / "tall.npy", "--k", "1", "--json")
    assert done.returncode == 0
    assert "--layout rows" in done.stderr
    json.loads(done.stdout)


def test_table_names_feature_and_witness(pair):
    A, B = pair
    done = run("verify", A, B, "--k", "2", "--eps", "1/2")
    case = lincs.verify(np.load(A), np.load(B), k=2).results[0]
    assert f"{case.eps.lo:.9g}" in done.stdout
    assert "refuted" in done.stdout
    for j in case.witness.support:
        assert str(j) in done.stdout


def test_intervals_show_certain_digits_only():
    assert show_interval(Interval(0.25, 0.25)) == "0.25"
    assert show_interval(Interval(0.123456789012, 0.123456789013)) == "0.123456789"
    assert show_interval(Interval(0.1234, 0.1235)) == "[0.1234, 0.1235]"
