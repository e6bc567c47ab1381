"""What every figure shares: an Axes when none was given, without touching pyplot's global state.

A notebook shows the figures of pyplot below the cell that made them, so there a new figure is one of those.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lincs.bounds.limits import Limits

__all__ = ["below", "beneath", "figure", "headroom", "new_axes"]


def figure(width: float = 6.4, height: float = 4.4) -> Figure:
    """A figure that saves without a display and, but in a notebook, belongs to nobody's list of open figures."""
    if "ipykernel" in sys.modules:
        from matplotlib import pyplot

        return pyplot.figure(figsize=(width, height), layout="constrained")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    new = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(new)
    return new


def new_axes(ax: Axes | None) -> Axes:
    """``ax`` itself, or the Axes of a new figure."""
    return figure().add_subplot() if ax is None else ax


def below(ax: Axes, *, ncols: int = 2, size: int = 8, at: float = -0.13, of: Axes | None = None) -> None:
    """The legend beneath the axes, where it hides nothing; ``of``: other axes whose curves it names."""
    handles, labels = (ax if of is None else of).get_legend_handles_labels()
    if handles:
        place = (0.5, at)
        ax.legend(handles, labels, fontsize=size, loc="upper center", bbox_to_anchor=place, ncols=ncols, frameon=False)


def beneath(ax: Axes, *, share: float) -> Axes:
    """Axes of the same x beneath these, which give them this share of their height."""
    spec, page = ax.get_subplotspec(), ax.get_figure()
    if spec is None or page is None:  # placed by hand
        return ax.inset_axes((0.0, -share - 0.1, 1.0, share), sharex=ax)
    rows = spec.subgridspec(2, 1, height_ratios=(1 - share, share))
    ax.set_subplotspec(rows[0])
    return page.add_subplot(rows[1], sharex=ax)


def headroom(limits: Limits, ax: Axes) -> None:
    """Against k: the errors that no pair of the shape is below, in grey, and those of a known frame."""
    ks = [case.k for case in limits.cases]
    excluded = [case.excluded for case in limits.cases]
    style: dict[str, Any] = {"color": "0.45", "lw": 1.2, "marker": "." if len(ks) == 1 else None}
    ax.plot(ks, [case.achieved for case in limits.cases], "-", label="best known pair of this shape", **style)
    ax.plot(ks, excluded, "--", label="no pair's worst case is in the grey (proved)", **style)
    ax.fill_between(ks, 0, excluded, color="0.85", lw=0)
