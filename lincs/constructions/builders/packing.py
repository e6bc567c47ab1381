"""A packing from the integer vectors that its certificate holds."""

from __future__ import annotations

import numpy as np

from lincs.constructions.builders.frame import Frame, from_array
from lincs.packing.exact import from_text

__all__ = ["witness"]


def witness(*, d: int, m: int, vectors: str) -> Frame:
    return from_array(np.ascontiguousarray(from_text(vectors, d=d, m=m).T), integer=True)
