"""Inputs that a user gives, and what is said of a pair on them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs import readouts
from lincs.errors import InputError
from lincs.exact.goal import Goal
from lincs.readouts.base import Readout
from lincs.results import Interval, Witness, jsonable
from lincs.showing import Shown

__all__ = ["NewInputs", "SampleVerification", "active_counts", "load_inputs", "new_inputs", "read_samples"]

Array = npt.NDArray[Any]

_CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True)
class NewInputs:
    """A bound for inputs that were not given, if all are independent draws of one distribution.

    Of ``samples`` inputs, ``failures`` were not proved to stay below eps (closed: to be at most eps).  ``at_most`` is
    the upper end of the one-sided interval of Clopper and Pearson (1934), which covers the probability that a new input
    fails in at least the share ``confidence`` of all draws of the samples.  Of observed supports, one fails if some of
    its values do.
    """

    samples: int
    failures: int
    confidence: float
    at_most: float

    def to_dict(self) -> dict[str, Any]:
        return {name: jsonable(getattr(self, name)) for name in ("samples", "failures", "confidence", "at_most")}


@dataclass(frozen=True, kw_only=True, repr=False)
class SampleVerification(Shown):
    """The worst error of a pair over given inputs, attained at feature ``row`` by input ``sample``.

    ``eps`` encloses the worst error; a threshold read-out has a ``margin``: the least gap between the outputs of a
    feature when it is active and when it is not, over features that are sometimes one and sometimes the other
    (None if there is none).  ``lower`` and ``upper`` (m,) enclose every feature's own value (NaN where a threshold has
    nothing to separate); ``bias`` and ``threshold`` (m,) are the best ones for these inputs.
    ``active`` counts the inputs by their number of active features.

    ``values`` "any": the inputs are all those on the supports of the given ones; ``witness`` attains the worst case.
    ``hull``: the same worst error holds on the convex hull of these (None: not proved for the read-out).
    ``holds``: whether the worst error meets ``goal``, below the eps asked for or (``closed``) at most that.
    ``new_inputs``: what the given inputs, if they were drawn independently, say of others (where ``eps`` was asked).
    """

    page_by = "lincs.show.verify:samples"

    d: int
    m: int
    samples: int
    readout: str
    pair: str
    row: int | None
    sample: int | None
    eps: Interval | None
    margin: Interval | None
    holds: bool | None
    active: dict[int, int]
    lower: Any = field(repr=False, compare=False)
    upper: Any = field(repr=False, compare=False)
    bias: Any = field(default=None, repr=False, compare=False)
    threshold: Any = field(default=None, repr=False, compare=False)
    values: str = "given"
    witness: Witness | None = None
    hull: str | None = None
    new_inputs: NewInputs | None = None
    goal: Goal | None = None

    @property
    def closed(self) -> bool:
        """Whether errors may attain the eps of the goal."""
        return self.goal is not None and self.goal.closed

    @property
    def how(self) -> Readout:
        """The read-out itself."""
        return readouts.readout(self.readout)

    def to_dict(self) -> dict[str, Any]:
        how = self.how
        name, interval = how.quantity, self.eps if how.has_eps else self.margin
        return {
            "shape": {"d": self.d, "m": self.m},
            "samples": self.samples,
            "pair": self.pair,
            "readout": self.readout,
            name: None if interval is None else interval.to_dict(),
            "row": self.row,
            "sample": self.sample,
            "holds": self.holds,
            "closed": self.closed,
            "active": jsonable(self.active),
            "values": self.values,
            **({} if self.values == "given" else {"witness": None if self.witness is None else self.witness.to_dict()}),
            "hull": self.hull,
            **({} if self.new_inputs is None else {"new_inputs": self.new_inputs.to_dict()}),
        }


def read_samples(Z: Any, m: int, readout: Readout) -> Any:
    """Inputs as a scipy ``csc_array`` (m x n) of finite float64 that suit the read-out."""
    from scipy import sparse

    if isinstance(Z, str | os.PathLike):
        Z = load_inputs(Path(Z))
    if not sparse.issparse(Z):
        array = np.asarray(Z)
        if array.dtype.kind not in "biuf" or array.ndim != 2:
            raise InputError(f"Z must be a real m x n matrix, got {array.dtype} of shape {array.shape}")
        Z = array
    inputs = sparse.csc_array(Z, dtype=np.float64)
    inputs.eliminate_zeros()
    if inputs.shape[0] != m or inputs.shape[1] == 0:
        raise InputError(f"Z must be m x n with m = {m} and n >= 1, got shape {inputs.shape}")
    if not np.isfinite(inputs.data).all():
        raise InputError(f"Z must be finite, got {inputs.data[~np.isfinite(inputs.data)][0]}")
    readout.check_inputs(inputs.data)
    return inputs


def load_inputs(file: Path) -> Any:
    """Inputs of a file: an array (.npy), or a sparse one as scipy writes it (.npz)."""
    from scipy import sparse

    if not file.is_file():
        raise InputError(f"{file} is not a file")
    try:
        if file.suffix == ".npz":
            return sparse.load_npz(file)
        return np.load(file, mmap_mode="r", allow_pickle=False)
    except Exception as error:  # scipy and numpy raise half a dozen kinds for a damaged file
        reason = " ".join(str(error).split())
        raise InputError(f"{file} cannot be read as inputs (.npy, or scipy sparse .npz): {reason}") from None


def active_counts(Z: Any) -> dict[int, int]:
    """How many inputs have how many active features."""
    counts, inputs = np.unique(np.diff(Z.indptr), return_counts=True)
    return dict(zip(counts.tolist(), inputs.tolist(), strict=True))


def new_inputs(each: Array, goal: Goal | None) -> NewInputs:
    """From upper ends of the losses of independent inputs."""
    from scipy.stats import beta

    assert goal is not None
    failures, n = int((~goal.met_by(each)).sum()), len(each)
    at_most = 1.0 if failures == n else float(beta.ppf(_CONFIDENCE, failures + 1, n - failures))
    return NewInputs(samples=n, failures=failures, confidence=_CONFIDENCE, at_most=min(1.0, at_most * (1 + 1e-9)))
