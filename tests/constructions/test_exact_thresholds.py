"""Frames on the threshold and beside it: what is built for a claim, and that strictness costs one dimension."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

import lincs
from lincs.certificates.exact_pair import exact_worst
from lincs.constructions.algebra.frame import of_one_length, profile
from lincs.constructions.algebra.words import bits_of, independent_ties, largest_imbalance, subcode, words
from lincs.constructions.catalogue import BUILT_FOR, EVERY, FAMILIES, family, least_frame
from lincs.constructions.families.codes import codes, rows_of
from lincs.constructions.families.construction_x import ConstructionX
from lincs.constructions.orbit import verify_structure
from lincs.constructions.plan import plan
from lincs.errors import InputError


@pytest.mark.parametrize(("n", "k"), [key for key in codes() if key[1] <= 21])
def test_codes_are_counted_again(n: int, k: int) -> None:
    assert largest_imbalance(rows_of(n, k), n) == codes()[n, k]


def test_words_against_plain_sums() -> None:
    rows = rows_of(42, 13)
    every = words(bits_of(rows, 42), 0, 2**12)
    sums = np.abs(42 - 2 * every.astype(int).sum(axis=1))
    assert sorted(sums.tolist())[-2:] == [14, 42]  # the zero word last
    assert largest_imbalance(rows, 42) == 14
    assert largest_imbalance(rows, 42, count=2**5) == sums[1 : 2**5].max()
    ties = independent_ties(rows, 42, 3)
    kept = words(bits_of(subcode(rows, ties), 42), 0, 2**9)
    assert len(np.unique(kept, axis=0)) == 2**9
    assert all(np.array_equal(kept[:, 0], kept[:, c]) for c in ties)


@pytest.mark.parametrize("parameters", ConstructionX.examples)
def test_construction_x_by_ranks_and_by_products(parameters: dict[str, int]) -> None:
    source = family("construction-x")
    promise = source.member(**parameters)
    found = profile(source.frame(promise.parameters)).coherence_squared
    assert found <= promise.coherence_squared + 1e-11
    assert abs(verify_structure(promise).coherence ** 2 - promise.coherence_squared) < 1e-9


def test_construction_x_never_beats_one_dimension_more() -> None:
    """So that no bound needs it: what it is for is a margin that floats hold."""
    better = 0
    for m, inverse in product((64, 512, 2**12, 2**14, 2**17, 2**22), (2, 4, 8, 16)):
        mu = Fraction(1, inverse)
        found = ConstructionX().least(m=m, mu=mu)
        closed = least_frame(FAMILIES, m=m, mu=mu, closed=True)
        strict = least_frame(FAMILIES, m=m, mu=mu)
        assert closed is not None
        assert strict is not None
        if found is not None:
            assert found.serves(m=m, mu=mu)
            assert closed.d + 1 <= found.d
            better += found.d < strict.d
    assert better >= 8


def test_what_is_integral_is_integral() -> None:
    for candidate in EVERY:
        for parameters in candidate.examples:
            if "vectors" not in parameters and not candidate.seeded and candidate.name != "packing":
                promise = candidate.member(**parameters)
                if candidate.integral(promise):
                    assert candidate.frame(promise.parameters).integer, (candidate.name, parameters)


def test_one_length() -> None:
    assert of_one_length(np.array([[1, 2], [1, 2]])).tolist() == [[2, 2], [2, 2]]
    with pytest.raises(InputError, match="squared lengths 1, 2"):
        of_one_length(np.array([[1, 1], [0, 1]]))


def test_exact_worst_against_rationals() -> None:
    rng = np.random.default_rng(1)
    A = 1.0 - 2.0 * rng.integers(0, 2, (9, 14))
    G = [[Fraction(int(a @ b), 9) for a in A.T] for b in A.T]
    for k, scale in product((1, 2, 5, 14), (Fraction(1, 3), Fraction(4, 5), Fraction(1))):
        rows = [sorted((abs(scale * x - (i == j)) for j, x in enumerate(row)), reverse=True) for i, row in enumerate(G)]
        assert exact_worst(A, scale=scale, k=k, panel=4) == max(sum(row[:k]) for row in rows)
    with pytest.raises(ValueError, match="not integers of one length"):
        exact_worst(A / 2, scale=Fraction(1), k=1)


@pytest.mark.parametrize(
    ("m", "k", "eps", "d"),
    [(144, 1, "1/5", 16), (100, 1, "1/2", 1), (8, 1, "1/3", 4), (256, 1, "1/9", 54), (144, 2, "2/5", 16)],
)
def test_closed_claims_are_built_in_integers(m, k, eps, d, tmp_path) -> None:
    built = lincs.build(m=m, k=k, eps=eps, closed=True, out=tmp_path / "frame.npz")
    assert built.A.shape == (d, m)
    assert built.B is None
    assert np.array_equal(built.A, np.rint(built.A))
    assert built.certificate["claim"]["closed"] is True
    verdict = lincs.check(built.files[1])
    assert verdict.accepted, verdict.reason
    assert verdict.problem is not None
    assert verdict.problem.closed
    assert "rationals" in verdict.reason
    # rational probes have an error of eps, exactly
    assert exact_worst(built.A, scale=built.plan.scale, k=k) == Fraction(eps)
    # and the strict claim is not made of them
    certificate = tmp_path / "frame.certificate.json"
    certificate.write_text(certificate.read_text().replace('"closed": true', '"closed": false'))
    assert not lincs.check(certificate).accepted


def test_closed_claims_below_the_threshold_are_pairs(tmp_path) -> None:
    built = lincs.build(m=100, k=1, eps="1/7", closed=True, out=tmp_path / "frame.npz")
    assert built.B is not None
    assert lincs.check(built.files[1]).accepted
    with pytest.raises(InputError, match="eps must be below 1"):
        lincs.build(m=10, k=1, eps=1, closed=True)
    with pytest.raises(InputError, match="attains it with columns that are not integers"):
        lincs.build(family="simplex", parameters={"lines": 5}, k=1, eps="1/5", closed=True)


def test_a_strict_claim_says_what_is_reached_in_fewer_dimensions() -> None:
    decided = plan(m=2**14, k=1, eps="1/5")
    assert decided.promise.family == "construction-x"
    assert "reaches d = 61 with errors up to eps itself and 62 with errors below it" in decided.note
    assert plan(m=144, k=1, eps="0.21").note == ""


def test_frames_that_are_only_known_to_exist_are_not_built() -> None:
    shells = family("lattice-shells")
    cited = shells.member(d=72, lines=3109087800)
    assert not shells.builds(cited)
    with pytest.raises(InputError, match="exists, cited"):
        shells.frame(cited.parameters)
    assert all(candidate.builds(candidate.member(**e)) for candidate in BUILT_FOR for e in candidate.examples[:1])
