"""Encoders that select features (TopK, groupmax): what is proved although the exact worst case is out of reach.

Whether a feature of a TopK encoder can be lost to others is NP-complete to decide (THEOREMS.md, 10d).  For
``K >= k`` let ``H_j = beta_j + P_k(row j)`` and ``h_i`` the (K - k + 1)-th largest of the others: a feature that reads
more than ``max(h_i, 0)`` is kept, however ties are broken.  So its error lies between that of a feature that is never
dropped and that of one that is silent up to ``max(h_i, 0)``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U
from lincs.interference.deployed_record import DeployedRecord, Detection, Ends
from lincs.interference.supports import Supports
from lincs.interference.worst import Analysis
from lincs.interval import Witness
from lincs.matrices import Matrix
from lincs.readouts.deployed import Deployed, Errors
from lincs.readouts.deployed_witness import Extremal

__all__ = ["Chosen", "SelectingRecord", "TopKRecord", "best_attained", "rivals"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Chosen:
    """The features that are kept of some pre-activations: the ``keep`` largest, or the largest of ``keep`` blocks."""

    keep: int
    blocks: bool

    def ends(self, p: Array, radius: Array, row: int) -> tuple[bool, bool]:
        """Whether feature ``row`` is certain to be kept, and whether it may be, for p within ``radius``."""
        if self.blocks:
            size = len(p) // self.keep
            first = row // size * size
            p, radius, row = p[first : first + size], radius[first : first + size], row - first
            places = 1
        else:
            places = self.keep
        others = np.arange(len(p)) != row
        certainly_above = (p - radius)[others] > p[row] + radius[row]
        possibly_above = (p + radius)[others] >= p[row] - radius[row]
        return int(possibly_above.sum()) < places, int(certainly_above.sum()) < places


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


class SelectingRecord(DeployedRecord, ABC):
    """What is known of rows that others may push out; ``lost`` gives ends of the value up to which they can be."""

    def __init__(
        self,
        readout: Deployed,
        detection: Detection,
        supports: Supports,
        ks: tuple[int, ...],
        m: int,
        chosen: Chosen,
    ) -> None:
        super().__init__(readout, detection, supports, ks, m)
        self.chosen = chosen

    @abstractmethod
    def under(self, found: Analysis, j: int, low: Errors, high: Errors) -> Ends:
        """Ends of the under-reading at ``ks[j]``, from those of an encoder that selects nothing."""

    def errors(self, found: Analysis, j: int) -> tuple[Errors, Errors]:
        low, high = super().errors(found, j)
        under = self.under(found, j, low, high)
        nothing = low.false * 0  # whether it is ever kept while it reads too much is not known
        return replace(low, false=nothing, over=nothing, under=under[0]), replace(high, under=under[1])

    def margins(self, found: Analysis, j: int) -> tuple[Ends, Ends, Ends]:
        """A feature that never reads above the level is never kept; what pushes others out is not decided here."""
        a, b, _ = super().margins(found, j)
        nothing = np.full(self.m, np.inf)
        kept = self.kept_margin(found, j)
        return (a[0], nothing), (np.minimum(b[0], kept), b[1]), (-nothing, nothing)

    @abstractmethod
    def kept_margin(self, found: Analysis, j: int) -> Array:
        """By how much, at least, ``z_i >= tau`` reads more than what can push it out."""

    def finish(self, found: Analysis) -> None:
        missed = np.zeros(self.m, dtype=bool)
        reached = np.zeros(self.m, dtype=np.int64)
        seen = found.seen
        for j in range(len(self.ks)):
            low, high = self.errors(found, j)
            found.lower[seen, j] = low.largest[seen]
            found.upper[seen, j] = high.largest[seen]
        for j in np.argsort(self.ks).tolist():
            missed |= self.margins(found, j)[1][0] <= 0
            reached[~missed] = self.ks[j]
        self.k_miss[0] = np.minimum(self.k_miss[0], reached)
        self.k_false[1] = self.m - 1


class TopKRecord(SelectingRecord):
    """The ``keep`` largest pre-activations are kept."""

    def _above(self, j: int) -> Array | None:
        """What no k-sparse input lets the (K - k + 1)-th of the others exceed; None where K < k says nothing."""
        k = self.ks[j]
        if self.chosen.keep < k:
            return None
        beta, P = self.bias(slice(None))[1], self.sums["positive_sum"][1, :, j]
        H = beta + P + 4 * U * (np.abs(beta) + P)
        return np.maximum(rivals(H, self.chosen.keep - k + 1), 0.0)

    def under(self, found: Analysis, j: int, low: Errors, high: Errors) -> Ends:
        h = self._above(j)
        if h is None:
            return low.under, np.maximum(high.under, 1.0)
        dropped = TopKRecord.__new__(TopKRecord)
        dropped.__dict__.update(self.__dict__)
        dropped.readout = replace(self.readout, threshold=h)
        silent = DeployedRecord.errors(dropped, found, j)[1].under
        return low.under, np.maximum(high.under, silent)

    def kept_margin(self, found: Analysis, j: int) -> Array:
        h = self._above(j)
        if h is None:
            return np.full(self.m, -np.inf)
        survey = found.survey
        own = survey.diagonal - survey.diagonal_radius, survey.diagonal + survey.diagonal_radius
        beta, reach, N = self.bias(slice(None))[0], self.reach(own)[0], self.sums["negative_before"][1, :, j]
        return np.asarray(beta + reach - N - h - 8 * U * (np.abs(beta) + np.abs(reach) + N + h))


def best_attained(
    encoder: Deployed, chosen: Chosen, B: Matrix, A: Matrix, row: int, candidates: Iterable[Extremal]
) -> tuple[float, Extremal] | None:
    """The largest error that one of the candidates certainly causes at the row, by the encoder itself."""
    best: tuple[float, Extremal] | None = None
    norms = B.norms() * (1 + (B.d + 10) * U)
    for found in candidates:
        p, radius = _pre_activations(encoder, B, A, found.witness, norms)
        certain, possible = chosen.ends(p, radius, row)
        low, high = max(p[row] - radius[row], 0.0), max(p[row] + radius[row], 0.0)
        if not certain:
            low = 0.0
        if not possible:
            high = 0.0
        if low > 0 or high == 0:
            s = float(found.witness.at(row))
            error = float(max(low - s, s - high, 0.0)) * (1 - 4 * U)
            if best is None or error > best[0]:
                out = p[row] if low > 0 else 0.0
                kind = "false" if s == 0 else "over" if out > s else "silent" if out == 0 else "under"
                witness = replace(found.witness, p=float(p[row]), out=float(out))
                best = error, Extremal(witness, kind, Fraction(error), True)
    return best


def _pre_activations(encoder: Deployed, B: Matrix, A: Matrix, witness: Witness, norms: Array) -> tuple[Array, Array]:
    """All pre-activations at one input, with bounds of their rounding."""
    x = np.zeros(A.d)
    size = 0.0
    if witness.support:
        features = A.take(np.array(witness.support))
        x = np.asarray(witness.entries) @ features
        size = float(np.linalg.norm(features, axis=1).sum())
    p = encoder.bias + np.concatenate([B.rows(*span) @ x for span in B.panels()])
    radius = encoder.radius + (2 * A.d + len(witness.support) + 8) * U * norms * size + 2 * U * np.abs(p)
    return p, radius + 8 * A.d * float(np.finfo(np.float64).tiny)
