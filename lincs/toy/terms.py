"""``loss``: feature benefit and interference, the terms of the linear and of the ReLU loss, beside the measured loss.

Linear, with independent features of mean mu_j and variance v_j:

    ``L = sum_i I_i v_i (1 - ||W_i||^2)^2  +  sum_{i != j} I_i v_j (W_i . W_j)^2  +  sum_i I_i (mean error)^2``,

exactly: what feature i loses by not being represented, what the others add, and the bias that is off.  ReLU, with one
feature j on (which dominates when features are sparse):

    ``int_0^1 I_j (x - relu(||W_j||^2 x + b_j))^2  +  sum_{i != j} I_i relu(W_i . W_j x + b_i)^2 dx``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.toy import basic
from lincs.toy.experiment import Experiment
from lincs.toy.measure import measure
from lincs.toy.model import Model

__all__ = ["LossTerms", "loss_terms", "one_active", "run"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LossTerms:
    """``benefit``, ``interference`` and ``other`` of a loss: for a linear output they add up to it (other: bias).

    For ReLU they are weighted by the probability that just one feature is on; ``other`` is the loss when none is on,
    and what is missing to the whole loss comes from two or more.
    """

    benefit: float
    interference: float
    other: float

    @property
    def total(self) -> float:
        return self.benefit + self.interference + self.other

    def to_dict(self) -> dict[str, float]:
        return asdict(self)


def one_active(model: Model) -> Array:
    """(n, n) entry (i, j): the expected squared error of ReLU output i when only j is on (without importance)."""
    a, b = model.W.T @ model.W, model.b[:, None]
    own = np.eye(model.setting.n)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.where(a != 0, -b / np.where(a != 0, a, 1.0), 0.0)
    root = np.clip(root, 0, 1)
    positive_slope = a > 0
    lo = np.where(a == 0, 0.0, np.where(positive_slope, root, 0.0))
    hi = np.where(a == 0, np.where(b > 0, 1.0, 0.0), np.where(positive_slope, 1.0, root))
    total = own / 3
    for node in (0.5 - np.sqrt(3) / 6, 0.5 + np.sqrt(3) / 6):
        x = lo + (hi - lo) * node
        z = a * x + b
        total = total + (hi - lo) / 2 * z * (z - 2 * own * x)
    return np.asarray(total)


def loss_terms(model: Model) -> LossTerms:
    """The terms of the expected loss of a model with independent features."""
    setting = model.setting
    if setting.kind != "independent":
        raise InputError(f"loss terms need independent features, got {setting.kind} sets")
    p, I = setting.densities, setting.importances  # noqa: E741
    if setting.output == "linear":
        mean, second = setting.moments()
        variance = np.diag(second) - mean**2
        R = model.W.T @ model.W - np.eye(setting.n)
        parts = I[:, None] * R**2 * variance
        benefit = float(np.trace(parts))
        return LossTerms(benefit, float(parts.sum()) - benefit, float(I @ (R @ mean + model.b) ** 2))
    silent = np.prod(1 - p)
    alone = np.array([p[j] * np.prod(np.delete(1 - p, j)) for j in range(setting.n)])
    parts = I[:, None] * one_active(model) * alone
    benefit = float(np.trace(parts))
    none_on = float(silent * (I @ np.maximum(model.b, 0) ** 2))
    return LossTerms(benefit, float(parts.sum()) - benefit, none_on)


def run(
    *,
    seed: int = 0,
    steps: int = 10_000,
    restarts: int = 1,
    threads: int | None = None,
    k: Any = (1, 2, 3),
    progress: Callable[[int, int], None] | None = None,
) -> Experiment:
    """The terms for every model of ``basic``, beside the loss measured on fresh samples and the verifier's measures."""
    found = basic.train_models(seed=seed, steps=steps, restarts=restarts, threads=threads, progress=progress)
    rows: dict[str, Any] = {}
    for label, trained in found.items():
        terms = loss_terms(trained.model)
        rows[label] = {**terms.to_dict(), "total": terms.total, "measured": trained.loss}
    measured = {label: measure(t.model, k=k) for label, t in found.items()}
    return Experiment(name="loss", seed=seed, trained=found, measured=measured, data={"terms": rows})
