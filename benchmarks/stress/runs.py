"""Long runs that are killed, interrupted, resumed, doubled and resumed on another matrix, with real processes."""

from __future__ import annotations

import json
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.stress.process import preload, run, start

NAME = "runs"
M, D = 4000, 96
OPTIONS = ["--k", "1,5", "--checkpoint", "c.npz", "--checkpoint-every", "0", "--json", "--threads", "1"]
PAIRS = {"A = B": ["A.npy", "--tied"], "A != B": ["A.npy", "B.npy"], "self": ["A.npy"]}

Array = npt.NDArray[Any]


def cases(seed: int) -> Iterator[Callable[[], str | None]]:
    """A kill with its resumption, another matrix, a doubled run or a Ctrl-C a trial, each in a folder of its own."""
    preload()
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((D, M)).astype(np.float32)
    B = A + np.float32(0.01) * rng.standard_normal(A.shape).astype(np.float32)
    expected: dict[tuple[str, str], Any] = {}
    n = 0
    while True:
        draw = random.Random(f"{NAME} {seed} {n}")
        yield partial((_killed, _changed, _doubled, _interrupted)[n % 4], draw, A, B, expected)
        n += 1


def _folder(A: Array, B: Array) -> tempfile.TemporaryDirectory[str]:
    made = tempfile.TemporaryDirectory()
    np.save(Path(made.name) / "A.npy", A)
    np.save(Path(made.name) / "B.npy", B)
    return made


def _begun(folder: Path, pair: str, readout: str, after: float) -> int:
    """Start a run and wait until its checkpoint is there, and ``after`` seconds more; its process number."""
    null = os.open(os.devnull, os.O_WRONLY)
    child = start(["verify", *PAIRS[pair], *OPTIONS, "--readout", readout], folder, null, null)
    os.close(null)
    limit = time.monotonic() + 60
    while not (folder / "c.npz").exists() and time.monotonic() < limit:
        if os.waitpid(child, os.WNOHANG)[0]:
            return 0  # was quicker than we
        time.sleep(0.002)
    time.sleep(after)
    return child


def _stopped(folder: Path, pair: str, readout: str, after: float) -> None:
    if child := _begun(folder, pair, readout, after):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _results(text: str) -> Any:
    return json.loads(text)["results"]


def _truth(expected: dict[tuple[str, str], Any], pair: str, readout: str, A: Array, B: Array) -> Any:
    if (pair, readout) not in expected:
        with _folder(A, B) as name:
            expected[pair, readout] = _fresh(Path(name), pair, readout)
    return expected[pair, readout]


def _fresh(folder: Path, pair: str, readout: str) -> Any:
    return _results(run(["verify", *PAIRS[pair], "--k", "1,5", "--json", "--readout", readout], folder).out)


def _question(draw: random.Random) -> tuple[str, str]:
    return draw.choice(list(PAIRS)), draw.choice(["signed", "nonnegative"])


def _killed(draw: random.Random, A: Array, B: Array, expected: dict[tuple[str, str], Any]) -> str | None:
    pair, readout = _question(draw)
    with _folder(A, B) as name:
        folder = Path(name)
        for _ in range(draw.choice([1, 1, 2])):
            _stopped(folder, pair, readout, draw.random() * 0.3)
        done = run(["verify", *PAIRS[pair], *OPTIONS, "--readout", readout, "--resume"], folder)
        if done.code != 0:
            return f"kill, {pair}, {readout}: resumed with code {done.code} ({done.err.strip()[-200:]})"
        if _results(done.out) != _truth(expected, pair, readout, A, B):
            return f"kill, {pair}, {readout}: resumed to another result"
        left = [path.name for path in folder.glob("c.npz*")]
        return f"kill, {pair}, {readout}: left {left}" if left else None


