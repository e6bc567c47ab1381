"""Which matrix is it?  A digest of every entry, as it is read.

The features as float64 rows *are* the matrix: layout, number type, normalisation and scales have already done their
work.  Two matrices with equal digests are the same matrix; where both are at hand they are compared directly.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.matrices import Matrix

__all__ = ["combined", "digest", "identity", "panel_digest"]

Array = npt.NDArray[Any]


def panel_digest(rows: Array) -> bytes:
    """Of the features of one panel (see :meth:`Matrix.panels`), float64; panels are the same on every machine."""
    return hashlib.sha256(np.ascontiguousarray(rows, dtype="<f8").data).digest()


def combined(A: Matrix, panels: list[bytes]) -> str:
    """The digest of a matrix from those of all its panels, in order."""
    return digest((A.d, A.m), b"".join(panels))


def identity(A: Matrix) -> str:
    """The digest of a whole matrix; reads it once."""
    return combined(A, [panel_digest(A.rows(*span)) for span in A.panels()])


def digest(*parts: Any) -> str:
    """Of bytes and of anything else by its repr."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part if isinstance(part, bytes) else repr(part).encode())
        total.update(b"\0")
    return total.hexdigest()
