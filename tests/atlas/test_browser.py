"""The atlas in headless Chromium: form, search, sort, chart, links, keyboard, phone, and a silent console."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

import lincs
from lincs.atlas.build import build_atlas
from lincs.atlas.table import FineTable
from lincs.references import bibtex
from lincs.show import sources
from tests.atlas import browser

MS = (16, 64, 256, 1024, 2**14)
TS = tuple(map(Fraction, ("1/2", "1/3", "1/4", "1/10", "1/16", "1/40")))


PLACES = {
    *(("signed", 1, t) for t in TS),
    *(("signed", 1, Fraction(1, n)) for n in (8, 9, 32, 36, 42, 44, 80)),
    *(("affine", k, Fraction(eps)) for k in (1, 4, 8) for eps in ("1/4", "1/10")),
    *(("threshold", k, None) for k in (4, 8)),
}


@pytest.fixture(scope="module")
def table() -> FineTable:
    """A part of the stored table, which every page loads."""
    return FineTable(tuple(c for c in FineTable.load().columns if (c.readout, c.k, c.eps) in PLACES))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, table: FineTable) -> Path:
    folder = tmp_path_factory.mktemp("atlas")
    build_atlas(folder, ms=MS, ts=TS, date="2026-01-01")
    (folder / "fine.js").write_text(f"const FINE = {table.text()};")
    return folder


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple]:
    with browser.page() as pair:
        yield pair


@pytest.fixture
def view(opened, site):
    """The front page, freshly loaded; whatever the console says fails the test."""
    shown, complaints = opened
    complaints.clear()
    shown.goto((site / "index.html").as_uri())
    yield shown
    assert complaints == []


def ask(view, unknown, readout="signed", **known):
    view.select_option("select[name=readout]", readout)
    view.check(f"input[name=unknown][value={unknown}]")
    for name, value in known.items():
        view.fill(f"input[name={name}]", str(value))
    view.click("text=Answer")
    return view.inner_text("#answer")


def ends(shown, name):
    """Both ends of an answer as it is printed."""
    if found := re.search(rf"(\S+)(?: \(\S+\))? ≤ {name} ≤ (\S+)", shown):
        return tuple(map(Fraction, found.groups()))
    return (Fraction(re.search(rf"{name} = (\S+), exactly", shown)[1]),) * 2


def test_the_first_question_is_answered_on_opening(view):
    text = view.inner_text("#answer")
    assert "769 ≤ largest m ≤ 1550" in text
    assert "Both ends are those of lincs bound" in text
    assert "neighbour's," not in text


@pytest.mark.parametrize(
    ("readout", "m", "k", "eps"),
    [
        ("signed", 1024, 4, "1/4"),
        ("signed", 64, 1, "0.25"),
        ("signed", "2^14", 20, "0.5"),
        ("signed", 10**12, 4, "1/4"),
        ("signed", 2**40, 4, "1/4"),
        ("affine", 2**20, 8, "1/4"),
        ("affine", 10**9, 4, "1/10"),
        ("threshold", 2**20, 8, None),
    ],
)
def test_what_is_in_the_table_is_what_bound_gives(view, readout, m, k, eps):
    answer = lincs.bound(m=m, k=k, eps=eps, readout=readout)
    known = {"m": m, "k": k} | ({} if eps is None else {"eps": eps})
    shown = ask(view, "d", readout, **known)
    assert ends(shown, "d") == (answer.lower.value, answer.upper.value)
    assert "neighbour's," not in shown
    assert "Both ends are those of lincs bound" in shown or "The value is known" in shown
    assert f"--m {answer.problem.m} " in shown


def test_a_cell_of_the_grid_leads_to_its_page(view):
    ask(view, "d", m=1024, k=1, eps="1/10")
    assert view.get_attribute("#answer a >> nth=0", "href") == "cell/1024-t1-10.html"


@pytest.mark.parametrize(
    ("unknown", "readout", "known"),
    [
        ("d", "signed", {"m": 1000, "k": 3, "eps": "0.23"}),
        ("d", "signed", {"m": 17, "k": 1, "eps": "0.3"}),
        ("d", "signed", {"m": 2000, "k": 7, "eps": "0.9"}),
        ("d", "signed", {"m": 3 * 10**14, "k": 4, "eps": "0.39"}),
        ("d", "affine", {"m": 5000, "k": 5, "eps": "0.2"}),
        ("d", "nonnegative", {"m": 5000, "k": 5, "eps": "0.2"}),
        ("d", "threshold", {"m": 5000, "k": 5}),
        ("m", "signed", {"d": 700, "k": 3, "eps": "0.25"}),
        ("m", "signed", {"d": 384, "k": 5, "eps": "0.45"}),
        ("m", "affine", {"d": 300, "k": 5, "eps": "0.2"}),
        ("m", "threshold", {"d": 300, "k": 5}),
        ("k", "signed", {"m": 3000, "d": 400, "eps": "0.4"}),
        ("k", "affine", {"m": 3000, "d": 400, "eps": "0.2"}),
        ("k", "threshold", {"m": 3000, "d": 400}),
        ("eps", "signed", {"m": 3000, "d": 400, "k": 3}),
        ("eps", "affine", {"m": 3000, "d": 400, "k": 5}),
    ],
)
def test_a_neighbours_answer_contains_the_bracket_and_says_so(view, unknown, readout, known):
    shown = ask(view, unknown, readout, **known)
    low, high = ends(shown, {"d": "d"}.get(unknown, f"{'least' if unknown == 'eps' else 'largest'} {unknown}"))
    answer = lincs.bound(**known, readout=readout)
    assert low <= answer.lower.value <= answer.upper.value <= high
    assert "a neighbour's, d " in shown
    assert " at m = " in shown


def test_the_question_is_in_the_address(view, site):
    first = view.inner_text("#answer")
    second = ask(view, "d", m="2^14", k=4, eps="1/4")
    assert view.url.endswith("index.html#unknown=d&readout=signed&m=2^14&k=4&eps=1/4")
    third = ask(view, "k", "affine", m=3000, d=400, eps="0.2")
    for _ in range(9):  # every change on the way is an entry of its own
        view.go_back()
        if view.inner_text("#answer") == second:
            break
    assert view.inner_text("#answer") == second
    assert view.input_value("input[name=m]") == "2^14"
    view.go_forward()
    assert view.inner_text("#answer") != second
    other = view.context.browser.new_page()
    other.goto((site / "index.html").as_uri() + "#unknown=k&readout=affine&d=400&m=3000&eps=0.2")
    assert other.inner_text("#answer") == third != first
    assert not other.is_visible("input[name=k]")
    other.goto("about:blank")
    other.goto((site / "index.html").as_uri() + "#chart")
    assert other.inner_text("#answer") == first
    other.close()


def test_the_link_is_copied(view):
    ask(view, "d", m="2^14", k=4, eps="1/4")
    view.click("#copy")
    view.locator("#copied", has_text="copied").wait_for()
    view.fill("#search", "")
    view.focus("#search")
    view.keyboard.press("Control+V")
    assert view.input_value("#search") == view.url


@pytest.mark.parametrize(
    ("unknown", "readout", "known", "says"),
    [
        ("d", "signed", {"m": 100, "k": 1, "eps": "2"}, "d = 0, exactly"),
        ("d", "signed", {"m": 100, "k": 1, "eps": "0.6"}, "d = 1, exactly"),
        ("d", "affine", {"m": 100, "k": 1, "eps": "0.6"}, "d = 0, exactly"),
        ("d", "threshold", {"m": 100, "k": 1}, "d = 2, exactly"),
        ("m", "signed", {"d": 5, "k": 1, "eps": "0.6"}, "every m fits"),
        ("m", "threshold", {"d": 5, "k": 1}, "every m fits"),
        ("k", "signed", {"m": 50, "d": 60, "eps": "1/4"}, "largest k = 50, exactly"),
        ("d", "signed", {"m": 10, "k": 20, "eps": "0.5"}, "k must be at most m"),
        ("d", "signed", {"m": "many", "k": 2, "eps": "0.5"}, "m must be a positive integer"),
        ("d", "signed", {"m": 10, "k": 2, "eps": "-1"}, "eps must be a positive number"),
        ("d", "signed", {"m": 10, "k": 0, "eps": "1"}, "k must be a positive integer"),
    ],
)
def test_limits_and_wrong_input(view, unknown, readout, known, says):
    assert says in ask(view, unknown, readout, **known)


def test_a_threshold_has_no_eps(view):
    view.check("input[name=unknown][value=eps]")
    view.select_option("select[name=readout]", "threshold")
    assert view.is_checked("input[name=unknown][value=k]")
    assert view.is_disabled("input[name=unknown][value=eps]")
    assert not view.is_visible("input[name=eps]")


def test_digits_are_grouped_and_copied_plain(view):
    ask(view, "d", m=10**12, k=4, eps="1/4")
    assert view.locator("#answer .result .group").count() == 2
    view.evaluate("getSelection().selectAllChildren(document.querySelector('#answer .result'))")
    assert re.fullmatch(r"\d{4} ≤ d ≤ \d{4}", view.evaluate("getSelection().toString()").strip())


def saved(view, button):
    with view.expect_download() as waiting:
        view.click(button)
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_text(encoding="utf-8")


def test_the_answer_is_saved(view):
    ask(view, "d", m=10**12, k=4, eps="1/4")
    answer = lincs.bound(m=10**12, k=4, eps="1/4")
    name, text = saved(view, "#answer-csv")
    (row,) = csv.DictReader(io.StringIO(text))
    assert name == "lincs-answer.csv"
    assert (row["m"], row["k"], row["eps"], row["d"]) == ("1000000000000", "4", "1/4", "")
    assert [int(row["lower"]), int(row["upper"])] == [answer.lower.value, answer.upper.value]
    assert (row["lower_exact"], row["upper_exact"], row["upper_at_eps"]) == ("true", "true", "1/16")
    assert int(row["lower_at_m"]) <= 10**12 <= int(row["upper_at_m"])
    name, text = saved(view, "#answer-json")
    content = json.loads(text)
    assert content["lower"]["value"] == answer.lower.value
    assert content["upper"]["at"] == {"m": int(row["upper_at_m"]), "k": 1, "eps": "1/16"}
    assert content["command"] == "lincs bound --m 1000000000000 --k 4 --eps 1/4"
    name, text = saved(view, "#answer-bib")
    assert name == "lincs-answer.bib"
    assert text == bibtex([answer.lower.source, answer.upper.source])


def test_the_table_is_saved_as_it_is_searched(view):
    view.fill("#search", "t = 1/10")
    _, text = saved(view, "#table-csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["m"]) for row in rows] == list(MS)
    cells = lincs.bound_table(m=MS, k=1, eps="1/10")
    assert [(int(row["lower"]), int(row["upper"])) for row in rows] == [(row.lower, row.upper) for row in cells]
    _, text = saved(view, "#table-json")
    assert [row["eps"] for row in json.loads(text)["rows"]] == ["1/10"] * len(MS)
    _, text = saved(view, "#table-bib")
    assert text == bibtex(sources.bounds(cells))


def column(view, number):
    return view.locator(f"#cells tbody td:nth-child({number})").all_inner_texts()


def test_search(view):
    assert len(column(view, 1)) == len(MS) * len(TS)
    view.fill("#search", "2^10 1/10")
    assert column(view, 1) == ["2^10"]
    assert column(view, 2) == ["1/10"]
    assert view.inner_text("#found").startswith(f"1 of {len(MS) * len(TS)} cells")
    view.fill("#search", "m=1024 t=1/4")
    assert column(view, 2) == ["1/4"]
    view.fill("#search", "simplex")
    assert set(column(view, 8)) == {"simplex"}
    view.fill("#search", "no such name")
    assert column(view, 1) == []
    view.fill("#search", "")
    view.check("#only-exact")
    assert set(column(view, 6)) == {"exact"}
    assert column(view, 4) == column(view, 5)


def test_search_by_value(view):
    view.fill("#search", "ratio > 1.3 m>=2^10")
    assert all(float(text) > 1.3 for text in column(view, 6))
    assert set(column(view, 1)) <= {"2^10", "2^14"}
    total = len(column(view, 1))
    view.fill("#search", "ratio ≤ 13/10 m>=1024")
    assert len(column(view, 1)) + total == 2 * len(TS)
    view.fill("#search", "")
    some = column(view, 5)[7]
    view.fill("#search", f"d = {some}")
    assert all(some in pair for pair in zip(column(view, 4), column(view, 5), strict=True))
    assert len(column(view, 1)) >= 1
    view.fill("#search", "d != x")
    assert "A condition looks like" in view.inner_text("#found")
    assert view.get_attribute("#search", "aria-invalid") == "true"


def test_the_table_of_another_readout(view):
    view.select_option("#table-readout", "affine")
    view.fill("#search", "m = 2^14 k = 4 eps = 1/4")
    (row,) = lincs.bound_table(m=2**14, k=4, eps="1/4", readout="affine")
    assert [column(view, n) for n in (1, 2, 3)] == [["2^14"], ["4"], ["1/4"]]
    assert [column(view, n) for n in (4, 5)] == [[str(row.lower)], [str(row.upper)]]
    view.select_option("#table-readout", "threshold")
    view.fill("#search", "k = 8")
    assert len(column(view, 1)) == len(MS)


def test_sort(view):
    view.click("th button:has-text('upper') >> nth=0")
    upper = [int(text) for text in column(view, 5)]
    assert upper == sorted(upper)
    assert view.get_attribute("th:nth-child(5)", "aria-sort") == "ascending"
    view.click("th:nth-child(5) button")
    assert [int(text) for text in column(view, 5)] == sorted(upper, reverse=True)
    assert view.get_attribute("th:nth-child(5)", "aria-sort") == "descending"


def test_chart(view):
    assert "t = 1/40" in view.inner_text("#chart-note")
    before = view.locator("#plot path.end").last.get_attribute("d")
    view.select_option("#chart-t", label="1/10")
    assert "k/eps = 10" in view.inner_text("#chart-note")
    assert view.locator("#plot path.end").last.get_attribute("d") != before
    assert view.locator("#plot a").count() == len(MS)
    view.focus("#chart-slide")
    view.keyboard.press("ArrowRight")
    assert "t = 1/16" in view.inner_text("#chart-note")
    assert view.locator("#plot a").first.get_attribute("href") == "cell/16-t1-16.html"


def test_by_keyboard_alone(view):
    view.keyboard.press("Tab")
    assert view.evaluate("document.activeElement.className") == "skip"
    view.keyboard.press("Enter")
    view.focus("input[name=eps]")
    view.keyboard.press("Control+A")
    view.keyboard.type("1/4")
    view.keyboard.press("Enter")
    assert "eps = 1/4" in view.inner_text("#answer")
    view.focus("th:nth-child(4) button")
    view.keyboard.press("Enter")
    assert view.get_attribute("th:nth-child(4)", "aria-sort") == "ascending"
    assert view.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    unlabelled = "[...document.querySelectorAll('input, select')].filter((e) => !e.labels.length).length"
    assert view.evaluate(unlabelled) == 0


def test_cells_are_reached_and_left(view, site):
    view.fill("#search", "2^10 1/10")
    view.click("#cells tbody a")
    assert view.url.endswith("cell/1024-t1-10.html")
    body = view.inner_text("body")
    low, high = (lincs.bound(m=1024, k=1, eps="1/10").to_dict()[side] for side in ("lower", "upper"))
    assert f"{low['value']} ≤ R(2^10, 1/10) ≤ {high['value']}" in body
    assert low["source"] in body
    assert high["source"] in body
    assert "lincs bound --m 1024 --k 1 --eps 1/10 --explain" in body
    view.click("text=smaller t")
    assert view.url.endswith("cell/1024-t1-16.html")
    view.click("text=Atlas")
    view.wait_for_load_state()
    assert view.url.endswith("index.html")


def test_on_a_phone_nothing_is_wider_than_the_screen(view, site):
    view.set_viewport_size({"width": 400, "height": 800})
    try:
        for name in ("index.html", "cells.html", "cell/1024-t1-10.html"):
            view.goto((site / name).as_uri())
            assert view.evaluate("document.documentElement.scrollWidth") <= 400, name
    finally:
        view.set_viewport_size({"width": 1100, "height": 900})


def test_every_link_of_the_site_leads_to_a_file_of_it(site):
    pages = sorted(site.rglob("*.html"))
    assert len(pages) == 2 + len(MS) * len(TS)
    for page in pages:
        for target in re.findall(r"(?:href|src)=\"([^\"#:]+)\"", page.read_text(encoding="utf-8")):
            assert (page.parent / target).is_file(), (page.name, target)


def test_a_missing_browser_is_one_sentence(monkeypatch):
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    with pytest.raises(AssertionError, match="needs Chromium: apt-get install chromium"):
        browser.executable()
