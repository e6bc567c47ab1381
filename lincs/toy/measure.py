"""What the verifier says of a trained W: (W, W) exactly as trained, rescaled rows, the best probes, the bracket."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from lincs.bounds.bracket import bound
from lincs.interference.verify import verify
from lincs.problem import parse_ks
from lincs.recovery.probes import optimal_probes
from lincs.results import Interval, jsonable
from lincs.toy.model import Model

__all__ = ["Measured", "MeasuredRow", "bracket", "measure"]

LEARNED = 0.5  # a feature of at least this norm counts as learned


@dataclass(frozen=True, kw_only=True)
class MeasuredRow:
    """For one k: worst-case errors over all k-sparse inputs, and the free-threshold margin.

    ``signed``, ``nonnegative``: of the pair (W, W) as trained (a linear read-out: ReLU and bias are not part of it).
    ``learned``: the signed error over the learned features only, all features being allowed to be on.  ``threshold``:
    the margin with the best threshold for each feature; ``learned_threshold`` that of the learned ones.  ``rescaled``:
    signed, every row of W^T W multiplied by its best factor.  ``probes``: the best B for this W; ``learned_probes`` its
    error over the learned features.
    ``excluded``, ``achieved``: any pair (A, B) of this size has an error above (or at) the first, some pair below the
    second.
    """

    k: int
    signed: Interval
    nonnegative: Interval
    learned: float | None
    threshold: Interval
    learned_threshold: float | None
    rescaled: Interval
    probes: Interval
    learned_probes: float | None
    excluded: float
    achieved: float

    def to_dict(self) -> dict[str, Any]:
        return {name: jsonable(value) for name, value in vars(self).items()}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """``learned``: features of norm >= 1/2; ``dead``: columns that are exactly zero.  One row for each k.

    ``decodes``, ``learned_decodes``: the largest measured k at which a threshold for each feature tells on from off,
    for all features and for the learned ones; 0 if none does.
    """

    learned: int
    dead: int
    rows: tuple[MeasuredRow, ...]

    @property
    def decodes(self) -> int:
        return max((row.k for row in self.rows if row.threshold.lo > 0), default=0)

    @property
    def learned_decodes(self) -> int:
        return max((row.k for row in self.rows if (row.learned_threshold or 0) > 0), default=0)

    def to_dict(self) -> dict[str, Any]:
        return {
            "learned": self.learned,
            "dead": self.dead,
            "decodes": self.decodes,
            "learned_decodes": self.learned_decodes,
            "rows": [row.to_dict() for row in self.rows],
        }


def measure(model: Model, *, k: Any = (1, 2, 3), threads: int | None = None) -> Measured:
    """Measure ``model.W``, an (m, n) matrix of n features in m dimensions, for each k (those above n are left out)."""
    W, n, m = model.W, model.setting.n, model.setting.m
    ks = tuple(value for value in parse_ks(k, m=10**9) if value <= n)
    kept = model.norms >= LEARNED
    signed = verify(W, W, k=ks, threads=threads)
    nonnegative = verify(W, W, k=ks, readout="nonnegative", threads=threads)
    threshold = verify(W, W, k=ks, readout="threshold", threads=threads)
    rescaled = verify(W, k=ks, threads=threads)
    probes = optimal_probes(W, k=ks, threads=threads)
    rows = []
    for j, count in enumerate(ks):
        excluded, achieved = bracket(n, m, count)
        case, positive, free, scaled = (v.results[j] for v in (signed, nonnegative, threshold, rescaled))
        assert case.eps is not None
        assert positive.eps is not None
        assert free.margin is not None
        assert scaled.eps is not None
        rows.append(
            MeasuredRow(
                k=count,
                signed=case.eps,
                nonnegative=positive.eps,
                threshold=free.margin,
                rescaled=scaled.eps,
                learned=float(signed.upper[kept, j].max()) if kept.any() else None,
                learned_threshold=float(-threshold.upper[kept, j].max()) if kept.any() else None,
                probes=probes.worst_row(j),
                excluded=excluded,
                achieved=achieved,
                learned_probes=float(probes.upper[kept, j].max()) if kept.any() else None,
            )
        )
    return Measured(learned=int(kept.sum()), dead=int((~np.any(W, axis=0)).sum()), rows=tuple(rows))


@lru_cache(maxsize=256)
def bracket(n: int, m: int, k: int) -> tuple[float, float]:
    """No pair of n features in m dimensions has an error below the first at k, some pair has the second."""
    found = bound(m=n, d=m, k=k)
    return _number(found.lower.value), _number(found.upper.value)


def _number(value: Any) -> float:
    """An end of a bracket for eps as a float."""
    return float(value)
