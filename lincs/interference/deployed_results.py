"""What is proved of an encoder as it is deployed, as records."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from lincs.interference.deployed_features import CLASSES, FeatureTable
from lincs.interference.deployed_record import Ends
from lincs.interval import Interval
from lincs.jsonable import jsonable
from lincs.readouts.base import Readout
from lincs.readouts.deployed import Deployed
from lincs.results import Verification, WorstCase

__all__ = ["DeployedCase", "DeployedVerification"]


@dataclass(frozen=True, kw_only=True)
class DeployedCase(WorstCase):
    """The worst case of an encoder for one k: ``max |out_i - z_i|``.

    ``kind`` of the worst error: "false" (the feature is off and reads), "over" (on, and reads too much), "under" (too
    little), "silent" (nothing).  ``attained``: whether the witness reaches the supremum; if not, values of the feature
    that fall to ``limit`` approach it, and the witness is one of them.  ``errors``: the worst false activation, over-
    and under-reading, each with its row.  ``features``: how many of the rows are clean, cleanable by a threshold of
    their own, beyond any threshold, undecided.
    """

    kind: str
    attained: bool | None
    limit: float | None = None
    errors: dict[str, tuple[Interval, int]]
    features: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        out = super().to_dict()
        del out["trivial"]
        head: dict[str, Any] = {"kind": self.kind, "attained": self.attained}
        if self.limit is not None:
            head["limit"] = self.limit
        each = {name: {**interval.to_dict(), "row": row} for name, (interval, row) in self.errors.items()}
        return {**out, **head, **each, "features": dict(self.features)}


@dataclass(frozen=True, kw_only=True, repr=False)
class DeployedVerification(Verification):
    """What is proved about an encoder as it is deployed; one :class:`DeployedCase` for each k.

    ``lower`` and ``upper`` enclose every feature's own worst error, ``false``, ``over`` and ``under`` its three kinds
    (each two arrays, n x number of k), ``table`` has margins, classes and thresholds.
    A feature fires where ``out_i > level``, and ought to where ``z_i >= tau``.
    """

    page_by = "lincs.show.deployed:verification"
    drawn_by = "lincs.plots.deployed:clean_shares"
    tells_more = True

    activation: str
    b_dec: str | None
    tau: Fraction
    level: Fraction
    false: Ends = field(repr=False, compare=False)
    over: Ends = field(repr=False, compare=False)
    under: Ends = field(repr=False, compare=False)
    table: FeatureTable = field(repr=False, compare=False)
    deployed: Deployed = field(repr=False, compare=False)

    @property
    def how(self) -> Readout:
        return self.deployed

    @property
    def columns(self) -> dict[str, Any]:
        table = self.table
        out: dict[str, Any] = {"k_false": table.k_false[0], "k_miss": table.k_miss[0], "gain": table.gain}
        out["bias"] = table.bias
        if table.threshold is not None:
            out["threshold"] = table.threshold
        for j, k in enumerate(self.ks):
            for name, ends in (("false", self.false), ("over", self.over), ("under", self.under)):
                out[f"{name}_k{k}_lo"], out[f"{name}_k{k}_hi"] = ends[0][:, j], ends[1][:, j]
            for name, ends in (("margin_false", table.margin_false), ("margin_miss", table.margin_miss)):
                out[f"{name}_k{k}_lo"], out[f"{name}_k{k}_hi"] = ends[0][:, j], ends[1][:, j]
            out[f"surest_k{k}"] = table.surest[:, j]
            out[f"best_threshold_k{k}"] = table.best_threshold[:, j]
            out[f"class_k{k}"] = np.array(CLASSES)[table.classes[:, j]]
        return {**out, **super().columns}

    def count(self, name: str) -> dict[str, Any]:
        """``k_false`` or ``k_miss``: least, median, and the share of features that reach each k.

        Counts are the proved ends; those that reach ``kept`` are at least that.
        """
        values = getattr(self.table, name)[0]
        return {
            "least": int(values.min()),
            "median": int(np.sort(values)[(len(values) - 1) // 2]),
            "share": {str(k): float((values >= k).mean()) for k in self.ks},
            "kept": self.table.keep,
        }

    def to_dict(self) -> dict[str, Any]:
        out = super().to_dict()
        results = out.pop("results")
        words = {name: jsonable(getattr(self, name)) for name in ("activation", "b_dec", "tau", "level")}
        low = self.deployed.low
        words["active_min"] = {"least": float(low.min()), "most": float(low.max())}
        return {**out, **words, "k_false": self.count("k_false"), "k_miss": self.count("k_miss"), "results": results}
