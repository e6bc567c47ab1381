"""Figures of the experiment ``perceptron``: who fires whom, margins against k, how many people are answered for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lincs.figures import draws
from lincs.plots.axes import figure, new_axes
from lincs.plots.readers import margins, pushes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lincs.toy.experiment import Experiment

__all__ = ["by_density", "by_dimension", "perceptron"]


@draws("perceptron")
def perceptron(experiment: Experiment) -> Figure:
    """Pushes and margins of the neurons trained at the sparsest density; answers against d and against density."""
    page = figure(14, 9.5)
    panels = page.subplots(2, 2)
    label = min(label for label in experiment.found if label != "constructed")  # the sparsest
    A, W = experiment.arrays["A"], experiment.arrays[f"W_in_{label}"]
    pushes(W @ A, experiment.found[label], panels[0, 0])
    panels[0, 0].set_title(
        f"trained at density {label}: how far each feature pushes each neuron (targets framed)", fontsize=10
    )
    margins(experiment.found[label], panels[0, 1])
    panels[0, 1].set_title(f"trained at density {label}", fontsize=10)
    by_dimension(experiment, panels[1, 0])
    by_density(experiment, panels[1, 1])
    page.suptitle(
        f"{experiment.data['people']} neurons, each asking for a first and a family name; over all k-sparse inputs"
    )
    return page


def by_dimension(experiment: Experiment, ax: Axes | None = None) -> Axes:
    """How many people neurons by construction answer for, against d."""
    ax = new_axes(ax)
    table: dict[str, dict[str, int]] = experiment.data["constructed"]
    dimensions = [int(name.split("=")[1]) for name in table]
    for n, k in enumerate(next(iter(table.values()))):
        ax.plot(dimensions, [row[k] for row in table.values()], "o-", color=f"C{n}", label=k)
    ax.set_xscale("log")
    ax.set_xticks(dimensions, [str(d) for d in dimensions])
    ax.minorticks_off()
    ax.set_xlabel("d, dimensions of the stream")
    ax.set_ylabel("people answered for without error")
    ax.set_title("by construction: w = a + a', the best threshold of each", fontsize=10)
    ax.legend(fontsize=8)
    return ax


def by_density(experiment: Experiment, ax: Axes | None = None) -> Axes:
    """How many people trained neurons answer for, by density of training; dashed: once thresholds are moved."""
    ax = new_axes(ax)
    labels = [label for label in experiment.data["answered"] if label != "constructed"]
    densities = [float(label) for label in labels]
    for style, name in (("o-", "answered"), ("o--", "answered_once_thresholds_are_moved")):
        table: dict[str, dict[str, int]] = experiment.data[name]
        for n, k in enumerate(table[labels[0]]):
            label = k if style == "o-" else None
            ax.plot(densities, [table[row][k] for row in labels], style, color=f"C{n}", label=label)
    ax.set_xscale("log")
    ax.invert_xaxis()
    ax.set_xlabel("density of training (sparser to the right; dashed: once thresholds are moved)")
    ax.set_ylabel("people answered for without error")
    ax.set_title(f"trained, d = {experiment.data['dimensions']}", fontsize=10)
    ax.legend(fontsize=8)
    return ax
