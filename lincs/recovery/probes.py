"""``lincs.optimal_probes``: the best linear read-out B that a given A allows, for every k from one solve per feature.

For feature i let ``V_i = 1 + min { ||u||_1 : A_{-i} u = a_i }``, a basis pursuit without column i, with dual vector y.

* *Upper*: the probe ``b_i = y / V_i`` has row errors at most ``1/V_i`` in every entry, so at most ``k/V_i`` over
k-sparse
  inputs; the zero probe has 1.
* *Lower*: ``w = (1, -u)`` lies in the kernel of A.  Whatever the probe, its row errs by at least ``w_i`` for every w in
  the kernel with ``||w||_inf <= 1`` and ``||w||_1 <= k`` (THEOREMS.md, theorem 2), so by ``min(1/||w||_inf,
  k/||w||_1)``.

Both meet at ``min(1, k/V_i)`` whenever ``||u||_inf <= 1``; the other rows have a linear program of their own
(rowprogram).
Over all rows, ``min_B eps = min(1, k nu(A))`` with ``nu(A) = max_i 1/V_i``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError, check_integer, check_seed
from lincs.interference.rounding import U
from lincs.problem import parse_ks
from lincs.recovery import rowprogram
from lincs.recovery.basis_pursuit import dense
from lincs.recovery.certify import certify, least_singular_value
from lincs.recovery.homotopy import solve_paths
from lincs.results import Interval, jsonable

__all__ = ["OptimalProbes", "optimal_probes"]

Array = npt.NDArray[np.float64]

_OUTSIDE = 1e-7  # a feature whose residual stays this large (relatively) is not in the span of the others
_SHARE = 1e-8  # ... and no vector in the kernel of A has more than this share of its square there
_TIGHT = 1e-9


@dataclass(frozen=True, kw_only=True)
class OptimalProbes:
    """The least worst-case error of any linear read-out of A, per feature and as a whole.

    ``features`` (n) are the features that were solved; ``lower``, ``upper`` (n x number of k) enclose the least
    worst-case
    error of each one's row.  ``nu`` encloses ``max 1/V_i`` over them and ``eps`` the value ``min(1, k nu)`` for each
    k: with
    all features solved (``complete``) that of the best B, otherwise a lower bound of it.
    ``B`` (d x n) holds the probes ``y_i / V_i``, optimal for every k with ``k nu <= 1``; ``row_programs`` counts the
    rows
    (over all k) that needed a linear program of their own.  ``kernel`` (m) is the kernel vector that proves the
    lower end
    of ``nu``, with ``||w||_1 = 1`` and its largest entry at ``worst``.
    """

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

    def worst_row(self, j: int) -> Interval:
        """The largest of the solved rows' least errors at the j-th k."""
        return Interval(float(self.lower[:, j].max()), float(self.upper[:, j].max()))

    def to_dict(self) -> dict[str, Any]:
        support = np.flatnonzero(self.kernel)
        return {
            "shape": {"d": self.d, "m": self.m},
            "complete": self.complete,
            "features": len(self.features),
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


def optimal_probes(
    A: Any,
    *,
    k: Any,
    features: Any = None,
    sample: int | None = None,
    seed: int = 0,
    row_programs: bool = True,
    threads: int | None = None,
    layout: str = "columns",
    key: str | None = None,
    normalize: bool = False,
) -> OptimalProbes:
    """The best linear probes of A (``d x m``, columns are features) for every k, with two-sided certificates.

    Args:
        k: an int, a sequence or text like ``"1:8"``.
        features: which features to solve (default: all), or
        sample: that many, drawn by ``seed``.
        row_programs: solve a linear program for each row and k at which the one-solve law leaves a gap; without it
        the gap
            stays in the enclosure.
        layout, key, normalize: as in :func:`lincs.verify`.

    Rows of A that depend on the others (up to rounding) are left out: their coefficients in B are 0.

    Raises:
        InputError: a bad matrix, k or feature; zero features are allowed (no probe reads them: value 1).

    >>> import numpy as np
    >>> from scipy.linalg import hadamard
    >>> A = np.hstack([np.eye(4), hadamard(4) / 2])  # 8 features in 4 dimensions
    >>> found = optimal_probes(A, k=[1, 2])
    >>> found.B.shape, [round(eps.hi, 6) for eps in found.eps]
    ((4, 8), [0.333333, 0.666667])
    """
    whole = dense(A, layout=layout, key=key, normalize=normalize)
    d, m = whole.shape
    ks = parse_ks(k, m=m)
    independent = _independent_rows(whole)
    matrix = whole[independent]
    which = _which(features, sample, seed, m)
    u, y, values, prices = _solve(matrix, which, threads)
    weight_lo, weight_hi = values  # enclosures of ||u||_1; V = 1 + ||u||_1
    finite = np.isfinite(weight_hi)
    width = np.where(finite, weight_hi - weight_lo, 0.0)
    # The exact kernel vector differs from the computed one by the repair of the residual, which `width` covers.
    largest = (np.abs(u).max(axis=0, initial=0.0) + width) * (1 + 8 * U)
    # The probe y / (1 + weight_hi) errs by at most price / (1 + weight_lo) beside the diagonal, and on it by
    # 1 - y.a_i / (1 + weight_hi) <= (1 + width) / (1 + weight_lo), since y.a_i >= weight_lo.
    entry = (prices + width) / (1 + weight_lo) * (1 + 8 * U)
    useless = entry > 1  # nothing was proved of this probe: the zero probe has 1
    entry = np.minimum(entry, 1.0)
    B = np.zeros((d, len(which)))
    B[independent] = np.where(useless, 0.0, y / np.where(finite, 1 + weight_hi, 1.0))
    lower, upper = np.empty((len(which), len(ks))), np.empty((len(which), len(ks)))
    for j, count in enumerate(ks):
        with np.errstate(divide="ignore", invalid="ignore"):
            lower[:, j] = np.where(
                finite, np.minimum(1 / np.maximum(1, largest), count / (1 + weight_hi)) * (1 - 8 * U), 0.0
            )
        upper[:, j] = np.minimum(1.0, count * entry)
    solved = 0
    if row_programs:
        solved = rowprogram.close_gaps(matrix, which, ks, lower, upper, tolerance=_TIGHT)
    inverse = np.where(finite, 1 / (1 + weight_hi) * (1 - 8 * U), 0.0)
    at = int(np.argmax(inverse))
    nu = Interval(float(inverse[at]), float(entry.max()))
    kernel = np.zeros(m)
    if finite[at]:
        kernel = -u[:, at] / (1 + np.abs(u[:, at]).sum())
        kernel[which[at]] = 1 / (1 + np.abs(u[:, at]).sum())
    return OptimalProbes(
        d=d, m=m, ks=ks, features=which, complete=len(which) == m, seed=seed if sample is not None else None,
        nu=nu, eps=tuple(Interval(min(1.0, count * nu.lo), min(1.0, count * nu.hi)) for count in ks),
        worst=int(which[at]), row_programs=solved, lower=lower, upper=upper, B=B, kernel=kernel,
    )  # fmt: skip


def _kernel_shares(A: Array, X: Array) -> Array:
    """For columns X of A (independent rows): the diagonal entries of the projector on the kernel of A.

    ``1 - x^T (A A^T)^-1 x`` is the largest ``w_i^2`` of a unit vector w with ``A w = 0``: zero exactly when column i is
    outside the span of the others.
    """
    basis = np.linalg.svd(A, full_matrices=False)
    inverse = np.divide(1.0, basis.S, out=np.zeros_like(basis.S), where=basis.S > 0)
    return np.asarray(1 - ((inverse[:, None] * (basis.U.T @ X)) ** 2).sum(axis=0))


def _independent_rows(A: Array) -> npt.NDArray[np.intp]:
    """The rows of A to work with: all of them, or a maximal independent set where some depend on others to rounding."""
    if least_singular_value(A) > 0:
        return np.arange(len(A))
    from scipy.linalg import qr

    triangle, order = qr(A.T, mode="r", pivoting=True)[-2:]
    size = np.abs(np.diag(triangle))
    rank = int((size > size.max(initial=0.0) * 1e-12 * max(A.shape)).sum())
    return np.sort(order[: max(rank, 1)]).astype(np.intp)


def _which(features: Any, sample: int | None, seed: int, m: int) -> npt.NDArray[np.intp]:
    if sample is not None:
        if features is not None:
            raise InputError("sample must not come with features, got both")
        count = min(check_integer(sample, "sample"), m)
        return np.sort(np.random.default_rng(check_seed(seed)).choice(m, size=count, replace=False))
    if features is None:
        return np.arange(m)
    which = np.array([check_integer(i, "features", least=0) for i in features], dtype=np.intp)
    if not which.size or which.max() >= m or len(set(which.tolist())) < len(which):
        raise InputError(f"features must be distinct indices below m = {m}, got {list(features)[:8]}")
    return which


def _solve(
    A: Array, which: npt.NDArray[np.intp], threads: int | None
) -> tuple[Array, Array, tuple[Array, Array], Array]:
    """``u``, ``y``, enclosures of ``||u||_1`` and of the largest ``|a_j . y|`` for the chosen features.

    Columns that the homotopy leaves unproved go to HiGHS.  A zero feature has u = 0, y = 0; a feature outside the
    span of
    the others an infinite ``||u||_1`` and a probe without error.
    """
    X = A[:, which]
    found = solve_paths(A, X, skip=which, threads=threads)
    u, y = found.z, found.y
    sigma = least_singular_value(A)
    proof = certify(A, X, u, y, sigma, skip=which)
    norms = np.linalg.norm(X, axis=0)
    outside = np.linalg.norm(X - A @ u, axis=0) > _OUTSIDE * np.where(norms > 0, norms, 1)
    if outside.any():  # a path that stopped early leaves a residual too
        outside &= _kernel_shares(A, X) < _SHARE
    doubtful = np.flatnonzero(~proof.proved() & ~outside & (norms > 0))
    for t in doubtful.tolist():
        u[:, t], y[:, t] = rowprogram.without_column(A, int(which[t]))
    proof = certify(A, X, u, y, sigma, skip=which)
    lower, upper = proof.lower.copy(), proof.upper.copy()
    # The detour that repairs the residual may use column i itself, by at most `detour`: solve for the rest.
    detour = np.maximum(upper - np.abs(u).sum(axis=0), 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        upper = np.where(detour < 0.5, upper / (1 - np.minimum(detour, 0.5)), np.inf)
    y, prices = proof.y.copy(), np.ones(len(which))
    residual = X - A @ u
    for t in np.flatnonzero(outside & (norms > 0)).tolist():
        # Orthogonal to the others up to rounding: b = r / (r . a_i), whose largest entry beside the diagonal counts.
        y[:, t] = residual[:, t] / (residual[:, t] @ X[:, t])
        entries = np.abs(A.T @ y[:, t])
        entries[which[t]] = abs(entries[which[t]] - 1)
        prices[t], lower[t], upper[t], u[:, t] = entries.max() + 1e-12, 0.0, np.inf, 0.0
    dead = norms == 0
    lower[dead], upper[dead] = 0.0, 0.0
    return u, y, (lower, upper), prices
