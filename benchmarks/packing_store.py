"""``python -m benchmarks.packing_store STATE...``: write the frames of packing runs to ``lincs/data/line_packings``.

A frame is kept if neither a formula family nor another frame of this list gives as many lines in as few dimensions at
the same coherence or below; what is stored already takes part and is replaced only by something better.
"""

from __future__ import annotations

import argparse
import csv
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import lincs
from lincs.constructions.algebra.frame import from_array
from lincs.constructions.catalogue import FAMILIES
from lincs.constructions.families.line_packings import LinePackings, line_packings
from lincs.data import FOLDER
from lincs.packing.exact import coherence_squared, quantised

Array = npt.NDArray[Any]
Member = tuple[Fraction, str, Array]

_SLACK = Fraction(1, 10**7)  # a formula this much above replaces a stored frame


def read(path: Path) -> dict[tuple[int, int], Member]:
    found: dict[tuple[int, int], Member] = {}
    with np.load(path) as data:
        for name in data.files:
            if name.endswith(("_record", "_origin")) or name == "clock":
                continue
            vectors = quantised(data[name])
            lines, d = vectors.shape
            rounds = int(data[f"{name}_record"][3]) if f"{name}_record" in data else 0
            origin = f"benchmarks.packing, {rounds} rounds" if rounds else "lincs.packing.search"
            if f"{name}_origin" in data:
                origin = str(data[f"{name}_origin"])
            found[d, lines] = coherence_squared(vectors), origin, vectors
    return found


def stored() -> dict[tuple[int, int], Member]:
    if not (FOLDER / "line_packings.npz").exists():
        return {}
    with np.load(FOLDER / "line_packings.npz") as data:
        return {(d, n): (*record, data[f"{d}_{n}"]) for (d, n), record in line_packings().items()}


def needed(members: dict[tuple[int, int], Member]) -> dict[tuple[int, int], Member]:
    """The frames that nothing else replaces."""
    kept = {}
    for (d, n), member in sorted(members.items()):
        squared = member[0]
        if any(e <= d and k >= n and (e, k) != (d, n) and other[0] <= squared for (e, k), other in members.items()):
            continue
        mu = Fraction(float(squared) ** 0.5) + _SLACK
        formulas = (f.least(m=n, mu=mu) for f in FAMILIES if not isinstance(f, LinePackings))
        if all(promise is None or promise.d > d for promise in formulas):
            kept[d, n] = member
    return kept


def verify(vectors: Array, squared: Fraction) -> None:
    """The frame as it is built, by the verifier: at k = 1 its worst error is that of its coherence."""
    columns = from_array(np.ascontiguousarray(vectors.T), integer=True).columns(0, len(vectors))
    mu = float(squared) ** 0.5
    case = lincs.verify(columns, columns / (1 + mu), k=1, eps=Fraction(mu / (1 + mu)) + Fraction(1, 10**12)).results[0]
    assert case.holds is True, (vectors.shape, case)


def write(members: dict[tuple[int, int], Member]) -> None:
    with (FOLDER / "line_packings.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["d", "lines", "coherence_squared", "origin"])
        writer.writerows([d, n, str(squared), origin] for (d, n), (squared, origin, _) in members.items())
    arrays = {f"{d}_{n}": vectors.astype(np.int32) for (d, n), (_, _, vectors) in members.items()}
    np.savez_compressed(FOLDER / "line_packings.npz", **arrays)  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("state", nargs="+", type=Path)
    members = stored()
    for path in parser.parse_args().state:
        for key, member in read(path).items():
            if key not in members or member[0] < members[key][0]:
                members[key] = member
    kept = needed(members)
    for squared, _, vectors in kept.values():
        verify(vectors, squared)
    write(kept)
    size = (FOLDER / "line_packings.npz").stat().st_size + (FOLDER / "line_packings.csv").stat().st_size
    print(f"{len(kept)} of {len(members)} frames kept, {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
