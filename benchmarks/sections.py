"""``python -m benchmarks.sections``: the tables of sections, every row of at most ``--largest`` lines counted again.

``--search N J TAU`` looks for a form P with more lines for a stabiliser section, ``--search N J TAU I`` for a partial
one: random starts, and from the best one bit of P changed at a time.  What is better than the row of
``lincs/data/sections.csv`` or ``partial_sections.csv`` replaces it.  Two-plane sections take P from the stabiliser
section of the same n and j with ``tau = 2``: ``--planes`` writes ``two_plane_sections.csv`` anew.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lincs.constructions.algebra.cosets import lines_kept
from lincs.constructions.algebra.planes import lines_of_two_planes
from lincs.constructions.algebra.ties import lines_tied
from lincs.constructions.families.partial_sections import partial_sections
from lincs.constructions.families.stabiliser_sections import sections
from lincs.constructions.families.two_plane_sections import two_planes
from lincs.data import FOLDER

Rows = dict[tuple[int, ...], tuple[int, int]]  # parameters -> (P, lines)

NAMES = {
    "sections": ("n", "j", "tau"),
    "partial_sections": ("n", "j", "tau", "i"),
    "two_plane_sections": ("n", "j", "e"),
}
_COUNTS: dict[str, Callable[..., int]] = {
    "sections": lines_kept,
    "partial_sections": lines_tied,
    "two_plane_sections": lines_of_two_planes,
}


def rows(name: str) -> Rows:
    """What is stored."""
    stored: dict[str, Callable[[], Mapping[Any, tuple[int, int]]]] = {
        "sections": sections,
        "partial_sections": partial_sections,
        "two_plane_sections": two_planes,
    }
    return dict(stored[name]())


def write(name: str, found: Rows) -> None:
    path = FOLDER / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*NAMES[name], "shift", "lines"])
        writer.writerows([*key, f"{shift:#x}", lines] for key, (shift, lines) in found.items())


def check(largest: int) -> int:
    """Count the lines of every row of at most that many again; how many rows."""
    counted = 0
    for name, count in _COUNTS.items():
        for key, (shift, lines) in rows(name).items():
            if lines <= largest:
                assert count(*key, shift) == lines, (name, key)
                counted += 1
    for (n, j, _), (shift, _) in two_planes().items():
        assert shift == sections()[n, j, 2][0], (n, j)
    return counted


def search(name: str, key: tuple[int, ...], *, seed: int, seconds: float) -> tuple[int, int]:
    """The best ``(P, lines)`` of those looked at within that time, and what is stored."""
    rng, bits, start = np.random.default_rng(seed), key[0] * (key[0] - 1) // 2, time.monotonic()
    best = rows(name).get(key, (0, -1))
    while True:
        around = [best[0] ^ 1 << bit for bit in rng.permutation(bits).tolist()]
        for shift in (int.from_bytes(rng.bytes(16), "little") % 2**bits, *around):
            lines = _COUNTS[name](*key, shift)
            if lines > best[1]:
                best = shift, lines
                print(f"{key}: {shift:#x}, {lines} lines", flush=True)
            if time.monotonic() - start >= seconds:
                return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=float, default=1e7)
    parser.add_argument("--search", type=int, nargs="+", metavar="N J TAU [I]")
    parser.add_argument("--planes", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    if options.search:
        key = tuple(options.search)
        name = next((name for name, names in list(NAMES.items())[:2] if len(names) == len(key)), None)
        if name is None:
            parser.error("--search takes N J TAU, or N J TAU I")
        write(name, {**rows(name), key: search(name, key, seed=options.seed, seconds=options.seconds)})
    elif options.planes:
        found = {(n, j, e): sections()[n, j, 2][0] for n, j, e in two_planes()}
        counted: Rows = {key: (shift, lines_of_two_planes(*key, shift)) for key, shift in found.items()}
        write("two_plane_sections", counted)
    else:
        print(f"{check(int(options.largest))} rows counted again")


if __name__ == "__main__":
    main()
