"""The driver of the kernels: all inner products, tile by tile, and of each row only the largest.

A tile is multiplied by BLAS into a reused buffer and scanned while it is still in cache; nothing of size m^2 is
ever stored.  When B is A only the tiles on and above the diagonal are multiplied, and each is scanned by rows and
by columns.  The way a matrix is cut into tiles depends on its size alone, so that a run with other threads, or one
that was interrupted and resumed, multiplies exactly the same tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from lincs.accelerator import Accelerator
from lincs.errors import InputError
from lincs.interference import powers
from lincs.interference.device_panels import DevicePanels
from lincs.interference.heaps import Heaps, Scanned, by_pass
from lincs.interference.moduli import products
from lincs.interference.plans import HEAPS_FOR_ALL, Panels, Plan, Reduce, Symmetric, symmetric_tile
from lincs.interference.supports import Anything, Supports
from lincs.matrices import Matrix
from lincs.parallel import run_tasks

__all__ = ["Array", "Job", "Keeper", "Runner", "Sweep", "on_threads"]

Array = npt.NDArray[Any]


class Keeper(Protocol):
    """What makes a sweep survive an interruption (checkpoint.py)."""

    def restore(self, like: Mapping[str, Array]) -> Mapping[str, Array] | None:
        """What the last :meth:`save` of this sweep was given, if there is one; arrays of the shapes of ``like``."""

    def due(self) -> bool:
        """Whether it is time to save."""

    def save(self, state: Mapping[str, Array], *, interrupted: bool = False) -> None:
        """Keep the state of the sweep; what ``reduce`` has produced is saved along with it."""


@dataclass(frozen=True)
class Job:
    """The tasks ``todo`` of a plan, for a runner: ``finished`` is to be called after each of them, one at a time.

    ``after`` is to be called now and then while none is being merged (only where the sweep ``stops`` at all); when it
    says True, the rest is left undone.
    """

    sweep: Sweep
    plan: Plan
    only: Array | None
    todo: list[int]
    finished: Callable[[int], None]
    after: Callable[[], bool]
    stops: bool


Runner = Callable[[Job], None]


def on_threads(job: Job) -> None:
    """Run the tasks on this machine's threads."""
    for batch in job.plan.batches(iter(job.todo), job.stops):
        run_tasks(batch, job.plan.run, threads=job.sweep.threads, done=job.finished)
        if job.after():
            return


