"""The layers of :mod:`lincs.constructions.families.layered_signs`: sets of eight from orbits, and the lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, product

import numpy as np

from lincs.constructions.algebra.frame import Array
from lincs.constructions.algebra.words import bits_of, words

__all__ = ["largest_meet", "layered", "octads"]

Permutation = Callable[[int], int]


def _sixteen() -> list[Permutation]:
    """On two copies of F_16 (a^4 = a + 1): translations by 1, a, a^2, a^3, multiplication by a, swap of the copies."""

    def times_a(x: int) -> int:
        return (x << 1) ^ (0b10011 if x & 8 else 0)

    shifts: list[Permutation] = [lambda x, t=t: x & 16 | (x & 15 ^ t) for t in (1, 2, 4, 8)]  # type: ignore[misc]
    return [*shifts, lambda x: x & 16 | times_a(x & 15), lambda x: x ^ 16]


def _three_thirteens() -> list[Permutation]:
    """On 13 i + x, x mod 13, i mod 3: x + 1, 4 x, i + 1, 2 i."""
    return [
        lambda c: c // 13 * 13 + (c + 1 - c // 13 * 13) % 13,
        lambda c: c // 13 * 13 + 4 * (c % 13) % 13,
        lambda c: (c // 13 + 1) % 3 * 13 + c % 13,
        lambda c: 2 * (c // 13) % 3 * 13 + c % 13,
    ]


# n -> generators of a group on the coordinates, and one set of each orbit as a bit mask (found by program)
_ORBITS: dict[int, tuple[Callable[[], list[Permutation]], tuple[int, ...]]] = {
    32: (_sixteen, (0x3426A, 0xF000F, 0xF0F00, 0xFF000, 0x1E1150, 0x3C003C)),
    39: (
        _three_thirteens,
        (
            *(0x374A0, 0x40029E4, 0xC006605, 0xC030B40, 0xC0A00C5, 0xC0AC820),
            *(0xC210134, 0xC920888, 0x1400AC30, 0x1400B188, 0x14014829, 0x14141124),
        ),
    ),
}


def octads(n: int) -> list[int]:
    """All sets of the orbits, as sorted bit masks."""
    make, representatives = _ORBITS[n]
    maps = [[1 << permutation(c) for c in range(n)] for permutation in make()]
    found, new = set(representatives), list(representatives)
    while new:
        mask = new.pop()
        for images in maps:
            image = sum(bit for c, bit in enumerate(images) if mask >> c & 1)
            if image not in found:
                found.add(image)
                new.append(image)
    return sorted(found)


def largest_meet(sets: Sequence[int]) -> int:
    """The most coordinates that two different sets share; every set has eight."""
    masks = np.array(sets, dtype=np.int64)
    assert np.all(np.bitwise_count(masks) == 8)
    meets = np.bitwise_count(masks[:, None] & masks)
    np.fill_diagonal(meets, 0)
    return int(meets.max())


def layered(n: int, rows: Sequence[int]) -> Array:
    """The lines, ``lines x n``: words of the code as signs, sets with signs, pairs with signs."""
    signs = np.zeros((1 << len(rows), n), dtype=np.int8)
    signs[:, :32] = 1 - 2 * words(bits_of(rows, 32), 0, 1 << len(rows)).astype(np.int8)
    even = np.array([s for s in product((2, -2), repeat=8) if s[0] > 0 and np.prod(np.sign(s)) > 0], dtype=np.int8)
    parts = [signs]
    for mask in octads(n):
        part = np.zeros((len(even), n), dtype=np.int8)
        part[:, [c for c in range(n) if mask >> c & 1]] = even
        parts.append(part)
    pairs = np.zeros((n * (n - 1), n), dtype=np.int8)
    for row, ((i, j), sign) in enumerate(product(combinations(range(n), 2), (4, -4))):
        pairs[row, [i, j]] = 4, sign
    return np.concatenate([*parts, pairs])
