"""Several members of every family, built: sizes, unit norms, and the exact profile against the closed form."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest

from benchmarks import cubic_sums as cubic
from benchmarks import punctured_bases as punctured
from benchmarks import sections as section_tables
from lincs.constructions.algebra.cosets import kept_forms, lines_kept
from lincs.constructions.algebra.designs import difference_set
from lincs.constructions.algebra.fields import get_field, roots_of_unity
from lincs.constructions.algebra.forms import delsarte_goethals_forms
from lincs.constructions.algebra.frame import from_array, profile
from lincs.constructions.algebra.hadamard import conference, hadamard
from lincs.constructions.algebra.orders import hadamard_recipe
from lincs.constructions.algebra.planes import lines_of_two_planes
from lincs.constructions.algebra.sums import largest_phase_sum, largest_punctured_sum
from lincs.constructions.algebra.ties import lines_tied
from lincs.constructions.catalogue import EVERY, family
from lincs.constructions.families.cubic_phases import cubic_sums
from lincs.constructions.families.identity import Identity
from lincs.constructions.families.partial_sections import partial_sections
from lincs.constructions.families.punctured_bases import punctured_bases
from lincs.constructions.families.stabiliser_sections import sections
from lincs.constructions.families.steiner_etf import blocks_of
from lincs.constructions.families.two_plane_sections import two_planes, weights
from lincs.constructions.family import Family, Promise
from lincs.errors import InputError
from tests.constructions.laws import check_member, examples, named


@pytest.mark.parametrize(("candidate", "parameters"), examples(EVERY), ids=named)
def test_profile_is_as_promised(candidate: Family, parameters: dict[str, Any]) -> None:
    check_member(candidate, parameters)


def test_every_family_is_built() -> None:
    assert all(candidate.examples for candidate in EVERY)
    assert len({candidate.name for candidate in EVERY}) == len(EVERY)
    with pytest.raises(InputError, match="family must be one of"):
        family("nonsense")


def test_a_family_says_what_it_is() -> None:
    """Without a source or examples a class is refused where it is written; nothing exact is claimed by default."""
    with pytest.raises(TypeError, match="Nameless must say its examples"):

        class Nameless(Identity):
            examples = ()

    promise = Promise(family="identity", d=1, columns=1, coherence_squared=Fraction(0))
    assert not promise.attained


@pytest.mark.parametrize("d", [12, 20, 30, 43, 62, 107])
def test_stored_packings(d: int) -> None:
    """Multiplied out in integers: the stored coherence is the largest, exactly."""
    promise = family("stored-packing").member(d=d)
    frame = family("stored-packing").frame({"d": d})
    vectors = frame.raw(0, frame.m).astype(np.float64)
    assert vectors.shape == (d, promise.columns)
    norms = (vectors * vectors).sum(axis=0)
    assert norms.max() < 2**50  # so that every product below is an exact integer
    found = Fraction(0)
    for start in range(0, frame.m, 512):
        gram = vectors[:, start : start + 512].T @ vectors
        gram[np.arange(len(gram)), start + np.arange(len(gram))] = 0
        cosines = gram * gram / norms / norms[start : start + 512, None]
        for i, j in np.argwhere(cosines > cosines.max() * (1 - 1e-9))[:4].tolist():
            found = max(found, Fraction(int(gram[i, j]) ** 2, int(norms[start + i]) * int(norms[j])))
    assert found == promise.coherence_squared


def test_cubic_sums_are_recomputed() -> None:
    table = cubic_sums()
    for q in (5, 7, 13, 101, 1433, 1447, 2999):
        largest, _ = largest_phase_sum(q=q, largest=3, odd=False)
        assert largest <= table[q] / 1000 <= largest + 0.002
    assert all(value * value < 4 * 10**6 * q for q, value in table.items())  # Weil


def test_tables_are_what_their_programs_write() -> None:
    for p in (5, 7, 503, 2003):
        assert cubic.thousandths(p) == cubic_sums()[p]
    assert section_tables.check(largest=2000) > 50
    for p in (13, 101):
        points, sums = punctured_bases()[p]
        assert punctured.row(p, list(points)) == (points, sums)


def test_section_counts_are_recounted() -> None:
    for n, j, tau in ((4, 0, 2), (6, 1, 3), (8, 0, 5), (10, 0, 7), (8, 1, 4), (6, 2, 2), (8, 2, 3)):
        shift, lines = sections()[n, j, tau]
        forms, r = kept_forms(n, j, tau, shift)
        assert lines_kept(n, j, tau, shift) == lines
        assert int(((1 << r) - 1).sum()) == (2**tau - 1) * 2 ** ((n - 1) * j)
        assert len(np.unique(forms)) == len(forms)


def test_partial_section_counts_are_recounted() -> None:
    for n, j, tau, i in ((4, 1, 3, 0), (6, 0, 5, 0), (6, 1, 4, 0), (8, 0, 6, 0), (8, 1, 3, 2), (10, 1, 3, 2)):
        shift, lines = partial_sections()[n, j, tau, i]
        assert lines_tied(n, j, tau, i, shift) == lines
    for n, j, e in ((4, 1, 1), (8, 1, 5), (8, 2, 3), (10, 1, 2)):
        shift, lines = two_planes()[n, j, e]
        assert lines_of_two_planes(n, j, e, shift) == lines


def test_punctured_sums_are_recomputed() -> None:
    """Against plain sums for small q, and the row that an upper end of the reference problems rests on."""
    for q in (13, 29):
        points, sums = punctured_bases()[q]
        for p in (1, len(points)):
            left = np.setdiff1d(np.arange(q), points[:p])
            parts = [
                np.exp(2j * np.pi * ((a * left + b) * left % q) / q).sum() for a in range(q) for b in range(q) if a or b
            ]
            largest = max(max(abs(s.real), abs(s.imag)) for s in parts)
            assert largest <= sums[p - 1] / 1000 <= largest + 0.002
    for q, p in ((709, 18), (709, 5), (509, 20)):
        points, sums = punctured_bases()[q]
        largest, _ = largest_punctured_sum(q, points[:p])
        assert largest <= sums[p - 1] / 1000 <= largest + 0.002
    for q, (points, sums) in punctured_bases().items():
        assert len(sums) == len(points) == len(set(points))
        assert all(0 <= x < q for x in points)


def test_weights_of_two_planes() -> None:
    """No signed sum of some of the weights, not all, is zero."""
    for e in range(1, 6):
        for signs in product((-1, 0, 1), repeat=e + 1):
            if any(signs) and not all(signs):
                assert abs(sum(s * w for s, w in zip(signs, weights(e), strict=True))) >= 1


def test_equiangular_frames_have_one_angle() -> None:
    for candidate, parameters in examples(EVERY):
        if candidate.name.endswith("-etf"):
            found = profile(candidate.frame(parameters)).distribution
            assert max(found) - min(found) < 1e-10, (candidate.name, parameters)


def test_kerdock_is_mutually_unbiased() -> None:
    found = profile(family("kerdock").frame({"s": 2, "p": 0})).distribution
    bases = 9
    assert found == {Fraction(0): bases * 16 * 15 // 2, Fraction(1, 16): bases * (bases - 1) // 2 * 256}


def test_kerdock_forms_against_their_definition() -> None:
    """Form values at sums of basis vectors, from the formula, with the field multiplied out naively."""
    forms, field = delsarte_goethals_forms(s=2, r=0), get_field(8)
    for a in range(8):
        for x, e in product(range(8), range(2)):
            ax = int(field.mul(a, x))
            cubed = int(field.mul(ax, field.mul(ax, ax)))
            value = int(field.trace(np.asarray(cubed))) ^ (e & int(field.trace(np.asarray(ax))))
            assert forms.values(a)[x + 8 * e] == value


@pytest.mark.parametrize("n", [1, 2, 12, 36, 52, 92, 116, 156, 172, 188, 236, 268, 324, 372, 428, 532])
def test_hadamard_matrices(n: int) -> None:
    H = hadamard(n).astype(np.int64)
    assert set(np.unique(H)) <= {-1, 1}
    assert np.array_equal(H @ H.T, n * np.eye(n))


def test_every_way_to_a_hadamard_matrix_is_tried() -> None:
    kinds = {recipe[0] for n in range(1, 669) if (recipe := hadamard_recipe(n))}
    assert kinds == {"sylvester", "paley-1", "paley-2", "product", "composed"}
    with pytest.raises(InputError, match="n must be an order"):
        hadamard(668)


def test_conference_matrices() -> None:
    for n in (6, 10, 26, 50):
        C = conference(n).astype(np.int64)
        assert np.array_equal(C, C.T)
        assert np.array_equal(C @ C, (n - 1) * np.eye(n))
    with pytest.raises(InputError, match="1 mod 4"):
        conference(22)


@pytest.mark.parametrize("q", [2, 3, 4, 5, 8, 9])
def test_difference_sets(q: int) -> None:
    v = q * q + q + 1
    points = difference_set(q).tolist()
    differences = sorted((a - b) % v for a in points for b in points if a != b)
    assert differences == list(range(1, v))


@pytest.mark.parametrize(
    ("kind", "a", "n"),
    [(0, 5, 2), *((1, v, 2) for v in (7, 9, 13, 15, 19, 21, 25)), (2, 3, 3), (3, 3, 2), (3, 2, 3), (2, 4, 2)],
)
def test_steiner_systems(kind: int, a: int, n: int) -> None:
    blocks = blocks_of(kind=kind, a=a, n=n)
    points = max(map(max, blocks)) + 1
    covered = sorted(pair for block in blocks for pair in combinations(sorted(block), 2))
    assert covered == list(combinations(range(points), 2))


@pytest.mark.parametrize("q", [2, 3, 4, 7, 8, 9, 25, 27])
def test_field_axioms(q: int) -> None:
    field = get_field(q)
    x = field.elements
    total, product_ = field.add(x[:, None], x), field.mul(x[:, None], x)
    for table in (total, product_):
        assert np.array_equal(table, table.T)
    assert np.array_equal(field.add(x, field.negate(x)), np.zeros(q))
    a, b, c = (field.elements[np.random.default_rng(q).integers(0, q, 200)] for _ in range(3))
    assert np.array_equal(field.mul(a, field.add(b, c)), field.add(field.mul(a, b), field.mul(a, c)))
    assert np.array_equal(field.power(a, 3), field.mul(a, field.mul(a, a)))
    assert all(len(np.unique(product_[i])) == q for i in range(1, q))
    assert np.array_equal(field.trace(field.add(a, b)), (field.trace(a) + field.trace(b)) % field.p)
    assert np.array_equal(field.trace(field.power(a, field.p)), field.trace(a))
    assert len(np.unique(field.trace(x))) == field.p
    if q % 2:
        squares = set(field.mul(x, x).tolist()) - {0}
        assert [int(v) for v in field.quadratic_character(x)] == [
            0 if v == 0 else (1 if v in squares else -1) for v in x.tolist()
        ]


@pytest.mark.parametrize("n", [1, 2, 3, 8, 12, 251])
def test_roots_of_unity(n: int) -> None:
    cosines, sines = roots_of_unity(n)
    angle = 2 * np.pi * np.arange(n) / n
    assert np.allclose(cosines, np.cos(angle), rtol=0, atol=2e-15)
    assert np.allclose(sines, np.sin(angle), rtol=0, atol=2e-15)
    if n % 4 == 0:
        assert (cosines[n // 4], sines[n // 4]) == (0, 1)


def test_profile_counts_exactly() -> None:
    vectors = np.array([[1, 0, 1, 2], [0, 2, 1, -1]])
    found = profile(from_array(vectors, integer=True), panel=2)
    pairs = [Fraction(int(a @ b) ** 2, int(a @ a) * int(b @ b)) for a, b in combinations(vectors.T, 2)]
    assert found.coherence_squared == max(pairs)
    assert found.distribution == {value: pairs.count(value) for value in pairs}


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("kerdock", {"s": 0, "p": 0}),
        ("kerdock", {"s": 2}),
        ("kerdock", {"s": 2, "p": 15}),
        ("delsarte-goethals", {"s": 2, "r": 2, "p": 0}),
        ("gold", {"s": 4, "r": 0, "p": 0}),
        ("dual-bch", {"s": 4, "t": 3, "p": 0}),
        ("dual-bch", {"s": 8, "t": 2, "p": 0}),
        ("hadamard-pair", {"n": 6}),
        ("projective-plane", {"q": 2}),
        ("projective-plane", {"q": 6}),
        ("transversal-design", {"q": 3, "g": 8, "r": 2, "h": 0}),
        ("transversal-design", {"q": 6, "g": 4, "r": 2, "h": 0}),
        ("transversal-design", {"q": 5, "g": 4, "r": 5, "h": 0}),
        ("devore", {"q": 3, "r": 3}),
        ("singer-lift", {"q": 6}),
        ("polynomial-phases", {"q": 9, "r": 3}),
        ("polynomial-phases", {"q": 4, "r": 2}),
        ("odd-polynomials", {"q": 16, "r": 2}),
        ("paley-etf", {"q": 7}),
        ("bent-etf", {"s": 2, "sign": 0}),
        ("taylor-etf", {"q": 4, "sign": 1}),
        ("symplectic-etf", {"s": 3, "type": 2, "sign": 1}),
        ("steiner-etf", {"kind": 4, "a": 4, "n": 2}),
        ("steiner-etf", {"kind": 1, "a": 9, "n": 2}),
        ("sporadic-etf", {"lines": 28, "sign": 1}),
        ("lattice-sections", {"d": 2, "inverse": 2}),
        ("identity", {"lines": 1.5}),
        ("transversal-design", {"q": 7, "g": 6, "r": 3, "h": 1}),
        ("transversal-design", {"q": 7, "g": 8, "r": 2, "h": 2}),
        ("stabiliser-sections", {"n": 5, "j": 0, "tau": 1, "p": 0, "c": 0}),
        ("stabiliser-sections", {"n": 6, "j": 0, "tau": 2, "p": 1, "c": 1}),
        ("partial-sections", {"n": 5, "j": 0, "tau": 2, "i": 0, "p": 0}),
        ("partial-sections", {"n": 4, "j": 1, "tau": 2, "i": 1, "p": 3}),
        ("partial-sections", {"n": 4, "j": 1, "tau": 2, "i": 0, "p": 5}),
        ("two-plane-sections", {"n": 4, "j": 1, "e": 2, "p": 0}),
        ("two-plane-sections", {"n": 4, "j": 1, "e": 1, "p": 3}),
        ("cubic-phases", {"q": 9, "odd": 0}),
        ("cubic-phases", {"q": 3001, "odd": 0}),
        ("stored-packing", {"d": 13}),
        ("tied-forms", {"a": 2, "r": 0, "i": 1, "p": 0}),
        ("tied-forms", {"a": 4, "r": 0, "i": 0, "p": 0}),
        ("tied-forms", {"a": 4, "r": 0, "i": 2, "p": 12}),
        ("shaved-plane", {"q": 6, "n": 1}),
        ("shaved-plane", {"q": 7, "n": 9}),
        ("shaved-transversal", {"q": 5, "g": 4, "r": 2, "h": 0, "n": 5}),
        ("shaved-transversal", {"q": 5, "g": 8, "r": 2, "h": 0, "n": 1}),
        ("punctured-phases", {"q": 9, "r": 2, "p": 0}),
        ("punctured-phases", {"q": 9, "r": 2, "p": 8}),
        ("punctured-bases", {"q": 15, "p": 1}),
        ("punctured-bases", {"q": 13, "p": 13}),
    ],
    ids=str,
)
def test_members_that_do_not_exist(name: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        family(name).member(**parameters)
