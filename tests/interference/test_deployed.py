"""``verify(..., readout="deployed")`` against enumeration, and the classes, counts and figures that it reports."""

import itertools
import json
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lincs
from lincs import verify
from tests import deployed_naive as naive


def rows_as_pair(M):
    """A pair whose product is M exactly: the features are the unit vectors."""
    return np.eye(len(M)), np.asarray(M, dtype=float).T


@st.composite
def encoders(draw):
    """Small encoders of eighths, so that thresholds are met exactly now and then."""
    m = draw(st.integers(1, 5))
    entry = st.integers(-8, 8).map(lambda n: n / 8)
    M = np.array(draw(st.lists(st.lists(entry, min_size=m, max_size=m), min_size=m, max_size=m)))
    np.fill_diagonal(M, [draw(st.integers(-3, 12)) / 8 for _ in range(m)])
    bias = np.array([draw(st.integers(-5, 5)) / 8 for _ in range(m)])
    t = np.array([draw(st.integers(0, 5)) / 8 for _ in range(m)])
    low = draw(st.sampled_from([0.0, 0.25, 0.5]))
    tau = draw(st.sampled_from([F(1), F(1, 2), F(1, 3)]))
    level = draw(st.sampled_from([F(0), F(1, 4), F(1, 10)]))
    return M, bias, t, low, tau, level


@settings(max_examples=120, deadline=None)
@given(encoders(), st.sampled_from(["double", "mixed"]))
def test_against_enumeration(case, precision):
    M, bias, t, low, tau, level = case
    m = len(M)
    A, B = rows_as_pair(M)
    ks = tuple(range(1, m + 1))
    found = verify(
        A,
        B,
        k=ks,
        readout="deployed",
        bias=bias,
        threshold=t,
        active_min=low,
        tau=tau,
        level=level,
        precision=precision,
    )
    exact = [[F(float(x)) for x in row] for row in M]
    for j, k in enumerate(ks):
        each, kinds = [], []
        for i in range(m):
            v = [x for n, x in enumerate(exact[i]) if n != i]
            fires = max(F(float(t[i])), level)
            three = naive.worst(v, exact[i][i], F(float(bias[i])), F(float(t[i])), k, F(low))
            each.append(three)
            kinds.append(naive.kind(v, exact[i][i], F(float(bias[i])), fires, tau, k))
            value = max(three)
            assert found.lower[i, j] <= value <= found.upper[i, j]
            if j == 0:
                assert (
                    found.table.k_false[0, i] == found.table.k_false[1, i] == naive.k_false(v, F(float(bias[i])), fires)
                )
                missed = naive.k_miss(v, exact[i][i], F(float(bias[i])), fires, tau)
                assert found.table.k_miss[0, i] == found.table.k_miss[1, i] == missed
        case = found.results[j]
        worst = max(max(three) for three in each)
        assert case.eps.lo <= worst <= case.eps.hi
        assert case.eps.hi - case.eps.lo < 1e-9
        assert worst == max(each[case.row])
        for n, name in enumerate(("false_activation", "over", "under")):
            interval, row = case.errors[name]
            assert interval.lo <= max(0, *(three[n] for three in each)) <= interval.hi
            assert 0 <= row < m
        assert case.features == {
            name: kinds.count(name) for name in ("clean", "cleanable", "beyond")
        } | {"undecided": 0}  # fmt: skip


def test_an_antipodal_pair():
    W = np.array([[1.0, -1.0]])
    found = verify(W, W, k=[1, 2], readout="deployed", activation="relu", eps="1/2")
    first, second = found.results
    assert (first.eps.hi, first.holds, second.eps.lo, second.eps.hi, second.holds) == (0, True, 1, 1, False)
    assert second.kind == "silent"
    assert second.witness.support == (0, 1)
    assert found.count("k_false")["least"] == 1
    assert found.count("k_miss")["least"] == 1
    assert found.table.surest[:, 0].tolist() == [0, 0]
    assert verify(W, W, k=1, readout="nonnegative").results[0].eps.hi == 1


def test_all_positive_rows_read_as_the_linear_readout_does():
    rng = np.random.default_rng(0)
    M = np.abs(rng.integers(0, 8, (6, 6))) / 8 + np.eye(6)
    A, B = rows_as_pair(M)
    for k in (1, 3, 6):
        linear = verify(A, B, k=k, readout="nonnegative").results[0].eps
        deployed = verify(A, B, k=k, readout="deployed", activation="relu").results[0].eps
        assert (linear.lo, linear.hi) == (deployed.lo, deployed.hi)


