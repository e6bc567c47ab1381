"""One row of a complex pair, exactly: Gaussian integers times a power of two, and the sums of their moduli.

A modulus is the square root of a rational, so that a row's value is a sum of square roots, enclosed as tightly as is
asked for.  Against a rational level it can always be decided: a sum of non-negative square roots of rationals equals a
rational number only if each of the roots is rational (THEOREMS.md, theorem 1b), and then they are found exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.goal import Goal
from lincs.exact.products import exact_dots, exact_error
from lincs.exact.roots import sqrt_above, sqrt_below
from lincs.exact.rounding import float_down, float_up
from lincs.interference.ladder import Enclosure, Rows, contested_columns
from lincs.interference.moduli import turned
from lincs.interference.supports import Supports
from lincs.interval import Witness
from lincs.matrices import Matrix
from lincs.readouts.base import Readout, Tops

__all__ = ["MOST_BITS", "ComplexRow", "complex_row", "complex_value", "reevaluated"]

Array = npt.NDArray[Any]
_Number = tuple[int, int]  # a Gaussian integer: real and imaginary part

BITS, MOST_BITS = 128, 1 << 16  # of the roots, relative to an integer: at first, and at most


@dataclass(frozen=True)
class ComplexRow:
    """The entries ``columns`` of a row and its diagonal entry, exactly: Gaussian integers times ``2^base``, base <= 0.

    ``complete`` says that no other entry can be among the largest; if it is false, only lower ends mean anything.
    """

    row: int
    columns: list[int]
    entries: list[_Number]
    own: _Number
    base: int
    complete: bool
    supports: Supports  # which of them count together

    @property
    def unit(self) -> Fraction:
        return Fraction(1, 1 << -self.base)

    def _error(self, factor: Fraction) -> Fraction:
        """``|factor D - 1|^2``."""
        real, imaginary = (part * self.unit * factor for part in self.own)
        return (real - 1) ** 2 + imaginary**2

    def _tops(self, k: int, factor: Fraction, bits: int, upper: bool) -> dict[str, Tops]:
        """Top sums of the moduli off the diagonal times ``factor``, at one end."""
        squares = [real**2 + imaginary**2 for real, imaginary in self.entries]
        on, off = self.supports.best(squares, self.columns, self.row, k)
        root = sqrt_above if upper else sqrt_below
        roots = {n: root(Fraction(squares[n]), bits) * factor * self.unit for n in {*on, *off}}
        before, both = (sum((roots[n] for n in part), Fraction(0)) for part in (on, off))
        return {"absolute": Tops(before=_point(before), kth=_point(both - before))}

    def _ends(self, k: int, readout: Readout, factor: Fraction, bits: int) -> Enclosure:
        """The loss of the row whose probe is multiplied by ``factor``."""
        ends = []
        for upper, root in ((False, sqrt_below), (True, sqrt_above)):
            distance = 1 + root(self._error(factor), bits - self.base)
            value = readout.given(self._tops(k, factor, bits, upper), _point(distance), _point(distance))
            ends.append(Fraction(value.item()))
        return ends[0], ends[1]

    def value(self, k: int, readout: Readout, *, scaled: bool, bits: int = BITS) -> Enclosure:
        """The row's loss, as it is or under the best scaling."""
        if not scaled:
            return self._ends(k, readout, Fraction(1), bits)
        if self.own[0] == 0:  # a zero feature: the zero probe is best
            return (readout.zero_probe or Fraction(0),) * 2
        factor = 1 / (self.own[0] * self.unit)
        low, high = (Fraction(readout.scaled(self._tops(k, factor, bits, upper)).item()) for upper in (False, True))
        return low, high

    def with_factor(self, k: int, readout: Readout, factor: Fraction) -> Enclosure:
        """The row's loss once its probe is multiplied by ``factor``."""
        return self._ends(k, readout, factor, BITS)

    def best_scale(self, k: int, readout: Readout) -> Fraction:
        """The best factor of the row's probe in a self-scaled pair, rounded down; 0 where it is the zero probe."""
        if self.own[0] == 0:
            return Fraction(0)
        factor, bits = 1 / (self.own[0] * self.unit), BITS
        while True:  # below 1 or not: decided, or the roots are rational and the ends equal
            least, most = (self._tops(k, factor, bits, upper) for upper in (False, True))
            below, above = (readout.zero_sum(tops).item() for tops in (least, most))
            if below >= 1 or above < 1 or bits >= MOST_BITS:
                break
            bits *= 2
        return Fraction(readout.factor(least if below >= 1 else most).item()) * factor

    def witness(self, k: int, factor: Fraction | None) -> Witness:
        """The k largest errors, turned to one phase: ``z_j = conj(e_j)/|e_j|``, cut to doubles inside the unit disc."""
        errors = [(j, p * self.unit, q * self.unit) for j, (p, q) in zip(self.columns, self.entries, strict=True)]
        real, imaginary = (part * self.unit for part in self.own)
        if factor is None:
            errors.append((self.row, real - 1, imaginary))
        elif factor == 0:  # the zero probe, which errs at its own feature alone
            errors = [(self.row, Fraction(-1), Fraction(0))]
        sized = [(p * p + q * q, j, p, q) for j, p, q in errors]
        best = {j for j, _ in self.supports.choose([(j, square) for square, j, _, _ in sized], k, 0)}
        chosen = sorted((e for e in sized if e[1] in best), key=lambda e: e[1])
        phases = []
        for square, _, p, q in chosen:
            scale = max(abs(p), abs(q))
            root = sqrt_above(square / scale**2) * scale
            phases.append(complex(_toward_zero(p / root), _toward_zero(-q / root)))
        return Witness(support=tuple(j for _, j, _, _ in chosen), signs=(), phases=tuple(phases))


