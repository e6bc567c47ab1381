"""Every row's loss, enclosed, for every k: one sweep in float32 or float64, and a second look where it matters.

1. Sweep in float32 (large problems) or float64; every row gets a rigorous interval for every k.
2. After a float32 sweep the rows that could still be the worst are swept again in float64.

Rows that overlap even then are for decide.py.  All values are *losses*: the error of a read-out, or ``-margin`` for
a threshold.  The worst row has the largest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.exact.rounding import U, float_up
from lincs.interference.checkpoint import Checkpoint, SweepKeeper
from lincs.interference.identity import digest
from lincs.interference.readouts import (
    NEEDED_SIDES,
    ZERO_PROBE,
    Tops,
    free_shift,
    given_value,
    probe_scale,
    scaled_value,
    threshold_excess,
    zero_probe_sum,
)
from lincs.interference.rounding import Survey, entry_radius, survey
from lincs.interference.sweep import Sweep
from lincs.matrices import Matrix

__all__ = ["Analysis"]

Array = npt.NDArray[Any]

_SMALL = 2e10  # floating-point operations below which float64 is quick enough to be the only sweep
# The closed forms of a self-scaled row cost a dozen roundings of positive terms whose quotient is at most 1.
_SLACK = 32 * U
_HUGE = 1e300  # entries divided by the diagonal are cut here: far beyond, and far enough from overflow
_FLOAT32_RANGE = 2.0**60  # matrices with larger (or only smaller) norms are left to float64


@dataclass
class Analysis:
    """The interference of a pair for all ``ks`` at once; call :meth:`run`.

    After :meth:`run`, ``lower`` and ``upper`` (m x len(ks)) enclose every row's loss.  For a self-scaled pair
    ``scale`` holds the factors c of the probes ``B_i = c a_i``.
    """

    B: Matrix
    A: Matrix
    ks: tuple[int, ...]
    readout: str
    scaled: bool
    threads: int
    progress: Callable[[int, int], None] | None = None  # (inner products done, to do)
    precision: str | None = None
    checkpoint: Checkpoint | None = None
    client: Any = None  # of a Dask cluster, which sweeps instead of the threads
    refute: Fraction | None = None  # stop once every k has a row whose loss is at least this

    pair: Survey = field(init=False)
    radius: Array = field(init=False)  # (m,) float64 radius of the entries of each row
    seen: Array = field(init=False)  # (m,) which rows have been swept: all, unless refuted early
    lower: Array = field(init=False)
    upper: Array = field(init=False)
    scale: Array | None = field(init=False, default=None)
    shift: Array | None = field(init=False, default=None)  # affine: bias; threshold: threshold; (m x len(ks))
    trivial: Array | None = field(init=False, default=None)  # where the zero probe is proved to be the best scaling

    def run(self) -> None:
        """Sweep; afterwards every row has an interval and the rows that may be worst have float64 intervals."""
        self.pair = survey(self.B, self.A, identities=self.checkpoint is not None or self.client is not None)
        self._check_scalable()
        shape = (self.A.m, len(self.ks))
        self.lower, self.upper = np.empty(shape), np.empty(shape)
        self.seen = np.zeros(self.A.m, dtype=bool)
        if self.scaled:
            self.scale = np.empty(shape)
            self.trivial = np.zeros(shape, dtype=bool)
        if self.readout in ("affine", "threshold"):
            self.shift = np.empty(shape)
        if self.refute is not None:
            self._bound_unseen_rows()
        # Every input type fits into float64, and normalised features are *defined* as their float64 values.
        self.radius = entry_radius(self.pair, d=self.A.d, dtype=np.float64, converted=False)
        mixed = self._mixed()
        converted = not (self.A.exact_in(np.float32) and self.B.exact_in(np.float32))
        if self.checkpoint is not None:
            # Everything that the intervals depend on: with another answer to any of these, it is another question.
            self.checkpoint.open(
                digest(self.pair.identities, self.ks, self.readout, self.scaled, mixed, converted, self.refute)
            )
        if not mixed:
            self._sweep(np.float64, self.radius)
            return
        self._sweep(np.float32, entry_radius(self.pair, d=self.A.d, dtype=np.float32, converted=converted))
        if self._refuted():
            return
        # Where the largest lower end is already the largest upper end (the zero probe's loss), nothing is open.
        best, open_k = self.lower.max(axis=0), self.lower.max(axis=0) < self.upper.max(axis=0)
        contenders = np.flatnonzero(((self.upper >= best) & open_k).any(axis=1))
        if len(contenders):
            self._sweep(np.float64, self.radius, only=contenders if len(contenders) < self.A.m // 2 else None)

    # -- the sweeps ------------------------------------------------------------------------------------------------

    def _mixed(self) -> bool:
        if self.precision == "double":
            return False
        largest = (float(self.pair.a_norms.max()), float(self.pair.b_norms.max()))
        in_range = all(1 / _FLOAT32_RANGE < norm < _FLOAT32_RANGE for norm in largest)
        return in_range and (self.precision == "mixed" or 2.0 * self.A.m**2 * self.A.d > _SMALL)

    def _check_scalable(self) -> None:
        lost = (self.pair.diagonal - self.pair.diagonal_radius <= 0) & (self.pair.b_norms > 0)
        if self.scaled and lost.any():
            row = int(np.argmax(lost))
            raise InputError(f"{self.A.name} must have features of squared norm within float64, got one at {row}")

    def _sweep(self, dtype: npt.DTypeLike, radius: Array, *, only: Array | None = None) -> None:
        m = self.A.m
        done, total = 0, m * (m if only is None else len(only))

        def advance(entries: int) -> None:
            nonlocal done
            done += entries
            if self.progress is not None:
                self.progress(done, total)

        sweep = Sweep(
            self.B,
            self.A,
            keep=max(1, min(max(self.ks), m - 1)),
            sides=NEEDED_SIDES[self.readout],
            dtype=np.dtype(dtype),
            threads=self.threads,
            same=self.pair.same,
            identities=self.pair.identities,
        )
        keeper = None
        if self.checkpoint is not None:
            results = {
                "lower": self.lower,
                "upper": self.upper,
                "scale": self.scale,
                "shift": self.shift,
                "seen": self.seen,
                "trivial": self.trivial,
            }
            filled = {name: array for name, array in results.items() if array is not None}
            keeper = SweepKeeper(self.checkpoint, np.dtype(dtype).name, filled)
        sweep.run(
            lambda which, tops: self._reduce(which, tops, radius),
            only=only,
            progress=advance,
            keeper=keeper,
            client=self.client,
            enough=None if self.refute is None else self._refuted,
        )

    def _refuted(self) -> bool:
        return self.refute is not None and bool((self.lower.max(axis=0) >= float_up(self.refute)).all())

    def _bound_unseen_rows(self) -> None:
        """A row that is never swept has a loss between that of no input and what Cauchy-Schwarz allows."""
        pair, free = self.pair, self.readout == "threshold"
        own = np.abs(pair.diagonal) + pair.diagonal_radius
        least = pair.diagonal - pair.diagonal_radius
        divisor = np.where(least > 0, least, 1.0) if self.scaled else np.ones(self.A.m)
        most = (1 + own + pair.b_norms * float(pair.a_norms.max())) / np.minimum(divisor, 1.0)
        for j, k in enumerate(self.ks):
            self.lower[:, j] = -(1 + own / divisor) if free else 0.0
            zero_probe = ZERO_PROBE.get(self.readout) if self.scaled else None
            self.upper[:, j] = (k + 1) * most * (1 + 32 * U) if zero_probe is None else float(zero_probe)
        for array in (self.scale, self.shift):
            if array is not None:
                array[:] = 0.0

    def _reduce(self, which: Array, entries: dict[str, Array], radius: Array) -> None:
        """Turn the largest entries of some rows into their intervals for every k."""
        tops64 = {side: values.astype(np.float64) for side, values in entries.items()}
        with np.errstate(over="ignore"):
            sums = {side: np.cumsum(values, axis=1) for side, values in tops64.items()}
        self.seen[which] = True
        diagonal, own = self.pair.diagonal[which], self.pair.diagonal_radius[which]
        delta = radius[which]
        dead = self.pair.b_norms[which] == 0 if self.scaled else np.zeros(len(which), dtype=bool)
        one = np.where(dead, 1.0, diagonal)  # a dead row's value is known: divide by anything
        for j, k in enumerate(self.ks):
            for ends, sign in ((self.lower, -1), (self.upper, 1)):
                divisor = one - sign * own * ~dead if self.scaled else None
                tops = {side: _shifted(tops64[side], sums[side], k, sign * delta, divisor) for side in tops64}
                end = self._end(which, j, tops, dead, sign)
                if not np.isfinite(end).all():
                    row = int(which[np.argmin(np.isfinite(end))])
                    raise InputError(f"the errors of row {row} overflow float64: rescale A or B")
                ends[which, j] = end
            middle = {side: _shifted(tops64[side], sums[side], k, 0.0, one if self.scaled else None) for side in tops64}
            c = np.ones(len(which))
            if self.scale is not None:
                c = np.where(dead, 0.0, probe_scale(self.readout, middle))
                self.scale[which, j] = c / one
            if self.shift is not None:
                scaled = {side: Tops(before=c * top.before, kth=c * top.kth) for side, top in middle.items()}
                own_read = c if self.scaled else diagonal
                self.shift[which, j] = free_shift(self.readout, scaled, own_read)

    def _end(self, which: Array, j: int, tops: dict[str, Tops], dead: Array, sign: int) -> Array:
        """The lower (sign -1) or upper end of the losses, from top sums at that end of their enclosures."""
        diagonal, own = self.pair.diagonal[which], self.pair.diagonal_radius[which]
        if not self.scaled or self.readout == "threshold":
            loss = self._loss(tops, diagonal, own, sign)
            if self.scaled and any((np.maximum(top.before, top.kth) >= _HUGE).any() for top in tops.values()):
                raise InputError(f"entries of {self.A.name} divided by the diagonal overflow float64: rescale A")
            # The closed forms cost a dozen roundings of terms no larger than these.
            terms = 1 + np.abs(diagonal) * (not self.scaled) + sum(top.sum for top in tops.values())
            return np.where(dead, 0.0, loss + sign * 16 * U * terms)
        assert self.trivial is not None
        zero_probe = float(ZERO_PROBE[self.readout])
        end = np.minimum(scaled_value(self.readout, tops) + sign * _SLACK, zero_probe)
        if sign > 0:
            return np.where(dead, zero_probe, end)
        proved = dead | (zero_probe_sum(self.readout, tops) * (1 - _SLACK) >= 1)
        self.trivial[which, j] = proved
        return np.where(proved, zero_probe, np.maximum(end, 0.0))

    def _loss(self, tops: dict[str, Tops], diagonal: Array, own: Array, sign: int) -> Array:
        if self.readout == "threshold":
            return threshold_excess(tops, np.ones_like(diagonal) if self.scaled else diagonal - sign * own)
        far = own * sign
        over, under = np.maximum(diagonal - 1 + far, 0), np.maximum(1 - diagonal + far, 0)
        return given_value(self.readout, tops, over, under)


def _shifted(values: Array, sums: Array, k: int, delta: Array | float, divisor: Array | None) -> Tops:
    """Top sums with every entry moved by ``delta`` and divided by ``divisor``, rounded away from the middle."""
    n = values.shape[1]
    before = sums[:, min(k - 1, n) - 1] if k > 1 else np.zeros(len(values))
    kth = values[:, k - 1] if k <= n else np.zeros(len(values))
    with np.errstate(over="ignore", invalid="ignore"):
        # The running sum of k doubles is off by at most (k + 1) u of itself; the sign of delta says which way is out.
        slack = np.sign(delta) * (k + 4) * U * before
        moved_before = np.maximum(before + (k - 1) * np.asarray(delta) + slack, 0)
        moved_kth = np.maximum(kth + delta, 0)
        if divisor is None:
            return Tops(before=moved_before, kth=moved_kth)
        return Tops(before=np.minimum(moved_before / divisor, _HUGE), kth=np.minimum(moved_kth / divisor, _HUGE))
