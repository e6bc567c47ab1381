"""Restarts of the numerical search: many random frames lowered together, the promising ones polished.

A batch starts with random lines and follows the smooth maximum through growing exponents; after the first stages only
the better part goes on.  Frames that come close to the best so far are polished to a local minimum of the coherence.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError, check_integer, check_seed
from lincs.packing.energy import coherences, energy, normalised, orbits
from lincs.packing.lbfgs import minimise
from lincs.packing.polish import polish
from lincs.packing.symmetry import SYMMETRIES, random_cyclic_group, shifts, symmetric_starts

__all__ = ["Found", "relax", "search"]

Array = npt.NDArray[Any]

Stages = tuple[tuple[int, int, float], ...]

# Landscapes differ: most call for the better part by a low exponent, those with many lines per dimension (d = 3, 4)
# hide their best minima from it.  Batches take the schedules in turn.
_SCHEDULES: tuple[Stages, ...] = (
    (
        (2, 20, 1.0),
        (8, 40, 0.35),
        (32, 40, 1.0),
        (128, 40, 0.5),
        (512, 40, 1.0),
        (2048, 40, 0.5),
        (8192, 60, 0.4),
    ),
    ((8, 40, 1.0), (32, 40, 1.0), (128, 40, 1.0), (512, 40, 0.3), (2048, 40, 1.0), (8192, 60, 0.4)),
    ((32, 40, 1.0), (128, 40, 0.3), (512, 40, 1.0), (2048, 40, 0.5), (8192, 60, 0.4)),
)
_FINE: Stages = ((2**15, 100, 1.0), (2**17, 100, 1.0), (2**19, 100, 1.0))  # before a frame is polished
_CLOSE = 1.0003  # frames this close to the best so far are polished, and the best of the first batches anyway
_MOST_POLISHED = 2  # of one batch
_CELLS = 1 << 19  # entries of the products of one batch


@dataclass(frozen=True, kw_only=True)
class Found:
    """The best frame of a search: ``vectors`` (m x d, unit rows), and how it was found."""

    d: int
    m: int
    seed: int
    restarts: int
    symmetry: str
    coherence: float
    active: int
    seconds: float = field(compare=False)
    vectors: Array = field(repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        names = ("d", "m", "seed", "restarts", "symmetry", "coherence", "active", "seconds")
        return {name: getattr(self, name) for name in names}


def relax(Y: Array, group: Array | None = None, *, stages: Stages = _SCHEDULES[0]) -> Array:
    """Lower a batch of frames ``(R, t, d)`` through the stages; returns the survivors, the best first.

    A stage is (q, iterations, share kept): exponent ``2 q``.
    """
    count, t, d = Y.shape
    for q, iterations, share in stages:

        def value(x: Array, q: int = q) -> tuple[Array, Array]:
            values, gradient = energy(x.reshape(len(x), t, d), q, group)
            return values, gradient.reshape(len(x), -1)

        x, values = minimise(value, Y.reshape(count, -1), iterations=iterations)
        count = max(1, round(count * share))
        Y = normalised(x[np.argsort(values, kind="stable")[:count]].reshape(count, t, d))
    return Y


def search(
    d: int,
    m: int,
    *,
    seed: int = 0,
    restarts: int = 256,
    symmetry: str = "none",
    order: int | None = None,
    group: Array | None = None,
    starts: Array | None = None,
    target: float = 0.0,
    seconds: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Found:
    """Search for m unit vectors in R^d of least coherence.

    Args:
        seed, restarts: every batch of random starts depends on these, on d and m and the symmetry alone.
        symmetry: "none" (every second batch starts from frames that a random cyclic group permutes), "circulant" (all
            shifts of ``m / d`` vectors), "quasi-cyclic" (shifts in blocks of ``order`` coordinates) or "cyclic" (a
            random representation of the cyclic group of that ``order``, another one for each batch).  Frames of a
            group have as many lines as fit; lines beyond m are left out.
        group: instead, a group of your own, ``(g, d, d)``: see :mod:`lincs.packing.symmetry`.
        starts: frames ``(R, m, d)`` to lower first (for a group: base vectors), besides the random ones.
        target, seconds: stop early once the coherence is at or below ``target`` or this much processor time is used; a
            result that the clock ended is not a function of the seed alone, and says how many restarts it had.
        progress: called with (restarts done, restarts).

    Raises:
        InputError: numbers out of range, or an order that does not fit.
    """
    d, m = check_integer(d, "d"), check_integer(m, "m")
    seed, restarts = check_seed(seed), check_integer(restarts, "restarts")
    if symmetry not in SYMMETRIES:
        raise InputError(f"symmetry must be one of {', '.join(SYMMETRIES)}, got {symmetry!r}")
    began = time.thread_time()
    best: tuple[float, Array, int] | None = (0.0, np.eye(d)[:m], 0) if m <= d else None  # orthogonal lines
    done = number = 0
    pending = None if starts is None else np.asarray(starts, dtype=np.float64)
    while done < restarts and not (best is not None and best[0] <= target):
        if seconds is not None and best is not None and time.thread_time() - began > seconds:
            break
        rng = np.random.default_rng([seed, d, m, number])
        acting = group if group is not None else _group(rng, d, symmetry, order)
        t = m if acting is None else -(-m // len(acting))
        size = max(1, min(restarts - done, 128, _CELLS // max(1, t * t * (1 if acting is None else len(acting)))))
        if pending is not None:
            Y, pending = normalised(pending), None
        elif acting is None and number % 2:
            Y = symmetric_starts(rng, size, m, d)
        else:
            Y = normalised(rng.standard_normal((size, t, d)))
        for X, coherence, active in _best_of(
            relax(Y, acting, stages=_SCHEDULES[number // 2 % 3]), acting, best[0] if best else 2.0
        ):
            if best is None or coherence < best[0]:
                best = coherence, orbits(X, acting)[:m], active
        done, number = min(restarts, done + len(Y)), number + 1
        if progress is not None:
            progress(done, restarts)
    assert best is not None
    coherence, vectors, active = best
    return Found(
        d=d,
        m=m,
        seed=seed,
        restarts=done,
        symmetry="group" if group is not None else symmetry,
        coherence=coherence,
        active=active,
        seconds=time.thread_time() - began,
        vectors=vectors,
    )


def _group(rng: np.random.Generator, d: int, symmetry: str, order: int | None) -> Array | None:
    if symmetry == "none":
        if order is not None:
            raise InputError("order must come with symmetry=quasi-cyclic or cyclic")
        return None
    if symmetry == "circulant":
        if order not in (None, d):
            raise InputError(f"order must be d = {d} for circulant frames, got {order}")
        return shifts(d, d)
    if order is None:
        raise InputError(f"order must be given for {symmetry} frames")
    order = check_integer(order, "order", least=2)
    return shifts(d, order) if symmetry == "quasi-cyclic" else random_cyclic_group(rng, d, order)


def _best_of(batch: Array, group: Array | None, best: float) -> list[tuple[Array, float, int]]:
    """Polish the frames of a batch that come close to the best known; of equal ones only the first."""
    values = coherences(batch, group)
    order = np.argsort(values, kind="stable")[: 4 * _MOST_POLISHED]
    if values[order[0]] > _CLOSE * min(best, 1.0):
        return []
    batch = relax(batch[order], group, stages=_FINE)
    values = coherences(batch, group)
    polished: list[tuple[Array, float, int]] = []
    last = -1.0
    for i in np.argsort(values, kind="stable").tolist():
        value = float(values[i])
        if len(polished) == _MOST_POLISHED or value > (1 + 1e-4) * best:
            break
        if value - last > 1e-7:
            found = polish(batch[i], group)
            polished.append((found.X, found.coherence, found.active))
            best = min(best, found.coherence)
        last = value
    return polished
