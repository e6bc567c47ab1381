"""The record of each cell: the value of both ends, what kind of proof, by whom, and since when.

Records live in the package's data.  ``update`` compares them with what the rules now give: a better end gets a new
date, a worse one is an error (something that was proved has been lost).  ``contribute`` takes a certificate that
``lincs check`` accepts and that improves at least one cell; its JSON is kept beside the records, and every cell that it
serves (fewer columns, larger t) reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from lincs.atlas.cells import Cell
from lincs.atlas.grid import slug
from lincs.certificates.check import check
from lincs.errors import InputError
from lincs.results import Bound

__all__ = ["DATA", "Contribution", "Record", "Records", "contribute", "kind_of", "update"]

DATA = Path(__file__).parent.parent / "data"


@dataclass(frozen=True, kw_only=True)
class Record:
    """One end of one cell: the value, the kind of its proof, the rule or family, and the day it entered."""

    value: int
    kind: str
    name: str
    date: str

    def to_dict(self) -> dict[str, Any]:
        return dict(self.__dict__)


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """A frame that came in as a certificate: ``R(m, t) <= d``, checked on ``date``."""

    m: int
    t: Fraction
    d: int
    date: str
    certificate: Mapping[str, Any]

    def serves(self, m: int, t: Fraction) -> bool:
        """Fewer columns of the same frame, and every larger t."""
        return m <= self.m and t >= self.t

    def bound(self) -> Bound:
        made = self.certificate["construction"]
        parameters = {**made["parameters"], "columns": made["columns"], "status": "built and verified"}
        return Bound(
            name=made["family"],
            side="upper",
            kind="construction",
            value=self.d,
            source=made["source"],
            parameters=parameters,
            note=f"contributed as a certificate, checked {self.date}",
        )


@dataclass(frozen=True)
class Records:
    """All records, by the cell's name and the side, and the contributions."""

    cells: Mapping[tuple[str, str], Record]
    contributions: tuple[Contribution, ...] = ()

    @classmethod
    def load(cls, folder: Path = DATA) -> Records:
        """Read ``records.json`` and ``contributed/*.json`` of a folder; both may be missing."""
        file = folder / "records.json"
        stored = json.loads(file.read_text(encoding="utf-8"))["cells"] if file.is_file() else {}
        cells = {
            (name, side): Record(value=value, kind=kind, name=rule, date=date)
            for name, ends in stored.items()
            for side, (value, kind, rule, date) in ends.items()
        }
        return cls(cells, tuple(map(_contribution, sorted((folder / "contributed").glob("*.json")))))

    def save(self, folder: Path = DATA) -> None:
        """Write ``records.json``, one cell a line, so that a change is a change of few lines."""
        names = dict.fromkeys(name for name, _ in self.cells)
        lines = []
        for name in names:
            ends = {
                side: list(self.cells[name, side].to_dict().values())
                for side in ("lower", "upper")
                if (name, side) in self.cells
            }
            lines.append(f"  {json.dumps(name)}: {json.dumps(ends)}")
        text = '{"schema": 1, "end": ["value", "kind", "name", "date"], "cells": {\n' + ",\n".join(lines) + "\n}}\n"
        (folder / "records.json").write_text(text, encoding="utf-8")

    def best(self, found: Cell) -> Cell:
        """The cell with the best contributed frame as its upper end, where that is better than every rule."""
        offers = [c for c in self.contributions if c.serves(found.m, found.t) and c.d < found.ends[1]]
        return replace(found, upper=min(offers, key=lambda c: c.d).bound()) if offers else found

    def certificate(self, found: Cell) -> Mapping[str, Any] | None:
        """The contributed certificate behind the cell's upper end, if that is what decides it."""
        for offer in self.contributions:
            if offer.serves(found.m, found.t) and offer.bound() == found.upper:
                return offer.certificate
        return None


def _contribution(file: Path) -> Contribution:
    stored = json.loads(file.read_text(encoding="utf-8"))
    claim = stored["certificate"]["claim"]
    return Contribution(
        m=claim["m"],
        t=Fraction(claim["eps"]) / claim["k"],
        d=claim["d"],
        date=stored["date"],
        certificate=stored["certificate"],
    )


def kind_of(end: Bound) -> str:
    """theorem, random, or how a construction was verified."""
    return str(end.parameters.get("status", end.kind))


def update(records: Records, cells: Iterable[Cell], *, date: str, replace_worse: bool = False) -> Records:
    """The records of these cells brought up to date; ``date`` is that of every end that is new or better.

    Raises:
        InputError: an end is worse than its record, unless ``replace_worse`` (for a bound that was withdrawn).
    """
    now = dict(records.cells)
    for found in map(records.best, cells):
        for end in (found.lower, found.upper):
            assert isinstance(end.value, int)
            key = found.slug, end.side
            old = now.get(key)
            gain = 0 if old is None else (end.value - old.value) * (1 if end.side == "lower" else -1)
            if gain < 0 and not replace_worse:
                assert old is not None
                raise InputError(
                    f"the {end.side} end of cell {found.slug} was {old.value} ({old.name}, {old.date}) and is now "
                    f"{end.value} ({end.name})"
                )
            since = old.date if old is not None and gain == 0 else date
            now[key] = Record(value=end.value, kind=kind_of(end), name=end.name, date=since)
    return replace(records, cells=now)


def contribute(certificate: str | Path, *, date: str, folder: Path = DATA) -> tuple[str, ...]:
    """Take in a certificate (with its .npz beside it): checked first, then kept if it improves a recorded cell.

    Returns the names of the cells it improves, whose records it changes.

    Raises:
        InputError: the certificate is refused by :func:`lincs.check`, or no cell of the records gains from it.
    """
    verdict = check(certificate)
    if not verdict.accepted:
        raise InputError(f"{certificate} is refused: {verdict.reason}")
    problem = verdict.problem
    assert problem is not None
    assert problem.m is not None
    assert problem.d is not None
    content = json.loads(Path(certificate).read_text(encoding="utf-8"))
    offer = Contribution(m=problem.m, t=problem.t, d=problem.d, date=date, certificate=content)
    records = Records.load(folder)
    improved = {
        key: record
        for key, record in records.cells.items()
        if key[1] == "upper" and offer.d < record.value and offer.serves(*_place(key[0]))
    }
    if not improved:
        raise InputError(
            f"{certificate} improves no cell: d = {offer.d} for m = {offer.m}, eps/k = {offer.t} is on record already"
        )
    kept = folder / "contributed"
    kept.mkdir(exist_ok=True)
    text = json.dumps({"date": date, "certificate": content}, indent=1) + "\n"
    (kept / f"{slug(offer.m, offer.t)}-d{offer.d}.json").write_text(text, encoding="utf-8")
    end = offer.bound()
    new = {key: Record(value=offer.d, kind=kind_of(end), name=end.name, date=date) for key in improved}
    Records({**records.cells, **new}).save(folder)
    return tuple(name for name, _ in improved)


def _place(name: str) -> tuple[int, Fraction]:
    """m and t of a cell's name."""
    m, t = name.split("-t")
    return int(m), Fraction(t.replace("-", "/"))
