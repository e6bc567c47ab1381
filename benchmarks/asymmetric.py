"""``python -m benchmarks.asymmetric``: do pairs with B not proportional to A ever beat the best symmetric frame?

For each (d, m): the coherence of the best symmetric frame known (the table of line packings, or this program's own
search where that is lower), and the least ``mu = max |M_ij / M_ii|`` of free pairs, from random starts and from the
symmetric frame perturbed, both polished by joint linear programs; then linear programs for B alone and A alone.
A pair below the symmetric frame by more than 1e-9 is rounded to integers and decided in rationals.
"""

from __future__ import annotations

import argparse
import math
import time
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from benchmarks.packing import entries
from lincs.packing.asymmetric import best_probes, exact_ratio, polish_pair, ratios, relax_pairs
from lincs.packing.exact import quantised
from lincs.packing.search import search

Array = npt.NDArray[Any]

_NEAR = ((32, 80, 1.0), (512, 120, 0.5), (2**13, 150, 0.5), (2**15, 150, 1.0), (2**17, 150, 1.0))
MARGIN = 1e-9


@dataclass(frozen=True)
class Row:
    """The best of each kind for one (d, m)."""

    d: int
    m: int
    symmetric: float
    welch: float
    free: float
    perturbed: float
    alternating: float
    pairs: int
    exact: Fraction | None
    seconds: float


def examine(d: int, m: int, *, seed: int, starts: int, known: float) -> Row:
    began = time.thread_time()
    frame = search(d, m, seed=seed, restarts=512, target=known, seconds=20)
    symmetric = min(frame.coherence, known)
    rng = np.random.default_rng([seed, d, m])
    best: list[tuple[float, Array, Array]] = []

    def polished(A: Array, B: Array, count: int) -> float:
        values = ratios(A, B)
        found = [polish_pair(A[i], B[i]) for i in np.argsort(values)[:count].tolist()]
        best.extend((value, a, b) for a, b, value in found)
        return min(value for _, _, value in found)

    free = math.inf
    for kind in range(4):  # independent, and nearer and nearer to symmetric
        A = rng.standard_normal((starts, m, d))
        B = (
            rng.standard_normal((starts, m, d))
            if kind == 0
            else A + (1.0, 0.5, 0.2)[kind - 1] * rng.standard_normal(A.shape)
        )
        free = min(free, polished(*relax_pairs(A, B), 4))
    perturbed = math.inf
    for size in (0.01, 0.05, 0.2):
        X = np.repeat(frame.vectors[None], starts // 2, axis=0)
        A, B = X + size * rng.standard_normal(X.shape), X + size * rng.standard_normal(X.shape)
        perturbed = min(perturbed, polished(*relax_pairs(A, B, stages=_NEAR), 3))
    value, A, B = min(best, key=lambda item: item[0])
    alternating = value
    for turn in range(6):  # exact in one of the two at a time
        B, values = best_probes(A)
        alternating = min(alternating, float(values.max()))
        A, B = B, A
        if turn % 2:
            A, B = A / np.abs(A).max(), B / np.abs(B).max()
    exact = None
    if value < symmetric - MARGIN:
        _, A, B = min(best, key=lambda item: item[0])
        exact = exact_ratio(quantised(A / np.abs(A).max()), quantised(B / np.abs(B).max()))
    welch = math.sqrt((m - d) / (d * (m - 1)))
    return Row(
        d,
        m,
        symmetric,
        welch,
        free,
        perturbed,
        alternating,
        4 * starts + 3 * (starts // 2),
        exact,
        time.thread_time() - began,
    )


def line(row: Row) -> str:
    best = min(row.free, row.perturbed, row.alternating)
    if row.exact is not None and float(row.exact) < row.symmetric - MARGIN:
        verdict = f"**B != cA wins**: {float(row.exact):.9f} exactly below"
    elif best < row.symmetric - MARGIN:
        verdict = "not decided"
    else:
        verdict = "equal" if best <= row.symmetric + 1e-8 else "symmetric is better"
    if row.symmetric <= row.welch + 1e-8:
        verdict += ", proved (Welch)"
    return (
        f"| {row.d} | {row.m} | {row.welch:.7f} | {row.symmetric:.9f} | {row.free:.9f} | {row.perturbed:.9f} "
        f"| {row.alternating:.9f} | {row.pairs} | {row.seconds:.0f} | {verdict} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=128, help="pairs of one batch; each (d, m) has 5.5 of them")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--least", type=int, default=2, help="the smallest d")
    parser.add_argument("--most", type=int, default=6, help="the largest d")
    parser.add_argument("--features", type=int, default=12, help="the largest m")
    options = parser.parse_args()
    listed = entries(range(3, 11), 30)
    print("| d | m | Welch | symmetric | free starts | from symmetric | alternating | pairs | seconds | |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    with threadpool_limits(1):
        for d in range(options.least, options.most + 1):
            for m in range(d + 2, options.features + 1):
                known = listed[d, m].listed if (d, m) in listed else math.cos(math.pi / m)
                print(line(examine(d, m, seed=options.seed, starts=options.starts, known=known)), flush=True)


if __name__ == "__main__":
    main()
