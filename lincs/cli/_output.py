"""What the commands share: JSON on stdout, notes and progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lincs.errors import InputError
from lincs.progress import counter
from lincs.results import document

__all__ = ["console", "counter", "note", "print_json", "save_figure", "show", "workers"]

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from rich.console import Console

    from lincs.showing import Shown


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


def show(result: Shown, **options: Any) -> None:
    """The page of a result on stdout."""
    result.page(**options).show(console())


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
