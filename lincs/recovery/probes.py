"""``lincs.optimal_probes``: the best linear read-out B that a given A allows, for every k from one solve per feature.

For feature i let ``V_i = 1 + min { ||u||_1 : A_{-i} u = a_i }``, a basis pursuit without column i, with dual vector y.

* *Upper*: the probe ``b_i = y / V_i`` has row errors at most ``1/V_i`` in every entry, so at most ``k/V_i`` over
  k-sparse inputs; the zero probe has 1.
* *Lower*: ``w = (1, -u)`` lies in the kernel of A.  Whatever the probe, its row errs by at least ``w_i`` for every w in
  the kernel with ``||w||_inf <= 1`` and ``||w||_1 <= k`` (THEOREMS.md, theorem 2), so by
  ``min(1/||w||_inf, k/||w||_1)``.

Both meet at ``min(1, k/V_i)`` whenever ``||u||_inf <= 1``; the other rows have a linear program of their own
(rowprogram.py).  Over all rows, ``min_B eps = min(1, k nu(A))`` with ``nu(A) = max_i 1/V_i``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError, check_integer, check_seed
from lincs.problem import parse_ks
from lincs.progress import reports
from lincs.reading import as_matrix, dense
from lincs.recovery import rowprogram
from lincs.recovery.proberows import Kernels, check_ends, measure, solve_rows
from lincs.recovery.quickrows import quick_rows
from lincs.recovery.rowspace import RowSpace, row_space
from lincs.recovery.scaling import Units
from lincs.results import Interval, jsonable
from lincs.selection import select
from lincs.showing import Shown

__all__ = ["OptimalProbes", "optimal_probes"]

Array = npt.NDArray[np.float64]

Indices = npt.NDArray[np.intp]

_TIGHT = 1e-9
_FEW, _GAP = 64, 0.01  # of "auto"
_TOGETHER = 32  # features that may be nu(A) and are solved together


@dataclass(frozen=True, kw_only=True, repr=False)
class OptimalProbes(Shown):
    """The least worst-case error of any linear read-out of A, per feature and as a whole.

    ``features`` (n) are the features that were solved; ``lower``, ``upper`` (n x number of k) enclose the least
    worst-case error of each one's row.  ``nu`` encloses ``max 1/V_i`` over them and ``eps`` the value ``min(1, k nu)``
    for each k: with all features solved (``complete``) that of the best B, otherwise a lower bound of it.
    ``m`` counts the features that exist and ``left_out`` those that were said not to; ``features``, ``worst`` and the
    places in ``kernel`` are indices of the file.
    ``B`` (d x n) holds the probes ``y_i / V_i``, optimal for every k with ``k nu <= 1``; ``row_programs`` counts the
    rows (over all k) that needed a linear program of their own.  ``kernel`` (an entry for every feature of the file) is
    the kernel vector that proves the lower end of ``nu``, with ``||w||_1 = 1`` and its largest entry at ``worst``; an
    exact kernel vector is proved to lie within ``kernel_distance`` of it in the 1-norm.  It is zero where no vector
    proves anything (``nu.lo = 0``).
    Every upper end is measured: of B, as it is returned, or of the probe of a row program.
    """

    page_by = "lincs.show.probe:probes"
    drawn_by = "lincs.plots.results:probes"
    records_in = "results"

    d: int
    m: int
    ks: tuple[int, ...]
    features: npt.NDArray[np.intp] = field(repr=False, compare=False)
    complete: bool
    seed: int | None
    nu: Interval
    eps: tuple[Interval, ...]
    worst: int
    row_programs: int
    lower: Array = field(repr=False, compare=False)
    upper: Array = field(repr=False, compare=False)
    B: Array = field(repr=False, compare=False)
    kernel: Array = field(repr=False, compare=False)
    kernel_distance: float = field(repr=False, compare=False)
    left_out: int = 0

    def worst_row(self, j: int) -> Interval:
        """The largest of the solved rows' least errors at the j-th k."""
        return Interval(float(self.lower[:, j].max()), float(self.upper[:, j].max()))

    def to_dict(self) -> dict[str, Any]:
        support = np.flatnonzero(self.kernel)
        return {
            "shape": {"d": self.d, "m": self.m},
            "complete": self.complete,
            "features": len(self.features),
            "left_out": self.left_out,
            "seed": self.seed,
            "nu": self.nu.to_dict(),
            "worst": self.worst,
            "kernel": {"support": jsonable(support), "values": jsonable(self.kernel[support])},
            "row_programs": self.row_programs,
            "results": [
                {
                    "k": k,
                    "eps": eps.to_dict(),
                    "rows": self.worst_row(j).to_dict(),
                    "median_row": float(np.median((self.lower + self.upper)[:, j] / 2)),
                }
                for j, (k, eps) in enumerate(zip(self.ks, self.eps, strict=True))
            ],
        }