@pytest.mark.parametrize("precision", ["double", "mixed"])
def test_scales_are_a_change_of_units(precision):
    rng = np.random.default_rng(1)
    A, B = rng.standard_normal((2, 5, 12))
    bias, t, s = rng.normal(0, 0.2, 12), rng.random(12) / 4, 2.0 ** rng.integers(-3, 4, 12)
    common = {"k": [1, 2, 4], "readout": "deployed", "precision": precision}
    scaled = verify(A, B, bias=bias, threshold=t, scales=s, **common)
    by_hand = verify(A * s, B / s, bias=bias / s, threshold=t / s, **common)
    assert [case.eps for case in scaled.results] == [case.eps for case in by_hand.results]
    unit = verify(A, B, bias=bias, threshold=t, normalize=True, **common)
    n = np.linalg.norm(A, axis=0)
    again = verify(A / n, B * n, bias=bias * n, threshold=t * n, **common)
    for one, other in zip(unit.results, again.results, strict=True):
        assert abs(one.eps.hi - other.eps.hi) < 1e-12


def test_a_threshold_of_zero_or_less_is_a_relu():
    rng = np.random.default_rng(2)
    A, B = rng.standard_normal((2, 4, 9))
    relu = verify(A, B, k=[1, 3], readout="deployed", activation="relu")
    for t in (0, -0.5):
        jump = verify(A, B, k=[1, 3], readout="deployed", threshold=t)
        assert [case.eps for case in jump.results] == [case.eps for case in relu.results]


def test_parts_of_a_dictionary_keep_their_names_and_their_biases():
    rng = np.random.default_rng(3)
    A, B = rng.standard_normal((2, 5, 10))
    bias = rng.normal(0, 0.3, 10)
    whole = verify(A, B, k=[1, 2], readout="deployed", bias=bias)
    part = verify(A, B, k=[1, 2], readout="deployed", bias=bias, features=[7, 2])
    np.testing.assert_array_equal(part.upper, whole.upper[[7, 2]])
    assert part.rows == [7, 2]
    np.testing.assert_array_equal(part.table.k_false, whole.table.k_false[:, [7, 2]])
    kept = [1, 2, 4, 7, 8]
    without = verify(A, B, k=[1, 2], readout="deployed", bias=bias, without=[0, 3, 5, 6, 9])
    alone = verify(A[:, kept], B[:, kept], k=[1, 2], readout="deployed", bias=bias[kept])
    assert [case.eps for case in without.results] == [case.eps for case in alone.results]
    assert [case.row for case in without.results] == [kept[case.row] for case in alone.results]
    for one, other in zip(without.results, alone.results, strict=True):
        assert {name: row for name, (_, row) in one.errors.items()} == {
            name: kept[row] for name, (_, row) in other.errors.items()
        }


def test_a_checkpoint_belongs_to_its_biases(tmp_path):
    rng = np.random.default_rng(4)
    A, B = rng.standard_normal((2, 8, 300))
    common = {"k": [1, 2], "readout": "deployed", "checkpoint": tmp_path, "checkpoint_every": 0.0, "threads": 1}

    class Stop(KeyboardInterrupt):
        pass

    def stop(done, total):
        raise Stop

    with pytest.raises(KeyboardInterrupt), pytest.warns(lincs.errors.Note):
        verify(A, B, bias=np.full(300, 0.1), progress=stop, **common)
    (file,) = tmp_path.glob("*.npz")
    with pytest.raises(lincs.InputError, match="belongs to another"):
        verify(A, B, bias=np.full(300, 0.2), resume=True, **{**common, "checkpoint": file})
    resumed = verify(A, B, bias=np.full(300, 0.1), resume=True, **{**common, "checkpoint": file})
    whole = verify(A, B, bias=np.full(300, 0.1), k=[1, 2], readout="deployed")
    assert resumed.to_dict() == whole.to_dict()


def encode(p, keep, blocks):
    read, out = np.maximum(p, 0), np.zeros_like(p)
    size = len(p) // keep
    chosen = [b * size + np.argmax(p[b * size : (b + 1) * size]) for b in range(keep)]
    chosen = chosen if blocks else np.argsort(-p, kind="stable")[:keep]
    out[chosen] = read[chosen]
    return out


@pytest.mark.parametrize("activation", ["topk:3", "groupmax:3"])
def test_no_input_is_read_worse_than_the_bracket_of_an_encoder_that_selects(activation):
    rng = np.random.default_rng(5)
    word, keep = activation.split(":")
    tight = 0
    for _ in range(12):
        A = rng.standard_normal((4, 6))
        A /= np.linalg.norm(A, axis=0)
        B, beta = A + 0.1 * rng.standard_normal(A.shape), rng.normal(0, 0.1, 6)
        M = B.T @ A
        for k in (1, 2, 4):
            found = verify(A, B, k=k, readout="deployed", activation=activation, bias=beta, tau="1/2").results[0]
            worst = 0.0
            for size in range(k + 1):
                for support in itertools.combinations(range(6), size):
                    for values in itertools.product((0.5, 1.0), repeat=size):
                        z = np.zeros(6)
                        z[list(support)] = values
                        worst = max(worst, np.abs(encode(M @ z + beta, int(keep), word == "groupmax") - z).max())
            assert worst <= found.eps.hi + 1e-9
            tight += found.eps.hi - worst < 1e-6
            z = np.zeros(6)
            z[list(found.witness.support)] = found.witness.entries
            error = abs(encode(M @ z + beta, int(keep), word == "groupmax") - z)[found.row]
            assert found.eps.lo - 1e-9 <= error
            assert found.attained is None
    assert tight > 20


