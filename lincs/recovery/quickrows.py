"""Kernel vectors and probes of many features to a gap, block by block: splitting.py finds them, here they are measured.

Of a block only the numbers that prove something are kept, and the kernel vector with the largest share: memory is that
of a few blocks and of the probes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from lincs.parallel import cpu_count, run_tasks
from lincs.recovery.proberows import Kernels, kernels_of
from lincs.recovery.rowspace import RowSpace
from lincs.recovery.splitting import basis_of, split

__all__ = ["quick_rows"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_BLOCK_BYTES = 16 << 20  # of one m x block array in float32; a block has five
_WIDE, _NARROW = 512, 32


def quick_rows(
    A: Array,
    rows: RowSpace,
    which: Indices,
    *,
    gap: float,
    threads: int | None,
    progress: Callable[[int, int], None] | None,
) -> tuple[Kernels, Array]:
    """Kernel vectors and probes (d x n) of the features ``which`` of A, whose ends are to be within ``gap``.

    Where a row's gap stays open its numbers are what they are: the caller sees it when it measures.
    """
    m, n = A.shape[1], len(which)
    basis = basis_of(rows.work)
    count = threads or cpu_count()
    width = max(_NARROW, min(_WIDE, _BLOCK_BYTES // (4 * m), -(-n // count)))
    probes = np.zeros((len(A), n))
    kernels = Kernels.empty(which, m)
    stop = threading.Event()
    done = 0

    def work(first: int) -> None:
        part = np.arange(first, min(first + width, n))
        found = split(basis, which[part], gap=gap, stop=stop.is_set)
        if stop.is_set():
            return
        u = -found.w
        u[which[part], np.arange(len(part))] = 0.0
        mine = kernels_of(A, rows, which[part], u)
        own = np.einsum("ij,ij->j", rows.work[:, which[part]], found.y)
        # Errors off the feature are at most 1 and its own is 1 - own: the factor that makes both the same.
        probes[:, part] = rows.dual(found.y / (1.0 + np.maximum(own, 0.0)), len(A))
        kernels.take(part, mine)

    def finished(first: int) -> None:
        nonlocal done
        done += min(width, n - first)
        if progress is not None:
            progress(done, n)

    run_tasks(range(0, n, width), work, threads=count, done=finished, stop=stop)
    return kernels, probes
