"""The optimal probes of many features at once, to a gap: a first-order method at the speed of matrix products.

For each feature i of a block, over-relaxed ADMM (Boyd, Parikh, Chu, Peleato and Eckstein 2011) on
``min ||w||_1, A w = 0, w_i = 1``.  With Q an orthonormal basis of the row space of A the projection on the kernel is
``x - Q (Q^T x)``: two products in float32 and one pass over the block a step.  Every x gives a kernel vector ``w``,
whose ``||w||_1 / |w_i|`` is an upper end of V_i, and a vector v of the row space, and so a probe:
``V_i >= 1 + |v_i| / max_j |v_j|``.  The iterates turn about the solution as they approach it, so x is their average,
with weights that grow as the square of the step: its two ends are as close after 70 steps as those of the last iterate
after 190 (the packaged table, to 1 %).  Features leave the block when the two ends are close.

Nothing here is a proof: what is found goes to proberows.py, which measures it in float64.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from lincs.recovery.splitting_steps import step

__all__ = [
    "RELAX",
    "RHO",
    "Basis",
    "Found",
    "Indices",
    "Iterates",
    "Mask",
    "Single",
    "basis_of",
    "changes",
    "ends_of",
    "split",
]

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

RELAX = np.float32(1.9)
RHO = 30.0  # the first penalty; it is adapted to the block
_WEIGHT = 2  # of step t in the averages: t^2
_CHECK, _FIRST = 10, 30  # steps between two looks at the gaps, and before the first
_ADAPT = 120  # steps after which penalties stay as they are, so that the method converges
_MOST = 600  # steps
_SAFE = 0.85  # of the gap asked for, so that the proof in float64 stays within it


@dataclass(frozen=True)
class Basis:
    """``A^T = Q R`` for the matrix that is solved with: Q (m x r) in both precisions."""

    Q: Array
    R: Array
    single: Single
    transposed: Single

    def block(self, which: Indices) -> Iterates:
        """The iterates of some features at the start."""
        return _Block(self, which)

    def working(self) -> AbstractContextManager[None]:
        """Blocks are at work inside."""
        return nullcontext()


class Iterates(Protocol):
    """The iterates of some features, and the best points that were seen of each."""

    @property
    def alive(self) -> Indices:
        """Which of the features, by their place, are still iterated."""

    def advance(self, older: float, look: bool) -> None:
        """One step, which counts ``1/older`` times as much in the averages as the step before."""

    def ends(self) -> tuple[Array, Array]:
        """The ends of V that the averages give, for the features alive."""

    def record(self, upper: Mask, lower: Mask) -> None:
        """The last :meth:`ends` were the best so far where the masks say so."""

    def adapt(self) -> None:
        """Other penalties, after a step that was told to look."""

    def keep(self, places: Indices) -> None:
        """Go on with these of the features alive."""

    def found(self) -> tuple[Single, Single]:
        """The best kernel vectors (m x n) and dual vectors as ``Q^T`` (r x n) of all features; 0 where none was."""


@dataclass(frozen=True)
class Found:
    """Of a block of features: kernel vectors ``w``, ``w_i = 1`` (m x n), and dual vectors ``y`` (r x n) with
    ``|a_j . y| <= 1`` about, j != i; ``open`` says for which the gap was not reached."""

    w: Array
    y: Array
    open: Mask


def basis_of(A: Array) -> Basis:
    """Of ``A`` (r x m, independent rows)."""
    Q, R = np.linalg.qr(A.T)
    single = np.ascontiguousarray(Q, dtype=np.float32)
    return Basis(Q, R, single, np.ascontiguousarray(single.T))


def split(basis: Basis, which: Indices, *, gap: float, stop: Callable[[], bool] = lambda: False) -> Found:
    """Solve the features ``which`` together until their relative gaps are below ``gap``, or ``stop()`` says so."""
    n = len(which)
    best_upper, best_lower = np.full(n, np.inf), np.ones(n)
    with basis.working():
        block = basis.block(which)
        for steps in range(1, _MOST + 1):
            look, balance = steps >= _FIRST and steps % _CHECK == 0, steps <= _ADAPT and steps % (2 * _CHECK) == 0
            block.advance(((steps - 1) / steps) ** _WEIGHT, balance)
            alive = block.alive
            if look:
                upper, lower = block.ends()
                block.record(upper < best_upper[alive], lower > best_lower[alive])
                best_upper[alive] = np.fmin(best_upper[alive], upper)
                best_lower[alive] = np.fmax(best_lower[alive], lower)
            if balance:
                block.adapt()
            if not look:
                if stop():
                    break
                continue
            still = best_upper[alive] > best_lower[alive] * (1 + _SAFE * gap)
            if not still.any() or stop():
                break
            if still.mean() < 0.7:  # a product with fewer columns is worth the copy
                block.keep(np.flatnonzero(still))
        kernels, duals = block.found()
    return Found(
        _kernel_vectors(basis, which, kernels), _duals(basis, which, duals), best_upper > best_lower * (1 + gap)
    )


def _kernel_vectors(basis: Basis, which: Indices, kernels: Single) -> Array:
    """In the kernel as far as float64 goes, and with ``w_i = 1``; 0 where there is none."""
    each = np.arange(len(which))
    own = kernels[which, each].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        w = np.where(own == 0, 0.0, kernels.astype(np.float64) / own)
    w -= basis.Q @ (basis.Q.T @ w)
    own = w[which, each].copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.abs(own) > 1e-8, w / own, 0.0)


def _duals(basis: Basis, which: Indices, duals: Single) -> Array:
    """y with ``R^T``-images as given, scaled so that no ``|a_j . y|``, j != i, exceeds 1."""
    from scipy.linalg import solve_triangular

    each = np.arange(len(which))
    v = basis.Q @ duals.astype(np.float64)
    inner = v[which, each].copy()
    v[which, each] = 0.0
    size = np.abs(v).max(axis=0)
    scale = np.where(size > 0, np.where(inner < 0, -1.0, 1.0) / np.where(size > 0, size, 1.0), 0.0)
    return np.asarray(solve_triangular(basis.R, duals.astype(np.float64) * scale, check_finite=False))


def changes(apart: Single, moved: Single) -> Single:
    """By what penalties are to change, given how far the two copies of w are apart and how far they move."""
    ratio = apart / np.maximum(moved, np.float32(1e-12))
    return np.where((ratio > 2) | (ratio < 0.5), np.clip(np.sqrt(ratio), 0.25, 4), 1).astype(np.float32)


def ends_of(own: Array, total: Array, gain: Array, most: Array) -> tuple[Array, Array]:
    """The ends of V by ``|w_i|``, ``||w||_1``, ``|v_i|`` and ``max_j |v_j|``."""
    with np.errstate(divide="ignore", invalid="ignore"):
        upper = np.where(own > 1e-6 * total, total / own, np.inf)
        lower = np.where(most > 0, 1 + gain / most, 1.0)
    return upper, lower


class _Block:
    """The iterates of some features and their weighted averages, m x n in float32."""

    def __init__(self, basis: Basis, which: Indices) -> None:
        self.basis, self.columns = basis, which.astype(np.int64)
        m, n = len(basis.Q), len(which)
        self.Z = np.zeros((m, n), np.float32)
        self.Z[self.columns, np.arange(n)] = 1
        self.U = np.zeros_like(self.Z)
        self.X = self.Z.copy()
        self.P = np.empty_like(self.Z)
        self.inner = np.empty((basis.transposed.shape[0], n), np.float32)
        self.sum = np.zeros_like(self.X)  # of X over the steps, with weights; ``inner_sum`` is Q^T of it
        self.inner_sum = np.zeros_like(self.inner)
        self.thresholds = np.full(n, 1 / RHO, np.float32)
        self.alive = np.arange(n)
        self.best = np.zeros_like(self.Z), np.zeros_like(self.inner)

    def advance(self, older: float, look: bool) -> None:
        decay = np.float32(older)
        np.matmul(self.basis.transposed, self.X, out=self.inner)
        np.matmul(self.basis.single, self.inner, out=self.P)
        if look:
            self.kernel, self.before = self.X - self.P, self.Z.copy()
        self.inner_sum *= decay
        self.inner_sum += self.inner
        step(self.X, self.P, self.Z, self.U, self.sum, RELAX, decay, self.thresholds, self.columns)

    def ends(self) -> tuple[Array, Array]:
        """Of the average of X: by its part w in the kernel, and by the other part.

        ``X = Z - U``, and Z is in the kernel in the end: what is left in the row space is the dual vector.
        """
        rest = np.matmul(self.basis.single, self.inner_sum, out=self.P)
        self.mean = kernel = self.sum - rest
        places = self.columns, np.arange(len(self.columns))
        own, total = np.abs(kernel[places]).astype(np.float64), np.abs(kernel).sum(axis=0, dtype=np.float64)
        np.abs(rest, out=rest)
        gain = rest[places].astype(np.float64)
        rest[places] = 0
        most = rest.max(axis=0).astype(np.float64)
        return ends_of(own, total, gain, most)

    def record(self, upper: Mask, lower: Mask) -> None:
        kernels, duals = self.best
        kernels[:, self.alive[upper]] = self.mean[:, upper]
        duals[:, self.alive[lower]] = -self.inner_sum[:, lower]

    def found(self) -> tuple[Single, Single]:
        return self.best

    def adapt(self) -> None:
        """Penalties that balance how far the two copies of w are apart against how far they move.

        Averages over different penalties are of no use: they begin anew.
        """
        apart = np.linalg.norm(self.kernel - self.Z, axis=0)
        moved = np.linalg.norm(self.Z - self.before, axis=0)
        change = changes(apart, moved)
        changed = np.flatnonzero(change != 1)
        if len(changed):
            self.thresholds = self.thresholds / change
            self.U /= change
            np.subtract(self.Z, self.U, out=self.X)
            self.sum[:, changed] = 0
            self.inner_sum[:, changed] = 0

    def keep(self, places: Indices) -> None:
        self.alive = self.alive[places]
        self.columns, self.thresholds = self.columns[places], self.thresholds[places]
        for name in ("X", "Z", "U", "sum", "inner_sum"):
            setattr(self, name, np.ascontiguousarray(getattr(self, name)[:, places]))
        self.P, self.inner = np.empty_like(self.X), np.empty_like(self.inner_sum)