def test_kept_features_of_a_topk_encoder_are_kept():
    """Whatever is proved to be clean never fires falsely and is never lost, at every vertex."""
    rng = np.random.default_rng(6)
    proved = 0
    for _ in range(30):
        M = np.eye(6) + rng.normal(0, 0.12, (6, 6))
        A, B = rows_as_pair(M)
        beta = rng.normal(-0.05, 0.03, 6)
        for k in (1, 2):
            found = verify(A, B, k=k, readout="deployed", activation="topk:3", bias=beta, tau="3/5")
            clean = np.flatnonzero(found.table.classes[:, 0] == 0)
            proved += len(clean)
            for support in itertools.combinations(range(6), k):
                for values in itertools.product((0.6, 1.0), repeat=k):
                    z = np.zeros(6)
                    z[list(support)] = values
                    out = encode(M @ z + beta, 3, False)
                    assert all((out[i] > 0) == (z[i] > 0) for i in clean)
    assert proved > 20


def test_groupmax_is_lost_to_a_rival_that_is_active_too():
    found = verify(np.eye(2), np.eye(2), k=2, readout="deployed", activation="groupmax:1")
    case = found.results[0]
    assert (case.eps.lo, case.kind) == (1, "silent") or case.eps.lo > 0.99
    assert case.errors["under"][0].hi == 1  # z = (1, 1): a tie may go either way


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "give it as activation"),
        ({"activation": "tanh"}, "activation must be one of relu"),
        ({"activation": "topk"}, "activation must be one of relu"),
        ({"activation": "relu:3"}, "activation must be one of relu"),
        ({"activation": "topk:99"}, "keeps more than the m = 9"),
        ({"activation": "groupmax:2"}, "needs blocks of one size"),
        ({"activation": "jumprelu"}, "needs the array 'threshold'"),
        ({"activation": "gated"}, "needs the array 'gate'"),
        ({"activation": "relu", "threshold": 0.5}, "threshold must not be given for the activation relu"),
        ({"activation": "topk:3", "threshold": 0.5}, "threshold must not be given for the activation topk:3"),
        ({"bias": [1, 2]}, r"bias must be one number or have shape \(9,\)"),
        ({"bias": [np.nan] * 9}, "bias must be finite"),
        ({"threshold": "x.npy"}, "x.npy is not a file"),
        ({"bias": 0, "b_dec": "kept"}, "b_dec must come with a file"),
        ({"bias": 0, "tau": 0}, "tau must lie in"),
        ({"bias": 0, "tau": 2}, "tau must lie in"),
        ({"bias": 0, "level": -1}, "level"),
        ({"bias": 0, "active_min": 2}, "active_min must lie in"),
        ({"activation": "topk:3", "without": [1]}, "without has no meaning for the activation topk:3"),
        ({"activation": "topk:3", "features": [1]}, "features has no meaning for the activation topk:3"),
    ],
)
def test_bad_input_is_one_sentence(more, sentence):
    rng = np.random.default_rng(7)
    A, B = rng.standard_normal((2, 4, 9))
    with pytest.raises(lincs.InputError, match=sentence):
        verify(A, B, k=1, readout="deployed", **more)


def test_an_encoder_must_be_there_and_belongs_to_this_readout():
    A = np.eye(3)
    with pytest.raises(lincs.InputError, match="needs the encoder"):
        verify(A, k=1, readout="deployed", bias=0)
    with pytest.raises(lincs.InputError, match="belong to the deployed read-out"):
        verify(A, A, k=1, bias=0)
    with pytest.raises(lincs.InputError, match="must be real"):
        verify(A + 0j, A + 0j, k=1, readout="deployed", bias=0)


def test_what_is_printed_as_json_says_everything(tmp_path):
    rng = np.random.default_rng(8)
    A, B = rng.standard_normal((2, 4, 9))
    found = verify(A, B, k=[1, 2], readout="deployed", bias=-0.1, threshold=0.2, tau="1/2", level="0.1").to_dict()
    json.dumps(found)
    assert {name: found[name] for name in ("activation", "b_dec", "tau", "level")} == {
        "activation": "jumprelu", "b_dec": None, "tau": "1/2", "level": "1/10",
    }  # fmt: skip
    for case in found["results"]:
        assert set(case) >= {"k", "eps", "row", "kind", "attained", "false_activation", "over", "under", "features"}
        assert set(case["witness"]) == {"support", "values", "p", "out"}
        assert sum(case["features"].values()) == 9
    assert set(found["k_false"]) == {"least", "median", "share", "kept"}
