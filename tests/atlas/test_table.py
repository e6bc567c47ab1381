"""The fine table: its encoding, what is kept of a column, and that it is what the rules give now."""

from __future__ import annotations

import random
from bisect import bisect_left
from fractions import Fraction
from itertools import pairwise

import pytest

import lincs
from lincs.atlas.grid import FINE, T, fine_places, solved
from lincs.atlas.records import Contribution
from lincs.atlas.sources import sources
from lincs.atlas.stairs import SEEDS, Stair, _kept, stairs
from lincs.atlas.table import FineTable
from lincs.bounds.rules import catalogue_of, rules_for
from lincs.bounds.table import lower_end, upper_end
from lincs.problem import Problem


@pytest.fixture(scope="module")
def table() -> FineTable:
    return FineTable.load()


def test_the_places():
    places = fine_places()
    assert len(places) == len(set(places))
    assert set(T) <= set(FINE)
    common = {Fraction(eps) / k for eps in ("1/2", "1/3", "1/4", "1/5", "1/10") for k in range(1, 65)}
    assert common <= set(FINE)
    assert SEEDS[-1] >= 10**15
    assert solved(Fraction(1, 40))
    assert solved(Fraction(1, 2)) == solved(Fraction(1, 41)) == ()


def test_the_table_is_complete(table):
    assert [(c.readout, c.k, c.eps) for c in table.columns] == fine_places()
    uppers = {c.eps: c.upper for c in table.columns if c.readout == "signed"}
    for column in table.columns:
        assert (len(column.upper) > 0) == (column.readout == "signed")
        # frames for errors of t serve every read-out
        upper = uppers[Fraction(1, 2 * column.k) if column.eps is None else column.eps / column.k]
        for row in (column.lower, upper):
            assert row[-1].m >= 10**15
            for a, b in pairwise(row):
                assert a.m < b.m
                assert a.value <= b.value
        ms = [stair.m for stair in upper]
        for low in column.lower:
            i = bisect_left(ms, low.m)
            antipodal = column.readout == "affine" and column.k == 1
            assert antipodal or i == len(ms) or low.value <= upper[i].value


def test_the_table_is_what_the_rules_give(table):
    """If this fails: python -m benchmarks.atlas_table.  A fixed sample, to be quick."""
    rng = random.Random(0)
    rules = {readout: rules_for(readout) for readout in ("signed", "nonnegative", "affine", "threshold")}
    for column in rng.sample(table.columns, 120):
        ask = catalogue_of(column.readout).ask(Problem(k=column.k, eps=column.eps, readout=column.readout))
        for row, end in ((column.lower, lower_end), (column.upper, upper_end)):
            known = [stair for stair in row if stair.m in SEEDS]  # others may be solved for, with hundreds of digits
            for stair in rng.sample(known, min(2, len(known))):
                name, value = end(rules[column.readout], ask(m=stair.m))
                assert (value, name) == (stair.value, stair.name.split(" on ")[0]), (
                    column.readout,
                    column.k,
                    column.eps,
                )


def test_encoding_keeps_everything(table):
    some = FineTable(tuple(random.Random(1).sample(table.columns, 12)))
    assert FineTable.read(some.text()) == some
    assert FineTable.read(FineTable(()).text()) == FineTable(())


def test_a_column_is_refined_where_an_end_changes():
    eps = Fraction(1, 10)
    found = stairs(k=1, eps=eps, seeds=(16, 4096), near=(Fraction(6, 5), Fraction(6, 5)))
    for m in (16, 50, 100, 700, 3000, 4096):
        answer = lincs.bound(m=m, k=1, eps=eps)
        low = max(s.value for s in found.lower if s.m <= m)
        high = min(s.value for s in found.upper if s.m >= m)
        assert low <= answer.lower.value <= answer.upper.value <= high
        assert answer.lower.value <= low * 1.2 + 1
        assert high <= answer.upper.value * 1.2 + 1 or high == answer.upper.value


def test_the_largest_m_of_a_dimension_is_a_stair():
    answer = lincs.bound(d=64, k=1, eps="1/10")
    found = stairs(k=1, eps=Fraction(1, 10), seeds=(16,), dimensions=(64,))
    assert (found.lower[-1].m, found.lower[-1].value) == (answer.upper.value + 1, 65)
    assert (found.upper[-1].m, found.upper[-1].value) == (answer.lower.value, 64)


def test_what_is_implied_is_not_kept():
    def row(*pairs):
        return [Stair(m=m, value=value, name="x") for m, value in pairs]

    def kept(sign, *pairs):
        return [(stair.m, stair.value) for stair in _kept(row(*pairs), sign)]

    assert kept(1, (2, 2), (3, 2), (4, 2), (5, 3), (6, 2)) == [(2, 2), (4, 2), (5, 3)]
    assert kept(-1, (2, 2), (3, 5), (4, 4), (5, 4), (6, 4), (7, 9)) == [(2, 2), (4, 4), (6, 4), (7, 9)]
    assert kept(1, (2, 2), (2, 3)) == [(2, 3)]
    assert kept(-1, (2, 2), (2, 3)) == [(2, 2)]


def test_a_theorem_names_its_frame():
    found = stairs(k=1, eps=Fraction(1, 4), seeds=(16, 64))
    families = {name.partition(" on ")[2] for name in {s.name for s in found.upper} if " on " in name}
    assert families
    for name in families:
        assert sources()["rules"][f"signed upper {name}"]["source"]


def test_a_contributed_frame_is_a_column():
    frame = {"family": "simplex", "source": "here", "parameters": {}, "columns": 16}
    offer = Contribution(m=16, t=Fraction(1, 9), d=9, date="2026-01-01", certificate={"construction": frame})
    (column,) = FineTable(()).contributed([offer]).columns
    assert column.upper == (Stair(m=16, value=9, name="simplex"),)
    assert column.lower == ()
