"""The optimal probes beside the cheap ones that people use: ``A^T``, the pseudo-inverse, ridge regression.

Each cheap probe gets the best scale for its row and k (THEOREMS.md, theorem 3), so that only directions are compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.interference.pairs import SELF_SCALED
from lincs.interference.supports import Anything
from lincs.interference.worst import Question, analyse
from lincs.parallel import cpu_count
from lincs.reading import as_matrix, dense
from lincs.readouts.signed import Signed
from lincs.recovery.guarantees import RecoveryGuarantees, recovery_guarantees
from lincs.recovery.proberows import check_ends
from lincs.recovery.probes import OptimalProbes, optimal_probes
from lincs.selection import select

__all__ = ["ProbeComparison", "compare_probes", "row_scaled_errors"]

Array = npt.NDArray[Any]

RIDGES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)  # times the mean eigenvalue of A A^T


@dataclass(frozen=True, kw_only=True)
class ProbeComparison:
    """Worst-case errors of ``A^T``, ``pinv(A)^T`` and ridge probes beside the optimal ones.

    Over the solved features, for each k of ``optimal.ks``.
    ``ridge`` is the factor (times the mean eigenvalue of ``A A^T``) that is best at the first k.  ``guarantees`` is
    None when only a sample of features was solved.
    """

    optimal: OptimalProbes
    adjoint: tuple[float, ...]
    pinv: tuple[float, ...]
    ridged: tuple[float, ...]
    ridge: float
    guarantees: RecoveryGuarantees | None

    def to_dict(self) -> dict[str, Any]:
        out = self.optimal.to_dict()
        for j, case in enumerate(out["results"]):
            case |= {"adjoint": self.adjoint[j], "pinv": self.pinv[j], "ridge": self.ridged[j]}
        return {
            **out,
            "ridge": self.ridge,
            "guarantees": None if self.guarantees is None else self.guarantees.to_dict(),
        }


def compare_probes(
    A: Any,
    *,
    k: Any,
    features: Any = None,
    without: Any = None,
    sample: int | None = None,
    seed: int = 0,
    eps: Any = "1/2",
    **options: Any,
) -> ProbeComparison:
    """Optimal and cheap probes of A at every k; ``options`` (layout, key, normalize) as in :func:`lincs.verify`.

    ``features`` (whose probes are compared), ``without`` (features that do not exist) and ``sample`` are those of
    :func:`lincs.optimal_probes`.

    The cheap ones are the features themselves, the pseudo-inverse and a ridge, each row at its best scale: upper ends
    of their worst-case errors over k-sparse z in ``[-1, 1]^m``.

    >>> import numpy as np
    >>> A = np.array([[1.0, 0, 1, 1], [0, 1, 1, -1]])  # 4 features in 2 dimensions
    >>> found = compare_probes(A, k=1)
    >>> round(found.optimal.eps[0].hi, 6) <= round(found.adjoint[0], 6)
    True
    """
    whole = dense(A, **options)
    best = optimal_probes(whole, k=k, features=features, without=without, sample=sample, seed=seed)
    living = select(as_matrix(whole), without=without).living
    rows = best.features
    if living is not None:
        whole, rows = np.ascontiguousarray(whole[:, living]), np.searchsorted(living, rows)
    # Rows get their best scale, so one power of two for all entries changes nothing but the range of the products.
    matrix = np.ldexp(whole, -int(np.frexp(np.abs(whole).max())[1]))

    def worst(B: Array) -> tuple[float, ...]:
        errors = row_scaled_errors(matrix, B, ks=best.ks)[rows]
        check_ends(best.lower, errors, "the least error of row {}", best.features)  # no probe beats the best
        return tuple(errors.max(axis=0).tolist())

    gram = matrix @ matrix.T
    mean = float(np.trace(gram)) / len(gram) or 1.0
    ridged = {factor: worst(np.linalg.solve(gram + factor * mean * np.eye(len(gram)), matrix)) for factor in RIDGES}
    ridge = min(ridged, key=lambda factor: (ridged[factor], factor))
    return ProbeComparison(
        optimal=best,
        adjoint=worst(matrix),
        pinv=worst(np.linalg.pinv(matrix).T),
        ridged=ridged[ridge],
        ridge=ridge,
        guarantees=recovery_guarantees(whole, eps=eps) if best.complete else None,
    )


def row_scaled_errors(A: Array, B: Array, *, ks: tuple[int, ...]) -> Array:
    """Upper ends of every row's worst error (m x number of k) of the pair (A, B), each row of B at its best scale.

    A row with ``b_i . a_i <= 0`` counts as unread (value 1).
    """
    own = np.einsum("ij,ij->j", B, A)
    read = own > 1e-12 * np.linalg.norm(A, axis=0) * np.linalg.norm(B, axis=0)
    usable = np.where(read, B, 0.0)
    question = Question(
        B=as_matrix(usable, name="B"),
        A=as_matrix(A),
        ks=ks,
        readout=Signed(),
        pair=SELF_SCALED,
        supports=Anything(A.shape[1]),
        threads=cpu_count(),
    )
    return np.asarray(analyse(question).upper)
