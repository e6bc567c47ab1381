"""``lincs.describe``: a dictionary as a whole - worst beside typical, which features collide, how many survive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs import readouts
from lincs.errors import InputError, check_integer, check_seed
from lincs.exact.goal import Goal
from lincs.interference.geometry import Geometry, geometry
from lincs.interference.input_errors import Inputs, largest_errors
from lincs.interference.inputs import random_phases, sparse_inputs
from lincs.interference.partners import partners
from lincs.interference.verify import verify
from lincs.matrices import Matrix
from lincs.problem import parse_goal
from lincs.progress import reports
from lincs.reading import as_matrix, read_pair
from lincs.readouts import Readout
from lincs.results import Interval, Verification, jsonable
from lincs.selection import select
from lincs.showing import Shown
from lincs.typing import Features, Ks, Level, MatrixLike, Progress, VectorLike

__all__ = ["Description", "TypicalError", "describe", "typical_errors"]

Array = npt.NDArray[Any]

_SHARES = {"all": 1.0, "90%": 0.9, "half": 0.5}


@dataclass(frozen=True, kw_only=True)
class TypicalError:
    """``||B^T A z - z||_inf`` over seeded random k-sparse inputs (uniform support and entries; [0, 1] if one-sided).

    Entries of complex inputs have a modulus uniform on [0, 1] and a uniform phase.
    """

    k: int
    samples: int
    mean: float
    p99: float
    max: float

    def to_dict(self) -> dict[str, Any]:
        return {name: jsonable(getattr(self, name)) for name in ("k", "samples", "mean", "p99", "max")}


@dataclass(frozen=True, kw_only=True, repr=False)
class Description(Shown):
    """A dictionary in numbers; sequences run over the k of ``verification``.

    ``unscaled``: the worst case of the probes ``B = A`` as they are (self-scaled pairs only).
    ``share_below``: of the features, those whose own worst error is proved to meet ``goal``: below ``eps``, or with a
    closed one at most that (threshold: that decode).
    ``share_trivial``: those for which the zero probe is proved as good as any scaling (self-scaled pairs only).
    ``typical``: random inputs beside the worst case (None for a threshold read-out, an encoder that selects, groups).
    ``survives`` (n,): the largest listed k up to which each feature stays below ``eps``, 0 if none;
    ``survival``: the largest listed k at which all, 90 % and half of the features do.
    ``partners``, ``partner_values`` (n x p): the features with the largest ``|b_i . a_j|`` and those entries, divided
    by the row's diagonal for a self-scaled pair; of complex features their moduli.
    Of part of a dictionary, shares, survival and typical errors are those of the n rows of ``verification``, in its
    order; ``geometry`` is that of the features that exist, its coherence and copies those of pairs with a feature that
    is asked for.  All indices are those of the file, and so are ``names``.
    """

    page_by = "lincs.show.verify:description"
    drawn_by = "lincs.plots.dictionary:k_curve"
    records_in = "results"

    verification: Verification
    goal: Goal | None
    unscaled: tuple[Interval, ...] | None
    share_below: tuple[float, ...]
    share_trivial: tuple[float, ...] | None
    typical: tuple[TypicalError, ...] | None
    geometry: Geometry
    survival: dict[str, int]
    seed: int
    names: tuple[str, ...] | None = field(default=None, repr=False)
    survives: Any = field(repr=False, compare=False)
    partners: Any = field(repr=False, compare=False)
    partner_values: Any = field(repr=False, compare=False)

    @property
    def eps(self) -> Fraction | None:
        """The level that features are counted against; None where the read-out has a margin instead."""
        return None if self.goal is None else self.goal.level

    def name(self, feature: int) -> str:
        """The feature's name, or its index as text."""
        return str(feature) if self.names is None else self.names[feature]

    def to_dict(self) -> dict[str, Any]:
        out = self.verification.to_dict()
        columns: dict[str, Any] = {
            "unscaled": self.unscaled,
            "share_below": self.share_below,
            "share_trivial": self.share_trivial,
            "typical": self.typical,
        }
        for name, column in columns.items():
            if column is not None:
                for case, value in zip(out["results"], column, strict=True):
                    if name in case:  # typical: what is proved of random inputs, beside those of this description
                        case[name]["random"] = jsonable(value)
                    else:
                        case[name] = jsonable(value)
        return {
            **out,
            "eps_of_shares": jsonable(self.eps),
            "closed": self.goal is not None and self.goal.closed,
            "survival": jsonable(self.survival),
            "geometry": self.geometry.to_dict(),
        }


