"""Theorem 5 (m) to (p): words of codes, half lifts, theta series and layers, each counted by program."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from lincs.constructions.algebra.frame import profile
from lincs.constructions.algebra.layers import largest_meet, octads
from lincs.constructions.algebra.shells import coxeter_todd, dual_e7, leech_six
from lincs.constructions.algebra.sums import largest_real_part
from lincs.constructions.algebra.words import largest_imbalance
from lincs.constructions.catalogue import family
from lincs.constructions.families.codes import codes, rows_of
from lincs.constructions.families.lattice_shells import SHELLS
from lincs.constructions.families.layered_signs import OCTADS

TITLE = "codes, half lifts, shells, layers"
QUICK = {"most": 21}

Series = list[int]
_TERMS = 6


def check(most: int = 31) -> str:
    words = _codes(most)
    _half_lifts()
    lattices = _theta()
    _leech()
    pairs = _layers()
    return f"{words} words of codes, half lifts to 3^7, {lattices} theta series, {pairs} pairs of sets"


def _codes(most: int) -> int:
    """Every word of every stored code up to that dimension, by a Gray code."""
    counted = 0
    for (n, k), w in codes().items():
        if k <= most:
            assert largest_imbalance(rows_of(n, k), n) == w, (n, k)
            counted += 2 ** (k - 1) - 1
    return counted


def _half_lifts() -> None:
    """The whole Gram matrix for n = 1 and 3, and the values of the traces beyond."""
    for n in (1, 3):
        frame = family("half-phases").frame({"n": n, "p": 0})
        assert abs(profile(frame).coherence_squared - Fraction(1, 4 * 3 ** (n - 1))) < Fraction(1, 10**10)
    for n in (1, 3, 5, 7):
        assert largest_real_part(3**n)[0] == Fraction(3 ** ((n + 1) // 2), 2)


def _times(a: Series, b: Series) -> Series:
    return [sum(a[i] * b[n - i] for i in range(n + 1)) for n in range(_TERMS)]


def _power(a: Series, n: int) -> Series:
    result = [1] + [0] * (_TERMS - 1)
    for _ in range(n):
        result = _times(result, a)
    return result


def extremal_theta(n: int) -> Series:
    """``1 + a_1 q + ...``, vectors of norm 2, 4, ...: the form of weight n/2 whose first n/24 coefficients vanish.

    Modular forms are polynomials in E_4 and Delta for weights divisible by 4 (Hecke; Siegel).
    """
    e4 = [1, *(240 * sum(d**3 for d in range(1, i + 1) if i % d == 0) for i in range(1, _TERMS))]
    delta = [1] + [0] * (_TERMS - 1)
    for i in range(1, _TERMS):
        delta = _times(delta, _power([1, *(-1 if j == i else 0 for j in range(1, _TERMS))], 24))
    delta = [0, *delta[:-1]]
    basis = [_times(_power(e4, n // 8 - 3 * j), _power(delta, j)) for j in range(n // 24 + 1)]
    theta = basis[0]
    for j, form in enumerate(basis[1:], start=1):
        theta = [x - theta[j] * y for x, y in zip(theta, form, strict=True)]
    return theta


def _theta() -> int:
    """The numbers of lines in the table, half of the vectors of the norms named."""
    tried = 0
    for (d, lines), shells in SHELLS.items():
        if shells.built and d != 24:
            continue
        theta = extremal_theta(d)
        assert sum(theta[int(norm) // 2] for norm in shells.norms.split(" and ")) == 2 * lines, d
        assert all(x == 0 for x in theta[1 : d // 24 + 1])
        tried += 1
    return tried


def _leech() -> None:
    """16773120 vectors of norm 6 in four shapes, no two of them equal in a sample; K12 and E7* multiplied out."""
    total, kept = 0, []
    for i, part in enumerate(leech_six()):
        total += len(part)
        assert np.all((part.astype(np.int64) ** 2).sum(axis=1) == 48)
        assert np.all(part.astype(np.int64).sum(axis=1) % 8 == (4 if part[0, 0] % 2 else 0))
        if i % 97 == 0:
            kept.append(part[:40])
    assert 2 * total == 16773120 == extremal_theta(24)[3]
    sample = np.concatenate(kept).astype(np.int64)
    products = np.abs(sample @ sample.T)
    np.fill_diagonal(products, 0)
    assert products.max() <= 32  # (48 + 48 - 32) / 2
    a, b = coxeter_todd()
    gram = 2 * a @ a.T + 2 * b @ b.T - a @ b.T - b @ a.T
    _coherent(gram, Fraction(4, 9))
    lines = dual_e7()
    _coherent(lines @ lines.T, Fraction(1, 3))


def _coherent(gram: np.ndarray, squared: Fraction) -> None:
    """The largest squared cosine of an integer Gram matrix is exactly that."""
    lengths = np.diag(gram)
    cosines = gram.astype(np.float64) ** 2 / np.outer(lengths, lengths)
    np.fill_diagonal(cosines, 0)
    found = {
        Fraction(int(gram[i, j]) ** 2, int(lengths[i]) * int(lengths[j]))
        for i, j in np.argwhere(cosines > cosines.max() - 1e-9)[:50].tolist()
    }
    assert max(found) == squared


def _layers() -> int:
    pairs = 0
    for n, count in OCTADS.items():
        sets = octads(n)
        assert len(sets) == count
        assert largest_meet(sets) == 4
        pairs += count * (count - 1) // 2
    return pairs
