"""The kernel of A, as far as floating point can vouch for it: a row basis with a proved least singular value.

A computed vector is in the kernel only up to a residual.  If ``T A_K`` (K some rows of A, T invertible) has a least
singular value of at least ``sigma > 0``, every r has a c with ``A_K c = r`` and ``||c||_2 <= ||T r||_2 / sigma``: the
*detour* that repairs the residual r, of 1-norm at most ``sqrt(m) ||T r||_2 / sigma`` (THEOREMS.md, theorem 9).

``sigma`` is proved in one of two ways.  *Cholesky* (Rump 2006): if the factorisation of ``fl(G - c I)`` ends well,
``G >= c - gamma trace``; enough when A is well conditioned (T = I).  *Preconditioning*: with ``A_K^T = Q R`` and
``T = R^-T``, ``T A_K`` is nearly orthonormal and its Gram matrix is compared with the identity; enough up to condition
numbers around 1e15.  Rows beyond the basis count as dependent only when exact arithmetic says so (exactrows.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U, gamma
from lincs.recovery import exactrows
from lincs.recovery.scaling import TINY

__all__ = ["RowSpace", "least_singular_value", "row_space"]

Array = npt.NDArray[np.float64]

_WELL = 1e-4  # sigma / ||A|| from which A is worked with as it is
_RANK = 1e-12  # times the size: rows whose pivot falls below are left out of the basis
_LONG = 2**27  # products d^2 m up to which T A is formed in extended precision


@dataclass(frozen=True)
class RowSpace:
    """``sigma``: proved for ``transform @ A[kept]`` (``A[kept]`` where transform is None), 0 where nothing is.

    ``work``: ``transform @ A[kept]`` rounded, the matrix to give to solvers.  ``spans``: ``ker A[kept] = ker A`` is
    proved.  ``trivial``: ``ker A = {0}`` is proved.
    """

    kept: npt.NDArray[np.intp]
    sigma: float
    transform: Array | None
    work: Array
    spans: bool
    trivial: bool
    every: bool  # `kept` are all rows of A
    relations: exactrows.Relations | None = None

    @property
    def independent(self) -> bool:
        """Whether all rows of A were proved independent: then every right-hand side has a solution."""
        return self.every and self.sigma > 0

    def apply(self, X: Array) -> Array:
        """``transform @ X[kept]``, the right-hand sides that belong to ``work``."""
        part = X[self.kept]
        return part if self.transform is None else _product(self.transform, part)[0]

    def dual(self, y: Array, d: int) -> Array:
        """A dual vector of ``work`` (r x n) as one of A (d x n)."""
        out = np.zeros((d, y.shape[1]))
        out[self.kept] = y if self.transform is None else self.transform.T @ y
        return out

    def residual(self, A: Array, V: Array, X: Array) -> tuple[Array, float]:
        """``X - A V`` and the unit roundoff of its sums: extended precision where ``transform`` magnifies them."""
        if self.transform is None or A.size * V.shape[1] > _LONG:
            return X - A @ V, U
        long = np.longdouble
        out = X.astype(long) - A.astype(long) @ V.astype(long)
        return out.astype(np.float64), float(np.finfo(long).eps) / 2

    def detour(self, R: Array, radius: Array) -> Array:
        """Upper bounds (n) of the least ``||c||_1``, ``A_K c = r_K``, for all r within ``radius`` of a column of R."""
        m = self.work.shape[1]
        if self.sigma <= 0:
            return np.full(R.shape[1], np.inf)
        part = R[self.kept]
        n = len(part)
        with np.errstate(over="ignore", invalid="ignore"):
            size = np.linalg.norm(part, axis=0) * (1 + (n + 8) * U)
            if self.transform is None:
                total = size + radius
            else:
                largest = float(np.linalg.norm(self.transform)) * (1 + (n * n + 8) * U)
                total = np.linalg.norm(self.transform @ part, axis=0) * (1 + (n + 8) * U)
                total = total + largest * (gamma(n, U) * size + radius) + TINY * largest
            return np.asarray(math.sqrt(m) * total / self.sigma * (1 + 16 * U) + TINY)


def row_space(A: Array, exact: Array) -> RowSpace:
    """The row space of A, in units near 1; ``exact`` is A as given (its rows may have other units)."""
    d, m = A.shape
    every = np.arange(d)
    if d <= m:
        sigma = least_singular_value(A)
        if sigma > _WELL * float(np.linalg.norm(A)) / math.sqrt(d):
            return RowSpace(every, sigma, None, A, True, d == m, True)
        found = _preconditioned(A, every)
        if found is not None:
            return RowSpace(every, found[0], found[1], found[2], True, d == m, True)
    kept = _independent_rows(A)
    found = _preconditioned(A, kept) if len(kept) else None
    if found is None:
        return RowSpace(every, 0.0, None, A, False, False, True)
    sigma, transform, work = found
    if len(kept) == m:
        return RowSpace(kept, sigma, transform, work, True, True, len(kept) == d)
    relations = exactrows.relations(exact, kept)
    return RowSpace(kept, sigma, transform, work, relations is not None, False, False, relations)


def least_singular_value(A: Array) -> float:
    """A proved lower bound of ``sigma_min`` of a d x m matrix, d <= m, with entries near 1; 0 where there is none.

    With G the computed ``A A^T``: ``|G - A A^T| <= gamma_m ||A||_F^2`` in norm, and a Cholesky factorisation of
    ``fl(G - c I)`` that runs to its end proves ``fl(G - c I) >= - gamma_{d+1} / (1 - gamma_{d+1}) trace``.
    """
    d, m = A.shape
    if d > m:
        return 0.0
    gram = A @ A.T
    trace = float(np.trace(gram))
    noise = (gamma(m, U) + 3 * gamma(d + 1, U) + 4 * U) * trace * (1 + (d + 8) * U) + TINY
    try:
        factor = np.linalg.cholesky(gram)
    except np.linalg.LinAlgError:
        return 0.0
    guess = _least_eigenvalue(np.asarray(factor, dtype=np.float64))
    for share in (0.9, 0.5, 0.1):
        shift = share * guess
        if shift <= 2 * noise:
            break
        try:
            np.linalg.cholesky(gram - shift * np.eye(d))
        except np.linalg.LinAlgError:
            continue
        return math.sqrt((shift - noise) * (1 - 4 * U)) * (1 - 4 * U)
    return 0.0


def _least_eigenvalue(factor: Array) -> float:
    """An estimate of the least eigenvalue of ``L L^T``, by inverse iteration (a guess: the factorisation decides)."""
    from scipy.linalg import solve_triangular

    vector = np.ones(len(factor)) + np.arange(len(factor)) % 7 / 8
    value = 0.0
    for _ in range(12):
        vector = vector / np.linalg.norm(vector)
        half = solve_triangular(factor, vector, lower=True, check_finite=False)
        vector = solve_triangular(factor, half, lower=True, trans="T", check_finite=False)
        value = float(half @ half)
        if not math.isfinite(value):
            return 0.0
    return 1 / value


def _preconditioned(A: Array, kept: npt.NDArray[np.intp]) -> tuple[float, Array, Array] | None:
    """``(sigma, T, fl(T A_K))``, or None where ``T A_K`` cannot be told from a singular matrix."""
    from scipy.linalg import qr, solve_triangular

    part = A[kept]
    r, m = part.shape
    triangle = qr(part.T, mode="r", check_finite=False)[0][:r]
    if not np.abs(np.diag(triangle)).min(initial=1.0) > 0:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        transform = solve_triangular(triangle.T, np.eye(r), lower=True, check_finite=False)
        if not np.isfinite(transform).all():
            return None
        work, unit = _product(transform, part)
        sizes = float(np.linalg.norm(transform)) * float(np.linalg.norm(part)) * (1 + 4 * (r * m + 8) * U)
        size = float(np.linalg.norm(work)) * (1 + (r * m + 8) * U)
        error = gamma(r, unit) * sizes + U * size + TINY * (1 + sizes)  # of `work`, in the Frobenius norm
        gram = work @ work.T
        off = float(np.linalg.norm(gram - np.eye(r))) * (1 + (r * r + 8) * U)
        off += gamma(m, U) * size * size * (1 + 8 * U) + 4 * U * r + TINY
    if not off < 0.75:
        return None
    sigma = math.sqrt(1 - off) * (1 - 8 * U) - error * (1 + 8 * U)
    return (sigma, transform, np.asarray(work)) if sigma > 0.1 else None


def _product(T: Array, A: Array) -> tuple[Array, float]:
    """``T A`` rounded to doubles, and the unit roundoff of the sums in it: extended where the machine has it."""
    if T.shape[0] * T.shape[1] * A.shape[1] > _LONG:
        return T @ A, U
    long = np.longdouble
    return (T.astype(long) @ A.astype(long)).astype(np.float64), float(np.finfo(long).eps) / 2


def _independent_rows(A: Array) -> npt.NDArray[np.intp]:
    """Rows that rounding can tell from their combinations; none for a zero matrix."""
    from scipy.linalg import qr

    triangle, order = qr(A.T, mode="r", pivoting=True, check_finite=False)[-2:]
    size = np.abs(np.diag(triangle))
    rank = int((size > max(size.max(initial=0.0) * _RANK * max(A.shape), TINY)).sum())
    return np.sort(order[:rank]).astype(np.intp)
