"""The tasks of a sweep on the workers of a Dask cluster (``dask.distributed``; the caller brings the client).

A worker gets the *address* of a matrix - path, key, layout, and a digest of its entries - and a group of tasks, opens
the file itself and returns the largest entries that it has found; no matrix is ever sent.  Every task runs on one
thread: Dask runs as many tasks at once as a worker has threads.

What clusters do: a killed worker's tasks are given to others by the scheduler (and by us, when it has given up on
them); a worker that cannot open the file is left out from then on; when nothing is left to hand out, the slowest tasks
are given to idle workers once more, and the first answer counts.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from lincs.errors import InputError
from lincs.interference.identity import identity
from lincs.interference.plans import Plan
from lincs.interference.sweep import Job, Runner, Sweep
from lincs.matrices import Matrix
from lincs.parallel import one_blas_thread

__all__ = [
    "Address",
    "ClusterFailed",
    "address_of",
    "check_addressable",
    "compute",
    "group_entries",
    "on_client",
]

_SECONDS = 5.0, 60.0  # of work in a group of tasks, roughly: longer ones where there would be very many
_MANY = 20_000
_RATE = 2e10  # floating-point operations a second of one thread, roughly
_GROUPS = 8  # groups for each thread, at least: so that all end at about the same time
_ATTEMPTS = 5  # times a group is handed out again after failures
_SLOW = 3.0  # a task that has taken this many times the median is handed out twice


_CANCELLED = (asyncio.CancelledError, concurrent.futures.CancelledError)


class ClusterFailed(RuntimeError):
    """The cluster has gone or gives no answers; what was finished is in the checkpoint."""


class _LostFile(Exception):
    """A worker cannot open the file, or finds another one there: (what is wrong, the worker's address)."""


@dataclass(frozen=True)
class Address:
    """Where a worker finds a matrix, and how to know that it is the right one."""

    path: str
    key: str | None
    layout: str
    normalize: bool
    digest: str
    scales: bytes | None = field(default=None, repr=False)  # (m,) float64
    gain: bytes | None = field(default=None, repr=False)  # (d,) float64
    kept: bytes | None = field(default=None, repr=False)  # (m,) int64: places of the features that are not left out
    how: Any = None  # what the caller said of the file


def check_addressable(matrix: Matrix) -> tuple[str, str | None, str, Any]:
    """Where a worker finds a matrix read from a file; :class:`InputError` for one that is only in memory."""
    if matrix.origin is None:
        raise InputError(
            f"{matrix.name} must be a file that every worker can open when a cluster is used, got an array in memory"
        )
    return matrix.origin


def address_of(matrix: Matrix, digest: str | None = None) -> Address:
    """The address of a matrix read from a file; ``digest`` is its :func:`identity` if that is known."""
    path, key, layout, how = check_addressable(matrix)
    scales = None if matrix.scales is None else matrix.scales.tobytes()
    gain = None if matrix.gain is None else matrix.gain.tobytes()
    kept = None if matrix.kept is None else matrix.kept.astype(np.int64).tobytes()
    return Address(path, key, layout, matrix.normalize, digest or identity(matrix), scales, gain, kept, how)


@lru_cache(maxsize=4)
def _open(address: Address) -> Matrix:
    """The matrix at an address, kept open by the worker."""
    from lincs.files import read_matrix

    try:
        matrix = read_matrix(address.path, key=address.key, layout=address.layout, how=address.how)
        if address.kept is not None:
            matrix = matrix.only(np.frombuffer(address.kept, dtype=np.int64).astype(np.intp))
        if address.gain is not None:
            matrix = matrix.gained(np.frombuffer(address.gain))
        if address.normalize:
            matrix = matrix.normalized()
        if address.scales is not None:
            matrix = matrix.times(np.frombuffer(address.scales))
        if identity(matrix) != address.digest:
            raise InputError(f"{address.path} is another file")
    except (OSError, InputError) as error:
        raise _LostFile(str(error), _here()) from None
    return matrix


def _here() -> str:
    """The address of the worker that runs this task."""
    from distributed import get_worker

    return str(get_worker().address)


def compute(
    b: Address, a: Address, keep: int, sides: tuple[str, ...], dtype: str, only: Any, group: list[int]
) -> tuple[dict[Any, Any], float]:
    """On a worker: the largest entries in a group of tasks (plans.py, ``portion``), and the seconds it took."""
    one_blas_thread()  # for good: other tasks may be running beside this one
    if not all(Path(address.path).exists() for address in (a, b)):
        raise _LostFile(f"{a.path} or {b.path} is not there", _here())
    start = time.monotonic()
    A = _open(a)
    B = A if a == b else _open(b)
    sweep = Sweep(B, A, keep=keep, sides=sides, dtype=np.dtype(dtype), threads=1, same=a == b)
    part = sweep.plan(lambda which, tops: None, only).portion(group)
    return part, time.monotonic() - start


def on_client(client: Any) -> Runner:
    """Let the client's workers do the tasks of a sweep.

    The runner raises :class:`ClusterFailed` when the scheduler is gone or a group fails again and again, and whatever
    error (:class:`InputError`) the computation itself raises.
    """
    return partial(_run_job, client)


def _run_job(client: Any, job: Job) -> None:
    if not job.todo:
        return
    threads = sum(client.nthreads().values())
    size = group_entries(job.plan, job.todo, d=job.sweep.A.d, threads=threads)
    run = _Run(client, job.sweep, job.only, job.plan.groups(job.todo, size))
    try:
        for number, part in run.results():
            job.plan.absorb(part)
            for n in run.groups[number]:
                job.finished(n)
            if job.after():
                return
    except (OSError, *_CANCELLED) as error:  # of a question to a scheduler that has just gone
        raise ClusterFailed(f"the cluster does not answer: {error}") from None
    finally:
        run.cancel()


def group_entries(plan: Plan, todo: list[int], *, d: int, threads: int) -> float:
    """Inner products in a group: some seconds of work, but many groups for each thread of the cluster."""
    total = sum(plan.work(n) for n in todo)
    least, most = (seconds * _RATE / (2 * d) for seconds in _SECONDS)
    return float(max(1.0, min(max(least, min(total / _MANY, most)), total / (_GROUPS * max(1, threads)))))


class _Run:
    """The groups of one plan in flight: submitted, answered once each, submitted again where that is needed."""

    def __init__(self, client: Any, sweep: Sweep, only: Any, groups: list[list[int]]) -> None:
        self.client, self.groups = client, groups
        of_b, of_a = sweep.identities or (None, None)
        a = address_of(sweep.A, of_a)
        b = a if sweep.same else address_of(sweep.B, of_b)
        self.arguments = (b, a, sweep.keep, sweep.sides, sweep.dtype.name, only)
        self.flying: dict[Any, int] = {}  # future -> group
        self.alone: dict[int, float] = {}  # since when a group is known to be running, with idle threads around
        self.attempts = [0] * len(groups)
        self.answered: set[int] = set()
        self.without: set[str] = set()  # workers that lost the file
        self.took: list[float] = []
        self.twice: set[int] = set()

    def results(self) -> Iterator[tuple[int, dict[Any, Any]]]:
        """(number, answer) of every group, in the order in which they arrive, each once."""
        from distributed import TimeoutError as Late
        from distributed import wait

        waiting = deque(range(len(self.groups)))
        while len(self.answered) < len(self.groups):
            # A scheduler is not asked to remember hundreds of thousands of tasks: a few for each thread will do.
            while waiting and len(self.flying) < max(64, 4 * sum(self.client.nthreads().values())):
                self._submit(waiting.popleft())
            try:
                ready = wait(list(self.flying), timeout=1.0, return_when="FIRST_COMPLETED").done
            except Late:
                ready = set()
            except _CANCELLED as error:
                ready = {future for future in self.flying if future.status == "cancelled"}
                if "scheduler-connection-lost" in str(error) or not ready:
                    raise ClusterFailed("the scheduler is gone") from None
            except (OSError, RuntimeError) as error:
                raise ClusterFailed(f"the cluster does not answer: {error}") from None
            if not ready and self.client.status not in ("running", "connecting"):
                raise ClusterFailed("the scheduler is gone")
            for future in ready:
                number = self.flying.pop(future)
                part = self._answer(future, number)
                if part is not None and number not in self.answered:
                    self.answered.add(number)
                    self.took.append(part[1])
                    yield number, part[0]
            if not waiting:
                self._help_the_slow()

    def _submit(self, number: int, *, beside: Any = None) -> None:
        workers = None
        if self.without or beside:
            known = set(self.client.nthreads())
            workers = sorted(known - self.without - set(beside or ()))
            if not workers:
                if beside:
                    return
                raise ClusterFailed("no worker can open the file")
        future = self.client.submit(
            compute, *self.arguments, self.groups[number], workers=workers, pure=False, priority=-number
        )
        self.flying[future] = number

    def _answer(self, future: Any, number: int) -> tuple[dict[Any, Any], float] | None:
        """The answer of a future that is done; None if its group had to be handed out again."""
        if future.status == "finished":
            try:
                part: tuple[dict[Any, Any], float] = future.result()
                return part
            except (OSError, TimeoutError):
                why = "its answer was lost"  # with the worker that held it
        elif number in self.answered:
            return None  # the other copy was quicker
        elif future.status in ("cancelled", "lost"):
            if self.client.status != "running":
                raise ClusterFailed("the scheduler is gone")
            why = "it was cancelled"
        else:
            error = future.exception()
            if isinstance(error, _LostFile):
                why, worker = error.args
                self.without.add(worker)
            elif type(error).__name__ == "KilledWorker":
                why = "its workers died"
            else:
                raise error
        self._again(number, why)
        return None

    def _again(self, number: int, why: str) -> None:
        self.attempts[number] += 1
        if self.attempts[number] > _ATTEMPTS:
            raise ClusterFailed(f"a group of tasks failed {_ATTEMPTS} times, at last because {why}")
        self._submit(number)

    def _help_the_slow(self) -> None:
        """Once workers are idle, give what has taken very long to another one as well."""
        left = set(self.flying.values()) - self.answered
        if len(self.took) < 3 or len(left) >= sum(self.client.nthreads().values()):
            return
        typical, now = sorted(self.took)[len(self.took) // 2], time.monotonic()
        late = [
            number
            for number in left - self.twice
            if now - self.alone.setdefault(number, now) > max(1.0, _SLOW * typical)
        ]
        if not late:
            return
        busy = self.client.processing()
        for future, number in list(self.flying.items()):
            if number in late and number not in self.twice:
                self.twice.add(number)
                self._submit(number, beside=[worker for worker, keys in busy.items() if future.key in keys])

    def cancel(self) -> None:
        if self.flying and self.client.status == "running":
            self.client.cancel(list(self.flying), force=True)
