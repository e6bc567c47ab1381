"""``python -m benchmarks.codes``: every word of every code of ``lincs/data/codes.csv`` counted (five minutes in all).

``--largest K`` leaves codes of larger dimension out.
"""

from __future__ import annotations

import argparse
import sys
import time

from lincs.constructions.algebra.words import largest_imbalance
from lincs.constructions.families.codes import codes, rows_of


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=40)
    options = parser.parse_args()
    wrong = 0
    for (n, k), w in codes().items():
        if k > options.largest:
            continue
        start = time.perf_counter()
        found = largest_imbalance(rows_of(n, k), n)
        wrong += found != w
        print(f"[{n}, {k}] {found}, stored {w}, {2 ** (k - 1)} words, {time.perf_counter() - start:.1f} s", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
