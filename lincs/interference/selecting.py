"""Encoders that select features (TopK, groupmax): what is proved although the exact worst case is out of reach.

Whether a feature can be lost to others is NP-complete to decide (THEOREMS.md, theorem 12).  For ``K >= k`` let
``H_j = beta_j + P_k(row j)`` and ``h_i`` the (K - k + 1)-th largest of the others: a feature that reads more than
``max(h_i, 0)`` is kept, however ties are broken.  So the error lies between that of a feature that is never dropped and
that of one that is silent up to ``max(h_i, 0)``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.interference.deployed_record import DeployedRecord

__all__ = ["SelectingRecord", "rivals"]

Array = npt.NDArray[Any]


def rivals(H: Array, count: int) -> Array:
    """(m,) the ``count``-th largest of the others, for every feature; minus infinity if there are fewer."""
    m = len(H)
    if count > m - 1:
        return np.full(m, -np.inf)
    order = np.argsort(-H, kind="stable")
    at, following = H[order[count - 1]], H[order[count]]
    among = np.zeros(m, dtype=bool)
    among[order[:count]] = True  # without one of these the next one moves up
    return np.asarray(np.where(among, following, at))


class SelectingRecord(DeployedRecord):
    """To be written."""
