"""``lincs.match``: two dictionaries of one space - which features of one are features of the other."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError, check_integer
from lincs.exact.rounding import float_up
from lincs.files import array_names
from lincs.interference.assignment import assign
from lincs.interference.nearest import Nearest, nearest
from lincs.interference.rounding import survey
from lincs.matrices import Matrix
from lincs.parallel import thread_count
from lincs.problem import parse_eps
from lincs.progress import reports, told
from lincs.reading import as_matrix
from lincs.results import Interval, jsonable
from lincs.showing import Shown
from lincs.typing import Level, MatrixLike, Progress

__all__ = ["LEVELS", "Match", "Side", "match", "match_table"]

Array = npt.NDArray[Any]

LEVELS = ("0.7", "0.9", "0.95", "0.99")


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of two dictionaries, seen from its own m features.

    ``partner`` (m,): the feature of the other dictionary with the largest cosine (``|cos|`` unless signed), the first
    among those that tie in float64; -1 for a zero feature, which is ``dead`` and matches nothing.  ``cosine`` (m,) is
    the signed cosine with it (0 for the dead); ``lower``, ``upper`` (m,) enclose the largest cosine, or ``|cos|``.

    ``mean_max`` encloses the mean of the largest cosines over features that are not dead (MMCS).  ``share_above``: of
    these features, those proved to reach each level; ``unmatched`` are those not proved to reach ``level``.
    ``assigned`` (m,) is the partner in the one-to-one assignment (-1: left over, dead, or not asked for).
    """

    m: int
    dead: tuple[int, ...]
    mean_max: Interval
    share_above: dict[str, float]
    unmatched: tuple[int, ...] = field(repr=False)
    names: tuple[str, ...] | None = field(default=None, repr=False)
    partner: Any = field(repr=False, compare=False)
    cosine: Any = field(repr=False, compare=False)
    lower: Any = field(repr=False, compare=False)
    upper: Any = field(repr=False, compare=False)
    assigned: Any = field(repr=False, compare=False)

    def name(self, feature: int) -> str:
        """The feature's name, or its index as text; nothing for -1."""
        if feature < 0:
            return ""
        return str(feature) if self.names is None else self.names[feature]

    def to_dict(self) -> dict[str, Any]:
        return {
            "m": self.m,
            "dead": list(self.dead),
            "mean_max": self.mean_max.to_dict(),
            "share_above": jsonable(self.share_above),
            "unmatched": list(self.unmatched),
            "partner": jsonable(self.partner),
            "cosine": jsonable(self.cosine),
            "assigned": jsonable(self.assigned),
        }


