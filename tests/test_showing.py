"""Every result shows itself: one line, the table of its command, a notebook's table, a frame, a figure."""

from __future__ import annotations

import io
import re
import sys
from html.parser import HTMLParser
from pkgutil import resolve_name
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.axes import Axes
from rich.console import Console

import lincs
from lincs.page import Page, Table
from lincs.showing import Shown
from tests.command import lincs as command

RNG = np.random.default_rng(0)
A = RNG.standard_normal((6, 9))
B = RNG.standard_normal((6, 9))
Z = np.eye(9)[:, :4]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """One of each kind, and those whose tables are the widest."""
    folder = tmp_path_factory.mktemp("shown")
    built = lincs.build(m=6, k=1, eps="3/4", out=folder / "frame.npz")
    found = [
        lincs.bound(m=10**30, k=8, eps="1/7"),
        lincs.bound(d=768, k=4, eps="1/2", readout="affine"),
        lincs.bound(m=16384, k=4, d=300),
        lincs.bound(m=4096, k=2, eps="1/2", typical=0.01),
        lincs.bound_table(m=[2**10, 10**30], k=[2, 4], eps="1/3"),
        lincs.benchmark_table(m=[2**10, 10**30], k=2, eps="1/3", date="2026-01-01"),
        built,
        lincs.check(built.files[1]),
        lincs.verify(A, k="1:7", eps="1/2"),
        lincs.verify(A, B, k=[1, 9], eps=123456789, closed=True),
        lincs.verify(A, k=2, typical="signs", eps="1/2", samples=50),
        lincs.verify(A + 1j * B, k=[2, 5]),
        lincs.verify(A, A, k=[1, 2], readout="deployed", activation="relu", bias=np.zeros(9), eps=1),
        lincs.verify(A, A, k=2, readout="deployed", activation="relu", bias=np.zeros(9), typical="binary"),
        lincs.verify(A, k=2, readout="threshold"),
        lincs.verify_samples(A, B, Z, eps=1),
        lincs.verify_samples(A, A, Z, eps=1, readout="deployed", activation="relu", bias=np.zeros(9)),
        lincs.verify_readers(A, B, k=[1, 2]),
        lincs.describe(A, k=[1, 2], samples=20, names=[f"[bold]word {j}" for j in range(9)]),
        lincs.match(A, B),
        lincs.optimal_probes(A, k=[1, 2]),
        lincs.compare_probes(A, k=[1, 2]),
        lincs.recovery_guarantees(A),
        lincs.basis_pursuit(A, A[:, :3]),
        lincs.basis_pursuit(A, A[:, :3]).against(np.eye(9)[:, :3]),
        lincs.lasso(A, A[:, 0], lam=0.1),
        lincs.compare(A, k=[1, 2], trials=3),
        lincs.phase_diagram(m=8, cells=2, trials=2),
        lincs.minimal_dimension(m=16, k=[1, 2], seeds=1, trials=2),
        lincs.run_experiment("correlated", steps=5, restarts=1),
    ]
    names = [f"{type(result).__name__} {n}" for n, result in enumerate(found)]
    return dict(zip(names, found, strict=True))


def classes() -> list[type]:
    exported = [getattr(lincs, name) for name in dir(lincs)]
    return [kind for kind in exported if isinstance(kind, type) and issubclass(kind, Shown) and kind is not Shown]


def test_every_kind_of_result_is_here(results):
    assert {type(result) for result in results.values()} >= set(classes()) - {lincs.Site}
    assert len(classes()) >= 20


def test_what_functions_return_is_shown():
    """A public class that has to_dict() and is returned by a public function shows itself."""
    kinds = {kind.__name__ for kind in classes()}
    for name in dir(lincs):
        returned = getattr(getattr(lincs, name), "__annotations__", {}).get("return")
        if isinstance(returned, str) and hasattr(lincs, returned):
            assert returned in kinds, name


def test_entry_points_lead_somewhere():
    for kind in classes():
        assert callable(resolve_name(kind.page_by)), kind
        assert kind.drawn_by is None or callable(resolve_name(kind.drawn_by)), kind


def test_repr_is_one_short_line(results):
    for name, result in results.items():
        line = repr(result)
        assert line.startswith(f"<{type(result).__name__} "), name
        assert line.endswith(">"), name
        assert "\n" not in line, name
        assert len(line) < 300, name


class Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs) -> None:
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data) -> None:
        self.text += data + " "


def test_a_notebook_shows_what_the_terminal_does(results):
    for name, result in results.items():
        cells = Cells()
        cells.feed(result._repr_html_())
        assert not cells.open, name
        assert sorted(cells.text.split()) == sorted(wide(result.page()).split()), name


