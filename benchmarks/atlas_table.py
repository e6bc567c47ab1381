"""``python -m benchmarks.atlas_table`` computes the fine table behind the form of the atlas (lincs/data/stairs.json).

After a change of the bounds: every column is computed anew, on all processors, in about ten minutes of one of them.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from lincs.atlas.grid import Place, fine_places, solved
from lincs.atlas.stairs import HARDEST, Stairs, stairs
from lincs.atlas.table import FILE, FineTable
from lincs.cli._output import counter
from lincs.parallel import cpu_count


def column(place: Place) -> Stairs:
    """The stairs of one place."""
    readout, k, eps = place
    dimensions = solved(eps / k) if eps is not None and readout == HARDEST else ()
    return stairs(readout=readout, k=k, eps=eps, dimensions=dimensions)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--out", type=Path, default=FILE)
    parser.add_argument("--processes", type=int, default=cpu_count())
    options = parser.parse_args()
    places = fine_places()
    found: dict[Place, Stairs] = {}
    with ProcessPoolExecutor(options.processes) as pool, counter("columns") as progress:
        jobs = {pool.submit(column, place): place for place in places}
        for job in as_completed(jobs):
            found[jobs[job]] = job.result()
            progress(len(found), len(places))
    table = FineTable(tuple(found[place] for place in places))
    options.out.write_text(table.text(), encoding="utf-8")
    print(f"{len(places)} columns, {len(table)} ends, {options.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
