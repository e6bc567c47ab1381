"""A one-to-one assignment of the features of two dictionaries: pairs whose cosines have the largest sum.

A feature may be left over; a pair of cosine 0 or less is none.  Small problems are solved exactly over all pairs
(Crouse's linear_sum_assignment), large ones over each feature's nearest candidates alone (LAPJVsp, of Jonker and
Volgenant), which needs no m x m array.  Both are scipy's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.interference.nearest import Nearest
from lincs.matrices import Matrix

__all__ = ["Assignment", "assign"]

Array = npt.NDArray[Any]

_EXACT = 1 << 22  # pairs up to which all are looked at


@dataclass(frozen=True)
class Assignment:
    """``pairs`` (n x 2) and their signed ``cosines`` (n,); whether their sum is the largest among ``all_pairs``."""

    pairs: Array
    cosines: Array
    all_pairs: bool


def assign(A: Matrix, B: Matrix, of_a: Nearest, of_b: Nearest, *, absolute: bool) -> Assignment:
    """The assignment of the largest sum of cosines (``|cos|`` with ``absolute``) of unit features A and B."""
    if A.m * B.m <= _EXACT:
        cosines = A.rows(0, A.m) @ B.rows(0, B.m).T
        return _dense(cosines, absolute)
    return _sparse(A.m, B.m, of_a, of_b, absolute)


def _gain(cosines: Array, absolute: bool) -> Array:
    """What a pair adds to the sum; 0 if it is better left undone."""
    return np.abs(cosines) if absolute else np.maximum(cosines, 0.0)


def _dense(cosines: Array, absolute: bool) -> Assignment:
    from scipy.optimize import linear_sum_assignment

    gain = _gain(cosines, absolute)
    rows, columns = linear_sum_assignment(gain, maximize=True)
    useful = gain[rows, columns] > 0
    pairs = np.stack([rows, columns], axis=1)[useful]
    return Assignment(pairs, cosines[pairs[:, 0], pairs[:, 1]], True)


def _sparse(m_a: int, m_b: int, of_a: Nearest, of_b: Nearest, absolute: bool) -> Assignment:
    """Over the candidates of both sides; a column of its own lets every feature of A be left over."""
    from scipy import sparse
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    rows = np.concatenate([np.repeat(np.arange(m_a), of_a.places.shape[1]), of_b.places.ravel()])
    columns = np.concatenate([of_a.places.ravel(), np.repeat(np.arange(m_b), of_b.places.shape[1])])
    cosines = np.concatenate([of_a.cosines.ravel(), of_b.cosines.ravel()])
    _, first = np.unique(rows * m_b + columns, return_index=True)  # a pair may be a candidate of both
    first = first[_gain(cosines[first], absolute) > 0]
    rows, columns, cosines = rows[first], columns[first], cosines[first]
    alone = np.arange(m_a)
    # Costs lie in [1, 2], as scipy takes a cost of 0 for no edge; left over costs 2, which is a gain of 0.
    costs = np.concatenate([2.0 - _gain(cosines, absolute), np.full(m_a, 2.0)])
    places = (np.concatenate([rows, alone]), np.concatenate([columns, m_b + alone]))
    graph = sparse.csr_array((costs, places), shape=(m_a, m_b + m_a))
    mine, theirs = min_weight_full_bipartite_matching(graph)
    pairs = np.stack([mine, theirs], axis=1)[theirs < m_b].astype(np.intp)
    known = sparse.csr_array((cosines, (rows, columns)), shape=(m_a, m_b))
    return Assignment(pairs, np.asarray(known[pairs[:, 0], pairs[:, 1]]).ravel(), False)
