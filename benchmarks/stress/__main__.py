"""``python -m benchmarks.stress [GROUP ...] [--seconds S] [--seed N]``: tried and failed, a line a group.

Groups take turns by time, so that any number of seconds gives every group its share.  Exit code 1 if something failed.
"""

from __future__ import annotations

import argparse
import pkgutil
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Protocol

import benchmarks.stress

Trial = Callable[[], str | None]
SHOWN = 5  # failures printed of a group; the rest is counted


class Group(Protocol):
    NAME: str

    def cases(self, seed: int) -> Iterator[Trial]: ...


def groups() -> dict[str, Group]:
    """Every module of the package that has a ``NAME``, by name."""
    found: dict[str, Group] = {}
    for info in pkgutil.iter_modules(benchmarks.stress.__path__):
        if info.name != "__main__":
            module: Group = import_module(f"benchmarks.stress.{info.name}")
            if hasattr(module, "NAME"):
                found[module.NAME] = module
    return found


def attempt(trial: Trial) -> str | None:
    try:
        return trial()
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {error} ({where.filename.rsplit('/', 1)[-1]}:{where.lineno})"


def run(chosen: dict[str, Group], *, seconds: float, seed: int) -> tuple[Counter[str], Counter[str]]:
    """Run the groups in turns until their time is over; the numbers of trials and of failures, by group."""
    tried: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    used = dict.fromkeys(chosen, 0.0)
    trials = {name: group.cases(seed) for name, group in chosen.items()}
    end, told = time.monotonic() + seconds, time.monotonic()
    while time.monotonic() < end:
        name = min(used, key=used.__getitem__)
        start = time.monotonic()
        said = attempt(next(trials[name]))
        used[name] += time.monotonic() - start
        tried[name] += 1
        if said is not None:
            failed[name] += 1
            if failed[name] <= SHOWN:
                print(f"{name}, seed {seed}, trial {tried[name] - 1}: {said}", flush=True)
        if time.monotonic() - told > 30:
            told = time.monotonic()
            print(", ".join(f"{n} {tried[n]}" for n in chosen), file=sys.stderr, flush=True)
    for cleanup in trials.values():
        cleanup.close()  # type: ignore[attr-defined]
    return tried, failed


def main() -> int:
    there = groups()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stress", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(there)}; default: all")
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    if unknown := set(asked.groups) - set(there):
        parser.error(f"no group {', '.join(sorted(unknown))}; there are {', '.join(there)}")
    chosen = {name: there[name] for name in asked.groups or there}
    tried, failed = run(chosen, seconds=asked.seconds, seed=asked.seed)
    width = max(map(len, chosen))
    print(f"{'group':{width}s}    tried  failed")
    for name in chosen:
        print(f"{name:{width}s}  {tried[name]:7d}  {failed[name]:6d}")
    return 1 if failed.total() else 0


if __name__ == "__main__":
    sys.exit(main())
