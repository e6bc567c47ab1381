"""The input at which a row of an encoder is worst, from its exact entries, and what kind of error that is.

Every supremum of theorem 10 is taken at 0/1 companions and at one of a few values of the feature itself; the candidates
are listed, valued exactly, and the first of the largest is taken, those that are attained first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import inf, nextafter
from typing import TYPE_CHECKING

from lincs.exact.rounding import float_down
from lincs.interval import Witness
from lincs.readouts.base import Choose, Entry, largest

if TYPE_CHECKING:
    from lincs.readouts.deployed import Deployed

__all__ = ["Extremal", "candidates", "extremal"]


@dataclass(frozen=True)
class Extremal:
    """A worst input of a row.

    ``kind``: "false" (the feature is off and reads), "over", "under", or "silent" (it is on and reads nothing).
    ``value`` is the supremum; ``attained`` says whether the input reaches it: else values of the feature that fall to
    ``limit`` approach it, and the witness is one of them, at the next double.
    """

    witness: Witness
    kind: str
    value: Fraction
    attained: bool
    limit: float | None = None


def extremal(
    encoder: Deployed, row: int, k: int, *, off: list[Entry], own: Fraction, choose: Choose = largest
) -> Extremal:
    """The worst of the candidates; ``off`` are the exact entries off the diagonal, ``own`` the diagonal's.

    ``choose`` picks the best allowed supports, by default any k features.
    """
    best: Extremal | None = None
    for found in candidates(encoder, row, k, off, own, choose):
        if best is None or (found.value, found.attained) > (best.value, best.attained):
            best = found
    assert best is not None
    return best


def candidates(
    encoder: Deployed, row: int, k: int, off: list[Entry], own: Fraction, choose: Choose
) -> Iterator[Extremal]:
    """The inputs at which a row can be worst, each with what it comes to."""
    beta, low = encoder.exact_bias(row), Fraction(float(encoder.low[row]))
    t = None if encoder.threshold is None else Fraction(float(encoder.threshold[row]))

    def made(kind: str, companions: list[Entry], s: float, value: Fraction, *, limit: float | None = None) -> Extremal:
        p = beta + sum((v for _, v in companions), Fraction(0)) + own * Fraction(s)
        out = p if t is None or p > t else Fraction(0)
        values = {j: 1.0 for j, _ in companions} | ({row: s} if s else {})
        support = tuple(sorted(values))
        witness = Witness(
            support=support,
            signs=(1,) * len(support),
            values=tuple(values[j] for j in support),
            p=float(p),
            out=float(out),
        )
        return Extremal(witness, kind, value, limit is None, limit)

    def read(companions: list[Entry], s: Fraction) -> Fraction:
        p = beta + sum((v for _, v in companions), Fraction(0)) + own * s
        return p if t is None or p > t else Fraction(0)

    up, down = choose(off, k, +1, None), choose(off, k, -1, None)
    yield made("false", up, 0.0, read(up, Fraction(0)))
    yield made("false", down, 0.0, -read(down, Fraction(0)))
    up, down = choose(off, k, +1, row), choose(off, k, -1, row)
    for s in dict.fromkeys((Fraction(1), low)):
        if s:
            yield made("over", up, float(s), read(up, s) - s)
            value = s - read(down, s)
            yield made("silent" if value == s and t is not None else "under", down, float(s), value)
    if t is None or own <= 0:
        return
    q, r = (beta + sum((v for _, v in companions), Fraction(0)) for companions in (up, down))
    if q + own * low <= t < q + own:
        start = (t - q) / own
        beside = float_down(start)
        while q + own * Fraction(beside) <= t:
            beside = nextafter(beside, inf)
        yield made("over", up, beside, t - start, limit=float(start))
    if r + own * low <= t:
        until = min(Fraction(1), (t - r) / own)
        yield made("silent", down, max(float_down(until), float(low)), until)
