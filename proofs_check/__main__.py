"""``python -m proofs_check`` runs every check and prints a line each; exit code 1 if one fails.

A check is a module ``tNN_name.py`` of this package with a ``TITLE`` and a function ``check() -> str`` that raises
``AssertionError`` on a contradiction and otherwise says what it has tried.  A long one may have arguments ``QUICK`` for
the test suite; here every check runs in full.
"""

from __future__ import annotations

import pkgutil
import sys
import time
from importlib import import_module

import proofs_check


def modules() -> list[str]:
    """The names of all check modules, in the order of their theorems."""
    return sorted(info.name for info in pkgutil.iter_modules(proofs_check.__path__) if info.name.startswith("t"))


def main(names: list[str]) -> int:
    failures = 0
    for name in names or modules():
        module = import_module(f"proofs_check.{name}")
        start = time.perf_counter()
        try:
            report = module.check()
        except AssertionError as error:
            failures += 1
            report = f"FAILED: {error}"
        print(f"{name:28s} {time.perf_counter() - start:6.1f} s  {module.TITLE}: {report}", flush=True)
    print(f"{failures} failed" if failures else "all theorems hold where they were tried")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
