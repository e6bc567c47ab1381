"""The command line in this process: what a test of its answers needs, without the start of an interpreter."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple
from unittest import mock

from lincs.cli import run as run_command


class Done(NamedTuple):
    code: int
    out: str
    err: str


def run(arguments: list[object], **_: object) -> subprocess.CompletedProcess[str]:
    """What ``subprocess.run`` gives of ``[sys.executable, "-m", "lincs", ...]``, without another interpreter."""
    assert arguments[:3] == [sys.executable, "-m", "lincs"]
    done = lincs(*arguments[3:])
    return subprocess.CompletedProcess(list(map(str, arguments)), done.code, done.out, done.err)


def lincs(*arguments: object) -> Done:
    """Run ``lincs ARGUMENTS``; its exit code, stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["lincs", *map(str, arguments)]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = run_command()
    return Done(code, out.getvalue(), err.getvalue())
