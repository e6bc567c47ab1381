"""The iterates of splitting.py on a torch device: the same steps, in float32, as operations on whole blocks.

Kernel and dual vectors come back once, when a block is done; what they prove is measured on the processor in float64.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.accelerator import Accelerator
from lincs.recovery.splitting import RELAX, RHO, Basis, Indices, Iterates, Mask, Single, changes, ends_of

__all__ = ["DeviceBasis", "on_device"]

Array = npt.NDArray[np.float64]
Tensor = Any


@dataclass(frozen=True)
class DeviceBasis(Basis):
    """A basis whose float32 copies are on a device as well."""

    device: Accelerator
    there: Tensor  # m x r
    turned: Tensor  # r x m

    def block(self, which: Indices) -> Iterates:
        return _DeviceBlock(self, which)

    def working(self) -> AbstractContextManager[None]:
        return self.device.multiplying()


def on_device(basis: Basis, device: Accelerator) -> DeviceBasis:
    """The basis on the device; raises :class:`lincs.errors.InputError` if the device has not the memory."""
    with device.multiplying():
        there, turned = device.put(basis.single), device.put(basis.transposed)
    return DeviceBasis(basis.Q, basis.R, basis.single, basis.transposed, device, there, turned)


class _DeviceBlock:
    """As the block of splitting.py, name by name."""

    def __init__(self, basis: DeviceBasis, which: Indices) -> None:
        self.basis, self.torch, self.alive = basis, basis.device.torch, np.arange(len(which))
        m, n = len(basis.Q), len(which)
        self.columns, self.each = self._index(which), self._index(self.alive)
        self.Z = self._zeros(m, n)
        self.Z[self.columns, self.each] = 1
        self.U = self._zeros(m, n)
        self.X = self.Z.clone()
        self.sum, self.inner_sum = self._zeros(m, n), self._zeros(len(basis.transposed), n)
        self.thresholds = self._zeros(n) + 1 / RHO
        self.best = self._zeros(m, n), self._zeros(len(basis.transposed), n)

    def _zeros(self, *shape: int) -> Tensor:
        return self.torch.zeros(shape, dtype=self.torch.float32, device=self.basis.device.place)

    def _index(self, places: Indices) -> Tensor:
        return self.torch.from_numpy(np.ascontiguousarray(places, dtype=np.int64)).to(self.basis.device.place)

    def advance(self, older: float, look: bool) -> None:
        inner = self.basis.turned @ self.X
        kernel = self.X - self.basis.there @ inner
        if look:
            self.kernel, self.before = kernel.clone(), self.Z.clone()
        self.inner_sum.mul_(older).add_(inner)
        self.sum.mul_(older).add_(self.X)
        moved = kernel.mul_(float(RELAX)).add_(self.Z, alpha=1 - float(RELAX)).add_(self.U)
        self.U = moved.clamp(-self.thresholds, self.thresholds)
        self.Z = moved.sub_(self.U)
        self.X = self.Z - self.U
        own = self.columns, self.each
        before = self.U[own] + self.Z[own]
        self.Z[own] = 1
        self.U[own] = before - 1
        self.X[own] = 2 - before

    def ends(self) -> tuple[Array, Array]:
        own = self.columns, self.each
        rest = self.basis.there @ self.inner_sum
        self.mean = self.sum - rest
        rest.abs_()
        gain = rest[own].clone()
        rest[own] = 0
        numbers = self.torch.stack([self.mean[own].abs(), self.mean.abs().sum(dim=0), gain, rest.amax(dim=0)])
        return ends_of(*numbers.cpu().numpy().astype(np.float64))

    def record(self, upper: Mask, lower: Mask) -> None:
        for into, new, better in zip(self.best, (self.mean, -self.inner_sum), (upper, lower), strict=True):
            places = self._index(np.flatnonzero(better))
            into.index_copy_(1, self._index(self.alive[better]), new.index_select(1, places))

    def adapt(self) -> None:
        apart = self.torch.linalg.vector_norm(self.kernel - self.Z, dim=0)
        moved = self.torch.linalg.vector_norm(self.Z - self.before, dim=0)
        change: Single = changes(apart.cpu().numpy(), moved.cpu().numpy())
        changed = np.flatnonzero(change != 1)
        if len(changed):
            factors = self.torch.from_numpy(change).to(self.basis.device.place)
            self.thresholds = self.thresholds / factors
            self.U /= factors
            self.X = self.Z - self.U
            self.sum[:, self._index(changed)] = 0
            self.inner_sum[:, self._index(changed)] = 0

    def keep(self, places: Indices) -> None:
        there = self._index(places)
        self.alive, self.columns, self.each = (
            self.alive[places],
            self.columns[there],
            self._index(np.arange(len(places))),
        )
        self.thresholds = self.thresholds[there]
        for name in ("X", "Z", "U", "sum", "inner_sum"):
            setattr(self, name, getattr(self, name).index_select(1, there))

    def found(self) -> tuple[Single, Single]:
        kernels, duals = self.best
        return kernels.cpu().numpy(), duals.cpu().numpy()
