"""The command line: one file a command, parsing and printing only.

``run`` is the only place where errors become exit codes: 0 holds or nothing was asked, 1 refuted or a certificate
refused (and nothing else), 2 bad input (one sentence on stderr), 3 undecided, 70 an error nobody foresaw, 130
interrupted.  A closed pipe changes none of them.
"""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress

import typer

from lincs.cli import atlas, bound, build, check, compare, decode, match, probe, table, toy, verify
from lincs.cli._examples import epilog
from lincs.cli._process import StdoutFailed, careful_streams, notes_on_stderr, prompt_interrupt
from lincs.errors import InputError
from lincs.version import __version__

app = typer.Typer(
    name="lincs",
    help="Bounds and exact verification for linear compressed sensing.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _module in (bound, verify, build, check, probe, decode, compare, match, table, toy, atlas):
    _name = _module.__name__.rpartition(".")[2]
    app.command(_name, epilog=epilog(_name))(_module.command)

# typer brings click, under its own name or inside itself; its usage errors have one base class either way.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"lincs {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", "-V", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Bounds and exact verification for linear compressed sensing."""


def main() -> None:
    """Run the command line; every expected failure is one sentence on stderr."""
    sys.exit(run())


def run() -> int:
    """The exit code of the command in ``sys.argv``."""
    try:
        with notes_on_stderr(), prompt_interrupt(), careful_streams():
            code = app(prog_name="lincs", standalone_mode=False)
        if code == 130:  # typer's word for Ctrl-C
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except (InputError, StdoutFailed) as error:
        return _fail(str(error), 2)
    except _UsageError as error:
        message = getattr(error, "format_message", error.__str__)()
        return _fail(message, 2)
    except (typer.Abort, KeyboardInterrupt):
        return _fail("interrupted", 130)
    except MemoryError:
        return _fail("there is not enough memory for this", 2)
    except Exception as error:
        if os.environ.get("LINCS_DEBUG"):
            traceback.print_exc()
        what = " ".join(f"{type(error).__name__}: {error}".split())
        return _fail(
            f"an error that nobody foresaw, in version {__version__} ({what}); please report it with the command "
            "and what LINCS_DEBUG=1 shows (CONTRIBUTING.md, a wrong number)",
            70,
        )


def _fail(message: str, code: int) -> int:
    if message:  # empty where the help text has already been printed instead
        with suppress(OSError):  # stderr may be closed too
            print(f"lincs: {message}", file=sys.stderr, flush=True)
    return code
