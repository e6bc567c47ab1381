"""The records of the atlas as a map: how far apart both ends of R(m, t) are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lincs.atlas.grid import M, T, slug
from lincs.atlas.records import Records
from lincs.plots.axes import figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["atlas"]


def atlas(records: Records | None = None, ax: Axes | None = None) -> Axes:
    """upper / lower of every recorded cell by colour, a dot where the ends agree."""
    ax = figure(8.0, 4.6).add_subplot() if ax is None else ax
    stored = (Records.load() if records is None else records).cells
    lower, upper = (np.array([[stored[slug(m, t), side].value for m in M] for t in T]) for side in ("lower", "upper"))
    ratio = upper / lower
    image = ax.pcolormesh(np.arange(len(M)), np.arange(len(T)), ratio, cmap="YlGnBu", vmin=1, shading="nearest")
    rows, columns = np.nonzero(lower == upper)
    ax.plot(columns, rows, "o", color="0.15", ms=3, label="exactly known")
    ax.set_xticks(range(0, len(M), 2), [f"$2^{{{m.bit_length() - 1}}}$" for m in M[::2]])
    ax.set_yticks(range(0, len(T), 3), [str(1 / t) for t in T[::3]])
    ax.set(xlabel="features m", ylabel="k / eps")
    bar = ax.figure.colorbar(image, ax=ax)
    bar.set_label("upper end / lower end of the least d")
    ax.legend(fontsize="small", loc="lower right", bbox_to_anchor=(1.0, 1.0))
    return ax
