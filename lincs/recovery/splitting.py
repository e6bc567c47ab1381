"""The optimal probes of many features at once, to a gap: a first-order method at the speed of matrix products.

For each feature i of a block, over-relaxed ADMM (Boyd, Parikh, Chu, Peleato and Eckstein 2011) on
``min ||w||_1, A w = 0, w_i = 1``.  With Q an orthonormal basis of the row space of A the projection on the kernel is
``x - Q (Q^T x)``: two products in float32 and one pass over the block a step.  Every iterate gives a kernel vector
``x / x_i``, whose 1-norm is an upper end of V_i, and a vector ``v = Q Q^T u`` of the row space, and so a probe:
``V_i >= 1 + |v_i| / max_j |v_j|``.  Features leave the block when the two ends are close.

Nothing here is a proof: what is found goes to proberows.py, which measures it in float64.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lincs.recovery.splitting_steps import step

__all__ = ["Basis", "Found", "basis_of", "split"]

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]

_RELAX = np.float32(1.7)
_RHO = 30.0  # the first penalty; it is adapted to the block
_CHECK = 20  # steps between two looks at the gaps
_ADAPT = 6  # looks after which penalties stay as they are, so that the method converges
_MOST = 600  # steps
_SAFE = 0.85  # of the gap asked for, so that the proof in float64 stays within it


@dataclass(frozen=True)
class Basis:
    """``A^T = Q R`` for the matrix that is solved with: Q (m x r) in both precisions."""

    Q: Array
    R: Array
    single: Single
    transposed: Single


@dataclass(frozen=True)
class Found:
    """Of a block of features: kernel vectors ``w``, ``w_i = 1`` (m x n), and dual vectors ``y`` (r x n) with
    ``|a_j . y| <= 1`` about, j != i; ``open`` says for which the gap was not reached."""

    w: Array
    y: Array
    open: npt.NDArray[np.bool_]


def basis_of(A: Array) -> Basis:
    """Of ``A`` (r x m, independent rows)."""
    Q, R = np.linalg.qr(A.T)
    single = np.ascontiguousarray(Q, dtype=np.float32)
    return Basis(Q, R, single, np.ascontiguousarray(single.T))


def split(basis: Basis, which: Indices, *, gap: float, stop: Callable[[], bool] = lambda: False) -> Found:
    """Solve the features ``which`` together until their relative gaps are below ``gap``, or ``stop()`` says so."""
    from scipy.linalg import solve_triangular

    m, n = len(basis.Q), len(which)
    kernels, duals = np.zeros((m, n), np.float32), np.zeros((basis.R.shape[0], n), np.float32)
    best_upper, best_lower = np.full(n, np.inf), np.ones(n)
    alive = np.arange(n)
    block = _Block(basis, which)
    for steps in range(1, _MOST + 1):
        look = steps % _CHECK == 0
        kernel = block.advance(look)
        if not look:
            continue
        assert kernel is not None
        upper = block.upper(kernel)
        dual, lower = block.lower()
        better = upper < best_upper[alive]
        best_upper[alive[better]] = upper[better]
        kernels[:, alive[better]] = kernel[:, better]
        better = lower > best_lower[alive]
        best_lower[alive[better]] = lower[better]
        duals[:, alive[better]] = dual[:, better]
        if steps <= _ADAPT * _CHECK:
            block.adapt(kernel)
        still = best_upper[alive] > best_lower[alive] * (1 + _SAFE * gap)
        if not still.any() or stop():
            break
        if still.mean() < 0.7:  # a product with fewer columns is worth the copy
            alive = alive[still]
            block.keep(np.flatnonzero(still))
    own = kernels[which, np.arange(n)].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        w = np.where(own == 0, 0.0, kernels.astype(np.float64) / own)
    w -= basis.Q @ (basis.Q.T @ w)  # back into the kernel, in float64
    own = w[which, np.arange(n)].copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        w = np.where(np.abs(own) > 1e-8, w / own, 0.0)
    v = basis.Q @ duals.astype(np.float64)
    inner = v[which, np.arange(n)].copy()
    v[which, np.arange(n)] = 0.0
    size = np.abs(v).max(axis=0)
    scale = np.where(size > 0, np.where(inner < 0, -1.0, 1.0) / np.where(size > 0, size, 1.0), 0.0)
    y = solve_triangular(basis.R, duals.astype(np.float64) * scale, check_finite=False)
    return Found(w, y, best_upper > best_lower * (1 + gap))


class _Block:
    """The iterates of some features, m x n in float32."""

    def __init__(self, basis: Basis, which: Indices) -> None:
        self.basis, self.columns = basis, which.astype(np.int64)
        m, n = len(basis.Q), len(which)
        self.Z = np.zeros((m, n), np.float32)
        self.Z[self.columns, np.arange(n)] = 1
        self.U = np.zeros_like(self.Z)
        self.X = self.Z.copy()
        self.P = np.empty_like(self.Z)
        self.inner = np.empty((basis.transposed.shape[0], n), np.float32)
        self.thresholds = np.full(n, 1 / _RHO, np.float32)

    def advance(self, look: bool) -> Single | None:
        """One step; with ``look`` the projection on the kernel before it."""
        np.matmul(self.basis.transposed, self.X, out=self.inner)
        np.matmul(self.basis.single, self.inner, out=self.P)
        kernel = self.X - self.P if look else None
        if look:
            self.before = self.Z.copy()
        step(self.X, self.P, self.Z, self.U, _RELAX, self.thresholds, self.columns)
        return kernel

    def upper(self, kernel: Single) -> Array:
        own = np.abs(kernel[self.columns, np.arange(len(self.columns))]).astype(np.float64)
        total = np.abs(kernel).sum(axis=0, dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(own > 1e-6 * total, total / own, np.inf))

    def lower(self) -> tuple[Single, Array]:
        """The part of U in the row space, as ``Q^T U``, and the lower end of V that it gives."""
        dual = self.basis.transposed @ self.U
        v = np.abs(self.basis.single @ dual)
        places = self.columns, np.arange(len(self.columns))
        own = v[places].astype(np.float64)
        v[places] = 0
        most = v.max(axis=0).astype(np.float64)
        return dual, np.asarray(np.where(most > 0, 1 + own / np.where(most > 0, most, 1.0), 1.0))

    def adapt(self, kernel: Single) -> None:
        """Penalties that balance how far the two copies of w are apart against how far they move."""
        apart = np.linalg.norm(kernel - self.Z, axis=0)
        moved = np.linalg.norm(self.Z - self.before, axis=0)
        ratio = apart / np.maximum(moved, np.float32(1e-12))
        change = np.where((ratio > 2) | (ratio < 0.5), np.clip(np.sqrt(ratio), 0.25, 4), 1).astype(np.float32)
        if (change != 1).any():
            self.thresholds = self.thresholds / change
            self.U /= change
            np.subtract(self.Z, self.U, out=self.X)

    def keep(self, places: Indices) -> None:
        """Go on with these columns alone."""
        self.columns, self.thresholds = self.columns[places], self.thresholds[places]
        self.X, self.Z, self.U = (np.ascontiguousarray(part[:, places]) for part in (self.X, self.Z, self.U))
        self.P = np.empty_like(self.X)
        self.inner = np.empty((self.inner.shape[0], len(places)), np.float32)
