"""One row, enclosed as tightly as is asked for: float64 finds the contested entries, a rung of exact.py settles them.

An entry is contested when its float64 interval reaches that of the K-th largest; all others are certainly not
among the K largest, so the enclosure of the row needs the contested entries only.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.products import dot2, exact_dots, scaled_integers
from lincs.interference import moduli
from lincs.interference.supports import Supports, oriented
from lincs.matrices import Matrix
from lincs.parallel import cpu_count, run_tasks
from lincs.readouts.base import Readout, Tops

__all__ = [
    "Enclosure",
    "Entries",
    "Rows",
    "best_scale",
    "contested_columns",
    "contested_entries",
    "row_tops",
    "row_value",
    "scaled_loss",
]

Array = npt.NDArray[Any]
Enclosure = tuple[Fraction, Fraction]

_CACHE_BYTES = 32 << 20


@dataclass(frozen=True)
class Entries:
    """Enclosures ``[lo_j, hi_j] 2^base`` of the entries ``columns`` of a row, and of its diagonal entry.

    ``complete`` says that no other entry can be among the largest; if it is false, only lower ends mean anything.
    """

    columns: Array
    lo: list[int]
    hi: list[int]
    diagonal: tuple[int, int]
    base: int
    complete: bool
    row: int
    supports: Supports  # which of them count together


class Rows:
    """Rows of ``B^T A`` in float64, computed many at a time: one pass over A costs the same for one row or fifty.

    Of complex features they are the moduli of its entries.
    """

    def __init__(self, B: Matrix, A: Matrix) -> None:
        self.B, self.A = B, A
        self.most = max(1, _CACHE_BYTES // (8 * A.m))
        self.computed: dict[int, Array] = {}

    def prefetch(self, rows: list[int]) -> None:
        """Compute as many of the rows as are kept at once; the rest is computed when it is asked for."""
        missing = [row for row in dict.fromkeys(rows) if row not in self.computed][: self.most]
        if not missing:
            return
        self.computed.clear()
        b = self.B.take(np.array(missing))
        products = np.empty((len(missing), self.A.m))

        def multiply(span: tuple[int, int]) -> None:
            a = self.A.rows(*span)
            products[:, slice(*span)] = moduli.products(b, a) if self.A.is_complex else b @ a.T

        run_tasks(self.A.panels(), multiply, threads=cpu_count())
        self.computed.update(zip(missing, products, strict=True))

    def __getitem__(self, row: int) -> Array:
        if row not in self.computed:
            self.prefetch([row])
        return self.computed[row]


def contested_entries(
    rows: Rows,
    row: int,
    *,
    k: int,
    readout: Readout,
    supports: Supports,
    radius: float,
    exact: bool,
    most: int | None = None,
) -> Entries:
    """The entries of a row that its tops for ``k`` may be made of, by double-double or as exact integers.

    ``radius`` bounds the error of the row's float64 entries.  If more than ``most`` entries are contested (ties of
    structured matrices), only those that are best as computed are looked at and the result is not complete.
    Where double-double is not safe (extreme exponents) the exact rung is taken instead.
    """
    columns, complete = contested_columns(rows[row], row, k, readout.sides, supports, radius, most)
    b = rows.B.take(np.array([row]))[0]
    features = rows.A.take(np.append(columns, row))
    if not exact:
        high, low, error = dot2(b, features)
        if np.isfinite(error).all():
            return _double_double(columns, high, low, error, complete, row, supports)
    q, base = exact_dots(b, features)
    return Entries(columns, q[:-1], q[:-1], (q[-1], q[-1]), base, complete, row, supports)


def contested_columns(
    entries: Array,
    row: int,
    k: int,
    sides: tuple[str, ...],
    supports: Supports,
    radius: float,
    most: int | None,
) -> tuple[Array, bool]:
    """The places of those entries of a computed row, and whether these are all."""
    away = [oriented(entries, side) for side in sides]
    for y in away:
        y[row] = -np.inf
    columns = np.flatnonzero(np.any([supports.contested(y, row, k, radius) for y in away], axis=0))
    complete = most is None or len(columns) <= most
    if not complete:
        columns = np.unique(np.concatenate([supports.best_columns(y, row, k) for y in away]))
    return columns, complete


def _double_double(
    columns: Array, high: Array, low: Array, radius: Array, complete: bool, row: int, supports: Supports
) -> Entries:
    parts = np.concatenate([high, low, radius])
    base = int(np.frexp(parts[parts != 0])[1].min(initial=0)) - 53
    h, e, r = (scaled_integers(part, base) for part in (high, low, radius))
    lo = [x + y - z for x, y, z in zip(h, e, r, strict=True)]
    hi = [x + y + z for x, y, z in zip(h, e, r, strict=True)]
    return Entries(columns, lo[:-1], hi[:-1], (lo[-1], hi[-1]), base, complete, row, supports)


def row_value(entries: Entries, k: int, readout: Readout, scaled: bool) -> Enclosure:
    """The row's loss at the two ends of the enclosures (every formula is monotone in what it is given)."""
    near, far = _diagonal(entries)
    if scaled and near <= 0:
        # Only a zero feature has no positive diagonal once double-double has looked: the zero probe is best.
        return (readout.zero_probe or Fraction(0),) * 2
    ends = []
    for upper in (False, True):
        tops = row_tops(entries, k, readout, scaled, upper)
        least, most = (near, far) if upper else (far, near)
        value = readout.scaled(tops) if scaled else readout.given(tops, _point(least), _point(most))
        ends.append(Fraction(value.item()))
    return ends[0], ends[1]


