"""The expected loss of a small model on fixed nodes: each on/off pattern by its exact probability, Sobol points within.

No sampling noise between models and a deterministic optimiser (L-BFGS), for n where the exact quadrature of
:mod:`lincs.toy.quadrature` (n <= 3) does not reach.  With 8,192 points a pattern the loss is right to about 1e-4.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lincs.parallel import single_threaded_blas
from lincs.toy.model import Model
from lincs.toy.setting import Setting

__all__ = ["loss_at", "nodes", "polish"]

Array = npt.NDArray[np.float64]


def nodes(setting: Setting, *, points: int = 8192) -> tuple[Array, Array]:
    """Inputs (n, count) and their weights (count,), which sum to 1; n <= 12, ``points`` a power of 2."""
    from scipy.stats.qmc import Sobol

    inputs, weights = [], []
    for pattern, probability in enumerate(setting.patterns()):
        on = [j for j in range(setting.n) if pattern >> j & 1]
        if probability == 0:
            continue
        x = np.zeros((setting.n, points if on else 1))
        if on:
            # The first 2^k points are multiples of 2^-k, one in each slice of every axis: moved to its middle.
            x[on] = Sobol(len(on), scramble=False).random(points).T + 0.5 / points
        inputs.append(x)
        weights.append(np.full(x.shape[1], probability / x.shape[1]))
    return np.concatenate(inputs, axis=1), np.concatenate(weights)


def loss_at(model: Model, x: Array, weights: Array) -> tuple[float, Array, Array]:
    """The weighted loss over the columns of ``x`` (n, count), its derivatives in W (m, n) and b (n,)."""
    W, I = model.W, model.setting.importances[:, None]  # noqa: E741
    hidden = W @ x
    error = model(x) - x
    loss = float(((I * error**2) @ weights).sum())
    g = 2 * I * weights * error
    if model.setting.output == "relu":
        g *= W.T @ hidden + model.b[:, None] > 0
    return loss, hidden @ g.T + (W @ g) @ x.T, g.sum(axis=1)


def polish(model: Model, x: Array, weights: Array, *, iterations: int = 500) -> tuple[Model, float]:
    """The local minimum of the loss at these nodes that L-BFGS reaches from ``model``."""
    from scipy.optimize import minimize

    shape, size = model.W.shape, model.W.size
    # Relative to the loss of doing nothing, so that the tolerances mean the same at every density.
    unit = float((model.setting.importances @ x**2) @ weights)

    def at(theta: Array) -> Model:
        return Model(model.setting, theta[:size].reshape(shape), theta[size:])

    def objective(theta: Array) -> tuple[float, Array]:
        loss, gW, gb = loss_at(at(theta), x, weights)
        return loss / unit, np.concatenate([gW.ravel(), gb]) / unit

    start = np.concatenate([model.W.ravel(), model.b])
    with single_threaded_blas:  # products this small only wait for their threads
        found = minimize(
            objective,
            start,
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": iterations, "ftol": 1e-13, "gtol": 1e-8},
        )
    return at(found.x), float(found.fun) * unit
