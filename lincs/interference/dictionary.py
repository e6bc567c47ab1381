"""What a dictionary does as a whole: typical interference beside the worst case, and shares of its features."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.interference.inputs import sparse_inputs
from lincs.interference.rounding import float_up
from lincs.interference.verify import verify
from lincs.matrices import Matrix, as_matrix
from lincs.problem import parse_eps
from lincs.results import Interval, Verification, jsonable

__all__ = ["Summary", "TypicalError", "summarize", "typical_errors"]

Array = npt.NDArray[Any]

_SAMPLE_BLOCK = 256  # inputs evaluated together: bounds the memory to m x 256 doubles


@dataclass(frozen=True, kw_only=True)
class TypicalError:
    """``||B^T A z - z||_inf`` over seeded random k-sparse inputs (uniform support, entries uniform on [-1, 1])."""

    k: int
    samples: int
    mean: float
    p99: float
    max: float

    def to_dict(self) -> dict[str, Any]:
        return {name: jsonable(getattr(self, name)) for name in ("k", "samples", "mean", "p99", "max")}


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A self-scaled dictionary in a few numbers, one entry a k.

    ``unscaled`` is the worst case of the probes ``B = A`` as they are.  ``share_below`` counts the features whose own
    worst error is proved below ``eps``, ``share_trivial`` those for which the zero probe is as good as any scaling.
    """

    verification: Verification
    eps: Fraction
    unscaled: tuple[Interval, ...]
    share_below: tuple[float, ...]
    share_trivial: tuple[float, ...]
    typical: tuple[TypicalError, ...]
    seed: int

    def to_dict(self) -> dict[str, Any]:
        out = self.verification.to_dict()
        for case, unscaled, below, trivial, typical in zip(
            out["results"], self.unscaled, self.share_below, self.share_trivial, self.typical, strict=True
        ):
            case["unscaled"] = unscaled.to_dict()
            case["share_below"] = below
            case["share_trivial"] = trivial
            case["typical"] = typical.to_dict()
        return {**out, "eps_of_shares": jsonable(self.eps)}


def typical_errors(
    A: Any, B: Any = None, *, k: int, samples: int = 1000, seed: int = 0, scale: Array | None = None
) -> Array:
    """``||B^T A z - z||_inf`` for each of ``samples`` random k-sparse inputs, in float64; shape (samples,).

    ``scale`` (m,) multiplies the probes, as :attr:`WorstCase.scale` does.  A and B are as in :func:`lincs.verify`.
    """
    a = as_matrix(A)
    b = a if B is None else as_matrix(B, name="B")
    supports, values = sparse_inputs(a.m, k, samples=samples, seed=seed)
    blocks = [slice(i, i + _SAMPLE_BLOCK) for i in range(0, samples, _SAMPLE_BLOCK)]
    return np.concatenate([_errors(a, b, supports[block], values[block], scale) for block in blocks])


def _errors(A: Matrix, B: Matrix, supports: Array, values: Array, scale: Array | None) -> Array:
    """Form the superpositions ``x = A z`` from the active features, then read out panel by panel."""
    active, place = np.unique(supports, return_inverse=True)
    weights = np.zeros((len(supports), len(active)))
    np.put_along_axis(weights, place.reshape(supports.shape), values, axis=1)
    x = weights @ A.take(active)
    worst = np.zeros(len(supports))
    for start, stop in B.panels():
        error = x @ B.rows(start, stop).T
        if scale is not None:
            error *= scale[start:stop]
        sample, slot = np.nonzero((supports >= start) & (supports < stop))
        error[sample, supports[sample, slot] - start] -= values[sample, slot]
        np.maximum(worst, np.abs(error).max(axis=1), out=worst)
    return worst


def summarize(
    A: Any, *, k: Any, eps: Any = "1/2", samples: int = 1000, seed: int = 0, **options: Any
) -> Summary:
    """Worst and typical interference of the features of A read out by themselves, self-scaled and unscaled.

    ``options`` (layout, key, normalize, threads, ...) and the errors raised are those of :func:`lincs.verify`.
    """
    level = parse_eps(eps)
    a = as_matrix(
        A, **{name: options.pop(name) for name in ("layout", "key", "normalize") if name in options}
    )
    scaled = verify(a, k=k, **options)
    given = verify(a, a, k=scaled.ks, **options)
    below = scaled.upper < float_up(level)  # for doubles the same as being below the rational eps
    trivial = np.stack([case.scale == 0 for case in scaled.results], axis=1)
    typical = []
    for case in scaled.results:
        errors = typical_errors(a, k=case.k, samples=samples, seed=seed, scale=case.scale)
        typical.append(
            TypicalError(
                k=case.k,
                samples=samples,
                mean=float(errors.mean()),
                p99=float(np.quantile(errors, 0.99)),
                max=float(errors.max()),
            )
        )
    unscaled = []
    for case in given.results:
        assert case.eps is not None
        unscaled.append(case.eps)
    return Summary(
        verification=scaled, eps=level, unscaled=tuple(unscaled),
        share_below=tuple(below.mean(axis=0).tolist()), share_trivial=tuple(trivial.mean(axis=0).tolist()),
        typical=tuple(typical), seed=seed,
    )  # fmt: skip
