"""What is taken from a file of each library: bias, threshold, activation, and what becomes of the decoder's bias."""

import json
import warnings

import numpy as np
import pytest
from safetensors.numpy import save_file

import lincs
from lincs import verify
from tests import command

D, M = 4, 9


def arrays(seed=0):
    rng = np.random.default_rng(seed)
    return {
        "W_enc": rng.standard_normal((D, M)).astype(np.float32),
        "W_dec": rng.standard_normal((M, D)).astype(np.float32),
        "b_enc": rng.normal(0, 0.3, M).astype(np.float32),
        "b_dec": rng.normal(0, 0.3, D).astype(np.float32),
    }


def saved(folder, held, config=None, name="sae_weights.safetensors"):
    folder.mkdir(exist_ok=True)
    held = {key: np.ascontiguousarray(array) for key, array in held.items()}
    if name.endswith(".npz"):
        np.savez(folder / name, **held)
    else:
        save_file(held, folder / name)
    if config is not None:
        (folder / "cfg.json").write_text(json.dumps(config))
    return folder


def deployed(path, **more):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return verify(path, k=[1, 2], readout="deployed", **more)


def by_hand(held, beta, t=None, gain=1.0):
    more = {"activation": "relu"} if t is None else {"threshold": t}
    A, B = held["W_dec"].T.astype(float), held["W_enc"].astype(float) * gain
    return verify(A, B, k=[1, 2], readout="deployed", bias=beta, **more)


def same(one, other):
    assert [case.row for case in one.results] == [case.row for case in other.results]
    for a, b in zip(one.results, other.results, strict=True):
        assert abs(a.eps.hi - b.eps.hi) < 1e-12
        assert a.kind == b.kind
    np.testing.assert_array_equal(one.table.classes, other.table.classes)


@pytest.mark.parametrize(
    ("config", "kept"),
    [
        ({"architecture": "standard"}, False),
        ({"architecture": "standard", "apply_b_dec_to_input": True}, False),
        ({"architecture": "standard", "apply_b_dec_to_input": False}, True),
    ],
)
def test_saelens_says_whether_it_subtracts(tmp_path, config, kept):
    held = arrays()
    path = saved(tmp_path, held, config)
    beta = held["b_enc"].astype(float)
    shifted = beta + held["W_enc"].astype(float).T @ held["b_dec"].astype(float)
    found = deployed(path)
    same(found, by_hand(held, shifted if kept else beta))
    assert found.b_dec == ("kept" if kept else "subtracted")
    assert found.activation == "relu"
    for word, expected in (("kept", shifted), ("subtracted", beta)):
        same(deployed(path, b_dec=word), by_hand(held, expected))


def test_the_decoder_bias_by_hand(tmp_path):
    one = {name: np.ones((1, 1), np.float32) for name in ("W_enc", "W_dec")}
    path = saved(
        tmp_path, one | {"b_enc": np.float32([-0.5]), "b_dec": np.float32([0.5])}, {"architecture": "standard"}
    )
    for word, beta in (("subtracted", -0.5), ("kept", 0.0)):
        found = verify(path, k=1, readout="deployed", b_dec=word)
        assert found.table.bias.tolist() == [beta]


def test_jumprelu_and_gated_of_saelens(tmp_path):
    held = arrays(1)
    t = np.abs(np.random.default_rng(2).normal(0, 0.2, M)).astype(np.float32)
    path = saved(tmp_path / "jump", held | {"threshold": t}, {"architecture": "jumprelu"})
    same(deployed(path), by_hand(held, held["b_enc"].astype(float), t.astype(float)))
    rng = np.random.default_rng(3)
    r, gate, mag = (rng.normal(0, 0.3, M).astype(np.float32) for _ in range(3))
    gated = {name: held[name] for name in ("W_enc", "W_dec", "b_dec")} | {"r_mag": r, "b_gate": gate, "b_mag": mag}
    path = saved(tmp_path / "gated", gated, {"architecture": "gated"})
    gain = np.exp(r.astype(float))
    t = np.maximum(mag.astype(float) - gain * gate.astype(float), 0)
    same(deployed(path), by_hand(held, mag.astype(float), t, gain))


def test_norms_that_are_not_folded_are_the_unit_of_the_bias_too(tmp_path):
    held = arrays(4)
    config = {"architecture": "topk", "k": 3, "rescale_acts_by_decoder_norm": True}
    n = np.linalg.norm(held["W_dec"].astype(float), axis=1)
    folded = {
        "W_dec": held["W_dec"] / n[:, None],
        "W_enc": held["W_enc"] * n,
        "b_enc": held["b_enc"] * n,
        "b_dec": held["b_dec"],
    }
    one = deployed(saved(tmp_path / "a", held, config))
    other = deployed(saved(tmp_path / "b", folded, {"architecture": "topk", "k": 3}))
    assert one.activation == other.activation == "topk:3"
    for a, b in zip(one.results, other.results, strict=True):
        assert abs(a.eps.hi - b.eps.hi) < 1e-6


