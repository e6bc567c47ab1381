"""``lincs.recovery_guarantees``: up to which k does basis pursuit recover *every* k-sparse z from ``A z``?

Certified below through the null space property, for columns of any norm (THEOREMS.md, theorem 9): with
``c_ij = |a_i . a_j| / ||a_i||^2``,

* ``k nu(A) < 1/2`` (theorem 2),
* ``(2k-1) max c_ij < 1`` (for unit columns the coherence: Donoho and Elad 2003, Gribonval and Nielsen 2003),
* ``mu_1(k-1) + mu_1(k) < 1`` with ``mu_1(s)`` the largest sum of s entries of a *column* of c, its diagonal left out
  (for unit columns Tropp's Babel function, 2004).

Refuted above by a kernel vector w whose k largest entries carry at least half of ``||w||_1``: then ``-w_S`` and
``w_{S^c}`` have the same image and the first is not the unique l1 minimiser.  Bounds that exclude each other raise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import ContradictionError, InputError
from lincs.exact.products import exact_error
from lincs.exact.rounding import U, gamma
from lincs.exact.search import last
from lincs.problem import parse_eps
from lincs.reading import dense
from lincs.recovery.certify import norms
from lincs.recovery.probes import OptimalProbes, optimal_probes
from lincs.recovery.scaling import TINY
from lincs.results import jsonable
from lincs.showing import Shown
from lincs.typing import Level, MatrixLike

__all__ = ["RecoveryGuarantees", "recovery_guarantees"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, repr=False)
class RecoveryGuarantees(Shown):
    """Up to which k every k-sparse z is recovered by basis pursuit, and approximated by a linear read-out.

    ``uniform_l1``: ``(lo, hi)``, basis pursuit recovers every lo-sparse z, and fails for some (hi+1)-sparse one
    (``hi = m``: no failure is known).
    ``by_nu``, ``by_coherence``, ``by_babel`` are the largest k that each condition certifies.  ``linear`` is the
    bracket of the largest k at which some linear read-out has worst-case error below ``eps``.
    """

    page_by = "lincs.show.probe:guarantees"

    d: int
    m: int
    uniform_l1: tuple[int, int]
    by_nu: int
    by_coherence: int
    by_babel: int
    eps: Fraction
    linear: tuple[int, int]
    probes: OptimalProbes

    def to_dict(self) -> dict[str, Any]:
        return {
            "shape": {"d": self.d, "m": self.m},
            "nu": self.probes.nu.to_dict(),
            "uniform_l1": {"lower": self.uniform_l1[0], "upper": self.uniform_l1[1]},
            "by": {"nu": self.by_nu, "coherence": self.by_coherence, "babel": self.by_babel},
            "eps": jsonable(self.eps),
            "linear": {"lower": self.linear[0], "upper": self.linear[1]},
        }


def recovery_guarantees(
    A: MatrixLike,
    *,
    eps: Level = "1/2",
    probes: OptimalProbes | None = None,
    gap: float | str | None = "auto",
    threads: int | None = None,
    **options: Any,
) -> RecoveryGuarantees:
    """Brackets for the largest k with uniform L1 recovery and with linear read-out below ``eps`` (see the record).

    ``options`` (layout, key, normalize) as in :func:`lincs.verify`.  All features are solved, with ``gap`` as in
    :func:`lincs.optimal_probes`, unless ``probes`` is its result for the same matrix.

    >>> import numpy as np
    >>> from scipy.linalg import hadamard
    >>> A = np.hstack([np.eye(4), hadamard(4) / 2])  # 8 features in 4 dimensions
    >>> found = recovery_guarantees(A)
    >>> found.uniform_l1, found.linear
    ((1, 1), (1, 1))
    """
    matrix = dense(A, **options)
    d, m = matrix.shape
    level = parse_eps(eps)
    if probes is None:
        probes = optimal_probes(matrix, k=1, row_programs=False, gap=gap, threads=threads)
    elif (probes.d, probes.m, probes.complete, probes.left_out) != (d, m, True, 0):
        raise InputError("probes must be those of all features of the same matrix")
    by_nu = _largest_below(Fraction(1, 2), probes.nu.hi, m)
    cross = largest_sums(matrix)
    top = Fraction(cross[1]) if m > 1 and cross[1] < math.inf else None
    by_coherence = m if m == 1 and cross[0] == 0 else 0
    if top is not None:
        by_coherence = last(lambda s: (2 * s - 1) * top < 1, 0, m + 1)
    by_babel = 0
    if math.isfinite(cross[-1]):
        by_babel = last(lambda s: Fraction(cross[s - 1]) + Fraction(cross[min(s, m - 1)]) < 1, 0, m + 1)
    lowest = max(by_nu, by_coherence, by_babel)
    refuted = _refuted(matrix, probes.kernel, probes.kernel_distance)
    if lowest >= refuted:
        raise ContradictionError(
            f"recovery of every {lowest}-sparse z is proved (nu {by_nu}, coherence {by_coherence}, Babel {by_babel}) "
            f"and a kernel vector refutes it at {refuted}"
        )
    linear = (_largest_below(level, probes.nu.hi, m), _largest_below(level, probes.nu.lo, m))
    return RecoveryGuarantees(
        d=d,
        m=m,
        uniform_l1=(lowest, refuted - 1),
        by_nu=by_nu,
        by_coherence=by_coherence,
        by_babel=by_babel,
        eps=level,
        probes=probes,
        linear=(m, m) if level > 1 else linear,
    )


def _largest_below(level: Fraction, nu: float, m: int) -> int:
    """The largest ``k <= m`` with ``k nu < level``, exactly."""
    exact = Fraction(nu)
    return m if exact == 0 else min(m, -(-level // exact) - 1)


def largest_sums(A: Array) -> Array:
    """Upper bounds of ``mu_1(s)``, s = 0..m-1; infinite (also at s = 0) where a column of A is zero.

    ``mu_1(s)`` is the largest sum of s entries ``c_ij = |a_i . a_j| / ||a_i||^2``, ``i != j``, of one column j.
    Each column is brought near norm 1 by a power of two first, so that nothing overflows on the way.
    """
    d, m = A.shape
    if (A == 0).all(axis=0).any():
        return np.full(m, np.inf)
    powers = np.frexp(np.abs(A).max(axis=0))[1]
    unit = np.ldexp(A, -powers)
    norms_up = norms(unit)
    squares = (unit * unit).sum(axis=0) * (1 - (d + 8) * U) - TINY
    best = np.zeros(m)
    with np.errstate(over="ignore", under="ignore"):
        for start in range(0, m, 256):
            block = slice(start, min(start + 256, m))
            c = np.abs(unit.T @ unit[:, block]) + norms_up[:, None] * (gamma(d, U) * norms_up[block]) + TINY
            c = np.ldexp(c / squares[:, None] * (1 + 16 * U), powers[None, block] - powers[:, None]) + TINY
            c[np.arange(start, block.stop), np.arange(block.stop - start)] = 0.0
            c.sort(axis=0)
            best[1:] = np.maximum(best[1:], np.cumsum(c[::-1], axis=0)[: m - 1].max(axis=1, initial=0.0))
    return np.asarray(best * (1 + 2 * m * U))


def _refuted(A: Array, kernel: Array, distance: float) -> int:
    """The least s whose largest entries carry at least half of a kernel vector; m + 1 if nothing is refuted.

    The vector is within ``distance`` of ``kernel`` in the 1-norm; or it is ``kernel`` with its digits tidied, where
    that is in the kernel exactly, and then half is enough.
    """
    m = int(A.shape[1])
    if not kernel.any():
        return m + 1
    tidy = np.round(kernel / np.abs(kernel).max(), 12)  # small rationals become themselves again
    exact = _in_kernel(A, tidy)
    values = sorted((abs(Fraction(float(v))) for v in (tidy if exact else kernel) if v), reverse=True)
    total, carried = sum(values, Fraction(0)), Fraction(0)
    slack = Fraction(0) if exact else Fraction(distance)
    if slack >= total:
        return m + 1
    for s, value in enumerate(values, start=1):
        carried += value
        if 2 * carried >= total + slack:
            return s
    return m  # an exact vector beside it is not zero, and all of it is more than half


def _in_kernel(A: Array, w: Array) -> bool:
    """Whether ``A w = 0`` exactly."""
    support = np.flatnonzero(w)
    return all(exact_error(row, w[None, support], np.ones(1), Fraction(0)) == 0 for row in A[:, support])
