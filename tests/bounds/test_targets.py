"""The reference problems: no upper end is above what the catalogue has reached before."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from lincs.constructions.catalogue import FAMILIES, family
from lincs.constructions.family import BUILT, STRUCTURE, THEOREM, Promise, smaller
from lincs.constructions.orbit import has_structure, verify_structure
from lincs.constructions.verified import verified

ROWS = list(csv.DictReader((Path(__file__).parents[1] / "data" / "targets.csv").open(encoding="utf-8")))


def best(m: int, mu: Fraction) -> Promise:
    found: Promise | None = None
    for candidate in FAMILIES:
        found = smaller(found, candidate.least(m=m, mu=mu))
    assert found is not None
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['m']}-{row['k']}-{row['eps']}")
def test_every_target_is_reached(row: dict[str, str]) -> None:
    m, k, eps = int(row["m"]), int(row["k"]), Fraction(row["eps"])
    promise = best(m, eps / (k - eps))
    assert promise.d <= int(row["upper"])
    assert promise.serves(m=m, mu=eps / (k - eps))
    if m <= 131_072:
        assert family(promise.family).status(promise, m=m) == BUILT
    elif m == 10**12:  # ranks of 2^39 forms: proved (THEOREMS.md, 5 (a) and (e)), its lines counted below
        assert family(promise.family).status(promise, m=m) == THEOREM
    else:
        assert family(promise.family).status(promise, m=m) == STRUCTURE


def test_the_record_speaks_of_members_that_exist() -> None:
    for key, rows in verified().items():
        name, *pairs = key.split()
        parameters = {pair.partition("=")[0]: int(pair.partition("=")[2]) for pair in pairs}
        promise = family(name).member(**parameters)
        assert promise.key == key
        for kind, columns in rows:
            assert kind in (BUILT, STRUCTURE)
            assert 0 < columns <= promise.columns
            assert family(promise.family).status(promise, m=columns) in (BUILT, STRUCTURE)
            assert kind == BUILT or has_structure(promise)
        assert family(promise.family).status(promise, m=max(columns for _, columns in rows) + 1) == THEOREM


def test_a_sample_of_the_record_is_verified_again() -> None:
    for m, mu in (
        (10**6, Fraction(1, 19)),
        (10**8, Fraction(1, 39)),
        (10**9, Fraction(1, 19)),
        (2**20, Fraction(1, 15)),
    ):
        promise = best(m, mu)
        assert verify_structure(promise, m=m).coherence < mu
