"""``python -m benchmarks.scale``: what a sweep costs on many machines, by a model that is checked on this one.

The model: one pass over the files on the driver, then groups of tiles handed to the next free worker (simulated one by
one, with reading, arithmetic, the way of the answer over the network and its merge on the driver), then the second look
at the rows that may be the worst.  Every rate is measured in the same run, on the workers of a local cluster that are
all busy at once, so that they share memory and caches as they will.  ``--check`` (default) runs real sweeps at several
sizes, five times each, beside the prediction.
"""

from __future__ import annotations

import argparse
import heapq
import statistics
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

import lincs
from benchmarks.interference import machine
from lincs.interference.cluster import group_entries
from lincs.interference.rounding import survey
from lincs.interference.sweep import Sweep
from lincs.parallel import cluster_client, one_blas_thread
from lincs.reading import as_matrix

K = 10
RUNS = 5


@dataclass(frozen=True)
class Rates:
    """Seconds for what a sweep consists of, at one d; ``products`` an inner product a second and thread."""

    d: int
    products: float
    pass_bytes: float  # bytes a second of the driver's pass over a file
    latency: float  # seconds of one task that does nothing
    answer_bytes: float  # bytes a second from a worker to the driver
    merge_bytes: float  # bytes a second merged by the driver
    start: float  # seconds of a whole verify of a tiny file: what does not grow


def tiles_rate(d: int, seconds: float = 3.0) -> float:
    """On a worker: inner products a second of one thread, multiplied and scanned as a sweep does it."""
    one_blas_thread()
    rng = np.random.default_rng(0)
    A = as_matrix(rng.standard_normal((8192, d), dtype=np.float32), layout="rows")  # as in the files
    sweep = Sweep(A, A, keep=K, sides=("absolute",), dtype=np.dtype(np.float32), threads=1, same=True)
    plan = sweep.plan(lambda which, tops: None, None)
    half = 4096  # a square of tiles off the diagonal, as a group of tasks is: heaps fill once, not for every tile
    square = [n for n, (i, j) in enumerate(plan.tasks) if i < half <= j]
    plan.portion(square[:1])
    done, begin = 0.0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        plan.portion(square)
        done += sum(plan.work(n) for n in square) / 2  # `work` counts both sides of a tile, it is multiplied once
    return done / (time.perf_counter() - begin)


def answer(size: int) -> np.ndarray[Any, Any]:
    return np.zeros(size, np.int8)


def products(client: Any, d: int, seconds: float = 3.0) -> float:
    """Inner products a second of one thread while all workers are busy."""
    futures = [client.submit(tiles_rate, d, seconds, workers=[w], pure=False) for w in client.nthreads()]
    return float(statistics.mean(client.gather(futures)))


