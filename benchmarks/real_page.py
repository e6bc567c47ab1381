"""The tables and the figure of docs/real.md, from what ``python -m benchmarks.real`` has stored.

``python -m benchmarks.real_page`` writes the tables again; prose between them stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lincs.digits import percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["figure", "page"]

ROOT = Path(__file__).resolve().parent.parent
STORED = ROOT / "benchmarks" / "tables" / "real.json"
PAGE = ROOT / "docs" / "real.md"
_BLOCK = re.compile(r"(<!-- ([\w-]+) -->\n).*?(<!-- end -->)", flags=re.DOTALL)

_SHAPE = ("table", "features m", "dimensions d", "package", "largest cosine", "Welch", "copies", "opposites", "dead")
Tables = dict[str, dict[str, Any]]


def stored() -> Tables:
    """What is known of every table that was measured."""
    tables: Tables = json.loads(STORED.read_bytes())["tables"]
    return tables


def _markdown(head: Iterable[str], lines: Iterable[Iterable[Any]]) -> str:
    rows = [list(head), *([str(cell) for cell in line] for line in lines)]
    rows.insert(1, ["---"] * len(rows[0]))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _number(value: float) -> str:
    return f"{value:.4g}"


def _code(word: str) -> str:
    """A word as Markdown code in a table: any script, bars and backticks included."""
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in word).replace("|", "\\|")
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"


def _measured(tables: Tables) -> str:
    return _markdown(
        [
            "table",
            "features m",
            "dimensions d",
            "package",
            "largest cosine",
            "Welch",
            "copies",
            "opposites",
            "dead",
            "norms",
        ],
        (
            [
                found["title"],
                f"{found['m']:,}",
                found["d"],
                f"{found['package']} {found['package_version']}",
                f"{found['geometry']['coherence']['hi']:.6f}",
                _number(found["geometry"]["welch"]),
                found["geometry"]["duplicate_pairs"],
                found["geometry"]["antipodal_pairs"],
                len(found["geometry"]["dead"]),
                " / ".join(f"{norm:.3g}" for norm in found["geometry"]["norms"]),
            ]
            for found in tables.values()
        ),
    )


def _worst(tables: Tables) -> str:
    lines = []
    for found in tables.values():
        limits = (found["limits"] or {}).get("results", [])
        for j, case in enumerate(found["unit"]):
            limit = limits[j] if limits else None
            own = case["eps"]["hi"]
            lines.append(
                [
                    found["title"] if j == 0 else "",
                    case["k"],
                    _number(found["tied"][j]["eps"]["hi"]),
                    _number(own),
                    _number(found["raw"][j]["eps"]["hi"]),
                    "" if limit is None else _number(limit["excluded"]),
                    "" if limit is None else _number(limit["achieved"]),
                    "" if limit is None else f"{own / limit['achieved']:.1f}",
                ]
            )
    head = [
        "table",
        "k",
        "as they are",
        "best scale",
        "best scale, stored norms",
        "any pair at least",
        "a frame reaches",
    ]
    return _markdown([*head, "best scale / frame"], lines)


def _shares(tables: Tables) -> str:
    lines = []
    for found in tables.values():
        probes = found["probes"]
        solved = "none solved" if probes is None else "all" if probes["complete"] else f"{probes['features']:,} drawn"
        for j, case in enumerate(found["unit"]):
            line = [f"{found['title']} ({solved})" if j == 0 else "", case["k"]]
            line += [percent(found[way][j]["share_below"]) for way in ("tied", "raw", "unit")]
            if probes is None:
                lines.append([*line, *[""] * 4])
                continue
            best = probes["results"][j]
            shares = [percent(best[name]) for name in ("share_below", "share_possible")]
            lines.append([*line, *shares, _number(best["median"]["hi"]), _ends(best["worst"])])
    return _markdown(
        [
            "table (features solved)",
            "k",
            "as they are",
            "best scale, stored norms",
            "best scale",
            "best probe",
            "any probe, at most",
            "median error of best probes",
            "worst of them",
        ],
        lines,
    )


def _ends(interval: dict[str, float]) -> str:
    low, high = (_number(interval[end]) for end in ("lo", "hi"))
    return low if low == high else f"{low} to {high}"


def _witnesses(tables: Tables) -> str:
    return _markdown(
        ["table", "k", "misread by", "word", "when these are active"],
        (
            [
                found["title"] if j == 0 else "",
                case["k"],
                _number(case["eps"]["hi"]),
                _code(case["word"]),
                " ".join(_code(word) for word in case["input"]),
            ]
            for found in tables.values()
            for j, case in enumerate(found["tied"])
        ),
    )


def _typical(tables: Tables) -> str:
    return _markdown(
        ["table", *(f"k = {case['k']}" for case in next(iter(tables.values()))["typical"])],
        (
            [found["title"], *(f"{_number(case['mean'])} / {_number(case['p99'])}" for case in found["typical"])]
            for found in tables.values()
        ),
    )


def _sources(tables: Tables) -> str:
    return _markdown(
        ["table", "lincs", "seed", "gap of best probes"],
        (
            [found["title"], found["lincs"], found["seed"], found["probes"]["gap"] if found["probes"] else ""]
            for found in tables.values()
        ),
    )


BLOCKS: dict[str, Callable[[Tables], str]] = {
    "measured": _measured,
    "worst": _worst,
    "shares": _shares,
    "witnesses": _witnesses,
    "typical": _typical,
    "sources": _sources,
}


def page(text: str, tables: Tables) -> str:
    """The page's text with every table as it follows from what is stored."""
    return _BLOCK.sub(lambda match: f"{match[1]}{BLOCKS[match[2]](tables)}{match[3]}", text)


