"""Minimal vectors of the Leech lattice from the Golay code, and sections of them."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.constructions.algebra.golay import golay_words

__all__ = ["chain_half", "half_lines", "leech_lines", "third_lines"]

Array = npt.NDArray[Any]

# Minimal vectors, a letter a coordinate (a = -4, ..., i = 4), such that the minimal vectors orthogonal to the first n
# of them span a subspace of dimension 24 - n and are many.  Found by a greedy search.
_CHAIN_HALF = [
    "iieeeeeeeeeeeeeeeeeeeeee",
    "fhfdffdfddfdffdffdddfddf",
    "ggegeegeeeeecegeeegceeee",
    "bdffdffdddfddfdfdffdfddf",
    "ggcgeceeeeeeeegeeceeeeec",
    "eeeeeegeegcecegeeggeegee",
    "eegegeegeceegeeeecececee",
    "eeeeggceecgeeeeegceceeee",
    "gggeeeegeeeeeecceegeeege",
    "fdddbffdfdfdffdfdfdfdddf",
    "eeeegeeeeeceecggececegee",
    "eeeeieeeeeeeeeieeeeeeeee",
    "aeeeieeeeeeeeeeeeeeeeeee",
    "dfbdfddffddfdfdfdffdddff",
    "ieieeeeeeeeeeeeeeeeeeeee",
    "aeeeeeieeeeeeeeeeeeeeeee",
    "aieeeeeeeeeeeeeeeeeeeeee",
    "ieeieeeeeeeeeeeeeeeeeeee",
    "ieeeeieeeeeeeeeeeeeeeeee",
    "ieeeeeeeeieeeeeeeeeeeeee",
    "ieeeeeeieeeeeeeeeeeeeeee",
]
# The same for the 2300 lines at 1/3 in the complement of the first vector.
_CHAIN_THIRD = [
    "bdfdffdffffdfdfdfffdfdff",
    "fhfdfddfdfddddfdfdffdfff",
    "ggeegceeeeceegeeeceeceee",
    "eeeggeeeggceggeeeceeeeee",
    "ggegeegegeceegeeeeeeeeec",
    "ggeeegeeegececeeeeeeegeg",
    "fddbfdddddfddddfffdddddf",
    "eeegceeceeegggceeeeceeee",
    "eegeecgcecegegeeeeeceeee",
    "eeeeeggeeceeecgcceeeegee",
    "fddffdfdffddfffhdddffddf",
    "dffffffdfffdfdfffdfdhdff",
    "eeeeggeeeeeececegeccegee",
    "eegcecegeeeecceeegeegeee",
    "fdfbdffdfdfdddddffdfdfdf",
    "eeeegegceeeeeceegeecegce",
    "fdddhdffddfdfddfddfddddf",
    "bddffdfffddddffffdffffff",
]


def _vector(text: str) -> Array:
    return np.array([ord(letter) - ord("e") for letter in text], dtype=np.int64)


@lru_cache(maxsize=1)
def leech_lines() -> Array:
    """One of each pair +-v of the 196560 minimal vectors: ``98280 x 24`` integers of squared norm 32."""
    words = golay_words().astype(np.int64)
    pairs = []
    for i in range(24):
        for j in range(i):
            for sign in (4, -4):
                v = np.zeros(24, dtype=np.int64)
                v[i], v[j] = 4, sign
                pairs.append(v)
    signs = np.array([s for s in product((2, -2), repeat=8) if np.prod(s) > 0 and s[0] > 0])
    eights = []
    for octad in words[words.sum(axis=1) == 8]:
        part = np.zeros((len(signs), 24), dtype=np.int64)
        part[:, np.flatnonzero(octad)] = signs
        eights.append(part)
    odd = []
    for word in words[words[:, 23] == 0]:  # the complement has all signs changed
        part = np.tile(1 - 2 * word, (24, 1))
        part[np.arange(24), np.arange(24)] *= -3
        odd.append(part)
    lines = np.concatenate([np.array(pairs), *eights, *odd])
    assert lines.shape == (98280, 24)
    assert np.all((lines * lines).sum(axis=1) == 32)
    return lines.astype(np.int8)


def _section(vectors: Array, chain: list[str]) -> Array:
    for text in chain:
        vectors = vectors[vectors @ _vector(text) == 0]
    return vectors


def chain_half(n: int) -> Array:
    """The first n vectors of the chain of sections at 1/2, ``n x 24``."""
    return np.array([_vector(text) for text in _CHAIN_HALF[:n]], dtype=np.int64).reshape(n, 24)


def half_lines(d: int) -> tuple[Array, int]:
    """Lines at 1/2 or 0 in a d-dimensional section of the Leech lattice, ``lines x 24``, and their squared norm."""
    return _section(leech_lines().astype(np.int64), _CHAIN_HALF[: 24 - d]), 32


def third_lines(d: int) -> tuple[Array, int]:
    """Lines at 1/3 in d dimensions: minimal vectors at 60 degrees from one of them, projected; as in half_lines."""
    lines = leech_lines().astype(np.int64)
    base = _vector(_CHAIN_HALF[0])
    ip = lines @ base
    near = np.concatenate([lines[ip == 16], -lines[ip == -16]])
    doubled = 2 * near - base  # +-: v and base - v give the same line
    first = doubled[np.arange(len(doubled)), (doubled != 0).argmax(axis=1)]
    return _section(doubled[first > 0], _CHAIN_THIRD[: 23 - d]), 96
