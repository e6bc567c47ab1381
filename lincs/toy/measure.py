"""What the verifier says of a trained W: (W, W) exactly as trained, rescaled rows, the best probes, the bracket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lincs.bounds.bracket import bound
from lincs.interference.verify import verify
from lincs.problem import parse_ks
from lincs.recovery.probes import optimal_probes
from lincs.results import Interval, jsonable
from lincs.toy.model import Model

__all__ = ["Measured", "MeasuredRow", "measure"]

LEARNED = 0.5  # a feature of at least this norm counts as learned


@dataclass(frozen=True, kw_only=True)
class MeasuredRow:
    """For one k: worst-case errors over all k-sparse inputs, and the free-threshold margin.

    ``signed``, ``nonnegative``: of the pair (W, W) as trained (a linear read-out: ReLU and bias are not part of it).
    ``learned``: the signed error over the learned features only, all features being allowed to be on.
    ``threshold``: the margin with the best threshold for each feature; ``learned_threshold`` that of the learned ones.
    ``rescaled``: signed, every row of W^T W multiplied by its best factor.  ``probes``: the best B for this W.
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
    excluded: float
    achieved: float

    def to_dict(self) -> dict[str, Any]:
        return {name: jsonable(value) for name, value in vars(self).items()}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """``learned``: features of norm >= 1/2; ``dead``: columns that are exactly zero.  One row for each k."""

    learned: int
    dead: int
    rows: tuple[MeasuredRow, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"learned": self.learned, "dead": self.dead, "rows": [row.to_dict() for row in self.rows]}


def measure(model: Model, *, k: Any = (1, 2, 3)) -> Measured:
    """Measure ``model.W``, an (m, n) matrix of n features in m dimensions, for each k (those above n are left out)."""
    W, n, m = model.W, model.setting.n, model.setting.m
    ks = tuple(value for value in parse_ks(k, m=10**9) if value <= n)
    kept = model.norms >= LEARNED
    signed = verify(W, W, k=ks)
    nonnegative = verify(W, W, k=ks, readout="nonnegative")
    threshold = verify(W, W, k=ks, readout="threshold")
    rescaled = verify(W, k=ks)
    probes = optimal_probes(W, k=ks)
    rows = []
    for j, count in enumerate(ks):
        bracket = bound(m=n, d=m, k=count)
        case, positive, free, scaled = (v.results[j] for v in (signed, nonnegative, threshold, rescaled))
        assert case.eps is not None
        assert positive.eps is not None
        assert free.margin is not None
        assert scaled.eps is not None
        rows.append(
            MeasuredRow(
                k=count, signed=case.eps, nonnegative=positive.eps, threshold=free.margin, rescaled=scaled.eps,
                learned=float(signed.upper[kept, j].max()) if kept.any() else None,
                learned_threshold=float(-threshold.upper[kept, j].max()) if kept.any() else None,
                probes=probes.worst_row(j), excluded=float(_number(bracket.lower.value)),
                achieved=float(_number(bracket.upper.value)),
            )
        )  # fmt: skip
    return Measured(learned=int(kept.sum()), dead=int((~np.any(W, axis=0)).sum()), rows=tuple(rows))


def _number(value: Any) -> float:
    """An end of a bracket for eps as a float."""
    return float(value)
