"""No theorem program finds a contradiction, every theorem has one, and the runner reports failures."""

import re
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

import proofs_check
from proofs_check import __main__ as runner


@pytest.mark.parametrize("name", runner.modules())
def test_check_passes(name):
    module = import_module(f"proofs_check.{name}")
    assert module.TITLE
    report = module.check(**getattr(module, "QUICK", {}))
    assert re.search(r"\d", report)  # it says how much it has tried


def test_every_theorem_has_a_program():
    text = (Path(proofs_check.__path__[0]) / "THEOREMS.md").read_text(encoding="utf-8")
    stated = [int(number) for number in re.findall(r"^## (\d+)\. ", text, flags=re.MULTILINE)]
    assert stated == sorted(set(stated))
    assert {int(name[1:3]) for name in runner.modules()} == set(stated)


def test_runner_reports_a_contradiction(monkeypatch, capsys):
    def refuted():
        assert 1 + 1 == 3, "counterexample"

    modules = {
        "proofs_check.good": SimpleNamespace(TITLE="a theorem", check=lambda: "1 case"),
        "proofs_check.bad": SimpleNamespace(TITLE="not a theorem", check=refuted),
    }
    monkeypatch.setattr(runner, "import_module", modules.__getitem__)
    assert runner.main(["good"]) == 0
    assert runner.main(["good", "bad"]) == 1
    assert "FAILED: counterexample" in capsys.readouterr().out
