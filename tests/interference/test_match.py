"""Two dictionaries: the best cosines against the naive twin, both ways, with ties, copies and zero features."""

import csv
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lincs
from lincs.interference import assignment, nearest
from lincs.interference.match import match_table
from tests.command import lincs as command
from tests.naive import best_cosines, best_total

ROUNDING = 2e-15  # of the twin, and of what may not exceed 1


def drawn(data, m, d, kind):
    rng = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    if kind == "ties":  # few directions, many exact ties and copies
        A = rng.integers(-1, 2, (d, m)).astype(float)
    else:
        A = rng.standard_normal((d, m)) * 10.0 ** rng.integers(-150, 150, m)
    A[:, rng.random(m) < 0.15] = 0
    A[0, 0] = 1  # something lives
    return A


@settings(max_examples=60, deadline=None)
@given(data=st.data(), kind=st.sampled_from(["ties", "generic"]), signed=st.booleans(), keep=st.integers(1, 5))
def test_the_naive_twin(data, kind, signed, keep):
    d, m_a, m_b = (data.draw(st.integers(1, most)) for most in (6, 40, 25))
    A, B = drawn(data, m_a, d, kind), drawn(data, m_b, d, kind)
    found = lincs.match(A, B, signed=signed, candidates=keep)
    unit = [np.where(X.any(axis=0), X / np.abs(X).max(axis=0).clip(1e-300), 0) for X in (A, B)]
    for mine, theirs, X, Y in ((found.a, found.b, *unit), (found.b, found.a, *unit[::-1])):
        exact = best_cosines(X, Y, signed=signed)
        assert mine.dead == tuple(i for i, value in enumerate(exact) if value is None)
        for i, value in enumerate(exact):
            if value is None:
                assert (mine.partner[i], mine.cosine[i], mine.assigned[i]) == (-1, 0, -1)
                continue
            assert mine.lower[i] - ROUNDING <= value <= mine.upper[i] + ROUNDING
            assert mine.lower[i] <= (mine.cosine[i] if signed else abs(mine.cosine[i])) <= mine.upper[i] + ROUNDING
            partner = mine.partner[i]
            assert partner not in theirs.dead
            (own,) = best_cosines(X[:, [i]], Y[:, [partner]], signed=True)
            assert own == pytest.approx(mine.cosine[i], abs=1e-14)
        alive = [value for value in exact if value is not None]
        assert mine.mean_max.lo <= np.mean(alive) <= mine.mean_max.hi + ROUNDING
        for level, share in mine.share_above.items():
            assert np.mean(np.array(alive) >= float(level) + 1e-9) <= share <= np.mean(np.array(alive) >= float(level))
        assert set(mine.unmatched) >= {i for i, v in enumerate(exact) if v is not None and v < 0.7}


@settings(max_examples=40, deadline=None)
@given(data=st.data(), kind=st.sampled_from(["ties", "generic"]), signed=st.booleans())
def test_the_assignment_is_the_best(data, kind, signed):
    d, m_a, m_b = (data.draw(st.integers(1, most)) for most in (4, 6, 5))
    A, B = drawn(data, m_a, d, kind), drawn(data, m_b, d, kind)
    found = lincs.match(A, B, signed=signed)
    a, b = (X / np.abs(X).max(axis=0).clip(1e-300) for X in (A, B))
    a, b = (X / np.linalg.norm(X, axis=0).clip(1e-300) for X in (a, b))
    cosines = a.T @ b
    gain = cosines if signed else np.abs(cosines)
    assert found.all_pairs
    assert found.total == pytest.approx(best_total(gain), abs=1e-9)
    assert found.total <= found.total_at_most + 1e-9
    check_pairs(found, cosines)
    with pytest.MonkeyPatch.context() as patch:  # every pair is a candidate: the sparse way must find as much
        patch.setattr(assignment, "_EXACT", 0)
        sparse = lincs.match(A, B, signed=signed, candidates=6)
    assert not sparse.all_pairs
    assert sparse.total == pytest.approx(found.total, abs=1e-9)
    check_pairs(sparse, cosines)


def check_pairs(found, cosines):
    assert len(set(found.pairs[:, 0].tolist())) == len(set(found.pairs[:, 1].tolist())) == len(found.pairs)
    for (i, j), cosine in zip(found.pairs.tolist(), found.cosines.tolist(), strict=True):
        assert cosine == pytest.approx(cosines[i, j], abs=1e-12)
        assert (cosine if found.signed else abs(cosine)) > 0
        assert found.a.assigned[i] == j
        assert found.b.assigned[j] == i
    living = [side.m - len(side.dead) for side in (found.a, found.b)]
    assert found.left_over == tuple(m - len(found.pairs) for m in living)