def test_gemma_scope_is_known_by_its_names(tmp_path):
    held = arrays(5)
    t = np.full(M, 0.2, np.float32)
    found = deployed(saved(tmp_path, held | {"threshold": t}, name="params.npz"))
    assert (found.activation, found.b_dec) == ("jumprelu", "kept")
    other = saved(tmp_path / "x", held | {"threshold": t}, name="weights.npz")
    with pytest.raises(lincs.InputError, match="does not say what its activation is"):
        deployed(other)
    same(deployed(other, activation="jumprelu", b_dec="kept"), found)


def test_sparsify_keeps_the_largest(tmp_path):
    held = arrays(6)
    coder = {
        "encoder.weight": held["W_enc"].T,
        "encoder.bias": held["b_enc"],
        "W_dec": held["W_dec"],
        "b_dec": held["b_dec"],
    }
    for n, (config, word) in enumerate(
        [
            ({"k": 4}, "topk:4"),
            ({"k": 3, "activation": "groupmax"}, "groupmax:3"),
            ({"k": 4, "activation": "topk"}, "topk:4"),
        ]
    ):
        found = deployed(saved(tmp_path / str(n), coder, config, "sae.safetensors"))
        assert (found.activation, found.b_dec) == (word, "subtracted")
    with pytest.raises(lincs.InputError, match="activation"):
        deployed(saved(tmp_path / "no", coder, None, "sae.safetensors"))


def test_dictionary_learning_by_its_names(tmp_path):
    held = arrays(7)
    beta = held["b_enc"].astype(float)
    shifted = beta + held["W_enc"].astype(float).T @ held["b_dec"].astype(float)
    matrices = {"encoder.weight": held["W_enc"].T, "decoder.weight": held["W_dec"].T, "encoder.bias": held["b_enc"]}
    old = saved(tmp_path / "old", matrices | {"bias": held["b_dec"]}, name="ae.safetensors")
    same(deployed(old), by_hand(held, beta))
    new = saved(tmp_path / "new", matrices | {"decoder.bias": held["b_dec"]}, name="ae.safetensors")
    same(deployed(new), by_hand(held, shifted))
    batch = matrices | {"b_dec": held["b_dec"], "k": np.int32([3]), "threshold": np.float32([0.25])}
    config = {"trainer": {"dict_class": "BatchTopKSAE"}}
    same(deployed(saved(tmp_path / "batch", batch, config, "ae.safetensors")), by_hand(held, beta, 0.25))
    config = {"trainer": {"dict_class": "AutoEncoderTopK", "k": 3}}
    assert deployed(saved(tmp_path / "top", batch, config, "ae.safetensors")).activation == "topk:3"
    unknown = saved(tmp_path / "unknown", batch, None, "ae.safetensors")
    with pytest.raises(lincs.InputError, match="does not say what its activation is"):
        deployed(unknown)


