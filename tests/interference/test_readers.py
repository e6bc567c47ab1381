"""Readers of other dictionaries: margins and counts against every input, files, and what is refused."""

import itertools
import json
import warnings
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

import lincs
from lincs import verify_readers


def worst(row, beta, target, k, tau):
    """Largest p with a member of the target off, least p with all of it on, over k-sparse vertices; None: no input."""
    highest, lowest = None, None
    for size in range(k + 1):
        for chosen in itertools.combinations(range(len(row)), size):
            if not set(target) <= set(chosen):
                p = beta + sum((row[j] for j in chosen), F(0))
                highest = p if highest is None else max(highest, p)
                continue
            others = beta + sum((row[j] for j in chosen if j not in target), F(0))
            for values in itertools.product((tau, F(1)), repeat=len(target)):
                p = others + sum((row[j] * x for j, x in zip(target, values, strict=True)), F(0))
                lowest = p if lowest is None else min(lowest, p)
    return highest, lowest


@st.composite
def cases(draw):
    m, n = draw(st.integers(3, 5)), draw(st.integers(1, 3))
    row = st.lists(st.integers(-8, 8).map(lambda x: x / 8), min_size=m, max_size=m)
    W = np.array(draw(st.lists(row, min_size=n, max_size=n)))
    bias = np.array([draw(st.integers(-12, 4)) / 8 for _ in range(n)])
    targets = [draw(st.lists(st.integers(0, m - 1), min_size=1, max_size=3, unique=True)) for _ in range(n)]
    return W, bias, targets, draw(st.sampled_from([F(1), F(1, 2), F(1, 3)])), draw(st.sampled_from([F(0), F(1, 4)]))


@settings(max_examples=100, deadline=None)
@given(cases())
def test_against_every_input(case):
    W, bias, targets, tau, level = case
    m = W.shape[1]
    ks = tuple(range(1, m + 1))
    A = np.eye(m + 1)[:, :m]  # a coordinate more than readers can be, so that the shapes say which is which
    W = np.hstack([W, np.zeros((len(W), 1))])
    found = verify_readers(A, W.T, k=ks, bias=bias, targets=targets, tau=tau, level=level, threads=1)
    for i, target in enumerate(targets):
        row, beta = [F(float(x)) for x in W[i, :m]], F(float(bias[i]))
        quiet, sure = -1 if beta > level else 0, len(target) - 1
        for j, k in enumerate(ks):
            highest, lowest = worst(row, beta, target, k, tau)
            a = level - highest
            assert found.margin_false[0][i, j] <= a <= found.margin_false[1][i, j]
            quiet += quiet == k - 1 and a >= 0
            if lowest is not None:
                b = lowest - level
                assert found.margin_miss[0][i, j] <= b <= found.margin_miss[1][i, j]
                sure += sure == k - 1 and b > 0
            clean = a >= 0 and (lowest is None or lowest > level)
            could = lowest is None or highest < lowest
            assert found.classes[i, j] == (0 if clean else 1 if could else 2)
        assert found.k_false[:, i].tolist() == [m if quiet == m else quiet] * 2
        assert found.k_miss[:, i].tolist() == [0 if sure < len(target) else m if sure == m else sure] * 2


def test_rounded_rows_are_enclosed_and_blocks_do_not_matter(monkeypatch):
    rng = np.random.default_rng(0)
    A, W = rng.standard_normal((12, 40)), rng.standard_normal((12, 90))
    bias = rng.normal(-2, 1, 90)
    targets = np.stack([rng.choice(40, 2, replace=False) for _ in range(90)])
    found = verify_readers(A, W, k=[2, 4], bias=bias, targets=targets)
    M = [[sum((F(float(x)) * F(float(y)) for x, y in zip(w, a, strict=True)), F(0)) for a in A.T] for w in W.T[:6]]
    for i, row in enumerate(M):
        mine = set(targets[i].tolist())
        free = sorted((max(x, F(0)) for j, x in enumerate(row) if j not in mine), reverse=True)
        down = sorted((max(-x, F(0)) for j, x in enumerate(row) if j not in mine), reverse=True)
        for j, k in enumerate((2, 4)):
            most = max(sum(sorted([*free, max(row[t], F(0))], reverse=True)[:k]) for t in mine)
            a = -F(float(bias[i])) - most
            b = F(float(bias[i])) + sum(row[t] for t in mine) - sum(down[: k - 2])
            assert found.margin_false[0][i, j] <= a <= found.margin_false[1][i, j]
            assert found.margin_miss[0][i, j] <= b <= found.margin_miss[1][i, j]
    from lincs.interference import reader_rows

    monkeypatch.setattr(reader_rows, "BLOCK_BYTES", 8 * 40 * 7)
    again = verify_readers(A, W.T, k=[2, 4], bias=bias, targets=targets, threads=2)  # the other orientation
    assert again.to_dict() == found.to_dict()


