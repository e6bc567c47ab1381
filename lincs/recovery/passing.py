"""Whether one random matrix passes at (d, k), for the three decoders of :mod:`lincs.recovery.minimal`.

What is measured of a matrix serves every k, so each decoder remembers it by d; a file of these memories is the
checkpoint.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.keeping import DAMAGED, check_place, try_to_keep
from lincs.recovery import DECODERS

__all__ = ["DECODERS", "Decoder", "Known", "decoder_for"]

Array = npt.NDArray[np.float64]

_TOLERANCE = 1e-6  # an input is recovered when every entry is this close
_TIE = 1e-6  # price added to the support: another minimiser, if there is one, is cheaper then
_BATCH = 32  # features whose probes are solved before asking whether the matrix has failed already


class Known:
    """What has been measured, by decoder, family, seed and d; kept in a JSON file when one is named.

    The file is replaced as a whole at most every few seconds and at the end, also by an exception or Ctrl-C.
    """

    def __init__(self, path: str | os.PathLike[str] | None, question: Sequence[Any], every: float = 5.0) -> None:
        self.path = None if path is None else Path(path)
        self.question = json.loads(json.dumps(question))
        self.every = every
        self.saved = time.monotonic()
        self.values: dict[str, dict[str, Any]] = {}
        if self.path is not None:
            check_place(self.path, "checkpoint")
        if self.path is not None and self.path.exists():
            try:
                contents = json.loads(self.path.read_text(encoding="utf-8"))
                self.values, theirs = contents["known"], contents["question"]
            except DAMAGED as error:
                raise InputError(f"checkpoint {self.path} cannot be read: {error}") from None
            if theirs != self.question:
                raise InputError(f"checkpoint {self.path} belongs to another question")

    def table(self, *name: Any) -> dict[str, Any]:
        """The memory of one decoder, family and seed: JSON values by the text of d."""
        return self.values.setdefault("/".join(map(str, name)), {})

    def save(self, *, now: bool = False) -> None:
        if self.path is None or not (now or time.monotonic() - self.saved >= self.every):
            return
        text = json.dumps({"question": self.question, "known": self.values})
        try_to_keep(self.path, lambda file: file.write(text.encode()))
        self.saved = time.monotonic()

    def __enter__(self) -> Known:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.save(now=True)


class Decoder(Protocol):
    def passes(self, d: int, k: int) -> tuple[bool, float | None]:
        """Whether k passes at d; with True the error divided by its level, where there is one."""
        ...

    def limit(self, most: int) -> int:
        """The largest d up to ``most`` for which the family has a matrix."""
        ...


def decoder_for(
    name: str,
    family: str,
    *,
    m: int,
    ks: tuple[int, ...],
    eps: Fraction,
    seed: int,
    trials: int,
    sample: int | None,
    threads: int | None,
    known: Known,
) -> Decoder:
    common = _Common(family, m, ks, eps, seed, threads, known.table(name, family, seed), known)
    if name == "matched-filter":
        return _MatchedFilter(common)
    if name == "optimal-probes":
        return _OptimalProbes(common, sample)
    return _L1(common, trials)


class _Common:
    """One family at one seed: its matrices by d, and the memory of what was measured of them."""

    def __init__(
        self,
        family: str,
        m: int,
        ks: tuple[int, ...],
        eps: Fraction,
        seed: int,
        threads: int | None,
        memory: dict[str, Any],
        known: Known,
    ) -> None:
        from lincs.constructions.catalogue import family as named

        self.family, self.m, self.ks, self.eps, self.seed, self.threads = (
            named(family),
            m,
            ks,
            eps,
            seed,
            threads,
        )
        self.memory, self.known = memory, known

    def matrix(self, d: int) -> Array:
        promise = self.family.member(d=d, m=self.m, seed=self.seed)
        return np.asarray(self.family.frame(promise.parameters).columns(0, self.m), dtype=np.float64)

    def remember(self, d: int, value: Any) -> None:
        self.memory[str(d)] = value
        self.known.save()

    def limit(self, most: int) -> int:
        rows = self.family.most_rows(self.m)
        return most if rows is None else min(most, rows)


class _MatchedFilter:
    """Memory: the proved upper end of the self-scaled worst case, for each of the ks."""

    def __init__(self, common: _Common) -> None:
        self.common, self.limit = common, common.limit

    def passes(self, d: int, k: int) -> tuple[bool, float | None]:
        from lincs.interference.verify import verify

        common = self.common
        if str(d) not in common.memory:
            cases = verify(common.matrix(d), k=common.ks, threads=common.threads).results
            common.remember(d, [case.eps.hi for case in cases if case.eps is not None])
        worst = common.memory[str(d)][common.ks.index(k)]
        return Fraction(worst) < common.eps, worst / float(common.eps)


class _OptimalProbes:
    """Memory: an enclosure of nu(A), whose upper end is None until every feature is solved.

    A matrix fails as soon as one feature does, so the hardest features are solved first (as the last matrix ranked
    them), then all others together (splitting.py).
    """

    def __init__(self, common: _Common, sample: int | None) -> None:
        self.common = common
        self.features = np.arange(common.m)
        if sample is not None:
            rng = np.random.default_rng(common.seed)
            self.features = np.sort(rng.choice(common.m, size=sample, replace=False))
        self.hardness = np.zeros(len(self.features))

    def limit(self, most: int) -> int:
        return min(self.common.limit(most), self.common.m)  # a square invertible A leaves no error

    def passes(self, d: int, k: int) -> tuple[bool, float | None]:
        level = self.common.eps / k
        lo, hi = self.common.memory.get(str(d), (0.0, None))
        if hi is None and Fraction(lo) < level:
            lo, hi = self._measure(d, level)
            self.common.remember(d, (lo, hi))
        if hi is None:
            return False, None
        return Fraction(hi) < level, hi / float(level)

    def _measure(self, d: int, level: Fraction) -> tuple[float, float | None]:
        from lincs.recovery.probes import optimal_probes

        A, order = self.common.matrix(d), np.argsort(-self.hardness, kind="stable")
        lo = hi = 0.0
        for batch in (order[:_BATCH], order[_BATCH:]):
            if not len(batch):
                continue
            found = optimal_probes(
                A,
                k=1,
                features=self.features[batch].tolist(),
                row_programs=False,
                gap="auto",
                threads=self.common.threads,
            )
            self.hardness[batch] = found.upper[:, 0]
            lo, hi = max(lo, found.nu.lo), max(hi, found.nu.hi)
            if Fraction(lo) >= level and len(order) > len(batch):
                return lo, None
        return lo, hi


class _L1:
    """Memory: how many of the trials basis pursuit recovers, by k."""

    def __init__(self, common: _Common, trials: int) -> None:
        self.common, self.trials, self.limit = common, trials, common.limit

    def passes(self, d: int, k: int) -> tuple[bool, float | None]:
        from lincs.interference.inputs import dense_inputs

        common = self.common
        counts = common.memory.get(str(d), {})
        if str(k) not in counts:
            Z = dense_inputs(common.m, k, samples=self.trials, seed=common.seed)
            counts = {**counts, str(k): _recovered(common.matrix(d), Z)}
            common.remember(d, counts)
        return bool(2 * counts[str(k)] >= self.trials), None


def _recovered(A: Array, Z: Array) -> int:
    """How many columns of Z are *the* l1 minimiser.

    Where the dual vector does not show that one is the only one, ties (equal columns of sign matrices) are broken
    against it.
    """
    from lincs.recovery.basis_pursuit import basis_pursuit

    found = basis_pursuit(A, A @ Z)
    good = np.abs(found.z - Z).max(axis=0) <= _TOLERANCE
    for t in np.flatnonzero(good & ~(found.margin > _TIE)).tolist():
        cost = np.where(Z[:, t] != 0, 1 + _TIE, 1.0)
        again = basis_pursuit(A / cost, A @ Z[:, [t]]).z[:, 0] / cost
        good[t] = np.abs(again - Z[:, t]).max() <= _TOLERANCE
    return int(good.sum())
