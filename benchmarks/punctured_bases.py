"""``python -m benchmarks.punctured_bases``: points to drop from mutually unbiased bases, and the largest sums left.

Writes ``lincs/data/punctured_bases.csv``.  For each prime the best of some seeded orders of points, judged by the sum
without all of them.  ``--refine Q P --seconds S`` replaces one row by local search over sets of P points, and
``--points Q A B C ...`` by given points.
"""

from __future__ import annotations

import argparse
import csv
import time

import numpy as np

from lincs.constructions.algebra.orders import prime_powers, prime_root
from lincs.constructions.algebra.sums import largest_punctured_sum, punctured_parts
from lincs.constructions.families.punctured_bases import punctured_bases
from lincs.data import FOLDER

MOST = 20
PATH = FOLDER / "punctured_bases.csv"


def order(q: int, seeds: int) -> list[int]:
    """The order of up to MOST points, of ``seeds`` random ones, that leaves the smallest sum."""
    orders = (np.random.default_rng(seed).permutation(q)[: min(MOST, q // 4)].tolist() for seed in range(seeds))
    return min(orders, key=lambda points: punctured_parts(q, points))


def refine(q: int, p: int, seconds: float) -> list[int]:
    """Local search: one point replaced at a time, started again after 40 steps in vain."""
    rng, start = np.random.default_rng(q), time.monotonic()
    best: tuple[float, list[int]] = (float("inf"), [])
    while time.monotonic() - start < seconds:
        points = rng.permutation(q)[:p].tolist()
        value, vain = punctured_parts(q, points), 0
        while vain < 40 and time.monotonic() - start < seconds:
            other = list(points)
            other[rng.integers(p)] = int(rng.integers(q))
            found = punctured_parts(q, other) if len(set(other)) == p else float("inf")
            vain = 0 if found < value else vain + 1
            if found < value:
                value, points = found, other
        best = min(best, (value, points))
    return best[1]


def row(q: int, points: list[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The table's row: sums in thousandths, rounded up."""
    sums = (largest_punctured_sum(q, points[: p + 1])[0] for p in range(len(points)))
    return tuple(points), tuple(int(value * 1000) + 1 for value in sums)


def write(rows: dict[int, tuple[tuple[int, ...], tuple[int, ...]]]) -> None:
    with PATH.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["q", "points", "sums"])
        for q, (points, sums) in sorted(rows.items()):
            writer.writerow([q, " ".join(map(str, points)), " ".join(map(str, sums))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--least", type=int, default=100)
    parser.add_argument("--most", type=int, default=800)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--refine", type=int, nargs=2)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--points", type=int, nargs="+")
    options = parser.parse_args()
    rows = dict(punctured_bases()) if PATH.exists() else {}
    if options.points:
        q, *points = options.points
        rows[q] = row(q, points)
    elif options.refine:
        q, p = options.refine
        rows[q] = row(q, refine(q, p, options.seconds))
    else:
        for q in prime_powers(options.least):
            if q > options.most:
                break
            root = prime_root(q)
            if root is not None and root[1] == 1:
                rows[q] = row(q, order(q, options.seeds))
                print(q, rows[q][1][-1], flush=True)
    write(rows)


if __name__ == "__main__":
    main()