@reports("features")
def optimal_probes(
    A: Any,
    *,
    k: Any,
    features: Any = None,
    without: Any = None,
    sample: int | None = None,
    seed: int = 0,
    row_programs: bool = True,
    gap: float | str | None = None,
    progress: Callable[[int, int], None] | None = None,
    threads: int | None = None,
    layout: str = "auto",
    key: str | None = None,
    normalize: bool = False,
) -> OptimalProbes:
    """The best linear probes of A (``d x m``, columns are features) for every k, with two-sided certificates.

    Args:
        k: an int, a sequence or text like ``"1:8"``.
        features: which features to solve (default: all), as 0-based indices: a sequence of ints, a mask (m,), text like
            ``"0,5,10:20"`` (ends included), or a file of these; or
        sample: that many, drawn by ``seed``.
        without: features that do not exist, given like ``features``, or ``"dead"``: the zero features of A.  They are
            not read and never active; indices in the result stay those of the file.
        row_programs: solve a linear program for each row and k at which the one-solve law leaves a gap; without it
            the gap stays in the enclosure.
        gap: None for ends as sharp as can be, by the l1 homotopy; or a relative gap of every feature's 1/V_i, for
            example 0.01: then a batched first-order method (splitting.py) finds them at the speed of matrix products,
            with the same proofs, and the features that can still be ``nu(A)`` go to the homotopy.  "auto": None for up
            to 64 features, else 0.01.
        progress: called with (features done, to do), with a ``gap``.
        layout, key, normalize: as in :func:`lincs.verify`.

    Where floating point cannot tell the rows of A from dependent ones, exact arithmetic decides for small matrices; for
    others lower ends are then 0.

    Raises:
        InputError: a bad matrix, k or feature, or probes beyond the range of doubles; zero features are allowed (no
            probe reads them: value 1).

    >>> import numpy as np
    >>> from scipy.linalg import hadamard
    >>> A = np.hstack([np.eye(4), hadamard(4) / 2])  # 8 features in 4 dimensions
    >>> found = optimal_probes(A, k=[1, 2])
    >>> found.B.shape, [round(eps.hi, 6) for eps in found.eps]
    ((4, 8), [0.333333, 0.666667])
    """
    whole = dense(A, layout=layout, key=key, normalize=normalize)
    chosen = select(as_matrix(whole), features=None if sample is not None else features, without=without)
    if sample is not None and features is not None:
        raise InputError("sample must not come with features, got both")
    total = whole.shape[1]
    if chosen.living is not None:
        whole = np.ascontiguousarray(whole[:, chosen.living])
    d, m = whole.shape
    ks = parse_ks(k, m=m)
    which = _sampled(sample, seed, m) if sample is not None else np.arange(m) if chosen.rows is None else chosen.rows
    units = Units(whole)
    rows = row_space(units.matrix, whole)
    if gap == "auto":
        gap = None if len(which) <= _FEW else _GAP
    if gap is None:
        kernels, probes = solve_rows(units.matrix, whole, rows, which, threads)
        B, upper, entry = _measured(units, probes, which, ks)
    else:
        if isinstance(gap, str) or not 0 < gap < 1:
            raise InputError(f"gap must lie between 0 and 1, got {gap}")
        kernels, probes = quick_rows(units.matrix, rows, which, gap=gap, threads=threads, progress=progress)
        B, upper, entry = _measured(units, probes, which, ks)
        _sharpen(units, whole, rows, kernels, (B, upper, entry), which, ks, gap, threads)
    lower = np.stack([kernels.row_values(count) for count in ks], axis=1)
    check_ends(lower, upper, "the least error of row {}", which)
    solved = 0
    if row_programs:
        tolerance = _TIGHT if gap is None else 2 * gap
        solved = rowprogram.close_gaps(units.matrix, rows, which, ks, lower, upper, tolerance=tolerance)
    shares = kernels.shares()
    at = int(np.argmax(shares))
    nu = Interval(float(shares[at]), float(entry.max()))
    check_ends(shares, np.full(len(which), nu.hi), "nu(A) at feature {}", which)
    kernel, distance = kernels.vector(at)
    if chosen.living is not None:  # a kernel vector of the whole file's matrix as well
        in_file = np.zeros(total)
        in_file[chosen.living] = kernel
        kernel = in_file
    features = chosen.original(which)
    return OptimalProbes(
        d=d,
        m=m,
        ks=ks,
        features=features,
        complete=len(which) == m,
        seed=seed if sample is not None else None,
        nu=nu,
        eps=tuple(Interval(_times(count, nu.lo, -np.inf), _times(count, nu.hi, np.inf)) for count in ks),
        worst=int(features[at]),
        row_programs=solved,
        lower=lower,
        upper=upper,
        B=B,
        kernel=kernel,
        kernel_distance=distance,
        left_out=chosen.left_out,
    )


