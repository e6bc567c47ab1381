"""HTML of the atlas: templates are files beside this module's package, filled by ``string.Template``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from lincs.atlas.cells import Cell, lower_certificate, upper_certificate
from lincs.atlas.grid import examples, slug
from lincs.atlas.records import Record, Records, kind_of
from lincs.atlas.table import FineTable
from lincs.constructions.plan import MOST_BYTES
from lincs.version import __version__

__all__ = ["ASSETS", "cell_page", "grouped", "index_page", "list_page", "power", "template"]

# In the order in which the page runs them, after its data.
SCRIPTS = (
    "numbers.js",
    "facts.js",
    "answers.js",
    "ask.js",
    "address.js",
    "chart.js",
    "search.js",
    "table.js",
    "downloads.js",
)
ASSETS = ("atlas.css", *SCRIPTS)
_FOLDER = files("lincs.atlas") / "site"


def template(name: str) -> str:
    """The text of a template or asset."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def _fill(name: str, **values: object) -> str:
    return Template(template(name)).substitute({key: str(value) for key, value in values.items()})


def power(m: int) -> str:
    """A power of two as ``2^14``, any other number as it is."""
    return f"2^{m.bit_length() - 1}" if m > 8 and m & (m - 1) == 0 else str(m)


def grouped(n: int) -> str:
    """The number with its digits in groups of three that style sets apart: what is copied is the plain number."""
    head, *groups = f"{n:,}".split(",")
    return head + "".join(f'<span class="group">{group}</span>' for group in groups)


def index_page(cells: Sequence[Cell], ms: Sequence[int], ts: Sequence[Fraction], table: FineTable, date: str) -> str:
    """The front page; its numbers come from ``data.js`` and ``fine.js``."""
    scripts = ("data.js", "fine.js", "sources.js", *SCRIPTS)
    return _fill(
        "index.html",
        count=len(cells),
        exact=sum(cell.exact for cell in cells),
        t_count=len(ts),
        m_first=power(ms[0]),
        m_last=power(ms[-1]),
        columns=len(table.columns),
        ends=f"{len(table):,}",
        scripts="\n".join(f'<script src="{name}"></script>' for name in scripts),
        version=__version__,
        date=escape(date),
    )


def list_page(cells: Sequence[Cell], ts: Sequence[Fraction]) -> str:
    """Every cell as a plain link, for readers without JavaScript and for search engines."""
    parts = []
    for t in ts:
        links = " ".join(
            f'<a href="cell/{c.slug}.html">{power(c.m)}: {"&ndash;".join(map(grouped, sorted(set(c.ends))))}</a>'
            for c in cells
            if c.t == t
        )
        parts.append(f"<h2>t = {t}</h2><nav>{links}</nav>")
    return _fill("cells.html", list="\n".join(parts))


def cell_page(found: Cell, records: Records, ms: Sequence[int], ts: Sequence[Fraction], date: str) -> str:
    """One cell: both ends derived, what proves them, since when, and the commands that check it."""
    low, high = found.ends
    lower, upper = found.derivation()
    contributed = records.certificate(found)
    proof = upper_certificate(found) if contributed is None else contributed
    return _fill(
        "cell.html",
        m=power(found.m),
        t=found.t,
        low=low,
        high=high,
        low_grouped=grouped(low),
        high_grouped=grouped(high),
        headline=_headline(found),
        meaning=_meaning(found),
        neighbours=_neighbours(found, ms, ts),
        lower=_lines(lower),
        upper=_lines(upper),
        lower_record=_record(records.cells.get((found.slug, "lower")), low, kind_of(found.lower)),
        upper_record=_record(records.cells.get((found.slug, "upper")), high, kind_of(found.upper)),
        lower_certificate=_json(lower_certificate(found)),
        upper_certificate=_json(proof),
        commands=escape(_commands(found)),
        remark=_remark(found),
        version=__version__,
        date=escape(date),
    )


def _headline(found: Cell) -> str:
    name = f"R({power(found.m)}, {found.t})"
    if found.exact:
        return f'{name} = {grouped(found.ends[0])} <span class="known-word">exactly known</span>'
    low, high = map(grouped, found.ends)
    return f"{low} &le; {name} &le; {high}"


def _meaning(found: Cell) -> str:
    asked = ", ".join(f"k = {k} with eps = {eps}" for k, eps in examples(found.m, found.t))
    text = (
        f"The least d for which m = {found.m} features can be read linearly with error below eps from d neurons, k of "
        f"them active, at eps/k = {found.t}"
    )
    return text + (f": for example {asked}." if asked else ".")


def _neighbours(found: Cell, ms: Sequence[int], ts: Sequence[Fraction]) -> str:
    row, column = list(ms).index(found.m), list(ts).index(found.t)
    around = (
        ("fewer features", row - 1, column),
        ("more features", row + 1, column),
        ("larger t", row, column - 1),
        ("smaller t", row, column + 1),
    )
    return " ".join(
        f'<a href="{slug(ms[i], ts[j])}.html">{words}</a>'
        for words, i, j in around
        if 0 <= i < len(ms) and 0 <= j < len(ts)
    )


def _lines(lines: Sequence[str]) -> str:
    return escape("\n".join(lines))


def _record(record: Record | None, value: int, kind: str) -> str:
    if record is None or record.value != value:
        return f'<p class="quiet">{escape(kind)}; not on record</p>'
    return f'<p class="quiet">{escape(kind)}; on record since {escape(record.date)}</p>'


def _json(value: Any) -> str:
    return escape(json.dumps(value, indent=1, ensure_ascii=False))


def _commands(found: Cell) -> str:
    question = f"--m {found.m} --k 1 --eps {found.t}"
    lines = [f"lincs bound {question} --explain"]
    if found.upper.kind == "construction" and _fits(found):
        lines.append(f"lincs build {question} -o frame.npz && lincs check frame.certificate.json")
    return "\n".join(lines)


def _fits(found: Cell) -> bool:
    """Whether A and B can be held in memory, as ``lincs build`` asks."""
    return 16 * found.m * found.ends[1] <= MOST_BYTES


def _remark(found: Cell) -> str:
    if found.upper.kind == "theorem":
        return (
            "<p>The upper end is a theorem on a frame of one dimension less that attains the threshold; that frame is "
            "named above. <code>lincs build</code> writes the best frame with a margin that floats hold, and with "
            "<code>--closed</code> one that attains it.</p>"
        )
    if found.upper.kind == "random":
        return "<p>The upper end is an exact counting argument: the frame exists, none is written down.</p>"
    if not _fits(found):
        return "<p>The frame is too large to be built in memory: its columns come from a formula, one at a time.</p>"
    return "<p>The second command writes A and B with their certificate and verifies them by an independent path.</p>"
