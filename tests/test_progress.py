"""One counter for one run, and what is left of it at the pace of the work alone."""

import io
import sys

import pytest

from lincs import progress
from lincs.progress import Pace, bar, counter, reports


def test_what_came_before_the_first_report_is_no_part_of_the_pace():
    pace = Pace()
    pace.tell(10, 110, 1000.0)  # a second of compiling or a thousand: nobody knows
    assert pace.rate is None
    assert pace.left is None
    pace.tell(20, 110, 1002.0)
    assert pace.rate == 5
    assert pace.left == 18


def test_reports_of_one_moment_are_no_pace():
    pace = Pace()
    pace.tell(1, 10, 0.0)
    pace.tell(2, 10, 1e-6)
    assert pace.rate is None


def test_only_the_last_minute_counts():
    pace = Pace()
    for second in range(200):
        pace.tell(second, 1000, float(second))
    for second in range(1, 121):
        pace.tell(199 + 3 * second, 1000, 199.0 + second)
    assert pace.rate == pytest.approx(3, rel=0.01)


def test_a_second_phase_goes_on_where_the_first_ended():
    pace = Pace()
    pace.tell(5, 10, 0.0)
    pace.tell(10, 10, 1.0)
    pace.tell(1, 4, 100.0)
    assert (pace.done, pace.total) == (11, 14)
    assert pace.rate is None  # what lay between them is no pace either
    pace.tell(2, 4, 101.0)
    assert pace.rate == 1
    assert pace.left == 2


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nothing_is_on_the_terminal_before_there_is_something_to_show(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with counter("rows") as advance:
        assert screen.getvalue() == ""
        advance(1, 2)
        assert "rows" in screen.getvalue()


def test_lines_in_a_log(monkeypatch, capsys):
    clock = iter([0.0, 1.0, 12.0, 13.0, 25.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with counter("rows") as advance:
        for done in (0, 50, 55, 75):
            advance(done, 100)
    assert capsys.readouterr().err.splitlines() == [
        "rows: 50.0%, 4.55/s, 0:11 left",
        "rows: 75.0%, 3.12/s, 0:08 left",
    ]


def test_a_notebook_has_the_bar_of_tqdm(monkeypatch):
    pytest.importorskip("tqdm")
    monkeypatch.setitem(sys.modules, "ipykernel", object())
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    with bar("rows") as advance:
        advance(1, 4)
        advance(4, 4)
    assert "rows" in written.getvalue()


def test_true_is_a_bar_and_false_is_none(capsys):
    seen = []

    @reports("rows")
    def work(*, progress=None):
        seen.append(progress)

    work(progress=True)
    work(progress=False)
    work()
    assert callable(seen[0])
    assert seen[1:] == [None, None]
