"""A sweep whose products are formed on an accelerator: of each row only the largest entries come back.

As on the processor, a tile is looked at block by block: the K largest entries of a row lie in the K blocks with the
largest maxima, so that one pass over the tile leaves few entries to sort.  What comes back are float32 numbers with
the radius of the device's product; rows that can be the worst are swept again in float64 on the processor.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lincs.accelerator import Accelerator, Product
from lincs.exact.rounding import U, gamma
from lincs.interference.plans import Panels, Reduce, Tiles
from lincs.interference.rounding import Survey
from lincs.matrices import Matrix

__all__ = ["DevicePanels", "device_radius"]

Array = Any

_BLOCK = 64  # entries looked at together
_TALL, _WIDE = 1024, 32768  # rows and columns of a tile; fewer columns, more rows
_TILE = _TALL * _WIDE
_UNIT = 2.0**-24
_TINY = float(np.finfo(np.float32).tiny)


def device_radius(pair: Survey, A: Matrix, product: Product, *, converted: bool) -> Array:
    """For each row i a bound on ``|fl(b_i . a_j) - b_i . a_j|`` over all j, computed like ``product``; shape (m,).

    ``|fl(x . y) - x . y| <= ((1 + e)^2 (1 + gamma_n) (1 + r) - 1) |x| . |y|`` for entries that change by a relative e,
    sums of n roundings, and a result rounded by r; ``|x| . |y| <= ||x|| ||y||``.  What underflows is added, as in
    :func:`lincs.interference.rounding.entry_radius`.
    """
    d, a_largest = A.width, float(pair.a_norms.max())
    entry = (1 + product.entry) * (1 + (_UNIT if converted else 0.0))
    relative = entry**2 * (1 + gamma(product.roundings * d, _UNIT)) * (1 + product.result) - 1 + 16 * U
    lost = 4 * d * _TINY + 4 * _TINY * np.sqrt(d) * (pair.b_norms + a_largest)
    return np.asarray((relative * pair.b_norms * a_largest + lost) * (1 + 16 * U))


class DevicePanels(Panels):
    """A task is a panel of rows against all columns, on the device, where the features of A stay."""

    def __init__(self, sweep: Tiles, reduce: Reduce, which: Array, device: Accelerator, sides: dict[str, int]) -> None:
        self.sweep, self.reduce, self.which = sweep, reduce, which
        self.device, self.sides = device, sides
        self.wide = min(_WIDE, -(-sweep.A.m // _BLOCK) * _BLOCK)
        self.tall = max(1, min(len(which), _TILE // self.wide))
        self.tasks = range(0, len(which), self.tall)
        self.features: list[Any] = []  # of A, by panels of columns

    def prepare(self) -> None:
        """Put A on the device, once its products have been looked at."""
        m, d = self.sweep.A.m, self.sweep.A.width
        self.device.check(self.tall, self.wide, d)
        for left in range(0, m, self.wide):
            rows = self.sweep.A.rows(left, min(left + self.wide, m), np.float32)
            # In whole blocks: zeros count for nothing.
            padded = np.zeros((-(-len(rows) // _BLOCK) * _BLOCK, d), np.float32)
            padded[: len(rows)] = rows
            self.features.append(self.device.put(padded).T)

    def _largest(self, n: int) -> tuple[Array, dict[str, Array]]:
        torch, device = self.device.torch, self.device
        mine = self.which[self.tasks[n] : self.tasks[n] + self.tall]
        b = device.put(self.sweep.B.take(mine, np.float32))
        found: dict[str, Any] = {}
        for number, a in enumerate(self.features):
            left = number * self.wide
            tile = device.multiply(b, a)
            own = np.flatnonzero((mine >= left) & (mine < left + tile.shape[1]))
            tile[torch.from_numpy(own).to(device.place), torch.from_numpy(mine[own] - left).to(device.place)] = 0
            self._merge(tile, found)
        tops = {side: top.cpu().numpy() for side, top in found.items()}
        return mine, self.sweep.finite(mine, tops)

    def _merge(self, tile: Any, found: dict[str, Any]) -> None:
        """Take the largest entries of a tile into those that were found before, side by side."""
        torch = self.device.torch
        blocks = tile.view(len(tile), -1, _BLOCK)
        least, most = blocks.amin(dim=2), blocks.amax(dim=2)
        maxima = {"absolute": torch.maximum(most, -least), "positive": most, "negative": -least}
        for side, keep in self.sides.items():
            if keep < blocks.shape[1]:
                best = maxima[side].topk(keep, dim=1, sorted=False).indices
                part = blocks.gather(1, best[:, :, None].expand(-1, -1, _BLOCK)).flatten(1)
            else:
                part = tile
            part = {"absolute": torch.abs, "positive": torch.clone, "negative": torch.neg}[side](part)
            part = part.topk(min(keep, part.shape[1]), dim=1).values.clamp(min=0)
            if side in found:
                part = torch.cat([found[side], part], dim=1)
                part = part.topk(min(keep, part.shape[1]), dim=1).values
            found[side] = part
