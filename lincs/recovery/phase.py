"""``lincs.phase_diagram``: where L1 recovers random sparse inputs, and where a linear read-out could.

A cell is ``(delta, rho) = (d/m, k/d)`` with Gaussian A.  L1: the share of seeded trials recovered.  Linear: the largest
k with worst-case error below eps, for the optimal probes of one Gaussian A at each d, and at most for *any* A (a
theorem).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError, check_integer, check_seed
from lincs.interference.identity import digest
from lincs.interference.inputs import dense_inputs
from lincs.keeping import DAMAGED, check_place, try_to_keep
from lincs.parallel import clustered, map_tasks
from lincs.problem import parse_eps
from lincs.progress import reports, told
from lincs.recovery.homotopy import solve_paths
from lincs.recovery.probes import optimal_probes
from lincs.recovery.theory import transition_rho
from lincs.results import jsonable
from lincs.showing import Shown
from lincs.typing import Level, Progress

__all__ = ["PhaseDiagram", "half_line", "phase_diagram"]

Array = npt.NDArray[Any]

_MATRICES = 5  # Gaussian matrices that share the trials of a cell
_TOLERANCE = 1e-6


@dataclass(frozen=True, kw_only=True, repr=False)
class PhaseDiagram(Shown):
    """``recovered[i, j]`` of ``trials`` came back by L1 at ``ds[i]`` (of m) and ``ks[i, j]`` (about ``rhos[j] d``).

    ``half`` (per d): the empirical k/d at which half of the inputs are recovered; ``transition``: the curve of theory.
    ``linear_k``: the largest k with worst-case linear error below eps, by the optimal probes of one Gaussian A;
    ``linear_limit``: the largest that any A allows (upper end of the bracket).
    """

    page_by = "lincs.show.compare:phase"
    drawn_by = "lincs.plots.recovery:phase"

    m: int
    trials: int
    seed: int
    eps: Fraction
    rhos: tuple[float, ...]
    ds: npt.NDArray[np.intp] = field(repr=False, compare=False)
    ks: npt.NDArray[np.intp] = field(repr=False, compare=False)
    recovered: npt.NDArray[np.intp] = field(repr=False, compare=False)
    half: Array = field(repr=False, compare=False)
    transition: Array = field(repr=False, compare=False)
    linear_k: npt.NDArray[np.intp] = field(repr=False, compare=False)
    linear_limit: npt.NDArray[np.intp] = field(repr=False, compare=False)

    @property
    def deviation(self) -> float:
        """The largest ``|half - transition|`` over ``0.1 <= d/m <= 0.9``."""
        inside = (self.ds >= 0.1 * self.m) & (self.ds <= 0.9 * self.m)
        return float(np.abs(self.half - self.transition)[inside].max())

    def to_dict(self) -> dict[str, Any]:
        names = ("ds", "ks", "recovered", "half", "transition", "linear_k", "linear_limit")
        return {
            "m": self.m,
            "trials": self.trials,
            "eps": jsonable(self.eps),
            "rhos": list(self.rhos),
            "deviation": self.deviation,
            **{name: jsonable(getattr(self, name)) for name in names},
        }


@reports("dimensions")
def phase_diagram(
    *,
    m: int = 256,
    cells: int = 40,
    trials: int = 50,
    seed: int = 0,
    eps: Level = "1/2",
    threads: int | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: Progress = None,
) -> PhaseDiagram:
    """A ``cells x cells`` phase diagram of basis pursuit on Gaussian matrices with m columns.

    The inputs have uniform supports and entries uniform on [-1, 1]; every cell depends on ``(seed, d, k)`` alone.
    ``checkpoint`` is an .npz file that is written after every d and read again if it belongs to the same question;
    ``progress`` is called with (columns done, columns in all).  Raises :class:`InputError` for bad numbers.

    >>> found = phase_diagram(m=20, cells=4, trials=5)
    >>> found.recovered.shape, found.transition.shape
    ((4, 4), (4,))
    """
    m, cells = check_integer(m, "m", least=8), check_integer(cells, "cells", least=2)
    trials, seed, level = check_integer(trials, "trials"), check_seed(seed), parse_eps(eps)
    rhos = (np.arange(cells) + 0.5) / cells
    ds = np.unique(np.clip(np.round((np.arange(cells) + 0.5) / cells * m), 1, m - 1)).astype(np.intp)
    ks = np.clip(np.round(np.outer(ds, rhos)), 1, None).astype(np.intp)
    key = digest(m, cells, trials, seed, level)
    if checkpoint is not None:
        check_place(checkpoint, "checkpoint")
    state = _load(checkpoint, key) or {
        "recovered": np.full(ks.shape, -1),
        "linear_k": np.zeros(len(ds), np.intp),
        "limit": np.zeros(len(ds), np.intp),
    }
    open_columns = [i for i in range(len(ds)) if state["recovered"][i, 0] < 0]
    finished, callback = len(ds) - len(open_columns), told(progress)

    def keep(t: int, answer: tuple[Array, int, int]) -> None:
        nonlocal finished
        i = open_columns[t]
        state["recovered"][i], state["linear_k"][i], state["limit"][i] = answer
        _save(checkpoint, key, state)
        finished += 1
        if callback is not None:
            callback(finished, len(ds))

    # Here one column after the other, each on all threads; on a cluster a column is a task of one thread.
    inner = 1 if clustered() else threads
    map_tasks(
        _column,
        [(int(ds[i]), ks[i], m, trials, seed, level, inner) for i in open_columns],
        threads=1,
        done=keep,
    )
    rate = state["recovered"] / trials
    return PhaseDiagram(
        m=m,
        trials=trials,
        seed=seed,
        eps=level,
        rhos=tuple(rhos.tolist()),
        ds=ds,
        ks=ks,
        recovered=state["recovered"],
        half=np.array([half_line(ks[i] / d, rate[i], trials) for i, d in enumerate(ds.tolist())]),
        transition=np.array([transition_rho(d / m) for d in ds.tolist()]),
        linear_k=state["linear_k"],
        linear_limit=state["limit"],
    )


def half_line(rho: Array, rate: Array, trials: int) -> float:
    """The rho at which a logistic curve through the success rates is 1/2 (maximum likelihood)."""
    from scipy.optimize import minimize

    wins = rate * trials

    def loss(parameters: Array) -> float:
        steepness = np.exp(parameters[1])
        score = np.clip(steepness * (parameters[0] - rho), -500, 500)
        return float((trials * np.logaddexp(0, score) - wins * score).sum() + 1e-4 * steepness)

    start = float(np.interp(0.5, rate[::-1], rho[::-1]))
    return float(minimize(loss, np.array([start, 3.0]), method="Nelder-Mead").x[0])


def _gaussian(d: int, m: int, seed: int, number: int) -> Array:
    return np.asarray(np.random.default_rng((seed, d, number)).standard_normal((d, m)) / np.sqrt(d))


def _column(
    d: int, ks: npt.NDArray[np.intp], m: int, trials: int, seed: int, level: Fraction, threads: int | None
) -> tuple[Array, int, int]:
    """Recovered trials for each k, the largest linear k of one Gaussian matrix, and that of any matrix."""
    recovered: dict[int, int] = {}
    for k in ks.tolist():
        if k not in recovered:
            recovered[k] = _cell(d, m, k, trials, seed, threads)
    counts = np.array([recovered[k] for k in ks.tolist()])
    return counts, _linear(_gaussian(d, m, seed, 0), level), _limit(d, m, level)


def _cell(d: int, m: int, k: int, trials: int, seed: int, threads: int | None) -> int:
    """How many of the trials basis pursuit recovers."""
    if k >= d:
        return 0  # the minimiser has at most d active columns: an event of probability 0
    Z = dense_inputs(m, k, samples=trials, seed=seed)
    found = 0
    for number, part in enumerate(np.array_split(np.arange(trials), min(_MATRICES, trials))):
        A = _gaussian(d, m, seed, number)
        z = solve_paths(A, A @ Z[:, part], threads=threads).z
        found += int((np.abs(z - Z[:, part]).max(axis=0) <= _TOLERANCE).sum())
    return found


def _linear(A: Array, eps: Fraction) -> int:
    """The largest k at which the optimal probes of A stay below eps."""
    nu = optimal_probes(A, k=1, row_programs=False).nu.hi
    return int(min(A.shape[1], -(-eps // Fraction(nu)) - 1))


def _limit(d: int, m: int, eps: Fraction) -> int:
    from lincs.bounds.bracket import bound

    value = bound(d=d, m=m, eps=eps).upper.value
    return m if not isinstance(value, int) else min(value, m)


def _load(checkpoint: str | os.PathLike[str] | None, key: str) -> dict[str, Array] | None:
    if checkpoint is None or not Path(checkpoint).exists():
        return None
    try:
        with np.load(checkpoint, allow_pickle=False) as saved:
            if str(saved["key"]) != key:
                raise InputError(f"checkpoint {checkpoint} belongs to another phase diagram")
            return {name: saved[name] for name in ("recovered", "linear_k", "limit")}
    except DAMAGED as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"checkpoint {checkpoint} cannot be read: {error}") from None


def _save(checkpoint: str | os.PathLike[str] | None, key: str, state: dict[str, Array]) -> None:
    if checkpoint is None:
        return
    try_to_keep(Path(checkpoint), lambda file: np.savez(file, key=np.array(key), **state))  # type: ignore[arg-type]
