"""What a read-out answers.

Let ``v`` be the off-diagonal part of row ``i`` of ``M = B^T A`` and ``D = M_ii``.  Every read-out's worst case over
k-sparse inputs is a function of a few *top sums* of ``v`` (THEOREMS.md, theorem 1): the sums of the k largest ``|v_j|``
("absolute"), positive parts of ``v`` ("positive") and of ``-v`` ("negative").  A *loss* is the worst error, or minus
the margin of a read-out that decides by a threshold: the worst row has the largest.

Every formula is non-decreasing in each top sum and in the diagonal's deviation, so that evaluated at the ends of an
enclosure of the entries it encloses the exact loss.  Formulas use ``+ - * /``, ``maximum`` and ``where`` alone, and so
work alike on arrays of doubles and on object arrays of Fractions.  numpy is imported inside them: what a read-out is
called and means is asked by ``lincs bound`` too, which starts without it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

from lincs.interval import Interval, Witness

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from lincs.exact.goal import Goal

    Array = npt.NDArray[Any]

__all__ = ["Ball", "Choose", "Entry", "Extremes", "Readout", "Tops", "Words", "combine", "largest", "one_sided"]

Entry = tuple[int, Fraction]  # of a row: (column, value)
# The best allowed support among entries: (entries, k, sign, feature that is active already); see :func:`largest`.
Choose = Callable[[list[Entry], int, int, int | None], list[Entry]]


@dataclass(frozen=True)
class Tops:
    """Top sums of one side of each row: the sum of the k - 1 largest, and the k-th largest itself.

    Of structured supports (interference/supports.py): the best sum of companions of the active feature, and what the
    best sum without the feature has beyond it.
    """

    before: Array
    kth: Array

    @property
    def sum(self) -> Array:
        """The sum of the k largest."""
        return self.before + self.kth

    def times(self, factor: Any) -> Tops:
        """The top sums of the rows multiplied by a non-negative factor."""
        return Tops(before=self.before * factor, kth=self.kth * factor)


@dataclass(frozen=True)
class Ball:
    """Vectors ``w = p - q``, ``p, q >= 0``, with entries of p at most ``cap`` and of q too, and limits for their sums.

    ``sums``: each (f, g, r) asks for ``f sum(p) + g sum(q) <= r``.  ``shared``: the positive part may use a share alpha
    of cap and of its limits, the negative part the rest.
    """

    cap: Fraction
    sums: tuple[tuple[int, int, Fraction], ...]
    shared: bool = False

    def gauge(self, peaks: Array, sums: Array) -> Array:
        """The least factor that brings vectors into the ball, up to rounding; of (2 x n) largest entries and sums of
        their positive parts (row 0) and negative parts (row 1)."""
        import numpy as np

        sides = [peaks[0] / float(self.cap), peaks[1] / float(self.cap)]
        both = [np.zeros_like(sums[0])]
        for f, g, r in self.sums:
            if f and g:
                both.append((f * sums[0] + g * sums[1]) / float(r))
            else:
                side = 0 if f else 1
                sides[side] = np.maximum(sides[side], (f + g) * sums[side] / float(r))
        return np.asarray(np.maximum.reduce([sides[0] + sides[1] if self.shared else np.maximum(*sides), *both]))


@dataclass(frozen=True)
class Extremes:
    """Of given inputs: each feature's extreme errors, and its outputs while it is off and while it is on.

    Every array is ``(2, m)``, ends of an enclosure: [certain, possible], the possible one further out.
    """

    high: Array  # the largest error
    low: Array  # the least error
    silent: Array  # the largest output while z_i = 0 (-inf if there is none)
    active: Array  # the least output while z_i != 0 (inf if there is none)


@dataclass(frozen=True)
class Words:
    """What tables and figures call a read-out's loss."""

    column: str = "worst error"  # of the worst case, one row a k
    short: str = "worst"  # the same beside other columns
    titled: str = "worst error"  # the same on a page
    least: str = "worst error"  # of given inputs
    axis: str = r"error $\|B^T A z - z\|_\infty$"
    feature_axis: str = "the feature's own worst-case error"
    error: str = "||{product} z - z||_inf"  # of an input; ``product`` is B'A
    nothing: str = "the zero read-out"  # what is as good as any read-out at the loss of the zero probe


