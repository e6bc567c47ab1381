"""``python -m benchmarks.bounds``: the brackets of a fixed list of problems, and how far apart their ends are.

One row a problem: the lower end from one degree and from several, the upper end and the rule that gives it, their
ratio, the paper's Theorem 2 beside it, and the time of both brackets.  The last line is the geometric mean of the
ratios: the one number that new bounds and new constructions should lower.
"""

from __future__ import annotations

import csv
import math
import time
from pathlib import Path

import lincs
from lincs.bounds.published import theorem_2

PROBLEMS = Path(__file__).resolve().parent.parent / "tests" / "data" / "reference_brackets.csv"


def main() -> None:
    """Print the table."""
    head = f"{'m':>14} {'k':>3} {'eps':>5} {'lower':>6} {'several':>7} {'upper':>6}"
    print(f"{head}  {'by':20} {'ratio':>6} {'Thm 2':>8}  seconds")
    logarithms = []
    with PROBLEMS.open() as file:
        problems = list(csv.DictReader(file))
    for row in problems:
        start = time.perf_counter()
        plain = lincs.bound(m=row["m"], k=row["k"], eps=row["eps"])
        middle = time.perf_counter()
        sharp = lincs.bound(m=row["m"], k=row["k"], eps=row["eps"], sharpen=True)
        end = time.perf_counter()
        low, high = sharp.lower.value, sharp.upper.value
        assert isinstance(low, int)
        assert isinstance(high, int)
        logarithms.append(math.log(high / low))
        problem = sharp.problem
        assert problem.m is not None
        assert problem.k is not None
        assert problem.eps is not None
        paper = theorem_2(m=problem.m, k=problem.k, eps=problem.eps)
        print(
            f"{row['m']:>14} {row['k']:>3} {row['eps']:>5} {plain.lower.value:>6} {low:>7} {high:>6}  "
            f"{sharp.upper.name:20} {high / low:6.3f} {paper:>8}  {middle - start:.2f} + {end - middle:.2f}"
        )
    print(f"geometric mean of upper/lower: {math.exp(sum(logarithms) / len(logarithms)):.3f}")


if __name__ == "__main__":
    main()
