"""``lincs.recovery_guarantees``: up to which k does basis pursuit recover *every* k-sparse z from ``A z``?

Certified below by the null space property: ``s nu(A) < 1/2`` suffices (THEOREMS.md, theorem 2), as do ``(2s-1) mu < 1``
(coherence; Donoho and Elad 2003, Gribonval and Nielsen 2003) and ``mu_1(s-1) + mu_1(s) < 1`` (Babel function; Tropp
2004)
for unit columns.  Refuted above by a kernel vector w whose k largest entries carry at least half of ``||w||_1``: then
``-w_S`` and ``w_{S^c}`` have the same image and the first is not the unique l1 minimiser.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.interference.exact import exact_error
from lincs.interference.geometry import coherence
from lincs.interference.rounding import U
from lincs.matrices import as_matrix
from lincs.problem import parse_eps
from lincs.recovery.basis_pursuit import dense
from lincs.recovery.probes import OptimalProbes, optimal_probes
from lincs.results import jsonable

__all__ = ["RecoveryGuarantees", "recovery_guarantees"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class RecoveryGuarantees:
    """``uniform_l1``: ``(lo, hi)``, basis pursuit recovers every lo-sparse z, and fails for some (hi+1)-sparse one.

    ``by_nu``, ``by_coherence``, ``by_babel`` are the largest k that each condition certifies.  ``linear`` is the
    bracket of
    the largest k at which some linear read-out has worst-case error below ``eps``.
    """

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
    A: Any, *, eps: Any = "1/2", threads: int | None = None, **options: Any
) -> RecoveryGuarantees:
    """Brackets for the largest k with uniform L1 recovery and with linear read-out below ``eps`` (see the record).

    ``options`` (layout, key, normalize) as in :func:`lincs.verify`.  All features are solved.

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
    probes = optimal_probes(matrix, k=1, row_programs=False, threads=threads)
    by_nu = _largest_below(Fraction(1, 2), probes.nu.hi, m)
    top = coherence(as_matrix(matrix), threads=threads).hi if m > 1 else 0.0
    dead = bool((matrix == 0).all(axis=0).any())
    by_coherence = 0 if dead else _largest(lambda s: (2 * s - 1) * top < 1, m)
    babel = _babel(matrix)
    by_babel = 0 if dead else _largest(lambda s: babel[s - 1] + babel[min(s, m - 1)] < 1, m)
    lowest = max(by_nu, by_coherence, by_babel)
    refuted = _refuted(matrix, probes.kernel)
    return RecoveryGuarantees(
        d=d, m=m, uniform_l1=(lowest, max(lowest, refuted - 1)), by_nu=by_nu, by_coherence=by_coherence,
        by_babel=by_babel, eps=level, probes=probes,
        linear=(m, m) if level > 1 else (_largest_below(level, probes.nu.hi, m), _largest_below(level, probes.nu.lo,
        m)),
    )  # fmt: skip


def _largest_below(level: Fraction, nu: float, m: int) -> int:
    """The largest ``k <= m`` with ``k nu < level``, exactly."""
    exact = Fraction(nu)
    return m if exact == 0 else min(m, -(-level // exact) - 1)


def _largest(holds: Any, m: int) -> int:
    """The largest ``s <= m`` with ``holds(s)``, for a condition that fails from some s on."""
    low, high = 0, m + 1
    while high - low > 1:
        middle = (low + high) // 2
        if holds(middle):
            low = middle
        else:
            high = middle
    return low


def _babel(A: Array) -> Array:
    """Upper bounds of ``mu_1(s) = max_i sum of the s largest |<a_i, a_j>|``, s = 0..m-1, for normalised columns."""
    norms = np.linalg.norm(A, axis=0)
    unit = A / np.where(norms > 0, norms, 1)
    best = np.zeros(A.shape[1])
    for start in range(0, A.shape[1], 256):
        block = np.abs(unit[:, start : start + 256].T @ unit)
        block[np.arange(len(block)), start + np.arange(len(block))] = 0
        block.sort(axis=1)
        sums = np.cumsum(block[:, ::-1][:, : A.shape[1] - 1], axis=1).max(axis=0, initial=0.0)
        best[1:] = np.maximum(best[1:], sums)
    return np.asarray(best + np.arange(A.shape[1]) * (A.shape[0] + A.shape[1]) * 4 * U)


def _refuted(A: Array, kernel: Array) -> int:
    """The least s whose largest entries carry at least half of the kernel vector; m + 1 if there is no vector.

    A vector that is in the kernel only up to rounding must carry a little more than half.
    """
    m = int(A.shape[1])
    if not kernel.any():
        return m + 1  # the kernel is trivial: every z is recovered
    tidy = np.round(kernel / np.abs(kernel).max(), 12)  # small rationals become themselves again
    if _in_kernel(A, tidy):
        kernel, slack = tidy, 0.0
    else:
        slack = 1e-9
    size = np.sort(np.abs(kernel))[::-1]
    carried = np.cumsum(size) >= float(size.sum()) / 2 * (1 + slack)
    return int(np.argmax(carried)) + 1 if carried.any() else m


def _in_kernel(A: Array, w: Array) -> bool:
    """Whether ``A w = 0`` exactly."""
    support = np.flatnonzero(w)
    return all(exact_error(row, w[None, support], np.ones(1), Fraction(0)) == 0 for row in A[:, support])
