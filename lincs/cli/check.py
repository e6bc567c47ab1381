"""``lincs check``: a certificate, rebuilt and verified by an independent path."""

from __future__ import annotations

from pathlib import Path

import typer

from lincs.cli._output import print_json, show


def command(
    certificate: Path = typer.Argument(..., help="A certificate of lincs build, or an answer of lincs bound --json."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document and nothing else."),
) -> None:
    """Rebuild what a certificate describes, compare every field, and verify it without the fast kernel.

    Exit code: 0 accepted, 1 refused, 2 bad input.
    """
    from lincs.certificates.check import check

    result = check(certificate)
    if as_json:
        print_json("check", result)
    else:
        show(result)
    raise typer.Exit(0 if result.accepted else 1)