@reports("inner products")
def describe(
    A: MatrixLike,
    B: MatrixLike | None = None,
    *,
    k: Ks | None = None,
    eps: Level = "1/2",
    closed: bool = False,
    readout: str = "signed",
    samples: int = 1000,
    seed: int = 0,
    names: Sequence[str] | None = None,
    n_partners: int = 3,
    features: Features | None = None,
    without: Features | None = None,
    groups: VectorLike | Sequence[VectorLike] | None = None,
    group_rule: str | int | Sequence[str | int] | None = None,
    active_groups: Ks | None = None,
    verification: Verification | None = None,
    threads: int | None = None,
    progress: Progress = None,
    **options: Any,
) -> Description:
    """Worst and typical interference, survivors, collisions and geometry of a pair (see :class:`Description`).

    ``A``, ``B``, ``k``, ``readout``, ``features``, ``without``, ``groups``, ``group_rule``, ``active_groups`` and
    ``options`` (layout, key, normalize, scales) are those of :func:`lincs.verify`; ``eps`` is the level that features
    are counted against (none for a threshold read-out), and ``closed`` counts those that attain it as well.  ``names``
    are the names of all features of the file.  Random inputs depend on ``seed`` and k alone; with groups there are
    none, for they would break the rule.
    ``verification`` is the result of :func:`lincs.verify` on the same pair, features and read-out, if it is at hand;
    ``k`` may then be left to it.

    >>> import numpy as np
    >>> from scipy.linalg import hadamard
    >>> A = np.hstack([np.eye(4), hadamard(4) / 2])  # 8 features in 4 dimensions
    >>> found = describe(A, k=[1, 2], samples=10)
    >>> round(found.geometry.coherence.hi, 6), found.geometry.duplicates, found.survival["all"]
    (0.5, (), 1)
    """
    read = read_pair(A, B, **options, complex_too=True)
    self_scaled = not read.given
    if names is not None and len(names) != read.A.m:
        raise InputError(f"names must be one for each of the {read.A.m} features, got {len(names)}")
    chosen = select(read.A, features=features, without=without)
    a = chosen.alive(read.A)
    b = a if read.B is read.A else chosen.alive(read.B)
    how = readouts.readout(readout) if verification is None else verification.how
    goal = parse_goal(eps if how.has_eps else None, closed=closed, readout=how)
    common: dict[str, Any] = {"readout": readout, "threads": threads, "progress": progress}
    part: dict[str, Any] = {"features": features, "without": without, "groups": groups, "group_rule": group_rule}
    counted: dict[str, Any] = {"k": k, "active_groups": active_groups}
    held: dict[str, Any] = {"eps": eps, "closed": True} if closed else {}  # errors of eps itself need a decision
    result = verification or verify(read.A, None if self_scaled else read.B, **counted, **part, **common, **held)
    how = result.how
    if (result.structure is None) != (groups is None):
        raise InputError("verification must be that of the same groups")
    if (result.m, result.d, result.readout, result.pair == "self-scaled") != (a.m, a.d, how.name, self_scaled):
        raise InputError("verification must be that of the same pair and read-out")
    if not np.array_equal(result.rows, np.arange(a.m) if chosen.asked is None else chosen.asked):
        raise InputError("verification must be that of the same features")
    unscaled = None
    if self_scaled and how.has_eps:
        counts = "k" if result.structure is None else result.structure.counted
        number: dict[str, Any] = {counts: result.ks}
        cases = verify(read.A, read.A, **number, **part, **common).results
        unscaled = tuple(case.eps for case in cases if case.eps is not None)
    sampled = how.has_eps and how.refines and groups is None
    below = (goal or Goal(Fraction(0))).met_by(result.upper)
    if goal is not None and goal == result.goal:  # what was decided beyond the doubles of the rows
        below |= np.array([case.holds is True for case in result.results])
    trivial = None
    if self_scaled and how.has_eps:
        assert result.trivial is not None
        trivial = tuple(result.trivial.mean(axis=0).tolist())
    # The largest k of the list up to which a feature has not failed once.
    passed = np.logical_and.accumulate(below, axis=1).sum(axis=1)
    survives = np.concatenate([[0], result.ks])[passed]
    columns, values = partners(b, a, check_integer(n_partners, "n_partners"), only=chosen.rows, threads=threads)
    if self_scaled:
        mine = a if chosen.rows is None else a.only(chosen.rows)
        own = np.concatenate([np.einsum("ij,ij->i", r, r) for r in (mine.rows(*span) for span in mine.panels())])
        values = values / np.where(own > 0, own, 1.0)[:, None]
    return Description(
        verification=result,
        goal=goal,
        unscaled=unscaled,
        share_below=tuple(below.mean(axis=0).tolist()),
        share_trivial=trivial,
        typical=_typical(a, b, chosen.rows, result, samples, seed) if sampled else None,
        geometry=geometry(a, only=chosen.rows, threads=threads).renamed(chosen.original),
        survival={
            name: max((k for k in result.ks if (survives >= k).mean() >= share), default=0)
            for name, share in _SHARES.items()
        },
        seed=check_seed(seed),
        names=None if names is None else tuple(names),
        survives=survives,
        partners=chosen.original(columns),
        partner_values=values,
    )


