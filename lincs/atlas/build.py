"""``lincs.atlas``: evaluate the grid and write the site, files only, nothing to be served or built."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from lincs.atlas.cells import Cell, cell
from lincs.atlas.grid import FINE, M, T, solved
from lincs.atlas.pages import ASSETS, cell_page, index_page, list_page, template
from lincs.atlas.records import Records, kind_of
from lincs.atlas.sources import sources
from lincs.atlas.table import FineTable
from lincs.errors import InputError
from lincs.jsonable import jsonable
from lincs.progress import reports, told
from lincs.showing import Shown
from lincs.tables import header_date
from lincs.typing import Progress
from lincs.version import __version__

__all__ = ["Site", "build_atlas", "evaluate"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Site(Shown):
    """What was written where."""

    page_by = "lincs.show.build:site"

    folder: str
    cells: int
    exact: int
    files: int
    bytes: int

    def to_dict(self) -> dict[str, Any]:
        return dict(self.__dict__)


def evaluate(
    ms: Sequence[int] = M,
    ts: Sequence[Fraction] = T,
    *,
    records: Records | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Cell]:
    """All cells, each with the better of the rules' upper end and the contributed one; t after t, m rising."""
    known = Records.load() if records is None else records
    cells = []
    for t in ts:
        for m in ms:
            cells.append(known.best(cell(m, t)))
            if progress is not None:
                progress(len(cells), len(ms) * len(ts))
    return cells


@reports("cells")
def build_atlas(
    out: str | Path,
    *,
    ms: Sequence[int] = M,
    ts: Sequence[Fraction] = T,
    date: str | None = None,
    progress: Progress = None,
) -> Site:
    """Write the static site into the folder ``out``; it opens from disk and needs no network.

    Args:
        out: created if missing; files of an earlier atlas in it are replaced, nothing else is touched.
        ms, ts: the grid of the cells that have pages, sorted as in :mod:`lincs.atlas.grid` (m rising, t falling).  The
            form answers from the stored fine table as well, whatever the grid.
        date: the date on the pages; default today (or SOURCE_DATE_EPOCH).

    Raises:
        InputError: ``out`` is a file, or an axis is empty or not sorted.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     site = build_atlas(folder, ms=(16, 32), ts=(Fraction(1, 4),))
    >>> site.cells, site.files
    (2, 17)
    """
    _check(ms, ts)
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{out} is not a directory")
    date = header_date(date)
    records = Records.load()
    cells = evaluate(ms, ts, records=records, progress=told(progress))
    table = FineTable.load().contributed(records.contributions)
    written = {name: template(name) for name in ASSETS}
    written["data.js"] = _script("ATLAS", _data(cells, ms, ts))
    written["sources.js"] = _script("SOURCES", sources())
    written["fine.js"] = f"const FINE = {table.text().strip()};\n"
    written["index.html"] = index_page(cells, ms, ts, table, date)
    written["cells.html"] = list_page(cells, ts)
    for found in cells:
        written[f"cell/{found.slug}.html"] = cell_page(found, records, ms, ts, date)
    (folder / "cell").mkdir(parents=True, exist_ok=True)
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    size = sum(len(text.encode()) for text in written.values())
    exact = sum(found.exact for found in cells)
    return Site(folder=str(folder), cells=len(cells), exact=exact, files=len(written), bytes=size)


def _check(ms: Sequence[int], ts: Sequence[Fraction]) -> None:
    if not ms or not ts:
        raise InputError("the grid must have at least one value of m and of t")
    if list(ms) != sorted(set(ms)):
        raise InputError("m must be rising in the grid of an atlas")
    if list(ts) != sorted(set(ts), reverse=True) or not 0 < ts[-1] <= ts[0] <= Fraction(1, 2):
        raise InputError("t must be falling in the grid of an atlas, from at most 1/2, and positive")


def _script(name: str, content: Any) -> str:
    """Data as a script: opened from disk, a page may not read a JSON file."""
    return f"const {name} = {json.dumps(jsonable(content), separators=(',', ':'))};\n"


def _data(cells: Sequence[Cell], ms: Sequence[int], ts: Sequence[Fraction]) -> dict[str, Any]:
    """The cells, and the dimensions whose largest m the fine table has."""
    names: dict[str, int] = {}

    def number(name: str) -> int:
        return names.setdefault(name, len(names))

    rows = [
        [
            ms.index(c.m),
            ts.index(c.t),
            *c.ends,
            *map(number, c.names),
            number(kind_of(c.upper)),
        ]
        for c in cells
    ]
    return {
        "version": __version__,
        "m": [str(m) for m in ms],
        "t": [f"{t.numerator}/{t.denominator}" for t in ts],
        "cells": rows,
        "solved": {str(t): solved(t) for t in FINE if solved(t)},
        "names": list(names),
    }
