"""One way to run a list of tasks: on this machine's threads, or by the client of a Dask cluster.

The threads are Python's own: the kernels release the GIL and every BLAS call runs on one thread
(threadpoolctl), so that two workers never fight over one core.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, TypeVar

from threadpoolctl import ThreadpoolController

from lincs.errors import InputError, check_integer

__all__ = [
    "cluster_client",
    "clustered",
    "cpu_count",
    "map_tasks",
    "on_cluster",
    "one_blas_thread",
    "run_tasks",
    "single_threaded_blas",
    "thread_count",
]

T = TypeVar("T")


def cpu_count() -> int:
    """The number of processors this process may use (its affinity mask, not the machine's total)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def thread_count(threads: int | None) -> int:
    """Threads as they are asked for, all processors by default; :class:`InputError` unless a positive integer."""
    return cpu_count() if threads is None else check_integer(threads, "threads")


_scanned: tuple[int, ThreadpoolController] | None = None


def _blas_limit() -> Any:
    """Entered: BLAS calls run on one thread, of the process or (BLAS on OpenMP) of the calling thread.

    To look through the loaded libraries costs more than a small verification, so it is done again only after an import,
    for imports are what loads libraries.
    """
    global _scanned
    loaded = len(sys.modules)
    scanned = _scanned
    if scanned is None or scanned[0] != loaded:
        _scanned = scanned = (loaded, ThreadpoolController())
    return scanned[1].limit(limits=1, user_api="blas")


class _SingleThreadedBlas:
    """While at least one thread is inside, every BLAS call of the process runs on one thread.

    The limit belongs to the process, but threads need not leave in the order in which they came, and threadpoolctl
    (3.8) lets only the thread that set a limit lift it: so one thread of our own sets it for the first who enters and
    lifts it after the last.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.inside = 0
        self.limit: Any = None
        self.keeper: ThreadPoolExecutor | None = None

    def __enter__(self) -> None:
        with self.lock:
            if self.inside == 0:
                self.keeper = self.keeper or ThreadPoolExecutor(1, thread_name_prefix="lincs-blas")
                self.limit = self.keeper.submit(lambda: _blas_limit().__enter__()).result()
            self.inside += 1

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.inside -= 1
            if self.inside == 0:
                assert self.keeper is not None
                self.keeper.submit(self.limit.__exit__, None, None, None).result()


single_threaded_blas = _SingleThreadedBlas()
if hasattr(os, "register_at_fork"):  # threads do not live on in a forked child
    os.register_at_fork(after_in_child=single_threaded_blas.__init__)  # type: ignore[misc]


def run_tasks(
    tasks: Iterable[T],
    work: Callable[[T], None],
    *,
    threads: int,
    done: Callable[[T], None] | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Call ``work(task)`` for every task, on ``threads`` threads, in order of their start.

    ``stop`` is set when nothing more is wanted: long work looks at it and returns.

    ``done(task)`` is called after each, under a lock.  The first exception stops the hand-out of tasks and is
    raised once the running ones have ended; so does Ctrl-C in the calling thread.
    """
    feed: Iterator[T] = iter(tasks)
    lock = threading.Lock()
    stop = threading.Event() if stop is None else stop
    errors: list[BaseException] = []

    def loop() -> None:
        with _blas_limit():  # of this thread, where BLAS (on OpenMP) counts by threads
            while not stop.is_set():
                with lock:
                    try:
                        task = next(feed)
                    except StopIteration:
                        return
                try:
                    work(task)
                    if done is not None:
                        with lock:
                            done(task)
                except BaseException as error:  # handed to the caller below
                    errors.append(error)
                    stop.set()

    with single_threaded_blas:
        workers = [threading.Thread(target=loop, daemon=True) for _ in range(max(1, threads))]
        for worker in workers:
            worker.start()
        try:
            for worker in workers:
                while worker.is_alive():
                    worker.join(0.1)  # in slices, so that Ctrl-C is heard
        finally:
            stop.set()
            for worker in workers:
                worker.join()
    if errors:
        raise errors[0]


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Processes started inside ignore Ctrl-C: a terminal sends it to all, and it is the driver's to handle."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def cluster_client(where: str, *, timeout: float = 10.0) -> Iterator[Any]:
    """A Dask client for ``tcp://host:8786``, or for ``local:N``: N worker processes of one thread on this machine.

    Raises :class:`InputError` when ``dask.distributed`` is missing, the text is neither, or nobody answers within
    ``timeout`` seconds.
    """
    local = re.fullmatch(r"local:(\d+)", where)
    if not local and not re.fullmatch(r"(tcp|tls|ucx)://\S+", where):
        raise InputError(f"cluster must be tcp://host:port or local:N, got {where!r}")
    try:
        from distributed import Client, LocalCluster
    except ModuleNotFoundError:
        raise InputError("a cluster needs dask.distributed: install the extra lincs-bounds[cluster]") from None
    # what becomes of the cluster is told in one sentence, by whoever uses the client
    for name in ("distributed", *logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)
    if local:
        workers = int(local[1])
        if not 1 <= workers <= 1024:
            raise InputError(f"cluster local:N must have N in 1..1024, got {workers}")
        with _without_ctrl_c():
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                dashboard_address=":0",
                memory_limit=0,
                silence_logs=logging.CRITICAL,
            )
        with cluster, Client(cluster) as client:
            yield client
        return
    try:
        client = Client(where, timeout=timeout)
    except (OSError, ValueError) as error:
        raise InputError(f"no scheduler answers at {where}: {' '.join(str(error).split())}") from None
    with client:
        yield client


