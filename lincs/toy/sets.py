"""``correlated``, ``anticorrelated`` and ``pca``: features that come in sets, and what training makes of a set.

Correlated features prefer orthogonal directions (they are never wanted apart), anticorrelated ones opposite directions.
When there is no room, a correlated pair *collapses*: both features take the direction of their sum, which is what PCA
would keep.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from lincs.toy.experiment import Experiment
from lincs.toy.measure import measure
from lincs.toy.model import Model
from lincs.toy.setting import Setting
from lincs.toy.train import Trained, train

__all__ = ["PCA_DENSITIES", "SHAPES", "collapsed", "cosines", "run", "run_pca"]

SHAPES = ((4, 2, 2), (6, 2, 2), (20, 10, 10))  # n, m, features in a set
PCA_DENSITIES = (0.9, 0.7, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05, 0.02)

_SAME = 0.9  # a pair with at least this cosine has collapsed
_PROJECTION = 1.3  # W W^T with no eigenvalue above this is nearly a projection
_KEPT = 0.3  # a set whose features all have a smaller norm is dropped


def cosines(model: Model) -> dict[str, float]:
    """Mean cosine between features of one set and between features of different sets, and how many are orthogonal."""
    unit = model.W / np.maximum(model.norms, 1e-12)
    cosine = unit.T @ unit
    of_set = np.arange(model.setting.n) // model.setting.set_size
    same = (of_set[:, None] == of_set) & ~np.eye(model.setting.n, dtype=bool)
    other = of_set[:, None] != of_set
    return {
        "within": float(cosine[same].mean()),
        "between": float(cosine[other].mean()),
        "within_orthogonal": float((np.abs(cosine[same]) < 0.1).mean()),
        "within_opposite": float((cosine[same] < -0.9).mean()),
        "between_opposite": float((cosine[other] < -0.9).mean()),
    }


def collapsed(model: Model) -> tuple[int, int]:
    """How many sets have collapsed to one direction, and how many are dropped."""
    size = model.setting.set_size
    count = dropped = 0
    for start in range(0, model.setting.n, size):
        norms = model.norms[start : start + size]
        if norms.max() < _KEPT:
            dropped += 1
            continue
        unit = model.W[:, start : start + size] / np.maximum(norms, 1e-12)
        count += bool((unit.T @ unit).min() >= _SAME)
    return count, dropped


def run(
    *,
    kind: str,
    seed: int = 0,
    density: float = 0.05,
    steps: int = 10_000,
    restarts: int = 16,
    threads: int | None = None,
    k: Any = (1, 2, 3),
    progress: Callable[[int, int], None] | None = None,
) -> Experiment:
    """Train the three SHAPES with sets of one ``kind`` at one density; equal importances."""
    settings = [Setting(n=n, m=m, density=density, kind=kind, set_size=size) for n, m, size in SHAPES]
    found = train(settings, steps=steps, restarts=restarts, seed=seed, threads=threads, progress=progress)
    trained = {f"{s.n // s.set_size}x{s.set_size}": t for s, t in zip(settings, found, strict=True)}
    data = {"density": density, "cosines": {label: cosines(t.model) for label, t in trained.items()}}
    measured = {label: measure(t.model, k=k) for label, t in trained.items()}
    return Experiment(name=kind, seed=seed, trained=trained, measured=measured, data=data)


def run_pca(
    *,
    seed: int = 0,
    steps: int = 10_000,
    restarts: int = 10,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Experiment:
    """Three correlated pairs in two dimensions over PCA_DENSITIES; every restart is kept and put into a regime.

    ``regimes`` is a table: for each density the share of restarts that are "PCA-like" (W is nearly a projection), or
    else how many pairs have collapsed.
    """
    settings = [Setting(n=6, m=2, density=p, kind="correlated", set_size=2) for p in PCA_DENSITIES]
    runs: list[tuple[Trained, ...]] = []
    for r in range(restarts):
        tell = None if progress is None else _shifted(progress, r * len(settings), restarts * len(settings))
        runs.append(train(settings, steps=steps, seed=seed + r, threads=threads, progress=tell))
    regimes: dict[str, dict[str, float]] = {}
    trained = {}
    for j, p in enumerate(PCA_DENSITIES):
        counts = Counter(_regime(run[j].model) for run in runs)
        regimes[f"{p:g}"] = {name: count / restarts for name, count in counts.most_common()}
        trained[f"{p:g}"] = min((run[j] for run in runs), key=lambda t: t.loss)
    return Experiment(name="pca", seed=seed, trained=trained, data={"seeds": restarts, "regimes": regimes})


def _regime(model: Model) -> str:
    """PCA is a projection (its ``W W^T`` is the identity); more than that is superposition, told by what collapsed."""
    if float(np.linalg.eigvalsh(model.W @ model.W.T)[-1]) <= _PROJECTION:
        return "PCA-like"
    count, dropped = collapsed(model)
    return f"{count} collapsed" + (f", {dropped} dropped" if dropped else "")


def _shifted(progress: Callable[[int, int], None], before: int, total: int) -> Callable[[int, int], None]:
    return lambda done, _: progress(before + done, total)
