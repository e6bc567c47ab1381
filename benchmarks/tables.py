"""``python -m benchmarks.tables`` writes the tables of ``benchmarks/tables/`` again, each by the command in its header.

A table whose numbers have not changed keeps its date, so that running this twice changes nothing.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

from lincs.cli import app
from lincs.tables import header_date

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "benchmarks" / "tables"

# File name -> command, run in the repository's root.
TABLES = {
    "reference.md": "table --problems tests/data/reference_brackets.csv --format markdown",
    "reference.csv": "table --problems tests/data/reference_brackets.csv --format csv",
    "reference.json": "table --problems tests/data/reference_brackets.csv --format json",
    "reference.tex": "table --problems tests/data/reference_brackets.csv --format latex",
    "grid.csv": "table --m 2^8:2^30:2 --k 1,2,4,8,16,20 --eps 1/2 --format csv",
    "grid.md": "table --m 2^10:2^30:10 --k 1,2,4,8,16,20 --eps 1/2 --format markdown",
}
_DATE = re.compile(r"(?:lincs [\w.]+, |\"date\": \")(\d{4}-\d\d-\d\d)")


def made(command: str, date: str) -> str:
    """What ``lincs`` prints for the command, run in the repository's root."""
    printed = io.StringIO()
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(printed):
        app([*shlex.split(command), "--date", date], standalone_mode=False)
    return printed.getvalue()


def date_of(text: str) -> str:
    """The date in a table's header."""
    found = _DATE.search(text)
    assert found is not None, "a committed table has no date"
    return found[1]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, command in TABLES.items():
        file = FOLDER / name
        old = file.read_text(encoding="utf-8") if file.is_file() else ""
        same = bool(old) and made(command, date_of(old)) == old
        if not same:
            file.write_text(made(command, header_date()), encoding="utf-8")
        print(f"{name}: {'unchanged' if same else 'written'}")


if __name__ == "__main__":
    main()
