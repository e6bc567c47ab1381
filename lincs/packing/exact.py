"""Frames found in floating point, made exact: integer vectors, their coherence as a rational, and their text.

Coordinates are multiplied by 2^26 and rounded.  Squared norms stay below 2^53, so a product of two such vectors is an
exact integer in float64; the largest cosine is then decided in rationals.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError

__all__ = ["coherence_squared", "from_text", "quantised", "to_text"]

Array = npt.NDArray[Any]

_BITS = 26
_MOST = 2.0**53


def quantised(vectors: Array) -> Array:
    """Unit rows as integer vectors, ``m x d`` int64."""
    return np.rint(np.asarray(vectors, dtype=np.float64) * 2.0**_BITS).astype(np.int64)


def coherence_squared(vectors: Array) -> Fraction:
    """The exact square of the coherence of integer rows ``m x d`` (0 for a single one).

    Raises:
        InputError: a zero vector, or one whose squared norm is 2^53 or more.
    """
    V = vectors.astype(np.float64)
    norms = (V * V).sum(axis=1)
    if norms.size and (norms.min() == 0 or norms.max() >= _MOST):
        raise InputError("vectors must not be zero, and their squared norms must be below 2^53")
    best = Fraction(0)
    for start in range(0, len(V), 1024):
        G = np.abs(V[start : start + 1024] @ V.T)
        G[np.arange(len(G)), start + np.arange(len(G))] = 0
        cosines = G * G / norms / norms[start : start + 1024, None]
        level = max(float(cosines.max()), float(best)) * (1 - 1e-12)  # far above the rounding of these quotients
        for i, j in np.argwhere(cosines >= max(level, 1e-300)).tolist():
            best = max(best, Fraction(int(G[i, j]) ** 2, int(norms[start + i]) * int(norms[j])))
    return best


def to_text(vectors: Array) -> str:
    """Integer rows as one text: "1 -2;3 4"."""
    return ";".join(" ".join(map(str, row)) for row in vectors.tolist())


def from_text(text: Any, *, d: int, m: int) -> Array:
    """The rows that :func:`to_text` wrote, ``m x d`` int64.

    Raises:
        InputError: another form or shape, or numbers beyond 2^27.
    """
    try:
        rows = [[int(x) for x in row.split(" ")] for row in text.split(";")]
    except (AttributeError, ValueError):
        raise InputError("vectors must be integers, separated by blanks, rows by semicolons") from None
    if len(rows) != m or any(len(row) != d for row in rows):
        raise InputError(f"vectors must be {m} rows of {d} integers")
    if max(abs(x) for row in rows for x in row) > 1 << (_BITS + 1):
        raise InputError(f"vectors must have entries of at most 2^{_BITS + 1}")
    found = np.array(rows, dtype=np.int64)
    if to_text(found) != text:
        raise InputError("vectors must be written in the one canonical form")
    return found
