"""lincs.verify with groups against enumeration of every allowed support, in rational arithmetic."""

import json
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lincs
from lincs.plots import dictionary as plots
from lincs.report import report
from tests import command, naive

READOUTS = ("signed", "nonnegative", "affine", "threshold")
GROUPS = [0, 0, 1, 1, 2]


def weights(*values):
    """A pair whose last row has these entries over its other features, all other rows being without error."""
    m = len(values) + 1
    B = np.eye(m)
    B[: m - 1, m - 1] = values
    return np.eye(m), B


@pytest.mark.parametrize(
    ("options", "values"),
    [
        ({"k": "2:3", "group_rule": "one"}, ["1", "9/8"]),
        ({"k": 3, "group_rule": 2}, ["12/8"]),
        ({"active_groups": "1:2", "group_rule": "whole"}, ["9/8", "14/8"]),
        ({"k": "4:6", "group_rule": "one"}, ["9/8", "9/8", "9/8"]),  # there is no room for more than three
    ],
)
def test_by_hand(options, values):
    A, B = weights(*(np.array([5, 4, 3, 2, 1]) / 8))
    found = lincs.verify(A, B, groups=[*GROUPS, -1], **options)
    for case, value in zip(found.results, values, strict=True):
        assert case.row == 5
        assert case.eps == lincs.Interval(float(Fraction(value)), float(Fraction(value)))
        assert sum(B[list(case.witness.support), 5]) == Fraction(value)


def test_whole_groups_are_not_taken_by_their_largest():
    A, B = weights(6, 5, 5)
    assert lincs.verify(A, B, groups=[0, 1, 1, 2], group_rule="whole", active_groups=1).results[0].eps.hi == 10


def levels_of(rng, m):
    """Random nested groups: the labels and rules of one or two levels, or of whole groups."""
    outer = rng.integers(-1, 3, m)
    kind = rng.integers(4)
    if kind == 0:
        return [(outer, "whole")]
    if kind < 3:
        return [(outer, int(rng.integers(1, 3)))]
    inner = np.where(outer < 0, -1, 2 * outer + rng.integers(0, 2, m))
    return [(inner, 1), (outer, int(rng.integers(1, 4)))]


def asked(levels, k):
    labels, rules = [list(map(int, labels)) for labels, _ in levels], [rule for _, rule in levels]
    one = {"groups": labels[0], "group_rule": rules[0]} if len(levels) == 1 else {"groups": labels, "group_rule": rules}
    return {**one, ("active_groups" if rules == ["whole"] else "k"): k}


def most_groups(levels, m):
    labels = levels[0][0]
    return len(set(labels[labels >= 0])) + int((labels < 0).sum()) if levels[0][1] == "whole" else m


@settings(max_examples=120, deadline=None)
@given(seed=st.integers(0, 10**6), readout=st.sampled_from(READOUTS), ties=st.booleans())
def test_agrees_with_enumeration(seed, readout, ties):
    rng = np.random.default_rng(seed)
    m = 7
    d = int(rng.integers(1, 6))
    A, B = rng.integers(-2, 3, (2, d, m)) / 4 if ties else rng.standard_normal((2, d, m))
    levels = levels_of(rng, m)
    k = int(rng.integers(1, most_groups(levels, m) + 1))
    found = lincs.verify(A, B, readout=readout, **asked(levels, k))
    case = found.results[0]
    losses = naive.structured_losses(A, B, k, readout, levels)
    interval = case.margin if readout == "threshold" else case.eps
    lo, hi = (-interval.hi, -interval.lo) if readout == "threshold" else (interval.lo, interval.hi)
    assert Fraction(lo) <= max(losses) <= Fraction(hi)
    assert hi - lo <= 4e-16 * (1 + abs(hi))
    for i, loss in enumerate(losses):
        assert Fraction(float(found.lower[i, 0])) <= loss <= Fraction(float(found.upper[i, 0]))
    allowed = set(naive.allowed_supports(m, k, levels))
    for z in (case.witness, case.witness.counterpart):
        assert z is None or z.support in allowed


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 10**6), readout=st.sampled_from(READOUTS))
def test_self_scaled_agrees_with_the_best_of_all_scales(seed, readout):
    """The loss is convex and piecewise linear in the scale: its least value over the corners of its pieces."""
    rng = np.random.default_rng(seed)
    m = 6
    d = int(rng.integers(1, 6))
    A = rng.standard_normal((d, m)) / (1 if rng.random() < 0.5 else 3)
    levels = levels_of(rng, m)
    k = int(rng.integers(1, most_groups(levels, m) + 1))
    found = lincs.verify(A, readout=readout, **asked(levels, k))
    supports = list(naive.allowed_supports(m, k, levels))
    for i, row in enumerate(naive.exact_product(A, A)):
        unit = [x / row[i] for x in row]

        def loss(c, unit=unit, i=i):
            return naive.structured_row([c * x for x in unit], i, supports, readout)

        lo, hi = (Fraction(float(ends[i, 0])) for ends in (found.lower, found.upper))
        if readout == "threshold":
            assert lo <= loss(1) <= hi
            continue
        least = minimum(loss)
        assert lo <= least <= hi
        scale = Fraction(float(found.results[0].scale[i])) * row[i]
        assert loss(scale) <= least + Fraction(1, 10**9)
        assert loss(Fraction(0)) >= least