class Readout(ABC):
    """One read-out; see the module for what the arguments mean.  Subclasses are stateless."""

    name: ClassVar[str]  # the word of the command line and of the JSON
    summary: ClassVar[str]  # half a line for --help
    box: ClassVar[str]  # the inputs over which the worst case is taken
    sides: ClassVar[tuple[str, ...]]  # the top sums that its formulas are made of
    one_sided: ClassVar[bool] = True  # features are non-negative
    zero_probe: ClassVar[Fraction | None] = None  # loss of the zero probe, which the best scaling never exceeds
    has_eps: ClassVar[bool] = True  # False: no error but a margin, decided against 0
    quantity: ClassVar[str] = "eps"  # the name of what is printed: eps, or margin
    shift_name: ClassVar[str | None] = None  # what is free besides the probe: bias or threshold
    one_input: ClassVar[bool] = True  # a single input attains the worst case (else two that differ)
    # Of which points besides given inputs Z the convex hull has the same worst error; None: not even that of Z itself.
    hull: ClassVar[str | None] = None
    words: ClassVar[Words] = Words()
    constant: ClassVar[bool] = False  # whether a constant is read beside the features, as one more row of A
    linear_in_k: ClassVar[bool] = True  # the best B for A has loss min(zero_probe, k nu(A)) (theorems 2, 2b)
    complex_too: ClassVar[bool] = False  # whether features and inputs may be complex
    rounds_outward: ClassVar[bool] = False  # whether its formulas make room for their own roundings

    # -- what it knows of each row (nothing, but for an encoder) -------------------------------------------------------

    def at(self, rows: Array, sign: int) -> Readout:
        """The read-out of some rows, for lower (-1) or upper (1) ends of their losses."""
        return self

    def exactly(self, row: int) -> Readout:
        """The read-out of one row in exact arithmetic."""
        return self

    @property
    def refines(self) -> bool:
        """Whether the exact entries of a row make its loss exact."""
        return True

    @property
    def largest_offset(self) -> float:
        """By how much a loss can exceed that of a read-out without biases and thresholds."""
        return 0.0

    def digest_parts(self) -> tuple[Any, ...]:
        """What it knows, for the name of a checkpoint."""
        return ()

    def only(self, rows: Array) -> Readout:
        """The read-out of some of the features."""
        return self

    def outputs(self, products: Array, rows: slice) -> Array:
        """What it makes of computed ``b_i . x`` (inputs x rows)."""
        return products

    # -- the worst case of rows ----------------------------------------------------------------------------------------

    @abstractmethod
    def given(self, tops: Mapping[str, Tops], least: Array, most: Array) -> Array:
        """The loss of rows as they are.

        ``least`` and ``most`` are the ends of the diagonal for an upper end of the loss; swapped, for a lower end.
        """

    @abstractmethod
    def scaled(self, tops: Mapping[str, Tops]) -> Array:
        """The loss of rows with unit diagonal under the best scaling of the probe (THEOREMS.md, theorem 3)."""

    @abstractmethod
    def factor(self, tops: Mapping[str, Tops]) -> Array:
        """The scaling of a probe with unit diagonal that attains :meth:`scaled`; 0 is the zero probe."""

    def zero_sum(self, tops: Mapping[str, Tops]) -> Array:
        """For rows with unit diagonal, the sum that is at least 1 if and only if the zero probe is the best scaling.

        Only where there is a :attr:`zero_probe`.
        """
        raise TypeError(f"the {self.name} read-out has no zero probe")

    def shift(self, tops: Mapping[str, Tops], own: Array) -> Array | None:
        """The best bias or threshold of rows as they are read, with diagonal ``own``; None if nothing is free."""
        return None

    # -- the best probe ------------------------------------------------------------------------------------------------

    def ball(self, k: int) -> Ball:
        """The vectors w whose product with an error row is at most its loss over k-sparse inputs.

        So whatever the probe, row i has a loss of at least ``w_i`` for every such w in the kernel of A, and the largest
        of them is the loss of the best probe (linear programming duality; THEOREMS.md, theorem 2).
        """
        raise TypeError(f"no kernel vector bounds the {self.name} read-out")

    @property
    def has_ball(self) -> bool:
        """Whether its loss is a gauge of the error row, and so :meth:`ball` answers."""
        return type(self).ball is not Readout.ball

    # -- its witness ---------------------------------------------------------------------------------------------------

    @abstractmethod
    def witness(self, row: int, k: int, *, off: list[Entry], own: Fraction, alone: bool, choose: Choose) -> Witness:
        """The k-sparse input (or the two of them) at which the row attains its worst case.

        ``off`` are the exact entries off the diagonal and ``own`` the diagonal's, the probe's factor included.  At the
        best scaling a probe does as badly without the row's own feature as with it: then (``alone``) it is left out.
        ``choose`` finds the best support, of any k features (:func:`largest`) or as groups allow.
        Ties go to the smallest index; features that contribute nothing are left out.
        """

    @abstractmethod
    def attained(self, row: int, witness: Witness, output: Callable[[Witness], Fraction]) -> Fraction:
        """The loss of a witness at the row, from the row's outputs at its inputs."""

    # -- given inputs --------------------------------------------------------------------------------------------------

    def check_inputs(self, values: Array) -> None:
        """:class:`InputError` if the non-zero entries of given inputs do not suit the read-out."""
        return

    @abstractmethod
    def of_samples(self, found: Extremes) -> tuple[Array, Array, Array | None]:
        """Each feature's loss over given inputs, as ends rounded outward (NaN where there is none), and its shift."""

    # -- words ---------------------------------------------------------------------------------------------------------

    def interval(self, lo: float, hi: float) -> Interval:
        """What is printed for a loss within ``[lo, hi]``: the error itself, or the margin."""
        return Interval(lo, hi) if self.has_eps else Interval(-hi, -lo)

    @property
    def suffix(self) -> str:
        """What a headline adds for every read-out but the usual one."""
        return f", {self.name} read-out"

    def passes(self, goal: Goal | None) -> str:
        """What features do whose loss meets the goal."""
        if goal is None:
            return "decode"
        return f"err by at most {goal.level}" if goal.closed else f"stay below {goal.level}"

    def shown(self, losses: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Losses as they are printed."""
        return losses if self.has_eps else -losses


def one_sided(tops: Mapping[str, Tops], least: Any, most: Any) -> tuple[Array, Array]:
    """The largest error and minus the least one of rows as they are, over inputs in ``[0, 1]``."""
    import numpy as np

    p, n = tops["positive"], tops["negative"]
    zero = least * 0
    return np.maximum(p.sum, p.before + np.maximum(most - 1, zero)), np.maximum(
        n.sum, n.before + np.maximum(1 - least, zero)
    )


def largest(entries: list[Entry], k: int, sign: int, active: int | None = None) -> list[Entry]:
    """The at most k entries of the given sign (0: of either) that are largest, ties by index.

    With a feature that is ``active`` already, and not among them: its k - 1 companions.
    """
    sized = [(abs(v) if sign == 0 else sign * v, j, v) for j, v in entries if j != active]
    best = sorted((e for e in sized if e[0] > 0), key=lambda e: (-e[0], e[1]))
    return [(j, v) for _, j, v in best[: k - (active is not None)]]


def combine(entries: list[Entry]) -> Witness:
    """The non-negative input with these features active."""
    support = tuple(sorted(j for j, _ in entries))
    return Witness(support=support, signs=(1,) * len(support))
