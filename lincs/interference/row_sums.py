"""Row sums ``sum_j b_i . a_j = b_i . (A 1)`` of a pair, enclosed, in time O(d m)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U, gamma
from lincs.interference.rounding import Survey
from lincs.matrices import Matrix

__all__ = ["row_sums"]

Array = npt.NDArray[Any]


def row_sums(B: Matrix, A: Matrix, survey: Survey) -> tuple[Array, Array]:
    """(m,) lower and upper ends.

    The features of a panel are added in float64, the panels' sums exactly; what the former lose is at most gamma of the
    norms that were added, and an inner product with the sum has the error of every other one (rounding.py).
    """
    spans = list(A.panels())
    parts = [A.rows(*span).sum(axis=0) for span in spans]
    total = np.array([math.fsum(column) for column in zip(*(part.tolist() for part in parts), strict=True)])
    length = max(stop - start for start, stop in spans)
    norms = float(survey.a_norms.sum()) * (1 + gamma(A.m, U))
    lost = (gamma(length, U) + 2 * U) * norms
    size = float(np.sqrt((total**2).sum())) * (1 + (A.d + 8) * U)
    radius = survey.b_norms * (gamma(A.d, U) * size + lost) * (1 + 16 * U) + 4 * A.d * np.finfo(np.float64).tiny
    middle = np.concatenate([B.rows(*span) @ total for span in B.panels()])
    return middle - radius, middle + radius
