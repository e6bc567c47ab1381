"""Random starts with a symmetry: frames whose lines are permuted, up to signs, by a random small group.

A group is drawn from a list of small permutation groups; it acts on the lines as a union of coset actions, with signs
where the stabiliser of a line turns it round.  A random symmetric matrix that commutes with this action has the
invariant subspaces as eigenspaces: d of its eigenvectors, whole eigenspaces only, are the coordinates of the lines.
Gradients keep the symmetry, so that such a start is lowered to a symmetric minimum.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["closure", "signed_action", "symmetric_starts"]

Array = npt.NDArray[Any]
Permutation = tuple[int, ...]

_MOST = 720  # elements of a group

# Generators on few points: alternating and symmetric groups, quaternions, 2^3, 3^2 : 4, PSL(2, 7), PSL(2, 11).
_NAMED: tuple[tuple[Permutation, ...], ...] = (
    ((1, 2, 0, 3), (0, 2, 3, 1)),
    ((1, 2, 3, 0), (1, 0, 2, 3)),
    ((1, 2, 0, 3, 4), (0, 1, 3, 4, 2)),
    ((1, 2, 3, 4, 0), (1, 0, 2, 3, 4)),
    ((1, 2, 0, 3, 4, 5), (0, 2, 3, 4, 5, 1), (1, 0, 3, 2, 4, 5)),
    ((1, 2, 3, 0, 5, 6, 7, 4), (4, 7, 6, 5, 2, 1, 0, 3)),
    ((1, 0, 3, 2, 5, 4, 7, 6), (2, 3, 0, 1, 6, 7, 4, 5), (4, 5, 6, 7, 0, 1, 2, 3)),
    ((1, 2, 0, 4, 5, 3, 7, 8, 6), (3, 4, 5, 6, 7, 8, 0, 1, 2), (0, 3, 6, 2, 5, 8, 1, 4, 7)),
    ((1, 2, 3, 4, 5, 6, 0, 7), (0, 2, 4, 6, 1, 3, 5, 7), (7, 6, 3, 2, 5, 4, 1, 0)),
    ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 11), (0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11),
     (11, 10, 5, 7, 8, 2, 9, 3, 4, 6, 1, 0)),
)  # fmt: skip


def closure(generators: Array, most: int = _MOST) -> Array | None:
    """All products of the given (signed) permutations, one a row, the identity first; None if there are too many.

    A signed permutation of n lines is a permutation of 2n oriented lines; any permutations will do.
    """
    identity = tuple(range(generators.shape[1]))
    found, front = {identity: None}, [np.arange(generators.shape[1])]
    while front:
        fresh = []
        for element in front:
            for g in generators:
                product = g[element]
                key = tuple(product.tolist())
                if key not in found:
                    found[key] = None
                    fresh.append(product)
        if len(found) > most:
            return None
        front = fresh
    return np.array(list(found))


@lru_cache(maxsize=512)
def _elements(generators: tuple[Permutation, ...]) -> Array | None:
    return closure(np.array(generators))


def _affine(rng: np.random.Generator, largest: int) -> tuple[Permutation, ...]:
    """``x -> x + 1`` and ``x -> a x`` modulo n: cyclic, dihedral and Frobenius groups among them."""
    n = int(rng.integers(2, max(3, largest + 1)))
    units = [a for a in range(1, n) if np.gcd(a, n) == 1]
    choice = rng.random()
    a = 1 if choice < 0.4 else n - 1 if choice < 0.6 else int(rng.choice(units))
    return tuple((x + 1) % n for x in range(n)), tuple(a * x % n for x in range(n))


def _random_group(rng: np.random.Generator, m: int) -> Array:
    """The elements of a random group, permutations as rows."""
    while True:
        kind = rng.random()
        if kind < 0.35:
            generators = _NAMED[int(rng.integers(len(_NAMED)))]
        elif kind < 0.75:
            generators = _affine(rng, m)
        else:  # a direct product
            first, second = _affine(rng, max(2, m // 3)), _affine(rng, 4)
            a, b = len(first[0]), len(second[0])
            generators = (
                *((*g, *range(a, a + b)) for g in first),
                *((*range(a), *(a + x for x in g)) for g in second),
            )
        elements = _elements(generators)
        if elements is not None and 1 < len(elements) <= max(_MOST, 1):
            return elements


def _subgroup(rng: np.random.Generator, group: Array) -> Array:
    """A subgroup made by up to three random elements."""
    count = int(rng.integers(0, 4))
    if count == 0:
        return group[:1]
    found = closure(group[rng.integers(0, len(group), count)])
    assert found is not None
    return found


def signed_action(rng: np.random.Generator, group: Array, largest: int) -> Array | None:
    """A random transitive action of a group on at most ``largest`` lines, with signs.

    Returns ``(elements, 2 n)``: permutations of oriented lines, j and ``n + j`` the two directions of a line; None if
    the draw gave nothing that fits.
    """
    K = _subgroup(rng, group)
    if len(group) // len(K) > 2 * largest:
        return None
    members = {tuple(row) for row in K.tolist()}
    turn: Array | None = None
    if rng.random() < 0.6:  # an element that normalises K, with its square in K: it turns the line round
        for h in group[rng.permutation(len(group))[:60]]:
            key = tuple(h.tolist())
            if key in members or tuple(h[h].tolist()) not in members:
                continue
            inverse = np.argsort(h)
            if all(tuple(h[k[inverse]].tolist()) in members for k in K):
                turn = h
                break
    n = len(group) // len(K) // (1 if turn is None else 2)
    if n > largest:
        return None
    # Cosets g K by their least member; the other direction of g K is g turn K, or a copy.
    index: dict[tuple[int, ...], int] = {}
    images: list[Array] = []

    def coset(g: Array) -> tuple[int, ...]:
        return min(map(tuple, g[K].tolist()))

    for g in group:
        key = coset(g)
        if key not in index:
            index[key] = len(images)
            images.append(g)
            if turn is not None:
                other = coset(g[turn])
                index[other] = -len(images)  # minus (number + 1)
    action = np.empty((len(group), 2 * n), dtype=np.intp)
    at = np.arange(n)
    for row, h in zip(action, group, strict=True):
        moved = np.array([index[coset(h[g])] for g in images])
        row[at] = np.where(moved >= 0, moved, n - 1 - moved)
        row[at + n] = np.where(moved >= 0, moved + n, -1 - moved)
    return action


def _lines(rng: np.random.Generator, m: int) -> Array | None:
    """A random signed action on m lines, as a union of orbits: ``(elements, 2, m)`` of images and signs."""
    group = _random_group(rng, m)
    images, signs, total = [], [], 0
    for _ in range(12):
        action = signed_action(rng, group, m - total)
        if action is None:
            continue
        n = action.shape[1] // 2
        copies = 1 if rng.random() < 0.5 else int(rng.integers(1, (m - total) // n + 1))
        for _ in range(copies):
            images.append(action[:, :n] % n + total)
            signs.append(1 - 2 * (action[:, :n] // n))
            total += n
        if total == m:
            return np.stack([np.concatenate(images, axis=1), np.concatenate(signs, axis=1)], axis=1)
    return None


def _frames(rng: np.random.Generator, action: Array, d: int, count: int) -> Iterator[Array]:
    """Frames ``m x d`` with this symmetry, from eigenspaces of random matrices that commute with it."""
    m = action.shape[2]
    for _ in range(count):
        A = rng.standard_normal((m, m))
        total = np.zeros((m, m))
        for image, sign in action:
            total[np.ix_(image, image)] += sign[:, None] * A * sign
        values, vectors = np.linalg.eigh(total + total.T)
        cuts = np.flatnonzero(np.diff(values) > 1e-7 * np.abs(values).max()) + 1
        spaces = np.split(np.arange(m), cuts)
        order, taken, left = rng.permutation(len(spaces)), [], d
        for s in order.tolist():
            if len(spaces[s]) <= left:
                taken.append(spaces[s])
                left -= len(spaces[s])
        if left:
            continue
        Y = np.concatenate([vectors[:, space] * rng.uniform(0.4, 1.0) for space in taken], axis=1)
        norms = np.sqrt((Y * Y).sum(axis=1))
        if norms.min() < 1e-6:
            continue
        Y = Y / norms[:, None]
        G = np.abs(Y @ Y.T)
        np.fill_diagonal(G, 0.0)
        if G.max() < 1 - 1e-6:
            yield Y


def symmetric_starts(rng: np.random.Generator, count: int, m: int, d: int) -> Array:
    """Frames ``(n, m, d)`` permuted by random small groups, another group every few frames; ``n <= count``."""
    frames: list[Array] = []
    for _ in range(4 * count):
        if len(frames) >= count:
            break
        action = _lines(rng, m)
        if action is not None:
            frames.extend(_frames(rng, action, d, 4))
    return np.array(frames[:count]).reshape(-1, m, d)
