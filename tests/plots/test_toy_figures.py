"""Who draws registers, who has results asks, and the two packages do not import each other in a circle."""

from __future__ import annotations

import ast
from pathlib import Path
from types import SimpleNamespace

import pytest

import lincs
from lincs import figures
from lincs.figures import draws, figures_of
from lincs.toy.experiment import EXPERIMENTS, Experiment

ROOT = Path(lincs.__path__[0])


@pytest.fixture(autouse=True)
def restored(monkeypatch: pytest.MonkeyPatch) -> None:
    figures_of(Experiment(name="basic", seed=0), ["toy"])  # load all that draw
    monkeypatch.setattr(figures, "_drawings", dict(figures._drawings))


def test_every_experiment_is_drawn() -> None:
    for name in EXPERIMENTS:
        own, *_ = Experiment(name=name, seed=0).figures()
        assert (own.name, own.suffix) == (name, "")
    assert Experiment(name="phase3", seed=0).figures()[0].name == "phase"


def test_a_figure_is_registered_once_and_only_where_it_applies() -> None:
    @draws("pie", suffix="_slices", applies=lambda result: result.cut)
    def slices(result: SimpleNamespace) -> str:
        return "slices"

    cut, whole = SimpleNamespace(cut=True), SimpleNamespace(cut=False)
    (drawing,) = figures_of(cut, ["pie"])
    assert (drawing.suffix, drawing.draw(cut)) == ("_slices", "slices")
    assert figures_of(whole, ["pie"]) == []
    with pytest.raises(ValueError, match="pie_slices is drawn by another function"):
        draws("pie", suffix="_slices")(slices)
    with pytest.raises(LookupError, match="nobody draws cake"):
        figures_of(cut, ["cake"])


def imported(file: Path) -> set[str]:
    """Every module that a file imports, inside functions as well, but not for types alone."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test)
        for node in ast.walk(block)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def test_toy_does_not_import_plots_and_plots_have_no_circle() -> None:
    assert not any("plots" in name for file in (ROOT / "toy").glob("*.py") for name in imported(file))
    assert "lincs.plots.toy_sets" not in imported(ROOT / "plots" / "toy.py")
    assert "lincs.plots.toy" in imported(ROOT / "plots" / "toy_sets.py")


def test_results_do_not_import_the_package() -> None:
    assert "lincs" not in imported(ROOT / "results.py")