@pytest.mark.parametrize("word", ["layer_norm", "constant_norm_rescale"])
def test_an_encoder_that_normalises_every_input_is_refused_by_name(tmp_path, word):
    path = saved(tmp_path, arrays(), {"architecture": "standard", "normalize_activations": word})
    with pytest.raises(lincs.InputError, match=f"normalize_activations: {word}"):
        deployed(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert verify(path, k=1).results  # the linear read-out has its note


def test_a_transcoder_is_refused(tmp_path):
    path = saved(tmp_path, arrays() | {"W_skip": np.eye(D, dtype=np.float32)}, {"architecture": "transcoder"})
    with pytest.raises(lincs.InputError, match="is a transcoder"):
        deployed(path)


def test_damaged_parts_are_named(tmp_path):
    held = arrays()
    short = saved(tmp_path / "short", held | {"b_enc": held["b_enc"][:-1]}, {"architecture": "standard"})
    with pytest.raises(lincs.InputError, match=r"b_enc in .* must have 9 entries, got 8"):
        deployed(short)
    held["b_dec"] = np.float32([0, np.nan, 0, 0])
    with pytest.raises(lincs.InputError, match=r"b_dec in .* must be finite, got nan at 1"):
        deployed(saved(tmp_path / "nan", held, {"architecture": "standard", "apply_b_dec_to_input": False}))


def test_own_arrays_take_the_place_of_the_file_s(tmp_path):
    held = arrays(8)
    path = saved(tmp_path, held, {"architecture": "standard", "apply_b_dec_to_input": False})
    beta = np.linspace(-0.5, 0.5, M)
    same(deployed(path, bias=beta), by_hand(held, beta))
    shifted = held["b_enc"].astype(float) + held["W_enc"].astype(float).T @ held["b_dec"].astype(float)
    same(deployed(path, threshold="1/4"), by_hand(held, shifted, 0.25))


def test_the_command_says_the_same(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    held = arrays(9)
    saved(tmp_path / "sae", held, {"architecture": "standard"})
    found = deployed("sae")
    done = command.lincs("verify", "sae", "--k", "1,2", "--readout", "deployed", "--json")
    assert done.code == 0
    shown = json.loads(done.out)
    assert shown["results"] == json.loads(json.dumps(found.to_dict()))["results"]
    assert shown["b_dec"] == "subtracted"
    assert "no use for" not in done.err  # biases are used
    done = command.lincs("verify", "sae", "--k", "1", "--readout", "deployed", "--eps", "1/100")
    assert done.code == 1
    assert "decoder bias subtracted" in done.out
    np.save("b.npy", np.full(M, 0.25))
    np.save("A.npy", held["W_dec"].T)
    np.save("B.npy", held["W_enc"])
    np.savez("both.npz", dec=held["W_dec"].T, enc=held["W_enc"], b=np.full(M, 0.25))
    one = command.lincs("verify", "A.npy", "B.npy", "--k", "1", "--readout", "deployed", "--bias", "b.npy", "--json")
    two = command.lincs(
        "verify",
        "both.npz",
        "--key",
        "dec",
        "--key-b",
        "enc",
        "--bias-key",
        "b",
        "--k",
        "1",
        "--readout",
        "deployed",
        "--json",
    )
    assert json.loads(one.out)["results"] == json.loads(two.out)["results"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["A.npy", "B.npy", "--k", "1", "--bias", "b.npy"], "--bias has no meaning for the signed read-out"),
        (["A.npy", "B.npy", "--k", "1", "--tau", "1"], "--tau has no meaning for the signed read-out"),
        (["A.npy", "--k", "1", "--readout", "deployed"], "needs the encoder"),
        (["A.npy", "B.npy", "--k", "1", "--readout", "deployed"], "give it as activation"),
        (["A.npy", "B.npy", "--k", "1", "--readout", "deployed", "--bias-key", "b"], "no array named"),
        (
            ["A.npy", "B.npy", "--k", "1", "--readout", "deployed", "--bias-key", "b", "--bias", "b.npy"],
            "--bias-key has no meaning with --bias",
        ),
        (["--example", "--readout", "deployed", "--activation", "relu"], "needs the encoder"),
    ],
)
def test_bad_commands(tmp_path, monkeypatch, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    np.save("A.npy", np.eye(3))
    np.save("B.npy", np.eye(3))
    np.save("b.npy", np.zeros(3))
    done = command.lincs("verify", *arguments)
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err
    assert done.err.count("\n") == 1


class JumpReluAutoEncoder:
    """What dictionary_learning's class of this name holds, with its switch."""

    def __init__(self, held, subtracts):
        self.apply_b_dec_to_input = subtracts
        for name, array in held.items():
            setattr(self, name, array)


def test_an_object_says_its_class_and_whether_it_subtracts():
    held = arrays(10) | {"threshold": np.full(M, 0.2, np.float32)}
    beta = held["b_enc"].astype(float)
    shifted = beta + held["W_enc"].astype(float).T @ held["b_dec"].astype(float)
    for subtracts, expected in ((False, shifted), (True, beta)):
        found = deployed(JumpReluAutoEncoder(held, subtracts))
        assert (found.activation, found.b_dec) == ("jumprelu", "subtracted" if subtracts else "kept")
        same(found, by_hand(held, expected, held["threshold"].astype(float)))


def test_normalizing_is_what_dictionary_learning_does_on_loading(tmp_path):
    """Its AutoEncoder.from_pretrained gives columns unit norm, and encoder weights and biases times the norms."""
    held = arrays(11)
    matrices = {"encoder.weight": held["W_enc"].T, "decoder.weight": held["W_dec"].T, "encoder.bias": held["b_enc"]}
    path = saved(tmp_path / "ae", matrices | {"bias": held["b_dec"]}, name="ae.safetensors")
    n = np.linalg.norm(held["W_dec"].astype(float), axis=1)
    loaded = {"W_dec": held["W_dec"].astype(float) / n[:, None], "W_enc": held["W_enc"].astype(float) * n}
    same(deployed(path, normalize=True), by_hand(loaded, held["b_enc"].astype(float) * n))
