"""``python -m benchmarks.interference``: lincs beside the bare matrix product and blocked numpy, in one run.

All figures are ratios to the bare product of the same run (median over repetitions): these are what carries over
from one machine to another.  ``--m --d --k`` choose another size, ``--repeat`` the number of repetitions.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_info

import lincs
from lincs.parallel import cpu_count

Array = npt.NDArray[Any]


def machine() -> str:
    """One line: processor, threads, numpy and its BLAS."""
    blas = [info for info in threadpool_info() if info["user_api"] == "blas"]
    kernels = ", ".join(
        sorted({f"{i['internal_api']} {i['version']} ({i.get('architecture')})" for i in blas})
    )
    return f"{platform.machine()}, {cpu_count()} threads, numpy {np.__version__}, {kernels}"


def features(m: int, d: int, seed: int, dtype: npt.DTypeLike) -> Array:
    """m random unit vectors as rows (m x d)."""
    rows = np.random.default_rng(seed).standard_normal((m, d))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=dtype)


def blocked_numpy(A: Array, B: Array, k: int) -> float:
    """The same number by blocks of rows: product, subtract the diagonal, partition.  m x d arrays."""
    worst = 0.0
    for start in range(0, len(A), 512):
        error = B[start : start + 512] @ A.T
        rows = np.arange(len(error))
        error[rows, start + rows] -= 1
        np.abs(error, out=error)
        worst = max(worst, float(np.partition(error, -k, axis=1)[:, -k:].sum(axis=1).max()))
    return worst


def contenders(A: Array, B: Array, k: int) -> dict[str, Callable[[], Any]]:
    """What is timed, by name; A and B are m x d, float64 and float32 twins."""
    a32, b32 = A.astype(np.float32), B.astype(np.float32)
    out32, out64 = (np.empty((len(A), len(A)), dtype) for dtype in (np.float32, np.float64))
    copy32, copy64 = a32.copy(), A.copy()  # a copy: numpy would notice A A^T and compute half of it

    def pair(a: Array, b: Array, **options: Any) -> Callable[[], Any]:
        return lambda: lincs.verify(a, b, k=k, layout="rows", **options)

    return {
        "bare product, float32": lambda: np.matmul(copy32, a32.T, out=out32),
        "bare product, float64": lambda: np.matmul(copy64, A.T, out=out64),
        "blocked numpy, float32": lambda: blocked_numpy(a32, b32, k),
        "lincs float64, A = B": pair(A, A, precision="double"),
        "lincs float64, A != B": pair(A, B, precision="double"),
        "lincs certified (mixed), A = B": pair(a32, a32, precision="mixed"),
        "lincs certified (mixed), A != B": pair(a32, b32, precision="mixed"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--m", type=int, default=8192)
    parser.add_argument("--d", type=int, default=256)
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    m, d, k = options.m, options.d, options.k
    print(machine())
    print(f"m = {m}, d = {d}, k = {k}, median of {options.repeat}")
    runs = contenders(features(m, d, 0, np.float64), features(m, d, 1, np.float64), k)
    times: dict[str, list[float]] = {name: [] for name in runs}
    for repetition in range(options.repeat + 1):  # the first compiles and warms up
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            if repetition:
                times[name].append(time.perf_counter() - start)
    median = {name: statistics.median(values) for name, values in times.items()}
    print(f"{'':34s} {'seconds':>8s} {'/ float32':>10s} {'/ float64':>10s}")
    for name, value in median.items():
        ratios = (value / median[f"bare product, {precision}"] for precision in ("float32", "float64"))
        print(f"{name:34s} {value:8.3f} " + " ".join(f"{ratio:10.2f}" for ratio in ratios))


if __name__ == "__main__":
    main()
