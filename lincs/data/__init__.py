"""Data that the package carries: example matrices, and tables of frames as csv (README.md says who wrote them)."""

from __future__ import annotations

import csv
from importlib import resources

__all__ = ["table"]


def table(name: str) -> list[dict[str, str]]:
    """The rows of ``lincs/data/NAME.csv``, as texts by column."""
    with (resources.files("lincs.data") / f"{name}.csv").open("r", encoding="utf-8") as file:
        return list(csv.DictReader(file))
