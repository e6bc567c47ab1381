"""The largest error of a read-out at each of many sparse inputs, in float64."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.interference.moduli import as_complex
from lincs.matrices import Matrix
from lincs.readouts import Readout

__all__ = ["Inputs", "largest_errors"]

Array = npt.NDArray[Any]

_BLOCK = 256  # inputs evaluated together: bounds the memory to m x 256 doubles


@dataclass(frozen=True)
class Inputs:
    """``total`` sparse inputs: in input ``samples[n]`` (ascending) feature ``features[n]`` is ``values[n]``."""

    samples: Array
    features: Array
    values: Array
    total: int

    def block(self, start: int) -> Inputs:
        """The next few, from ``start`` on."""
        stop = min(start + _BLOCK, self.total)
        first, last = np.searchsorted(self.samples, (start, stop))
        return Inputs(
            self.samples[first:last] - start, self.features[first:last], self.values[first:last], stop - start
        )


def largest_errors(
    A: Matrix,
    B: Matrix,
    inputs: Inputs,
    scale: Array | None,
    bias: Array | None,
    probe_of: Array,
    readout: Readout | None,
) -> Array:
    """(total,) for each input the largest ``|out_i - z_i|``.

    ``probe_of`` (m,) is the place of each feature among the rows of B, -1 where it is not read; ``scale`` and ``bias``
    are those of the rows of B.
    """
    starts = range(0, inputs.total, _BLOCK)
    return np.concatenate([_errors(A, B, inputs.block(start), scale, bias, probe_of, readout) for start in starts])


def _errors(
    A: Matrix,
    B: Matrix,
    inputs: Inputs,
    scale: Array | None,
    bias: Array | None,
    probe_of: Array,
    readout: Readout | None,
) -> Array:
    """Form the superpositions ``x = A z`` from the active features, then read out panel by panel."""
    active, place = np.unique(inputs.features, return_inverse=True)
    weights = np.zeros((inputs.total, len(active)), dtype=inputs.values.dtype)
    weights[inputs.samples, place.ravel()] = inputs.values
    x = weights @ (as_complex(A.take(active)) if A.is_complex else A.take(active))
    worst = np.zeros(inputs.total)
    places = probe_of[inputs.features]
    for start, stop in B.panels():
        error = x @ (as_complex(B.rows(start, stop)).conj().T if B.is_complex else B.rows(start, stop).T)
        if scale is not None:
            error *= scale[start:stop]
        if bias is not None:
            error += bias[start:stop]
        if readout is not None:
            error = readout.outputs(error, slice(start, stop))
        own = np.flatnonzero((places >= start) & (places < stop))
        error[inputs.samples[own], places[own] - start] -= inputs.values[own]
        np.maximum(worst, np.abs(error).max(axis=1), out=worst)
    return worst
