"""Figures of an encoder as deployed: clean features against k, false margin against miss margin, one reading range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lincs.errors import InputError
from lincs.interference.deployed_results import DeployedVerification
from lincs.plots.axes import figure, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lincs.interference.dictionary import Description

__all__ = ["clean_shares", "margin_plane", "overview", "reading_range", "telling"]

_COLOURS = {"clean": "C0", "cleanable": "C1", "beyond": "C3", "undecided": "0.5"}


def clean_shares(result: DeployedVerification, ax: Axes | None = None, *, eps: float = 0.5) -> Axes:
    """Shares of the features against k: clean, clean under another threshold, linear read-out below ``eps``."""
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    ax = new_axes(ax)
    total = len(result.lower)
    ks = np.array(result.ks)
    clean = np.array([result.table.counts(j)["clean"] for j in range(len(ks))]) / total
    could = clean + np.array([result.table.counts(j)["cleanable"] for j in range(len(ks))]) / total
    linear = (result.table.linear < eps).mean(axis=0)
    ax.plot(ks, linear, color="0.75", lw=6, solid_capstyle="round", label=f"linear read-out below {eps:g}")
    ax.plot(ks, could, "o--", color="C0", label="clean once thresholds are moved")
    ax.plot(ks, clean, "o-", color="C0", label="clean as deployed")
    ax.set_ylim(-0.03, 1.03)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("k, features active at once")
    ax.set_ylabel("share of features")
    ax.set_title(f"{total} features in {result.d} dimensions, {result.activation}", fontsize=10)
    ax.legend(fontsize=8)
    return ax


def margin_plane(result: DeployedVerification, ax: Axes | None = None, *, k: int | None = None) -> Axes:
    """Every feature at (false margin a, miss margin b) for one k (the first by default).

    In the first quadrant it is clean; below the line ``a + b = 0`` no threshold can make it so.  In the wedges between,
    it fires falsely (left) or misses (below), and another threshold would do.
    """
    ax = new_axes(ax)
    j = _place(result, k)
    table = result.table
    a, b = (np.asarray(ends[0][:, j] + ends[1][:, j]) / 2 for ends in (table.margin_false, table.margin_miss))
    shown = np.isfinite(a) & np.isfinite(b)  # of an encoder that selects, margins may have no upper end
    counts = table.counts(j)
    for n, (name, colour) in enumerate(_COLOURS.items()):
        mine = shown & (table.classes[:, j] == n)
        if counts[name]:
            ax.plot(a[mine], b[mine], ".", ms=3, color=colour, alpha=0.6, label=f"{name}: {counts[name]}")
    reach = float(np.abs(np.concatenate([a[shown], b[shown], [0.1]])).max()) * 1.05
    ax.axhline(0, color="k", lw=0.8)
    ax.axvline(0, color="k", lw=0.8)
    ax.plot([-reach, reach], [reach, -reach], "--", color="0.4", lw=1)
    ax.set_xlim(-reach, reach)
    ax.set_ylim(-reach, reach)
    ax.set_aspect("equal")
    for x, y, text in ((0.5, 0.92, "clean"), (-0.55, 0.92, "fires falsely"), (0.7, -0.2, "misses")):
        ax.annotate(text, (x * reach, y * reach), ha="center", fontsize=9, color="0.3")
    ax.annotate("beyond any threshold", (-0.45 * reach, -0.8 * reach), ha="center", fontsize=9, color="0.3")
    ax.set_xlabel("false margin: how far the feature stays below its threshold while off")
    ax.set_ylabel(f"miss margin: how far above it is from z = {result.tau} on")
    ax.set_title(f"k = {result.ks[j]}", fontsize=10)
    ax.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.13), ncol=4, markerscale=3, frameon=False)
    return ax


def reading_range(
    result: DeployedVerification,
    ax: Axes | None = None,
    *,
    feature: int | None = None,
    k: int | None = None,
    name: str | None = None,
) -> Axes:
    """What one feature reads against its value: between the most and the least that k - 1 companions allow.

    ``feature`` is an index of the file, by default the worst one at ``k`` (by default the first).
    """
    ax = new_axes(ax)
    j = _place(result, k)
    row = result.results[j].row if feature is None else feature
    rows = list(result.rows)
    if row not in rows:
        raise InputError(f"feature must be one of those that were asked for, got {row}")
    i, table = rows.index(row), result.table
    s = np.linspace(0, 1, 1001)
    bias, gain = float(table.bias[i]), float(table.gain[i])
    t = -np.inf if table.threshold is None else float(table.threshold[i])
    most, least = (bias + gain * s + shift for shift in (table.raised[i, j], -table.lowered[i, j]))
    high, low = (np.where(p > t, p, 0.0) for p in (most, least))
    others = result.ks[j] - 1
    what = "what it reads alone" if others == 0 else f"what it reads, with up to {others} others on"
    ax.fill_between(s, low, high, color="C0", alpha=0.25)
    for n, (p, line) in enumerate(((most, high), (least, low))):
        jump = np.append(np.diff(p > t), False)  # nothing is read between 0 and the threshold
        ax.plot(s, np.where(jump, np.nan, line), color="C0", lw=1.5, label=what if n == 0 else None)
    ax.plot(s, s, "--", color="0.4", lw=1, label="the value itself")
    top = float(result.false[1][i, j])
    ax.plot([0], [top], "o", color="C3", label=f"most it reads while off: {top:.3g}")
    if np.isfinite(t):
        ax.axhline(t, color="C1", lw=1, label=f"threshold {t:.3g}")
    ax.set_xlabel("value of the feature")
    ax.set_ylabel("what the encoder reads")
    ax.set_title(f"feature {row if name is None else name}, k = {result.ks[j]}", fontsize=10)
    low_end, high_end = ax.get_ylim()
    ax.set_ylim(low_end, high_end + 0.35 * (high_end - low_end))  # room for the legend
    ax.legend(fontsize=8, loc="upper left")
    return ax


def telling(result: DeployedVerification) -> int:
    """The first k at which no threshold helps some feature (or the last): where a figure shows most."""
    beyond = [result.table.counts(j)["beyond"] for j in range(len(result.ks))]
    return next((k for k, count in zip(result.ks, beyond, strict=True) if count), result.ks[-1])


def overview(description: Description) -> Figure:
    """The three figures side by side, at the first k at which a threshold cannot help some feature (or at the last)."""
    result = description.verification
    assert isinstance(result, DeployedVerification)
    page = figure(16, 5)
    first, second, third = page.subplots(1, 3)
    eps = 0.5 if description.eps is None else float(description.eps)
    k = telling(result)
    clean_shares(result, first, eps=eps)
    margin_plane(result, second, k=k)
    case = result.results[result.ks.index(k)]
    reading_range(result, third, k=k, name=description.name(case.row))
    return page


def _place(result: DeployedVerification, k: Any) -> int:
    if k is None:
        return 0
    if k not in result.ks:
        raise InputError(f"k must be one of those that were asked for ({', '.join(map(str, result.ks))}), got {k}")
    return result.ks.index(k)
