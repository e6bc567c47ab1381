"""Groups for symmetric searches: cyclic groups as matrices, and random starts that a cyclic group permutes.

A group is an array ``(g, d, d)`` of orthogonal matrices, the identity first, closed under products up to sign; lines do
not see the sign.  With it a frame of ``g t`` lines costs as much as ``t`` base vectors against all lines.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError

__all__ = ["SYMMETRIES", "cyclic", "cyclic_group", "random_cyclic_group", "shifts", "symmetric_starts"]

Array = npt.NDArray[Any]

SYMMETRIES = ("none", "circulant", "quasi-cyclic", "cyclic")


def shifts(d: int, order: int) -> Array:
    """The cyclic shifts of d coordinates in blocks of ``order``: quasi-cyclic; circulant if ``order == d``."""
    if d % order:
        raise InputError(f"order must divide d = {d}, got {order}")
    at = np.arange(d)
    group = np.zeros((order, d, d))
    for k in range(order):
        group[k, at - at % order + (at + k) % order, at] = 1.0
    return group


def cyclic(order: int, frequencies: tuple[int, ...], k: int) -> Array:
    """The k-th power of a rotation of order ``order``: one plane for each frequency between 0 and order/2, one
    coordinate for each frequency 0 (fixed) or order/2 (sign)."""
    blocks = []
    for f in frequencies:
        c, s = np.cos(2 * np.pi * f * k / order), np.sin(2 * np.pi * f * k / order)
        blocks.append(np.array([[np.rint(c)]]) if 2 * f % order == 0 else np.array([[c, -s], [s, c]]))
    d = sum(len(block) for block in blocks)
    matrix, start = np.zeros((d, d)), 0
    for block in blocks:
        stop = start + len(block)
        matrix[start:stop, start:stop] = block
        start = stop
    return matrix


def random_frequencies(rng: np.random.Generator, d: int, order: int) -> tuple[int, ...]:
    """Frequencies of a random representation of the cyclic group in d dimensions."""
    found: list[int] = []
    left = d
    while left:
        f = int(rng.integers(0, order // 2 + 1))
        if 2 * f % order:
            if left >= 2:
                found.append(f)
                left -= 2
        elif left == 1 or rng.random() < 0.5:
            found.append(f)
            left -= 1
    return tuple(sorted(found))


def cyclic_group(order: int, frequencies: tuple[int, ...]) -> Array:
    """The distinct line maps of a cyclic group: powers that are minus an earlier one are left out."""
    group: list[Array] = []
    for k in range(order):
        matrix = cyclic(order, frequencies, k)
        if any(min(np.abs(matrix - g).max(), np.abs(matrix + g).max()) < 1e-9 for g in group):
            break  # the powers repeat, up to sign
        group.append(matrix)
    return np.array(group)


def random_cyclic_group(rng: np.random.Generator, d: int, order: int) -> Array:
    """A random representation of the cyclic group in R^d under which no power fixes all lines.

    Raises:
        InputError: none was found: the order is too large for d.
    """
    for _ in range(1000):
        group = cyclic_group(order, random_frequencies(rng, d, order))
        if len(group) == order:
            return group
    raise InputError(f"order must be that of a group of lines in R^{d}, got {order}")


def symmetric_starts(rng: np.random.Generator, count: int, m: int, d: int) -> Array:
    """Random frames ``(count, m, d)``, each permuted up to signs by a random cyclic group of order at most m.

    Gradients keep the symmetry, so these starts find symmetric minima; orbits of any length occur, unlike with a group
    in the energy.
    """
    frames: list[Array] = []
    orders = np.arange(2, max(3, min(m, 2 * d + 2) + 1))
    weights = 1.0 / orders
    while len(frames) < count:
        order = int(rng.choice(orders, p=weights / weights.sum()))
        Y = _permuted(rng, m, d, order)
        norms = np.sqrt((Y * Y).sum(axis=1))
        if norms.min() < 1e-6:
            continue  # no vector of this orbit fits the representation
        Y /= norms[:, None]
        G = np.abs(Y @ Y.T)
        np.fill_diagonal(G, 0.0)
        if m == 1 or G.max() < 1 - 1e-6 or rng.random() < 1e-3:  # the last: tiny m and d may leave nothing else
            frames.append(Y)
    return np.array(frames)


def _permuted(rng: np.random.Generator, m: int, d: int, order: int) -> Array:
    """Random vectors averaged over a random signed permutation of the lines and a random representation."""
    divisors = [k for k in range(1, order + 1) if order % k == 0]
    full = rng.random() < 0.5  # as long cycles as possible, or some shorter ones
    image, sign = np.empty(m, dtype=np.intp), np.ones(m)
    start = 0
    while start < m:
        fitting = [k for k in divisors if k <= m - start]
        k = fitting[-1] if full or rng.random() < 0.85 else int(rng.choice(fitting))
        image[start : start + k] = start + (np.arange(k) + 1) % k
        if order // k % 2 == 0 and rng.random() < 0.5:
            sign[start + k - 1] = -1.0  # the cycle closes with a change of sign
        start += k
    frequencies = random_frequencies(rng, d, order)
    Y, total = rng.standard_normal((m, d)), np.zeros((m, d))
    at, signs = np.arange(m), np.ones(m)
    for k in range(order):
        total[at] += signs[:, None] * (Y @ cyclic(order, frequencies, k).T)
        signs = signs * sign[at]
        at = image[at]
    return total
