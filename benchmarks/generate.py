"""``python -m benchmarks.generate [NAME ...]`` writes everything that is generated again, each by its own program.

All of it by default, in the order below (later files show what earlier ones hold); ``--stale`` only says which of the
quick ones differ from what is committed, exit code 1 if any does, and changes nothing.  Figures that take minutes are
``python -m benchmarks.gallery``.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import api, architecture, readme, real_page, records, tables
from lincs.layouts import docs_table

ROOT = Path(__file__).resolve().parent.parent
_LAYOUTS_PAGE = ROOT / "docs" / "dictionary.md"
_LAYOUTS = re.compile(r"\| `--layout` \| arrays \|\n(?:\|[^\n]*\n)+")


@dataclass(frozen=True)
class Generated:
    """One program: what it writes, after a change of what, and which of its files are stale (None: too dear to ask)."""

    after: str
    write: Callable[[], object]
    stale: Callable[[], list[str]] | None = None


def _stale_api() -> list[str]:
    return [] if api.PAGE.read_text(encoding="utf-8") == api.page() else [str(api.PAGE.relative_to(ROOT))]


def _stale_tables() -> list[str]:
    found = []
    for name, command in tables.TABLES.items():
        text = (tables.FOLDER / name).read_text(encoding="utf-8")
        if tables.made(command, tables.date_of(text)) != text:
            found.append(f"benchmarks/tables/{name}")
    return found


def _layouts_page() -> str:
    return _LAYOUTS.sub(lambda _: docs_table() + "\n", _LAYOUTS_PAGE.read_text(encoding="utf-8"))


def _stale_layouts() -> list[str]:
    return [] if _LAYOUTS_PAGE.read_text(encoding="utf-8") == _layouts_page() else ["docs/dictionary.md"]


def _records() -> None:
    sys.argv = ["records"]
    if records.main():
        raise SystemExit("an end is worse than its record")


PROGRAMS = {
    "records": Generated("bounds or constructions", _records),
    "tables": Generated("bounds or constructions", tables.main, _stale_tables),
    "api": Generated("a public docstring or signature", api.main, _stale_api),
    "layouts": Generated(
        "a layout", lambda: _LAYOUTS_PAGE.write_text(_layouts_page(), encoding="utf-8"), _stale_layouts
    ),
    "architecture": Generated("the list of layers", architecture.main),
    "real": Generated("a measurement of python -m benchmarks.real", real_page.main, real_page.stale),
    "readme": Generated("anything that README or docs show", readme.main),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PROGRAMS))
    parser.add_argument("--stale", action="store_true")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(PROGRAMS):
        parser.error(f"no program {', '.join(sorted(unknown))}; there are {', '.join(PROGRAMS)}")
    chosen = {name: PROGRAMS[name] for name in asked.names or PROGRAMS}
    if asked.stale:
        stale = [file for program in chosen.values() if program.stale is not None for file in program.stale()]
        print("\n".join(stale) or "nothing is stale")
        return 1 if stale else 0
    for name, program in chosen.items():
        print(f"{name} (after a change of {program.after})", flush=True)
        program.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