def _measured(units: Units, probes: Array, which: Indices, ks: tuple[int, ...]) -> tuple[Array, Array, Array]:
    """B as it is returned, its worst errors for every k and its largest entries.

    The claim is about the array that is returned: B is measured as it comes back from its own units.
    """
    B, scaled_B = units.dual(probes, "the probes of A")
    upper, entry = measure(units.matrix, scaled_B, which, ks)
    spoilt = ~(entry <= 1)  # by underflow on the way back: the zero probe has 1
    B[:, spoilt], upper[spoilt], entry[spoilt] = 0.0, 1.0, 1.0
    return B, upper, entry


def _sharpen(
    units: Units,
    whole: Array,
    rows: RowSpace,
    kernels: Kernels,
    measured: tuple[Array, Array, Array],
    which: Indices,
    ks: tuple[int, ...],
    gap: float,
    threads: int | None,
) -> None:
    """The homotopy for what the first-order method left open, then for what may be nu(A), in place."""
    B, upper, entry = measured

    def solve(places: Indices) -> None:
        found, probes = solve_rows(units.matrix, whole, rows, which[places], threads)
        kernels.take(places, found)
        b, u, e = _measured(units, probes, which[places], ks)
        better = e < entry[places]
        B[:, places[better]], upper[places[better]], entry[places[better]] = b[:, better], u[better], e[better]

    unsolved = np.flatnonzero(entry > kernels.shares() * (1 + gap) + _TIGHT)
    if len(unsolved):
        solve(unsolved)
    while True:  # the likeliest first: its lower end may settle the others
        shares = kernels.shares()
        open_rows = np.flatnonzero((entry > shares.max() * (1 + _TIGHT)) & (entry - shares > _TIGHT * entry))
        if not len(open_rows):
            return
        before = entry[open_rows].copy()
        chosen = open_rows[np.argsort(-entry[open_rows], kind="stable")][:_TOGETHER]
        solve(chosen)
        after = kernels.shares()
        if (entry[open_rows] == before).all() and (after[open_rows] == shares[open_rows]).all():
            return  # the homotopy proves no more of them


def _times(k: int, nu: float, outward: float) -> float:
    """``min(1, k nu)``, rounded towards ``outward`` where the product is not exact."""
    product = k * nu
    if Fraction(product) != k * Fraction(nu):
        product = float(np.nextafter(product, outward))
    return max(0.0, min(1.0, product))


def _sampled(sample: int, seed: int, m: int) -> npt.NDArray[np.intp]:
    count = min(check_integer(sample, "sample"), m)
    return np.sort(np.random.default_rng(check_seed(seed)).choice(m, size=count, replace=False))
