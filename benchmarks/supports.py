"""``python -m benchmarks.supports``: what groups cost a verification, beside the same question without them.

Every round times all questions in turn; printed are medians of CPU and wall seconds, relative to the question without
groups of the same pair.  Groups of four are scattered over the features, and whole groups as well.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import lincs
from benchmarks.interference import features, machine


def questions(m: int, d: int, k: int, readout: str) -> dict[str, dict[str, Callable[[], Any]]]:
    """For each pair the questions by name, the one without groups first."""
    a, b = features(m, d, 0), features(m, d, 1)
    rng = np.random.default_rng(2)
    scattered = rng.permutation(np.arange(m) // 4)
    outer = scattered // 8
    uneven = np.searchsorted(np.cumsum(rng.geometric(0.05, m)), rng.permutation(m), side="right")
    options: dict[str, dict[str, Any]] = {
        "no groups": {"k": k},
        "one of each four": {"k": k, "groups": scattered, "group_rule": "one"},
        "two of each four": {"k": k, "groups": scattered, "group_rule": 2},
        "one of four, three of 32": {"k": k, "groups": [scattered, outer], "group_rule": ["one", 3]},
        "one of each, uneven groups": {"k": k, "groups": uneven, "group_rule": "one"},
        "whole groups of four": {"active_groups": k, "groups": scattered, "group_rule": "whole"},
        "whole, side by side": {"active_groups": k, "groups": np.arange(m) // 4, "group_rule": "whole"},
        "whole, uneven groups": {"active_groups": k, "groups": uneven, "group_rule": "whole"},
    }

    def ask(right: Any, given: dict[str, Any]) -> Callable[[], Any]:
        return lambda: lincs.verify(a, right, layout="rows", readout=readout, **given)

    return {
        pair: {name: ask(right, given) for name, given in options.items()}
        for pair, right in (("A = B", a), ("A != B", b))
    }


def report(runs: dict[str, Callable[[], Any]], repeat: int) -> None:
    wall: dict[str, list[float]] = {name: [] for name in runs}
    cpu: dict[str, list[float]] = {name: [] for name in runs}
    for repetition in range(repeat + 1):  # the first compiles and warms up
        for name, run in runs.items():
            start, used = time.perf_counter(), time.process_time()
            run()
            if repetition:
                wall[name].append(time.perf_counter() - start)
                cpu[name].append(time.process_time() - used)
    first = next(iter(runs))
    for name in runs:
        each = [statistics.median(times[name]) / statistics.median(times[first]) for times in (cpu, wall)]
        seconds = statistics.median(cpu[name])
        print(f"  {name:30s} {seconds:8.2f} CPU s   {each[0]:5.2f} CPU ratio   {each[1]:5.2f} wall ratio", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--m", type=int, default=16384)
    parser.add_argument("--d", type=int, default=512)
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--readouts", nargs="+", default=["signed", "nonnegative"])
    options = parser.parse_args()
    print(machine())
    for readout in options.readouts:
        for pair, runs in questions(options.m, options.d, options.k, readout).items():
            print(f"\n{readout}, {pair}, m = {options.m}, d = {options.d}, k = {options.k}")
            report(runs, options.repeat)


if __name__ == "__main__":
    main()
