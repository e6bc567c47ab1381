"""``python -m benchmarks.packing``: numerical packing beside the best known line packings, d = 3..10, N <= 30.

Rounds over all entries that are not reached yet, with more time in each: random and symmetric starts, and the best
frames of the neighbours (N + 1 lines without one of them, N - 1 lines with one more).  ``--state`` keeps every best
frame in a file that is replaced after each search; a run with the same file goes on from there, its clock included.
Seconds are processor time, so that a busy machine changes little.
"""

from __future__ import annotations

import argparse
import csv
import math
import os
from collections.abc import Collection
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from benchmarks.interference import machine
from lincs.packing.search import search
from lincs.parallel import cluster_client

Array = npt.NDArray[Any]
Key = tuple[int, int]

TABLE = Path(__file__).parent.parent / "tests" / "data" / "line_packings.csv"
TOLERANCE = 1e-6
_FIRST = 1.0  # seconds for an entry in the first round; doubled in each further one


@dataclass
class Entry:
    """What is known of one (d, N): the best frame, the time spent on it, and when it was reached on the run's clock."""

    listed: float
    coherence: float = math.inf
    vectors: Array | None = None
    seconds: float = 0.0
    reached_at: float = math.inf
    rounds: int = 0

    @property
    def reached(self) -> bool:
        return self.coherence <= self.listed + TOLERANCE

    @property
    def beyond(self) -> bool:
        """Better by 2e-6 than the listed squared sine allows, which is given to six digits, cut off."""
        return self.coherence < math.sqrt(max(0.0, self.listed**2 - 1e-6)) - 2e-6


def entries(dimensions: range, most: int) -> dict[Key, Entry]:
    with TABLE.open(encoding="utf-8") as file:
        rows = [(int(row["d"]), int(row["N"]), float(row["mu_upper"])) for row in csv.DictReader(file)]
    return {(d, n): Entry(mu) for d, n, mu in rows if d in dimensions and n <= most}


# --- the file ---------------------------------------------------------------------------------------------------------


def load(path: Path, table: dict[Key, Entry]) -> float:
    """Fill in what an earlier run found; returns its clock."""
    with np.load(path) as data:
        for key, entry in table.items():
            name = f"{key[0]}_{key[1]}"
            if name in data:
                entry.vectors = data[name]
                entry.coherence, entry.seconds, entry.reached_at, rounds = data[f"{name}_record"].tolist()
                entry.rounds = int(rounds)
        return float(data["clock"])


def save(path: Path, table: dict[Key, Entry], clock: float) -> None:
    arrays: dict[str, Array] = {"clock": np.array(clock)}
    for (d, n), entry in table.items():
        if entry.vectors is not None:
            arrays[f"{d}_{n}"] = entry.vectors
            record = [entry.coherence, entry.seconds, entry.reached_at, entry.rounds]
            arrays[f"{d}_{n}_record"] = np.array(record)
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    os.replace(beside, path)


# --- the search -------------------------------------------------------------------------------------------------------


def neighbours(table: dict[Key, Entry], key: Key, seed: int) -> Array | None:
    """Starts from the frames with one line more or less."""
    d, n = key
    rng = np.random.default_rng([seed, d, n])
    starts = []
    more, less = table.get((d, n + 1)), table.get((d, n - 1))
    if more is not None and more.vectors is not None:
        starts += [np.delete(more.vectors, j, axis=0) for j in range(n + 1)]
    if less is not None and less.vectors is not None:
        starts += [np.concatenate([less.vectors, rng.standard_normal((1, d))]) for _ in range(16)]
    return np.array(starts) if starts else None


def work(key: Key, seed: int, starts: Array | None, target: float, seconds: float) -> tuple[float, Array, float]:
    d, n = key
    with threadpool_limits(1):
        found = search(d, n, seed=seed, restarts=10**9, starts=starts, target=target, seconds=seconds)
    return found.coherence, found.vectors, found.seconds


