"""Observed supports, any values: the worst case over every input whose active features are those of a given sample.

On the support S of a sample, row i reaches ``sum_{j in S} |E_ij|`` (one-sided: its positive and negative parts), as in
theorem 1, and that covers every subset of S.  All samples at once are ``|E|`` times the 0/1 matrix of their supports,
which is done panel by panel of rows; a row's ``ON`` and ``OFF`` (supports.py) are the largest of these sums over the
samples in which it is active, and over all.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import ContradictionError, InputError
from lincs.exact.products import exact_dots
from lincs.exact.rounding import U, float_down
from lincs.interference.pairs import GIVEN, RowData
from lincs.interference.rounding import Survey, entry_radius
from lincs.interference.supports import oriented
from lincs.interference.witness import reevaluate
from lincs.interval import Witness
from lincs.matrices import Matrix
from lincs.readouts.base import Entry, Readout, Tops

__all__ = ["Observed", "observed"]

Array = npt.NDArray[Any]

_PANEL_BYTES = 32 << 20  # of a panel of rows of the product, and of its sums over a block of samples
_BLOCK = 1024  # samples whose sums are formed together


@dataclass(frozen=True)
class Observed:
    """Every feature's loss over the observed supports (NaN: nothing to separate), and the worst one's witness."""

    lower: Array
    upper: Array
    shift: Array | None
    row: int | None
    lo: float
    hi: float
    witness: Witness | None
    sample: int | None  # whose support the witness is on, where it is one input
    each: Array | None  # (n,) upper ends of each sample's own loss


class _Sums:
    """For one side of each row, ends ``[certain, possible]`` of OFF and ON, and the samples that reach them."""

    def __init__(self, m: int) -> None:
        self.off, self.on = np.zeros((2, m)), np.zeros((2, m))
        self.off_at, self.on_at = np.full(m, -1), np.full(m, -1)

    def update(self, rows: slice, first: int, low: Array, high: Array, active: Array) -> None:
        """Sums (R x n) over the samples from ``first`` on; ``active`` (R x n): the row itself is active there."""
        middle = low / 2 + high / 2
        for ends, at, seen in ((self.off, self.off_at, None), (self.on, self.on_at, active)):
            far, near, mean = (x if seen is None else np.where(seen, x, -1.0) for x in (high, low, middle))
            better = mean.max(axis=1) > np.where(at[rows] < 0, -1.0, ends[:, rows].sum(axis=0) / 2)
            at[rows] = np.where(better, first + mean.argmax(axis=1), at[rows])
            ends[0, rows] = np.maximum(ends[0, rows], near.max(axis=1))
            ends[1, rows] = np.maximum(ends[1, rows], far.max(axis=1))

    def tops(self, end: int) -> Tops:
        return Tops(before=self.on[end], kth=np.maximum(self.off[end] - self.on[end], 0))

    def middle(self) -> Tops:
        near, far = self.tops(0), self.tops(1)
        return Tops(before=(near.before + far.before) / 2, kth=(near.kth + far.kth) / 2)


def observed(A: Matrix, B: Matrix, Z: Any, pair: Survey, readout: Readout, *, each: bool) -> Observed:
    """The losses over the supports of the columns of ``Z`` (scipy sparse, m x n), and each sample's own if asked.

    Raises :class:`InputError` when the errors overflow, :class:`ContradictionError` when the witness leaves the proof.
    """
    from scipy import sparse

    m, n = A.m, Z.shape[1]
    pattern = sparse.csc_array((np.ones(len(Z.data)), Z.indices, Z.indptr), shape=Z.shape)
    counts = np.diff(Z.indptr)
    radius = entry_radius(pair, A, dtype=np.float64, converted=False)
    sums = {side: _Sums(m) for side in readout.sides}
    own = np.zeros(m, dtype=bool)
    own[np.unique(Z.indices)] = True
    losses = np.zeros(n) if each else None
    height = max(1, _PANEL_BYTES // (8 * max(m, _BLOCK)))
    blocks = [slice(s, min(s + _BLOCK, n)) for s in range(0, n, _BLOCK)]
    turned = [sparse.csr_array(pattern[:, block].T) for block in blocks]
    for start in range(0, m, height):
        rows = slice(start, min(start + height, m))
        entries = _entries(A, B, rows)
        weights = {side: np.maximum(oriented(entries, side), 0) for side in readout.sides}
        for block, supports in zip(blocks, turned, strict=True):
            active = pattern[rows, block].toarray() > 0
            ends: dict[str, Array] = {}
            for side, weight in weights.items():
                total = (supports @ weight.T).T
                if not np.isfinite(total).all():
                    row = start + int(np.argmin(np.isfinite(total).all(axis=1)))
                    raise InputError(f"the errors of row {row} overflow float64: rescale A or B")
                slack = np.outer(radius[rows], counts[block]) + (counts[block] + 4) * U * total
                ends[side] = total + slack * (1 + 4 * U)
                low = np.maximum(total - slack * (1 + 4 * U), 0)
                sums[side].update(rows, block.start, low, ends[side], active)
            if losses is not None:
                mine = _sample_losses(readout, ends, pair, rows, active)
                losses[block] = np.maximum(losses[block], mine)
    return _worst(A, B, Z, pair, readout, sums, own, losses)


def _entries(A: Matrix, B: Matrix, rows: slice) -> Array:
    """Rows of ``B^T A`` without their diagonal entries."""
    b = B.rows(rows.start, rows.stop)
    entries = np.empty((len(b), A.m))
    for start, stop in A.panels():
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            entries[:, start:stop] = b @ A.rows(start, stop).T
    entries[np.arange(len(b)), np.arange(rows.start, rows.stop)] = 0
    return entries


def _rows_of(pair: Survey, active: Array) -> RowData:
    """Rows that are never active have nothing to lose on their diagonal: as if it were 1."""
    return RowData(np.where(active, pair.diagonal, 1.0), np.where(active, pair.diagonal_radius, 0.0), pair.b_norms == 0)


def _sample_losses(readout: Readout, ends: dict[str, Array], pair: Survey, rows: slice, active: Array) -> Array:
    """Upper ends of the largest loss of some rows on each sample's support."""
    part = RowData(
        np.where(active, pair.diagonal[rows, None], 1.0),
        np.where(active, pair.diagonal_radius[rows, None], 0.0),
        pair.b_norms[rows, None] == 0,
    )
    tops = {side: Tops(before=end, kth=np.zeros_like(end)) for side, end in ends.items()}
    return np.asarray(GIVEN.end(readout, tops, part, 1).max(axis=0))


