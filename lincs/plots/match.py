"""Two dictionaries beside each other: the best cosine of every feature, both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lincs.plots.axes import new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from lincs.interference.match import Match

__all__ = ["match"]


def match(found: Match, ax: Axes | None = None) -> Axes:
    """Histogram of the best cosines of both sides, and their sorted curves: the share of features below each value.

    Dead features are left out; the dotted line is the level below which features count as unmatched.
    """
    ax = new_axes(ax)
    curve = ax.twinx()
    quantity = "cosine" if found.signed else "|cosine|"
    sides = []
    for side in (found.a, found.b):
        alive = side.partner >= 0
        sides.append((side.cosine if found.signed else np.abs(side.cosine))[alive])
    low = min(0.0, *(float(values.min()) for values in sides))
    bins = np.linspace(low, 1.0, 61).tolist()
    for name, color, values in zip(("A", "B"), ("C0", "C1"), sides, strict=True):
        label = f"{name}: {len(values)} features, mean {values.mean():.3f}"
        ax.hist(values, bins=bins, histtype="stepfilled", color=color, alpha=0.45, label=label)
        curve.plot(np.sort(values), np.arange(1, len(values) + 1) / len(values), color=color, lw=1.2)
    ax.axvline(float(found.level), color="0.5", lw=0.8, ls=":")
    ax.set_xlim(low, 1.0)
    curve.set_ylim(0, 1)
    curve.set_ylabel("share of features at or below (lines)")
    ax.set_xlabel(f"largest {quantity} with a feature of the other dictionary")
    ax.set_ylabel("number of features")
    ax.set_title(f"Two dictionaries in {found.d} dimensions", fontsize=10)
    ax.legend(fontsize=8, loc="upper left")
    return ax
