"""A two-layer perceptron on a residual stream, in the language of features: what fires a neuron, and what it adds.

The stream ``x`` (d,) becomes ``x + W_out relu(W_in x + b)``.  With features A (d x m, columns), x = A z, neuron i sees
``w_i . A z + b_i``: feature j alone at strength 1 pushes it by ``w_i . a_j``.  What it adds is the i-th column of
``W_out``; read by probes B (d x m), that is ``B^T W_out``: entry (j, i) is how much of feature j neuron i writes for
every unit it fires.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError

__all__ = ["Perceptron"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Perceptron:
    """``x + W_out relu(W_in x + b)`` with ``W_in`` (h, d), ``b`` (h,), ``W_out`` (d, h)."""

    W_in: Array
    b: Array
    W_out: Array

    def __post_init__(self) -> None:
        h, d = self.W_in.shape
        if self.b.shape != (h,) or self.W_out.shape != (d, h):
            raise InputError(
                f"b and W_out must have shapes ({h},) and ({d}, {h}), got {self.b.shape}, {self.W_out.shape}"
            )

    def __call__(self, x: Array) -> Array:
        """The stream (d, count) after the layer."""
        return np.asarray(x + self.W_out @ np.maximum(self.W_in @ x + self.b[:, None], 0))

    def pushes(self, A: Array) -> Array:
        """(h, m) ``w_i . a_j``: by how much feature j pushes neuron i."""
        return np.asarray(self.W_in @ A)

    def fires(self, A: Array) -> npt.NDArray[np.bool_]:
        """(h, m) whether feature j alone, at strength 1, fires neuron i."""
        return np.asarray(self.pushes(A) + self.b[:, None] > 0)

    def adds(self, B: Array) -> Array:
        """(m, h) ``b_j . w_out_i``: how much of feature j neuron i adds to the stream, as the probes B read it."""
        return np.asarray(B.T @ self.W_out)