@dataclass(frozen=True, kw_only=True, repr=False)
class Match(Shown):
    """What :func:`lincs.match` finds: both sides ``a`` and ``b``, and the one-to-one assignment.

    ``pairs`` (n x 2: feature of A, feature of B) with their signed ``cosines`` (n,) have the largest ``total`` of
    cosines (of ``|cos|`` unless signed): among all assignments if ``all_pairs`` (in float64: cosines are rounded), else
    among those of every feature's nearest candidates.  No assignment has a total above ``total_at_most``.
    ``left_over`` counts the features of A and of B that are not dead and have no partner.  All five are None if no
    assignment was asked for.
    """

    page_by = "lincs.show.match:page"
    drawn_by = "lincs.plots.match:match"

    d: int
    signed: bool
    level: Fraction
    a: Side
    b: Side
    total: float | None = None
    total_at_most: float | None = None
    all_pairs: bool | None = None
    left_over: tuple[int, int] | None = None
    pairs: Any = field(default=None, repr=False, compare=False)
    cosines: Any = field(default=None, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        assignment = None
        if self.pairs is not None:
            assert self.left_over is not None
            assignment = {
                "pairs": len(self.pairs),
                "total": self.total,
                "total_at_most": self.total_at_most,
                "all_pairs": self.all_pairs,
                "left_over": {"a": self.left_over[0], "b": self.left_over[1]},
            }
        return {
            "d": self.d,
            "signed": self.signed,
            "level": jsonable(self.level),
            "a": self.a.to_dict(),
            "b": self.b.to_dict(),
            "assignment": assignment,
        }


@reports("cosines")
def match(
    A: MatrixLike,
    B: MatrixLike,
    *,
    signed: bool = False,
    level: Level = "0.7",
    levels: Sequence[Level] = LEVELS,
    assignment: bool = True,
    candidates: int = 8,
    names: Sequence[str] | None = None,
    names_b: Sequence[str] | None = None,
    layout: str = "auto",
    layout_b: str | None = None,
    key: str | None = None,
    key_b: str | None = None,
    threads: int | None = None,
    progress: Progress = None,
) -> Match:
    """Compare two dictionaries of one space: best cosines both ways, their means, a one-to-one assignment.

    Args:
        A, B: ``d x m_A`` and ``d x m_B`` (columns are features), read like the A of :func:`lincs.verify`; of an
            autoencoder it is the decoder.
        signed: look for the largest cosine instead of the largest ``|cos|``.
        level: features whose best cosine does not reach it are listed as unmatched.
        levels: the levels that shares are counted at, in (0, 1].
        assignment: pair features one to one (see :class:`Match`).
        candidates: how many of its nearest features are kept of every feature, at least 1; an assignment beyond four
            million pairs is made of these.
        names, names_b: the names of the features of A and of B.
        layout, layout_b, key, key_b: as in :func:`lincs.verify`; layout_b defaults to A's,
            and key_b to A's where B's file has it.

    Cosines are multiplied in float32, and the candidates again in float64: enclosures are rigorous and have the width
    of float64 roundings, unless more than ``candidates`` features tie to within float32's.

    Raises:
        InputError: dictionaries of different d, without a feature that is not zero, or with NaN or inf.

    >>> import numpy as np
    >>> A = np.array([[1.0, 0, 1], [0, 1, 1]])  # 3 features in 2 dimensions
    >>> found = match(A, [[0, -2.0], [3, 0.1]])
    >>> found.a.partner.tolist(), found.b.partner.tolist(), found.b.cosine.round(3).tolist()
    ([1, 0, 0], [1, 0], [1.0, -0.999])
    """
    a = as_matrix(A, name=_name(A, "A"), layout=layout, key=key)
    if key_b is None and key is not None and isinstance(B, str | os.PathLike) and key in array_names(B):
        key_b = key
    b = as_matrix(B, name=_name(B, "B"), layout=layout if layout_b is None else layout_b, key=key_b)
    if a.d != b.d:
        raise InputError(f"A and B must be of one space, got d = {a.d} and d = {b.d}")
    wanted = tuple((str(text), _level(text)) for text in levels)
    least = _level(level)
    keep = check_integer(candidates, "candidates")
    workers = thread_count(threads)
    alive_a, alive_b = _living(a), _living(b)
    unit_a, unit_b = a.only(alive_a).normalized(), b.only(alive_b).normalized()
    of_a, of_b = nearest(unit_a, unit_b, keep, absolute=not signed, threads=workers, progress=told(progress))
    pairs: Array | None = None
    result: dict[str, Any] = {}
    if assignment:
        found = assign(unit_a, unit_b, of_a, of_b, absolute=not signed)
        size = found.cosines if signed else np.abs(found.cosines)
        pairs = np.stack([alive_a[found.pairs[:, 0]], alive_b[found.pairs[:, 1]]], axis=1)
        most = min(float(np.maximum(side.upper, 0).sum()) for side in (of_a, of_b))
        result = {
            "pairs": pairs,
            "cosines": found.cosines,
            "total": float(size.sum()),
            "total_at_most": most * (1 + 1e-9),  # sums of fewer than 10^6 roundings
            "all_pairs": found.all_pairs,
            "left_over": (unit_a.m - len(pairs), unit_b.m - len(pairs)),
        }

    def side(matrix: Matrix, alive: Array, others: Array, near: Nearest, given: Any, column: int) -> Side:
        assigned = np.full(matrix.m, -1)
        if pairs is not None:
            assigned[pairs[:, column]] = pairs[:, 1 - column]
        return _side(matrix, alive, others, near, given, assigned, least, wanted)

    return Match(
        d=a.d,
        signed=signed,
        level=least,
        a=side(a, alive_a, alive_b, of_a, names, 0),
        b=side(b, alive_b, alive_a, of_b, names_b, 1),
        **result,
    )


def _name(value: Any, otherwise: str) -> str:
    return os.fspath(value) if isinstance(value, str | os.PathLike) else otherwise


def _level(text: Any) -> Fraction:
    level = parse_eps(text, "level")
    if level > 1:
        raise InputError(f"level must be at most 1, got {text}")
    return level


def _living(matrix: Matrix) -> npt.NDArray[np.intp]:
    """The features that are not zero; refuses NaN and inf by name and position."""
    alive = np.flatnonzero(survey(matrix, matrix).a_norms > 0)
    if not len(alive):
        raise InputError(f"{matrix.name} must have a feature that is not zero")
    return alive


def _side(
    matrix: Matrix,
    alive: Array,
    others: Array,
    near: Nearest,
    names: Sequence[str] | None,
    assigned: Array,
    level: Fraction,
    levels: tuple[tuple[str, Fraction], ...],
) -> Side:
    """The file's features, from those of the living."""
    if names is None:
        names = matrix.words
    if names is not None and len(names) != matrix.m:
        raise InputError(f"names must be one for each of the {matrix.m} features of {matrix.name}, got {len(names)}")
    partner = np.full(matrix.m, -1)
    partner[alive] = others[near.places[:, 0]]

    def full(values: Array) -> Array:
        out = np.zeros(matrix.m)
        out[alive] = values
        return out

    slack = 1e-12  # of the means: sums of numbers of at most 1
    return Side(
        m=matrix.m,
        dead=tuple(np.setdiff1d(np.arange(matrix.m), alive).tolist()),
        mean_max=Interval(float(near.lower.mean()) - slack, min(float(near.upper.mean()) + slack, 1.0)),
        share_above={text: float((near.lower >= float_up(value)).mean()) for text, value in levels},
        unmatched=tuple(alive[near.lower < float_up(level)].tolist()),
        names=None if names is None else tuple(names),
        partner=partner,
        cosine=full(near.cosines[:, 0]),
        lower=full(near.lower),
        upper=full(near.upper),
        assigned=assigned,
    )


def match_table(found: Match) -> dict[str, Array]:
    """Columns by name, with a row for every feature of A, then of B.

    ``dictionary`` (a or b), ``feature``, ``name``, ``dead``, ``partner``, ``partner_name`` and ``cosine`` (signed) with
    it, ``lower`` and ``upper`` ends of the best cosine, ``assigned`` and ``assigned_name`` of the assignment.
    """
    sides = ((found.a, found.b), (found.b, found.a))

    def both(column: Callable[[Side, Side], Any]) -> Array:
        return np.concatenate([np.asarray(column(mine, theirs)) for mine, theirs in sides])

    return {
        "dictionary": np.repeat(["a", "b"], [found.a.m, found.b.m]),
        "feature": both(lambda mine, theirs: np.arange(mine.m)),
        "name": both(lambda mine, theirs: [mine.name(i) for i in range(mine.m)]),
        "dead": both(lambda mine, theirs: np.isin(np.arange(mine.m), mine.dead)),
        "partner": both(lambda mine, theirs: mine.partner),
        "partner_name": both(lambda mine, theirs: [theirs.name(j) for j in mine.partner.tolist()]),
        "cosine": both(lambda mine, theirs: mine.cosine),
        "lower": both(lambda mine, theirs: mine.lower),
        "upper": both(lambda mine, theirs: mine.upper),
        "assigned": both(lambda mine, theirs: mine.assigned),
        "assigned_name": both(lambda mine, theirs: [theirs.name(j) for j in mine.assigned.tolist()]),
    }
