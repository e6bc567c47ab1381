"""The command in a forked child: the imports are paid once, and a crash, a hang or a kill stays in the child."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import lincs.cli

LIMIT = 60.0


class Done(NamedTuple):
    code: int | None  # None: it did not end in time
    out: str
    err: str
    seconds: float
    megabytes: float  # largest memory of the child


def preload() -> None:
    """What the commands import when they are asked, so that every child has it."""
    from importlib import import_module

    import matplotlib

    matplotlib.use("Agg")
    for name in (
        "matplotlib.pyplot", "scipy.optimize", "scipy.sparse", "highspy", "lincs.bounds.bracket",
        "lincs.certificates.build", "lincs.constructions.catalogue", "lincs.interference.dictionary",
        "lincs.interference.samples", "lincs.recovery.compare", "lincs.recovery.cheap", "lincs.recovery.phase",
        "lincs.recovery.minimal", "lincs.plots.dictionary", "lincs.report", "lincs.toy.experiment",
    ):  # fmt: skip
        import_module(name)
    _compile()


def _compile() -> None:
    """Compile what the commands run, so that no child waits for it: times are of commands, not of compilers."""
    import numpy as np

    from lincs.toy.experiment import run_experiment

    A = np.random.default_rng(0).standard_normal((4, 9))
    for dtype in (np.float32, np.float64):
        lincs.verify(A.astype(dtype), A[:, ::-1].astype(dtype), k=2, precision="mixed")
    lincs.compare(A, k=1, trials=1)
    lincs.basis_pursuit(A, A[:, 0])
    for name in ("pca", "correlated"):
        run_experiment(name, seed=0, steps=2, restarts=1)


def start(arguments: list[str], folder: Path, out: int, err: int) -> int:
    """Fork a child that runs ``lincs ARGUMENTS`` in the folder; its process number, once the child is on its way.

    (A signal that comes while a child is being made is lost: Python ignores exceptions in what it does after a fork.)
    """
    ready, tell = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        os.close(tell)
        os.read(ready, 1)
        os.close(ready)
        return child
    try:
        os.close(ready)
        os.setpgid(0, 0)
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs are born deaf to it
        os.chdir(folder)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdout = sys.__stdout__ = os.fdopen(1, "w", closefd=False)  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = os.fdopen(2, "w", closefd=False)  # type: ignore[misc]
        sys.argv = ["lincs", *arguments]
        os.write(tell, b".")
        os.close(tell)
        code = lincs.cli.run()
        sys.stdout.flush()
        os._exit(code)
    finally:
        os._exit(99)  # whatever got past the command line's own net


def run(arguments: list[str], folder: Path, *, limit: float = LIMIT, interrupt: float | None = None) -> Done:
    """Run a command to its end; with ``interrupt`` it gets Ctrl-C after so many seconds."""
    begin = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = start(arguments, folder, out.fileno(), err.fileno())
        sent = None
        while True:
            done, status, usage = os.wait4(child, os.WNOHANG)
            now = time.monotonic()
            if done:
                break
            if interrupt is not None and sent is None and now - begin > interrupt:
                os.kill(child, signal.SIGINT)
                sent = now
            if now - begin > limit:
                os.killpg(child, signal.SIGKILL)
                os.wait4(child, 0)
                return Done(None, "", "", limit, 0.0)
            time.sleep(0.002)
        for stream in (out, err):
            stream.seek(0)
        texts = [stream.read().decode(errors="replace") for stream in (out, err)]
    code = os.waitstatus_to_exitcode(status)
    return Done(code, texts[0], texts[1], now - (sent or begin), usage.ru_maxrss / 1024)
