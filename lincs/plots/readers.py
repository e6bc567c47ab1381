"""Figures of readers: who fires whom, and their margins against k."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lincs.interference.reader_rows import CLASSES
from lincs.interference.readers import Readers
from lincs.plots.axes import figure, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["answered", "margins", "overview", "pushes"]


def pushes(products: Any, found: Readers, ax: Axes | None = None) -> Axes:
    """Heat map of ``W^T A`` (readers x features), targets framed."""
    ax = new_axes(ax)
    values = np.asarray(products)
    limit = float(np.abs(values).max()) or 1.0
    image = ax.imshow(values, cmap="RdBu_r", vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest")
    for i, row in enumerate(found.targets.tolist()):
        for j in row:
            if j >= 0:
                ax.add_patch(_frame(j, i))
    ax.set_xlabel("feature")
    ax.set_ylabel("neuron")
    ax.set_title("how far each feature pushes each neuron (targets framed)", fontsize=10)
    ax.figure.colorbar(image, ax=ax, shrink=0.85)
    return ax


def _frame(x: float, y: float) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.5, y - 0.5), 1, 1, fill=False, ec="k", lw=0.8)


def margins(found: Readers, ax: Axes | None = None) -> Axes:
    """False and miss margins against k: median, and the band from the worst to the best reader."""
    from matplotlib.ticker import MaxNLocator

    ax = new_axes(ax)
    ks = np.array(found.ks)
    size = (found.targets >= 0).sum(axis=1).max()
    for ends, colour, label in (
        (found.margin_false, "C3", "false margin: below its threshold while one of the target is off"),
        (found.margin_miss, "C0", "miss margin: above it while all of the target is on"),
    ):
        middle = np.asarray(ends[0] + ends[1]) / 2
        shown = ks >= (size if colour == "C0" else 1)
        ax.plot(ks[shown], np.median(middle, axis=0)[shown], "o-", color=colour, label=label)
        ax.fill_between(ks[shown], middle.min(axis=0)[shown], middle.max(axis=0)[shown], color=colour, alpha=0.2)
    ax.axhline(0, color="k", lw=0.8)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("k, features active at once")
    ax.set_ylabel("margin (median, worst to best neuron)")
    ax.legend(fontsize=8)
    return ax


def answered(found: Readers, ax: Axes | None = None) -> Axes:
    """How many readers answer without error, and how many would under another threshold, against k."""
    from matplotlib.ticker import MaxNLocator

    ax = new_axes(ax)
    ks = np.array(found.ks)
    counts = np.array([[found.counts(j)[name] for name in CLASSES] for j in range(len(ks))])
    ax.plot(ks, counts[:, 0] + counts[:, 1], "o--", color="C0", label="under another threshold")
    ax.plot(ks, counts[:, 0], "o-", color="C0", label="as they are")
    ax.axhline(found.n, color="0.6", lw=0.8, ls=":")
    ax.set_ylim(-0.03 * found.n, 1.05 * found.n)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("k, features active at once")
    ax.set_ylabel(f"of {found.n} neurons, those that answer without error")
    ax.legend(fontsize=8)
    return ax


def overview(found: Readers) -> Figure:
    """Answers and margins side by side."""
    page = figure(11, 4.4)
    first, second = page.subplots(1, 2)
    answered(found, first)
    margins(found, second)
    return page
