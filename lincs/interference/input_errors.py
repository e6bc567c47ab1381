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

_BLOCK = 256  # inputs read out together: bounds the memory to m x 256 doubles
_CHUNK = 4096  # inputs whose superpositions are held


@dataclass(frozen=True)
class Inputs:
    """``total`` sparse inputs: in input ``samples[n]`` (ascending) feature ``features[n]`` is ``values[n]``."""

    samples: Array
    features: Array
    values: Array
    total: int

    def part(self, start: int, size: int) -> Inputs:
        """The next ``size`` of them, from ``start`` on."""
        stop = min(start + size, self.total)
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
    starts = range(0, inputs.total, _CHUNK)
    return np.concatenate(
        [_errors(A, B, inputs.part(start, _CHUNK), scale, bias, probe_of, readout) for start in starts]
    )


def _superposed(A: Matrix, inputs: Inputs) -> Array:
    """``x = A z`` of each input, from the features that are active."""
    active, place = np.unique(inputs.features, return_inverse=True)
    weights = np.zeros((inputs.total, len(active)), dtype=inputs.values.dtype)
    weights[inputs.samples, place.ravel()] = inputs.values
    return np.asarray(weights @ (as_complex(A.take(active)) if A.is_complex else A.take(active)))


def _errors(
    A: Matrix,
    B: Matrix,
    inputs: Inputs,
    scale: Array | None,
    bias: Array | None,
    probe_of: Array,
    readout: Readout | None,
) -> Array:
    """Read out panel by panel, each panel converted once."""
    blocks = [(start, inputs.part(start, _BLOCK)) for start in range(0, inputs.total, _BLOCK)]
    x = [_superposed(A, block) for _, block in blocks]
    worst = np.zeros(inputs.total)
    for start, stop in B.panels():
        probes = as_complex(B.rows(start, stop)).conj().T if B.is_complex else B.rows(start, stop).T
        for (first, block), superposed in zip(blocks, x, strict=True):
            error = superposed @ probes
            if scale is not None:
                error *= scale[start:stop]
            if bias is not None:
                error += bias[start:stop]
            if readout is not None:
                error = readout.outputs(error, slice(start, stop))
            places = probe_of[block.features]
            own = np.flatnonzero((places >= start) & (places < stop))
            error[block.samples[own], places[own] - start] -= block.values[own]
            mine = worst[first : first + block.total]
            largest = np.abs(error).max(axis=1) if B.is_complex else np.maximum(error.max(axis=1), -error.min(axis=1))
            np.maximum(mine, largest, out=mine)
    return worst
