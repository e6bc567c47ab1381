"""Complex frames: everything in which a complex pair differs from a real one (THEOREMS.md, theorem 1b).

A complex feature comes as ``2d`` real coordinates, real parts first (matrices.py).  For probes ``b`` and features ``a``
so written, ``b^H a`` has real part ``b . a`` and imaginary part ``turned(b) . a``, two real inner products of length
``2d``.  The worst case over complex k-sparse z with ``|z_j| <= 1`` is a top-k sum of moduli: the sweep, the intervals
and the closed forms are those of the signed read-out on moduli, and what is proper to complex entries is here: how a
modulus is computed and rounded, and the exact row, a sum of square roots of rationals.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U

__all__ = ["as_complex", "deviation", "modulus", "modulus_radius", "products", "turned"]

Array = npt.NDArray[Any]


def turned(rows: Array) -> Array:
    """Rows whose real inner products with features are the imaginary parts of those of ``rows``: ``i b``."""
    d = rows.shape[1] // 2
    return np.concatenate([-rows[:, d:], rows[:, :d]], axis=1)


def as_complex(rows: Array) -> Array:
    """The complex numbers that the rows are the coordinates of."""
    d = rows.shape[1] // 2
    return np.asarray(rows[:, :d] + 1j * rows[:, d:])


def modulus(real: Array, imaginary: Array) -> Array:
    """``sqrt(real^2 + imaginary^2)``, into ``real``; ``imaginary`` is used up."""
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        np.multiply(real, real, out=real)
        np.multiply(imaginary, imaginary, out=imaginary)
        np.add(real, imaginary, out=real)
        return np.sqrt(real, out=real)


def products(b: Array, a: Array, out: Array | None = None) -> Array:
    """The moduli ``|b_i^H a_j|`` of all pairs of rows."""
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        real = np.matmul(b, a.T, out=out)
        return modulus(real, np.matmul(turned(b), a.T))


def modulus_radius(part: Array, size: Array, dtype: npt.DTypeLike) -> Array:
    """How far a computed modulus may be from the exact one (THEOREMS.md, theorem 6).

    ``part`` bounds the error of the real and of the imaginary part, ``size`` is at least ``||b|| ||a||``.
    """
    info = np.finfo(np.dtype(dtype))
    u, eta = float(info.eps) / 2, float(info.tiny)
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray((1.5 * part + 8 * u * (size + part) + 4 * np.sqrt(eta)) * (1 + 8 * U))


def deviation(b: Array, a: Array) -> Array:
    """Of rows of probes and features one to one: ``1 + |b_i^H a_i - 1|`` in floating point.

    It takes the place of the diagonal: what a row's value needs of it is its distance from 1.
    """
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        real = np.einsum("ij,ij->i", b, a)
        imaginary = np.einsum("ij,ij->i", turned(b), a)
        return np.asarray(1 + modulus(real - 1, imaginary))
