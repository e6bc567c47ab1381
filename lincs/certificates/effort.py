"""How long the check of a pair takes, before it is started: all m^2 inner products, at the speed of this machine."""

from __future__ import annotations

import time

__all__ = ["LONG", "in_words", "seconds"]

LONG = 1800.0  # seconds from which on somebody is asked
_ENTRY = 4e-9  # seconds of one thread for what is done with a product besides its d multiplications
_MOST = 1 << 30  # products that are made whatever the machine


def seconds(d: int, m: int, threads: int) -> float:
    """About how long it takes to measure a ``d x m`` pair; a small matrix product is timed for it."""
    if m * m <= _MOST:
        return 0.0
    import numpy as np

    n = 1024
    part = np.ones((n, d), dtype=np.float32)
    part @ part.T  # the libraries' own start
    start = time.perf_counter()
    part @ part.T
    product = (time.perf_counter() - start) / n**2
    return m * m * (product + _ENTRY / threads)


def in_words(time: float) -> str:
    """``"3 hours"``: no more is known of an estimate."""
    minutes = max(round(time / 60), 1)
    return f"{minutes} minutes" if minutes < 100 else f"{round(time / 3600)} hours"
