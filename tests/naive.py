"""Slow, obvious twins of the fast functions: exact rational arithmetic, full matrices, no cleverness."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np


def exact_product(B, A):
    """B^T A as a list of lists of Fractions; A and B are d x m arrays."""
    A = [[Fraction(float(x)) for x in row] for row in np.asarray(A, dtype=np.float64).T]
    B = [[Fraction(float(x)) for x in row] for row in np.asarray(B, dtype=np.float64).T]
    return [[sum((x * y for x, y in zip(b, a, strict=True)), Fraction(0)) for a in A] for b in B]


def _top(values, k):
    return sum(sorted(values, reverse=True)[:k], Fraction(0))


def given_row(row, i, k, readout):
    """The worst loss of row i of M = B^T A: the formulas of THEORY 1 on E = M - I."""
    error = [x - (j == i) for j, x in enumerate(row)]
    if readout == "signed":
        return _top([abs(x) for x in error], k)
    high, low = _top([max(x, 0) for x in error], k), _top([max(-x, 0) for x in error], k)
    if readout == "nonnegative":
        return max(high, low)
    if readout == "affine":
        return (high + low) / 2
    off = [x for j, x in enumerate(row) if j != i]
    return _top([max(x, 0) for x in off], k) + _top([max(-x, 0) for x in off], k - 1) - row[i]


def scaled_row(row, i, k, readout):
    """The least worst loss over all scalings c >= 0 of the probe, by looking at every breakpoint of c.

    The loss is convex and piecewise linear in c; its pieces meet where two |entries| of c M_i - e_i are equal, or
    one vanishes.  All breakpoints are tried.
    """
    if row[i] == 0:
        return {"affine": Fraction(1, 2), "threshold": Fraction(0)}.get(readout, Fraction(1))
    unit = [x / row[i] for x in row]
    if readout == "threshold":
        return given_row(unit, i, k, readout)
    points = {Fraction(0), Fraction(1)}
    off = [abs(x) for j, x in enumerate(unit) if j != i]
    points |= {1 / (1 + x) for x in off} | {1 / (1 - x) for x in off if x < 1}
    if readout == "nonnegative":  # its pieces also meet where the two one-sided sums are equal
        p = [_top([max(x, 0) for j, x in enumerate(unit) if j != i], n) for n in range(k + 1)]
        q = [_top([max(-x, 0) for j, x in enumerate(unit) if j != i], n) for n in range(k + 1)]
        points |= {1 / (1 + a - b) for a in p for b in q if 1 + a - b > 0}
    losses = []
    for c in points:
        losses.append(given_row([c * x for x in unit], i, k, readout))
    return min(losses)


def losses(A, B, k, readout, *, scaled=False):
    """The exact loss of every row."""
    M = exact_product(A if scaled else B, A)
    one = scaled_row if scaled else given_row
    return [one(row, i, k, readout) for i, row in enumerate(M)]


def brute_force(M, i, k, readout):
    """The worst loss of row i by enumeration of every support and every extreme input."""
    m = len(M)
    outputs = []  # (output, z_i) over all extreme inputs
    values = {"signed": (-1, 1)}.get(readout, (1,))
    for size in range(k + 1):
        for support in itertools.combinations(range(m), size):
            for signs in itertools.product(values, repeat=size):
                z = dict(zip(support, signs, strict=True))
                outputs.append((sum((M[i][j] * s for j, s in z.items()), Fraction(0)), z.get(i, 0)))
    if readout == "threshold":
        return max(x for x, own in outputs if own == 0) - min(x for x, own in outputs if own == 1)
    errors = [x - own for x, own in outputs]
    if readout == "affine":
        return (max(errors) - min(errors)) / 2
    return max(abs(e) for e in errors)


def best_cosines(A, B, *, signed=False):
    """Of every column of A the largest cosine (or |cos|) with a column of B, by math.fsum; None for zero columns."""
    columns_a, columns_b = np.asarray(A, dtype=np.float64).T.tolist(), np.asarray(B, dtype=np.float64).T.tolist()

    def cosine(a, b):
        dot = math.fsum(x * y for x, y in zip(a, b, strict=True))
        return dot / math.sqrt(math.fsum(x * x for x in a)) / math.sqrt(math.fsum(y * y for y in b))

    out = []
    for a in columns_a:
        values = [cosine(a, b) for b in columns_b if any(b)] if any(a) else []
        out.append(max(values if signed else map(abs, values)) if values else None)
    return out


def best_total(gain):
    """The largest total of a one-to-one assignment of some rows to columns, by trying every one."""
    gain = np.asarray(gain)
    if len(gain) > gain.shape[1]:
        gain = gain.T
    rows = range(len(gain))
    places = itertools.permutations(range(gain.shape[1]), len(gain))
    return max(sum(max(gain[i, j], 0) for i, j in zip(rows, place, strict=True)) for place in places)


def allowed_supports(m, k, levels):
    """Every support that the groups allow; levels: [(labels, limit)], or [(labels, "whole")] with k active groups."""
    for size in range(m + 1):
        for support in itertools.combinations(range(m), size):
            counts = [{} for _ in levels]
            for j in support:
                for (labels, _), count in zip(levels, counts, strict=True):
                    group = ("alone", j) if labels[j] == -1 else labels[j]
                    count[group] = count.get(group, 0) + 1
            if any(rule == "whole" for _, rule in levels):
                if len(counts[0]) <= k:
                    yield support
            elif size <= k and all(
                max(count.values(), default=0) <= rule for (_, rule), count in zip(levels, counts, strict=True)
            ):
                yield support


def structured_row(row, i, supports, readout):
    """The worst loss of row i of M = B^T A over the given supports, each taken at its worst values."""
    error = [x - (j == i) for j, x in enumerate(row)]

    def most(weights, keep=lambda support: True):
        return max((sum((weights[j] for j in s), Fraction(0)) for s in supports if keep(s)), default=Fraction(0))

    up, down = [max(x, 0) for x in error], [max(-x, 0) for x in error]
    if readout == "signed":
        return most([abs(x) for x in error])
    if readout == "nonnegative":
        return max(most(up), most(down))
    if readout == "affine":
        return (most(up) + most(down)) / 2
    silent = most([max(x, 0) for x in row], lambda s: i not in s)
    companions = [Fraction(0) if j == i else max(-x, 0) for j, x in enumerate(row)]
    return silent + most(companions, lambda s: i in s) - row[i]


def structured_losses(A, B, k, readout, levels):
    """The exact loss of every row of a given pair, by enumeration of the allowed supports."""
    M = exact_product(B, A)
    supports = list(allowed_supports(len(M), k, levels))
    return [structured_row(row, i, supports, readout) for i, row in enumerate(M)]
