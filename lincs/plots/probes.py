"""How many features of a dictionary are readable as more become active: by the best probes, and by those in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lincs.plots.axes import below, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from lincs.recovery.cheap import ProbeComparison

__all__ = ["readable"]

_LINES = {
    "optimal": ("the best probes of A", "C3", "o-"),
    "encoder": ("its own encoder", "C0", "s-"),
    "ridge": ("ridge", "C4", "^--"),
    "pinv": ("pseudo-inverse", "C1", "v--"),
    "adjoint": ("$A^T$", "C2", "x--"),
}


def readable(found: ProbeComparison, ax: Axes | None = None) -> Axes:
    """Against k, the share of the solved features whose row is proved to stay below the level, each at its best scale.

    The band above the first curve is undecided; no probe of A reaches beyond it: that is in the features, not in the
    encoder.
    """
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    ax = new_axes(ax)
    best = found.optimal
    for name, (label, color, style) in _LINES.items():
        if name in found.shares:
            label += ", at its best scale" if name != "optimal" else ""
            ax.plot(best.ks, found.shares[name], style, color=color, ms=4, lw=1.4, label=label)
    if any(most > least for most, least in zip(found.possible, found.shares["optimal"], strict=True)):
        edges = found.shares["optimal"], found.possible
        ax.fill_between(best.ks, *edges, color="C3", alpha=0.15, lw=0, label="undecided")
    ax.set_ylim(-0.03, 1.03)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("k, features active at once")
    ax.set_ylabel(f"features with worst-case error below {found.eps}")
    some = f"{best.m} features" if best.complete else f"{len(best.features)} of {best.m} features"
    ax.set_title(f"{some} in {best.d} dimensions, {best.readout} read-out", fontsize=10)
    below(ax)
    return ax
