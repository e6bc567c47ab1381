"""Deployed: ``z`` in ``[0, 1]^m``, read by the encoder itself, with its bias, threshold and activation.

With ``p_i = b_i . A z + beta_i`` feature i reads ``out_i = f(p_i)``, where ``f(p) = p`` for ``p > t_i`` and 0 otherwise
(``t_i >= 0``), or ``f(p) = p`` for a linear output.  For ``z_i = s`` its k - 1 companions move p between
``q + D s`` and ``r + D s``, ``q = beta + P_{k-1}``, ``r = beta - N_{k-1}``, and f is non-decreasing: the worst error is
reached at an end of s, or where ``p`` crosses the threshold (THEOREMS.md, theorem 10).

The same formulas serve doubles, at either end of an enclosure, and Fractions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.interval import Witness
from lincs.readouts.base import Choose, Entry, Extremes, Readout, Tops, Words

if TYPE_CHECKING:
    from lincs.readouts.base import Array

__all__ = ["KINDS", "Deployed", "Errors", "Parameters", "errors"]

KINDS = ("false", "over", "under", "silent")


@dataclass(frozen=True)
class Parameters:
    """Of some rows: ``beta`` (its ends, for the end of the loss that is asked for), threshold, least active value.

    ``step`` is how far every sum of doubles is moved outward (upper ends, > 0) or inward (lower ends, < 0), relative to
    its terms; 0 for Fractions.  ``threshold`` is None for a linear output.
    """

    least_bias: Array
    most_bias: Array
    threshold: Array | None
    low: Array
    step: float

    def fire(self, p: Array) -> Array:
        """``f(p)``."""
        import numpy as np

        return p if self.threshold is None else np.where(p > self.threshold, p, p * 0)


@dataclass(frozen=True)
class Errors:
    """The suprema of rows: ``false`` (z_i = 0), ``over`` and ``under`` (z_i active), and what decides them.

    ``jump`` is what over-reading approaches where p crosses the threshold, ``silent`` the largest value at which the
    feature can stay silent; -1 where there is none.
    """

    false: Array
    over: Array
    under: Array
    jump: Array
    silent: Array

    @property
    def largest(self) -> Array:
        import numpy as np

        return np.asarray(np.maximum(self.false, np.maximum(self.over, self.under)))


def errors(tops: Mapping[str, Tops], least: Array, most: Array, at: Parameters) -> Errors:
    """Theorem 9 at one end: ``least`` and ``most`` are the ends of D (swapped for lower ends), as in ``given``."""
    import numpy as np

    step, low, t = at.step, at.low, at.threshold
    zero, one = most * 0, most * 0 + 1

    def up(total: Array, *terms: Array) -> Array:
        """A computed sum, moved outward by its rounding."""
        return total + step * sum(abs(term) for term in terms) if step else total

    def minus(a: Array, b: Array) -> Array:
        """``a - b``, which is exact where one of them is zero."""
        return up(a - b, a * (b != 0), b * (a != 0))

    P, N = tops["positive"], tops["negative"]
    high, down = at.most_bias, at.least_bias
    quiet = up(high + P.sum, high, P.sum)
    q, r = up(high + P.before, high, P.before), -up(N.before - down, down, N.before)
    q_low, q_one = up(q + most * low, q, most * low), up(q + most, q, most)
    r_low, r_one = -up(-(r + least * low), r, least * low), -up(-(r + least), r, least)
    false = at.fire(quiet)
    over = np.maximum(minus(at.fire(q_low), low), minus(at.fire(q_one), one))
    under = np.maximum(minus(low, at.fire(r_low)), minus(one, at.fire(r_one)))
    if t is None:  # a linear output reads below zero too
        return Errors(np.maximum(false, up(N.sum - down, down, N.sum)), over, under, zero - 1, zero - 1)
    # Where p crosses the threshold between s = l and s = 1: possibly so for an upper end, certainly so for a lower one.
    inner = q + most * low - step * (abs(q) + abs(most * low)) if step else q_low
    crossing = (most > 0) & (inner <= t) & (t < q_one)
    start = np.minimum(np.maximum((t - q) / np.where(most > 0, most, one), low), one)
    jump = np.where(crossing, up(t - start, t, start), zero - 1)
    stays = (least > 0) & (r_low <= t)
    until = np.minimum(one, (t - r) / np.where(least > 0, least, one))
    silent = np.where(stays, np.minimum(up(until, until), one), zero - 1)
    return Errors(false, np.maximum(over, jump), np.maximum(under, silent), jump, silent)


@dataclass(frozen=True, eq=False, kw_only=True)
class Deployed(Readout):
    """An encoder in its normal form, over its m features; see the module.

    ``bias`` (m,) is beta within ``radius`` (m,), and exactly what ``exact_bias(row)`` says; ``threshold`` (m,) is t,
    None for a linear output; ``low`` (m,): an active feature has at least this value.  ``activation`` names it for
    people.
    """

    bias: Array
    radius: Array
    threshold: Array | None
    low: Array
    exact_bias: Callable[[int], Fraction] = field(repr=False)
    activation: str = "relu"
    exact: bool = True  # False: features are selected, and a row alone does not say what it reads
    at_rows: Parameters | None = None

    name = "deployed"
    summary = "the encoder itself, with its bias, threshold and activation"
    box = "[0, 1]^m"
    sides = ("positive", "negative")
    words = Words(
        axis=r"error $|\mathrm{out}_i - z_i|$ of the encoder as deployed",
        error="max |out_i - z_i|",
        nothing="the zero encoder",
    )

    rounds_outward = True

    @property
    def refines(self) -> bool:
        return self.exact

    @property
    def largest_offset(self) -> float:
        t = 0.0 if self.threshold is None else float(self.threshold.max())
        return 1.0 + t + float((abs(self.bias) + self.radius).max())

    def digest_parts(self) -> tuple[Any, ...]:
        t = None if self.threshold is None else self.threshold.tobytes()
        return (self.activation, self.bias.tobytes(), self.radius.tobytes(), t, self.low.tobytes())

    def at(self, rows: Array, sign: int) -> Deployed:
        from dataclasses import replace

        from lincs.exact.rounding import U

        ends = (self.bias[rows] - sign * self.radius[rows], self.bias[rows] + sign * self.radius[rows])
        t = None if self.threshold is None else self.threshold[rows]
        return replace(self, at_rows=Parameters(*ends, t, self.low[rows], sign * 4 * U))

    def exactly(self, row: int) -> Deployed:
        from dataclasses import replace

        import numpy as np

        def point(value: Any) -> Array:
            return np.array([Fraction(value)], dtype=object)

        beta = point(self.exact_bias(row))
        t = None if self.threshold is None else point(float(self.threshold[row]))
        return replace(self, at_rows=Parameters(beta, beta, t, point(float(self.low[row])), 0.0))

    def errors(self, tops: Mapping[str, Tops], least: Array, most: Array) -> Errors:
        """The three suprema of the rows that this is :meth:`at` (or :meth:`exactly`)."""
        assert self.at_rows is not None, "at which rows?"
        return errors(tops, least, most, self.at_rows)

    def given(self, tops: Mapping[str, Tops], least: Array, most: Array) -> Array:
        return self.errors(tops, least, most).largest

    def scaled(self, tops: Mapping[str, Tops]) -> Array:
        raise TypeError("an encoder is given: its probes are not scaled")

    def factor(self, tops: Mapping[str, Tops]) -> Array:
        raise TypeError("an encoder is given: its probes are not scaled")

    def witness(self, row: int, k: int, *, off: list[Entry], own: Fraction, alone: bool, choose: Choose) -> Witness:
        from lincs.readouts.deployed_witness import extremal

        return extremal(self, row, k, off=off, own=own, choose=choose).witness

    def attained(self, row: int, witness: Witness, output: Callable[[Witness], Fraction]) -> Fraction:
        return abs(self.reads(row, output(witness)) - witness.at(row))

    def reads(self, row: int, linear: Fraction) -> Fraction:
        """``out`` of the row exactly, from ``b . A z``."""
        p = linear + self.exact_bias(row)
        return p if self.threshold is None or p > Fraction(float(self.threshold[row])) else Fraction(0)

    def outputs(self, products: Array, rows: slice) -> Array:
        """``out`` of computed ``b_i . x`` (inputs x rows), in floating point."""
        import numpy as np

        p = products + self.bias[rows]
        return p if self.threshold is None else np.where(p > self.threshold[rows], p, 0.0)

    def only(self, rows: Array) -> Deployed:
        """The encoder of some of the features."""
        from dataclasses import replace

        where = rows.tolist()
        t = None if self.threshold is None else self.threshold[rows]
        return replace(
            self,
            bias=self.bias[rows],
            radius=self.radius[rows],
            threshold=t,
            low=self.low[rows],
            exact_bias=lambda row: self.exact_bias(where[row]),
        )

    def check_inputs(self, values: Array) -> None:
        from lincs.readouts.nonnegative import refuse_negative

        refuse_negative(values, self.name)

    def of_samples(self, found: Extremes) -> tuple[Array, Array, Array | None]:
        raise TypeError("outputs of an encoder on given inputs are those of deployed/samples.py")
