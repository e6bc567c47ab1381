"""Figures of linear read-out against L1: curves over k for one matrix, and the phase diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lincs.plots.axes import below, beneath, figure, headroom, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from lincs.recovery.compare import Comparison
    from lincs.recovery.phase import PhaseDiagram

__all__ = ["comparison", "phase"]


def comparison(result: Comparison, ax: Axes | None = None) -> Axes:
    """Linear errors against k, and on axes of their own beneath them the share of inputs that L1 recovers.

    Of the probes of unit gain: the worst case, what random inputs exceed once in a million and once in a hundred times
    at most (proved), the latter as sampled, the median, and the root mean square of the worst feature.
    """
    from matplotlib.ticker import MaxNLocator, ScalarFormatter

    ax = figure(6.8, 7.2).add_subplot() if ax is None else ax
    shares = beneath(ax, share=0.3)
    ks = np.array([row.k for row in result.rows])
    if result.limits is not None:
        headroom(result.limits, ax)
    # Where both are 1 the small marks are seen on the large ones.
    if all(row.optimal is not None for row in result.rows):
        best = [row.optimal.hi for row in result.rows if row.optimal is not None]
        ax.plot(ks, best, "o-", ms=7, color="C3", label="optimal probes: worst case (proved)")
    scaled = [row.worst.hi for row in result.rows]
    ax.plot(ks, scaled, "x--", ms=4, lw=1, color="k", label="scaled $A^T$: worst case (proved)")
    _typical(result, ks, ax)
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter(ScalarFormatter())
    ax.set_ylabel("linear read-outs: error")
    ax.tick_params(labelbottom=False)
    ax.set_title(f"{result.m} features in {result.d} dimensions: linear read-out against L1", fontsize=10)
    _recovered(result, ks, shares)
    shares.set_xlabel("k, features active at once")
    shares.xaxis.set_major_locator(MaxNLocator(integer=True))
    below(shares, size=7, at=-0.32, of=ax)
    return ax


def _recovered(result: Comparison, ks: np.ndarray, ax: Axes) -> None:
    """The share that L1 recovers with its interval, and the transition that theory expects."""
    ax.plot(ks, [row.recovered / result.trials for row in result.rows], ".-", color="C0")
    rates = np.array([[row.rate.lo, row.rate.hi] for row in result.rows]).T
    ax.fill_between(ks, *rates, color="C0", alpha=0.15, lw=0)
    ax.set_ylim(0, 1.08)
    ax.set_ylabel("L1 recovers\n(95 % interval)")
    where = f"L1 transition (statistical dimension): k = {result.transition:.0f}"
    inside = ks[0] <= result.transition <= ks[-1]
    if inside:
        ax.axvline(result.transition, color="C0", lw=0.8, ls="-.")
    # The text stands within the axes, on the side of the line where there is more room.
    right = not inside or result.transition > (ks[0] + ks[-1]) / 2
    x = result.transition if inside else ks[-1]
    arrow = "" if inside else " \u2192" if result.transition > ks[-1] else " \u2190"
    side: dict[str, Any] = {"ha": "right" if right else "left", "xytext": (-4 if right else 4, 4)}
    ax.annotate(where + arrow, (x, 0), textcoords="offset points", fontsize=7, color="C0", va="bottom", **side)


def _typical(result: Comparison, ks: np.ndarray, ax: Axes) -> None:
    """The probes of unit gain, from the worst input down to the mean square."""
    ax.plot(
        ks,
        [row.unit_worst.hi for row in result.rows],
        "-",
        color="C2",
        lw=1,
        label="unit-gain $A^T$: worst case (proved)",
    )
    for n, style in ((1, (0, (4, 1))), (0, (0, (2, 1)))):
        levels = [row.typical.risk[n] for row in result.rows]
        share = {0.01: "1 %", 1e-6: "$10^{-6}$"}[float(levels[0].p)]
        label = f"unit-gain $A^T$: exceeded by {share} of inputs at most (proved)"
        ax.plot(ks, [level.eps for level in levels], ls=style, color="C2", lw=1.4, label=label)
    ends = [row.typical.risk[0].sampled for row in result.rows]
    known = [(k, low, high) for k, (low, high) in zip(ks, ends, strict=True) if low is not None and high is not None]
    if known:
        ax.fill_between(*np.array(known).T, color="C2", alpha=0.3, label="unit-gain $A^T$: 1 %, sampled")
    medians = [row.typical.median for row in result.rows]
    ax.plot(ks, medians, ":", color="C2", lw=1.4, label="unit-gain $A^T$: median, sampled")
    rms = [row.typical.rms_worst.hi for row in result.rows]
    ax.plot(ks, rms, ".-", color="C4", lw=0.8, ms=4, label="unit-gain $A^T$: root mean square, worst feature")


def phase(diagram: PhaseDiagram, ax: Axes | None = None) -> Axes:
    """L1 success by shade over (d/m, k/d), with its curves, and the linear region beneath."""
    ax = new_axes(ax)
    deltas = diagram.ds / diagram.m
    image = ax.pcolormesh(
        deltas,
        diagram.rhos,
        (diagram.recovered / diagram.trials).T,
        cmap="Greys_r",
        vmin=0,
        vmax=1,
        shading="nearest",
    )
    ax.plot(deltas, diagram.transition, "C0-", lw=2, label="L1: Donoho-Tanner curve")
    ax.plot(deltas, diagram.half, "C1--", lw=1.5, label="L1: half recovered (measured)")
    limit = diagram.linear_limit / diagram.ds
    ax.plot(deltas, limit, "C3-", lw=1.5, label=f"linear: no matrix reaches eps = {diagram.eps} above (proved)")
    ax.plot(
        deltas,
        diagram.linear_k / diagram.ds,
        "C2.-",
        lw=1,
        ms=3,
        label="linear: optimal probes of a Gaussian A",
    )
    ax.set_ylim(0, 1)
    ax.set_xlabel("d/m, dimensions per feature")
    ax.set_ylabel("k/d, active features per dimension")
    ax.set_title(f"m = {diagram.m}, {diagram.trials} random inputs a cell", fontsize=10)
    ax.figure.colorbar(image, ax=ax, label="share of inputs recovered by L1")
    ax.legend(fontsize=7, loc="upper left")
    return ax