def minimum(loss):
    """The least value on [0, 1] of a convex function made of lines with rational coefficients, exactly."""
    left, right = Fraction(0), Fraction(1)
    step = Fraction(1, 10**12)
    for _ in range(100):
        slope_left = (loss(left + step) - loss(left)) / step
        slope_right = (loss(right) - loss(right - step)) / step
        if slope_left >= 0:
            return loss(left)
        if slope_right <= 0:
            return loss(right)
        # Two lines that touch the function from below meet here; where the function is on them, it is the minimum.
        meet = (loss(right) - loss(left) + slope_left * left - slope_right * right) / (slope_left - slope_right)
        if loss(meet) == loss(left) + slope_left * (meet - left):
            return loss(meet)
        left, right = (meet, right) if loss(meet + step) < loss(meet) else (left, meet)
    raise AssertionError("no minimum found")


@pytest.mark.parametrize("readout", READOUTS)
@pytest.mark.parametrize("given_pair", [True, False])
def test_groups_of_one_are_no_groups(readout, given_pair):
    rng = np.random.default_rng(5)
    A, B = rng.standard_normal((2, 6, 30))
    B = B if given_pair else None
    plain = lincs.verify(A, B, k="1:4", readout=readout)
    for labels in (range(30), [-1] * 30):
        found = lincs.verify(A, B, k="1:4", readout=readout, groups=list(labels), group_rule="one")
        assert found.results == plain.results
        assert np.array_equal(found.lower, plain.lower)
        whole = lincs.verify(A, B, active_groups="1:4", readout=readout, groups=list(labels), group_rule="whole")
        assert whole.results == plain.results


@pytest.mark.parametrize("readout", READOUTS)
def test_one_group_of_all_is_one_feature(readout):
    A, B = np.random.default_rng(6).standard_normal((2, 6, 30))
    single = lincs.verify(A, B, k=1, readout=readout).results[0]
    for case in lincs.verify(A, B, k=[1, 3, 30], readout=readout, groups=[0] * 30).results:
        assert (case.row, case.interval, case.witness) == (single.row, single.interval, single.witness)


