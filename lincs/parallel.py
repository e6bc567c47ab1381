"""One way to run a list of tasks on this machine's threads.

The threads are Python's own: the kernels release the GIL and every BLAS call runs on one thread
(threadpoolctl), so that two workers never fight over one core.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from threadpoolctl import threadpool_limits

__all__ = ["cpu_count", "run_tasks"]

T = TypeVar("T")


def cpu_count() -> int:
    """The number of processors this process may use (its affinity mask, not the machine's total)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_tasks(
    tasks: Iterable[T],
    work: Callable[[T], None],
    *,
    threads: int,
    done: Callable[[T], None] | None = None,
) -> None:
    """Call ``work(task)`` for every task, on ``threads`` threads, in order of their start.

    ``done(task)`` is called after each, under a lock.  The first exception stops the hand-out of tasks and is
    raised once the running ones have ended; so does Ctrl-C in the calling thread.
    """
    feed: Iterator[T] = iter(tasks)
    lock = threading.Lock()
    stop = threading.Event()
    errors: list[BaseException] = []

    def loop() -> None:
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

    with threadpool_limits(limits=1, user_api="blas"):
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
