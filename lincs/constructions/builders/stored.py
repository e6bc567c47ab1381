"""The stored packings, and frames that are orbits of a few vectors under a group of sign changes."""

from __future__ import annotations

from importlib import resources

import numpy as np

from lincs.constructions.builders.frame import Array, Frame, from_array

__all__ = ["line_packing", "packing", "sign_orbits"]


def sign_orbits(vectors: Array, generators: Array) -> Array:
    """All sign changes of all vectors, as columns: ``d x (t 2^g)``.

    ``vectors`` is ``t x d``; a row of ``generators`` (``g x d``, zeros and ones) changes the signs where it is 1.
    """
    count = len(generators)
    choices = np.arange(2**count)[:, None] >> np.arange(count) & 1
    signs = 1 - 2 * (choices @ generators.astype(np.int64) % 2)
    orbits = vectors[:, None, :].astype(np.int64) * signs[None]
    return np.ascontiguousarray(orbits.reshape(-1, vectors.shape[1]).T)


def packing(*, d: int) -> Frame:
    with (resources.files("lincs.data") / "packings.npz").open("rb") as file, np.load(file) as data:
        vectors = data[f"vectors_{d}"]
        generators = data[f"signs_{d}"] if f"signs_{d}" in data else np.zeros((0, d), dtype=np.int8)
    return from_array(sign_orbits(vectors, generators).astype(np.int16), integer=True)


def line_packing(*, d: int, lines: int) -> Frame:
    """One of the small packings of :mod:`lincs.constructions.line_packings`."""
    with (resources.files("lincs.data") / "line_packings.npz").open("rb") as file, np.load(file) as data:
        vectors = data[f"{d}_{lines}"]
    return from_array(np.ascontiguousarray(vectors.T), integer=True)
