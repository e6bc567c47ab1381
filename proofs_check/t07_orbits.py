"""Theorem 7: what one row or a weight enumerator says about a whole frame, on small frames in full."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np

from lincs.constructions.builders.fields import get_field
from lincs.constructions.builders.frame import profile
from lincs.constructions.builders.hadamard import sylvester
from lincs.constructions.builders.quadratic import FormSet, delsarte_goethals_forms, gold_forms
from lincs.constructions.builders.ranks import ranks
from lincs.constructions.builders.sections import lines_kept, shift_rows
from lincs.constructions.catalogue import family
from lincs.constructions.orbit import verify_structure
from lincs.constructions.section_table import SECTIONS

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


QUICK = {"largest": 10**6}


def check(*, largest: int = 10**13) -> str:
    """``largest``: entries of the table of sections with at most that many lines are recounted."""
    sums = _sums_of_quadratic_forms()
    differences = _ranks_of_form_sets()
    scaled = _field_multiplication()
    frames = _whole_frames()
    lines = _sections()
    entries = [(key, value) for key, value in SECTIONS.items() if key[0] >= 10 and value[1] <= largest]
    for (n, j, tau), (shift, number) in entries:
        assert lines_kept(n, j, tau, shift) == number, (n, j, tau)
    return (
        f"{sums} quadratic sums, {differences} ranks of differences, {scaled} pairs of forms moved by the field, "
        f"{frames} frames, {lines} lines of sections in full, {len(entries)} larger sections recounted"
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
        form = np.zeros(2**n, dtype=np.int64)
        x = np.arange(2**n)
        for i, row in enumerate(shift_rows(n, shift)):
            form ^= (x >> i & 1) & (np.bitwise_count(x & row) & 1)
        for f in range(forms.count):
            signs = sylvester(2**n, x) * (1 - 2 * (forms.values(f) ^ form))
            sums = signs.reshape(2**n, 2 ** (n - tau), 2**tau).sum(axis=2)
            kept += int((sums == 0).all(axis=1).sum())
        assert kept == lines_kept(n, j, tau, shift), (n, j, tau, shift)
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
