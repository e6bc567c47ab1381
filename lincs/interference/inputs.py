"""Random k-sparse inputs: one seeded stream for each k, shared by everything that samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import check_choice, check_integer, check_seed

__all__ = ["ENTRIES", "dense_inputs", "random_phases", "sparse_inputs"]

Array = npt.NDArray[Any]

ENTRIES = ("uniform", "signs")


def sparse_inputs(m: int, k: int, *, samples: int, seed: int, entries: str = "uniform") -> tuple[Array, Array]:
    """``samples`` random k-sparse inputs as supports (samples x k, distinct and uniform) and values (samples x k).

    The entries are uniform in [-1, 1] or random ``signs``.  The inputs depend on ``(seed, k)`` alone, and more
    samples only add to them.
    """
    check_choice(entries, "entries", ENTRIES)
    rng = np.random.default_rng((check_seed(seed), k))
    supports = np.empty((check_integer(samples, "samples"), k), dtype=np.intp)
    values = np.empty((samples, k))
    for n in range(samples):
        supports[n] = rng.choice(m, size=k, replace=False)
        values[n] = rng.uniform(-1, 1, k) if entries == "uniform" else rng.choice([-1.0, 1.0], k)
    return supports, values


def random_phases(k: int, *, samples: int, seed: int) -> Array:
    """Complex numbers of modulus 1 and uniform phase (samples x k), of a stream beside that of the inputs."""
    rng = np.random.default_rng((check_seed(seed), k, 1))
    return np.asarray(np.exp(2j * np.pi * rng.uniform(size=(samples, k))))


def dense_inputs(m: int, k: int, *, samples: int, seed: int, entries: str = "uniform") -> Array:
    """The inputs of :func:`sparse_inputs` as the columns of an m x samples array."""
    supports, values = sparse_inputs(m, k, samples=samples, seed=seed, entries=entries)
    Z = np.zeros((m, samples))
    np.put_along_axis(Z, supports.T, values.T, axis=0)
    return Z
