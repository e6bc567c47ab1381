"""The least d against k, on logarithmic axes: linear read-out, L1, and the proved bracket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lincs.plots.axes import below, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from lincs.recovery.minimal import MinimalCurve, MinimalDimension

__all__ = ["minimal"]

_NAMES = {
    "matched-filter": "linear, rescaled $A^T$ (every input)",
    "optimal-probes": "linear, best $B$ for $A$ (every input)",
    "l1": "L1 (half of random inputs)",
}
_COLOURS = {"matched-filter": "C1", "optimal-probes": "C3", "l1": "C0"}
_MARKERS = "osD^v*"


def minimal(result: MinimalDimension, ax: Axes | None = None) -> Axes:
    """Medians over the seeds with their range, fitted exponents in the legend, triangles of slope 2 and 1."""
    from matplotlib.ticker import NullFormatter, ScalarFormatter

    ax = figure(6.8, 5.2).add_subplot() if ax is None else ax
    ks = np.array(result.ks)
    label = "proved: any pair $(A, B)$"
    if result.lower_exponent is not None and result.upper_exponent is not None:
        label += f", $k^{{{result.lower_exponent.value:.2f}}}$ to $k^{{{result.upper_exponent.value:.2f}}}$"
    ax.fill_between(ks, result.lower, result.upper, color="0.75", label=label)
    families = list(dict.fromkeys(curve.family for curve in result.curves))
    for curve in result.curves:
        _draw(curve, ks, _MARKERS[families.index(curve.family) % len(_MARKERS)], ax, len(families) > 1)
    ax.plot(ks, 2 * ks, ":", color="0.4", lw=1, label="any decoder at all: $2k$")
    ax.axhline(result.m, color="0.6", lw=0.8, ls="--")
    ax.annotate("d = m: no compression", (ks[0], 1.03 * result.m), fontsize=7, color="0.4", va="bottom")
    ax.set_xscale("log")
    ax.set_yscale("log")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(ScalarFormatter())
        axis.set_minor_formatter(NullFormatter())
    ax.set_xticks(list(result.ks) if len(ks) <= 12 else [k for k in (1, 2, 5, 10, 20, 50, 100) if k in result.ks])
    _slopes(ks, result, ax)
    ax.set_xlabel("k, features active at once")
    ax.set_ylabel("least d, dimensions needed")
    ax.set_title(f"{result.m} features, eps = {result.eps}{_fitted(result)}", fontsize=10)
    below(ax, size=7)  # the curves fill the axes
    return ax


def _fitted(result: MinimalDimension) -> str:
    """What the fits say, of the family with the fewest dimensions each."""
    words = []
    for name, decoder in (("the best $B$ for $A$", "optimal-probes"), ("L1", "l1")):
        fits = [curve.exponent.value for curve in result.curves if curve.decoder == decoder and curve.exponent]
        if fits:
            words.append(f"{name} pays $k^{{{min(fits):.2f}}}$")
    return ": " + ", ".join(words) if words else ""


def _draw(curve: MinimalCurve, ks: np.ndarray, marker: str, ax: Axes, several: bool) -> None:
    there = np.array([value is not None for value in curve.median])
    if not there.any():
        return
    middle = np.array([value for value in curve.median if value is not None])
    columns = [column for column, kept in zip(zip(*curve.found, strict=True), there, strict=True) if kept]
    spread = np.array([(min(column), max(column)) for column in columns], dtype=float)
    label = _NAMES[curve.decoder] + (f", {curve.family}" if several else "")
    if curve.exponent is not None:
        fit = curve.exponent
        label += f": $k^{{{fit.value:.2f} \\pm {(fit.hi - fit.lo) / 2:.2f}}}$"
    colour = _COLOURS[curve.decoder]
    ax.plot(ks[there], middle, "-" + marker, color=colour, ms=4, lw=1.2, label=label)
    ax.fill_between(ks[there], spread[:, 0], spread[:, 1], color=colour, alpha=0.2, lw=0)


def _slopes(ks: np.ndarray, result: MinimalDimension, ax: Axes) -> None:
    """Two reference lines of slope 2 and 1 in the lower right corner."""
    if len(ks) < 2 or ks[-1] < 3 * ks[0]:
        return
    right, left = float(ks[-1]), float(ks[-1]) / 3
    base = 1.3 * float(min(2 * ks[0], min(result.lower)))
    for power in (2, 1):
        ax.plot([left, right], [base, base * 3**power], color="0.2", lw=1)
        ax.annotate(f"slope {power}", (right, base * 3**power), fontsize=7, ha="right", va="bottom")
