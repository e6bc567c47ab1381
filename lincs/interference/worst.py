"""Every row's loss, enclosed, for every k: one sweep in float32 or float64, and a second look where it matters.

1. Sweep in float32 (large problems) or float64; every row gets a rigorous interval for every k.
2. After a float32 sweep the rows that could still be the worst are swept again in float64.

Rows that overlap even then are for decide.py.  All values are *losses*: the error of a read-out, or ``-margin`` for
a threshold.  The worst row has the largest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from lincs.accelerator import Accelerator
from lincs.errors import InputError
from lincs.exact.goal import Goal
from lincs.exact.rounding import U
from lincs.interference.checkpoint import Checkpoint, SweepKeeper
from lincs.interference.device_panels import device_radius
from lincs.interference.identity import digest
from lincs.interference.pairs import Pair, RowData
from lincs.interference.powers import NAME as POWERS
from lincs.interference.rounding import Survey, entry_radius, survey
from lincs.interference.supports import Supports
from lincs.interference.sweep import Array, Runner, Sweep, on_threads
from lincs.matrices import Matrix
from lincs.readouts.base import Readout, Tops

__all__ = ["Analysis", "Moments", "Question", "Record", "analyse"]

_SMALL = 2e10  # floating-point operations below which float64 is quick enough to be the only sweep
_FLOAT32_RANGE = 2.0**60  # matrices with larger (or only smaller) norms are left to float64
_FEEDERS = 2  # threads that keep a device busy: it works for one while the other takes in its rows
_FLOAT32_RANGE_COMPLEX = 2.0**15  # moduli are roots of sums of squares


class Record(Protocol):
    """What else is to be known of every row than its loss (deployed_record.py)."""

    @property
    def arrays(self) -> dict[str, Array]:
        """What it fills in, by name: saved in checkpoints."""
        ...

    def take(self, which: Array, tops: Callable[[int, int], dict[str, Tops]], rows: RowData) -> None:
        """Of some rows: ``tops(k, sign)`` are their top sums, for every k up to the largest asked for."""
        ...

    def open_rows(self, found: Analysis) -> Array:
        """(m,) the rows that are not known well enough after a float32 sweep."""
        ...

    def finish(self, found: Analysis) -> None:
        """All rows asked for have been taken."""
        ...


class Moments(Protocol):
    """What else is to be kept of every row's entries (moments.py)."""

    keep: int  # how many of the largest

    @property
    def arrays(self) -> dict[str, Array]: ...

    def exponents(self, found: Analysis) -> Array:
        """(m,) for the sums of powers (powers.py)."""
        ...

    def take(self, which: Array, values: dict[str, Array], sums: Array, radius: Array, dtype: np.dtype[Any]) -> None:
        """Of some rows: their largest entries by side, sums of powers, and the radius of their entries."""
        ...


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of a pair, for all ``ks`` at once, and how the work is to be done.

    ``ks`` are numbers of active features, or of whatever ``supports`` count.
    """

    B: Matrix
    A: Matrix
    ks: tuple[int, ...]
    readout: Readout
    pair: Pair
    supports: Supports
    threads: int
    progress: Callable[[int, int], None] | None = None  # (inner products done, to do)
    precision: str | None = None
    device: Accelerator | None = None  # that sweeps first, instead of float32 on the processor
    checkpoint: Checkpoint | None = None
    runner: Runner = on_threads  # who does the tasks of a sweep
    elsewhere: bool = False  # whether the runner's workers open the files themselves
    refute: Goal | None = None  # stop once every k has a row that misses this
    rows: npt.NDArray[np.intp] | None = None  # the rows asked for, ascending; None: all
    record: Record | None = None
    moments: Moments | None = None


@dataclass(frozen=True)
class Analysis:
    """Every row's loss: ``lower`` and ``upper`` (m x number of k) enclose it.

    The rows that may be the worst have float64 intervals.  Rows that are not asked for have a loss of minus infinity,
    and are never the worst.  Arrays that a pair or a read-out has no use for are None.
    """

    question: Question
    survey: Survey
    radius: Array  # (m,) float64 radius of the entries of each row
    seen: Array  # (m,) which rows have been swept: all, unless refuted early
    lower: Array
    upper: Array
    trivial: Array  # (m x number of k) where the row's probe is proved to be no better than the zero probe
    scale: Array | None  # self-scaled: the factors c of the probes B_i = c_i a_i
    shift: Array | None  # the read-out's bias or threshold


def analyse(question: Question) -> Analysis:
    """Sweep as often as is needed; raises :class:`InputError` for what overflows or is not finite."""
    work = _Work(question)
    work.run()
    return work.found


@dataclass
class _Work:
    """The sweeps of one analysis: they fill its arrays, row by row and from several threads."""

    question: Question
    found: Analysis = field(init=False)
    swept: int = 0  # inner products of the sweeps before

    def run(self) -> None:
        q = self.question
        pair = survey(q.B, q.A, identities=q.checkpoint is not None or q.elsewhere)
        if q.pair.scaled:
            _check_scalable(pair, q.A)
        shape = (q.A.m, len(q.ks))
        shifted = q.readout.shift_name is not None
        self.found = Analysis(
            q,
            pair,
            # Every input type fits into float64, and normalised features are *defined* as their float64 values.
            radius=entry_radius(pair, q.A, dtype=np.float64, converted=False),
            seen=np.zeros(q.A.m, dtype=bool),
            lower=np.full(shape, -np.inf),
            upper=np.full(shape, -np.inf),
            trivial=np.zeros(shape, dtype=bool),
            scale=np.zeros(shape) if q.pair.scaled else None,
            shift=np.zeros(shape) if shifted else None,
        )
        if q.refute is not None:
            self._bound_unseen_rows()
        mixed = self._mixed()
        converted = not (q.A.exact_in(np.float32) and q.B.exact_in(np.float32))
        if q.checkpoint is not None:
            # Everything that the intervals depend on: with another answer to any of these, it is another question.
            rows = None if q.rows is None else digest(q.rows.astype("<i8").tobytes())
            asked = (q.readout.name, *q.readout.digest_parts())
            refute = () if q.refute is None else (q.refute.level, *(("closed",) if q.refute.closed else ()))
            parts = (pair.identities, q.ks, asked, q.pair.name, mixed, converted, *(refute or (None,)), rows)
            kept = () if q.moments is None else ("moments", q.moments.keep)
            device = () if q.device is None else ("device", q.device.product.name)
            q.checkpoint.open(digest(*parts, *q.supports.identity, *kept, *device))
        self._sweep_all(mixed, converted, pair)
        if q.record is not None:
            q.record.finish(self.found)

    def _sweep_all(self, mixed: bool, converted: bool, pair: Survey) -> None:
        q = self.question
        if not mixed:
            self._sweep(np.float64, self.found.radius, only=q.rows)
            return
        if q.device is None:
            self._sweep(np.float32, entry_radius(pair, q.A, dtype=np.float32, converted=converted), only=q.rows)
        else:
            radius = device_radius(pair, q.A, q.device.product, converted=converted)
            self._sweep(np.float32, radius, only=q.rows, device=q.device)
        if self._refuted():
            return
        # Where the largest lower end is already the largest upper end (the zero probe's loss), nothing is open.
        best, most = self.found.lower.max(axis=0), self.found.upper.max(axis=0)
        open_rows = ((self.found.upper >= best) & (best < most)).any(axis=1)
        if q.record is not None:
            open_rows |= q.record.open_rows(self.found)
        contenders = np.flatnonzero(open_rows)
        if len(contenders):
            few = q.rows is not None or len(contenders) < q.A.m // 2
            self._sweep(np.float64, self.found.radius, only=contenders if few else None)

    def _mixed(self) -> bool:
        q, pair = self.question, self.found.survey
        if q.precision == "double":
            return False
        largest = (float(pair.a_norms.max()), float(pair.b_norms.max()))
        most = _FLOAT32_RANGE_COMPLEX if q.A.is_complex else _FLOAT32_RANGE
        in_range = all(1 / most < norm < most for norm in largest)
        if q.device is not None:
            if not in_range:
                raise InputError(f"features must have norms between 2^-60 and 2^60 for a device: rescale {q.A.name}")
            return True
        work = 2.0 * q.A.m * q.A.width * (q.A.m if q.rows is None else len(q.rows))
        return in_range and (q.precision == "mixed" or work > _SMALL)

    def _sweep(
        self,
        dtype: npt.DTypeLike,
        radius: Array,
        *,
        only: Array | None = None,
        device: Accelerator | None = None,
    ) -> None:
        q, found = self.question, self.found
        done, total = self.swept, self.swept + q.A.m * (q.A.m if only is None else len(only))
        self.swept = total

        def advance(entries: int) -> None:
            nonlocal done
            done += entries
            if q.progress is not None:
                q.progress(done, total)

        sweep = Sweep(
            q.B,
            q.A,
            keep=max(q.supports.keep(q.ks), 0 if q.moments is None else q.moments.keep),
            sides=q.readout.sides,
            dtype=np.dtype(dtype),
            threads=q.threads if device is None else min(q.threads, _FEEDERS),
            same=found.survey.same,
            supports=q.supports,
            identities=found.survey.identities,
            powers=None if q.moments is None else q.moments.exponents(found),
            device=device,
        )
        keeper = None
        if q.checkpoint is not None:
            names = ("lower", "upper", "scale", "shift", "seen", "trivial")
            results = {name: array for name in names if (array := getattr(found, name)) is not None}
            for more in (q.record, q.moments):
                results |= {} if more is None else more.arrays
            keeper = SweepKeeper(q.checkpoint, np.dtype(dtype).name, results)
        sweep.run(
            lambda which, tops: self._reduce(which, tops, radius, np.dtype(dtype)),
            only=only,
            progress=advance,
            keeper=keeper,
            runner=q.runner,
            enough=None if q.refute is None else self._refuted,
        )

    def _refuted(self) -> bool:
        goal = self.question.refute
        return goal is not None and not goal.met_by(self.found.lower.max(axis=0)).any()

    def _bound_unseen_rows(self) -> None:
        """A row that is never swept has a loss between that of no input and what Cauchy-Schwarz allows."""
        q, pair = self.question, self.found.survey
        own = np.abs(pair.diagonal) + pair.diagonal_radius
        least = pair.diagonal - pair.diagonal_radius
        divisor = np.where(least > 0, least, 1.0) if q.pair.scaled else np.ones(q.A.m)
        most = (1 + own + pair.b_norms * float(pair.a_norms.max())) / np.minimum(divisor, 1.0)
        zero_probe = q.readout.zero_probe if q.pair.scaled else None
        for j, k in enumerate(q.ks):
            rows = slice(None) if q.rows is None else q.rows
            least_loss = np.zeros(q.A.m) if q.readout.has_eps else -(1 + own / divisor)
            most_loss = (q.supports.active(k) + 1) * most * (1 + 32 * U)
            if zero_probe is not None:
                most_loss = np.full(q.A.m, float(zero_probe))
            most_loss = most_loss + q.readout.largest_offset * (1 + 32 * U)
            self.found.lower[rows, j] = least_loss[rows]
            self.found.upper[rows, j] = most_loss[rows]

    def _reduce(self, which: Array, entries: dict[str, Array], radius: Array, dtype: np.dtype[Any]) -> None:
        """Turn the largest entries of some rows into their intervals for every k."""
        q, found = self.question, self.found
        values = {side: entries[side].astype(np.float64) for side in q.readout.sides}
        if q.moments is not None:
            q.moments.take(which, values, entries[POWERS], radius[which], dtype)
        with np.errstate(over="ignore"):
            sums = {side: np.cumsum(part, axis=1) for side, part in values.items()}
        pair = found.survey
        rows = RowData(pair.diagonal[which], pair.diagonal_radius[which], pair.b_norms[which] == 0)
        found.seen[which] = True

        def tops(k: int, sign: int) -> dict[str, Tops]:
            ends = {side: q.supports.tops(values[side], sums[side], k, sign * radius[which]) for side in values}
            return {side: q.pair.tops(moved, rows, sign) for side, moved in ends.items()}

        for j, k in enumerate(q.ks):
            for ends, sign in ((found.lower, -1), (found.upper, 1)):
                with np.errstate(over="ignore", invalid="ignore"):  # named below
                    end = q.pair.end(q.readout.at(which, sign), tops(k, sign), rows, sign)
                if not np.isfinite(end).all():
                    row = int(which[np.argmin(np.isfinite(end))])
                    raise InputError(f"the errors of row {row} overflow float64: rescale A or B")
                ends[which, j] = end
            found.trivial[which, j] = q.pair.trivial(q.readout, tops(k, -1), rows)
            self._middle(which, j, tops(k, 0), rows)
        if q.record is not None:
            q.record.take(which, tops, rows)

    def _middle(self, which: Array, j: int, tops: dict[str, Tops], rows: RowData) -> None:
        """The rows' factors and shifts, from the computed entries as they are."""
        q, found = self.question, self.found
        factor = q.pair.factors(q.readout, tops, rows)
        own = rows.diagonal
        if found.scale is not None:
            found.scale[which, j] = factor / np.where(rows.zero, 1.0, rows.diagonal)
            own = factor
        if found.shift is not None:
            found.shift[which, j] = q.readout.shift({side: top.times(factor) for side, top in tops.items()}, own)


def _check_scalable(pair: Survey, A: Matrix) -> None:
    lost = (pair.diagonal - pair.diagonal_radius <= 0) & (pair.b_norms > 0)
    if lost.any():
        raise InputError(f"{A.name} must have features of squared norm within float64, got one at {np.argmax(lost)}")