def structures(m, rng):
    """Structures whose groups are neither neighbours nor of one size, some wider than a tile."""
    small, few, broad = rng.integers(0, m // 4, m), rng.integers(0, 6, m), rng.integers(-1, 40, m)
    uneven = np.minimum(rng.geometric(0.3, m), 9)
    return {
        "one of four": {"groups": small, "group_rule": "one", "k": [1, 3, 10]},
        "few groups": {"groups": few, "group_rule": 3, "k": [1, 3, 10]},
        "skewed": {"groups": np.where(np.arange(m) < 6, np.arange(m) // 2, 3 + few), "group_rule": "one", "k": [3, 9]},
        "uneven": {"groups": uneven, "group_rule": "one", "k": [2, 9]},
        "nested": {"groups": [40 * (broad + 1) + small % 40, broad + 1], "group_rule": ["one", 2], "k": [1, 3, 10]},
        "whole": {"groups": small, "group_rule": "whole", "active_groups": [1, 5]},
        "whole, wide": {"groups": few, "group_rule": "whole", "active_groups": [1, 2]},
        "whole, uneven": {"groups": uneven, "group_rule": "whole", "active_groups": [1, 3]},
    }


@pytest.mark.parametrize("name", list(structures(8, np.random.default_rng(0))))
@pytest.mark.parametrize("precision", ["mixed", "double"])
def test_many_features(name, precision):
    """Symmetric and general plans, several tiles, any number of threads; rows against a direct evaluation."""
    rng = np.random.default_rng(1)
    m, d = 2600, 12
    options = structures(m, rng)[name]
    A = rng.standard_normal((d, m)).astype(np.float32)
    results = {}
    for threads in (1, 4):
        for B, label in ((A, "same"), (A * np.float32(1), "copy")):
            results[threads, label] = lincs.verify(A, B, precision=precision, threads=threads, **options)
    one = results[1, "same"]
    for found in results.values():
        assert found.results == one.results
        np.testing.assert_array_equal(found.lower, one.lower)
    other = A + np.float32(0.01)
    apart = [lincs.verify(A, other, precision=precision, threads=threads, **options) for threads in (1, 3)]
    assert apart[0].results == apart[1].results
    for found, B in ((one, A), (apart[0], other)):
        entries = (B.astype(float).T @ A.astype(float)).astype(float) - np.eye(m)
        for j, case in enumerate(found.results):
            for row in (0, case.row, m - 1):
                value = best_sum(np.abs(entries[row]), case.k, options)
                assert found.lower[row, j] - 1e-9 <= value <= found.upper[row, j] + 1e-9
            assert case.eps.hi == pytest.approx(best_sum(np.abs(entries[case.row]), case.k, options))


def best_sum(weights, k, options):
    """The best sum over allowed supports, greedily; of whole groups by their sums."""
    if options["group_rule"] == "whole":
        return np.sort(np.bincount(options["groups"], weights))[::-1][:k].sum()
    several = isinstance(options["group_rule"], list)
    labels = options["groups"] if several else [options["groups"]]
    limits = [1 if rule == "one" else rule for rule in (options["group_rule"] if several else [options["group_rule"]])]
    total, taken, counts = 0.0, 0, [{} for _ in labels]
    for j in np.argsort(-weights):
        if taken < k and all(c.get(g[j], 0) < limit for c, g, limit in zip(counts, labels, limits, strict=True)):
            total, taken = total + weights[j], taken + 1
            for c, g in zip(counts, labels, strict=True):
                c[g[j]] = c.get(g[j], 0) + 1
    return total


@pytest.mark.parametrize("rule", ["one", "whole"])
def test_part_of_a_dictionary(rule):
    """Labels are those of the file; features that are left out disappear, and rows that are asked for are enough."""
    rng = np.random.default_rng(2)
    A, B = rng.standard_normal((2, 5, 40))
    groups = rng.integers(-1, 8, 40)
    gone = [3, 4, 17]
    living = np.setdiff1d(np.arange(40), gone)
    count = {"k": [2, 4]} if rule == "one" else {"active_groups": [1, 2]}
    options = {"group_rule": rule, "readout": "affine", **count}
    part = lincs.verify(A, B, groups=groups, without=gone, **options)
    alone = lincs.verify(A[:, living], B[:, living], groups=groups[living], **options)
    assert [case.eps for case in part.results] == [case.eps for case in alone.results]
    assert [case.row for case in part.results] == [living[case.row] for case in alone.results]
    rows = lincs.verify(A, B, groups=groups, without=gone, features=[20, 5], **options)
    place = np.searchsorted(living, [20, 5])
    assert (rows.lower <= alone.upper[place]).all()
    assert (rows.upper >= alone.lower[place]).all()
    scales = rng.uniform(0.5, 2, 40)
    scaled = lincs.verify(A, B, groups=groups, scales=scales, **options)
    assert scaled.results == lincs.verify(A * scales, B / scales, groups=groups, **options).results or np.allclose(
        scaled.upper, lincs.verify(A * scales, B / scales, groups=groups, **options).upper
    )


def test_a_checkpoint_belongs_to_its_groups(tmp_path, monkeypatch):
    rng = np.random.default_rng(3)
    A = rng.standard_normal((8, 1500))
    options = {"k": 3, "checkpoint": tmp_path / "c.npz", "checkpoint_every": 0, "group_rule": "one"}
    first, second = rng.integers(0, 300, (2, 1500))
    expected = lincs.verify(A, A, k=3, groups=first)

    def interrupt(done, total):
        if done > total / 2:
            raise KeyboardInterrupt

    for rule, number in (("one", {"k": 3}), ("whole", {"active_groups": 2})):
        mine = {**{name: x for name, x in options.items() if name != "k"}, **number, "group_rule": rule}
        with pytest.raises(KeyboardInterrupt):
            lincs.verify(A, A, groups=first, progress=interrupt, **mine)
        with pytest.raises(lincs.InputError, match="belongs to another"):
            lincs.verify(A, A, groups=second, resume=True, **mine)
        resumed = lincs.verify(A, A, groups=first, resume=True, **mine)
        assert resumed.results == lincs.verify(A, A, groups=first, group_rule=rule, **number).results
    assert expected.results[0].k == 3


def test_refuted_early():
    rng = np.random.default_rng(3)
    A = rng.standard_normal((8, 900))
    for options in ({"k": 3}, {"active_groups": 2, "group_rule": "whole"}):
        found = lincs.verify(A, A, groups=rng.integers(0, 200, 900), eps="1/2", stop_early=True, **options)
        full = lincs.verify(A, A, groups=rng.integers(0, 200, 900), **options)
        assert found.results[0].holds is False
        assert found.upper.max() >= full.results[0].eps.lo * 0.5


def test_antipodal_pair_in_one_group():
    """(1) and (-1) read each other's negative: only together do they disturb a third."""
    A = np.array([[1.0, -1.0]])
    free = lincs.verify(A, A, k=2, readout="affine").results[0]
    one = lincs.verify(A, A, k=2, readout="affine", groups=[0, 0]).results[0]
    assert (free.eps.hi, one.eps.hi) == (0.5, 0.5)
    assert lincs.verify(A, A, k=2, groups=[0, 0]).results[0].eps.hi == 1


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_complex_moduli_under_limits(seed):
    rng = np.random.default_rng(seed)
    m = 8
    A, B = rng.standard_normal((2, 3, m)) + 1j * rng.standard_normal((2, 3, m))
    groups = rng.integers(-1, 3, m)
    found = lincs.verify(A, B, k=[1, 2, 4], groups=groups)
    moduli = np.abs(B.conj().T @ A - np.eye(m))
    for case in found.results:
        labels = np.where(groups < 0, 10 + np.arange(m), groups)
        values = [best_sum(row, case.k, {"groups": labels, "group_rule": 1}) for row in moduli]
        assert case.eps.hi == pytest.approx(max(values))
        assert len(set(labels[list(case.witness.support)])) == len(case.witness.support)
    scaled = lincs.verify(A, k=2, groups=groups)
    assert scaled.results[0].eps.hi <= 1
    with pytest.raises(lincs.InputError, match="for whole groups"):
        lincs.verify(A, B, groups=groups, group_rule="whole", active_groups=1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": 1, "group_rule": "one"}, "group_rule has no meaning without groups"),
        ({"k": 1, "active_groups": 1}, "active_groups has no meaning without groups"),
        ({"k": 1, "active_groups": 1, "groups": [0, 0, 1]}, "active_groups has no meaning without group_rule whole"),
        ({"k": 1, "group_rule": "whole", "groups": [0, 0, 1]}, "k has no meaning with group_rule whole"),
        ({"group_rule": "whole", "groups": [0, 0, 1]}, "active_groups must be given"),
        ({"groups": [0, 0, 1]}, "k must be given"),
        ({}, "k must be given"),
        ({"group_rule": "whole", "groups": [0, 0, 1], "active_groups": 3}, "at most the number of groups = 2, got 3"),
        ({"k": 4, "groups": [0, 0, 1]}, "k must be at most m = 3"),
        ({"k": 1, "groups": [0, 0]}, "one integer for each of the 3 features"),
        ({"k": 1, "groups": [0, 0, 1.5]}, "one integer for each of the 3 features"),
        ({"k": 1, "groups": [0, -2, 1]}, "-1 \\(alone\\) or a non-negative label, got -2"),
        ({"k": 1, "groups": [0, 0, 1], "group_rule": "two"}, "group_rule must be one, whole or a number"),
        ({"k": 1, "groups": [0, 0, 1], "group_rule": 0}, "group_rule must be at least 1"),
        ({"k": 1, "groups": [[0, 0, 1]], "group_rule": ["one", 2]}, "one list of labels for each group_rule, got 1"),
        ({"k": 1, "groups": [[0, 0, 1], [0, 1, 1]], "group_rule": ["one", 2]}, "must be nested, inner to outer"),
        ({"k": 1, "groups": [[0, 0, 1]] * 2, "group_rule": ["one", "whole"]}, "whole must be the only level"),
        ({"k": 1, "groups": [0, 0, 1], "client": object()}, "cannot be used with a cluster"),
    ],
)
def test_what_is_refused(options, message):
    with pytest.raises(lincs.InputError, match=message):
        lincs.verify(np.eye(3), np.eye(3), **options)


def test_files_and_the_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(4)
    A, B = rng.standard_normal((2, 5, 30))
    groups = rng.integers(-1, 6, 30)
    outer = np.where(groups < 0, -1, groups // 3)
    np.save("A.npy", A)
    np.save("B.npy", B)
    np.save("g.npy", groups)
    np.save("outer.npy", outer)
    np.savez("toy.npz", W=A, bias=np.zeros(30), groups=groups)
    np.savetxt("g.txt", groups, fmt="%d")
    expected = lincs.verify(A, B, k="1:3", groups=groups, group_rule=1)
    base = ("verify", "A.npy", "B.npy")
    for file in ("g.npy", "toy.npz", "g.txt"):
        done = command.lincs(*base, "--k", "1:3", "--groups", file, "--group-rule", "one", "--json")
        assert done.code == 0, done.err
        document = json.loads(done.out)
        assert document["support"] == {"rule": "one", "groups": expected.structure.groups, "k": [1, 2, 3]}
        assert document["results"] == expected.to_dict()["results"]
    nested = command.lincs(
        *base, "--k", "3", "--groups", "g.npy", "--group-rule", "one", "--groups", "outer.npy", "--group-rule", "2",
        "--json",
    )  # fmt: skip
    assert json.loads(nested.out)["support"]["rule"] == ["one", 2]
    whole = (*base, "--groups", "g.npy", "--group-rule", "whole", "--active-groups", "1:2")
    done = command.lincs(*whole, "--json")
    assert [case["active_groups"] for case in json.loads(done.out)["results"]] == [1, 2]
    assert "whole groups of" in command.lincs(*whole).out
    done = command.lincs(*whole, "--describe", "--per-feature", "f.csv")
    assert done.code == 0, done.err
    assert "typical" not in done.out
    for refused, why in (
        (("--active-groups", "1"), "--active-groups has no meaning without --groups"),
        (("--active-groups", "1", "--groups", "g.npy"), "--active-groups has no meaning without --group-rule whole"),
        (("--k", "1", "--groups", "g.npy", "--group-rule", "whole"), "--k has no meaning with --group-rule whole"),
        (("--k", "1", "--group-rule", "one"), "--group-rule has no meaning without --groups"),
        (("--k", "1", "--groups", "g.npy", "--cluster", "local:1"), "--cluster has no meaning with --groups"),
        (("--k", "1", "--groups", "g.npy", "--report", "r.html"), "--report has no meaning with --groups"),
        (("--k", "1", "--groups", "g.npy", "--figure", "r.png"), "--figure has no meaning with --groups"),
    ):
        done = command.lincs(*base, *refused)
        assert done.code == 2
        assert why in done.err


def test_describe_and_what_draws():
    A = np.random.default_rng(8).standard_normal((5, 24))
    groups = np.arange(24) // 4
    for options in ({"k": [1, 3]}, {"group_rule": "whole", "active_groups": [1, 2]}):
        about = lincs.describe(A, groups=groups, **options)
        assert about.typical is None
        assert about.verification.results == lincs.verify(A, groups=groups, **options).results
        tied = lincs.verify(A, A, groups=groups, **options).results
        assert about.unscaled == tuple(case.eps for case in tied)
        assert about.to_dict()["support"]["groups"] == 6
        for draw in (plots.k_curve, partial(report, A, title="A")):
            with pytest.raises(lincs.InputError, match="about any k features, not about groups"):
                draw(description=about)
    with pytest.raises(lincs.InputError, match="that of the same groups"):
        lincs.describe(A, k=1, groups=groups, verification=lincs.verify(A, k=1))
