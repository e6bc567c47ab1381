"""Figures of the toy models: one for each experiment, and the parts they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lincs.digits import percent
from lincs.figures import draws
from lincs.plots.axes import figure, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lincs.toy.experiment import Experiment
    from lincs.toy.model import Model

__all__ = ["basic", "boundaries", "gram", "margin", "norms", "phase", "solutions"]

_COLOURS = ["#d9d9d9", "#80b1d3", "#fb8072", "#fdb462", "#b3de69"]


def gram(model: Model, ax: Axes | None = None, *, bias: bool = True) -> Axes:
    """Heat map of ``W^T W``, on the scale -1 (blue) to 1 (red), with the bias as a column of its own at the right."""
    ax = new_axes(ax)
    n = model.setting.n
    product = model.W.T @ model.W
    ax.imshow(product, cmap="RdBu_r", vmin=-1, vmax=1, extent=(-0.5, n - 0.5, n - 0.5, -0.5))
    if bias:
        left = n - 0.5 + 0.05 * n
        right = left + 0.07 * n
        ax.imshow(model.b[:, None], cmap="RdBu_r", vmin=-1, vmax=1, extent=(left, right, n - 0.5, -0.5))
        ax.set_xlim(-0.5, right)
        ax.set_ylim(n - 0.5, -0.5)
        for x in (left, right):
            ax.axvline(x, color="0.6", lw=0.6)
    ax.set_xticks([])
    ax.set_yticks([])
    return ax


def norms(model: Model, ax: Axes | None = None) -> Axes:
    """``||W_i||`` of every feature, coloured by how much of the others lies along it (its superposition)."""
    import matplotlib

    ax = new_axes(ax)
    colours = matplotlib.colormaps["viridis"](np.clip(model.superposition, 0, 1))
    ax.bar(np.arange(model.setting.n), model.norms, color=colours, width=0.85)
    ax.set_ylim(0, 1.35)
    ax.set_yticks([0, 1])
    ax.axhline(1, color="0.6", lw=0.6, zorder=0)
    ax.set_xlim(-0.5, model.setting.n - 0.5)
    ax.set_xticks([])
    return ax


@draws("basic")
def basic(experiment: Experiment) -> Figure:
    """Every model of ``basic``: a column a density; for each output W^T W with b, below it the norms."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    models = [trained.model for trained in experiment.trained.values()]
    outputs = list(dict.fromkeys(model.setting.output for model in models))
    columns = len(models) // len(outputs)
    page = figure(2.05 * columns + 1.2, 3.5 * len(outputs) + 0.7)
    axes = page.subplots(2 * len(outputs), columns, height_ratios=[3, 1] * len(outputs), squeeze=False)
    for place, model in enumerate(models):
        row, column = divmod(place, columns)
        gram(model, axes[2 * row, column]).set_title(f"density {model.setting.density:g}", fontsize=10)
        norms(model, axes[2 * row + 1, column]).set_xlim(axes[2 * row, column].get_xlim())
        if column == 0:
            name = {"linear": "linear output", "relu": "ReLU output"}[model.setting.output]
            axes[2 * row, 0].set_ylabel(f"{name}\n$W^TW$ | b", fontsize=11)
            axes[2 * row + 1, 0].set_ylabel(r"$\|W_i\|$", fontsize=10)
        if row == len(outputs) - 1:
            axes[2 * row + 1, column].set_xlabel("feature i", fontsize=8)
    for rows, cmap, limits, label in (
        (axes[0::2], "RdBu_r", (-1, 1), "entry of $W^TW$, bias"),
        (axes[1::2], "viridis", (0, 1), "superposition"),
    ):
        scale = ScalarMappable(Normalize(*limits), cmap)
        for line in rows:
            page.colorbar(scale, ax=line.tolist(), shrink=0.9, label=label, pad=0.01)
    first = models[0].setting
    page.suptitle(
        f"{first.n} features of importance $0.7^i$ in {first.m} dimensions, from dense to sparse; "
        "superposition: $\\sum_{j \\neq i}(\\hat W_i \\cdot W_j)^2$"
    )
    return page