def _changes(draw: random.Random, A: Array) -> tuple[str, Array]:
    """The same norms and the same diagonal, as often as not."""
    X, j = A.copy(), draw.randrange(M)
    what = draw.choice(["sign of an entry", "feature negated", "coordinates swapped", "last bit", "order", "rotated"])
    if what == "sign of an entry":
        X[3, j] *= -1
    elif what == "feature negated":
        X[:, j] *= -1
    elif what == "coordinates swapped":
        X[[0, 1], j] = X[[1, 0], j]
    elif what == "last bit":
        X[3, j] = np.nextafter(X[3, j], np.float32(9))
    elif what == "order":
        X = X[:, ::-1].copy()
    else:
        X = X[::-1].copy()
    return what, X


def _changed(draw: random.Random, A: Array, B: Array, expected: dict[tuple[str, str], Any]) -> str | None:
    pair, readout = _question(draw)
    with _folder(A, B) as name:
        folder = Path(name)
        _stopped(folder, pair, readout, draw.random() * 0.1)
        if not (folder / "c.npz").exists():
            return None
        what, X = _changes(draw, A)
        np.save(folder / "A.npy", X)
        done = run(["verify", *PAIRS[pair], *OPTIONS, "--readout", readout, "--resume"], folder)
        if done.code != 2 or "belongs to another" not in done.err:
            return f"{what}, {pair}, {readout}: resumed with code {done.code} ({done.err.strip()[-200:]})"
        return None


def _doubled(draw: random.Random, A: Array, B: Array, expected: dict[tuple[str, str], Any]) -> str | None:
    pair, readout = _question(draw)
    with _folder(A, B) as name:
        folder = Path(name)
        first = _begun(folder, pair, readout, 0.0)
        resume = draw.choice([[], ["--resume"]])
        second = run(["verify", *PAIRS[pair], *OPTIONS, "--readout", readout, *resume], folder)
        status = os.waitpid(first, 0)[1] if first else 0
        if second.code != 0 or os.waitstatus_to_exitcode(status) != 0:
            return f"two runs, {pair}, {readout}: codes {second.code} and {status} ({second.err.strip()[-200:]})"
        if _results(second.out) != _truth(expected, pair, readout, A, B):
            return f"two runs, {pair}, {readout}: another result"
        left = [path.name for path in folder.glob("c.npz*")]
        return f"two runs, {pair}, {readout}: left {left}" if left else None


def _interrupted(draw: random.Random, A: Array, B: Array, expected: dict[tuple[str, str], Any]) -> str | None:
    commands = [
        ["verify", "A.npy", "--k", "1,5", "--threads", "1"],
        ["verify", "A.npy", "B.npy", "--k", "3", "--describe"],
        ["probe", "A.npy", "--k", "2"],
        ["compare", "--phase", "--m", "1000", "--cells", "200"],
        ["compare", "--minimal", "--k", "1:20"],
        ["toy", "basic"],
        ["toy", "geometry"],
        ["atlas", "-o", "site"],
        ["table", "--m", "2^10:2^400:2", "--k", "1:40", "--eps", "1/2,1/3,1/5"],
        [
            "build",
            "--family",
            "packing",
            "-p",
            "d=11",
            "-p",
            "m=60",
            "-p",
            "seed=0",
            "-p",
            "restarts=4000",
            "--k",
            "1",
            "-o",
            "p.npz",
        ],
        ["decode", "A.npy", "B.npy", "-o", "z.npy"],
    ]
    arguments = draw.choice(commands)
    with _folder(A, B) as name:
        after = 0.1 + 2 * draw.random()
        done = run(arguments, Path(name), interrupt=after, limit=200)
        if done.code == 0 and done.seconds < 2:
            return None  # it was over before the signal
        if done.code != 130 or "Traceback" in done.err:
            return f"Ctrl-C, {' '.join(arguments)}: code {done.code} ({done.err.strip()[-200:]})"
        return f"Ctrl-C, {' '.join(arguments)}: ended after {done.seconds:.1f} s" if done.seconds > 3 else None