def wide(page: Page) -> str:
    return page.text(width=100_000)


def numbers(text: str) -> list[str]:
    return sorted(word for word in text.split() if re.search(r"\d", word))


@pytest.mark.parametrize("width", [80, 100])
def test_no_number_is_cut(results, width):
    """A table without room becomes several, which repeat the first column: nothing else is new, nothing is lost."""
    for name, result in results.items():
        page = result.page()
        narrow = page.text(width)
        assert max(map(len, narrow.split("\n"))) <= width, name
        assert set(numbers(narrow)) == set(numbers(wide(page))), name
        assert "…" not in narrow, name


def test_a_terminal_is_shown_the_same(results):
    result = next(r for r in results.values() if isinstance(r, lincs.Verification))
    screen = io.StringIO()
    result.page().show(Console(file=screen, width=80, force_terminal=True))
    plain = re.sub(r"\x1b\[[\d;]*m", "", screen.getvalue())
    assert numbers(plain) == numbers(result.page().text(80))


def test_tables_are_divided_only_where_they_must():
    table = Table()
    for title in ("k", "first", "second"):
        table.add_column(title, justify="right")
    table.add_row("1", "12345678", "87654321")
    page = Page()
    page.print(table)
    assert page.text(24).split("\n") == ["k     first    second", "1  12345678  87654321"]
    assert page.text(20).split("\n") == ["k     first", "1  12345678", "k    second", "1  87654321"]
    assert numbers(page.text(5))  # no room at all: still something


def test_str_is_what_the_command_prints(tmp_path):
    np.save(tmp_path / "A.npy", A)
    file = str(tmp_path / "A.npy")
    runs = [
        (["bound", "--m", 50, "--k", 3, "--eps", "1/2"], lincs.bound(m=50, k=3, eps="1/2")),
        (["verify", file, "--k", "1,2", "--eps", "1/2"], lincs.verify(A, k=[1, 2], eps="1/2")),
        (["probe", file, "--k", "1,2"], lincs.compare_probes(A, k=[1, 2], gap="auto")),
        (["compare", "--matrix", file, "--k", 1, "--trials", 2], lincs.compare(A, k=1, trials=2)),
        (["table", "--m", 50, "--k", 2, "--eps", "1/2", "--date", "2026-01-01"], None),
    ]
    for arguments, result in runs:
        printed = [line.rstrip() for line in command(*arguments).out.rstrip().split("\n")]
        if result is None:
            rerun = "lincs table --m 50 --k 2 --eps 1/2 --format markdown"
            result = lincs.benchmark_table(m=50, k=2, eps="1/2", date="2026-01-01", rerun=rerun)
        assert str(result).split("\n") == printed, arguments


def test_frames(results, monkeypatch):
    made = {"pandas": [], "polars": []}

    def frame(library):
        return SimpleNamespace(DataFrame=lambda rows, **_: made[library].append(rows) or library)

    for library in made:
        monkeypatch.setitem(sys.modules, library, frame(library))
    for there, expected in (({"pandas", "polars"}, "pandas"), ({"polars"}, "polars"), (set(), None)):
        monkeypatch.setattr("lincs.showing.find_spec", lambda name, there=there: name if name in there else None)
        for name, result in results.items():
            frame_of = result.to_frame()
            rows = frame_of if expected is None else made[expected].pop()
            assert expected is None or frame_of == expected
            assert rows, name
            assert all(isinstance(row, dict) and not any(isinstance(v, dict) for v in row.values()) for row in rows)
    verification = lincs.verify(A, k=[1, 3], eps="1/2")
    rows = verification.records()
    assert [row["k"] for row in rows] == [1, 3]
    assert rows[1]["eps_hi"] == verification.results[1].eps.hi


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_of_the_library_itself(library, results, monkeypatch):
    pytest.importorskip(library)
    monkeypatch.setattr("lincs.showing.find_spec", lambda name: name if name == library else None)
    for name, result in results.items():
        assert len(result.to_frame()) == len(result.records()), name


def test_figures(results):
    for name, result in results.items():
        if result.drawn_by is None:
            with pytest.raises(lincs.InputError, match="no figure is drawn"):
                result.plot()
            continue
        ax = result.plot()
        assert isinstance(ax, Axes), name
        assert result.plot(ax) is ax, name
        ax.figure.savefig(io.BytesIO(), format="svg")


def test_help_says_what_comes_back():
    for name in ("bound", "verify"):
        assert "Returns" in getattr(lincs, name).__doc__, name
