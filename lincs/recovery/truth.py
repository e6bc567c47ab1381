"""What a decoder gave back, beside the inputs that are known to have been there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.showing import Shown

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["Recovered", "against"]

Array = npt.NDArray[np.float64]
Counts = npt.NDArray[np.intp]

LEVEL = 1e-9  # of the largest entry of a column: what lies below it is not active


@dataclass(frozen=True, kw_only=True, repr=False)
class Recovered(Shown):
    """How near the decoded columns z' are to the true ones z: one entry a column (n).

    - ``error``: ``||z' - z||_inf``; ``relative``: ``||z' - z||_2 / ||z||_2`` (NaN, null in JSON, where z = 0).
    - ``active``: how many entries of z are not zero; ``missed`` of them are not active in z' (above 1e-9 of its
      largest entry), and ``extra`` are active in z' alone.

    A column without an answer has the error NaN (null in JSON) and misses all.
    """

    page_by = "lincs.show.decode:recovered"
    records_in = "columns"

    error: Array
    relative: Array
    active: Counts
    missed: Counts
    extra: Counts

    @property
    def support(self) -> npt.NDArray[np.bool_]:
        """Whether exactly the true features are active."""
        same: npt.NDArray[np.bool_] = np.isfinite(self.error) & (self.missed == 0) & (self.extra == 0)
        return same

    def to_dict(self) -> dict[str, Any]:
        sizes = zip(self.error.tolist(), self.relative.tolist(), strict=True)
        counts = zip(self.active.tolist(), self.missed.tolist(), self.extra.tolist(), strict=True)
        return {
            "supports_recovered": int(self.support.sum()),
            "columns": [
                {
                    "error": error if error == error else None,
                    "relative_error": relative if relative == relative else None,
                    "support_recovered": bool(same),
                    "active": active,
                    "missed": missed,
                    "extra": extra,
                }
                for (error, relative), (active, missed, extra), same in zip(sizes, counts, self.support, strict=True)
            ],
        }


def against(z: Array, Z: npt.ArrayLike | sparse.sparray) -> Recovered:
    """Decoded ``z`` (m, or m x n) beside the true ``Z`` of the same shape (a vector counts as one column).

    Raises :class:`InputError` for another shape, and unless Z is real and finite.
    """
    from scipy.sparse import issparse

    array = Z.toarray() if issparse(Z) else np.asarray(Z)
    if array.dtype.kind not in "biuf":
        raise InputError(f"the true inputs must be real numbers, got {array.dtype}")
    found = z.reshape(len(z), -1)
    true = array.astype(np.float64)
    true = true.reshape(-1, 1) if true.ndim == 1 else true
    if true.shape != found.shape:
        wanted = f"{found.shape[0]} x {found.shape[1]}"
        raise InputError(f"the true inputs must be m x n = {wanted} as X has columns, got shape {array.shape}")
    if not np.isfinite(true).all():
        raise InputError("the true inputs must be finite")
    sizes = np.abs(found)
    active = sizes > LEVEL * sizes.max(axis=0, initial=0.0)  # nothing, of a column of NaN
    there = true != 0
    with np.errstate(over="ignore"):
        difference = found - true
        norms = np.linalg.norm(true, axis=0)
        relative = np.divide(
            np.linalg.norm(difference, axis=0), norms, out=np.full(len(norms), np.nan), where=norms > 0
        )
    return Recovered(
        error=np.abs(difference).max(axis=0, initial=0.0),
        relative=relative,
        active=there.sum(axis=0),
        missed=(there & ~active).sum(axis=0),
        extra=(active & ~there).sum(axis=0),
    )
