"""A benchmark table as text, in four formats; each carries version, date and the command that makes it again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from lincs.errors import check_choice
from lincs.results import document
from lincs.tables.benchmark import BenchmarkTable, Entry

__all__ = ["FORMATS", "render"]

# Title and cell text of each column; the titles of the CSV file are the fields' own names.
_COLUMNS: tuple[tuple[str, str, Callable[[Entry], Any]], ...] = (
    ("m", "m", lambda e: e.m),
    ("k", "k", lambda e: e.k),
    ("eps", "eps", lambda e: e.eps),
    ("lower", "lower", lambda e: e.lower),
    ("upper", "upper", lambda e: e.upper),
    ("ratio", "ratio", lambda e: None if e.ratio is None else f"{e.ratio:.3f}"),
    ("lower by", "lower_name", lambda e: e.lower_name),
    ("upper by", "upper_name", lambda e: e.upper_name),
    ("status", "status", lambda e: e.status),
    ("L1", "basis_pursuit", lambda e: e.basis_pursuit),
    ("any decoder", "any_decoder", lambda e: e.any_decoder),
    ("Theorem 3", "theorem_3", lambda e: e.theorem_3),
    ("Theorem 2", "theorem_2", lambda e: e.theorem_2),
)
_WORDS = ("lower_name", "upper_name", "status")

_LEGEND = (
    "lower <= d <= upper for linear read-outs; L1: some A lets basis pursuit recover every k-sparse z; any decoder: "
    "min(m, 2k), eps <= 1/2; Theorem 3 <= d <= Theorem 2: Garg, Kleinberg and Peng 2026."
)


def render(table: BenchmarkTable, form: str) -> str:
    """The table as text that ends in a newline; ``form`` is one of ``FORMATS``."""
    return _RENDERERS[check_choice(form, "format", FORMATS)](table)


def _header(table: BenchmarkTable) -> list[str]:
    head = [f"lincs {table.version}, {table.date}"]
    return [*head, f"made by: {table.rerun}"] if table.rerun else head


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _rows(table: BenchmarkTable) -> list[list[str]]:
    return [[_text(cell(entry)) for _, _, cell in _COLUMNS] for entry in table.entries]


def _markdown(table: BenchmarkTable) -> str:
    titles = [title for title, _, _ in _COLUMNS]
    rule = ["---" if name in _WORDS else "---:" for _, name, _ in _COLUMNS]
    head = _header(table)
    lines = [f"{head[0]}", *(f"`{line}`" for line in head[1:])]
    body = ["| " + " | ".join(row) + " |" for row in (titles, rule, *_rows(table))]
    return "\n\n".join([*lines, "\n".join(body), _LEGEND]) + "\n"


def _csv(table: BenchmarkTable) -> str:
    out = io.StringIO()
    out.writelines(f"# {line}\n" for line in _header(table))
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([name for _, name, _ in _COLUMNS])
    writer.writerows(_rows(table))
    return out.getvalue()


def _json(table: BenchmarkTable) -> str:
    return json.dumps(document("table", table), indent=1, allow_nan=False) + "\n"


def _latex(table: BenchmarkTable) -> str:
    columns = "".join("l" if name in _WORDS else "r" for _, name, _ in _COLUMNS)
    names = {"m": "$m$", "k": "$k$", "eps": r"$\varepsilon$", "L1": r"$\ell_1$"}
    titles = [names.get(title, title) for title, _, _ in _COLUMNS]
    body = [" & ".join(_latex_cell(cell(e)) for _, _, cell in _COLUMNS) + r" \\" for e in table.entries]
    return "\n".join(
        [
            *(f"% {line}" for line in _header(table)),
            "% needs \\usepackage{booktabs}",
            rf"\begin{{tabular}}{{{columns}}}",
            r"\toprule",
            " & ".join(titles) + r" \\",
            r"\midrule",
            *body,
            r"\bottomrule",
            r"\end{tabular}",
            "",
        ]
    )


def _latex_cell(value: Any) -> str:
    if value is None:
        return "--"
    if isinstance(value, Fraction) and value.denominator != 1:
        return f"${value.numerator}/{value.denominator}$"
    return str(value)


_RENDERERS: dict[str, Callable[[BenchmarkTable], str]] = {
    "markdown": _markdown,
    "csv": _csv,
    "json": _json,
    "latex": _latex,
}
FORMATS = tuple(_RENDERERS)
