"""``python -m benchmarks.cubic_sums``: the largest character sums of cubics, into ``lincs/data/cubic_sums.csv``.

For every prime ``5 <= p < 3000`` the largest ``|sum over x of e(f(x)/p)|`` over all f of degree 2 or 3, in thousandths,
rounded up.
"""

from __future__ import annotations

import csv

from lincs.constructions.algebra.orders import is_prime
from lincs.constructions.algebra.sums import largest_phase_sum
from lincs.data import FOLDER

PATH = FOLDER / "cubic_sums.csv"
BELOW = 3000


def thousandths(p: int) -> int:
    """An upper bound on the largest sum, at most 0.002 above it."""
    return int(1000 * largest_phase_sum(q=p, largest=3, odd=False)[0]) + 1


def main() -> None:
    with PATH.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["p", "thousandths"])
        writer.writerows([p, thousandths(p)] for p in range(5, BELOW) if is_prime(p))


if __name__ == "__main__":
    main()
