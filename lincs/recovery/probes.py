"""``lincs.optimal_probes``: the best linear read-out B that a given A allows, for every k from one solve per feature.

For feature i let ``V_i = 1 + min { ||u||_1 : A_{-i} u = a_i }``, a basis pursuit without column i, with dual vector y.

* *Upper*: the probe ``b_i = y / V_i`` has row errors at most ``1/V_i`` in every entry, so at most ``k/V_i`` over
  k-sparse inputs; the zero probe has 1.
* *Lower*: ``w = (1, -u)`` lies in the kernel of A.  Whatever the probe, its row errs by at least ``w_i`` for every w in
  the kernel with ``||w||_inf <= 1`` and ``||w||_1 <= k`` (THEOREMS.md, theorem 2), so by
  ``min(1/||w||_inf, k/||w||_1)``.

Both meet at ``min(1, k/V_i)`` whenever ``||u||_inf <= 1``; the other rows have a linear program of their own
(rowprogram.py).  Over all rows, ``min_B eps = min(1, k nu(A))`` with ``nu(A) = max_i 1/V_i``.

With a free bias (affine) the same holds of A with a row of ones and a column ``-e`` for it, and 1/2 in place of 1.
For non-negative inputs without a bias the two parts of w share the ball (readouts/base.py), and
``w / (max(||w+||_inf, ||w+||_1/k) + max(||w-||_inf, ||w-||_1/k))`` counts: the same probes are best while each part has
a 1-norm of k times its largest entry, which is usual for errors well below 1/2.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.accelerator import Accelerator, accelerator
from lincs.errors import InputError, check_integer, check_seed
from lincs.interference.checkpoint import Checkpoint
from lincs.interference.identity import digest, identity
from lincs.parallel import on_cluster, thread_count
from lincs.problem import parse_ks
from lincs.progress import reports, told
from lincs.reading import as_matrix, dense
from lincs.readouts import Readout
from lincs.readouts import readout as named
from lincs.recovery import rowprogram
from lincs.recovery.manyrows import Sharp, Solver, solve_blocks
from lincs.recovery.probe_results import OptimalProbes
from lincs.recovery.proberows import Kernels, check_ends, solve_rows
from lincs.recovery.quickrows import Quick
from lincs.recovery.rowlosses import measure
from lincs.recovery.rowspace import row_space
from lincs.recovery.scaling import Units
from lincs.recovery.splitting import basis_of
from lincs.recovery.splitting_torch import on_device
from lincs.results import Interval
from lincs.selection import select
from lincs.typing import Features, File, Ks, MatrixLike, Progress

__all__ = ["OptimalProbes", "optimal_probes"]

Array = npt.NDArray[np.float64]

Indices = npt.NDArray[np.intp]

_TIGHT = 1e-9
_FEW, _GAP = 64, 0.01  # of "auto"
_TOGETHER = 32  # features that may be nu(A) and are solved together


@reports("features")
def optimal_probes(
    A: MatrixLike,
    *,
    k: Ks,
    readout: str | Readout = "signed",
    features: Features | None = None,
    without: Features | None = None,
    sample: int | None = None,
    seed: int = 0,
    row_programs: bool = True,
    gap: float | str | None = "auto",
    progress: Progress = None,
    threads: int | None = None,
    checkpoint: File | None = None,
    checkpoint_every: float = 30.0,
    resume: bool = False,
    client: Any = None,
    device: Any = None,
    layout: str = "auto",
    key: str | None = None,
    normalize: bool = False,
) -> OptimalProbes:
    """The best linear probes of A (``d x m``, columns are features) for every k, with two-sided certificates.

    Args:
        k: an int, a sequence or text like ``"1:8"``.
        readout: "signed" for z in ``[-1, 1]^m``; "nonnegative" for ``[0, 1]^m``, or "affine" for that with a bias.
        features: which features to solve (default: all), as 0-based indices: a sequence of ints, a mask (m,), text like
            ``"0,5,10:20"`` (ends included), or a file of these; or
        sample: that many, drawn by ``seed``.
        without: features that do not exist, given like ``features``, or ``"dead"``: the zero features of A.  They are
            not read and never active; indices in the result stay those of the file.
        row_programs: solve a linear program for each row and k at which the one-solve law leaves a gap; without it
            the gap stays in the enclosure.
        gap: a relative gap of every feature's 1/V_i, for example 0.01: a batched first-order method (splitting.py)
            finds them at the speed of matrix products, and the features that can still be ``nu(A)`` go to the l1
            homotopy.  None: every feature does, and its ends are as sharp as can be.  "auto": None for up to 64
            features, else 0.01.
        progress: called with (features done, to do).
        checkpoint, checkpoint_every, resume: as in :func:`lincs.verify`: what is found of finished blocks of features.
        client: of a Dask cluster (``distributed.Client``), to whose workers A is sent once.
        device: a torch device ("cuda", "cpu", a ``torch.device``) for the first-order method, with a gap ("auto": 0.01
            for any number of features); what it finds is measured and proved on the processor.
        layout, key, normalize: as in :func:`lincs.verify`.

    Where floating point cannot tell the rows of A from dependent ones, exact arithmetic decides for small matrices; for
    others lower ends are then 0.

    Raises:
        InputError: a bad matrix, k or feature, probes beyond the range of doubles, a device that is not there, comes
            with a cluster, or without a gap.  Zero features are allowed (no probe reads them: value 1).

    >>> import numpy as np
    >>> from scipy.linalg import hadamard
    >>> A = np.hstack([np.eye(4), hadamard(4) / 2])  # 8 features in 4 dimensions
    >>> found = optimal_probes(A, k=[1, 2])
    >>> found.B.shape, [round(eps.hi, 6) for eps in found.eps]
    ((4, 8), [0.333333, 0.666667])
    """
    how = named(readout)
    if not how.has_ball:
        raise InputError(f"readout must be one of an error for the best probes, got {how.name}")
    there = _asked_device(device, gap, client)
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
    work, exact = (_with_constant(units.matrix), _with_constant(whole)) if how.constant else (units.matrix, whole)
    rows = row_space(work, exact)
    count = thread_count(threads)
    measured = partial(_measured, units, ks=ks, readout=how)
    if gap == "auto":
        gap = None if len(which) <= _FEW and there is None else _GAP
    if gap is not None and (isinstance(gap, str) or not 0 < gap < 1):
        raise InputError(f"gap must lie between 0 and 1, got {gap}")
    sharp = Sharp(work, exact, rows, m)
    usual = rows.sigma > 0 and 0 < len(rows.work) < work.shape[1]  # a row basis, and a kernel
    solver: Solver = sharp
    if gap is not None and usual:
        basis = basis_of(rows.work)
        solver = Quick(work, rows, basis if there is None else on_device(basis, there), m, gap)
    with _saved(checkpoint, checkpoint_every, resume) as saved, nullcontext() if client is None else on_cluster(client):
        if saved is not None:
            saved.open(digest("probes", identity(as_matrix(whole)), how.name, which.tobytes(), gap))
        kernels, probes = solve_blocks(solver, which, threads=count, progress=told(progress), checkpoint=saved)
        B, upper, entry = measured(probes, which)
        if gap is not None:
            _sharpen(
                partial(solve_rows, work, exact, rows, m=m, threads=threads), measured, kernels, (B, upper, entry), gap
            )
    lower = np.stack([kernels.row_values(count, how) for count in ks], axis=1)
    check_ends(lower, upper, "the least error of row {}", which)
    solved = 0
    if row_programs and (gap is None or how.linear_in_k):
        tolerance = _TIGHT if gap is None else 2 * gap
        plain = None if how.constant else rows
        solved = rowprogram.close_gaps(units.matrix, plain, which, ks, lower, upper, tolerance=tolerance, readout=how)
    shares = kernels.shares()
    at = kernels.best()
    nu = Interval(float(shares[at]), float(entry.max()))
    check_ends(shares, np.full(len(which), nu.hi), "nu(A) at feature {}", which)
    kernel, distance = kernels.vector(at)
    if chosen.living is not None:  # a kernel vector of the whole file's matrix as well
        in_file = np.zeros(total)
        in_file[chosen.living] = kernel
        kernel = in_file
    solved_ones = chosen.original(which)
    return OptimalProbes(
        d=d,
        m=m,
        ks=ks,
        features=solved_ones,
        complete=len(which) == m,
        seed=seed if sample is not None else None,
        nu=nu,
        eps=_of_all(how, ks, nu, lower, upper),
        worst=int(solved_ones[at]),
        row_programs=solved,
        lower=lower,
        upper=upper,
        B=B,
        kernel=kernel,
        kernel_distance=distance,
        left_out=chosen.left_out,
        readout=how.name,
    )


def _asked_device(device: Any, gap: float | str | None, client: Any) -> Accelerator | None:
    if device is None:
        return None
    if client is not None:
        raise InputError("device cannot be used with a cluster (client), whose workers know nothing of it")
    if gap is None:
        raise InputError("device must come with a gap: the l1 homotopy, which leaves none, has no use for it")
    return accelerator(device)


def _saved(checkpoint: File | None, every: float, resume: bool) -> AbstractContextManager[Checkpoint | None]:
    if checkpoint is None:
        if resume:
            raise InputError("resume must come with the checkpoint to resume from, got none")
        return nullcontext()
    if not every >= 0:
        raise InputError(f"checkpoint_every must be a number of seconds, got {every}")
    return Checkpoint(checkpoint, every=every, resume=resume)


def _of_all(how: Readout, ks: tuple[int, ...], nu: Interval, lower: Array, upper: Array) -> tuple[Interval, ...]:
    """The least error over all rows for every k, by nu where that is a law."""
    if not how.linear_in_k:
        return tuple(Interval(float(lower[:, j].max()), float(upper[:, j].max())) for j in range(len(ks)))
    assert how.zero_probe is not None
    most = float(how.zero_probe)
    return tuple(Interval(_times(k, nu.lo, -np.inf, most), _times(k, nu.hi, np.inf, most)) for k in ks)


def _with_constant(A: Array) -> Array:
    """A (d x m) with a row for the constant, and a column for the part of it that no feature makes up for.

    The least 1-norm of a kernel vector of ``[[A, 0], [1, -1]]`` with ``w_i = 1`` is the least
    ``2 max(||w+||_1, ||w-||_1)`` over the kernel of A (THEOREMS.md, theorem 2b): a free bias is one more dimension.
    """
    d, m = A.shape
    out = np.zeros((d + 1, m + 1))
    out[:d, :m] = A
    out[d, :m], out[d, m] = 1.0, -1.0
    return out


def _measured(
    units: Units, probes: Array, which: Indices, *, ks: tuple[int, ...], readout: Readout
) -> tuple[Array, Array, Array]:
    """B as it is returned, its worst errors for every k and at k = 1.

    The claim is about the array that is returned: B is measured as it comes back from its own units.  The part of a
    constant is left out: the best bias is that of the row as it is (readouts/affine.py).
    """
    B, scaled_B = units.dual(probes[: len(units.matrix)], "the probes of A")
    upper, entry = measure(units.matrix, scaled_B, which, ks, readout)
    assert readout.zero_probe is not None
    nothing = float(readout.zero_probe)
    spoilt = ~(entry <= nothing)  # by underflow on the way back: the zero probe does better
    B[:, spoilt], upper[spoilt], entry[spoilt] = 0.0, nothing, nothing
    return B, upper, entry


def _sharpen(
    homotopy: Callable[[Indices], tuple[Kernels, Array]],
    measured: Callable[[Array, Indices], tuple[Array, Array, Array]],
    kernels: Kernels,
    found: tuple[Array, Array, Array],
    gap: float,
) -> None:
    """The homotopy for what the first-order method left open, then for what may be nu(A), in place."""
    B, upper, entry = found

    def solve(places: Indices) -> None:
        which = kernels.which[places]
        sharper, probes = homotopy(which)
        kernels.take(places, sharper)
        b, u, e = measured(probes, which)
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


def _times(k: int, nu: float, outward: float, most: float) -> float:
    """``min(most, k nu)``, rounded towards ``outward`` where the product is not exact."""
    product = k * nu
    if Fraction(product) != k * Fraction(nu):
        product = float(np.nextafter(product, outward))
    return max(0.0, min(most, product))


def _sampled(sample: int, seed: int, m: int) -> npt.NDArray[np.intp]:
    count = min(check_integer(sample, "sample"), m)
    return np.sort(np.random.default_rng(check_seed(seed)).choice(m, size=count, replace=False))
