"""``phase``: which solution wins over density and the importance of one extra feature, trained and in theory.

The W of n features in m = n - 1 dimensions is known by its null vector v (up to sign): a unit vector means that this
feature is left out, ``(1, 1, 0)`` that the first two are antipodal, ``(1, 1, 1)`` that all three share the plane at 120
degrees.  A trained W is given to the nearest of these; theory takes the cheapest (each at its best bias).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError, check_integer
from lincs.toy import theory
from lincs.toy.exact import minimise
from lincs.toy.experiment import Experiment
from lincs.toy.measure import Measured, MeasuredRow, measure
from lincs.toy.setting import Setting

__all__ = ["SOLUTIONS", "Solution", "classify", "run", "theoretical"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Solution:
    """A candidate: its label and the null vectors (up to signs) that belong to it."""

    label: str
    nulls: tuple[tuple[int, ...], ...]


SOLUTIONS = {
    2: (
        Solution("extra feature left out", ((0, 1),)),
        Solution("extra feature alone, first left out", ((1, 0),)),
        Solution("both, antipodal", ((1, 1),)),
    ),
    3: (
        Solution("extra feature left out", ((0, 0, 1),)),
        Solution("extra kept, an ordinary one left out", ((1, 0, 0), (0, 1, 0))),
        Solution("extra alone, ordinary two antipodal", ((1, 1, 0),)),
        Solution("extra antipodal to an ordinary one", ((1, 0, 1), (0, 1, 1))),
        Solution("all three at 120 degrees", ((1, 1, 1),)),
    ),
}


def classify(W: Array) -> tuple[int, float]:
    """The index in SOLUTIONS[n] of the nearest solution to W (n - 1, n), and the cosine of their null vectors."""
    n = W.shape[1]
    v = np.abs(np.linalg.svd(W)[2][-1])
    fits = [max(float(v @ null) / np.linalg.norm(null) for null in solution.nulls) for solution in SOLUTIONS[n]]
    return int(np.argmax(fits)), float(max(fits))


def theoretical(n: int, density: Array, importance: Array) -> Array:
    """(solutions, densities, importances) the loss of every solution at its best bias, unit features."""
    p, r = np.meshgrid(density, importance, indexing="ij")
    u, g = theory.unlearned(p), theory.antipodal(p)
    if n == 2:
        return np.stack([r * u, u, (1 + r) * g])
    t = np.array([theory.triangle(float(value)) for value in density])[:, None]
    return np.stack([r * u, u, 2 * g, (1 + r) * g, (2 + r) * t])


def run(
    *,
    seed: int = 0,
    n: int = 2,
    grid: int = 30,
    restarts: int = 10,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Experiment:
    """Minimise the exact loss on a ``grid x grid`` of densities 0.01 to 1 and relative importances 0.1 to 10.

    ``agreement`` is the share of the grid on which the trained solution is the one that theory says, ``clear`` the same
    where theory's best beats the second by 5 % at least; ``loss_ratio`` is trained loss / theory's loss.  The W of
    every cell is measured with the verifier (arrays ``signed`` to ``margin``, one value a k; ``supports`` sums up).
    """
    if n not in SOLUTIONS:
        raise InputError(f"n must be 2 or 3, got {n}")
    check_integer(grid, "grid", least=2)
    density, importance = np.geomspace(0.01, 1, grid), np.geomspace(0.1, 10, grid)
    settings = [
        Setting(n=n, m=n - 1, density=float(p), importance=(1.0,) * (n - 1) + (float(r),))
        for p in density
        for r in importance
    ]
    total = 2 * len(settings)  # every cell is trained, then measured
    found = minimise(
        settings,
        restarts=restarts,
        seed=seed,
        threads=threads,
        progress=None if progress is None else lambda done, _: progress(done, total),
    )
    empirical = np.array([classify(t.model.W)[0] for t in found]).reshape(grid, grid)
    fit = np.array([classify(t.model.W)[1] for t in found]).reshape(grid, grid)
    loss = np.array([t.loss for t in found]).reshape(grid, grid)
    losses = theoretical(n, density, importance)
    expected = losses.argmin(axis=0)
    two = np.sort(losses, axis=0)[:2]
    clear = two[1] > 1.05 * two[0]
    same = empirical == expected
    supports = []
    for t in found:
        supports.append(measure(t.model, k=range(1, n + 1), threads=1))
        if progress is not None:
            progress(len(settings) + len(supports), total)
    data: dict[str, Any] = {
        "n": n,
        "m": n - 1,
        "grid": grid,
        "restarts": restarts,
        "solutions": [solution.label for solution in SOLUTIONS[n]],
        "agreement": float(same.mean()),
        "clear": float(same[clear].mean()),
        "clear_share": float(clear.mean()),
        "loss_ratio": {
            "min": float((loss / two[0]).min()),
            "mean": float((loss / two[0]).mean()),
            "max": float((loss / two[0]).max()),
        },
        "triple_point": {
            "zero_bias": theory.triple_point(free_bias=False),
            "free_bias": theory.triple_point(free_bias=True),
        },
    }
    arrays = {
        "W": np.stack([t.model.W for t in found]).reshape(grid, grid, n - 1, n),
        "b": np.stack([t.model.b for t in found]).reshape(grid, grid, n),
        "output": np.array("relu"),
        "density": density,
        "importance": importance,
        "empirical": empirical,
        "expected": expected,
        "fit": fit,
        "loss": loss,
        "theory": losses,
        **_by_k(supports, grid),
    }
    data["supports"] = _summary(arrays, [solution.label for solution in SOLUTIONS[n]])
    return Experiment(name="phase" if n == 2 else f"phase{n}", seed=seed, data=data, arrays=arrays)


def _by_k(supports: list[Measured], grid: int) -> dict[str, Array]:
    """What the verifier says of every cell's W, (grid, grid, number of k): upper ends of errors, lower of margins."""
    columns: dict[str, Callable[[MeasuredRow], float]] = {
        "signed": lambda row: row.signed.hi,
        "nonnegative": lambda row: row.nonnegative.hi,
        "rescaled": lambda row: row.rescaled.hi,
        "probes": lambda row: row.probes.hi,
        "margin": lambda row: row.threshold.lo,
        "deployed": lambda row: row.deployed.hi,
    }
    return {
        name: np.array([[value(row) for row in one.rows] for one in supports]).reshape(grid, grid, -1)
        for name, value in columns.items()
    }


def _summary(arrays: Mapping[str, Array], labels: list[str]) -> dict[str, Any]:
    """For every solution that was trained: the least and largest signed error, probes' error and margin at each k."""
    rows = {}
    for index, label in enumerate(labels):
        cells = arrays["empirical"] == index
        for j in range(arrays["signed"].shape[-1] if cells.any() else 0):
            rows[f"{label}, k = {j + 1}"] = {
                name: [float(arrays[name][cells, j].min()), float(arrays[name][cells, j].max())]
                for name in ("signed", "probes", "margin", "deployed")
            }
    return rows
