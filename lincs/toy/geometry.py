"""``geometry``: n = 400 equal features in m = 30 dimensions; how many dimensions a feature gets as they grow sparse.

``D* = m / ||W||_F^2`` sticks at 1 (a dimension each) and at 1/2 (antipodal pairs); single features gather at the
dimensionalities of regular polytopes: 3/4 (tetrahedron), 2/3 (triangle), 1/2 (pair), 2/5 (pentagon), 3/8 (square
antiprism).  ``sum D_i <= rank W`` always.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lincs.errors import check_integer
from lincs.keeping import DAMAGED, try_to_keep
from lincs.parallel import run_tasks, thread_count
from lincs.toy.experiment import Experiment
from lincs.toy.measure import measure
from lincs.toy.model import Model
from lincs.toy.polytopes import DIMENSIONALITY, saving
from lincs.toy.setting import Setting
from lincs.toy.train import Trained, train

__all__ = ["run"]


def run(
    *,
    seed: int = 0,
    n: int = 400,
    m: int = 30,
    grid: int = 20,
    steps: int = 10_000,
    restarts: int = 1,
    threads: int | None = None,
    k: Any = (1, 2, 3),
    checkpoint: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Experiment:
    """Train at ``grid`` densities, 1/density from 1 to 20 as in the original.

    ``checkpoint`` is a directory that keeps every finished density: a later run of the same sizes, seed and steps reads
    it instead of training again.
    """
    check_integer(grid, "grid", least=2)
    settings = [Setting(n=n, m=m, density=float(1 / q)) for q in np.geomspace(1, 20, grid)]
    found: list[Trained] = []
    todo = [s for s in settings if _load(s, checkpoint, seed, steps, restarts) is None]
    together = thread_count(threads)
    for start in range(0, len(todo), together):
        part = todo[start : start + together]
        for trained in train(part, restarts=restarts, steps=steps, seed=seed, threads=threads):
            _store(trained, checkpoint, restarts)
            found.append(trained)
        if progress is not None:
            progress(len(settings) - len(todo) + start + len(part), len(settings))
    fresh = {t.model.setting: t for t in found}
    results: list[Trained] = []
    for s in settings:
        known = fresh.get(s) or _load(s, checkpoint, seed, steps, restarts)
        assert known is not None
        results.append(known)
    trained_by = {f"{t.model.setting.density:.4f}": t for t in results}
    sums = [float(t.model.dimensionality.sum()) for t in results]
    data: dict[str, Any] = {
        "inverse_density": [float(1 / t.model.setting.densities[0]) for t in results],
        "dimensions_per_feature": [t.model.dimensions_per_feature for t in results],
        "sum_of_dimensionality": sums,
        "sum_at_most_m": bool(max(sums) <= m * (1 + 1e-9)),
    }
    data |= _savings([t.model.setting for t in results], threads)
    measured = {label: measure(t.model, k=k) for label, t in trained_by.items()}
    return Experiment(name="geometry", seed=seed, trained=trained_by, measured=measured, data=data)


def _savings(settings: list[Setting], threads: int | None) -> dict[str, Any]:
    """``saving``: what every polytope saves per dimension at each density (a feature alone: 1); ``best``: by name."""
    found: dict[int, dict[str, float | None]] = {}

    def work(j: int) -> None:
        found[j] = {name: saving(name, float(settings[j].densities[0])) for name in DIMENSIONALITY}

    run_tasks(range(len(settings)), work, threads=thread_count(threads))
    best = []
    for j in range(len(settings)):
        known = {name: value for name, value in found[j].items() if value is not None}
        name = max(known, key=lambda name: known[name], default="")
        best.append(name if known and known[name] > 1 + 1e-4 else "a feature alone")
    columns = {name: [found[j][name] for j in range(len(settings))] for name in DIMENSIONALITY}
    return {"saving_per_dimension": columns, "best": best}


def _file(setting: Setting, folder: str | Path) -> Path:
    return Path(folder) / f"geometry-{setting.density:.6f}.part.npz"


def _key(setting: Setting, seed: int, steps: int, restarts: int) -> str:
    return json.dumps({**setting.to_dict(), "seed": seed, "steps": steps, "restarts": restarts}, sort_keys=True)


def _store(trained: Trained, folder: str | Path | None, restarts: int) -> None:
    if folder is None:
        return
    setting = trained.model.setting
    arrays = {
        "W": trained.model.W,
        "b": trained.model.b,
        "losses": np.array(trained.losses),
        "key": np.array(_key(setting, trained.seed, trained.steps, restarts)),
    }
    Path(folder).mkdir(parents=True, exist_ok=True)
    try_to_keep(_file(setting, folder), lambda file: np.savez(file, **arrays))  # type: ignore[arg-type]


def _load(setting: Setting, folder: str | Path | None, seed: int, steps: int, restarts: int) -> Trained | None:
    if folder is None or not _file(setting, folder).is_file():
        return None
    try:
        with np.load(_file(setting, folder), allow_pickle=False) as part:
            if str(part["key"]) != _key(setting, seed, steps, restarts):
                return None
            losses = tuple(part["losses"].tolist())
            model = Model(setting, part["W"], part["b"])
    except DAMAGED:
        return None  # a damaged part is trained again
    return Trained(model=model, losses=losses, best=int(np.argmin(losses)), seed=seed, steps=steps)
