"""``python -m benchmarks.partial_sections N J TAU I``: random shifts P for a table entry of the partial sections.

Prints ``P`` and the number of lines whenever it is the largest so far (lincs/constructions/partial.py keeps the last).
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from lincs.constructions.builders.partial import lines_tied


def search(n: int, j: int, tau: int, i: int, *, seed: int, seconds: float) -> tuple[int, int]:
    """The best ``(P, lines)`` of the shifts drawn within that time (at least one)."""
    rng = np.random.default_rng(seed)
    bits, best, start = n * (n - 1) // 2, (0, -1), time.monotonic()
    while best[1] < 0 or time.monotonic() - start < seconds:
        shift = int.from_bytes(rng.bytes(16), "little") % 2**bits
        lines = lines_tied(n, j, tau, i, shift)
        if lines > best[1]:
            best = shift, lines
            print(f"    ({n}, {j}, {tau}, {i}): ({shift:#x}, {lines:_}),", flush=True)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("n", "j", "tau", "i"):
        parser.add_argument(name, type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    search(options.n, options.j, options.tau, options.i, seed=options.seed, seconds=options.seconds)


if __name__ == "__main__":
    main()
