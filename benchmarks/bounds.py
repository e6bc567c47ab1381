"""``python -m benchmarks.bounds``: the brackets of a fixed list of problems, and how far apart their ends are.

One row a problem: the lower end of the Chebyshev rank bound alone and the best one with its rule, the upper end with
its own, their ratio, the paper's Theorem 2 beside it, and the time of the bracket.  The last lines are the geometric
means of the ratios, here and over the atlas: the numbers that new bounds and new constructions should lower.
"""

from __future__ import annotations

import csv
import math
import time
from pathlib import Path

import lincs
from lincs.atlas.build import evaluate
from lincs.bounds.chebyshev import chebyshev_rank
from lincs.bounds.published import theorem_2

PROBLEMS = Path(__file__).resolve().parent.parent / "tests" / "data" / "reference_brackets.csv"


def main() -> None:
    """Print the table, then the atlas in two lines."""
    head = f"{'m':>14} {'k':>3} {'eps':>5} {'one T_p':>7} {'lower':>6}  {'by':14} {'upper':>6}"
    print(f"{head}  {'by':20} {'ratio':>6} {'Thm 2':>8}  seconds")
    ratios = []
    with PROBLEMS.open() as file:
        problems = list(csv.DictReader(file))
    for row in problems:
        start = time.perf_counter()
        found = lincs.bound(m=row["m"], k=row["k"], eps=row["eps"])
        seconds = time.perf_counter() - start
        low, high, problem = found.lower.value, found.upper.value, found.problem
        assert isinstance(low, int)
        assert isinstance(high, int)
        assert problem.m is not None
        assert problem.k is not None
        assert problem.eps is not None
        single = chebyshev_rank(m=problem.m, mu=problem.eps / (problem.k - problem.eps)).d
        ratios.append(high / low)
        paper = theorem_2(m=problem.m, k=problem.k, eps=problem.eps)
        print(
            f"{row['m']:>14} {row['k']:>3} {row['eps']:>5} {single:>7} {low:>6}  {found.lower.name:14} {high:>6}  "
            f"{found.upper.name:20} {high / low:6.3f} {paper:>8}  {seconds:.2f}"
        )
    print(f"geometric mean of upper/lower: {_mean(ratios):.3f}")
    ends = [cell.ends for cell in evaluate()]
    spread = [high / low for low, high in ends]
    exact = sum(low == high for low, high in ends)
    print(f"atlas, {len(ends)} cells: geometric mean {_mean(spread):.4f}, largest {max(spread):.2f}, {exact} exact")


def _mean(ratios: list[float]) -> float:
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


if __name__ == "__main__":
    main()
