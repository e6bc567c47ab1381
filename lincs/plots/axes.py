"""What every figure shares: an Axes when none was given, without touching pyplot's global state.

A notebook shows the figures of pyplot below the cell that made them, so there a new figure is one of those.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["figure", "new_axes"]


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
