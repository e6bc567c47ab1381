"""The worst case of integer columns under exact probes ``B = c A / |a|^2``: one rational, for claims of at most eps.

A frame exactly on the threshold has errors of eps itself, which rounded probes miss by an ulp on one side or the other.
So its certificate holds integer columns of one length and the rational c, and the probes are what these say.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["exact_worst"]

Array = npt.NDArray[Any]

_EXACT = 2**53


def exact_worst(A: Array, *, scale: Fraction, k: int, panel: int = 1024) -> Fraction:
    """``max_i ||E_i||_(k)`` for ``E = scale A^T A / |a|^2 - I``, exactly; A holds integers, columns of one length.

    Every inner product and every sum of k of them is an integer below 2^53 in every order of summation.
    """
    m = A.shape[1]
    squares = (A * A).sum(axis=0)
    norm = int(squares[0])
    if np.any(np.rint(A) != A) or np.any(squares != norm) or k * norm >= _EXACT or norm == 0:
        raise ValueError("the columns are not integers of one length, or too long")
    most = {"with": 0, "without": 0}  # the largest sums of k - 1 entries beside the diagonal, and of k
    for start in range(0, m, panel):
        stop = min(start + panel, m)
        G = np.abs(A[:, start:stop].T @ A)
        G[np.arange(stop - start), np.arange(start, stop)] = 0
        top = np.sort(np.partition(G, max(m - k, 0), axis=1)[:, max(m - k, 0) :], axis=1)[:, ::-1]
        most["without"] = max(most["without"], int(top[:, :k].sum(axis=1).max()))
        most["with"] = max(most["with"], int(top[:, : k - 1].sum(axis=1).max()) if k > 1 else 0)
    entry = scale / norm
    return max(entry * most["without"], abs(1 - scale) + entry * most["with"])
