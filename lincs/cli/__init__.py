"""The command line: one file a command, parsing and printing only.

``main`` is the only place where errors become exit codes: 0 holds or nothing was asked, 1 refuted or a
certificate refused, 2 bad input (one sentence on stderr), 3 undecided.
"""

from __future__ import annotations

import sys

import typer

import lincs
from lincs.cli import atlas, bound, build, check, compare, decode, probe, table, toy, verify
from lincs.errors import InputError

app = typer.Typer(
    name="lincs",
    help="Bounds and exact verification for linear compressed sensing.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("bound")(bound.command)
app.command("verify")(verify.command)
app.command("build")(build.command)
app.command("check")(check.command)
app.command("probe")(probe.command)
app.command("decode")(decode.command)
app.command("compare")(compare.command)
app.command("table")(table.command)
app.command("toy")(toy.command)
app.command("atlas")(atlas.command)

# typer brings click, under its own name or inside itself; its usage errors have one base class either way.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"lincs {lincs.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Bounds and exact verification for linear compressed sensing."""


def main() -> None:
    """Run the command line; every expected failure is one sentence on stderr."""
    try:
        code = app(standalone_mode=False)
    except InputError as error:
        print(f"lincs: {error}", file=sys.stderr)
        code = 2
    except _UsageError as error:
        message = getattr(error, "format_message", error.__str__)()
        if message:  # empty where the help text has already been printed instead
            print(f"lincs: {message}", file=sys.stderr)
        code = 2
    except (typer.Abort, KeyboardInterrupt):
        print("lincs: interrupted", file=sys.stderr)
        code = 130
    except BrokenPipeError:  # the reader (head, less) has gone: nothing is wrong
        sys.stderr.close()
        code = 0
    sys.exit(code if isinstance(code, int) else 0)