def _worst(
    A: Matrix,
    B: Matrix,
    Z: Any,
    pair: Survey,
    readout: Readout,
    sums: dict[str, _Sums],
    own: Array,
    losses: Array | None,
) -> Observed:
    data = _rows_of(pair, own)
    with np.errstate(over="ignore", invalid="ignore"):
        lower, upper = (
            GIVEN.end(readout, {side: each.tops(end) for side, each in sums.items()}, data, sign)
            for end, sign in ((0, -1), (1, 1))
        )
        middle = {side: each.middle() for side, each in sums.items()}
        shift = readout.shift(middle, data.diagonal)
    if readout.has_eps:
        lower = np.maximum(lower, 0)
        known = np.ones(A.m, dtype=bool)
    else:
        known = own  # the others are never active: there is nothing to separate
        lower, upper = np.where(known, lower, np.nan), np.where(known, upper, np.nan)
        shift = None if shift is None else np.where(known, shift, np.nan)
    if not (np.isfinite(lower[known]) & np.isfinite(upper[known])).all():
        raise InputError("the errors overflow float64: rescale A or B")
    if not known.any():
        return Observed(lower, upper, shift, None, 0.0, 0.0, None, None, losses)
    row = int(np.nanargmax(np.where(known, lower, -np.inf)))
    lo, hi = float(lower[known].max()), float(upper[known].max())
    candidates = sorted({int(at[row]) for each in sums.values() for at in (each.off_at, each.on_at)} - {-1})
    supports = {n: Z.indices[Z.indptr[n] : Z.indptr[n + 1]].tolist() for n in candidates}
    witness = _witness(A, B, row, readout, supports)
    attained = reevaluate(witness, B, A, row, readout=readout, scale=None)
    if attained > Fraction(hi):
        raise ContradictionError(f"observed supports attain {float(attained)} at row {row}, above {hi}")
    sample = next((n for n, held in supports.items() if set(witness.support) <= set(held)), None)
    lo = max(lo, float_down(attained))
    return Observed(lower, upper, shift, row, lo, hi, witness, sample if readout.one_input else None, losses)


def _witness(A: Matrix, B: Matrix, row: int, readout: Readout, supports: dict[int, list[int]]) -> Witness:
    """The worst values on one of the given supports, from exact entries."""
    columns = sorted({j for held in supports.values() for j in held} - {row})
    q, base = exact_dots(B.take(np.array([row]))[0], A.take(np.array([*columns, row])))
    unit = Fraction(2) ** base
    entries: list[Entry] = [(j, x * unit) for j, x in zip(columns, q[:-1], strict=True)]

    def choose(entries: list[Entry], k: int, sign: int, active: int | None = None) -> list[Entry]:
        best: tuple[Fraction, list[Entry]] = Fraction(0), []
        for held in supports.values():
            if active is not None and active not in held:
                continue
            inside = set(held) - {active}
            part = [e for e in entries if e[0] in inside and (e[1] if sign == 0 else sign * e[1] > 0)]
            total = sum((abs(value) for _, value in part), Fraction(0))
            if total > best[0]:
                best = total, part
        return best[1]

    return readout.witness(row, A.m, off=entries, own=q[-1] * unit, alone=False, choose=choose)
