"""Commands with random arguments: they end in time, with a code that means what it says and one sentence if it is 2."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import lincs
from benchmarks.stress.process import Done, preload, run

NAME = "commands"
_SLOW, _MUCH = 20.0, 4096.0  # seconds and megabytes that no random command may take

_COUNTS = [
    "0", "1", "2", "3", "7", "16", "-1", "1e3", "10^12", "2^24", "1e999", "10^300", "10^1000", "10^5000", "10^99999",
    "9" * 400, "1.5", "nan", "inf", "-inf", "", " ", "abc", "１６", "1_000", "0x10", "1,000", "10^-2", "^", "1/2",
]  # fmt: skip
_LEVELS = [
    "1/2", "0.25", "1e-2", "1e-30", "1e-300", "1e-999", "1e-4000", "1", "0.999999999999999999999999", "1.0000000001",
    "2", "100", "0", "-1", "nan", "inf", "1/0", "0/1", "1/3/4", "", "abc", ".5", "5.", "1e999999999", "½", "7/3",
]  # fmt: skip
_KS = [
    "1", "2", "1,2", "1:3", "1:9:2", "3:1", "0", "-1", "9", "10", "1:100000000", "", ",", "1,,2", "a", "1:2:0", "1.5",
    "99999999999999999999", "1:3,2", " 1 , 2 ",
]  # fmt: skip
_SMALL = ["0", "1", "2", "5", "-1", "abc", "1.5", "", "99999999999999999999999", "2147483648", "1e3"]
_FILES = [
    "a.npy", "b.npy", "ab.npz", "one.npy", "x.npy", "z.npy", "s.npy", "missing.npy", ".", "", "p.csv", "f.npz",
    "f.certificate.json", "names.txt", "/dev/null",
]  # fmt: skip
_OUT = ["o.npy", "o.npz", "o.csv", "o.png", "o.txt", "nodir/o.npz", ".", "", "o.html", "o.md", "o.pdf", "o"]
_READOUTS = ["signed", "nonnegative", "affine", "threshold", "Signed", "", "x"]
_LAYOUTS = ["auto", "columns", "rows", "saelens", "sparsify", "dictionary-learning", "crosscoder", "", "x"]
_FAMILIES = [
    "gaussian", "rademacher", "spherical", "sparse-signs", "subsampled-hadamard", "kerdock", "simplex", "identity",
    "packing", "dual-bch", "gold", "tied-forms", "devore", "plane-lines", "hadamard-pair", "steiner-etf", "x", "",
]  # fmt: skip
_PARAMETERS = [
    "s=2", "s=3", "p=0", "d=10", "m=20", "seed=0", "seed=-1", "d=0", "m=1e9", "m=1000000000", "x", "=", "s=", "=3",
    "q=7", "r=2", "s=99", "lines=5", "d=1.5", "k=3", "p=1e30", "n=8",
]  # fmt: skip
_PARTS = ["0", "0,3:5", "dead", "8", "9", "-1", "x", "", "s.npy", "names.txt", "missing.npy"]
_KEYS = ["A", "B", "x", "", "A[0]", "A[99999999999999999999]"]

# Of each command: positional values, values of options, flags, and options that are nearly always there.
_Spec = tuple[list[list[str]], dict[str, list[str]], list[str], dict[str, str]]
COMMANDS: dict[str, _Spec] = {
    "bound": (
        [], {"--m": _COUNTS, "--k": _COUNTS, "--eps": _LEVELS, "--d": _COUNTS, "--readout": _READOUTS},
        ["--explain", "--brief", "--list", "--json"], {},
    ),
    "verify": (
        [["a.npy", "ab.npz", *_FILES], ["b.npy", *_FILES]],
        {"--k": _KS, "--eps": _LEVELS, "--readout": _READOUTS, "--layout": _LAYOUTS, "--key": _KEYS,
         "--layout-b": _LAYOUTS, "--key-b": _KEYS, "--scales": _FILES, "--names": _FILES, "--samples": _FILES,
         "--per-feature": _OUT, "--figure": _OUT, "--report": _OUT, "--random": _SMALL, "--seed": _SMALL,
         "--partners": _SMALL, "--exact-rows": _SMALL, "--threads": ["1", "2", "0", "-1"], "--checkpoint": _OUT,
         "--checkpoint-every": ["0", "-1", "nan", "1e9", "x"], "--features": _PARTS, "--without": _PARTS,
         "--d": _SMALL},
        ["--tied", "--normalize", "--describe", "--resume", "--stop-early", "--json"], {"--k": "1,2"},
    ),
    "build": (
        [], {"--m": ["0", "1", "5", "16", "20", "1e9", "10^30", "-1", "abc", ""],
             "--k": ["0", "1", "2", "3", "16", "-1", "10^30", ""], "--eps": _LEVELS, "--family": _FAMILIES,
             "-p": _PARAMETERS, "-o": _OUT, "--threads": ["1", "2", "0", "-1"]},
        ["--json"], {"--k": "2", "-o": "o.npz"},
    ),
    "check": ([["f.certificate.json", *_FILES]], {}, ["--json"], {}),
    "probe": (
        [["a.npy", *_FILES]],
        {"--k": _KS, "--sample": _SMALL, "--seed": _SMALL, "--eps": _LEVELS, "--layout": _LAYOUTS, "--key": _KEYS,
         "-o": _OUT}, ["--normalize", "--json"], {"--k": "1,2"},
    ),
    "decode": (
        [["a.npy", *_FILES], ["x.npy", *_FILES]],
        {"-o": _OUT, "--method": ["homotopy", "highs", "cvxpy", "", "x"],
         "--noise": ["0", "-1", "nan", "inf", "0.1", "1e300", "1e-300", "x"], "--layout": _LAYOUTS, "--key": _KEYS},
        ["--json"], {},
    ),
    "compare": (
        [], {"--matrix": _FILES, "--d": ["0", "1", "5", "8", "-1", "abc", "1e9"],
             "--m": ["0", "1", "5", "16", "-1", "abc"], "--family": _FAMILIES, "--k": _KS,
             "--trials": ["0", "1", "2", "-1", "x"], "--seed": _SMALL, "--entries": ["uniform", "signs", "x"],
             "--figure": _OUT, "--table": _OUT, "--layout": _LAYOUTS, "--key": _KEYS},
        ["--normalize", "--probes", "--no-probes", "--json"], {"--trials": "2", "--k": "1,2", "--matrix": "a.npy"},
    ),
    "match": (
        [["a.npy", *_FILES], ["b.npy", *_FILES]],
        {"--layout": _LAYOUTS, "--layout-b": _LAYOUTS, "--key": _KEYS, "--key-b": _KEYS, "--figure": _OUT,
         "--per-feature": _OUT, "--level": ["0.7", "0", "2", "-1", "nan", "x"], "--levels": ["0.5,0.9", "", "x"],
         "--names": _FILES, "--threads": ["1", "2", "0", "-1"]},
        ["--signed", "--json"], {},
    ),
    "table": (
        [], {"--m": _COUNTS, "--k": _KS, "--eps": _LEVELS, "--problems": ["p.csv", "missing", "a.npy", "", "."],
             "--format": ["markdown", "csv", "json", "latex", "x", ""], "-o": _OUT,
             "--date": ["2026-01-01", "x", "", "0"]}, ["--json"], {"--m": "100", "--k": "2", "--eps": "1/2"},
    ),
    "toy": (
        [["pca", "correlated", "anticorrelated", "x", ""]],
        {"-o": ["toys", "", "a.npy"], "--seed": _SMALL, "--steps": ["0", "1", "2", "-1", "x"],
         "--restarts": ["0", "1", "-1", "x"], "--grid": ["2", "0", "x"], "--n": ["2", "3", "x"],
         "--threads": ["1", "2", "0", "-1"]}, ["--json"], {"--steps": "2", "--restarts": "1"},
    ),
    "atlas": (
        [], {"-o": ["site", "", "a.npy"], "--m": ["16", "16,64", "64,16", "0", "abc", "", "10^30", "16,16", "-1"],
             "--t": ["1/2", "1/2,1/10", "1/10,1/2", "0", "2", "abc", "", "1", "1e-30"],
             "--date": ["2026-01-01", "x", ""]}, ["--json"], {"-o": "site", "--m": "16", "--t": "1/4"},
    ),
}  # fmt: skip
_OFTEN = {"bound": 6, "verify": 6, "build": 2, "probe": 2, "decode": 2}


def cases(seed: int) -> Iterator[Callable[[], str | None]]:
    """One command line a trial, in a folder with one file of every kind."""
    preload()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _fill(folder)
        n = 0
        while True:
            yield partial(_one, random.Random(f"{NAME} {seed} {n}"), folder)
            n += 1


def _fill(folder: Path) -> None:
    rng = np.random.default_rng(0)
    arrays: dict[str, Any] = {
        "a": rng.standard_normal((4, 9)), "b": rng.standard_normal((4, 9)), "x": rng.standard_normal((4, 2)),
        "z": np.eye(9), "s": np.ones(9), "one": np.ones((1, 1)),
    }  # fmt: skip
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    np.savez(folder / "ab.npz", A=rng.standard_normal((3, 5)), B=rng.standard_normal((3, 5)))
    (folder / "p.csv").write_text("m,k,eps\n16,2,1/2\n64,3,0.1\n")
    (folder / "names.txt").write_text("\n".join("abcdefghi"))
    lincs.build(m=16, k=2, eps="2/5", out=folder / "f.npz")


def arguments_of(draw: random.Random) -> list[str]:
    """A random command line."""
    names = list(COMMANDS)
    command = draw.choices(names, [_OFTEN.get(name, 1) for name in names])[0]
    positions, values, flags, usual = COMMANDS[command]
    out = [command]
    for choices in positions:
        if draw.random() < 0.9:
            out.append(draw.choice(choices[:1] if draw.random() < 0.6 else choices))
    asked = draw.sample(list(values), min(len(values), max(0, round(draw.gauss(1.5, 1.2)))))
    if command == "bound":
        asked = draw.sample(["--m", "--k", "--eps", "--d"], draw.choice([3, 3, 3, 3, 2, 4]))
        asked += ["--readout"] if draw.random() < 0.3 else []
    for option, value in usual.items():
        # (The whole atlas takes a minute: its grid is never left out.)
        if option not in asked and (draw.random() < 0.9 or command == "atlas"):
            out += [option, value]
    for option in asked:
        out += [option, draw.choice(values[option])]
    return out + [flag for flag in flags if draw.random() < 0.12]


def _one(draw: random.Random, folder: Path) -> str | None:
    arguments = arguments_of(draw)
    said = _wrong(arguments, run(arguments, folder))
    shown = " ".join(repr(a) if not a or " " in a else a[:40] for a in arguments)
    return None if said is None else f"{said}: lincs {shown}"


def _wrong(arguments: list[str], done: Done) -> str | None:
    if done.code is None:
        return "it does not end"
    notes = [line for line in done.err.splitlines() if line and not line.startswith("note: ")]
    if "Traceback" in done.err or "Warning" in done.err:
        return f"a traceback or warning ({notes[-1][:120]})"
    if done.code not in (0, 1, 2, 3) or (done.code == 1 and arguments[0] not in ("verify", "check")):
        return f"exit code {done.code} ({done.err[-200:].strip()})"
    if done.code == 2 and (len(notes) != 1 or len(done.err) > 1000):
        return f"bad input in {len(notes)} lines and {len(done.err)} characters"
    if done.seconds > _SLOW or done.megabytes > _MUCH:
        return f"{done.seconds:.0f} s, {done.megabytes:.0f} MB"
    if done.code == 0 and "--json" in arguments and done.out.startswith("{"):
        json.loads(done.out, parse_constant=_no_constant)
    return None


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} in JSON")
