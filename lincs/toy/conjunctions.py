"""``perceptron``: a stream of entities and conclusions in superposition, and neurons that ask for two entities at once.

First names, family names and people are features of one stream of d dimensions, in random directions.  Neuron i asks
for a first name *and* a family name, and writes the person of that name: ``x + W_out relu(W_in x + b)``.  It answers at
k if it fires on every k-sparse input with both names on, and on none with one of them off; margins are exact
(THEOREMS.md, 10e).  Neurons are made by construction, ``w = a_first + a_family`` with the threshold in the middle of
what it may be, and trained on random sparse inputs at several densities.

While the family name is on, a neuron that answers at k tells its first name on from off among k - 1 active features.
So where every first name has such a neuron, d is at least what a threshold read-out of the first names needs at k - 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.bounds.bracket import bound
from lincs.errors import InputError, check_integer, check_seed
from lincs.interference.readers import Readers, verify_readers
from lincs.parallel import map_tasks, thread_count
from lincs.problem import parse_ks
from lincs.toy.experiment import Experiment
from lincs.toy.perceptron import Perceptron

__all__ = ["DENSITIES", "DIMENSIONS", "construct", "run", "stream", "train_perceptron"]

Array = npt.NDArray[Any]

NAMES = 12  # first names, and as many family names
PEOPLE = 36
DIMENSIONS = (8, 12, 16, 24, 32, 48, 64, 96, 128, 192)  # of the neurons by construction
DENSITIES = (0.3, 0.1, 0.05, 0.02, 0.01)  # of the trained ones
_D = 32  # their dimensions
_BATCH = 512


def stream(d: int, *, seed: int) -> tuple[Array, Array]:
    """Unit directions (d x 60) of 12 first names, 12 family names, 36 people; and the names (36 x 2) of each person.

    Every first name has three people, and so has every family name; no two people have both names in common.
    """
    rng = np.random.default_rng([check_seed(seed), d])
    A = rng.standard_normal((d, 2 * NAMES + PEOPLE))
    A /= np.linalg.norm(A, axis=0)
    first = np.arange(PEOPLE) % NAMES
    family = NAMES + (first + np.arange(PEOPLE) // NAMES * 4 + np.arange(PEOPLE) // NAMES) % NAMES
    return A, np.stack([first, family], axis=1)


def construct(A: Array, names: Array, *, k: int) -> Perceptron:
    """Neurons that add the directions of both names, each at the best threshold for k active features."""
    W = (A[:, names[:, 0]] + A[:, names[:, 1]]).T
    found = verify_readers(A, W.T, k=k, bias=0.0, targets=names)
    # With bias 0 and threshold 0 the margins are -P and e - N: their middle is what the bias must take away.
    false, miss = (np.asarray(ends[0] + ends[1])[:, 0] / 2 for ends in (found.margin_false, found.margin_miss))
    return Perceptron(W, (false - miss) / 2, A[:, 2 * NAMES :].copy())


def train_perceptron(
    A: Array, names: Array, *, density: float, steps: int, seed: int, rate: float = 3e-3
) -> tuple[Perceptron, float]:
    """Adam on the squared error of what the stream says of each person, from random weights; the last mean loss.

    Each feature is on (at 1) with probability ``density``; a person ought to be read as 1 if both names are on, else as
    whatever the stream says of her already.  She is read by her own direction.
    """
    rng = np.random.default_rng([check_seed(seed), int(1e6 * density)])
    d, m = A.shape
    people = A[:, 2 * NAMES :]
    params = [
        rng.normal(0, (2 / d) ** 0.5, (PEOPLE, d)),
        np.zeros(PEOPLE),
        rng.normal(0, (1 / d) ** 0.5, (d, PEOPLE)),
    ]
    first, second = [np.zeros_like(p) for p in params], [np.zeros_like(p) for p in params]
    recent = 0.0
    for step in range(1, check_integer(steps, "steps") + 1):
        z = (rng.random((m, _BATCH)) < density).astype(float)
        both = z[names[:, 0]] * z[names[:, 1]]
        x = A @ z
        pre = params[0] @ x + params[1][:, None]
        h = np.maximum(pre, 0)
        error = people.T @ (params[2] @ h) - both
        recent = 0.98 * recent + 0.02 * float((error**2).sum(axis=0).mean())
        g_out = people @ (error @ h.T)
        g_pre = (params[2].T @ (people @ error)) * (pre > 0)
        gradients = [g_pre @ x.T, g_pre.sum(axis=1), g_out]
        falling = rate * min(1.0, 2 * (1 - step / steps) + 0.01)
        for n, gradient in enumerate(gradients):
            gradient = 2 * gradient / _BATCH
            first[n] = 0.9 * first[n] + 0.1 * gradient
            second[n] = 0.999 * second[n] + 0.001 * gradient**2
            unbiased = second[n] / (1 - 0.999**step)
            params[n] -= falling * first[n] / (1 - 0.9**step) / (np.sqrt(unbiased) + 1e-8)
    if not all(np.isfinite(p).all() for p in params):
        raise InputError(f"training diverged at density {density}")
    return Perceptron(*params), recent / (1 - 0.98**steps)


def matched(layer: Perceptron, A: Array, names: Array) -> Array:
    """(36, 2) the conjunction of every neuron: that of the person it writes most, as her own direction reads it."""
    written = layer.adds(A[:, 2 * NAMES :])  # people x neurons
    return np.asarray(names[written.argmax(axis=0)])


def _measure(layer: Perceptron, A: Array, targets: Array, ks: tuple[int, ...]) -> Readers:
    return verify_readers(A, layer.W_in.T, k=ks, bias=layer.b, targets=targets, writes=layer.W_out, n_writes=1)


def _trained(density: float, steps: int, restarts: int, seed: int) -> tuple[Array, Array, Array, float]:
    A, names = stream(_D, seed=seed)
    runs = [train_perceptron(A, names, density=density, steps=steps, seed=seed + r) for r in range(restarts)]
    layer, loss = min(runs, key=lambda one: one[1])
    return layer.W_in, layer.b, layer.W_out, loss


def run(
    *,
    seed: int = 0,
    steps: int = 4000,
    restarts: int = 2,
    threads: int | None = None,
    k: Any = "2:4",
    progress: Callable[[int, int], None] | None = None,
) -> Experiment:
    """Neurons by construction at every one of DIMENSIONS, trained ones in 32 dimensions at every one of DENSITIES."""
    ks = parse_ks(k, m=2 * NAMES + PEOPLE)
    arrays: dict[str, Any] = {}
    built: dict[str, Any] = {}
    found: dict[str, Readers] = {}
    for d in DIMENSIONS:
        A, names = stream(d, seed=seed)
        row: dict[str, Any] = {}
        for count in ks:
            layer = construct(A, names, k=count)
            measured = _measure(layer, A, names, (count,))
            row[f"k = {count}"] = measured.counts(0)["clean"]
        built[f"d = {d}"] = row
    A, names = stream(_D, seed=seed)
    arrays |= {"A": A, "targets": names}
    runs = map_tasks(
        _trained,
        [(density, steps, restarts, seed) for density in DENSITIES],
        threads=thread_count(threads),
        progress=progress,
    )
    answers: dict[str, Any] = {}
    moved: dict[str, Any] = {}
    labels = {"constructed": construct(A, names, k=2)} | {
        f"{density:g}": Perceptron(*one[:3]) for density, one in zip(DENSITIES, runs, strict=True)
    }
    for label, layer in labels.items():
        targets = names if label == "constructed" else matched(layer, A, names)
        measured = _measure(layer, A, targets, ks)
        found[label] = measured
        answers[label], moved[label] = _answers(measured, targets, 0), _answers(measured, targets, 1)
        arrays |= {f"W_in_{label}": layer.W_in, f"b_in_{label}": layer.b, f"W_out_{label}": layer.W_out}
        arrays[f"targets_{label}"] = targets
    losses = {f"{density:g}": one[3] for density, one in zip(DENSITIES, runs, strict=True)}
    data = {
        "people": PEOPLE,
        "dimensions": _D,
        "constructed": built,
        "answered": answers,
        "answered_once_thresholds_are_moved": moved,
        "loss": losses,
        "most_first_names": {f"d = {d}": _limits(d, ks) for d in DIMENSIONS},
    }
    return Experiment(name="perceptron", seed=seed, data=data, arrays=arrays, found=found)


def _answers(measured: Readers, targets: Array, most: int) -> dict[str, int]:
    """How many people are answered for at each k, by neurons of a class up to ``most``: a person once."""
    row = {}
    for j, k in enumerate(measured.ks):
        mine = targets[measured.classes[:, j] <= most]
        row[f"k = {k}"] = len(np.unique(mine, axis=0)) if len(mine) else 0
    return row


def _limits(d: int, ks: tuple[int, ...]) -> dict[str, Any]:
    """For each k the most first names that d dimensions allow a threshold read-out at k - 1 to tell (a proved end)."""
    out = {}
    for k in ks:
        if k >= 2:
            upper = bound(d=d, k=k - 1, readout="threshold").upper.value
            out[f"k = {k}"] = upper if isinstance(upper, str) or upper is None else int(upper)
    return out
