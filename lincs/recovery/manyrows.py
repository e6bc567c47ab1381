"""The rows of many features, block by block: counted, kept in a checkpoint, on threads or on the workers of a cluster.

Of a block only the numbers that prove something are kept, and the kernel vector with the largest share: memory is that
of the blocks at work and of the probes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from lincs.interference.checkpoint import Checkpoint, SweepKeeper
from lincs.parallel import clustered, map_tasks, run_tasks
from lincs.recovery.proberows import PROVED_OF, Kernels, solve_rows
from lincs.recovery.rowspace import RowSpace

__all__ = ["Progress", "Sharp", "Solver", "solve_blocks"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Progress = Callable[[int, int], None]

_COLUMNS = 8  # features a thread of a sharp block, after which Ctrl-C is heard and a checkpoint may be written


class Solver(Protocol):
    """Kernel vectors and probes of some features of one matrix; picklable, for the workers of a cluster."""

    @property
    def columns(self) -> int:
        """Entries of a kernel vector."""

    @property
    def dims(self) -> int:
        """Entries of a probe."""

    @property
    def m(self) -> int:
        """Entries of a kernel vector that are features."""

    @property
    def threaded(self) -> bool:
        """Whether a call uses threads of its own."""

    def width(self, n: int, threads: int) -> int:
        """How many of n features make a block."""

    def __call__(self, which: Indices, threads: int, stop: threading.Event | None) -> tuple[Kernels, Array] | None:
        """(kernels, probes) of a block; None if it was stopped before the end."""


@dataclass(frozen=True)
class Sharp:
    """As sharp as can be, by the l1 homotopy (proberows.py); arguments as there."""

    work: Array
    exact: Array
    rows: RowSpace
    m: int
    threaded: bool = True

    @property
    def columns(self) -> int:
        return int(self.work.shape[1])

    @property
    def dims(self) -> int:
        return len(self.work)

    def width(self, n: int, threads: int) -> int:
        return _COLUMNS * threads

    def __call__(self, which: Indices, threads: int, stop: threading.Event | None) -> tuple[Kernels, Array]:
        return solve_rows(self.work, self.exact, self.rows, which, m=self.m, threads=threads)


def solve_blocks(
    solver: Solver,
    which: Indices,
    *,
    threads: int,
    progress: Progress | None = None,
    checkpoint: Checkpoint | None = None,
) -> tuple[Kernels, Array]:
    """Kernel vectors and probes (d x n) of the features ``which``; ``checkpoint`` is open already."""
    n = len(which)
    kernels, probes = Kernels.empty(which, solver.m), np.zeros((solver.dims, n))
    done = np.zeros(n, dtype=bool)
    keeper = None
    if checkpoint is not None:
        keeper = SweepKeeper(checkpoint, "rows", {name: getattr(kernels, name) for name in PROVED_OF} | {"B": probes})
        saved = keeper.restore(_state(kernels, done, solver.columns))
        if saved is not None:
            done[:] = saved["done"]
            if saved["kept"]:
                kernels.u[int(saved["at"])] = saved["vector"]
    width = max(1, solver.width(n, threads))
    todo = np.flatnonzero(~done)
    blocks = [todo[first : first + width] for first in range(0, len(todo), width)]

    def take(part: Indices, found: tuple[Kernels, Array]) -> None:
        kernels.take(part, found[0])
        probes[:, part] = found[1]
        done[part] = True
        if progress is not None:
            progress(int(done.sum()), n)
        if keeper is not None and keeper.due():
            keeper.save(_state(kernels, done, solver.columns))

    try:
        _run(solver, which, blocks, threads, take)
    except BaseException:
        if keeper is not None and done.any():
            keeper.save(_state(kernels, done, solver.columns), interrupted=True)
        raise
    return kernels, probes


def _run(
    solver: Solver,
    which: Indices,
    blocks: list[Indices],
    threads: int,
    take: Callable[[Indices, tuple[Kernels, Array]], None],
) -> None:
    if clustered():
        map_tasks(
            _compact,
            [(which[part],) for part in blocks],
            threads=1,
            done=lambda n, found: take(blocks[n], found),
            shared=solver,
        )
        return
    if solver.threaded:
        for part in blocks:
            found = solver(which[part], threads, None)
            assert found is not None
            take(part, found)
        return
    stop, answers = threading.Event(), {}

    def work(n: int) -> None:
        found = solver(which[blocks[n]], 1, stop)
        if found is not None:
            answers[n] = found

    def finished(n: int) -> None:
        if n in answers:
            take(blocks[n], answers.pop(n))

    run_tasks(range(len(blocks)), work, threads=threads, done=finished, stop=stop)


def _compact(solver: Solver, which: Indices) -> tuple[Kernels, Array]:
    """On a worker: of the block's kernel vectors the best alone goes back."""
    found = solver(which, 1, None)
    assert found is not None
    small = Kernels.empty(which, solver.m)
    small.take(np.arange(len(which)), found[0])
    return small, found[1]


def _state(kernels: Kernels, done: npt.NDArray[np.bool_], columns: int) -> dict[str, npt.NDArray[np.generic]]:
    at = kernels.best()
    kept = at in kernels.u
    vector = kernels.u[at] if kept else np.zeros(columns)
    return {"done": done.copy(), "at": np.array(at), "kept": np.array(kept), "vector": np.array(vector)}