def measure(client: Any, d: int, folder: Path) -> Rates:
    matrix = file(folder, max(2048, (64 << 20) // (4 * d)), d)
    A = as_matrix(str(matrix), layout="rows")
    survey(A, A)
    begin = time.perf_counter()
    survey(A, A)
    reading = 4 * d * A.m / (time.perf_counter() - begin)
    size, sent = 8 << 20, []
    for count, length in ((50, 1), (8, size)):
        begin = time.perf_counter()
        client.gather([client.submit(answer, length, pure=False) for _ in range(count)])
        sent.append((time.perf_counter() - begin) / count)
    plan = Sweep(A, A, keep=K, sides=("absolute",), dtype=np.dtype(np.float32), threads=1, same=True).plan(
        lambda which, tops: None, None
    )
    part = plan.portion([1])
    weight = sum(array.nbytes for array in part.values())
    begin = time.perf_counter()
    for _ in range(20):
        plan.absorb(part)
    merging = 20 * weight / (time.perf_counter() - begin)
    tiny = file(folder, 1200, d)
    times = []
    for _ in range(8):
        begin = time.perf_counter()
        lincs.verify(tiny, k=K, layout="rows", client=client, precision="mixed")
        times.append(time.perf_counter() - begin)
    fixed = statistics.median(times[3:])  # the first ones compile and open
    return Rates(
        d=d,
        products=products(client, d),
        pass_bytes=reading,
        latency=sent[0],
        answer_bytes=size / max(sent[1] - sent[0], 1e-9),
        merge_bytes=merging,
        start=fixed,
    )


def file(folder: Path, m: int, d: int) -> Path:
    """A random float32 file of m features (rows)."""
    path = folder / f"{m}x{d}.npy"
    if not path.exists():
        rng = np.random.default_rng(m)
        out = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(m, d))
        for start in range(0, m, 4096):
            out[start : start + 4096] = rng.standard_normal((min(4096, m - start), d), dtype=np.float32)
        out.flush()
    return path


@dataclass(frozen=True)
class Prediction:
    seconds: float
    groups: int
    busy: float  # share of the workers' time that is arithmetic
    network: float  # bytes of answers
    driver: float  # bytes that the driver holds


def predict(
    rates: Rates, m: int, workers: int, *, network: float | None = None, read: float | None = None
) -> Prediction:
    """Simulate a sweep of ``A^T A``; ``network`` and ``read``: bytes a second of each link, where slower than here."""
    d, network = rates.d, min(rates.answer_bytes, network or np.inf)
    read = read or np.inf
    A = as_matrix(np.broadcast_to(np.float32(0), (d, 1)))
    A.m = m
    sweep = Sweep(A, A, keep=K, sides=("absolute",), dtype=np.dtype(np.float32), threads=1, same=True)
    plan = sweep.plan(lambda which, tops: None, None)
    todo = list(range(len(plan.tasks)))
    edge = plan.tasks[1][1] if len(todo) > 1 else m
    groups = plan.groups(todo, group_entries(plan, todo, d=d, threads=workers))
    free = [(0.0, w) for w in range(workers)]
    driver = arithmetic = bytes_sent = end = 0.0
    for group in groups:
        products = sum(plan.work(n) * (1 if plan.tasks[n][0] == plan.tasks[n][1] else 0.5) for n in group)
        blocks = {start for n in group for start in plan.tasks[n]}
        answered = len(blocks) * min(edge, m) * K * 4
        begin, worker = heapq.heappop(free)
        work = products / rates.products
        # a worker reads each block once if its page cache holds a group, which is what groups are made for
        ready = begin + rates.latency + work + len(blocks) * min(edge, m) * d * 4 / read
        heapq.heappush(free, (ready, worker))
        driver = max(driver, ready + answered / network) + answered / rates.merge_bytes
        arithmetic += work
        bytes_sent += answered
        end = max(end, driver)
    again = 4 * d * m / min(rates.pass_bytes, read)  # the survey
    second = 2 * m * 16 / rates.products + 4 * d * m / read  # a few rows in float64, by one worker
    return Prediction(
        seconds=again + end + second + rates.start,
        groups=len(groups),
        busy=arithmetic / max(end * workers, 1e-9),
        network=bytes_sent,
        driver=m * K * 4 + 8 * 6 * m,
    )


def check(client: Any, rates: Rates, folder: Path, sizes: list[int]) -> str:
    """Each run is beside a prediction from rates measured just before it: the machine is shared, its speed changes."""
    lines = [
        "| m | d | workers | predicted s | measured s | measured/predicted, median of 5 |",
        "|---|---|---|---|---|---|",
    ]
    workers = sum(client.nthreads().values())
    for m in sizes:
        path, runs = file(folder, m, rates.d), []
        for _ in track(range(RUNS), description=f"m = {m}", transient=True):
            expected = predict(replace(rates, products=products(client, rates.d, 1.0)), m, workers).seconds
            begin = time.perf_counter()
            lincs.verify(path, k=K, layout="rows", client=client, precision="mixed")
            runs.append((expected, time.perf_counter() - begin))
        expected, found = (statistics.median(column) for column in zip(*runs, strict=True))
        ratio = statistics.median(found / expected for expected, found in runs)
        lines.append(f"| {m} | {rates.d} | {workers} | {expected:.2f} | {found:.2f} | {ratio:.2f} |")
    return "\n".join(lines)


def table(client: Any, folder: Path) -> str:
    """The predictions; 10 Gbit/s links and 2 GB/s of reading a worker are assumed where this machine is faster."""
    lines = [
        "| m | d | workers | predicted | busy | groups | answers | driver memory |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for m, d, counts in ((10**6, 4096, (16, 64, 256)), (10**7, 8192, (256, 1024))):
        rates = measure(client, d, folder)
        for workers in counts:
            p = predict(rates, m, workers, network=1.25e9, read=2e9)
            lines.append(
                f"| {m} | {d} | {workers} | {p.seconds / 3600:.2f} h | {p.busy:.0%} | {p.groups} "
                f"| {p.network / 1e9:.1f} GB | {p.driver / 1e9:.1f} GB |"
            )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2, help="of the local cluster, one thread each")
    parser.add_argument("--d", type=int, default=256, help="dimensions of the sweeps that are checked")
    parser.add_argument("--m", default="12288,24576,40960", help="features of the sweeps that are checked")
    parser.add_argument("--no-check", action="store_true", help="only the predictions")
    parser.add_argument("--no-table", action="store_true", help="only the check")
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as name, cluster_client(f"local:{options.workers}") as client:
        folder = Path(name)
        if not options.no_check:
            print(check(client, measure(client, options.d, folder), folder, [int(m) for m in options.m.split(",")]))
        if not options.no_table:
            print(table(client, folder))


if __name__ == "__main__":
    main()
