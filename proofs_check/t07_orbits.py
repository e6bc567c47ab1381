"""Theorem 7: what one row or a weight enumerator says about a whole frame, on small frames in full."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import numpy as np

from lincs.constructions.algebra.cosets import lines_kept, shift_rows
from lincs.constructions.algebra.fields import get_field
from lincs.constructions.algebra.forms import FormSet, delsarte_goethals_forms, gold_forms
from lincs.constructions.algebra.frame import profile
from lincs.constructions.algebra.hadamard import sylvester
from lincs.constructions.algebra.planes import lines_of_two_planes
from lincs.constructions.algebra.ranks import ranks
from lincs.constructions.algebra.ties import lines_tied
from lincs.constructions.catalogue import family
from lincs.constructions.families.partial_sections import partial_sections
from lincs.constructions.families.stabiliser_sections import sections
from lincs.constructions.families.two_plane_sections import two_planes
from lincs.constructions.orbit import verify_structure

TITLE = "verification from one row"

SMALL: tuple[tuple[str, dict[str, int]], ...] = (
    ("kerdock", {"s": 2, "p": 0}),
    ("kerdock", {"s": 3, "p": 0}),
    ("delsarte-goethals", {"s": 2, "r": 1, "p": 0}),
    ("gold", {"s": 5, "r": 0, "p": 0}),
    ("transversal-design", {"q": 4, "g": 4, "r": 2, "h": 0}),
    ("transversal-design", {"q": 5, "g": 4, "r": 3, "h": 0}),
    ("projective-plane", {"q": 3}),
    ("devore", {"q": 4, "r": 2}),
)


QUICK = {"largest": 10**5}


def check(*, largest: int = 10**8) -> str:
    """``largest``: entries of the tables of sections with at most that many lines are recounted (10^13: all)."""
    sums = _sums_of_quadratic_forms()
    differences = _ranks_of_form_sets()
    scaled = _field_multiplication()
    frames = _whole_frames()
    lines = _sections()
    entries = [(key, value) for key, value in sections().items() if key[0] >= 10 and value[1] <= largest]
    for (n, j, tau), (shift, number) in entries:
        assert lines_kept(n, j, tau, shift) == number, (n, j, tau)
    tied, planes = _partial_sections(), _two_planes()
    for (n, j, tau, i), (shift, number) in partial_sections().items():
        assert number > largest or lines_tied(n, j, tau, i, shift) == number, (n, j, tau, i)
    for (n, j, e), (shift, number) in two_planes().items():
        assert number > largest or lines_of_two_planes(n, j, e, shift) == number, (n, j, e)
    return (
        f"{sums} quadratic sums, {differences} ranks of differences, {scaled} pairs of forms moved by the field, "
        f"{frames} frames, {lines} lines of sections in full, {len(entries)} larger sections recounted, "
        f"{tied} lines of partial and {planes} of two-plane sections in full"
    )


def _sums_of_quadratic_forms() -> int:
    """Every quadratic form on F_2^a, a <= 3: the sums are 0 or +-2^(a - rank/2), and the latter occurs."""
    tried = 0
    for a in (1, 2, 3):
        pairs = [(i, j) for i in range(a) for j in range(i)]
        for upper in product((0, 1), repeat=len(pairs)):
            rows = [0] * a
            for (i, j), bit in zip(pairs, upper, strict=True):
                rows[i] |= bit << j
                rows[j] |= bit << i
            rank = int(ranks(np.array([rows], dtype=np.int64))[0])
            assert rank % 2 == 0
            sums = set()
            for linear in product((0, 1), repeat=a):
                total = 0
                for x in product((0, 1), repeat=a):
                    q = sum(c * v for c, v in zip(linear, x, strict=True))
                    q += sum(bit * x[i] * x[j] for (i, j), bit in zip(pairs, upper, strict=True))
                    total += (-1) ** q
                sums.add(abs(total))
                tried += 1
            assert sums <= {0, 2 ** (a - rank // 2)}, (a, upper)
            assert 2 ** (a - rank // 2) in sums
    return tried


def _ranks_of_form_sets() -> int:
    """All differences of whole form sets have at least the promised rank, and one attains it."""
    sets: list[tuple[FormSet, int]] = [
        (delsarte_goethals_forms(s=2, r=0), 4),
        (delsarte_goethals_forms(s=3, r=0), 6),
        (delsarte_goethals_forms(s=2, r=1), 2),
        (gold_forms(s=3, r=0), 2),
        (gold_forms(s=5, r=0), 4),
        (gold_forms(s=5, r=1), 2),
    ]
    tried = 0
    for forms, promised in sets:
        matrices = np.array([forms.bilinear(f) for f in range(forms.count)])
        least = forms.a
        for i in range(1, len(matrices)):
            found = ranks(matrices[:i] ^ matrices[i])
            least = min(least, int(found.min()))
            tried += len(found)
        assert least == promised, (forms.a, least, promised)
    return tried


def _field_multiplication() -> int:
    """x -> cx on F moves form (h, l) of DG(1) to (ch, l'): the ranks of differences depend on the ratio of the h."""
    forms, size = delsarte_goethals_forms(s=2, r=1), 8
    field = get_field(size)
    tried = 0
    for c, h, g in product(range(1, size), range(size), range(size)):
        table = forms.values(h * size + g)
        moved_x = field.mul(c, field.elements)
        moved = np.concatenate([table[:size][moved_x], table[size:][moved_x]])
        image = int(field.mul(c, h)) * size + int(field.mul(field.power(np.asarray(c), 3), g))
        assert np.array_equal(moved, forms.values(image)), (c, h, g)
        tried += 1
    return tried


def _sections() -> int:
    """Columns kept by a stabiliser section have vanishing sums over the cosets of T, and they are all such columns."""
    tried = 0
    for n, j, tau, shift in ((4, 0, 2, 5), (4, 1, 2, 9), (6, 0, 3, 1234), (4, 1, 3, 33)):
        forms, kept = delsarte_goethals_forms(s=n // 2, r=j), 0
        form, x = _definition(n, shift), np.arange(2**n)
        for f in range(forms.count):
            signs = sylvester(2**n, x) * (1 - 2 * (forms.values(f) ^ form))
            sums = signs.reshape(2**n, 2 ** (n - tau), 2**tau).sum(axis=2)
            kept += int((sums == 0).all(axis=1).sum())
        assert kept == lines_kept(n, j, tau, shift), (n, j, tau, shift)
        tried += kept
    return tried


def _definition(n: int, shift: int) -> np.ndarray:
    """P on all points, from its coefficients."""
    form, x = np.zeros(2**n, dtype=np.int64), np.arange(2**n)
    for i, row in enumerate(shift_rows(n, shift)):
        form ^= (x >> i & 1) & (np.bitwise_count(x & row) & 1)
    return form


def _all_signs(n: int, j: int, shift: int) -> Iterator[np.ndarray]:
    """For every form of DG(j) shifted by P its ``2^n`` lines (rows) on all points."""
    forms, x = delsarte_goethals_forms(s=n // 2, r=j), np.arange(2**n)
    form = _definition(n, shift)
    for f in range(forms.count):
        yield sylvester(2**n, x) * (1 - 2 * (forms.values(f) ^ form))


def _partial_sections() -> int:
    """Tied lines by the definition: sums over cosets, formed."""
    tried = 0
    for n, j, tau, i, shift in (
        (4, 0, 2, 0, 5),
        (4, 1, 2, 0, 9),
        (6, 0, 4, 0, 77),
        (4, 1, 2, 1, 9),
        (6, 0, 3, 2, 1234),
    ):
        kept = 0
        for signs in _all_signs(n, j, shift):
            sums = signs.reshape(2**n, 2 ** (n - tau), 2**tau).sum(axis=2)
            if i:
                halves = signs.reshape(2**n, 2 ** (n - tau), 2, 2 ** (tau - 1)).sum(axis=3)[:, : i + 1, 0]
                kept += int(((sums == 0).all(axis=1) & (halves == halves[:, :1]).all(axis=1)).sum())
            else:
                kept += int((sums == sums[:, :1]).all(axis=1).sum())
        assert kept == lines_tied(n, j, tau, i, shift), (n, j, tau, i, shift)
        tried += kept
    return tried


def _two_planes() -> int:
    """Lines that change sign under x + 1 or x + 2, without those that hit all cosets of the flat, formed."""
    tried = 0
    for n, j, e, shift in ((4, 1, 1, 31), (4, 1, 2, 9), (6, 1, 2, 1234), (6, 1, 3, 0x37B3)):
        kept, x = 0, np.arange(2**n)
        for signs in _all_signs(n, j, shift):
            one, two = ((signs[:, x ^ t] == -signs).all(axis=1) for t in (1, 2))
            cosets = signs.reshape(2**n, 2 ** (n - 2), 4)[:, : 2**e]
            # the inner product with y + y', twice: v(0) - v(t_1 + t_2)
            hits = (cosets[:, :, 0] != cosets[:, :, 3]).sum(axis=1)
            assert set(np.unique(hits[one | two]).tolist()) <= {0, 2 ** (e - 1), 2**e}
            kept += int(((one | two) & (hits < 2**e)).sum())
        assert kept == lines_of_two_planes(n, j, e, shift), (n, j, e, shift)
        tried += kept
    return tried


def _whole_frames() -> int:
    """The structure's coherence is the largest entry of the whole Gram matrix."""
    for name, parameters in SMALL:
        promise = family(name).member(**parameters)
        exact = profile(family(name).frame(parameters)).coherence_squared
        assert verify_structure(promise).coherence ** 2 == exact == promise.coherence_squared, (name, exact)
        assert isinstance(exact, Fraction)
    return len(SMALL)