def complex_row(
    rows: Rows, row: int, *, k: int, readout: Readout, supports: Supports, radius: float, most: int | None
) -> ComplexRow:
    """The entries of a row that its tops for ``k`` may be made of; as :func:`ladder.contested_entries`."""
    columns, complete = contested_columns(rows[row], row, k, readout.sides, supports, radius, most)
    b = rows.B.take(np.array([row]))
    features = rows.A.take(np.append(columns, row))
    (real, base), (imaginary, other) = exact_dots(b[0], features), exact_dots(turned(b)[0], features)
    least = min(base, other, 0)
    entries = [(p << base - least, q << other - least) for p, q in zip(real, imaginary, strict=True)]
    return ComplexRow(row, columns.tolist(), entries[:-1], entries[-1], least, complete, supports)


def complex_value(found: ComplexRow, k: int, readout: Readout, *, scaled: bool, goal: Goal | None) -> Enclosure:
    """The row's loss, so tightly that the ``goal`` is decided, if that takes at most ``MOST_BITS``."""
    bits = BITS
    low, high = found.value(k, readout, scaled=scaled, bits=bits)
    while goal is not None and goal.decide(low, high) is None and bits < MOST_BITS:
        bits *= 2
        low, high = found.value(k, readout, scaled=scaled, bits=bits)
    return low, high


def reevaluated(witness: Witness, B: Matrix, A: Matrix, row: int, factor: Fraction | None) -> Enclosure:
    """The error ``|b^H A z - z_i|`` of the witness: all exact but for the root at the end."""
    own = dict(zip(witness.support, witness.phases or (), strict=True)).get(row, 0j)
    c = Fraction(1) if factor is None else factor
    parts = [-Fraction(own.real), -Fraction(own.imag)]
    if witness.support:
        b = B.take(np.array([row]))
        features = A.take(np.array(witness.support))
        z = np.array(witness.phases)
        both, weights = np.vstack([features, turned(features)]), np.concatenate([z.real, z.imag])
        for n, probe in enumerate((b[0], turned(b)[0])):
            parts[n] += c * exact_error(probe, both, weights, Fraction(0))
    square = parts[0] ** 2 + parts[1] ** 2
    return sqrt_below(square, 2048), sqrt_above(square, 2048)


def _toward_zero(x: Fraction) -> float:
    return float_down(x) if x >= 0 else float_up(x)


def _point(value: Fraction) -> Array:
    return np.array([value], dtype=object)
