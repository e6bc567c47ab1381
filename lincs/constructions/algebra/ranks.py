"""Ranks of many alternating forms over F_2 at once, and Walsh transforms of many words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lincs.constructions.algebra.forms import FormSet
from lincs.constructions.algebra.frame import Array

__all__ = ["largest_sum", "least_rank", "ranks", "walsh"]

_BATCH = 1 << 16


def ranks(rows: Array) -> Array:
    """Ranks over F_2 of matrices given by row masks, ``count x a`` integers: elimination on all of them at once."""
    rows = rows.copy()
    count, a = rows.shape
    rank = np.zeros(count, dtype=np.int64)
    for i in range(a):
        # Use row i as a pivot: clear its lowest set bit from every later row.
        pivot = rows[:, i].copy()
        low = pivot & -pivot
        rank += pivot != 0
        for j in range(i + 1, a):
            hit = (rows[:, j] & low) != 0
            rows[:, j] ^= np.where(hit, pivot, 0)
    return rank


def _linear_span(generators: list[Array], a: int) -> Array:
    """All XOR combinations, number f combining the generators of its bits: ``2^len x a``."""
    span = np.zeros((1, a), dtype=np.int64)
    for generator in generators:
        span = np.concatenate([span, span ^ generator])
    return span


def _batches(shift: Array, span: Array) -> Iterator[Array]:
    for start in range(0, len(span), _BATCH):
        yield span[start : start + _BATCH] ^ shift


def least_rank(forms: FormSet, *, count: int, linear: int) -> tuple[int | None, int]:
    """The least rank of a difference of two of the first ``count`` forms, and how many differences were looked at.

    Form ``f`` is ``(h, l) = divmod(f, linear)``, linear in l (checked on a basis): differences run over all l when more
    than one h occurs, and over pairs of h, or, when that is less, over the pairs (0, 1) and (1, h): multiplication of
    the field maps the pair (h', h'') to (1, h''/h') and permutes the l (THEOREMS.md, 7).  None if there is one form.
    """
    heads = -(-count // linear)
    inside = min(count, linear)
    bits = (inside - 1).bit_length()
    generators = []
    for i in range(bits):
        _check_quadratic(forms, 1 << i)
        generators.append(forms.bilinear(1 << i))
    if bits >= 2:  # linear in l, as promised
        both = forms.values(3)
        assert np.array_equal(both, forms.values(1) ^ forms.values(2))
    span = _linear_span(generators, forms.a)
    least: int | None = None
    checked = 0

    def look(shift: Array, table: Array) -> None:
        nonlocal least, checked
        for batch in _batches(shift, table):
            found = int(ranks(batch).min())
            least = found if least is None else min(least, found)
            checked += len(batch)

    if len(span) > 1:
        look(np.zeros(forms.a, dtype=np.int64), span[1:])
    if heads > 1:
        if heads * (heads - 1) // 2 <= forms.count // linear:
            top = [_head(forms, h, linear) for h in range(heads)]
            for i in range(heads):
                for j in range(i):
                    look(top[i] ^ top[j], span)
        else:
            one = _head(forms, 1, linear)
            look(one, span)
            for h in range(2, forms.count // linear):
                look(one ^ _head(forms, h, linear), span)
    return least, checked


def _head(forms: FormSet, h: int, linear: int) -> Array:
    _check_quadratic(forms, h * linear)
    return forms.bilinear(h * linear)


def _check_quadratic(forms: FormSet, f: int) -> None:
    """The table of form f is the quadratic form of its bilinear matrix, at every point."""
    table = forms.values(f).astype(np.int64)
    rows = forms.bilinear(f)
    total = np.full(2**forms.a, table[0])
    assert table[0] == 0
    x = np.arange(2**forms.a)
    for i in range(forms.a):
        # add x_i (Q(e_i) + sum over j < i of B_ij x_j)
        below = int(rows[i]) & ((1 << i) - 1)
        bit = x >> i & 1
        total ^= bit & (table[1 << i] ^ (np.bitwise_count(x & below) & 1))
    assert np.array_equal(total, table), f"form {f} is not quadratic"


def walsh(words: Array) -> Array:
    """``sum over x of words[., x] (-1)^(l.x)`` for all l: fast transform of the rows of ``count x 2^a``."""
    values = words.astype(np.int32)
    count, n = values.shape
    half = 1
    while half < n:
        values = values.reshape(count, n // (2 * half), 2, half)
        values = np.stack([values[:, :, 0] + values[:, :, 1], values[:, :, 0] - values[:, :, 1]], axis=2)
        half *= 2
        values = values.reshape(count, n)
    return values


def largest_sum(forms: FormSet, *, count: int) -> int:
    """``max |sum (-1)^(f(x) + l.x)|`` over all l and the non-zero f below ``count``, a power of two; f is linear."""
    largest = 0
    generators = [forms.values(1 << i).astype(np.int8) for i in range((count - 1).bit_length())]
    inner = min(len(generators), max(0, 20 - forms.a))
    span = _linear_span(generators[:inner], 2**forms.a).astype(np.int8)
    for high in range(1 << (len(generators) - inner)):
        shift = np.zeros(2**forms.a, dtype=np.int8)
        for i, generator in enumerate(generators[inner:]):
            if high >> i & 1:
                shift ^= generator
        table = np.abs(walsh(1 - 2 * (span ^ shift)))
        if high == 0:
            table = table[1:]
        if table.size:
            largest = max(largest, int(table.max()))
    return largest
