"""The notebook of the docs runs, shows what is stored in it, and stores nothing of the machine that ran it."""

import json
import re

import nbformat
import pytest

from benchmarks.notebook import NOTEBOOK, execute, executed

NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?")


@pytest.fixture(scope="module")
def fresh():
    return executed()


def shown(notebook):
    """The texts and tables below every cell, and how many figures there are."""
    out = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            words = data.get("text/html") or data.get("text/plain") or output.get("text")
            out.append("figure" if "image/png" in data else words)
    return out


def test_what_is_stored_is_what_it_shows(fresh):
    stored = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(stored)
    assert len(shown(stored)) == len(shown(fresh))
    for before, after in zip(shown(stored), shown(fresh), strict=True):
        assert NUMBER.sub("", before) == NUMBER.sub("", after), "run python -m benchmarks.notebook"
        # machines round differently in the last digits
        values = [[float(number) for number in NUMBER.findall(text)] for text in (before, after)]
        assert values[0] == pytest.approx(values[1], rel=1e-5, abs=1e-9)
    assert shown(stored).count("figure") >= 2
    assert all(cell.outputs or "import lincs" in cell.source for cell in stored.cells if cell.cell_type == "code")


def test_nothing_of_the_machine_is_stored():
    text = NOTEBOOK.read_text(encoding="utf-8")
    stored = json.loads(text)
    for place in ("/home", "/work", "/tmp", "/usr", "/root", "site-packages"):
        assert place not in text
    assert set(stored["metadata"]) == {"kernelspec"}
    assert all(cell["metadata"] == {} for cell in stored["cells"])
    assert len(text) < 250_000


def test_a_bar_in_a_notebook():
    """tqdm's bar, without a warning where there are no widgets."""
    source = "import lincs, numpy\nlincs.verify(numpy.eye(40), k=1, progress=True)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    execute(notebook)
    texts = "".join(output.get("text", "") for output in notebook.cells[0].outputs)
    assert "inner products" in texts or any("widget" in str(o.get("data")) for o in notebook.cells[0].outputs)
    assert "Warning" not in texts