def solutions(density: Any, importance: Any, index: Any, labels: list[str], ax: Axes | None = None) -> Axes:
    """A map of solutions over density (falling to the right) and importance, both logarithmic."""
    from matplotlib.colors import ListedColormap

    ax = new_axes(ax)
    colours = ListedColormap(_COLOURS[: len(labels)])
    ax.pcolormesh(_edges(density), _edges(importance), index.T, cmap=colours, vmin=-0.5, vmax=len(labels) - 0.5)
    return _logarithmic(ax)


def _edges(centres: Any) -> Any:
    """The borders of cells around geometrically spaced centres."""
    half = np.sqrt(centres[1] / centres[0])
    return np.append(centres / half, centres[-1] * half)


def boundaries(ax: Axes) -> Axes:
    """Draw the closed-form boundaries of n = 2, m = 1 on an Axes of :func:`solutions`: best bias and zero bias."""
    from lincs.toy import theory

    for free, style, label in ((True, "-", "boundary, best bias"), (False, "--", "boundary, zero bias")):
        triple = theory.triple_point(free_bias=free)
        p = np.geomspace(0.01, triple, 200)
        r = theory.boundary(p, free_bias=free)
        limits = ax.get_xlim(), ax.get_ylim()
        ax.plot(p, r, "k", ls=style, lw=1.3, label=label)
        ax.plot(p, 1 / r, "k", ls=style, lw=1.3)
        ax.plot([triple, 1], [1, 1], "k", ls=style, lw=1.3)
        ax.set_xlim(limits[0])
        ax.set_ylim(limits[1])
    return ax


@draws("phase")
def phase(experiment: Experiment) -> Figure:
    """Trained and theoretical solutions side by side, with the closed-form boundaries (n = 2), and what W can tell."""
    from matplotlib.patches import Patch

    data, arrays = experiment.data, experiment.arrays
    labels = list(data["solutions"])
    page = figure(15, 5.6)
    panels = page.subplots(1, 3)
    agreement = percent(data["agreement"])
    titles = (
        f"trained on the exact loss, best of {data['restarts']} starts",
        f"theory: the cheapest solution at its best bias;\nthe same as trained on {agreement} of the grid",
    )
    for ax, which, title in zip(panels[:2], ("empirical", "expected"), titles, strict=True):
        solutions(arrays["density"], arrays["importance"], arrays[which], labels, ax)
        ax.set_title(title, fontsize=10)
    margin(arrays["density"], arrays["importance"], arrays["margin"][..., 0], panels[2])
    if data["n"] == 2:
        for ax in panels:
            boundaries(ax)
    handles: list[Any] = [Patch(color=_COLOURS[i], label=label) for i, label in enumerate(labels)]
    handles += [line for line in panels[0].get_lines() if not str(line.get_label()).startswith("_")]
    page.legend(handles=handles, loc="outside lower center", ncol=3, fontsize=9, frameon=False)
    ordinary = "" if data["n"] == 2 else ", the two ordinary ones of importance 1"
    page.suptitle(f"{data['n']} features in {data['m']} dimension{'s' * (data['m'] > 1)}{ordinary}")
    return page


def margin(density: Any, importance: Any, values: Any, ax: Axes | None = None) -> Axes:
    """Map of the threshold margin of the trained W at k = 1 over all features: above 0 each of them can be told."""
    ax = new_axes(ax)
    reach = max(float(np.abs(values).max()), 1e-9)
    mesh = ax.pcolormesh(_edges(density), _edges(importance), values.T, cmap="RdBu_r", vmin=-reach, vmax=reach)
    ax.figure.colorbar(mesh, ax=ax, label="threshold margin (above 0: every feature is told on from off)")
    ax.set_title("measured: margin of the trained W, one feature on", fontsize=10)
    return _logarithmic(ax)


def _logarithmic(ax: Axes) -> Axes:
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.invert_xaxis()
    ax.set_xlabel("density 1 - S (sparser to the right)")
    ax.set_ylabel("importance of the extra feature")
    return ax
