"""The expected loss itself, without sampling: by moments for a linear output, by exact quadrature for ReLU, n <= 3."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError, check_integer, check_seed
from lincs.parallel import map_tasks, thread_count
from lincs.toy import quadrature
from lincs.toy.model import Model
from lincs.toy.setting import Setting
from lincs.toy.train import Trained, initial_weights

__all__ = ["expected_gradient", "expected_loss", "minimise"]

Array = npt.NDArray[np.float64]

_MOST = 3


def expected_loss(model: Model) -> float:
    """``E sum_i I_i (x_i - x'_i)^2``, exact up to rounding: any n for a linear output, n <= 3 for ReLU."""
    return expected_gradient(model)[0]


def expected_gradient(model: Model) -> tuple[float, Array, Array]:
    """The expected loss and its derivatives in W (m, n) and b (n,).

    Linear: with ``R = W^T W - I``, ``L = sum_i I_i (R M R^T + 2 b mu^T R^T + b b^T)_ii`` in the moments mu, M of x.
    """
    setting, W, b = model.setting, model.W, model.b
    if setting.output == "relu":
        _check_small(setting)
        gW, gb = np.empty_like(W), np.empty_like(b)
        loss = quadrature.relu_loss(
            np.ascontiguousarray(W), b, setting.importances, setting.densities, setting.patterns(), gW, gb
        )
        return float(loss), gW, gb
    mean, second = setting.moments()
    R = W.T @ W - np.eye(setting.n)
    RM = R @ second
    drift = R @ mean
    loss = float(setting.importances @ ((RM * R).sum(axis=1) + 2 * b * drift + b**2))
    G = 2 * setting.importances[:, None] * (RM + np.outer(b, mean))
    return loss, W @ (G + G.T), 2 * setting.importances * (drift + b)


def minimise(
    settings: Sequence[Setting],
    *,
    restarts: int = 10,
    seed: int = 0,
    iterations: int = 500,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Trained, ...]:
    """The least local minimum of the exact expected loss of each setting (ReLU, n <= 3), from ``restarts`` starts.

    BFGS from Xavier-normal W and zero b, the same starts for every setting: no sampling noise, no learning rate.
    """
    if not settings:
        raise InputError("settings must hold at least one setting, got none")
    check_seed(seed)
    check_integer(restarts, "restarts")
    for setting in settings:
        _check_small(setting)
        if setting.output != "relu":
            raise InputError("minimise needs a relu output; the linear model's minimum is PCA")
    return tuple(
        map_tasks(
            _least,
            [(setting, restarts, seed, iterations) for setting in settings],
            threads=thread_count(threads),
            progress=progress,
        )
    )


def _least(setting: Setting, restarts: int, seed: int, iterations: int) -> Trained:
    rng = np.random.default_rng(seed)
    starts = np.stack([initial_weights(setting.n, setting.m, rng) for _ in range(restarts)])
    # Scaled so that a loss of 1 is that of the zero model: the tolerance then means the same at every density.
    unit = float(setting.importances @ setting.densities) / 3
    W, b, losses = quadrature.minimise_all(
        starts, setting.importances / unit, setting.densities, setting.patterns(), iterations, 1e-10
    )
    return Trained(
        model=Model(setting, W, b),
        losses=tuple((losses * unit).tolist()),
        best=int(np.argmin(losses)),
        seed=seed,
        steps=0,
    )


def _check_small(setting: Setting) -> None:
    if setting.n > _MOST:
        raise InputError(f"n must be at most {_MOST} for the exact loss of a ReLU output, got {setting.n}")
