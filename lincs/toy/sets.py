"""``correlated`` and ``anticorrelated``: features that come in sets, and what training makes of a set.

Correlated features prefer orthogonal directions (they are never wanted apart), anticorrelated ones opposite directions.
When there is no room, a correlated pair *collapses*: both features take the direction of their sum, which is what PCA
would keep.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lincs.toy.experiment import Experiment
from lincs.toy.measure import measure
from lincs.toy.model import Model
from lincs.toy.setting import Setting
from lincs.toy.train import train

__all__ = ["SHAPES", "collapsed", "cosines", "run"]

SHAPES = ((4, 2, 2), (6, 2, 2), (20, 10, 10))  # n, m, features in a set

_SAME = 0.9  # a pair with at least this cosine has collapsed
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
    restarts: int = 64,
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
