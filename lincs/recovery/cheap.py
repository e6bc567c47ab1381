"""The optimal probes beside the cheap ones that people use: ``A^T``, the pseudo-inverse, ridge regression.

Each cheap probe gets the best scale for its row and k (THEOREMS.md, theorem 3), so that only directions are compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.bounds.limits import Limits, limits_of
from lincs.errors import InputError
from lincs.exact.goal import Goal
from lincs.interference.pairs import SELF_SCALED
from lincs.interference.supports import Anything
from lincs.interference.worst import Question, analyse
from lincs.jsonable import jsonable
from lincs.parallel import cpu_count
from lincs.problem import parse_eps
from lincs.progress import reports
from lincs.reading import as_matrix, dense
from lincs.readouts import Readout
from lincs.readouts import readout as named
from lincs.recovery.guarantees import RecoveryGuarantees, recovery_guarantees
from lincs.recovery.proberows import check_ends
from lincs.recovery.probes import OptimalProbes, optimal_probes
from lincs.selection import select
from lincs.showing import Shown
from lincs.typing import Features, File, Ks, Level, MatrixLike, Progress

__all__ = ["ProbeComparison", "compare_probes", "row_scaled_errors"]

Array = npt.NDArray[Any]

RIDGES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)  # times the mean eigenvalue of A A^T


@dataclass(frozen=True, kw_only=True, repr=False)
class ProbeComparison(Shown):
    """Worst-case errors of ``A^T``, ``pinv(A)^T`` and ridge probes beside the optimal ones.

    Over the solved features, for each k of ``optimal.ks``; ``encoder`` are those of the probes that were given, if any.
    ``rows`` has every row's error by name ("adjoint", "pinv", "ridge", "encoder"; n x number of k), each probe at its
    best scale; ``shares``: of the solved features, those whose row is proved to stay below ``eps``, "optimal" too, and
    ``possible``: those of which no proof says that every probe errs by ``eps`` or more.
    ``ridge`` is the factor (times the mean eigenvalue of ``A A^T``) that is best at the first k.  ``guarantees`` is
    None when only a sample of features was solved, and for inputs that are not signed.  ``limits``: what no pair of
    this shape is below, whatever its A, and what a known frame reaches.
    """

    page_by = "lincs.show.probe:comparison"
    drawn_by = "lincs.plots.results:probe_comparison"
    records_in = "results"

    optimal: OptimalProbes
    adjoint: tuple[float, ...]
    pinv: tuple[float, ...]
    encoder: tuple[float, ...] | None
    ridged: tuple[float, ...]
    ridge: float
    eps: Fraction
    shares: Mapping[str, tuple[float, ...]]
    possible: tuple[float, ...]
    rows: Mapping[str, Array] = field(repr=False, compare=False)
    guarantees: RecoveryGuarantees | None
    limits: Limits | None

    def columns(self) -> dict[str, Array]:
        """A row for every solved feature, for a table: at each k the ends of its least error, then each probe's."""
        best = self.optimal
        table: dict[str, Array] = {"feature": best.features}
        for j, k in enumerate(best.ks):
            table[f"eps_k{k}_lo"], table[f"eps_k{k}_hi"] = best.lower[:, j], best.upper[:, j]
            table |= {f"{name}_k{k}": errors[:, j] for name, errors in self.rows.items()}
        return table

    def to_dict(self) -> dict[str, Any]:
        out = self.optimal.to_dict()
        for j, case in enumerate(out["results"]):
            case |= {"adjoint": self.adjoint[j], "pinv": self.pinv[j], "ridge": self.ridged[j]}
            case["encoder"] = None if self.encoder is None else self.encoder[j]
            case["share_below"] = {name: share[j] for name, share in self.shares.items()}
            case["share_possible"] = self.possible[j]
        return {
            **out,
            "ridge": self.ridge,
            "eps_of_shares": jsonable(self.eps),
            "guarantees": None if self.guarantees is None else self.guarantees.to_dict(),
            "limits": None if self.limits is None else self.limits.to_dict(),
        }


