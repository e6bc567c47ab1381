"""What the commands share: JSON on stdout, notes and progress on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lincs.errors import InputError
from lincs.results import document

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from rich.console import Console


def print_json(command: str, result: Any, *, seed: int | None = None) -> None:
    """Print the result's JSON document on stdout, and nothing else."""
    print(json.dumps(document(command, result, seed=seed), indent=2, allow_nan=False))


def note(text: str) -> None:
    """A remark for the person, never for the program that reads stdout."""
    print(f"note: {text}", file=sys.stderr)


def console() -> Console:
    """A rich console on stdout that never wraps a table when the output is a file or a pipe."""
    from rich.console import Console

    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, width=160)


def save_figure(ax: Axes, file: Path) -> None:
    """The page that the Axes are on; :class:`InputError` where it cannot be written."""
    page = ax.get_figure(root=True)
    assert page is not None
    try:
        page.savefig(file, dpi=150)
    except (OSError, ValueError) as error:
        raise InputError(f"{file} cannot be written: {getattr(error, 'strerror', None) or error}") from None


@contextmanager
def workers(cluster: str | None) -> Iterator[None]:
    """Experiments inside run on the cluster at this address, or here if there is none."""
    if cluster is None:
        yield
        return
    from lincs.parallel import cluster_client, on_cluster

    with cluster_client(cluster) as client, on_cluster(client):
        yield


@contextmanager
def counter(what: str) -> Iterator[Callable[[int, int], None]]:
    """Progress on stderr with rate and remaining time: a bar on a terminal, else a line every ten seconds."""
    start = time.monotonic()
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn(what), BarColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(what, total=None, rate="")

            def advance(done: int, total: int) -> None:
                rate = done / max(time.monotonic() - start, 1e-9)
                bar.update(task, completed=done, total=total, rate=f"{rate:.3g}/s")

            yield advance
        return

    last = start

    def report(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < 10:
            return
        last = now
        rate = done / (now - start)
        left = (total - done) / rate
        print(f"{what}: {done / total:.1%}, {rate:.3g}/s, {left:.0f} s left", file=sys.stderr, flush=True)

    yield report