def stale() -> list[str]:
    """The page, if it shows other numbers than are stored."""
    text = PAGE.read_text(encoding="utf-8")
    return [] if page(text, stored()) == text else [str(PAGE.relative_to(ROOT))]


def figure() -> Figure:
    """Worst case against k for every table, above the band between what is excluded and what a frame reaches."""
    from matplotlib.ticker import FixedLocator, NullLocator

    from lincs.plots.axes import figure as new_figure

    tables = stored()
    columns = 2 if len(tables) > 1 else 1
    drawn = new_figure(9.0, 3.6 * -(-len(tables) // columns))
    for place, found in enumerate(tables.values(), start=1):
        ax = drawn.add_subplot(-(-len(tables) // columns), columns, place)
        ks = [case["k"] for case in found["unit"]]
        for name, label, style in (
            ("tied", "own vectors, as they are", "C2^-"),
            ("raw", "own vectors, best scale, stored norms", "C1v--"),
            ("unit", "own vectors, best scale", "C0s-"),
        ):
            ax.plot(ks, [case["eps"]["hi"] for case in found[name]], style, ms=4, lw=1.4, label=label)
        cases = found["probes"]["results"] if found["probes"] else []
        best, median = (
            [case[name]["hi"] for case in cases] or [float("nan")] * len(ks) for name in ("worst", "median")
        )
        ax.plot(ks, best, "C3o-", ms=4, lw=1.4, label="best probes, worst feature solved")
        ax.plot(ks, median, "C3:", lw=1.4, label="best probes, median feature")
        if found["limits"] is not None:
            cases = found["limits"]["results"]
            low, high = ([case[end] for case in cases] for end in ("excluded", "achieved"))
            ax.fill_between(ks, low, high, color="0.6", lw=0, alpha=0.6, label="least error of this shape lies in")
        ax.axhline(0.5, color="0.4", lw=0.8, ls=(0, (4, 4)))
        ax.set(xscale="log", yscale="log", xlabel="k, features active at once", ylabel="worst-case error")
        ax.xaxis.set_major_locator(FixedLocator(ks))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.xaxis.set_major_formatter(lambda k, _: f"{k:.0f}")
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        ax.yaxis.set_major_locator(FixedLocator([0.05, 0.1, 0.2, 0.5, 1, 2, 4, 8]))
        ax.yaxis.set_minor_locator(NullLocator())
        ax.set_title(f"{found['title']}: {found['d']} x {found['m']:,}", fontsize=10)
    handles, labels = ax.get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=8, frameon=False)
    return drawn


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(page(text, stored()), encoding="utf-8")


if __name__ == "__main__":
    main()