@pytest.mark.parametrize("threads", [1, 3])
def test_tiles_and_threads_change_nothing(threads, monkeypatch):
    rng = np.random.default_rng(3)
    A, B = rng.integers(-1, 2, (5, 300)), rng.integers(-1, 2, (5, 170))
    whole = lincs.match(A, B)
    monkeypatch.setattr(nearest, "_TALL", 7)
    monkeypatch.setattr(nearest, "_WIDE", 70)
    monkeypatch.setattr(nearest, "_EVALUATED", 50)
    monkeypatch.setattr(nearest, "_MOST_BYTES", 0)
    tiled = lincs.match(A, B, threads=threads)
    for mine, theirs in ((whole.a, tiled.a), (whole.b, tiled.b)):
        assert np.array_equal(mine.partner, theirs.partner)
        assert np.array_equal(mine.cosine, theirs.cosine)


def test_more_ties_than_candidates_widen_the_enclosure_only():
    """Twenty features within float32 of each other: whichever is kept, the best cosine is enclosed."""
    rng = np.random.default_rng(5)
    A = rng.standard_normal((8, 3))
    B = np.repeat(A, 20, axis=1) + 1e-9 * rng.standard_normal((8, 60))
    found = lincs.match(A, B, candidates=2)
    exact = np.array(best_cosines(A, B))
    assert (found.a.lower <= exact + ROUNDING).all()
    assert (exact <= found.a.upper + ROUNDING).all()
    assert (found.a.upper - exact < 1e-5).all()
    assert (found.a.upper - found.a.lower < 1e-5).all()


def test_a_permuted_dictionary_is_found_again():
    rng = np.random.default_rng(0)
    A = rng.standard_normal((16, 50))
    order = rng.permutation(50)
    B = -3 * A[:, order]
    found = lincs.match(A, B)
    assert np.array_equal(found.b.partner, order)
    assert np.array_equal(found.b.assigned, order)
    assert found.a.share_above == {"0.7": 1.0, "0.9": 1.0, "0.95": 1.0, "0.99": 1.0}
    assert found.total == pytest.approx(50)
    assert found.left_over == (0, 0)
    assert lincs.match(A, B, signed=True).total < 49
    assert lincs.match(A, B, assignment=False).pairs is None


def test_bad_input_is_one_sentence():
    A = np.eye(3)
    for B, options, message in (
        (np.eye(4), {}, "of one space, got d = 3 and d = 4"),
        (np.zeros((3, 2)), {}, "B must have a feature that is not zero"),
        (np.full((3, 2), np.nan), {}, "B must be finite"),
        (A, {"level": 2}, "at most 1"),
        (A, {"candidates": 0}, "candidates must be at least 1"),
        (A, {"names_b": ["x"]}, "one for each of the 3"),
        (A, {"key_b": "W"}, "B is no file"),
    ):
        with pytest.raises(lincs.InputError, match=message):
            lincs.match(A, B, **options)


def test_on_the_command_line(tmp_path):
    rng = np.random.default_rng(0)
    A = rng.standard_normal((6, 12))
    A[:, 4] = 0
    B = np.concatenate([A[:, 6:], rng.standard_normal((6, 3))], axis=1)
    np.savez(tmp_path / "A.npz", W=A, other=B)
    np.save(tmp_path / "B.npy", B.T)
    (tmp_path / "names.txt").write_text("\n".join("abcdefghijkl"))
    table = tmp_path / "t.csv"
    files = (tmp_path / "A.npz", tmp_path / "B.npy", "--key", "W", "--layout-b", "rows")
    done = command("match", *files, "--names", tmp_path / "names.txt", "--per-feature", table, "--level", 1)
    assert done.code == 0, done.err
    assert "unmatched of A: a, b, c, d, f, g" in done.out
    with open(table, newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 21
    assert (rows[6]["name"], rows[6]["partner"], rows[4]["dead"], rows[4]["partner_name"]) == ("g", "0", "True", "")
    assert (rows[12]["dictionary"], rows[12]["partner_name"]) == ("b", "g")
    document = json.loads(command("match", *files, "--json").out)
    found = lincs.match(A, B)
    assert document["a"]["partner"] == found.a.partner.tolist()
    assert document["assignment"]["left_over"] == {"a": 2, "b": 0}
    assert document["a"]["dead"] == [4]
    assert list(match_table(found)) == list(rows[0])
    # A's key is B's where its file has one of that name
    own = command("match", tmp_path / "A.npz", tmp_path / "A.npz", "--key", "other")
    assert own.code == 0
    assert "one to one: 9 pairs" in own.out


def test_the_figure():
    from lincs.plots import match as draw

    rng = np.random.default_rng(0)
    A, B = rng.standard_normal((4, 9)), rng.standard_normal((4, 7))
    ax = draw(lincs.match(A, B, signed=True))
    assert len(ax.get_legend().get_texts()) == 2
    assert draw(lincs.match(A, B), ax) is ax
