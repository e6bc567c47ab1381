"""``python -m benchmarks.interference``: lincs beside the bare matrix product and its peers, in one run.

All figures are ratios to the bare float32 product of the same run (medians over repetitions): these are what carries
over from one machine to another.  ``--m --d --k --repeat`` choose another size.  ``--peers`` adds scikit-learn, faiss
and torch where they are installed (extra ``bench``), ``--table`` the full 30,522 x 384 word table (same extra), with
the cost of eight k at once and the peak memory of a fresh process.

What the product costs depends on the kernel that BLAS takes for the processor; the first line names it.  With
``OPENBLAS_CORETYPE=Haswell`` before the command OpenBLAS multiplies without AVX-512, with the variable unset as it does
for everybody: README's table has both.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_info

import lincs
from lincs.parallel import cpu_count

Array = npt.NDArray[Any]
Run = Callable[[], Any]


def machine() -> str:
    """One line: processor, threads, numpy and its BLAS."""
    blas = [info for info in threadpool_info() if info["user_api"] == "blas"]
    kernels = ", ".join(sorted({f"{i['internal_api']} {i['version']} ({i.get('architecture')})" for i in blas}))
    return f"{platform.machine()}, {cpu_count()} threads, numpy {np.__version__}, {kernels}"


def features(m: int, d: int, seed: int) -> Array:
    """m random unit vectors as rows (m x d), float32."""
    rows = np.random.default_rng(seed).standard_normal((m, d))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def worst_of(error: Array, first: int, k: int) -> float:
    """Largest top-k sum of |rows| of ``B^T A``, from row ``first`` on, after subtracting the identity."""
    rows = np.arange(len(error))
    error[rows, first + rows] -= 1
    np.abs(error, out=error)
    return float(np.partition(error, -k, axis=1)[:, -k:].sum(axis=1).max())


def blocked_numpy(A: Array, B: Array, k: int, block: int = 512) -> float:
    """The number by blocks of rows: product, subtract the diagonal, partition.  m x d arrays; not certified."""
    return max(worst_of(B[i : i + block] @ A.T, i, k) for i in range(0, len(A), block))


def torch_blocked(A: Array, B: Array, k: int) -> float:
    import torch

    torch.set_num_threads(cpu_count())
    a, b = torch.from_numpy(A), torch.from_numpy(B)
    worst = 0.0
    for i in range(0, len(A), 512):
        error = b[i : i + 512] @ a.T
        error[torch.arange(len(error)), i + torch.arange(len(error))] -= 1
        worst = max(worst, float(error.abs().topk(k, dim=1).values.sum(dim=1).max()))
    return worst


def faiss_both_signs(A: Array, B: Array, k: int) -> float:
    """k + 1 largest inner products with A and with -A; the diagonal is dealt with afterwards."""
    import faiss

    index = faiss.IndexFlatIP(A.shape[1])
    index.add(A)
    high, at_high = index.search(B, k + 1)
    low, at_low = index.search(-B, k + 1)
    return _merge(high, at_high, low, at_low, k)


def sklearn_both_signs(A: Array, B: Array, k: int) -> float:
    """Nearest neighbours among A and -A by brute force: for unit vectors the largest |inner products|."""
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(algorithm="brute", n_jobs=cpu_count()).fit(np.vstack([A, -A]))
    distance, at = search.kneighbors(B, k + 1)
    product = 1 - distance**2 / 2
    return _merge(product, at % len(A), np.full_like(product, -np.inf), at, k)


def _merge(high: Array, at_high: Array, low: Array, at_low: Array, k: int) -> float:
    own = np.arange(len(high))[:, None]
    high, low = np.where(at_high == own, 0, high), np.where(at_low == own, 0, low)
    both = np.sort(np.hstack([np.maximum(high, 0), np.maximum(low, 0)]), axis=1)
    return float(both[:, -k:].sum(axis=1).max())


def contenders(m: int, d: int, k: int, peers: bool) -> dict[str, Run]:
    """What is timed, by name."""
    a, b = features(m, d, 0), features(m, d, 1)
    a64, b64 = a.astype(np.float64), b.astype(np.float64)
    out = np.empty((m, m), np.float32)
    copy = a.copy()  # numpy would notice A A^T and compute half of it

    def pair(left: Array, right: Array, precision: str, readout: str = "signed") -> Run:
        return lambda: lincs.verify(left, right, k=k, layout="rows", precision=precision, readout=readout)

    def bare64() -> None:
        for i in range(0, m, 1024):
            b64[i : i + 1024] @ a64.T

    runs: dict[str, Run] = {
        "bare product B'A, float32": lambda: np.matmul(copy, a.T, out=out),
        "bare product B'A, float64": bare64,
        "lincs, A = B": pair(a, a, "mixed"),
        "lincs, A != B": pair(a, b, "mixed"),
        "lincs, A = B, nonnegative": pair(a, a, "mixed", "nonnegative"),
        "lincs, A != B, nonnegative": pair(a, b, "mixed", "nonnegative"),
        "lincs, A = B, float64 sweep": pair(a64, a64, "double"),
        "lincs, A != B, float64 sweep": pair(a64, b64, "double"),
        "blocked numpy, float32": lambda: blocked_numpy(a, b, k),
    }
    if peers:
        runs["naive numpy, float32"] = lambda: worst_of(b @ a.T, 0, k)
        optional: dict[str, tuple[str, Run]] = {
            "torch": ("torch, blocked topk", lambda: torch_blocked(a, b, k)),
            "faiss": ("faiss, both signs, A = B", lambda: faiss_both_signs(a, a, k)),
            "sklearn": ("scikit-learn, brute force, A = B", lambda: sklearn_both_signs(a, a, k)),
        }
        for module, (name, run) in optional.items():
            if find_spec(module) is None:
                print(f"({name}: {module} is not installed)")
            else:
                runs[name] = run
    return runs


def table_runs() -> dict[str, Run]:
    """The full word table: the bare product (by halves, it would fill 3.7 GB) and lincs for k up to 50."""
    from lincs.data.example import full_example_matrix

    A = full_example_matrix()
    rows = np.ascontiguousarray(A.T)
    copy, half = rows.copy(), len(rows) // 2
    out = np.empty((half, len(rows)), np.float32)

    def bare() -> None:
        np.matmul(copy[:half], rows.T, out=out)
        np.matmul(copy[half : 2 * half], rows.T, out=out)

    def certified(k: Any) -> Run:
        return lambda: lincs.verify(A, A, k=k)

    return {
        "bare product B'A, float32": bare,
        "lincs, k = 1, 3, 10, 50": certified([1, 3, 10, 50]),
        "lincs, k = 50": certified(50),
        "lincs, eight k up to 50": certified([1, 2, 3, 5, 10, 20, 30, 50]),
        "lincs, self-scaled, k = 1, 3, 10, 50": lambda: lincs.verify(A, k=[1, 3, 10, 50]),
    }


def report(runs: dict[str, Run], repeat: int) -> None:
    """Time everything in turn, so that drifts of the machine meet all alike; print medians of wall and CPU time."""
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
    print(f"{'':40s} {'seconds':>8s} {'ratio':>7s} {'CPU ratio':>10s}")
    for name in runs:
        seconds, work = statistics.median(wall[name]), statistics.median(cpu[name])
        ratio, cpu_ratio = seconds / statistics.median(wall[first]), work / statistics.median(cpu[first])
        print(f"{name:40s} {seconds:8.3f} {ratio:7.2f} {cpu_ratio:10.2f}", flush=True)


_PEAK = """
import resource, sys
import numpy as np
import lincs
A = np.load(sys.argv[1]).T
lincs.verify(A[:, :2000], A[:, :2000], k=3, precision="mixed")  # compiled code is no memory of the run
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
lincs.verify(A, A, k=[1, 3, 10, 50])
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def peak_memory() -> int:
    """Growth of the peak of a fresh process that verifies the full table, in MB (Linux units of ru_maxrss)."""
    from lincs.data.example import full_example_matrix

    with tempfile.NamedTemporaryFile(suffix=".npy") as file:
        np.save(file, full_example_matrix().T)
        file.flush()
        done = subprocess.run([sys.executable, "-c", _PEAK, file.name], capture_output=True, text=True, check=True)
    return int(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--m", type=int, default=16384)
    parser.add_argument("--d", type=int, default=512)
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    print(machine())
    print(f"\nm = {options.m}, d = {options.d}, k = {options.k}, medians of {options.repeat}")
    report(contenders(options.m, options.d, options.k, options.peers), options.repeat)
    if options.table:
        print(f"\nall-MiniLM-L6-v2, m = 30522, d = 384, medians of {options.repeat}")
        report(table_runs(), options.repeat)
        print(f"peak memory of the verification beyond the table: {peak_memory()} MB")


if __name__ == "__main__":
    main()