@reports("features")
def compare_probes(
    A: MatrixLike,
    *,
    k: Ks,
    readout: str | Readout = "signed",
    features: Features | None = None,
    without: Features | None = None,
    sample: int | None = None,
    seed: int = 0,
    eps: Level = "1/2",
    gap: float | str | None = "auto",
    progress: Progress = None,
    threads: int | None = None,
    checkpoint: File | None = None,
    checkpoint_every: float = 30.0,
    resume: bool = False,
    client: Any = None,
    device: Any = None,
    encoder: MatrixLike | None = None,
    **options: Any,
) -> ProbeComparison:
    """Optimal and cheap probes of A at every k; ``options`` (layout, key, normalize) as in :func:`lincs.verify`.

    ``readout``, ``features`` (whose probes are compared), ``without`` (features that do not exist), ``sample``,
    ``gap``, ``device`` and the options of long runs are those of :func:`lincs.optimal_probes`.

    ``encoder`` (d x m): the probes that the user has, measured like the others.

    The cheap ones are the features themselves, the pseudo-inverse and a ridge, each row at its best scale: upper ends
    of their worst-case errors over k-sparse z of the read-out's box, with its best bias.

    >>> import numpy as np
    >>> A = np.array([[1.0, 0, 1, 1], [0, 1, 1, -1]])  # 4 features in 2 dimensions
    >>> found = compare_probes(A, k=1)
    >>> round(found.optimal.eps[0].hi, 6) <= round(found.adjoint[0], 6)
    True
    """
    whole, how = dense(A, **options), named(readout)
    goal = Goal(parse_eps(eps))
    best = optimal_probes(
        whole,
        k=k,
        readout=how,
        features=features,
        without=without,
        sample=sample,
        seed=seed,
        gap=gap,
        progress=progress,
        threads=threads,
        checkpoint=checkpoint,
        checkpoint_every=checkpoint_every,
        resume=resume,
        client=client,
        device=device,
    )
    living = select(as_matrix(whole), without=without).living
    places = best.features
    given = None if encoder is None else dense(encoder)
    if given is not None and given.shape != whole.shape:
        raise InputError(f"the encoder must have the shape of A, {whole.shape}, got {given.shape}")
    if living is not None:
        whole, places = np.ascontiguousarray(whole[:, living]), np.searchsorted(living, places)
        given = None if given is None else np.ascontiguousarray(given[:, living])
    # Rows get their best scale, so one power of two for all entries changes nothing but the range of the products.
    matrix = np.ldexp(whole, -int(np.frexp(np.abs(whole).max())[1]))

    def errors_of(B: Array) -> Array:
        errors = row_scaled_errors(matrix, B, ks=best.ks, readout=how)[places]
        check_ends(best.lower, errors, "the least error of row {}", best.features)  # no probe beats the best
        return errors

    def worst(errors: Array) -> tuple[float, ...]:
        return tuple(errors.max(axis=0).tolist())

    def below(errors: Array) -> tuple[float, ...]:
        return tuple(goal.met_by(errors).mean(axis=0).tolist())

    gram = matrix @ matrix.T
    mean = float(np.trace(gram)) / len(gram) or 1.0
    ridged = {factor: errors_of(np.linalg.solve(gram + factor * mean * np.eye(len(gram)), matrix)) for factor in RIDGES}
    ridge = min(ridged, key=lambda factor: (worst(ridged[factor]), factor))
    adjoint, pinv = errors_of(matrix), errors_of(np.linalg.pinv(matrix).T)
    rows = {"adjoint": adjoint, "pinv": pinv, "ridge": ridged[ridge]}
    if given is not None:
        rows["encoder"] = errors_of(given)
    return ProbeComparison(
        optimal=best,
        adjoint=worst(adjoint),
        pinv=worst(pinv),
        encoder=worst(rows["encoder"]) if given is not None else None,
        ridged=worst(ridged[ridge]),
        ridge=ridge,
        eps=goal.level,
        shares={"optimal": below(best.upper), **{name: below(errors) for name, errors in rows.items()}},
        possible=below(best.lower),
        rows=rows,
        guarantees=_guarantees(whole, best, eps, gap) if not how.one_sided else None,
        limits=_limits(best, goal),
    )


def _limits(best: OptimalProbes, goal: Goal) -> Limits | None:
    found = limits_of(d=best.d, m=best.m, ks=best.ks, readout=best.readout, goal=goal)
    if found is None or not best.complete:  # the error of some rows is below that of a pair
        return found
    return found.checked({k: ends.hi for k, ends in zip(best.ks, best.eps, strict=True)})


def _guarantees(A: Array, best: OptimalProbes, eps: Level, gap: float | str | None) -> RecoveryGuarantees | None:
    if not best.complete:
        return None
    return recovery_guarantees(A, eps=eps, probes=None if best.left_out else best, gap=gap)


def row_scaled_errors(A: Array, B: Array, *, ks: tuple[int, ...], readout: Readout) -> Array:
    """Upper ends of every row's worst error (m x number of k) of the pair (A, B), each row of B at its best scale.

    A row with ``b_i . a_i <= 0`` counts as unread (that of the zero probe).
    """
    own = np.einsum("ij,ij->j", B, A)
    read = own > 1e-12 * np.linalg.norm(A, axis=0) * np.linalg.norm(B, axis=0)
    usable = np.where(read, B, 0.0)
    question = Question(
        B=as_matrix(usable, name="B"),
        A=as_matrix(A),
        ks=ks,
        readout=readout,
        pair=SELF_SCALED,
        supports=Anything(A.shape[1]),
        threads=cpu_count(),
    )
    return np.asarray(analyse(question).upper)
