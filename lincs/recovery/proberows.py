"""The rows of the optimal probes: a kernel vector and a probe for each feature, both measured as they are.

A *kernel vector* ``w = e_i - u``, with ``A w`` not quite zero, stands for an exact one within its *distance* D in the
1-norm (rowspace.py, or exactly: exactrows.py).  Whatever the probe, row i errs by at least ``w_i`` over the gauge of w
in the read-out's ball (readouts/base.py); signed, ``(1 - D) / max(||w||_inf + D, (||w||_1 + D) / k)`` (THEOREMS.md,
theorem 2).  A *probe* b errs by the read-out's loss of the row ``A^T b - e_i``, computed here with its rounding.  Who
found them does not matter.

Where a constant is read beside the features, A has a row and a column more (probes.py): vectors of the
kernel then have an entry beyond the features, which their parts do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import ContradictionError
from lincs.exact.rounding import U, float_up, gamma
from lincs.readouts.base import Readout
from lincs.recovery import exactrows, rowprogram
from lincs.recovery.certify import norms, row_errors
from lincs.recovery.homotopy import solve_paths
from lincs.recovery.rowspace import RowSpace
from lincs.recovery.scaling import TINY

__all__ = ["PROVED_OF", "Kernels", "check_ends", "kernels_of", "solve_rows"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_BLOCK = 256
PROVED_OF = ("own", "peaks", "sums", "total", "distance")
_PROVED = 1e-9  # rows whose two ends are this close need no other solver
_OUTSIDE = 1e-7  # a feature whose residual stays this large (relatively) may be outside the span of the others
_SHARE = 1e-8  # ... if no vector in the kernel of A has more than this share of its square there


@dataclass
class Kernels:
    """A kernel vector ``w = e_i - u`` for each feature, as computed, and what is proved of the exact one beside it.

    The exact vector has a 1-norm of at most ``total`` and at least ``own`` at the feature itself; ``own <= 0`` proves
    nothing.  ``peaks`` and ``sums`` (2 x n) bound the largest entries and the sums of its positive parts (row 0) and
    negative parts (row 1), over the first ``m`` entries: the features.
    """

    which: Indices
    u: Any  # a column a feature, zero at the feature itself; or some of these columns, by their places
    m: int
    own: Array
    peaks: Array
    sums: Array
    total: Array
    distance: Array

    @staticmethod
    def empty(which: Indices, m: int) -> Kernels:
        """Of features for which nothing is proved yet; :meth:`take` fills them in."""
        n = len(which)
        parts = np.zeros((2, n)), np.zeros((2, n))
        return Kernels(which, {}, m, np.full(n, -np.inf), *parts, np.zeros(n), np.zeros(n))

    def take(self, places: Indices, other: Kernels) -> None:
        """What ``other`` proves of these features, where it proves more; of its vectors the one of largest share.

        So the largest share of all is always one whose vector is kept.
        """
        better = other.shares() > self.shares()[places]
        for name in PROVED_OF:
            getattr(self, name)[..., places[better]] = getattr(other, name)[..., better]
        for place in places[better].tolist():
            self.u.pop(place, None)  # of the numbers before
        t = other.best()
        if len(better) and better[t]:
            self.u[int(places[t])] = np.array(other.column(t))

    def best(self) -> int:
        """The place of the largest share among those whose vector is kept."""
        shares = self.shares()
        if isinstance(self.u, np.ndarray) or not self.u:
            return int(np.argmax(shares)) if len(shares) else 0
        return max(map(int, self.u), key=lambda place: (float(shares[place]), -place))

    def column(self, t: int) -> Array:
        """``u`` of a feature whose vector is kept."""
        return np.asarray(self.u[:, t] if isinstance(self.u, np.ndarray) else self.u[t])

    def row_values(self, k: int, readout: Readout) -> Array:
        """Lower bounds of every row's least error at k."""
        with np.errstate(divide="ignore", invalid="ignore"):
            value = self.own / readout.ball(k).gauge(self.peaks, self.sums) * (1 - 8 * U)
        return np.where(self.own > 0, np.minimum(value, 1.0), 0.0)

    def shares(self) -> Array:
        """Lower bounds of ``w_i / ||w||_1``, each one of nu(A)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.own > 0, self.own / self.total * (1 - 8 * U), 0.0)

    def vector(self, t: int) -> tuple[Array, float]:
        """``w`` scaled to 1-norm 1 and its distance from an exact kernel vector; zero where it proves nothing.

        The norm counts an entry beyond the features, which the vector that is returned leaves out.
        """
        if self.own[t] <= 0:
            return np.zeros(self.m), 0.0
        w = -self.column(t)
        w[self.which[t]] = 1.0
        size = float(np.abs(w).sum())
        return w[: self.m] / size, (float(self.distance[t]) / size + 4 * U) * (1 + 8 * U)


def check_ends(lower: Array, upper: Array, what: str, which: Indices) -> None:
    """Raise where a lower end passes an upper one: then one of two proofs is wrong, and neither may be printed."""
    if (lower > upper).any():
        t = int(np.argwhere(lower > upper)[0][0])
        raise ContradictionError(f"{what.format(int(which[t]))} is proved at least {lower[t]} and at most {upper[t]}")


def solve_rows(
    A: Array, exact: Array, rows: RowSpace, which: Indices, *, m: int, threads: int | None
) -> tuple[Kernels, Array]:
    """Kernel vectors and probes (d x n) for the chosen features of A (``exact`` in units near 1), of which m exist.

    The homotopy goes first; rows that it leaves open go to HiGHS, or get the probe that is orthogonal to all others;
    kernel vectors still unproved are sought in exact arithmetic.
    """
    work = rows.work
    X = work[:, which]
    found = solve_paths(work, X, skip=which, threads=threads)
    kernels, probes, entry = _judge(A, rows, which, found.z, found.y, m)
    sizes = np.linalg.norm(X, axis=0)
    width = entry - kernels.shares()
    doubtful = np.flatnonzero((width > _PROVED * entry) & (entry > _PROVED) & (sizes > 0))
    if len(doubtful):
        residual = X[:, doubtful] - work @ found.z[:, doubtful]
        apart = np.linalg.norm(residual, axis=0) > _OUTSIDE * sizes[doubtful]
        if apart.any():  # a path that stopped early leaves a residual too
            apart &= _kernel_shares(work, X[:, doubtful]) < _SHARE
        for t, outside in zip(doubtful.tolist(), apart.tolist(), strict=True):
            pick = which[[t]]
            if outside:  # orthogonal to the others up to rounding: b = r / (r . a_i)
                r = X[:, [t]] - work @ found.z[:, [t]]
                own = float(r[:, 0] @ X[:, t])
                u, y = np.zeros((A.shape[1], 1)), r / own if own > 0 else r * 0.0
                other = _judge(A, rows, pick, u, y, m, plain=True)
            else:
                u_t, y_t = rowprogram.without_column(work, int(which[t]))
                other = _judge(A, rows, pick, u_t[:, None], y_t[:, None], m)
            _keep_better(kernels, probes, entry, t, other)
    if not rows.spans or rows.transform is not None:
        _exact_kernels(kernels, exact, entry, rows)
    return kernels, probes


def _judge(
    A: Array, rows: RowSpace, which: Indices, u: Array, y: Array, m: int, *, plain: bool = False
) -> tuple[Kernels, Array, Array]:
    """What kernel vectors ``e_i - u`` and dual vectors y of ``rows.work`` prove: (kernels, probes, largest entries).

    The probe is ``y / (1 + ||u||_1)``, y itself if ``plain``; zero where it would be worse than the zero probe.
    """
    bad = ~np.isfinite(y).all(axis=0)
    y = np.where(bad, 0.0, y)
    kernels = kernels_of(A, rows, which, np.where(bad, np.nan, u), m)
    value = np.where(np.isfinite(kernels.u).all(axis=0), np.abs(kernels.u).sum(axis=0), 0.0)
    value = value * (1 + (len(u) + 4) * U)
    probes = rows.dual(y if plain else y / (1.0 + value), len(A))
    entry = _largest_errors(A, probes, which)
    useless = ~(entry < 1.0)
    probes[:, useless], entry[useless] = 0.0, 1.0
    return kernels, probes, entry


def kernels_of(A: Array, rows: RowSpace, which: Indices, u: Array, m: int) -> Kernels:
    """What the vectors ``e_i - u`` prove; nothing where they are not finite.

    ``u`` has a row for each column of A, the first m of them features, and is zero at each feature itself.
    """
    columns, n = u.shape
    bad = ~np.isfinite(u).all(axis=0)
    u = np.where(bad, 0.0, u)
    grow = 1 + (columns + 4) * U
    value = np.abs(u).sum(axis=0) * grow
    plus, minus = np.maximum(-u[:m], 0.0), np.maximum(u[:m], 0.0)  # of w, its own entry aside
    peaks = np.stack([np.maximum(1.0, plus.max(axis=0, initial=0.0)), minus.max(axis=0, initial=0.0)])
    sums = np.stack([1.0 + plus.sum(axis=0) * grow, minus.sum(axis=0) * grow])
    if rows.spans and not rows.trivial:
        target, sizes = A[:, which], norms(A)
        R, unit = rows.residual(A, u, target)
        terms = int((u != 0).sum(axis=0).max(initial=0)) + 2
        radius = (gamma(terms, unit) * sizes.max() * (value + 1) + TINY * (1 + value)) * (1 + 8 * U)
        distance = rows.detour(R, radius)
    else:
        distance = np.full(n, np.inf)
    with np.errstate(invalid="ignore"):
        return Kernels(
            which=which,
            u=u,
            own=np.where(bad, -np.inf, (1.0 - distance) * (1 - 2 * U)),
            m=m,
            peaks=(peaks + distance) * (1 + 2 * U),
            sums=(sums + distance) * (1 + 4 * U),
            total=(1.0 + value + distance) * (1 + 4 * U),
            distance=distance,
        )


def _largest_errors(A: Array, B: Array, which: Indices) -> Array:
    out = np.empty(len(which))
    for first in range(0, len(which), _BLOCK):
        part = slice(first, first + _BLOCK)
        out[part] = row_errors(A, B[:, part], which[part]).max(axis=0)
    return out


def _keep_better(kernels: Kernels, probes: Array, entry: Array, t: int, other: tuple[Kernels, Array, Array]) -> None:
    theirs, probe, largest = other
    if theirs.shares()[0] > kernels.shares()[t]:
        for name in PROVED_OF:
            getattr(kernels, name)[..., t] = getattr(theirs, name)[..., 0]
        kernels.u[:, t] = theirs.column(0)
    if largest[0] < entry[t]:
        probes[:, t], entry[t] = probe[:, 0], largest[0]


def _exact_kernels(kernels: Kernels, exact: Array, entry: Array, rows: RowSpace) -> None:
    """Exact kernel vectors for rows still open, on the supports that were found."""
    if rows.trivial:
        return
    open_rows = np.flatnonzero((entry - kernels.shares() > _PROVED * entry) & (entry > _PROVED))
    for t in open_rows.tolist():
        i = int(kernels.which[t])
        w = exactrows.kernel_vector(exact, i, kernels.u[:, t])
        if w is None:
            continue
        total = sum(map(abs, w.values()), Fraction(0))
        if Fraction(float(kernels.shares()[t])) >= 1 / total:
            continue
        _set_exact(kernels, t, i, w, total)


def _set_exact(kernels: Kernels, t: int, i: int, w: dict[int, Fraction], total: Fraction) -> None:
    parts = [[max(sign * value, Fraction(0)) for j, value in w.items() if j < kernels.m] for sign in (1, -1)]
    try:
        norm = float_up(total)
        peaks = [float_up(max(part)) for part in parts]
        sums = [float_up(sum(part, Fraction(0))) for part in parts]
    except OverflowError:  # its share is below the least normal double
        return
    kernels.total[t], kernels.peaks[:, t], kernels.sums[:, t] = norm, peaks, sums
    kernels.own[t] = 1.0
    kernels.u[:, t] = 0.0
    rounding = Fraction(0)
    for j, value in w.items():
        if j != i:
            kernels.u[j, t] = -float(value)
            rounding += abs(Fraction(float(value)) - value)
    kernels.distance[t] = float_up(rounding)


def _kernel_shares(A: Array, X: Array) -> Array:
    """For columns X of A (independent rows): the diagonal entries of the projector on the kernel of A.

    ``1 - x^T (A A^T)^-1 x`` is the largest ``w_i^2`` of a unit vector w with ``A w = 0``: zero exactly when column i is
    outside the span of the others.
    """
    basis = np.linalg.svd(A, full_matrices=False)
    inverse = np.divide(1.0, basis.S, out=np.zeros_like(basis.S), where=basis.S > 0)
    return np.asarray(1 - ((inverse[:, None] * (basis.U.T @ X)) ** 2).sum(axis=0))