_CLIENT: ContextVar[Any] = ContextVar("client", default=None)


@contextmanager
def on_cluster(client: Any) -> Iterator[None]:
    """Within this block the experiments (``phase_diagram``, ``toy``) run their pieces on the client's workers."""
    token = _CLIENT.set(client)
    try:
        yield
    finally:
        _CLIENT.reset(token)


def clustered() -> bool:
    """Whether :func:`on_cluster` is in force."""
    return _CLIENT.get() is not None


def map_tasks(
    function: Callable[..., Any],
    arguments: Sequence[tuple[Any, ...]],
    *,
    threads: int,
    done: Callable[[int, Any], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
    shared: Any = None,
) -> list[Any]:
    """``[function(*given) for given in arguments]``, on threads or, within :func:`on_cluster`, on its workers.

    ``shared``, if not None, is the first argument of every call; a cluster's workers get it once.

    ``done(i, answer)`` and ``progress(calls done, calls in all)`` are called after each, one at a time, in the order in
    which they arrive.  On a cluster, function and arguments are pickled, and a killed worker's calls are made again, up
    to three times.
    """
    answers: list[Any] = [None] * len(arguments)
    common = () if shared is None else (shared,)
    finished = 0

    def tell(i: int) -> None:
        nonlocal finished
        finished += 1
        if done is not None:
            done(i, answers[i])
        if progress is not None:
            progress(finished, len(arguments))

    client = _CLIENT.get()
    if client is None:

        def work(i: int) -> None:
            answers[i] = function(*common, *arguments[i])

        if threads == 1:  # here and now, so that Ctrl-C is heard within a task
            with single_threaded_blas:
                for i in range(len(arguments)):
                    work(i)
                    tell(i)
            return answers
        run_tasks(range(len(arguments)), work, threads=threads, done=tell)
        return answers
    from distributed import as_completed

    if shared is not None:
        common = (client.scatter(shared, broadcast=True, hash=False),)
    futures = {
        client.submit(_alone, function, given, *common, pure=False, retries=2): i for i, given in enumerate(arguments)
    }
    try:
        for future, answer in as_completed(list(futures), with_results=True):
            answers[futures[future]] = answer
            tell(futures[future])
    finally:
        client.cancel(list(futures))
    return answers


def _alone(function: Callable[..., Any], given: tuple[Any, ...], *common: Any) -> Any:
    """On a worker: one BLAS thread, for good - other tasks may be running beside this one."""
    one_blas_thread()
    return function(*common, *given)


@lru_cache(maxsize=1)
def one_blas_thread() -> Any:
    """Limit this process to one BLAS thread from now on: numpy's, and scipy's, which is what numba calls."""
    import numpy  # noqa: F401 - only libraries that are loaded can be limited
    import scipy.linalg  # noqa: F401

    return _blas_limit()
