"""What ``lincs verify A --readers W`` takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from lincs.cli._output import counter, print_json, show
from lincs.errors import InputError

__all__ = ["OPTIONS", "USED", "run"]

# The parameters of the command that speak of readers alone, and all that are used with them.
OPTIONS = frozenset({"readers_key", "targets", "writes_key"})
USED = OPTIONS | {
    "a", "b", "readers", "k", "layout", "key", "d", "bfloat16", "bias", "bias_key", "threshold", "tau", "level",
    "names", "per_feature", "figure", "as_json", "exact_rows", "threads",
}  # fmt: skip


def run(
    A: Any,
    B: Any,
    readers: Path,
    *,
    names: list[str] | None,
    per_feature: Path | None,
    figure: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Verify, print, write; ends the command."""
    from lincs.interference.readers import verify_readers

    if options["k"] is None:
        raise InputError('give the sparsities as --k, for example --k "1,4,16"')
    with counter("readers") as progress:
        found = verify_readers(A, readers, B, progress=progress, **options)
    if as_json:
        print_json("verify", found)
    else:
        show(found, names=names)
    if per_feature is not None:
        from lincs.interference.features import write_table

        write_table(found.columns(), per_feature)
    if figure is not None:
        from lincs.plots.readers import overview

        overview(found).savefig(figure, dpi=150)
    raise typer.Exit(0)
