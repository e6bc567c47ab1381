"""Random frames; every one depends on ``(d, m, seed)`` alone."""

from __future__ import annotations

from math import isqrt

import numpy as np

from lincs.constructions.builders.frame import Frame, from_array
from lincs.constructions.builders.hadamard import sylvester
from lincs.constructions.random import hadamard_order_for

__all__ = ["gaussian", "rademacher", "sparse_signs", "spherical", "subsampled_hadamard"]


def gaussian(*, d: int, m: int, seed: int) -> Frame:
    """Independent normal entries of variance 1/d."""
    return from_array(np.random.default_rng(seed).standard_normal((d, m)) / np.sqrt(d), integer=False)


def spherical(*, d: int, m: int, seed: int) -> Frame:
    columns = np.random.default_rng(seed).standard_normal((d, m))
    return from_array(columns / np.sqrt((columns * columns).sum(axis=0)), integer=False)


def rademacher(*, d: int, m: int, seed: int) -> Frame:
    signs = np.random.default_rng(seed).integers(0, 2, (d, m), dtype=np.int8)
    return from_array((2 * signs - 1).astype(np.int8), integer=True)


def sparse_signs(*, d: int, m: int, seed: int) -> Frame:
    """``max(1, isqrt(d))`` signs in each column, at random places."""
    rng = np.random.default_rng(seed)
    weight = max(1, isqrt(d))
    columns = np.zeros((d, m), dtype=np.int8)
    for j in range(m):
        columns[rng.choice(d, size=weight, replace=False), j] = 2 * rng.integers(0, 2, weight) - 1
    return from_array(columns, integer=True)


def subsampled_hadamard(*, d: int, m: int, seed: int) -> Frame:
    """d random rows of the Sylvester matrix of the least order n >= m, on its first m columns."""
    n = hadamard_order_for(m)
    rows = np.sort(np.random.default_rng(seed).choice(n, size=d, replace=False))
    return from_array(np.ascontiguousarray(sylvester(n, rows)[:, :m]), integer=True)
