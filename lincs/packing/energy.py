"""The smooth maximum of the inner products, and its gradient, for many frames at once.

For unit vectors ``x_i`` (rows) and ``p = 2 q`` the energy is ``log(sum of |<x_i, z>|^p) / p`` over all ordered pairs of
different lines: the logarithm of the coherence up to ``2 log(m) / p``.  With a group the frame consists of all images
``g x_i`` of a few base vectors, and only pairs with one base vector are formed: they stand for all others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "coherences", "energy", "normalised", "orbits"]

Array = npt.NDArray[Any]

_SMALLEST = 1e-280  # powers are kept above this: subnormal numbers are slow, and weigh nothing


def normalised(Y: Array) -> Array:
    """Rows of unit norm."""
    return np.asarray(Y / np.sqrt(np.einsum("...i,...i->...", Y, Y))[..., None])


def orbits(X: Array, group: Array | None) -> Array:
    """All images of the base vectors: ``(..., t, d) -> (..., g t, d)``, the base vectors themselves first.

    ``group`` is ``(g, d, d)``, the identity first and closed under inverses up to sign; None is the trivial group.
    """
    if group is None:
        return X
    images = np.matmul(X[..., None, :, :], group.swapaxes(1, 2))  # (..., g, t, d): rows x become (g x)^T
    return np.asarray(images.reshape(*X.shape[:-2], -1, X.shape[-1]))


def _products(X: Array, group: Array | None) -> tuple[Array, Array]:
    """All lines ``(R, g t, d)``, and the products of base vectors with them, ``(R, t, g t)``, zero on the diagonal."""
    Z = orbits(X, group)
    G = np.matmul(X, Z.swapaxes(1, 2))
    t = np.arange(X.shape[1])
    G[:, t, t] = 0.0
    return Z, G


def coherences(Y: Array, group: Array | None = None) -> Array:
    """The coherence of each frame of a batch ``(R, t, d)`` of rows that need not be normalised."""
    _, G = _products(normalised(Y), group)
    return np.asarray(np.abs(G).max(axis=(1, 2)))


def energy(Y: Array, q: int, group: Array | None = None) -> tuple[Array, Array]:
    """The energy ``(R,)`` at exponent ``p = 2 q``, q a power of two, and its gradient ``(R, t, d)``."""
    norms = np.sqrt(np.einsum("rti,rti->rt", Y, Y))[..., None]
    X = Y / norms
    Z, G = _products(X, group)
    top = np.sqrt(np.square(G).max(axis=(1, 2)))[:, None, None]
    G /= top
    power = np.square(G)
    np.maximum(power, _SMALLEST ** (1 / q), out=power)
    reached = 1
    while reached < q:  # G becomes G^(2 q - 1), power G^(2 q)
        G *= power
        np.square(power, out=power)
        reached *= 2
    total = power.sum(axis=(1, 2))
    gradient = np.matmul(G, Z) * (2 / (total[:, None, None] * top))
    gradient -= X * np.einsum("rti,rti->rt", gradient, X)[..., None]
    gradient /= norms
    return np.log(top[:, 0, 0]) + np.log(total) / (2 * q), gradient
