"""``python -m benchmarks.records`` brings the atlas records up to date; ``... add CERTIFICATE`` takes in a frame.

A new or better end gets today's date (``--date`` for another).  An end that is worse than its record stops the program,
unless ``--replace-worse`` says that a bound was withdrawn.  A certificate enters only after ``lincs check`` accepts it
and only if a cell gains from it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lincs.atlas.build import evaluate
from lincs.atlas.records import Records, contribute, update
from lincs.cli._output import counter
from lincs.errors import InputError
from lincs.tables import header_date


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", nargs="?", choices=["update", "add"], default="update")
    parser.add_argument("certificate", nargs="?", type=Path)
    parser.add_argument("--date", default=header_date())
    parser.add_argument("--replace-worse", action="store_true")
    options = parser.parse_args()
    if (options.action == "add") != (options.certificate is not None):
        parser.error("add takes one certificate, update none")
    try:
        if options.action == "add":
            improved = contribute(options.certificate, date=options.date)
            print(f"accepted; improves {len(improved)} cells: {', '.join(improved)}")
            return 0
        before = Records.load()
        with counter("cells") as progress:
            cells = evaluate(records=before, progress=progress)
        after = update(before, cells, date=options.date, replace_worse=options.replace_worse)
        after.save()
        changed = sum(before.cells.get(key) != record for key, record in after.cells.items())
        print(f"{len(cells)} cells, {changed} ends new or changed")
    except InputError as error:
        print(f"lincs: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
