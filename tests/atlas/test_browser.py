"""The atlas in headless Chromium: form, search, sort, chart, links, keyboard, phone, and a silent console."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

import lincs
from lincs.atlas.build import build_atlas
from tests.atlas import browser

MS = (16, 64, 256, 1024, 2**14)
TS = tuple(map(Fraction, ("1/2", "1/3", "1/4", "1/10", "1/16", "1/40")))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("atlas")
    build_atlas(folder, ms=MS, ts=TS, dimensions=(64, 384, 768), date="2026-01-01")
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


def ask(view, known, size, k, eps):
    view.check(f"input[name=known][value={known}]")
    for name, value in (("#size", size), ("#k", k), ("#eps", eps)):
        view.fill(name, str(value))
    view.click("text=Answer")
    return view.inner_text("#answer")


def test_the_first_question_is_answered_on_opening(view):
    text = view.inner_text("#answer")
    assert "769 ≤ largest m ≤ 1550" in text
    assert "exactly this d and t" in text


@pytest.mark.parametrize(("m", "k", "eps"), [(1024, 4, "1/4"), (64, 1, "0.25"), (16, 2, "1e-1"), ("2^14", 20, "0.5")])
def test_grid_cells_are_those_of_bound(view, m, k, eps):
    answer = lincs.bound(m=m, k=k, eps=eps)
    low, high = answer.lower.value, answer.upper.value
    expected = f"d = {low}, exactly" if low == high else f"{low} ≤ d ≤ {high}"
    shown = ask(view, "m", m, k, eps)
    assert expected in shown
    if answer.problem.t in TS:
        assert "a cell of the grid" in shown


@pytest.mark.parametrize(
    ("m", "k", "eps"), [(1000, 3, "1/4"), (17, 1, "0.3"), (5, 1, "1/5"), (2000, 7, "0.9"), (100, 10, "1/4")]
)
def test_between_cells_the_answer_contains_the_bracket(view, m, k, eps):
    shown = ask(view, "m", m, k, eps)
    found = re.search(r"(\d+) ≤ d ≤ (\d+)", shown)
    low, high = map(int, found.groups()) if found else [int(re.search(r"d = (\d+), exactly", shown)[1])] * 2
    answer = lincs.bound(m=m, k=k, eps=eps)
    assert low <= answer.lower.value <= answer.upper.value <= high <= m
    assert "Proved between grid cells" in shown


@pytest.mark.parametrize(("d", "k", "eps"), [(700, 3, "1/4"), (384, 5, "0.45"), (20, 20, "1/2"), (768, 12, "1/2")])
def test_features_between_grid_values(view, d, k, eps):
    shown = ask(view, "d", d, k, eps)
    found = re.search(r"(\S+) ≤ largest m ≤ (\S+)", shown)
    answer = lincs.bound(d=d, k=k, eps=eps)
    low, high = (float(text.replace("~", "")) for text in found.groups())
    assert d <= low <= answer.lower.value * 1.001
    assert high * 1.001 >= answer.upper.value


@pytest.mark.parametrize(
    ("known", "size", "k", "eps", "says"),
    [
        ("m", 100, 1, "2", "d = 0, exactly"),
        ("m", 100, 1, "0.6", "d = 1, exactly"),
        ("d", 5, 1, "0.6", "every m fits"),
        ("m", 10, 20, "0.5", "k must be at most m"),
        ("m", "many", 2, "0.5", "m must be a positive integer"),
        ("m", 10, 2, "-1", "eps must be a positive number"),
        ("m", 10, 0, "1", "k must be a positive integer"),
    ],
)
def test_limits_and_wrong_input(view, known, size, k, eps, says):
    assert says in ask(view, known, size, k, eps)


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
    view.focus("#eps")
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
