"""What trained models support, as the verifier measures it, against density: errors beside their bracket, margins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lincs.figures import draws
from lincs.plots.axes import below, figure, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lincs.toy.experiment import Experiment
    from lincs.toy.measure import Measured

__all__ = ["deployed", "errors", "has_curves", "margins", "measured", "own_sets"]


def has_curves(experiment: Experiment) -> bool:
    """Whether models of one kind were measured at several densities."""
    return len(_by_density(experiment)) > 1


@draws("toy", suffix="_measured", applies=has_curves)
def measured(experiment: Experiment) -> Figure:
    """Errors at the two smallest k and the threshold margins, against density."""
    page = figure(13, 5.8)
    first, second, third = page.subplots(1, 3)
    ks = _ks(experiment)
    errors(experiment, first, k=ks[0])
    errors(experiment, second, k=ks[min(1, len(ks) - 1)])
    margins(experiment, third)
    for ax in (first, second, third):
        below(ax, size=8, at=-0.14, ncols=1 if ax is not third else 2)
    setting = next(iter(experiment.trained.values())).model.setting
    page.suptitle(
        f"{experiment.name}: what the trained W ({setting.n} features in {setting.m} dimensions, ReLU) supports, "
        "by density; learned features: norm >= 1/2"
    )
    return page


@draws("correlated", "anticorrelated", suffix="_deployed")
def deployed(experiment: Experiment) -> Figure:
    """What each model is worth: to a linear reader, as it is, and on the inputs that its sets allow."""
    page = figure(4.2 * len(experiment.measured), 4.4)
    panels = np.atleast_1d(page.subplots(1, len(experiment.measured), sharey=True))
    for ax, label in zip(panels, experiment.measured, strict=True):
        own_sets(experiment, label, ax)
        if ax is not panels[0]:
            ax.set_ylabel("")
    handles, labels = panels[0].get_legend_handles_labels()
    page.legend(handles, labels, loc="outside lower center", ncol=len(labels), fontsize=9, frameon=False)
    page.suptitle(f"{experiment.name} sets: worst-case error over all inputs and over those that training has seen")
    return page


def own_sets(experiment: Experiment, label: str, ax: Axes | None = None) -> Axes:
    """Bars at every measured k: linear read-out, the model itself, the model itself under the rule of its sets."""
    ax = new_axes(ax)
    found = experiment.measured[label]
    what = {"one": "one of each set at most", "whole": "k whole sets"}.get(found.rule or "", "its own sets")
    columns = (
        ("linear read-out $W^TWz$", "0.7", [row.nonnegative.hi for row in found.rows]),
        ("the model itself, any k features", "C1", [row.deployed.hi for row in found.rows]),
        (f"the model itself, {what}", "C0", [None if row.own is None else row.own.hi for row in found.rows]),
    )
    places = np.arange(len(found.rows))
    for n, (name, colour, values) in enumerate(columns):
        heights = np.array(values, dtype=float)
        bars = ax.bar(places + 0.27 * (n - 1), np.nan_to_num(heights), 0.25, color=colour, label=name)
        text = ["" if np.isnan(height) else f"{height:.2f}" for height in heights]
        ax.bar_label(bars, text, fontsize=7.5, padding=1)
    ax.set_xticks(places, [f"k = {row.k}" for row in found.rows])
    setting = experiment.trained[label].model.setting
    ax.set_title(f"{setting.n // setting.set_size} sets of {setting.set_size} in {setting.m} dimensions", fontsize=10)
    ax.set_ylabel("worst-case error, inputs in [0, 1]")
    ax.axhline(1, color="0.4", lw=0.8, ls=":")
    return ax


def errors(experiment: Experiment, ax: Axes | None = None, *, k: int = 1) -> Axes:
    """Worst-case errors at one k of the models with ReLU output, and the bracket of every pair of their size.

    That of the model itself, ``relu(W^T W z + b)``, is over inputs in [0, 1]; the others are signed linear read-outs.
    """
    ax = new_axes(ax)
    density, found = _columns(experiment)
    rows = [next(row for row in m.rows if row.k == k) for m in found]
    curves = (
        ("the model itself, $z \\in [0, 1]^n$", "C2", "-", [row.deployed.hi for row in rows]),
        ("the model itself, learned features", "C2", "--", [row.learned_deployed for row in rows]),
        ("(W, W) as trained", "C3", "-", [row.signed.hi for row in rows]),
        ("as trained, learned features", "C3", "--", [row.learned for row in rows]),
        ("rows of $W^TW$ rescaled", "C1", "-", [row.rescaled.hi for row in rows]),
        ("best probes for W", "C0", "-", [row.probes.hi for row in rows]),
        ("best probes, learned features", "C0", "--", [row.learned_probes for row in rows]),
    )
    for label, colour, style, values in curves:
        ax.plot(density, np.array(values, dtype=float), style, color=colour, marker=".", label=label)
    ax.axhline(rows[0].achieved, color="0.4", ls=":", label="some linear pair of this size has this error")
    ax.axhspan(0, rows[0].excluded, color="0.88", label="no linear pair of this size (all features) is in the grey")
    ax.set_ylim(0, None)
    ax.set_ylabel(f"worst-case error at k = {k}")
    return _density_axis(ax)


def margins(experiment: Experiment, ax: Axes | None = None) -> Axes:
    """The margin of the best threshold of each feature, for every measured k: above 0 the features can be told on."""
    ax = new_axes(ax)
    density, found = _columns(experiment)
    for j, k in enumerate(_ks(experiment)):
        for label, style, values in (
            ("learned features", "-", [m.rows[j].learned_threshold for m in found]),
            ("all features", ":", [m.rows[j].threshold.lo for m in found]),
        ):
            ax.plot(
                density,
                np.array(values, dtype=float),
                style,
                marker=".",
                color=f"C{j}",
                label=f"k = {k}, {label}",
            )
    ax.axhline(0, color="k", lw=0.8)
    ax.set_ylim(max(ax.get_ylim()[0], -1.0), None)  # how far below 0 does not matter
    ax.set_ylabel("threshold margin (> 0: told apart)")
    return _density_axis(ax)


def _by_density(experiment: Experiment) -> dict[float, Measured]:
    """The measured models with ReLU output, densest first."""
    found = {}
    for label, value in experiment.measured.items():
        setting = experiment.trained[label].model.setting
        if setting.output == "relu":
            found[float(setting.densities[0])] = value
    return dict(sorted(found.items(), reverse=True))


def _columns(experiment: Experiment) -> tuple[list[float], list[Measured]]:
    by = _by_density(experiment)
    return list(by), list(by.values())


def _ks(experiment: Experiment) -> list[int]:
    return [row.k for row in next(iter(_by_density(experiment).values())).rows]


def _density_axis(ax: Axes) -> Axes:
    ax.set_xscale("log")
    ax.invert_xaxis()
    ax.set_xlabel("density 1 - S (sparser to the right)")
    return ax
