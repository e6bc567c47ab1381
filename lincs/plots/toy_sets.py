"""Figures of the toy experiments with sets of features, of the loss terms and of the geometry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lincs.figures import draws
from lincs.plots.axes import figure, new_axes
from lincs.plots.toy import gram
from lincs.toy.polytopes import DIMENSIONALITY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lincs.toy.experiment import Experiment
    from lincs.toy.model import Model

__all__ = ["arrows", "costs", "geometry", "loss", "pca", "savings", "sets", "shares"]

_LEVELS = ((1.0, "1"), (3 / 4, "3/4"), (2 / 3, "2/3"), (1 / 2, "1/2"), (2 / 5, "2/5"), (3 / 8, "3/8"))


def arrows(model: Model, ax: Axes | None = None) -> Axes:
    """The columns of W (m = 2) as arrows in the plane, one colour a set."""
    ax = new_axes(ax)
    for i, (x, y) in enumerate(model.W.T):
        colour = f"C{i // model.setting.set_size}"
        ax.annotate("", (x, y), (0, 0), arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 1.8})
        ax.plot([x], [y], ".", color=colour)
    reach = max(1.2, 1.1 * float(model.norms.max()))
    ax.set_xlim(-reach, reach)
    ax.set_ylim(-reach, reach)
    ax.set_aspect("equal")
    ax.set_xticks([-1, 0, 1])
    ax.set_yticks([-1, 0, 1])
    ax.grid(alpha=0.3)
    return ax


@draws("correlated", "anticorrelated")
def sets(experiment: Experiment) -> Figure:
    """``correlated`` and ``anticorrelated``: arrows in the plane, W^T W with the borders of the sets."""
    models = [trained.model for trained in experiment.trained.values()]
    page = figure(4.0 * len(models), 4.6)
    for ax, (label, model) in zip(
        page.subplots(1, len(models)), zip(experiment.trained, models, strict=True), strict=True
    ):
        setting, cosine = model.setting, experiment.data["cosines"][label]
        if setting.m == 2:
            arrows(model, ax)
        else:
            gram(model, ax, bias=False)
            for border in range(setting.set_size, setting.n, setting.set_size):
                ax.axhline(border - 0.5, color="k", lw=0.8)
                ax.axvline(border - 0.5, color="k", lw=0.8)
            ax.set_xlabel("$W^TW$, from -1 (blue) to 1 (red)")
        ax.set_title(
            f"{setting.n // setting.set_size} sets of {setting.set_size} in m = {setting.m}\n"
            f"mean cosine: in a set {cosine['within']:.2f}, between {cosine['between']:.2f}",
            fontsize=10,
        )
    what = {
        "correlated": "all features of a set are on together",
        "anticorrelated": "one feature of a set at most is on",
    }
    page.suptitle(
        f"{experiment.name} sets at density {experiment.data['density']:g} ({what[experiment.name]}; a colour a set)"
    )
    return page


@draws("pca")
def pca(experiment: Experiment) -> Figure:
    """The best model of each density as arrows; below, the shares of the regimes and what each costs."""
    models = [trained.model for trained in experiment.trained.values()]
    page = figure(1.45 * len(models), 6.2)
    rows: Any = page.subfigures(2, 1, height_ratios=[1, 2.2])
    arrow_row, bars = rows
    for column, (ax, model) in enumerate(zip(arrow_row.subplots(1, len(models)), models, strict=True)):
        arrows(model, ax).set_title(f"{model.setting.density:g}", fontsize=9)
        ax.tick_params(labelsize=6)
        if column == 0:
            ax.set_ylabel("density:", rotation=0, ha="right", y=1.05)
    left, right = bars.subplots(1, 2)
    shares(experiment, left)
    costs(experiment, right)
    handles, labels = left.get_legend_handles_labels()
    bars.legend(handles, labels, loc="outside lower center", ncol=len(labels), fontsize=9, frameon=False)
    page.suptitle(
        "Three correlated pairs in two dimensions, the best seed of each density (a colour a pair); "
        "collapsed: both features of a pair in one direction",
        fontsize=11,
    )
    return page


def shares(experiment: Experiment, ax: Axes | None = None) -> Axes:
    """Stacked bars: the share of seeds in each regime, a bar a density."""
    ax = new_axes(ax)
    table = experiment.data["regimes"]
    base = np.zeros(len(table))
    for name, colour in _regime_colours(experiment).items():
        share = np.array([row.get(name, 0.0) for row in table.values()])
        ax.bar(range(len(table)), share, bottom=base, label=name, color=colour)
        base += share
    ax.set_xticks(range(len(table)), list(table))
    ax.set_xlabel("density (sparser to the right)")
    ax.set_ylabel(f"share of {experiment.data['seeds']} seeds")
    return ax


def costs(experiment: Experiment, ax: Axes | None = None) -> Axes:
    """By how much the least loss of each regime exceeds that of the cheapest one, at every density."""
    ax = new_axes(ax)
    table = experiment.data["least_loss"]
    for name, colour in _regime_colours(experiment).items():
        above = [100 * (row[name] / min(row.values()) - 1) if name in row else np.nan for row in table.values()]
        ax.plot(range(len(table)), above, "o-", color=colour)
    ax.set_xticks(range(len(table)), list(table))
    ax.set_yscale("symlog", linthresh=1, linscale=0.6)
    ax.set_ylim(-0.3, None)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:g} %")
    ax.set_xlabel("density (sparser to the right); no point: no such minimum found")
    ax.set_ylabel("best loss of a regime above the least")
    return ax


def _regime_colours(experiment: Experiment) -> dict[str, str]:
    """Every regime that occurs, from PCA-like down to none collapsed, with its colour."""
    tables = (*experiment.data["regimes"].values(), *experiment.data["least_loss"].values())
    names = sorted({name for row in tables for name in row}, reverse=True)
    names.sort(key=lambda name: name != "PCA-like")
    return {name: f"C{i}" for i, name in enumerate(names)}


@draws("loss")
def loss(experiment: Experiment) -> Figure:
    """Stacked shares of the measured loss: benefit, interference, other terms."""
    page = figure(11, 4.4)
    terms: dict[str, Any] = dict(experiment.data["terms"])
    for ax, output in zip(page.subplots(1, 2), ("linear", "relu"), strict=True):
        rows = {label.split("_")[1]: row for label, row in terms.items() if label.startswith(output)}
        base = np.zeros(len(rows))
        other = {"linear": "bias off its best value", "relu": "no feature on"}[output]
        for name, label in (
            ("benefit", "feature benefit"),
            ("interference", "interference"),
            ("other", other),
        ):
            share = np.array([row[name] / row["measured"] for row in rows.values()])
            ax.bar(range(len(rows)), share, bottom=base, label=label)
            base += share
        if output == "relu":
            ax.bar(range(len(rows)), 1 - base, bottom=base, color="0.85", label="two or more features on")
        ax.axhline(1, color="k", lw=0.8)
        ax.set_xticks(range(len(rows)), list(rows))
        ax.set_xlabel("density")
        ax.set_ylabel("share of the measured loss")
        title = {
            "linear": "linear output: the terms are exact",
            "relu": "ReLU output: terms with one feature on",
        }
        ax.set_title(title[output], fontsize=10)
        ax.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncol=4, frameon=False)
    return page


def savings(experiment: Experiment, ax: Axes | None = None) -> Axes:
    """What the regular polytopes save per dimension by their exact loss, against 1/density."""
    ax = new_axes(ax)
    inverse = experiment.data["inverse_density"]
    for i, (name, values) in enumerate(experiment.data["saving_per_dimension"].items()):
        fraction = next(label for level, label in _LEVELS if level == DIMENSIONALITY[name])
        ax.plot(inverse, np.array(values, dtype=float), ".-", color=f"C{i + 1}", label=f"{name} ({fraction})")
    ax.axhline(1, color="0.6", lw=0.8)
    ax.set_xscale("log")
    ax.set_ylabel("theory: saving per dimension\n(a feature alone: 1)")
    ax.set_xlabel("1 / density (sparser to the right)")
    ax.legend(fontsize=8)
    return ax


@draws("geometry")
def geometry(experiment: Experiment) -> Figure:
    """D* over 1/density; the dimensionality of every feature, with the levels of regular polytopes; what those save."""
    page = figure(10, 9)
    top, bottom, theory = page.subplots(3, 1, sharex=True, height_ratios=[1, 1.5, 1])
    inverse = np.array(experiment.data["inverse_density"])
    top.plot(inverse, experiment.data["dimensions_per_feature"], "o-")
    for level in (1, 0.5):
        top.axhline(level, color="0.6", lw=0.8)
    top.set_ylim(0, 1.15)
    top.set_ylabel(r"$D^* = m / \|W\|_F^2$")
    rng = np.random.default_rng(0)  # a little sideways, so that points do not hide each other
    for x, trained in zip(inverse, experiment.trained.values(), strict=True):
        values = trained.model.dimensionality[trained.model.norms >= 0.1]
        bottom.plot(x * np.exp(rng.uniform(-0.04, 0.04, len(values))), values, ".", ms=2.5, color="C0", alpha=0.6)
    for level, label in _LEVELS:
        bottom.axhline(level, color="0.6", lw=0.8)
        side = {2 / 5: "bottom", 3 / 8: "top"}.get(level, "center")  # these two are too close for one height
        bottom.annotate(label, (1, level), xycoords=("axes fraction", "data"), fontsize=8, va=side)
    bottom.set_xscale("log")
    bottom.set_ylabel("dimensionality $D_i$ of each feature")
    savings(experiment, theory)
    setting = next(iter(experiment.trained.values())).model.setting
    page.suptitle(f"{setting.n} equal features in {setting.m} dimensions")
    return page
