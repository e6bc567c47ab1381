"""What is kept of every row of a deployed encoder: enclosures of its top sums, and up to which k it fires rightly.

From these follow the three errors, the margins and the classes of every feature (deployed_features.py) without another
look at the matrices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U, float_down, float_up
from lincs.interference.pairs import RowData
from lincs.interference.supports import Supports
from lincs.interference.worst import Analysis
from lincs.readouts.base import Tops
from lincs.readouts.deployed import Deployed, Errors

__all__ = ["DeployedRecord", "Detection", "Ends"]

Array = npt.NDArray[Any]
Ends = tuple[Array, Array]  # lower and upper

_SIDES = ("positive", "negative")
_SHARP = 1e-9  # width of an interval that is narrow enough
_STEP = 8 * U  # relative to its terms, what a sum of a few doubles may be off


@dataclass(frozen=True)
class Detection:
    """What counts as firing, ``out_i > level``, and from which value on a feature ought to, ``z_i >= tau``."""

    level: Fraction
    tau: Fraction


class DeployedRecord:
    """Ends of P_k, P_{k-1}, N_k, N_{k-1} for every k asked for, and of ``k_false`` and ``k_miss``.

    They are the sums of THEOREMS.md, 10 and 10b.

    ``k_false[end, i]`` is the largest k without a false firing, -1 if the feature fires at rest; ``k_miss[end, i]`` the
    largest k at which ``z_i >= tau`` always fires.  Counts end at ``keep``, the largest k asked for, unless they are
    m - 1 and m: for every k.
    """

    def __init__(
        self, readout: Deployed, detection: Detection, supports: Supports, ks: tuple[int, ...], m: int
    ) -> None:
        self.readout, self.detection, self.supports, self.ks, self.m = readout, detection, supports, ks, m
        shape = (2, m, len(ks))
        self.sums = {f"{side}_{part}": np.zeros(shape) for side in _SIDES for part in ("before", "sum")}
        for ends in self.sums.values():
            ends[1] = np.inf
        self.k_false = np.array([[-1], [m - 1]], dtype=np.int64) + np.zeros((2, m), dtype=np.int64)
        self.k_miss = np.array([[0], [m]], dtype=np.int64) + np.zeros((2, m), dtype=np.int64)
        self.keep = max(ks)

    @property
    def arrays(self) -> dict[str, Array]:
        return {**self.sums, "k_false": self.k_false, "k_miss": self.k_miss}

    # -- the bounds of beta, t and D -----------------------------------------------------------------------------------

    def bias(self, rows: Any) -> Ends:
        r = self.readout
        return r.bias[rows] - r.radius[rows], r.bias[rows] + r.radius[rows]

    def firing(self, rows: Any) -> Ends:
        """``max(t, level)``."""
        ends = (float_down(self.detection.level), float_up(self.detection.level))
        t = self.readout.threshold
        if t is None:
            full = np.zeros(len(self.readout.bias[rows]))
            return full + ends[0], full + ends[1]
        return np.maximum(t[rows], ends[0]), np.maximum(t[rows], ends[1])

    def reach(self, own: Ends) -> Ends:
        """``e = D tau``, or D where it is not positive: the least that an active feature adds of its own."""
        low, high = float_down(self.detection.tau), float_up(self.detection.tau)
        least = np.where(own[0] > 0, own[0] * low * (1 - _STEP), own[0])
        return least, np.where(own[1] > 0, own[1] * high * (1 + _STEP), own[1])

    # -- filled in by the sweep ----------------------------------------------------------------------------------------

    def take(self, which: Array, tops: Callable[[int, int], dict[str, Tops]], rows: RowData) -> None:
        for j, k in enumerate(self.ks):
            for end, sign in enumerate((-1, 1)):
                for side, top in tops(k, sign).items():
                    self.sums[f"{side}_before"][end, which, j] = top.before
                    # The sum of two doubles; its rounding is in the slack of every formula.
                    self.sums[f"{side}_sum"][end, which, j] = top.sum
        # Sums beyond float64 leave counts open: what they exceed is infinite, on either side.
        with np.errstate(over="ignore", invalid="ignore"):
            self._count(which, tops, rows)

    def _count(self, which: Array, tops: Callable[[int, int], dict[str, Tops]], rows: RowData) -> None:
        """``k_false`` and ``k_miss`` of some rows."""
        keep = self.keep
        own = (rows.diagonal - rows.radius, rows.diagonal + rows.radius)
        (t_low, t_high), (beta_low, beta_high), reach = self.firing(which), self.bias(which), self.reach(own)
        no_false, no_miss = np.zeros((2, len(which)), dtype=np.int64), np.zeros((2, len(which)), dtype=np.int64)
        room = (t_low - beta_high, t_high - beta_low)  # for P_k: fires where P_k exceeds it
        need = (beta_low + reach[0] - t_high, beta_high + reach[1] - t_low)  # for N_{k-1}: misses where it reaches it
        size = np.abs(beta_high) + np.abs(t_high)
        own_size = np.maximum(np.abs(own[0]), np.abs(own[1]))
        for k in range(1, keep + 1):
            for end, sign in enumerate((1, -1)):  # the lower end of k_false comes from the upper end of P_k
                at_k = tops(k, sign)
                P, N = at_k["positive"].sum, at_k["negative"].before
                step = sign * _STEP
                no_false[end] += (P + step * (size + P) <= room[end]) & (no_false[end] == k - 1)
                no_miss[end] += (N + step * (size + own_size + N) < need[end]) & (no_miss[end] == k - 1)
        if not self.supports.plain:  # what more groups would add is not known
            return
        last = tops(keep, 1)
        rest = max(self.m - 1 - keep, 0) * last["positive"].kth * (1 + _STEP)
        for end, (beta, t) in enumerate(((beta_high, t_low), (beta_low, t_high))):
            self.k_false[end, which] = np.where(
                beta <= t, np.minimum(no_false[end], self.m - 1), -1
            )  # P_0 = 0: no rounding here
            self.k_miss[end, which] = no_miss[end]
        total = last["positive"].sum + _STEP * (size + last["positive"].sum)
        never = (self.k_false[0, which] == min(keep, self.m - 1)) & (total + rest <= room[0])
        self.k_false[:, which[never]] = self.m - 1
        rest_n = (self.m - keep) * last["negative"].kth * (1 + _STEP)
        always = (self.k_miss[0, which] == keep) & (
            last["negative"].sum + rest_n + _STEP * (size + own_size + last["negative"].sum) < need[0]
        )
        self.k_miss[:, which[always]] = self.m

    # -- what follows --------------------------------------------------------------------------------------------------

    def tops(self, j: int, end: int, rows: Any = slice(None)) -> dict[str, Tops]:
        """The top sums of ``ks[j]`` at one end."""
        found = {}
        for side in _SIDES:
            before, total = (self.sums[f"{side}_{part}"][end, rows, j] for part in ("before", "sum"))
            with np.errstate(invalid="ignore"):
                found[side] = Tops(before=before, kth=np.where(np.isinf(total), total, np.maximum(total - before, 0)))
        return found

    def errors(self, found: Analysis, j: int) -> tuple[Errors, Errors]:
        """Lower and upper ends of the three errors of every row at ``ks[j]``."""
        own = found.survey.diagonal - found.survey.diagonal_radius, found.survey.diagonal + found.survey.diagonal_radius
        rows = np.arange(self.m)
        with np.errstate(invalid="ignore", over="ignore"):
            return (
                self.readout.at(rows, -1).errors(self.tops(j, 0), own[1], own[0]),
                self.readout.at(rows, 1).errors(self.tops(j, 1), own[0], own[1]),
            )

    def margins(self, found: Analysis, j: int) -> tuple[Ends, Ends, Ends]:
        """Ends of ``a = t - beta - P_k``, of ``b = beta + D tau - N_{k-1} - t``, and of their sum."""
        survey = found.survey
        own = survey.diagonal - survey.diagonal_radius, survey.diagonal + survey.diagonal_radius
        every = slice(None)
        (t_low, t_high), (beta_low, beta_high), reach = self.firing(every), self.bias(every), self.reach(own)
        (p_low, p_high), (n_low, n_high) = (
            (self.sums[name][0, :, j], self.sums[name][1, :, j]) for name in ("positive_sum", "negative_before")
        )
        with np.errstate(invalid="ignore", over="ignore"):
            room = _STEP * (np.abs(beta_high) + np.abs(beta_low) + t_high + np.abs(own[0]) + np.abs(own[1]))
            room_low, room_high = room + _STEP * (p_low + n_low), room + _STEP * (p_high + n_high)
            a = (t_low - beta_high - p_high - room_high, t_high - beta_low - p_low + room_low)
            b = (beta_low + reach[0] - n_high - t_high - room_high, beta_high + reach[1] - n_low - t_low + room_low)
            both = (reach[0] - p_high - n_high - room_high, reach[1] - p_low - n_low + room_low)
        return a, b, both

    def open_rows(self, found: Analysis) -> Array:
        """Rows whose class or counts are open, and those that may be the worst of one kind of error."""
        out = (self.k_false[0] != self.k_false[1]) | (self.k_miss[0] != self.k_miss[1])
        for j in range(len(self.ks)):
            low, high = self.errors(found, j)
            for name in ("false", "over", "under"):
                ends = getattr(low, name), getattr(high, name)
                best = ends[0].max()
                if ends[1].max() > best + _SHARP:  # else it is known, however many rows attain it
                    out |= ends[1] >= best
            for least, most in self.margins(found, j):
                out |= (least < 0) & (most >= 0)
        return np.asarray(out & found.seen)

    def finish(self, found: Analysis) -> None:
        """Nothing is left to do where rows answer for themselves (topk.py: where they do not)."""
