"""An experiment: a name, trained models, numbers and arrays; saved as npz and json, drawn by who registers for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lincs.errors import InputError, check_choice
from lincs.figures import Drawing, figures_of
from lincs.keys import TOY
from lincs.progress import reports
from lincs.results import document, jsonable
from lincs.showing import Shown
from lincs.typing import Progress

if TYPE_CHECKING:
    from lincs.interference.readers import Readers
    from lincs.toy.measure import Measured
    from lincs.toy.train import Trained

__all__ = ["EXPERIMENTS", "Experiment", "module_of", "run_experiment", "summary"]

# Name -> (module, what it shows).  Each module has ``run(*, seed, progress, **options) -> Experiment``.
EXPERIMENTS = {
    "basic": ("lincs.toy.basic", "20 features in 5 dimensions, linear and ReLU, seven densities"),
    "phase": (
        "lincs.toy.phase",
        "n = 2, m = 1 (or n = 3, m = 2): which solution wins, trained and in theory",
    ),
    "correlated": (
        "lincs.toy.correlated",
        "2 and 3 correlated pairs in the plane, 2 sets of 10 in 10 dimensions",
    ),
    "anticorrelated": ("lincs.toy.anticorrelated", "the same with sets of which at most one feature is on"),
    "pca": ("lincs.toy.pca", "three correlated pairs in the plane: PCA against superposition, by density"),
    "loss": ("lincs.toy.terms", "feature benefit and interference of the models of basic"),
    "perceptron": (
        "lincs.toy.conjunctions",
        "neurons that ask for two names and write a person: how many they answer for, built and trained",
    ),
    "geometry": (
        "lincs.toy.geometry",
        "400 features in 30 dimensions: dimensions per feature (long; resumes with -o)",
    ),
}


@dataclass(frozen=True, kw_only=True, repr=False)
class Experiment(Shown):
    """What an experiment found.

    ``trained`` names each kept model; ``measured`` has what the verifier says of (some of) them; ``data`` holds further
    numbers and ``arrays`` further arrays, both by name; ``found`` is what is proved of the neurons of a layer.
    """

    page_by = "lincs.show.toy:page"

    name: str
    seed: int
    trained: Mapping[str, Trained] = field(default_factory=dict)
    measured: Mapping[str, Measured] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, Any] = field(default_factory=dict, repr=False)
    found: Mapping[str, Readers] = field(default_factory=dict, repr=False)

    def to_dict(self) -> dict[str, Any]:
        return {
            "experiment": self.name,
            "models": {label: trained.to_dict() for label, trained in self.trained.items()},
            "measured": {label: measured.to_dict() for label, measured in self.measured.items()},
            **({} if not self.found else {"readers": {label: one.to_dict() for label, one in self.found.items()}}),
            **{name: jsonable(value) for name, value in self.data.items()},
        }

    def figures(self) -> list[Drawing]:
        """What is drawn of this experiment: its own figure, then those that any experiment may have."""
        return figures_of(self, (self.name.rstrip("0123456789"), "toy"))

    def save(self, directory: str | Path) -> tuple[Path, ...]:
        """Write ``NAME.png``, ``NAME.npz`` and ``NAME.json`` into ``directory``, which is made if need be.

        The npz holds ``W_LABEL`` (m, n), ``b_LABEL`` (n,), ``output_LABEL`` (linear or relu) and, where there are sets,
        ``groups_LABEL`` (n,) of every model, so that ``lincs verify NAME.npz --tied --key LABEL`` reads one (with
        ``--readout deployed`` as it is), and the experiment's own arrays.  Models measured at
        several densities have a second figure, ``NAME_measured.png``, which comes last.
        """
        import numpy as np

        folder = Path(directory)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            files: tuple[Path, ...] = tuple(folder / f"{self.name}.{end}" for end in ("png", "npz", "json"))
            first, *more = self.figures()
            first.draw(self).savefig(files[0], dpi=120)
            arrays = {TOY: np.array(self.name), **self.arrays}
            for label, trained in self.trained.items():
                setting = trained.model.setting
                arrays |= {f"W_{label}": trained.model.W, f"b_{label}": trained.model.b}
                arrays[f"output_{label}"] = np.array(setting.output)
                if setting.groups is not None:
                    arrays[f"groups_{label}"] = setting.groups
            np.savez_compressed(files[1], **arrays)
            text = json.dumps(document("toy", self, seed=self.seed), indent=2, allow_nan=False)
            files[2].write_text(text + "\n", encoding="utf-8")
            for drawing in more:
                files = (*files, folder / f"{self.name}{drawing.suffix}.png")
                drawing.draw(self).savefig(files[-1], dpi=120)
        except OSError as error:
            raise InputError(f"{folder} cannot be written: {error.strerror}") from None
        return files


def module_of(name: str) -> Any:
    """The module of an experiment, by name."""
    return import_module(EXPERIMENTS[check_choice(name, "experiment", tuple(EXPERIMENTS))][0])


@reports("models")
def run_experiment(name: str, *, seed: int = 0, progress: Progress = None, **options: Any) -> Experiment:
    """Run one of :data:`EXPERIMENTS`; ``options`` are those of its module's ``run`` (steps, restarts, grid, ...).

    >>> found = run_experiment("correlated", steps=5, restarts=1)
    >>> sorted(found.trained)[:2], found.name
    (['2x10', '2x2'], 'correlated')
    """
    found = module_of(name).run(seed=seed, progress=progress, **options)
    assert isinstance(found, Experiment)
    return found


def summary(found: Experiment) -> list[str]:
    """The experiment in lines of text: a line a number, a row a table's row."""
    lines = [found.name]
    for name, value in found.data.items():
        if not isinstance(value, Mapping):
            lines.append(f"{name}: {_text(value)}")
            continue
        lines.append(f"{name}:")
        for label, cell in value.items():
            row = ", ".join(f"{k} {_text(v)}" for k, v in cell.items()) if isinstance(cell, Mapping) else _text(cell)
            lines.append(f"  {label:14s} {row}")
    return lines


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_text(item) for item in value)
    # What is below 1e-6 is rounding, and not the same everywhere.
    return f"{round(value, 6) + 0.0:.4g}" if isinstance(value, float) else str(value)