def _typical(
    A: Matrix, B: Matrix, rows: Array | None, result: Verification, samples: int, seed: int
) -> tuple[TypicalError, ...]:
    out = []
    for case in result.results:
        errors = typical_errors(
            A,
            B,
            k=case.k,
            samples=samples,
            seed=seed,
            scale=case.scale,
            bias=case.bias,
            rows=rows,
            readout=result.how,
        )
        mean, p99, largest = float(errors.mean()), float(np.quantile(errors, 0.99)), float(errors.max())
        out.append(TypicalError(k=case.k, samples=samples, mean=mean, p99=p99, max=largest))
    return tuple(out)


def typical_errors(
    A: Any,
    B: Any = None,
    *,
    k: int,
    samples: int = 1000,
    seed: int = 0,
    scale: Array | None = None,
    bias: Array | None = None,
    one_sided: bool = False,
    rows: Array | None = None,
    readout: Readout | None = None,
) -> Array:
    """``||B^T A z + bias - z||_inf`` for each of ``samples`` random k-sparse inputs, in float64; shape (samples,).

    With a ``readout`` it is what that makes of ``b_i . A z``, over its own inputs.  ``scale`` (m,) multiplies the
    probes, as :attr:`WorstCase.scale` does.  A and B are as in :func:`lincs.verify`; with ``one_sided`` the entries of
    z are uniform on [0, 1] instead of [-1, 1].  With ``rows`` (n,) only these features are read (and ``scale`` and
    ``bias`` are theirs), while every feature may be active.  Complex features are read as ``B^H x``, and the entries of
    z have a modulus uniform on [0, 1] and a uniform phase.
    """
    a = as_matrix(A, complex_too=True)
    b = a if B is None else as_matrix(B, name="B", complex_too=True)
    if a.is_complex != b.is_complex:
        a, b = a.as_complex(), b.as_complex()
    supports, values = sparse_inputs(a.m, k, samples=samples, seed=seed)
    values = np.abs(values) if one_sided or (readout is not None and readout.one_sided) else values
    probe_of = np.arange(a.m)  # place of a feature among the probes; -1: not read
    if rows is not None:
        probe_of = np.full(a.m, -1)
        probe_of[rows] = np.arange(len(rows))
        b = b.only(rows)
    if a.is_complex:
        values = np.abs(values) * random_phases(k, samples=samples, seed=seed)
    read = None if readout is None else readout if rows is None else readout.only(rows)
    drawn = Inputs(np.repeat(np.arange(samples), k), supports.ravel(), values.ravel(), samples)
    return largest_errors(a, b, drawn, scale, bias, probe_of, read)
