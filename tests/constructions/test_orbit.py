"""Verification by structure against the full Gram matrix of small members, and on frames beyond memory."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from lincs.constructions.algebra.forms import delsarte_goethals_forms, dual_bch_forms, gold_forms
from lincs.constructions.algebra.frame import profile
from lincs.constructions.algebra.ranks import largest_sum, least_rank, ranks, walsh
from lincs.constructions.algebra.sums import largest_phase_sum
from lincs.constructions.catalogue import family
from lincs.constructions.orbit import has_structure, verify_structure
from lincs.errors import InputError


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("kerdock", {"s": 1, "p": 0}),
        ("kerdock", {"s": 2, "p": 0}),
        ("kerdock", {"s": 3, "p": 0}),
        ("delsarte-goethals", {"s": 2, "r": 1, "p": 0}),
        ("gold", {"s": 3, "r": 0, "p": 0}),
        ("gold", {"s": 5, "r": 0, "p": 0}),
        ("gold", {"s": 5, "r": 0, "p": 1}),
        ("transversal-design", {"q": 4, "g": 4, "r": 2, "h": 0}),
        ("transversal-design", {"q": 5, "g": 6, "r": 2, "h": 0}),
        ("transversal-design", {"q": 5, "g": 4, "r": 3, "h": 0}),
        ("transversal-design", {"q": 7, "g": 8, "r": 3, "h": 0}),
        ("devore", {"q": 4, "r": 2}),
        ("devore", {"q": 5, "r": 1}),
        ("transversal-design", {"q": 7, "g": 8, "r": 2, "h": 1}),
        ("stabiliser-sections", {"n": 6, "j": 0, "tau": 3, "p": 0, "c": 0}),
        ("stabiliser-sections", {"n": 6, "j": 1, "tau": 1, "p": 0, "c": 0}),
        ("partial-sections", {"n": 6, "j": 0, "tau": 4, "i": 0, "p": 0}),
        ("partial-sections", {"n": 4, "j": 1, "tau": 2, "i": 1, "p": 1}),
        ("partial-sections", {"n": 6, "j": 0, "tau": 3, "i": 3, "p": 0}),
        ("two-plane-sections", {"n": 4, "j": 1, "e": 1, "p": 0}),
        ("two-plane-sections", {"n": 6, "j": 1, "e": 2, "p": 1}),
        ("cubic-phases", {"q": 11, "odd": 1}),
        ("projective-plane", {"q": 3}),
        ("tied-forms", {"a": 4, "r": 0, "i": 2, "p": 0}),
        ("tied-forms", {"a": 5, "r": 0, "i": 1, "p": 1}),
        ("shaved-plane", {"q": 5, "n": 3}),
        ("shaved-transversal", {"q": 7, "g": 8, "r": 2, "h": 0, "n": 3}),
        ("shaved-transversal", {"q": 7, "g": 8, "r": 3, "h": 1, "n": 2}),
        ("punctured-phases", {"q": 9, "r": 2, "p": 2}),
        ("punctured-phases", {"q": 11, "r": 3, "p": 1}),
        ("punctured-bases", {"q": 13, "p": 2}),
        ("punctured-bases", {"q": 31, "p": 5}),
        ("projective-plane", {"q": 5}),
        ("polynomial-phases", {"q": 5, "r": 2}),
        ("polynomial-phases", {"q": 9, "r": 2}),
        ("polynomial-phases", {"q": 11, "r": 3}),
        ("odd-polynomials", {"q": 17, "r": 2}),
        ("odd-polynomials", {"q": 23, "r": 2}),
        ("singer-lift", {"q": 4}),
        ("singer-lift", {"q": 7}),
    ],
    ids=str,
)
def test_structure_against_the_gram_matrix(name: str, parameters: dict[str, Any]) -> None:
    promise = family(name).member(**parameters)
    found = verify_structure(promise)
    assert has_structure(promise)
    exact = float(profile(family(name).frame(parameters)).coherence_squared) ** 0.5
    assert exact <= float(found.coherence) * (1 + 1e-12)
    # Real lifts take real parts, so their own coherence may be smaller than the complex one.
    if name not in ("polynomial-phases", "singer-lift", "punctured-phases", "tied-forms"):
        assert float(found.coherence) <= exact + 1e-6
    assert promise.coherence_squared is not None
    assert found.coherence**2 <= promise.coherence_squared * (1 + Fraction(1, 10**15)) or name in (
        "polynomial-phases",
        "singer-lift",
    )


@pytest.mark.parametrize(
    ("name", "parameters", "m"),
    [
        ("delsarte-goethals", {"s": 6, "r": 1, "p": 0}, 2**24),  # d = 4096
        ("delsarte-goethals", {"s": 7, "r": 1, "p": 3}, 10**9),
        ("transversal-design", {"q": 109, "g": 80, "r": 3, "h": 0}, 10**8),
        ("polynomial-phases", {"q": 1447, "r": 3}, 10**9),
    ],
    ids=str,
)
def test_frames_beyond_memory(name: str, parameters: dict[str, int], m: int) -> None:
    promise = family(name).member(**parameters)
    found = verify_structure(promise, m=m)
    assert promise.coherence_squared is not None
    assert found.coherence**2 <= promise.coherence_squared
    assert found.m == m
    assert found.checked > 0


def test_first_columns_of_the_frame_are_what_is_verified() -> None:
    """Two forms of DG(1) may differ in full rank although others do not: m decides what is claimed."""
    promise = family("delsarte-goethals").member(s=2, r=1, p=0)
    for m in (1, 16, 17, 32, 48, 128, 200, 700, 1024):
        found = verify_structure(promise, m=m)
        exact = profile(family("delsarte-goethals").frame({"s": 2, "r": 1, "p": 0}), 0, m)
        assert exact.coherence_squared <= found.coherence**2


def naive_rank(rows: list[int]) -> int:
    rank, rows = 0, list(rows)
    while rows:
        pivot = rows.pop()
        if pivot:
            rank += 1
            low = pivot & -pivot
            rows = [row ^ pivot if row & low else row for row in rows]
    return rank


def test_ranks() -> None:
    rng = np.random.default_rng(1)
    for a in (1, 2, 5, 9):
        matrices = rng.integers(0, 2**a, (200, a))
        matrices[:50] &= rng.integers(0, 2**a, (50, a)) & rng.integers(0, 2**a, (50, a))
        assert ranks(matrices).tolist() == [naive_rank(rows) for rows in matrices.tolist()]


@pytest.mark.parametrize("count", [1, 2, 3, 8, 9, 20, 64])
def test_least_rank_against_all_pairs(count: int) -> None:
    forms = delsarte_goethals_forms(s=2, r=1)
    found, _ = least_rank(forms, count=count, linear=8)
    tables = [forms.values(f) for f in range(64)]
    bound = 64 if count > 8 else 1 << (count - 1).bit_length()  # differences of l run over a whole span
    pairs = [(f, g) for f in range(min(count, bound)) for g in range(f)]
    naive = [naive_rank((forms.bilinear(f) ^ forms.bilinear(g)).tolist()) for f, g in pairs]
    if not naive:
        assert found is None
    else:
        assert found is not None
        assert found <= min(naive)
        if count in (1, 2, 8, 64):
            assert found == min(naive)
    assert len(tables) == forms.count


def test_walsh_against_the_definition() -> None:
    rng = np.random.default_rng(2)
    words = 1 - 2 * rng.integers(0, 2, (3, 16))
    naive = [
        [sum(int(word[x]) * (-1) ** bin(x & w).count("1") for x in range(16)) for w in range(16)] for word in words
    ]
    assert walsh(words).tolist() == naive


def test_largest_sum_of_gold_words_is_golds() -> None:
    forms = gold_forms(s=5, r=0)
    assert largest_sum(forms, count=32) == 8
    assert largest_sum(dual_bch_forms(s=5, t=2), count=32) == 8  # the same code
    naive = max(
        abs(int(v))
        for f, w in product(range(1, 32), range(32))
        for v in [sum((-1) ** (int(forms.values(f)[x]) ^ bin(x & w).count("1") & 1) for x in range(32))]
        if f < 6
    )
    assert naive == 8


@pytest.mark.parametrize(
    ("q", "largest", "odd"), [(7, 3, False), (11, 3, True), (13, 4, False), (7, 5, True), (5, 4, False)]
)
def test_phase_sums_against_all_polynomials(q: int, largest: int, odd: bool) -> None:
    found, _ = largest_phase_sum(q=q, largest=largest, odd=odd)
    powers = [e for e in range(1, largest + 1) if e % q and (e % 2 or not odd)]
    x = np.arange(q)
    best = 0.0
    for coefficients in product(range(q), repeat=len(powers)):
        if any(coefficients):
            f = sum(c * x**e for c, e in zip(coefficients, powers, strict=True)) % q
            best = max(best, abs(np.exp(2j * np.pi * f / q).sum()))
    assert best <= found <= best + 2e-6


def test_bad_input() -> None:
    promise = family("identity").member(lines=4)
    assert not has_structure(promise)
    with pytest.raises(InputError, match="family must be one of"):
        verify_structure(promise)
    kerdock = family("kerdock").member(s=2, p=0)
    for m in (0, 145):
        with pytest.raises(InputError, match="m must be in 1"):
            verify_structure(kerdock, m=m)
    with pytest.raises(InputError, match="must be a prime"):
        verify_structure(family("polynomial-phases").member(q=25, r=3))
    with pytest.raises(InputError, match="transforms"):
        verify_structure(family("polynomial-phases").member(q=10007, r=5))


def test_serves_is_strict() -> None:
    found = verify_structure(family("kerdock").member(s=2, p=0))
    assert not found.serves(k=1, eps=Fraction(1, 5))  # eps/(k - eps) = 1/4
    assert found.serves(k=1, eps=Fraction(1, 5) + Fraction(1, 10**30))
