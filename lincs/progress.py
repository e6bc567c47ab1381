"""How far a run is: one bar for one run, on a terminal, in a notebook or as lines in a log.

What is left is estimated from the recent pace alone: compiling, reading and earlier phases are no part of it.
"""

from __future__ import annotations

import functools
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from lincs.typing import Callback

__all__ = ["Pace", "bar", "counter", "reports", "told"]

P = ParamSpec("P")
R = TypeVar("R")

_WINDOW = 60.0  # seconds of the past that the pace is of
_SHORTEST = 0.25  # seconds that a pace is taken from: threads may finish together
_EVERY = 10.0  # seconds between two lines in a log


class Pace:
    """Done and to do of a whole run, from reports of its phases; the pace of the last minute.

    A run that starts counting again is in its next phase: what it did before stays done.  The first report of a phase
    starts the clock, for what came before it was no work of the kind that is counted.
    """

    def __init__(self) -> None:
        self.done = self.total = 0
        self._before = self._phase = self._last = 0
        self._past: deque[tuple[float, int]] = deque()

    def tell(self, done: int, total: int, now: float) -> None:
        if done < self._last:
            self._before += self._phase
            self._past.clear()
        self._last, self._phase = done, total
        self.done, self.total = self._before + done, self._before + total
        self._past.append((now, self.done))
        while len(self._past) > 2 and self._past[1][0] < now - _WINDOW:
            self._past.popleft()

    @property
    def rate(self) -> float | None:
        """Units a second; None before there is a pace."""
        (start, before), (now, after) = self._past[0], self._past[-1]
        return (after - before) / (now - start) if now >= start + _SHORTEST and after > before else None

    @property
    def left(self) -> float | None:
        """Seconds that the rest takes at this pace."""
        return None if self.rate is None else (self.total - self.done) / self.rate


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours} h {minutes:02d} min left" if hours else f"{minutes}:{whole % 60:02d} left"


@contextmanager
def counter(what: str) -> Iterator[Callback]:
    """Progress on stderr with rate and remaining time: a bar on a terminal, else a line every ten seconds."""
    pace = Pace()
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

        columns = (TextColumn(what), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[pace]}"))
        shown = Progress(*columns, console=Console(stderr=True), transient=True)
        task = shown.add_task(what, total=None, pace="")

        def advance(done: int, total: int) -> None:
            shown.start()  # not before there is something to show: until then the terminal may be asked something
            pace.tell(done, total, time.monotonic())
            words = "" if pace.rate is None else f"{pace.rate:.3g}/s, {_duration(pace.left)}"
            shown.update(task, completed=pace.done, total=pace.total, pace=words)

        try:
            yield advance
        finally:
            shown.stop()
        return

    last = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        pace.tell(done, total, now)
        if now - last < _EVERY or pace.rate is None:
            return
        last = now
        share = pace.done / max(pace.total, 1)
        print(f"{what}: {share:.1%}, {pace.rate:.3g}/s, {_duration(pace.left)}", file=sys.stderr, flush=True)

    yield report


@contextmanager
def _notebook_bar(what: str) -> Iterator[Callback]:
    """The bar of tqdm: a widget where the notebook has them, else text."""
    pace = Pace()
    bars = import_module("tqdm.auto" if find_spec("ipywidgets") is not None else "tqdm")
    with bars.tqdm(desc=what, unit_scale=True, leave=False) as shown:

        def advance(done: int, total: int) -> None:
            pace.tell(done, total, time.monotonic())
            shown.total = pace.total
            shown.update(pace.done - shown.n)

        yield advance


def bar(what: str) -> AbstractContextManager[Callback]:
    """What ``progress=True`` means: tqdm's bar in a notebook that has it, else that of the command line."""
    kernel = "ipykernel" in sys.modules
    return _notebook_bar(what) if kernel and find_spec("tqdm") is not None else counter(what)


def told(progress: Callback | bool | None) -> Callback | None:
    """Who is to be told, inside of a function that :func:`reports`: True is a bar by then."""
    return None if isinstance(progress, bool) else progress


def reports(what: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A function whose ``progress`` may also be True (a bar that counts ``what``) or False (none)."""

    def decorated(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            asked: Any = kwargs.get("progress")
            if not isinstance(asked, bool):
                return function(*args, **kwargs)
            if not asked:
                kwargs["progress"] = None
                return function(*args, **kwargs)
            with bar(what) as advance:
                kwargs["progress"] = advance
                return function(*args, **kwargs)

        return run

    return decorated