def run(
    table: dict[Key, Entry],
    *,
    clock: float,
    budget: float,
    threads: int,
    state: Path | None,
    client: Any = None,
) -> float:
    """Search until everything is reached or the clock says ``budget``; returns the clock.

    The clock is processor time over the number of threads: the wall clock of a machine that has nothing else to do.
    """
    with ProcessPoolExecutor(threads) if client is None else client.get_executor() as pool:
        running: dict[Future[tuple[float, Array, float]], Key] = {}
        while True:
            while len(running) < threads and clock < budget:
                key = choose(table, running.values())
                if key is None:
                    break
                entry = table[key]
                seconds = min(_FIRST * 2**entry.rounds, threads * (budget - clock))
                starts = neighbours(table, key, entry.rounds)
                running[pool.submit(work, key, entry.rounds, starts, entry.listed, seconds)] = key
            if not running:
                return clock
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                key = running.pop(future)
                coherence, vectors, seconds = future.result()
                entry = table[key]
                entry.seconds += seconds
                entry.rounds += 1
                if coherence < entry.coherence:
                    entry.coherence, entry.vectors = coherence, vectors
                clock += seconds / threads
                if entry.reached and math.isinf(entry.reached_at):
                    entry.reached_at = clock
                if state is not None:
                    save(state, table, clock)


def choose(table: dict[Key, Entry], running: Collection[Key]) -> Key | None:
    """An entry that is still to be reached and not searched for now, one with the fewest rounds."""
    left = [key for key, entry in table.items() if not entry.reached and key not in running]
    return min(left, key=lambda key: (table[key].rounds, key[0], -key[1]), default=None)


# --- the report -------------------------------------------------------------------------------------------------------


def report(table: dict[Key, Entry], clock: float) -> str:
    lines = ["| d | N | listed | reached | difference | seconds | |", "|---|---|---|---|---|---|---|"]
    for (d, n), entry in sorted(table.items()):
        note = "beyond the listed one" if entry.beyond else "" if entry.reached else "missed"
        lines.append(
            f"| {d} | {n} | {entry.listed:.7f} | {entry.coherence:.10f} | {entry.coherence - entry.listed:+.1e} "
            f"| {entry.seconds:.1f} | {note} |"
        )
    lines.append("")
    for minutes in (10, 60):
        if clock >= 60 * minutes or minutes == 10:
            reached = sum(entry.reached_at <= 60 * minutes for entry in table.values())
            lines.append(f"reached to {TOLERANCE:g} within {minutes} minutes: {_share(reached, len(table))}")
    reached = sum(entry.reached for entry in table.values())
    lines.append(f"reached in all, after {clock / 60:.1f} minutes: {_share(reached, len(table))}")
    for title, chosen in (
        ("missed", [key for key, entry in sorted(table.items()) if not entry.reached]),
        ("beyond the listed coherence", [key for key, entry in sorted(table.items()) if entry.beyond]),
    ):
        lines.append(f"{title} (d, N): {', '.join(map(str, chosen)) or 'none'}")
    return "\n".join(lines)


def _share(part: int, total: int) -> str:
    return f"{part} of {total} ({100 * part / total:.1f} %)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600.0, help="stop when the clock of the run says this")
    parser.add_argument("--threads", type=int, default=2, help="searches at once, each on one processor")
    parser.add_argument("--state", type=Path, help="an .npz file to keep the frames in, and to go on from")
    parser.add_argument("--cluster", help="Dask workers search: tcp://host:8786, or local:2")
    parser.add_argument("--least", type=int, default=3, help="the smallest d")
    parser.add_argument("--most", type=int, default=10, help="the largest d")
    parser.add_argument("--lines", type=int, default=30, help="the largest N")
    options = parser.parse_args()
    table = entries(range(options.least, options.most + 1), options.lines)
    clock = load(options.state, table) if options.state is not None and options.state.exists() else 0.0
    try:
        with nullcontext() if options.cluster is None else cluster_client(options.cluster) as client:
            clock = run(
                table,
                clock=clock,
                budget=options.seconds,
                threads=options.threads,
                state=options.state,
                client=client,
            )
    except KeyboardInterrupt:
        if options.state is not None:
            clock = load(options.state, table)
    print(f"{machine()}; searches at once: {options.threads}")
    print(report(table, clock))


if __name__ == "__main__":
    main()
