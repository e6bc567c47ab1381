"""Data that the package carries: example matrices, and tables of frames (README.md says who wrote them)."""

from __future__ import annotations

import csv
from pathlib import Path

__all__ = ["FOLDER", "table"]

FOLDER = Path(__file__).parent


def table(name: str) -> list[list[str]]:
    """The rows of ``lincs/data/NAME.csv`` as texts, without the head."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.reader(file))[1:]
