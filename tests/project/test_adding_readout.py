"""docs/adding.md, "A read-out": the class of that page, added, is known to everything that reads."""

import re
from pathlib import Path

import numpy as np
import pytest

import lincs
from lincs import readouts
from tests import command

PAGE = Path(__file__).parents[2] / "docs" / "adding.md"


@pytest.fixture
def binary(monkeypatch):
    """The code of the page, as it stands there."""
    section = PAGE.read_text(encoding="utf-8").split("## A read-out")[1]
    code = re.search(r"```python\n(.*?)```", section, flags=re.DOTALL)[1]
    names = {"Nonnegative": readouts.READOUTS["nonnegative"].__class__, "InputError": lincs.InputError, "Array": object}
    exec("from __future__ import annotations\n" + code, names)
    added = {**readouts.READOUTS, "binary": names["Binary"]()}
    monkeypatch.setattr(readouts, "READOUTS", added)
    return added["binary"]


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    A = rng.standard_normal((5, 9))
    np.save(tmp_path / "A.npy", A)
    np.save(tmp_path / "B.npy", A + 0.1)
    np.save(tmp_path / "Z.npy", (rng.random((9, 6)) < 0.3).astype(float))
    return tmp_path


def test_every_answer_knows_it(binary, folder, monkeypatch):
    monkeypatch.chdir(folder)
    A, B = np.load("A.npy"), np.load("B.npy")
    for probes in (None, B):
        found = lincs.verify(A, probes, k=[1, 3], eps="3/4", readout="binary")
        assert found.readout == "binary"
        assert found.results == lincs.verify(A, probes, k=[1, 3], eps="3/4", readout="nonnegative").results
    assert lincs.verify_samples(A, B, "Z.npy", readout="binary").eps == (
        lincs.verify_samples(A, B, "Z.npy", readout="nonnegative").eps
    )
    with pytest.raises(lincs.InputError, match="Z must hold 0 and 1 for the binary read-out"):
        lincs.verify_samples(A, B, np.full((9, 1), 0.5), readout="binary")
    assert lincs.describe(A, k=[1, 2], readout="binary").verification.how is binary
    done = command.lincs(
        "verify", "A.npy", "B.npy", "--k", "1,2", "--readout", "binary", "--describe", "--per-feature", "f.csv",
        "--report", "r.html", "--figure", "f.png",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "over k-sparse z in {0, 1}^m" in done.out
    assert "eps_k1_lo" in Path("f.csv").read_text().splitlines()[0]
    assert "binary read-out" in Path("r.html").read_text()


def test_a_word_that_is_no_readout_is_refused_everywhere(folder, monkeypatch):
    monkeypatch.chdir(folder)
    A = np.load("A.npy")
    for ask in (
        lambda: lincs.verify(A, k=1, readout="binary"),
        lambda: lincs.verify_samples(A, None, "Z.npy", readout="binary"),
        lambda: lincs.describe(A, k=1, readout="binary"),
        lambda: lincs.bound(m=10, k=2, eps="1/2", readout="binary"),
        lambda: lincs.bound_table(m=10, k=2, eps="1/2", readout="binary"),
    ):
        with pytest.raises(lincs.InputError, match="readout must be one of signed, nonnegative, affine, threshold"):
            ask()
