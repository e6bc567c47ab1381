"""Pairs written as .safetensors; and a question before a check of hours."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import lincs
from lincs.certificates import effort
from lincs.certificates.describe import sha256
from tests.command import lincs as command


@pytest.fixture
def frame(tmp_path):
    return tmp_path / "frame.safetensors", lincs.build(m=20, k=2, eps="9/10", out=tmp_path / "frame.safetensors")


def test_it_is_read_back_and_checked(frame):
    file, built = frame
    arrays = load_file(file)
    assert (arrays["A"] == built.A).all()
    assert (arrays["B"] == built.B).all()
    checked = lincs.check(file.with_suffix(".certificate.json"))
    assert checked.accepted, checked.reason
    assert lincs.verify(file, file, k=2, key="A", key_b="B").results[0].eps.hi <= built.measured.hi


def sign_again(file):
    """The hash of the changed file, as if it had been written so."""
    certificate = file.with_suffix(".certificate.json")
    record = json.loads(certificate.read_text())
    record["file"]["sha256"] = sha256(file)
    certificate.write_text(json.dumps(record, indent=2) + "\n")
    return lincs.check(certificate)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda a: a | {"A": a["A"] * (1 + 1e-15)}, "A in frame.safetensors differs"),
        (lambda a: a | {"A": a["A"].astype(np.float32)}, "another type or shape"),
        (lambda a: a | {"A": a["A"].T.copy()}, "another type or shape"),
        (lambda a: a | {"C": a["A"]}, "does not hold A and B and nothing else"),
        (lambda a: {"A": a["A"]}, "does not hold A and B and nothing else"),
    ],
)
def test_another_file_is_refused(frame, change, reason):
    file, _ = frame
    save_file(change(load_file(file)), file)
    assert not lincs.check(file.with_suffix(".certificate.json")).accepted
    checked = sign_again(file)
    assert not checked.accepted
    assert reason in checked.reason


def test_a_damaged_file_is_refused(frame):
    file, _ = frame
    file.write_bytes(file.read_bytes()[:-8])
    checked = sign_again(file)
    assert not checked.accepted
    assert "cannot be read" in checked.reason


def test_a_long_check_is_asked_about(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(effort, "LONG", -1.0)
    with pytest.raises(lincs.InputError, match="nothing was built: the check of 20 features takes"):
        lincs.build(m=20, k=2, eps="9/10", agree=lambda seconds: bool(asked.append(seconds)))
    assert asked == [0.0]
    assert lincs.build(m=20, k=2, eps="9/10", agree=lambda seconds: True).A.shape[1] == 20
    arguments = ("build", "--m", 20, "--k", 2, "--eps", "9/10", "--out", tmp_path / "frame.npz")
    done = command(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith("begin it with --yes\n")
    assert not (tmp_path / "frame.npz").exists()
    assert command(*arguments, "--yes").code == 0


def test_the_estimate_grows_with_the_square():
    assert effort.seconds(255, 16384, 2) == 0
    small, large = effort.seconds(64, 10**5, 2), effort.seconds(64, 10**6, 2)
    assert 0 < small < effort.seconds(64, 10**6, 1) / 10
    assert large > 20 * small  # a hundred times, but for noise
    assert effort.in_words(3 * 3600) == "3 hours"
    assert effort.in_words(45 * 60) == "45 minutes"
