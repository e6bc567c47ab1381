"""The result of :func:`lincs.optimal_probes`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.results import Interval, jsonable
from lincs.showing import Shown

__all__ = ["OptimalProbes"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, repr=False)
class OptimalProbes(Shown):
    """The least worst-case error of any linear read-out of A, per feature and as a whole.

    ``features`` (n) are the features that were solved; ``lower``, ``upper`` (n x number of k) enclose the least
    worst-case error of each one's row, as ``readout`` counts it.  ``nu`` encloses ``max 1/V_i`` over them and ``eps``
    the value ``min(1, k nu)`` for each k: with all features solved (``complete``) that of the best B, otherwise a lower
    bound of it.  (Affine, nu is that of A with a constant and the value ``min(1/2, k nu)``; non-negative without a
    bias, eps is the worst row's, known to a gap from 1/2 on.)
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
    readout: str = "signed"

    def worst_row(self, j: int) -> Interval:
        """The largest of the solved rows' least errors at the j-th k."""
        return Interval(float(self.lower[:, j].max()), float(self.upper[:, j].max()))

    def to_dict(self) -> dict[str, Any]:
        support = np.flatnonzero(self.kernel)
        return {
            "shape": {"d": self.d, "m": self.m},
            "readout": self.readout,
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
