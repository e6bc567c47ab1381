"""The fine table as it is stored and put into the site: one column of stairs a line, numbers as differences in hex."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, groupby
from pathlib import Path

from lincs.atlas.grid import Place
from lincs.atlas.records import Contribution
from lincs.atlas.stairs import Stair, Stairs

__all__ = ["FILE", "FineTable"]

FILE = Path(__file__).parent.parent / "data" / "stairs.json"


@dataclass(frozen=True)
class FineTable:
    """All columns, by read-out, k and eps."""

    columns: tuple[Stairs, ...]

    @property
    def names(self) -> list[str]:
        """Every rule that gives an end, sorted."""
        return sorted({stair.name for column in self.columns for stair in (*column.lower, *column.upper)})

    def __len__(self) -> int:
        return sum(len(column.lower) + len(column.upper) for column in self.columns)

    def at(self, place: Place) -> Stairs | None:
        """The column of a place, if there is one."""
        return next((c for c in self.columns if (c.readout, c.k, c.eps) == place), None)

    def contributed(self, frames: Iterable[Contribution]) -> FineTable:
        """With the frames that came in as certificates, each a column of one upper end."""
        more = (
            Stairs(readout="signed", k=1, eps=c.t, lower=(), upper=(Stair(m=c.m, value=c.d, name=c.bound().name),))
            for c in frames
        )
        return FineTable((*self.columns, *more))

    def text(self) -> str:
        """JSON, one column a line: read-out, k, eps, and of each end the m, the d, and the rules."""
        names = self.names
        lines = [json.dumps(_packed(column, names), separators=(",", ":")) for column in self.columns]
        return f'{{"schema":1,"names":{json.dumps(names)},"columns":[\n' + ",\n".join(lines) + "\n]}\n"

    @classmethod
    def read(cls, text: str) -> FineTable:
        """What :meth:`text` wrote."""
        stored = json.loads(text)
        return cls(tuple(_unpacked(column, stored["names"]) for column in stored["columns"]))

    @classmethod
    def load(cls, file: Path = FILE) -> FineTable:
        return cls.read(file.read_text(encoding="utf-8"))


def _packed(column: Stairs, names: Sequence[str]) -> list[str | int | None]:
    eps = None if column.eps is None else str(column.eps)
    return [column.readout, column.k, eps, *_side(column.lower, names), *_side(column.upper, names)]


def _side(row: Sequence[Stair], names: Sequence[str]) -> tuple[str, str, str]:
    """Differences of m and of d in hexadecimal, and how often each rule follows itself."""
    rules = (f"{names.index(name):x}:{len(list(group)):x}" for name, group in groupby(stair.name for stair in row))
    return _differences(stair.m for stair in row), _differences(stair.value for stair in row), " ".join(rules)


def _differences(values: Iterable[int]) -> str:
    out, last = [], 0
    for value in values:
        out.append(f"{value - last:x}")
        last = value
    return " ".join(out)


def _unpacked(packed: Sequence[str | int | None], names: Sequence[str]) -> Stairs:
    readout, k, eps, *ends = packed
    texts = [str(end) for end in ends]
    return Stairs(
        readout=str(readout),
        k=int(k or 1),
        eps=None if eps is None else Fraction(eps),
        lower=_stairs(texts[:3], names),
        upper=_stairs(texts[3:], names),
    )


def _stairs(texts: Sequence[str], names: Sequence[str]) -> tuple[Stair, ...]:
    ms, values = (accumulate(int(part, 16) for part in text.split()) for text in texts[:2])
    return tuple(
        Stair(m=m, value=value, name=name) for m, value, name in zip(ms, values, _names(texts[2], names), strict=True)
    )


def _names(text: str, names: Sequence[str]) -> Iterator[str]:
    for part in text.split():
        number, times = (int(piece, 16) for piece in part.split(":"))
        yield from [names[number]] * times
