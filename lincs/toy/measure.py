"""What the verifier says of a trained W: (W, W) exactly as trained, rescaled rows, the best probes, the bracket."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from lincs.bounds.bracket import bound
from lincs.interference.deployed_results import DeployedCase
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
    ``deployed``: of the model itself, with its bias and its output, over all k-sparse inputs in [0, 1], and the
    ``kind`` of that error; ``learned_deployed`` over the learned features.  ``own``: the same over the inputs that the
    model's sets allow, at most one feature of each set, or k whole sets; None where there are no sets (or fewer).
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
    deployed: Interval
    kind: str
    learned_deployed: float | None
    own: Interval | None
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

    ``rule`` is the rule of the model's sets under which ``own`` is measured: "one", "whole", or None.

    ``decodes``, ``learned_decodes``: the largest measured k at which a threshold for each feature tells on from off,
    for all features and for the learned ones; 0 if none does.
    """

    learned: int
    dead: int
    rule: str | None
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
            "rule": self.rule,
            "decodes": self.decodes,
            "learned_decodes": self.learned_decodes,
            "rows": [row.to_dict() for row in self.rows],
        }


def measure(model: Model, *, k: Any = (1, 2, 3), threads: int | None = None) -> Measured:
    """Measure ``model.W``, an (m, n) matrix of n features in m dimensions, for each k (those above n are left out).

    The model as it is deployed, ``relu(W^T W x + b)`` or without the ReLU, is measured beside it.
    """
    W, n, m = model.W, model.setting.n, model.setting.m
    ks = tuple(value for value in parse_ks(k, m=10**9) if value <= n)
    kept = model.norms >= LEARNED
    signed = verify(W, W, k=ks, threads=threads)
    nonnegative = verify(W, W, k=ks, readout="nonnegative", threads=threads)
    threshold = verify(W, W, k=ks, readout="threshold", threads=threads)
    rescaled = verify(W, k=ks, threads=threads)
    deployed = verify(W, W, k=ks, threads=threads, **model.deployed)
    own = _own(model, ks, threads)
    probes = optimal_probes(W, k=ks, threads=threads)
    rows = []
    for j, count in enumerate(ks):
        excluded, achieved = bracket(n, m, count)
        case, positive, free, scaled = (v.results[j] for v in (signed, nonnegative, threshold, rescaled))
        itself = deployed.results[j]
        assert isinstance(itself, DeployedCase)
        assert itself.eps is not None
        assert case.eps is not None
        assert positive.eps is not None
        assert free.margin is not None
        assert scaled.eps is not None
        rows.append(
            MeasuredRow(
                k=count,
                signed=case.eps,
                nonnegative=positive.eps,
                deployed=itself.eps,
                kind=itself.kind,
                learned_deployed=float(deployed.upper[kept, j].max()) if kept.any() else None,
                own=own.get(count),
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
    dead = int((~np.any(W, axis=0)).sum())
    return Measured(learned=int(kept.sum()), dead=dead, rule=model.setting.group_rule, rows=tuple(rows))


def _own(model: Model, ks: tuple[int, ...], threads: int | None) -> dict[int, Interval]:
    """The worst error of the model over the inputs that its sets allow, by k: active features, or whole sets."""
    setting = model.setting
    if setting.groups is None:
        return {}
    whole = setting.group_rule == "whole"
    most = setting.n // setting.set_size
    counts = tuple(k for k in ks if k <= most) if whole else ks
    asked: dict[str, Any] = {"active_groups" if whole else "k": counts}
    found = verify(
        model.W,
        model.W,
        groups=setting.groups,
        group_rule=setting.group_rule,
        threads=threads,
        **asked,
        **model.deployed,
    )
    return {case.k: case.interval for case in found.results}


@lru_cache(maxsize=256)
def bracket(n: int, m: int, k: int) -> tuple[float, float]:
    """No pair of n features in m dimensions has an error below the first at k, some pair has the second."""
    found = bound(m=n, d=m, k=k)
    return _number(found.lower.value), _number(found.upper.value)


def _number(value: Any) -> float:
    """An end of a bracket for eps as a float."""
    return float(value)
