"""Figures of a described dictionary: the k-curve, the spread over features, the worst block of ``B^T A``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lincs.errors import InputError
from lincs.plots.axes import below, figure, headroom, new_axes
from lincs.reading import read_pair

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lincs.interference.dictionary import Description

__all__ = ["feature_histogram", "k_curve", "overview", "worst_block"]


def k_curve(description: Description, ax: Axes | None = None) -> Axes:
    """Worst-case error against k, beside the band of typical inputs (mean to 99 %) and the spread of features."""
    from matplotlib.ticker import MaxNLocator

    result = description.verification
    if result.structure is not None:
        raise InputError("figures are about any k features, not about groups")
    ax = new_axes(ax)
    ks = np.array(result.ks)
    middle = (result.lower + result.upper) / 2
    how = result.how
    ax.set_ylabel(how.words.axis)
    if not how.has_eps:
        ax.plot(ks, how.shown(middle.max(axis=0)), "o-", color="C3", label="worst feature (proved)")
        ax.plot(ks, how.shown(np.median(middle, axis=0)), "s--", color="C0", label="median feature")
        ax.axhline(0, color="0.5", lw=0.8)
    else:
        ax.plot(ks, middle.max(axis=0), "o-", color="C3", label="worst case over all k-sparse inputs (proved)")
        ax.plot(ks, np.median(middle, axis=0), "s--", color="C0", label="worst case of the median feature")
        if description.typical is not None:
            mean = [typical.mean for typical in description.typical]
            p99 = [typical.p99 for typical in description.typical]
            label = f"random inputs: mean to 99 % of {description.typical[0].samples}"
            ax.fill_between(ks, mean, p99, color="C2", alpha=0.3, label=label)
        if result.limits is not None:
            headroom(result.limits, ax)
        if description.eps is not None:
            ax.axhline(float(description.eps), color="0.5", lw=0.8, ls=":")
            ax.annotate(
                f"eps = {description.eps}",
                (ks[-1], float(description.eps)),
                ha="right",
                va="bottom",
                fontsize=8,
            )
        ax.set_ylim(bottom=0)
    ax.set_xlabel("k, features active at once")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_title(f"{result.m} features in {result.d} dimensions\n{_pair(description)}", fontsize=10)
    below(ax, ncols=1)
    return ax


def _pair(description: Description) -> str:
    result = description.verification
    pair = {"given": "given pair", "self-scaled": "self-scaled probes"}[result.pair]
    return f"{pair}, {result.readout} read-out"


def feature_histogram(description: Description, ax: Axes | None = None, *, most: int = 4) -> Axes:
    """Every feature's own worst case, one histogram for each of at most ``most`` of the listed k."""
    ax = new_axes(ax)
    result = description.verification
    chosen = np.unique(np.linspace(0, len(result.ks) - 1, min(most, len(result.ks))).round().astype(int))
    values = result.how.shown((result.lower + result.upper)[:, chosen] / 2)
    bins = np.linspace(values.min(), values.max() + 1e-12, 60).tolist()
    for j, column in zip(chosen.tolist(), values.T, strict=True):
        ax.hist(column, bins=bins, histtype="stepfilled", alpha=0.45, label=f"k = {result.ks[j]}")
    if description.eps is not None:
        ax.axvline(float(description.eps), color="0.5", lw=0.8, ls=":")
    ax.set_xlabel(result.how.words.feature_axis)
    ax.set_ylabel("number of features")
    ax.set_yscale("log")  # the few worst features matter as much as the many ordinary ones
    ax.set_title(f"{'All ' if len(values) == result.m else ''}{len(values)} features", fontsize=10)
    below(ax, ncols=4)  # wherever it stood inside, bars would be under it
    return ax


def worst_block(
    A: Any, B: Any = None, *, description: Description, ax: Axes | None = None, size: int = 16, **options: Any
) -> Axes:
    """Heat map of ``B^T A`` around the worst feature: it, its partners and theirs, at most ``size`` in all.

    For a self-scaled pair every row is divided by its diagonal entry.  ``options`` as in :func:`lincs.verify`.
    """
    ax = new_axes(ax)
    read = read_pair(A, B, **options)
    a, b = read.A, read.B
    k, worst = _centre(description)
    chosen = np.array(_neighbourhood(description, worst, size))
    block = b.take(chosen) @ a.take(chosen).T
    scaled = description.verification.pair == "self-scaled"
    if scaled:
        own = np.diag(block).copy()
        block = block / np.where(own > 0, own, 1.0)[:, None]
    limit = float(np.abs(block).max()) or 1.0
    image = ax.imshow(block, cmap="RdBu_r", vmin=-limit, vmax=limit)
    labels = [description.name(i) for i in chosen.tolist()]
    ax.set_xticks(range(len(chosen)), labels, rotation=90, fontsize=7)
    ax.set_yticks(range(len(chosen)), labels, fontsize=7)
    ax.set_xlabel("active feature j")
    ax.set_ylabel("read feature i")
    ax.figure.colorbar(image, ax=ax, shrink=0.8, label="$b_i^T a_j / b_i^T a_i$" if scaled else "$b_i^T a_j$")
    ax.set_title(f"Around {description.name(worst)}, the worst feature at k = {k}", fontsize=10)
    return ax


def _centre(description: Description) -> tuple[int, int]:
    """A k and its worst living feature: the largest k at which its probe is better than none; any feature if all are
    dead."""
    result = description.verification
    dead = set(description.geometry.dead)
    living = np.array([n for n, feature in enumerate(result.rows) if feature not in dead], dtype=np.intp)
    if not len(living):
        return result.ks[0], result.rows[0]
    worst = result.upper[living].max(axis=0)
    nothing = result.how.zero_probe
    useful = [j for j, value in enumerate(worst) if result.pair == "given" or nothing is None or value < nothing]
    j = useful[-1] if useful else 0
    return result.ks[j], result.rows[int(living[result.upper[living, j].argmax()])]


def _neighbourhood(description: Description, start: int, size: int) -> list[int]:
    """A feature, its partners, their partners, ... without repetition."""
    place = {feature: n for n, feature in enumerate(description.verification.rows)}
    found, queue = [start], [start]
    while queue and len(found) < size:
        at = place.get(queue.pop(0))
        for j in [] if at is None else description.partners[at].tolist():  # nothing is known of rows not asked for
            if j >= 0 and j not in found and len(found) < size:
                found.append(j)
                queue.append(j)
    return found


def overview(A: Any, B: Any = None, *, description: Description, **options: Any) -> Figure:
    """The three figures side by side."""
    page = figure(15.5, 4.8)
    axes = page.subplots(1, 3)
    k_curve(description, axes[0])
    feature_histogram(description, axes[1])
    worst_block(A, B, description=description, ax=axes[2], **options)
    return page