@dataclass(frozen=True)
class Sweep:
    """For each row i, the ``keep`` largest off-diagonal entries ``b_i . a_j`` (j != i) of every side asked for.

    With ``powers``, their sums of squares and fourth powers too, as one more side.

    ``same`` says that B is A entry by entry (rounding.py, ``survey``): half of the product is enough.
    """

    B: Matrix
    A: Matrix
    keep: int
    sides: tuple[str, ...]
    dtype: np.dtype[Any]
    threads: int
    same: bool
    identities: tuple[str, str] | None = None  # digests of B and A, which a cluster's workers check
    supports: Supports | None = None  # which entries of a row count together; None: any
    powers: Array | None = None  # (m,) exponents (powers.py) of rows whose squares are to be summed as well
    device: Accelerator | None = None  # who multiplies, of any k features and in float32; None: the processor

    def plan(self, reduce: Reduce, only: Array | None) -> Plan:
        """The tasks: tiles above the diagonal where B is A and every row is wanted, else panels of rows."""
        if self.device is not None:
            which = np.arange(self.A.m) if only is None else only
            panels = DevicePanels(self, reduce, which, self.device, dict.fromkeys(self.sides, self.keep))
            panels.prepare()
            return panels
        _ = self.features  # arranged once, before threads ask for it
        together = self.keep <= HEAPS_FOR_ALL and self._supports.widest <= symmetric_tile(self.A)
        if only is None and self.same and together:
            return Symmetric(self, reduce)
        return Panels(self, reduce, np.arange(self.A.m) if only is None else only)

    def run(
        self,
        reduce: Reduce,
        *,
        only: Array | None = None,
        progress: Callable[[int], None] | None = None,
        keeper: Keeper | None = None,
        runner: Runner = on_threads,
        enough: Callable[[], bool] | None = None,
    ) -> None:
        """Sweep all rows, or the rows ``only``; call ``reduce`` with each panel of finished rows.

        ``progress`` is called with the number of inner products done since the last call.  ``reduce`` may be called
        from several threads at once, for different rows.  With a ``keeper`` the sweep goes on from what was saved,
        saves when it is due, and saves once more if it is interrupted.  ``runner`` does the tasks: threads, a cluster.
        ``enough`` is asked now and then; when it says True the rest is left undone.
        Raises :class:`InputError` naming a row that overflows.
        """
        with nullcontext() if self.device is None else self.device.multiplying():
            self._run(self.plan(reduce, only), only, progress, keeper, runner, enough)

    def _run(
        self,
        plan: Plan,
        only: Array | None,
        progress: Callable[[int], None] | None,
        keeper: Keeper | None,
        runner: Runner,
        enough: Callable[[], bool] | None,
    ) -> None:
        done = np.zeros(len(plan.tasks), dtype=bool)

        def state() -> dict[str, Array]:
            return {"done": done, **plan.state()}

        saved = keeper.restore(state()) if keeper is not None else None
        if saved is not None:
            done = saved["done"].copy()
            plan.restore(saved, done)
            if progress is not None:
                progress(sum(plan.work(n) for n in np.flatnonzero(done).tolist()))

        def finished(n: int) -> None:
            done[n] = True
            plan.finish(n)
            if progress is not None:
                progress(plan.work(n))

        def after() -> bool:
            if keeper is not None and keeper.due():
                keeper.save(state())
            return enough is not None and enough()

        todo = np.flatnonzero(~done).tolist()
        try:
            runner(Job(self, plan, only, todo, finished, after, stops=keeper is not None or enough is not None))
        except BaseException as error:
            # Whatever runs the tasks returns only when none is being merged: the state is whole.
            if keeper is not None and isinstance(error, KeyboardInterrupt | RuntimeError | OSError):
                keeper.save(state(), interrupted=True)
            raise
        if keeper is not None:
            keeper.save(state())

    def multiply(self, b: Array, a: Array, space: Array) -> Array:
        """``b a^T`` into the front of ``space``; of complex features the moduli ``|b^H a|``."""
        tile = space[: len(b) * len(a)].reshape(len(b), len(a))
        if self.A.is_complex:
            return products(b, a, out=tile)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            return np.matmul(b, a.T, out=tile)

    @cached_property
    def _supports(self) -> Supports:
        return self.supports or Anything(self.A.m)

    @cached_property
    def features(self) -> Matrix:
        """The features in the order of the columns of tiles."""
        return self._supports.arranged(self.A, self.dtype)

    def places(self, which: Array) -> Array:
        return self._supports.places(which)

    def named(self, start: int, stop: int) -> Array:
        return self._supports.named(start, stop)

    def cuts(self, start: int, stop: int, edge: int) -> list[int]:
        return self._supports.cuts(start, stop, edge)

    def heaps(self, which: Array) -> dict[str, Heaps]:
        found = {side: self._supports.heaps(which, side, self.keep, self.dtype) for side in self.sides}
        if self.powers is not None:
            found[powers.NAME] = powers.PowerSums(self.powers[which], self.dtype)
        return found

    def by_pass(self, heaps: dict[str, Heaps]) -> list[Scanned]:
        """The heaps as tiles are offered to them."""
        return by_pass(heaps) if self._supports.plain else list(heaps.values())

    def largest(self, which: Array, heaps: dict[str, Heaps], rows: slice) -> dict[str, Array]:
        """The largest entries of finished rows, unless something has overflowed."""
        return self.finite(which, {side: heap.largest(rows) for side, heap in heaps.items()})

    def finite(self, which: Array, tops: dict[str, Array]) -> dict[str, Array]:
        """The largest entries of rows as they are; raises :class:`InputError` if one has overflowed."""
        for top in tops.values():
            finite = np.isfinite(top[:, 0])
            if not finite.all():
                row = int(which[np.argmin(finite)])
                raise InputError(f"the inner products of row {row} overflow {self.dtype}: rescale A or B")
        return tops
