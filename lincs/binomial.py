"""What a number of independent trials tells about a probability, and about a quantile, without any assumption."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lincs.interval import Interval

if TYPE_CHECKING:
    import numpy as np

__all__ = ["CONFIDENCE", "clopper_pearson", "quantile_interval"]

CONFIDENCE = 0.95


def clopper_pearson(successes: int, trials: int, confidence: float = CONFIDENCE) -> Interval:
    """The exact binomial interval of Clopper and Pearson (1934): coverage is at least ``confidence``."""
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    failures = trials - successes
    lo = 0.0 if successes == 0 else float(betaincinv(successes, failures + 1, tail))
    hi = 1.0 if failures == 0 else float(betaincinv(successes + 1, failures, 1 - tail))
    return Interval(lo, hi)


def quantile_interval(draws: np.ndarray, p: float, confidence: float = CONFIDENCE) -> tuple[float | None, float | None]:
    """Order statistics around the level that one draw exceeds with probability p; None where there are too few.

    At least r of n draws reach the level, or fewer than r do, with binomial probabilities: each end is wrong with
    probability at most half of what ``confidence`` leaves.
    """
    import numpy as np
    from scipy.special import bdtr

    n, tail = len(draws), (1 - confidence) / 2
    counts = np.arange(n + 1)
    below = bdtr(counts, n, p)  # P(Bin(n, p) <= count)
    above = 1 - np.concatenate([[0.0], below[:-1]])  # P(Bin(n, p) >= count)
    r = int((below <= tail).sum())
    enough = np.flatnonzero(above <= tail)
    ordered = np.sort(draws)[::-1]
    s = int(enough[0]) if enough.size else n + 1
    return (float(ordered[s - 1]) if s <= n else None), (float(ordered[r - 1]) if r >= 1 else None)
