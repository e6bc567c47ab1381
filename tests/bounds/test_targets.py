"""The reference problems: no upper end is above what the catalogue has reached before."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest

import lincs
from lincs.constructions.catalogue import FAMILIES, family, least_frame
from lincs.constructions.family import BUILT, STRUCTURE, THEOREM, Promise
from lincs.constructions.orbit import has_structure, verify_structure
from lincs.constructions.verified import verified

ROWS = list(csv.DictReader((Path(__file__).parents[1] / "data" / "targets.csv").open(encoding="utf-8")))


def best(m: int, mu: Fraction) -> tuple[Promise, bool]:
    """The frame behind the upper end, and whether it is on the threshold and needs one dimension more."""
    strict, closed = (least_frame(FAMILIES, m=m, mu=mu, closed=closed) for closed in (False, True))
    assert strict is not None
    assert closed is not None
    return (closed, True) if closed.d + 1 < strict.d else (strict, False)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['m']}-{row['k']}-{row['eps']}")
def test_every_target_is_reached(row: dict[str, str]) -> None:
    m, k, eps = int(row["m"]), int(row["k"]), Fraction(row["eps"])
    promise, closed = best(m, eps / (k - eps))
    assert promise.d + closed <= int(row["upper"])
    assert lincs.bound(m=m, k=k, eps=eps).upper.value == promise.d + closed
    assert promise.serves(m=m, mu=eps / (k - eps), closed=closed)
    if m == 10**12 or promise.family == "taylor-etf":
        # ranks of 2^39 forms: proved (THEOREMS.md, 5 (a) and (e)), its lines counted below; a cited two-graph whose
        # inner products are exactly on the threshold, where no float tells
        assert family(promise.family).status(promise, m=m) == THEOREM
    elif m <= 131_072 and not closed:
        assert family(promise.family).status(promise, m=m) == BUILT
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
        promise, closed = best(m, mu)
        coherence = verify_structure(promise, m=m).coherence
        assert coherence == mu if closed else coherence < mu
