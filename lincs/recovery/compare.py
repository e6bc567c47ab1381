"""Linear read-out against basis pursuit on one given ``A``: the worst linear case, typical inputs, L1 recovery.

For every k the same random k-sparse ``z`` go to both decoders: the linear one is the self-scaled pair that
:func:`lincs.verify` describes (``B_i = c_i a_i``, the best ``c_i`` for that k), the other one solves
``min ||z'||_1, A z' = A z``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.binomial import CONFIDENCE, clopper_pearson
from lincs.bounds.limits import Limits, limits_of
from lincs.errors import ContradictionError, InputError, check_choice, check_integer, check_seed
from lincs.interference.inputs import ENTRIES, dense_inputs
from lincs.interference.typical_results import TypicalCase
from lincs.interference.verify import verify
from lincs.problem import parse_ks
from lincs.progress import reports, told
from lincs.reading import dense
from lincs.recovery.basis_pursuit import basis_pursuit
from lincs.recovery.probes import optimal_probes
from lincs.recovery.theory import transition_k
from lincs.results import Interval
from lincs.showing import Shown
from lincs.typing import Ks, MatrixLike, Progress

__all__ = ["Comparison", "ComparisonRow", "compare"]

Array = npt.NDArray[np.float64]

_QUICK = 2**20  # d m, up to which the best probes of all features are found unasked


@dataclass(frozen=True, kw_only=True)
class ComparisonRow:
    """Both decoders at one k.

    ``worst`` encloses ``sup ||B^T A z - z||_inf`` over all k-sparse ``z`` in ``[-1, 1]^m``; ``trivial`` says that its
    row has the zero probe.  ``median`` and ``largest`` are of ``||B^T A z - z||_inf`` over the trials; ``unit_median``
    and ``unit_largest`` are the same for probes of unit gain, ``B_i = a_i / ||a_i||^2``: the scaling that is best in
    the worst case gives up features (zero probes) that typical inputs still read.  Of these probes, ``unit_worst``
    encloses the worst case, and ``typical`` is what is proved of random inputs beside 1,000 of them (THEOREMS.md, 11).
    ``recovered`` of the trials came back
    from basis pursuit; ``rate`` is the 95 % Clopper-Pearson interval of the recovery probability.  ``unsolved`` trials
    (not recovered, and the solver did not reach an optimum) count as not recovered: they make ``rate`` pessimistic.
    """

    k: int
    worst: Interval
    trivial: bool
    median: float
    largest: float
    unit_median: float
    unit_largest: float
    unit_worst: Interval
    typical: TypicalCase
    recovered: int
    unsolved: int
    rate: Interval
    optimal: Interval | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "k": self.k,
            "linear": {
                "worst": self.worst.to_dict(),
                "optimal": None if self.optimal is None else self.optimal.to_dict(),
                "trivial": self.trivial,
                "typical": {"median": self.median, "largest": self.largest},
                "typical_unit_gain": {
                    "median": self.unit_median,
                    "largest": self.unit_largest,
                    "worst": self.unit_worst.to_dict(),
                    "proved": self.typical.to_dict(),
                },
            },
            "l1": {"recovered": self.recovered, "unsolved": self.unsolved, "rate": self.rate.to_dict()},
        }


@dataclass(frozen=True, kw_only=True, repr=False)
class Comparison(Shown):
    """What :func:`compare` found; ``rows`` has one entry a k, increasing.

    ``transition`` is the k around which theory expects basis pursuit to fail on a Gaussian A of this shape.
    ``limits``: the error that no pair of this shape is below at each k, and that a known frame reaches.
    """

    page_by = "lincs.show.compare:comparison"
    drawn_by = "lincs.plots.recovery:comparison"
    records_in = "rows"

    d: int
    m: int
    trials: int
    seed: int
    entries: str
    method: str
    recovery_tol: float
    transition: float
    rows: tuple[ComparisonRow, ...]
    limits: Limits | None

    def to_dict(self) -> dict[str, Any]:
        return {
            "shape": {"d": self.d, "m": self.m},
            "trials": self.trials,
            "seed": self.seed,
            "entries": self.entries,
            "method": self.method,
            "recovery_tol": self.recovery_tol,
            "confidence": CONFIDENCE,
            "transition": self.transition,
            "rows": [row.to_dict() for row in self.rows],
            "limits": None if self.limits is None else self.limits.to_dict(),
        }


@reports("trials")
def compare(
    A: MatrixLike,
    *,
    k: Ks,
    trials: int = 20,
    seed: int = 0,
    entries: str = "uniform",
    method: str = "homotopy",
    recovery_tol: float = 1e-4,
    probes: bool | None = None,
    layout: str = "auto",
    key: str | None = None,
    normalize: bool = False,
    progress: Progress = None,
) -> Comparison:
    """Compare the linear read-out of ``A`` with basis pursuit, for each ``k``.

    Args:
        A: ``d x m`` array (columns are features), a path to .npy, .npz or .safetensors, or a Matrix.
        k: an int, a sequence of ints, or text like ``"1:8"``; ``1 <= k <= m``.
        trials: random inputs for each k.
        seed: of the inputs; those of one k depend on the seed and that k alone, and more trials only add to
        them. entries: "uniform" in [-1, 1], or random "signs"; the support is uniform among the k-subsets.
        method: of :func:`lincs.basis_pursuit`.
        recovery_tol: a trial is recovered when ``||z' - z||_inf`` is at most this.
        probes: also the worst case of the *optimal* linear probes, over all features (:func:`lincs.optimal_probes`);
            default: when that is quick (d m <= 2^20).
        layout, key, normalize: as in :func:`lincs.verify`.
        progress: called with (trials done, trials in all) after each k.

    Raises:
        InputError: for a bad matrix, ``k``, ``trials``, ``seed``, ``entries`` or ``method``, and unless
            ``0 < recovery_tol < 1``.

    >>> import numpy as np
    >>> from scipy.linalg import hadamard
    >>> A = np.hstack([np.eye(4), hadamard(4) / 2])  # 8 features in 4 dimensions
    >>> result = compare(A, k=[1, 2], trials=5)
    >>> [(row.k, round(row.worst.hi, 3), row.recovered) for row in result.rows]
    [(1, 0.333, 5), (2, 0.667, 4)]
    """
    trials, seed, callback = check_integer(trials, "trials"), check_seed(seed), told(progress)
    check_choice(entries, "entries", ENTRIES)
    if not 0 < recovery_tol < 1:
        raise InputError(f"recovery_tol must be between 0 and 1, got {recovery_tol}")
    matrix = dense(A, layout=layout, key=key, normalize=normalize)
    d, m = matrix.shape
    ks = parse_ks(k, m=m)
    linear = verify(matrix, k=ks)
    squares = (matrix**2).sum(axis=0)
    unit_gain = np.divide(1.0, squares, out=np.zeros(m), where=squares > 0)
    unit = verify(matrix, matrix * unit_gain, k=ks, typical=entries, seed=seed)
    assert unit.typical is not None
    best: tuple[Interval | None, ...] = (None,) * len(ks)
    if probes or (probes is None and d * m <= _QUICK):
        best = optimal_probes(matrix, k=ks, row_programs=False, gap="auto").eps

    rows: list[ComparisonRow] = []
    for case, unit_case, typical, optimal in zip(linear.results, unit.results, unit.typical.cases, best, strict=True):
        if callback is not None:
            callback(len(rows) * trials, len(ks) * trials)
        Z = dense_inputs(m, case.k, samples=trials, seed=seed, entries=entries)
        X = matrix @ Z
        assert case.scale is not None
        assert case.eps is not None
        assert unit_case.eps is not None
        assert isinstance(typical, TypicalCase)
        if optimal is not None and optimal.lo > case.eps.hi:
            raise ContradictionError(
                f"at k = {case.k} every linear read-out is proved to err by {optimal.lo}, and one by at most "
                f"{case.eps.hi}"
            )
        correlations = matrix.T @ X
        errors = np.abs(case.scale[:, None] * correlations - Z).max(axis=0)
        unit_errors = np.abs(unit_gain[:, None] * correlations - Z).max(axis=0)
        pursuit = basis_pursuit(matrix, X, method=method)
        recovered = np.abs(pursuit.z - Z).max(axis=0) <= recovery_tol  # NaN, where it failed, compares as False
        unsolved = ~recovered & ~np.isin(pursuit.status, ("proved", "optimal"))
        successes = int(recovered.sum())
        rows.append(
            ComparisonRow(
                k=case.k,
                worst=case.eps,
                trivial=case.trivial,
                median=float(np.median(errors)),
                largest=float(errors.max()),
                unit_median=float(np.median(unit_errors)),
                unit_largest=float(unit_errors.max()),
                unit_worst=unit_case.eps,
                typical=typical,
                recovered=successes,
                unsolved=int(unsolved.sum()),
                rate=clopper_pearson(successes, trials),
                optimal=optimal,
            )
        )
    if callback is not None:
        callback(len(ks) * trials, len(ks) * trials)
    limits = limits_of(d=d, m=m, ks=tuple(row.k for row in rows), readout="signed")
    return Comparison(
        d=d,
        m=m,
        trials=trials,
        seed=seed,
        entries=entries,
        method=method,
        recovery_tol=float(recovery_tol),
        transition=transition_k(d=d, m=m),
        rows=tuple(rows),
        limits=None if limits is None else limits.checked({row.k: row.worst.hi for row in rows}),
    )