def best_scale(entries: Entries, k: int, readout: Readout) -> Fraction:
    """The exact best factor of the row's probe (of exact entries) in a self-scaled pair; 0 is the zero probe."""
    own = _diagonal(entries)[0]
    if own <= 0:
        return Fraction(0)
    return Fraction(readout.factor(row_tops(entries, k, readout, True, False)).item()) / own


def scaled_loss(entries: Entries, k: int, readout: Readout, scale: Fraction) -> tuple[Fraction, Fraction | None]:
    """The row's loss and its best bias or threshold once its probe is multiplied by ``scale``; exact entries only."""
    tops = {side: top.times(scale) for side, top in row_tops(entries, k, readout, False, False).items()}
    own = _point(_diagonal(entries)[0] * scale)
    shift = readout.shift(tops, own)
    return Fraction(readout.given(tops, own, own).item()), None if shift is None else Fraction(shift.item())


def _diagonal(entries: Entries) -> Enclosure:
    unit = Fraction(2) ** entries.base
    return entries.diagonal[0] * unit, entries.diagonal[1] * unit


def row_tops(entries: Entries, k: int, readout: Readout, scaled: bool, upper: bool) -> dict[str, Tops]:
    """Top sums at one end of the enclosures, divided by the diagonal if the row is ``scaled``."""
    own = entries.diagonal[int(upper) if not scaled else int(not upper)]
    scale = Fraction(1, own) if scaled else Fraction(2) ** entries.base
    # The largest |v| allowed by an enclosure of v: the far end for the upper value, the near end for the lower.
    positive = entries.hi if upper else entries.lo
    negative = [-q for q in (entries.lo if upper else entries.hi)]
    lists = {
        "absolute": [max(p, n, 0) for p, n in zip(positive, negative, strict=True)],
        "positive": [max(p, 0) for p in positive],
        "negative": [max(n, 0) for n in negative],
    }
    columns = entries.columns.tolist()

    def tops(values: list[int]) -> Tops:
        on, off = (sum(values[n] for n in part) for part in entries.supports.best(values, columns, entries.row, k))
        return Tops(before=_point(on * scale), kth=_point((off - on) * scale))

    return {side: tops(lists[side]) for side in readout.sides}


def _point(value: Fraction | int) -> Array:
    return np.array([Fraction(value)], dtype=object)
