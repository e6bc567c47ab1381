"""Whether a basis pursuit solution is the only one: a margin that is positive only where that is proved.

Let y be a computed dual vector, S the support of z together with the columns whose ``|a_j . y|`` is 1 up to rounding, s
the signs of z there (of ``a_j . y`` where z is zero).  If the columns ``A_S`` are independent with
``sigma_min(A_S) >= sigma``, some y' within ``||s - A_S^T y||_2 / sigma`` of y has ``A_S^T y' = s`` exactly.  Where
``|a_j . y'| < 1`` for every j outside S, z is the only minimiser for ``A z`` (THEOREMS.md, theorem 9).  All of it is
bounded here with its rounding; the least singular value by a Cholesky factorisation of ``G_S - c I`` (Rump 2006).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from lincs.exact.rounding import U, gamma
from lincs.parallel import cpu_count, run_tasks
from lincs.recovery.certify import norms

__all__ = ["margins"]

Array = npt.NDArray[np.float64]

_BLOCK = 64
_TIGHT = 1 - 1e-9
_SHARES = np.array([1e-4, 1e-7, 1e-10])  # of the largest squared column norm: shifts c to try


def margins(A: Array, Z: Array, Y: Array, products: Array, gram: Array | None = None) -> Array:
    """Lower bounds (n) of ``min 1 - |a_j . y'|`` outside S; 0 where uniqueness is not proved, NaN for NaN.

    1 where S is everything and independent.  A (d x m) and the columns of Z, Y in units near 1;
    ``gram`` is the computed ``A^T A``, if there is one; ``products`` as in :func:`lincs.recovery.certify.certify`.
    """
    d, n = len(A), Z.shape[1]
    with np.errstate(invalid="ignore", over="ignore"):
        sizes, y_sizes = norms(A), norms(Y)
        columns = np.ascontiguousarray(A.T)
        gammas = np.array([gamma(s, U) for s in range(d + 4)])
    out = np.full(n, np.nan)
    answered = np.flatnonzero(np.isfinite(Z).all(axis=0) & np.isfinite(y_sizes))

    known = gram is not None
    table = np.empty((0, 0)) if gram is None else np.ascontiguousarray(gram)

    def work(first: int) -> None:
        some = answered[first : first + _BLOCK]
        z, prices = np.ascontiguousarray(Z[:, some].T), np.ascontiguousarray(products[:, some].T)
        out[some] = _several(columns, table, known, z, prices, sizes, y_sizes[some], gammas, _SHARES)

    run_tasks(range(0, len(answered), _BLOCK), work, threads=cpu_count())
    return out


@njit(nogil=True, cache=True)
def _several(columns, gram, known, z, products, sizes, y_sizes, gammas, shares):
    out = np.empty(len(z))
    for t in range(len(z)):
        out[t] = _margin(columns, gram, known, z[t], products[t], sizes, y_sizes[t], gammas, shares)
    return out


@njit(nogil=True, cache=True)
def _margin(columns, gram, known, z, products, sizes, y_size, gammas, shares):
    u = 2.0**-53
    d = columns.shape[1]
    m = z.size
    s = 0
    for j in range(m):
        s += z[j] != 0.0 or abs(products[j]) > _TIGHT
    if s > d:
        return 0.0
    support, signs = np.empty(s, np.int64), np.empty(s)
    s = 0
    for j in range(m):
        if z[j] != 0.0 or abs(products[j]) > _TIGHT:
            support[s] = j
            signs[s] = np.sign(z[j]) if z[j] != 0.0 else np.sign(products[j])
            s += 1
    gamma_d, gamma_s = gammas[d + 3], gammas[s + 1]
    largest = 0.0
    for j in range(sizes.size):
        largest = max(largest, sizes[j])
    # sigma: a proved lower bound of sigma_min(A_S)
    defect, norm = 0.0, 0.0
    for i in range(s):
        norm = max(norm, sizes[support[i]])
        slip = abs(signs[i] - products[support[i]]) + gamma_d * sizes[support[i]] * y_size + 1e-290 * (1 + y_size)
        defect += (slip * (1 + 8 * u)) ** 2
    defect = np.sqrt(defect) * (1 + (s + 8) * u)
    push = 0.0
    if s > 0:
        trace = 0.0
        for i in range(s):
            trace += sizes[support[i]] ** 2
        noise = (gamma_d + 3 * gamma_s + 8 * u) * trace * (1 + (s + 8) * u) + 1e-290
        sigma = 0.0
        own = np.empty((s, s))
        if known:
            for i in range(s):
                for l in range(s):  # noqa: E741
                    own[i, l] = gram[support[i], support[l]]
        else:
            picked = columns[support]
            own[:] = np.dot(picked, picked.T)
        for share in shares:
            shift = share * norm * norm
            if shift <= 2 * noise:
                break
            if _factors(own, shift, s):
                sigma = np.sqrt((shift - noise) * (1 - 4 * u)) * (1 - 4 * u)
                break
        if sigma == 0.0:
            return 0.0
        push = defect / sigma * (1 + 8 * u)
    for i in range(s):
        products[support[i]] = 0.0
    worst = 0.0
    for j in range(products.size):
        price = abs(products[j])
        if price > 0.0:
            worst = max(worst, price + sizes[j] * (gamma_d * y_size + push))
    # a column whose product was computed as 0 may err as much as any
    if s < products.size:
        worst = max(worst, largest * (gamma_d * y_size + push))
    return max(0.0, 1.0 - (worst * (1 + 8 * u) + 1e-290 * (1 + y_size)) - 2 * u)


@njit(nogil=True, cache=True)
def _factors(gram, shift, n):
    """Whether the Cholesky factorisation of ``gram - shift I`` runs to its end."""
    moved = gram.copy()
    for i in range(n):
        moved[i, i] -= shift
    try:
        np.linalg.cholesky(moved)
    except Exception:
        return False
    return True
