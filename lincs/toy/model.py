"""A toy model and what is measured on it: norms, superposition, feature dimensionality, its loss on given inputs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.toy.setting import Setting

__all__ = ["Model"]

Array = npt.NDArray[np.float64]

_DEAD = 1e-6  # a feature whose norm is below this has no direction worth speaking of


@dataclass(frozen=True, eq=False)
class Model:
    """``x' = W^T W x + b`` (linear) or ``relu(W^T W x + b)``; ``W`` is (m, n), its columns are the features."""

    setting: Setting
    W: Array
    b: Array

    def __post_init__(self) -> None:
        shape = (self.setting.m, self.setting.n)
        if self.W.shape != shape or self.b.shape != shape[1:]:
            raise InputError(f"W and b must have shapes {shape} and {shape[1:]}, got {self.W.shape}, {self.b.shape}")

    def __call__(self, x: Array) -> Array:
        """The output (n, count) for inputs ``x`` (n, count)."""
        out = np.asarray(self.W.T @ (self.W @ x) + self.b[:, None])
        return np.maximum(out, 0) if self.setting.output == "relu" else out

    @property
    def deployed(self) -> dict[str, Any]:
        """What :func:`lincs.verify` must know to ask about the model itself, beside A = B = W."""
        return {"readout": "deployed", "activation": self.setting.output, "bias": self.b}

    def loss(self, x: Array) -> float:
        """``sum_i I_i (x_i - x'_i)^2``, the mean over the columns of ``x``."""
        return float(self.setting.importances @ ((x - self(x)) ** 2).mean(axis=1))

    def gradient(self, x: Array) -> tuple[Array, Array]:
        """Derivatives of :meth:`loss` in W (m, n) and b (n,): the slow twin of the training kernel."""
        hidden = self.W @ x
        out = self.W.T @ hidden + self.b[:, None]
        error = (np.maximum(out, 0) if self.setting.output == "relu" else out) - x
        g = 2 * self.setting.importances[:, None] * error / x.shape[1]
        if self.setting.output == "relu":
            g = np.where(out > 0, g, 0.0)
        return hidden @ g.T + (self.W @ g) @ x.T, g.sum(axis=1)

    @cached_property
    def norms(self) -> Array:
        """(n,) ``||W_i||``: near 1 when feature i is learned."""
        return np.asarray(np.linalg.norm(self.W, axis=0))

    @cached_property
    def superposition(self) -> Array:
        """(n,) ``sum_{j != i} (W^_i . W_j)^2``: how much of the others lies along the direction of feature i."""
        overlaps = self._overlaps()
        return np.asarray(overlaps.sum(axis=1) - np.diag(overlaps))

    @cached_property
    def dimensionality(self) -> Array:
        """(n,) ``D_i = ||W_i||^2 / sum_j (W^_i . W_j)^2``; zero for a dead feature, and ``sum D_i <= rank W``."""
        total = self._overlaps().sum(axis=1)
        return np.where(self.norms > _DEAD, self.norms**2 / np.where(total > 0, total, 1.0), 0.0)

    @property
    def dimensions_per_feature(self) -> float:
        """``D* = m / ||W||_F^2``."""
        return self.setting.m / max(float((self.W**2).sum()), 1e-300)

    def _overlaps(self) -> Array:
        """(n, n) ``(W^_i . W_j)^2``."""
        unit = self.W / np.where(self.norms > _DEAD, self.norms, np.inf)
        return np.asarray((unit.T @ self.W) ** 2)
