"""The command line in this process: what a test of its answers needs, without the start of an interpreter."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple
from unittest import mock

from lincs.cli import run


class Done(NamedTuple):
    code: int
    out: str
    err: str


def lincs(*arguments: object) -> Done:
    """Run ``lincs ARGUMENTS``; its exit code, stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["lincs", *map(str, arguments)]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = run()
    return Done(code, out.getvalue(), err.getvalue())
