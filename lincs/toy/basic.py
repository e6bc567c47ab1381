"""``basic``: n = 20 features of importance 0.7^i in m = 5 dimensions, linear and ReLU output, from dense to sparse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lincs.toy.experiment import Experiment
from lincs.toy.measure import measure
from lincs.toy.setting import OUTPUTS, Setting
from lincs.toy.train import Trained, train

__all__ = ["DENSITIES", "run", "train_models"]

DENSITIES = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)


def train_models(
    *,
    seed: int,
    steps: int,
    restarts: int,
    threads: int | None,
    progress: Callable[[int, int], None] | None,
) -> dict[str, Trained]:
    """The 14 models by name, ``linear_1`` to ``relu_0.001``."""
    importance = tuple(0.7**i for i in range(20))
    settings = [
        Setting(n=20, m=5, density=p, importance=importance, output=output) for output in OUTPUTS for p in DENSITIES
    ]
    found = train(settings, steps=steps, restarts=restarts, seed=seed, threads=threads, progress=progress)
    return {f"{t.model.setting.output}_{t.model.setting.density:g}": t for t in found}


def run(
    *,
    seed: int = 0,
    steps: int = 10_000,
    restarts: int = 1,
    threads: int | None = None,
    k: Any = (1, 2, 3),
    progress: Callable[[int, int], None] | None = None,
) -> Experiment:
    """Train the 14 models and measure each with the verifier at the given k."""
    trained = train_models(seed=seed, steps=steps, restarts=restarts, threads=threads, progress=progress)
    measured = {label: measure(t.model, k=k) for label, t in trained.items()}
    return Experiment(name="basic", seed=seed, trained=trained, measured=measured)
