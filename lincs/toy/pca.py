"""``pca``: three correlated pairs in two dimensions, from PCA-like to superposition as features grow sparse.

Every seed is put into a regime by its W: *PCA-like*, or how many of the three pairs have collapsed to one direction.
Training stops in local minima, so the regime of a seed is not that of least loss; ``least_loss`` holds the loss of the
best model of every regime, found without sampling noise (:mod:`lincs.toy.nodes`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lincs.errors import check_integer
from lincs.parallel import run_tasks, thread_count
from lincs.toy.experiment import Experiment
from lincs.toy.measure import measure
from lincs.toy.model import Model
from lincs.toy.nodes import nodes, polish
from lincs.toy.sets import collapsed
from lincs.toy.setting import Setting
from lincs.toy.train import Trained, train

__all__ = ["DENSITIES", "regime", "run"]

DENSITIES = (0.9, 0.7, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05, 0.02)

_PROJECTION = 1.3  # W W^T with no eigenvalue above this is nearly a projection


def run(
    *,
    seed: int = 0,
    steps: int = 10_000,
    restarts: int = 20,
    threads: int | None = None,
    k: Any = (1, 2, 3),
    points: int = 2048,
    progress: Callable[[int, int], None] | None = None,
) -> Experiment:
    """Train ``restarts`` seeds at each of DENSITIES, keep them all, put each into a regime.

    ``regimes`` is a table: for each density the share of seeds in each regime; ``least_loss`` the least loss of each
    regime, where it is a local minimum at all, on ``points`` nodes in each on/off pattern (2,048: to about 3e-4, the
    same nodes for every regime).
    """
    check_integer(restarts, "restarts")
    settings = [Setting(n=6, m=2, density=p, kind="correlated", set_size=2) for p in DENSITIES]
    runs: list[tuple[Trained, ...]] = []
    for r in range(restarts):
        tell = None if progress is None else _shifted(progress, r * len(settings), restarts * len(settings))
        runs.append(train(settings, steps=steps, seed=seed + r, threads=threads, progress=tell))
    regimes: dict[str, dict[str, float]] = {}
    trained = {}
    for j, p in enumerate(DENSITIES):
        counts = Counter(regime(one[j].model) for one in runs)
        regimes[f"{p:g}"] = {name: count / restarts for name, count in counts.most_common()}
        trained[f"{p:g}"] = min((one[j] for one in runs), key=lambda t: t.loss)
    data: dict[str, Any] = {
        "seeds": restarts,
        "regimes": regimes,
        "least_loss": _least_losses(settings, runs, points, threads),
    }
    measured = {label: measure(t.model, k=k) for label, t in trained.items()}
    return Experiment(name="pca", seed=seed, trained=trained, measured=measured, data=data)


def regime(model: Model) -> str:
    """PCA is a projection (its ``W W^T`` is the identity); more than that is superposition, told by what collapsed."""
    if float(np.linalg.eigvalsh(model.W @ model.W.T)[-1]) <= _PROJECTION:
        return "PCA-like"
    count, dropped = collapsed(model)
    return f"{count} collapsed" + (f", {dropped} dropped" if dropped else "")


def _least_losses(
    settings: Sequence[Setting], runs: Sequence[Sequence[Trained]], points: int, threads: int | None
) -> dict[str, dict[str, float]]:
    """For each density the least loss of every regime, divided by that of doing nothing (output 0).

    Candidates are the best models of every regime at every density, polished at the density in question; a regime that
    is left on the way from all of them has no entry.
    """
    pool: dict[tuple[str, int], Trained] = {}
    for one in runs:
        for j, t in enumerate(one):
            at = (regime(t.model), j)
            if at not in pool or t.loss < pool[at].loss:
                pool[at] = t
    table: dict[int, dict[str, float]] = {}

    def work(j: int) -> None:
        setting = settings[j]
        x, weights = nodes(setting, points=points)
        unit = float((setting.importances @ x**2) @ weights)
        least: dict[str, float] = {}
        for name in dict.fromkeys(name for name, _ in pool):
            # The two nearest densities at which training found this regime.
            for _, i in sorted((abs(i - j), i) for other, i in pool if other == name)[:2]:
                start = pool[name, i].model
                model, loss = polish(Model(setting, start.W, start.b), x, weights)
                ended = regime(model)
                least[ended] = min(least.get(ended, np.inf), loss / unit)
        table[j] = dict(sorted(least.items(), key=lambda item: item[1]))

    run_tasks(range(len(settings)), work, threads=thread_count(threads))
    return {f"{setting.densities[0]:g}": table[j] for j, setting in enumerate(settings)}


def _shifted(progress: Callable[[int, int], None], before: int, total: int) -> Callable[[int, int], None]:
    return lambda done, _: progress(before + done, total)
