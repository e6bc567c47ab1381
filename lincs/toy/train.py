"""As in the original: Xavier-normal W, zero b, AdamW at 1e-3 on fresh batches of 1024, the best restart kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError, check_integer, check_seed
from lincs.parallel import map_tasks, thread_count
from lincs.toy import steps as kernel
from lincs.toy.model import Model
from lincs.toy.setting import KINDS, Setting

__all__ = ["Trained", "initial_weights", "train"]

Array = npt.NDArray[np.float64]

_TEST_SAMPLES = 1 << 17


@dataclass(frozen=True, kw_only=True)
class Trained:
    """The best of several restarts of one setting.

    ``losses`` (restarts,) are estimated on fresh samples, the same for all; ``best`` is the index of the least.
    """

    model: Model = field(repr=False)
    losses: tuple[float, ...]
    best: int
    seed: int
    steps: int

    @property
    def loss(self) -> float:
        return self.losses[self.best]

    def to_dict(self) -> dict[str, Any]:
        model = self.model
        return {
            "setting": model.setting.to_dict(),
            "seed": self.seed,
            "steps": self.steps,
            "losses": list(self.losses),
            "best": self.best,
            "b": model.b.tolist(),
            "norms": model.norms.tolist(),
            "superposition": model.superposition.tolist(),
            "dimensionality": model.dimensionality.tolist(),
            "dimensions_per_feature": model.dimensions_per_feature,
        }


def initial_weights(n: int, m: int, rng: np.random.Generator) -> Array:
    """(m, n) Xavier-normal: variance ``2 / (m + n)``."""
    return rng.normal(0.0, np.sqrt(2 / (m + n)), (m, n))


def train(
    settings: Sequence[Setting],
    *,
    restarts: int = 1,
    steps: int = 10_000,
    batch: int = 1024,
    lr: float = 1e-3,
    weight_decay: float = 0.01,
    seed: int = 0,
    dtype: npt.DTypeLike = np.float32,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Trained, ...]:
    """Train every setting ``restarts`` times, each instance on one thread, and keep the best restart of each.

    The result depends on ``seed``, ``steps`` and ``batch`` only: not on the threads, nor on the other settings.
    ``weight_decay`` is that of AdamW's usual default.

    Args:
        progress: called with (instances done, in all).

    Raises:
        InputError: no settings, or numbers that are not positive; a training that diverged.
    """
    if not settings:
        raise InputError("settings must hold at least one setting, got none")
    check_integer(restarts, "restarts")
    check_integer(steps, "steps", least=0)
    check_integer(batch, "batch")
    check_seed(seed)
    if not lr > 0 or weight_decay < 0:
        raise InputError(f"lr must be positive and weight_decay not negative, got {lr} and {weight_decay}")
    import scipy.linalg  # noqa: F401 - the BLAS that numba calls, loaded before its threads are limited

    kind_of = np.dtype(dtype)
    tasks = [(s, r) for s in range(len(settings)) for r in range(restarts)]
    runs = map_tasks(
        _instance,
        [(settings[s], seed, r, kind_of.name, batch, steps, lr, weight_decay) for s, r in tasks],
        threads=thread_count(threads),
        progress=progress,
    )
    found = dict(zip(tasks, runs, strict=True))
    return tuple(_best(settings[s], [found[s, r] for r in range(restarts)], seed, steps) for s in range(len(settings)))


def _instance(
    setting: Setting, seed: int, r: int, dtype: str, batch: int, steps: int, lr: float, weight_decay: float
) -> tuple[Array, Array, float]:
    """One training: W, b and the loss on test samples."""
    rng = np.random.default_rng([seed, r])
    W = initial_weights(setting.n, setting.m, rng).astype(dtype)
    b = np.zeros(setting.n, dtype=dtype)
    common = (
        setting.importances.astype(dtype),
        setting.densities,
        KINDS.index(setting.kind),
        setting.set_size,
        setting.output == "relu",
    )
    kernel.run(W, b, *common, _state(rng, batch), steps, lr, weight_decay)
    test = _state(np.random.default_rng([seed, 1 << 32]), 1024)
    loss = kernel.mean_loss(W, b, *common, test, _TEST_SAMPLES // 1024)
    return W.astype(np.float64), b.astype(np.float64), float(loss)


def _best(setting: Setting, runs: list[tuple[Array, Array, float]], seed: int, steps: int) -> Trained:
    losses = tuple(loss for _, _, loss in runs)
    if not np.isfinite(losses).all():
        raise InputError(f"training diverged at density {setting.density}: use a smaller lr")
    best = int(np.argmin(losses))
    return Trained(model=Model(setting, *runs[best][:2]), losses=losses, best=best, seed=seed, steps=steps)


def _state(rng: np.random.Generator, batch: int) -> npt.NDArray[np.uint32]:
    """(4, batch) seeds of the kernel's generators; none of them is all zero."""
    state = rng.integers(0, 1 << 32, size=(4, batch), dtype=np.uint32)
    state[0] |= np.uint32(1)
    return state
