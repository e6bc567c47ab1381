"""An encoder as deployed on the user's own activations: it is run on ``x = A z + b_dec`` for every given z."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.encoders.activations import GroupMax, TopK
from lincs.encoders.normal_form import Asked
from lincs.errors import ContradictionError, InputError
from lincs.exact.goal import Goal
from lincs.exact.products import exact_error
from lincs.exact.rounding import U, float_down, float_up, gamma
from lincs.interference.deployed import Deployment, deploy
from lincs.interference.deployed_record import Detection, Ends
from lincs.interference.rounding import survey
from lincs.interference.sample_inputs import SampleVerification, active_counts, new_inputs, read_samples
from lincs.interval import Interval
from lincs.jsonable import jsonable
from lincs.matrices import Matrix
from lincs.problem import parse_goal
from lincs.reading import Pair
from lincs.readouts.base import Readout
from lincs.readouts.deployed import Deployed
from lincs.selection import Selection

__all__ = ["DeployedSamples", "verify_deployed_samples"]

Array = npt.NDArray[Any]

_BLOCK_BYTES = 32 << 20  # of the readings of the inputs that are encoded together


@dataclass(frozen=True, kw_only=True, repr=False)
class DeployedSamples(SampleVerification):
    """The worst error of an encoder over given inputs, and how often it fires falsely and misses.

    ``kind`` of the worst error: "false", "over", "under" or "silent".  ``false_firings`` and ``missed`` enclose the
    numbers of (input, feature) pairs in which a feature that is off reads more than ``level``, and one with
    ``z_i >= tau`` does not; ``at_least_tau`` is the number of pairs of the latter kind there are.
    """

    page_by = "lincs.show.deployed:samples"

    activation: str
    b_dec: str | None
    tau: Fraction
    level: Fraction
    kind: str
    false_firings: tuple[int, int]
    missed: tuple[int, int]
    at_least_tau: int
    deployed: Deployed = field(repr=False, compare=False)

    @property
    def how(self) -> Readout:
        return self.deployed

    def to_dict(self) -> dict[str, Any]:
        out = super().to_dict()
        words = {name: jsonable(getattr(self, name)) for name in ("activation", "b_dec", "tau", "level", "kind")}
        counts = {name: list(getattr(self, name)) for name in ("false_firings", "missed")}
        return {**out, **words, **counts, "at_least_tau": self.at_least_tau}


def verify_deployed_samples(
    read: Pair, Z: Any, *, eps: Any, closed: bool, asked: Asked, tau: Any, level: Any
) -> DeployedSamples:
    """What an encoder makes of the columns of ``Z`` (m x n, non-negative, of any size); see ``verify_samples``."""
    whole = Selection(read.A.m, None, None)
    deployment = deploy(read, whole, asked, tau=tau, level=level)
    inputs = read_samples(Z, read.A.m, deployment.readout)
    run = _Run(read.A, read.B, deployment)
    step = max(1, _BLOCK_BYTES // (8 * read.A.m))
    for start in range(0, inputs.shape[1], step):
        run.block(inputs, slice(start, min(start + step, inputs.shape[1])))
    return run.result(inputs, parse_goal(eps, closed=closed, readout=deployment.readout))


class _Run:
    """The encoder, block by block, and the largest errors so far."""

    def __init__(self, A: Matrix, B: Matrix, deployment: Deployment) -> None:
        self.A, self.B, self.deployment = A, B, deployment
        self.encoder, self.detection = deployment.readout, deployment.detection
        self.pair = survey(B, A)
        self.lower, self.upper = np.zeros(A.m), np.zeros(A.m)
        self.at = np.zeros(A.m, dtype=np.int64)
        self.each: list[Array] = []  # upper ends of the worst error of every input
        self.false, self.missed, self.due = np.zeros(2, dtype=int), np.zeros(2, dtype=int), 0

    def block(self, Z: Any, block: slice) -> None:
        z = Z[:, block]
        low, high = self._outputs(z, block.start)
        dense = z.toarray()
        error = np.maximum(np.maximum(low - dense, dense - high), 0) * (1 - 2 * U)
        reach = np.maximum(high - dense, dense - low) * (1 + 2 * U)
        self.each.append(reach.max(axis=0))
        worst = error.argmax(axis=1)
        best = error.max(axis=1)
        self.at = np.where(best > self.lower, block.start + worst, self.at)
        self.lower, self.upper = np.maximum(self.lower, best), np.maximum(self.upper, reach.max(axis=1))
        self._count(dense, low, high, self.detection)

    def _count(self, z: Array, low: Array, high: Array, detection: Detection) -> None:
        certain, possible = low > float_up(detection.level), high > float_down(detection.level)
        off = z == 0
        due = z >= float_up(detection.tau)  # for doubles, this is being at least the rational tau
        self.false += [int((off & certain).sum()), int((off & possible).sum())]
        self.missed += [int((due & ~possible).sum()), int((due & ~certain).sum())]
        self.due += int(due.sum())

    def _outputs(self, z: Any, first: int) -> Ends:
        """Ends of what every feature reads of every input (m x n)."""
        A, B, pair, encoder = self.A, self.B, self.pair, self.encoder
        rows = z.tocsr()
        x = np.zeros((A.d, z.shape[1]))
        p = np.empty(z.shape)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            for start, stop in A.panels():
                x += A.rows(start, stop).T @ rows[start:stop]
            spread = np.asarray(abs(rows).T @ pair.a_norms)  # sum_j |z_j| ||a_j|| >= ||x||
            for start, stop in B.panels():
                p[start:stop] = B.rows(start, stop) @ x
            terms = int(np.diff(z.indptr).max(initial=0)) + 3
            tiny = 8 * A.d * float(np.finfo(np.float64).tiny)
            per_input = (gamma(terms, U) + gamma(A.d, U) * (1 + gamma(terms, U))) * spread * (1 + 16 * U) + tiny
            radius = np.outer(pair.b_norms, per_input) * (1 + 16 * U) + tiny
            p = p + encoder.bias[:, None]
            radius = radius + encoder.radius[:, None] + 4 * U * (np.abs(p) + np.abs(encoder.bias[:, None]))
            low, high = p - radius, p + radius
        bad = ~(np.isfinite(low) & np.isfinite(high)).all(axis=0)
        if bad.any():
            raise InputError(f"an output of input {first + int(np.argmax(bad))} overflows float64: rescale A, B or Z")
        t = encoder.threshold
        if t is None:
            return low, high
        read = tuple(np.where(end > t[:, None], end, 0.0) for end in (low, high))
        return self._selected(low, high, (read[0], read[1]))

    def _selected(self, low: Array, high: Array, read: Ends) -> Ends:
        """Of an encoder that selects, 0 where another feature takes the place, or may take it."""
        activation = self.deployment.form.activation
        if not isinstance(activation, TopK):
            return read
        m, n = low.shape
        blocks = activation.keep if isinstance(activation, GroupMax) else 1
        places = 1 if blocks > 1 or isinstance(activation, GroupMax) else activation.keep
        if places == m // blocks:
            return read
        below, above = (part.reshape(blocks, m // blocks, n) for part in (low, high))
        # Certain: fewer than `places` others may be as high.  Possible: fewer are certainly above.
        kept = below > np.partition(above, -places - 1, axis=1)[:, -places - 1, None]
        possible = above >= np.partition(below, -places, axis=1)[:, -places, None]
        return np.where(kept.reshape(m, n), read[0], 0.0), np.where(possible.reshape(m, n), read[1], 0.0)

    def result(self, Z: Any, goal: Goal | None) -> DeployedSamples:
        row = int(self.lower.argmax())
        lo, hi = float(self.lower[row]), float(self.upper.max())
        sample = int(self.at[row])
        z = Z[:, [sample]].tocoo()
        own = Fraction(dict(zip(z.coords[0].tolist(), z.data.tolist(), strict=True)).get(row, 0.0))
        out = self._exact(self.encoder, z, row)
        kind = "false" if own == 0 else "over" if out > own else "silent" if out == 0 else "under"
        if self.encoder.refines:
            error = abs(out - own)
            if error > Fraction(hi):
                raise ContradictionError(f"input {sample} attains {float(error)} at row {row}, above {hi}")
            lo = max(lo, float_down(error))
        form = self.deployment.form
        return DeployedSamples(
            d=self.A.d,
            m=self.A.m,
            samples=Z.shape[1],
            readout=self.encoder.name,
            pair="given",
            row=row,
            sample=sample,
            eps=Interval(lo, hi),
            margin=None,
            holds=None if goal is None else goal.decide(lo, hi),
            goal=goal,
            active=active_counts(Z),
            lower=self.lower,
            upper=self.upper,
            new_inputs=None if goal is None else new_inputs(np.concatenate(self.each), goal),
            activation=form.activation.name,
            b_dec=form.b_dec,
            tau=self.detection.tau,
            level=self.detection.level,
            kind=kind,
            false_firings=(int(self.false[0]), int(self.false[1])),
            missed=(int(self.missed[0]), int(self.missed[1])),
            at_least_tau=self.due,
            deployed=self.encoder,
        )

    def _exact(self, encoder: Deployed, z: Any, row: int) -> Fraction:
        """What a feature reads of one input, if nothing takes its place."""
        active = z.coords[0]
        b = self.B.take(np.array([row]))[0]
        linear = exact_error(b, self.A.take(active), z.data, Fraction(0)) if len(active) else Fraction(0)
        return encoder.reads(row, linear)
