"""The best probes of a whole dictionary: the batched engine beside the homotopy and HiGHS, interleaved in one run.

CPU seconds of the process.  The homotopy is timed on two samples of the features, and what the larger one takes longer
is scaled up to all of them; HiGHS (one warm model of the kernel program) is timed on a few.
``python -m benchmarks.recovery --dictionary`` calls it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

import lincs
from lincs.data.example import example_matrix, full_example_matrix
from lincs.reading import dense
from lincs.recovery.rowprogram import KernelProgram
from lincs.recovery.scaling import Units

__all__ = ["compare_engines"]

Array = npt.NDArray[Any]

_FEW, _MORE, _HIGHS = 8, 72, 8  # features


def seconds(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    answer = call()
    return time.process_time() - start, answer


def _sharp(A: Array, which: npt.NDArray[np.intp]) -> float:
    """Seconds of the homotopy for these features."""
    return seconds(lambda: lincs.optimal_probes(A, k=1, features=which.tolist(), gap=None, row_programs=False))[0]


def compare_engines(A: Array, name: str, rounds: int, *, highs: bool = True) -> None:
    """Print times and ratios for every feature of A, and what was proved."""
    d, m = A.shape
    rng = np.random.default_rng(0)
    lincs.optimal_probes(A[:, :200], k=1, gap=0.5, row_programs=False)  # compiled
    lincs.optimal_probes(A[:, :200], k=1, features=[0], gap=None, row_programs=False)
    fast, slow, found = [], [], None
    for _ in range(rounds):
        first, second = (_sharp(A, np.sort(rng.choice(m, size, replace=False))) for size in (_FEW, _MORE))
        slow.append(first + (second - first) * (m - _FEW) / (_MORE - _FEW))
        used, found = seconds(lambda: lincs.optimal_probes(A, k=1, gap=0.01, row_programs=False))
        fast.append(used)
    assert found is not None
    gaps = found.upper[:, 0] / found.lower[:, 0] - 1
    ratios = [a / b for a, b in zip(slow, fast, strict=True)]
    print(f"\n{name}, {d} x {m}: the best probes of all features, CPU seconds of {rounds} rounds")
    print(f"engine    {np.median(fast):8.1f}   ({', '.join(f'{t:.1f}' for t in fast)})")
    print(f"homotopy  {np.median(slow):8.1f}   ({', '.join(f'{t:.0f}' for t in slow)}; from {_MORE} features each)")
    print(f"ratio     {np.median(ratios):8.1f}   ({', '.join(f'{r:.1f}' for r in ratios)})")
    if highs:
        program = KernelProgram(Units(A).matrix)
        used, _ = seconds(lambda: [program.solve(int(i), 1) for i in rng.choice(m, _HIGHS, replace=False)])
        print(f"HiGHS     {used * m / _HIGHS:8.0f}   ratio {used * m / _HIGHS / np.median(fast):.0f} (from {_HIGHS})")
    width = found.nu.hi / found.nu.lo - 1
    print(f"gaps: median {np.median(gaps):.2%}, largest {gaps.max():.2%}; nu(A) = {found.nu.hi:.9f} within {width:.0e}")


def main(*, rounds: int = 3, full: bool = False) -> None:
    compare_engines(np.asarray(dense(example_matrix())), "packaged word vectors", rounds)
    if full:
        whole = np.asarray(dense(full_example_matrix()))
        chosen = np.sort(np.random.default_rng(0).choice(whole.shape[1], 8192, replace=False))
        compare_engines(np.ascontiguousarray(whole[:, chosen]), "8,192 of the full table", 1, highs=False)