def test_what_fires_alone_and_what_is_written():
    A = np.eye(4)
    W = np.array([[2.0, 0, 0, 0], [0.4, 0.4, 0.4, 0.1]]).T
    out = np.array([[0, 0, 0, 3.0], [-1, 0, 0.5, 0]]).T
    found = verify_readers(A, W, k=1, bias=[-1, -0.3], writes=out, n_writes=2)
    assert found.chosen
    assert found.targets[:, 0].tolist() == [0, 0]
    assert found.alone.tolist() == [1, 3]
    assert found.writes[:, 0].tolist() == [3, 0]
    assert found.written[:, 0].tolist() == [3, -1]
    assert found.answers == {1: 1}
    json.dumps(found.to_dict())


def test_a_transcoder_gives_its_encoder_with_its_own_bias(tmp_path):
    rng = np.random.default_rng(1)
    d, n = 5, 9
    held = {
        "W_enc": rng.standard_normal((d, n)).astype(np.float32),
        "W_dec": rng.standard_normal((n, d)).astype(np.float32),
        "W_skip": np.eye(d, dtype=np.float32),
        "b_enc": rng.normal(-1, 0.3, n).astype(np.float32),
        "threshold": np.full(n, 0.25, np.float32),
    }
    (tmp_path / "t").mkdir()
    save_file(held, tmp_path / "t" / "sae_weights.safetensors")
    A = rng.standard_normal((d, 20))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = verify_readers(A, tmp_path / "t", k=[1, 2])
    by_hand = verify_readers(A, held["W_enc"], k=[1, 2], bias=held["b_enc"], threshold=0.25)
    assert found.to_dict() == by_hand.to_dict()
    np.savez(tmp_path / "mlp.npz", W_in=held["W_enc"].T, b_in=held["b_enc"], W_out=held["W_dec"])
    more = {"readers_key": "W_in", "bias_key": "b_in", "writes_key": "W_out"}
    named = verify_readers(A, tmp_path / "mlp.npz", k=[1, 2], threshold=0.25, **more)
    np.testing.assert_array_equal(named.classes, found.classes)
    np.testing.assert_allclose(
        named.written[:, 0], np.take_along_axis(held["W_dec"] @ A, named.writes, 1)[:, 0], rtol=1e-6
    )


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"readers": np.ones((3, 3))}, "must have an axis of the 4 dimensions"),
        ({"targets": [[0]]}, "targets must be one for each of the 2 readers, got 1"),
        ({"targets": [[0], [0, 1, 2, 3]]}, "one to 3 features"),
        ({"targets": [[0], [9]]}, "distinct indices below m = 5"),
        ({"targets": [[0], [1, 1]]}, "distinct indices"),
        ({"targets": "nothing.txt"}, "a file of them"),
        ({"bias": [1, 2, 3]}, r"bias must be one number or have shape \(2,\)"),
        ({"bias_key": "b"}, "bias_key names an array of a file"),
        ({"readers_key": "b"}, "readers_key names an array of a file"),
        ({"writes": np.ones((4, 3))}, "a column for each of the 2 readers"),
        ({"tau": 2}, "tau must lie in"),
        ({"readers": np.full((4, 2), np.nan)}, "not finite"),
        ({"B": np.ones((4, 3)), "writes": np.ones((4, 2))}, "B must have the shape of A"),
    ],
)
def test_bad_input_is_one_sentence(more, sentence):
    rng = np.random.default_rng(2)
    asked = {"readers": rng.standard_normal((4, 2)), "k": 1} | more
    with pytest.raises(lincs.InputError, match=sentence):
        verify_readers(rng.standard_normal((4, 5)), **asked)
