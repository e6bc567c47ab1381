"""Sparse autoencoders as files: the pair that their own encode and decode are, in every spelling and state."""

import json
import warnings

import numpy as np
import pytest
from safetensors.numpy import save_file

import lincs
from lincs.errors import Note
from lincs.layouts.roles import Role, role_of
from lincs.reading import as_matrix, read_pair
from tests import naive

M, D = 12, 5


@pytest.fixture(scope="module")
def pair():
    """Unit decoder rows and an encoder with gain 1 (m x d each), float64."""
    rng = np.random.default_rng(1)
    dec = rng.standard_normal((M, D))
    dec /= np.linalg.norm(dec, axis=1, keepdims=True)
    enc = dec + 0.3 * rng.standard_normal((M, D))
    return dec, enc


def worst(dec, enc, k=2):
    return float(max(naive.losses(dec.T, enc.T, k, "signed")))


def found(path, k=2, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Note)
        result = lincs.verify(path, k=k, **options)
    return result.results[0].eps.hi


def save(path, **arrays):
    save_file({name.replace("__", "."): np.ascontiguousarray(array) for name, array in arrays.items()}, path)
    return path


@pytest.mark.parametrize("layout", ["auto", "saelens"])
@pytest.mark.parametrize("names", ["W_dec W_enc", "w_dec w_enc", "W_D W_E", "sae__W_dec sae__W_enc"])
def test_spellings(layout, names, pair, tmp_path):
    (w_dec, w_enc), (dec, enc) = names.split(), pair
    file = save(tmp_path / "x.safetensors", **{w_dec: dec, w_enc: enc.T, "b_dec": np.zeros(D)})
    assert found(file, layout=layout) == pytest.approx(worst(dec, enc), rel=1e-12)


@pytest.mark.parametrize("prefix", ["", "_orig_mod.", "module.", "ae._orig_mod."])
def test_linear_modules_behind_wrappers(prefix, pair, tmp_path):
    dec, enc = pair
    arrays = {f"{prefix}decoder.weight": np.ascontiguousarray(dec.T), f"{prefix}encoder.weight": enc}
    save_file(arrays, tmp_path / "x.safetensors")
    for layout in ("auto", "dictionary-learning"):
        assert found(tmp_path / "x.safetensors", layout=layout) == pytest.approx(worst(dec, enc), rel=1e-12)


def test_gated_magnitudes(pair, tmp_path):
    dec, enc = pair
    f = np.linspace(0.5, 2, M)
    for arrays in (
        {"W_dec": dec, "W_enc": (enc / f[:, None]).T, "r_mag": np.log(f), "b_gate": f},
        {"decoder__weight": dec.T, "encoder__weight": enc / f[:, None], "r_mag": np.log(f), "mag_bias": f},
    ):
        file = save(tmp_path / "gated.safetensors", **arrays)
        assert found(file) == pytest.approx(worst(dec, enc), rel=1e-10)
        with pytest.warns(Note, match=r"gated, encoder times exp\(r_mag\), 12 x 5"):
            lincs.verify(file, k=1)


def test_one_sae_folded_and_not_folded_is_one_number(pair, tmp_path):
    dec, enc = pair
    s = np.linspace(0.25, 4, M)[:, None]
    s[3] = 0  # a dead feature stays dead
    (tmp_path / "train").mkdir()
    (tmp_path / "inference").mkdir()
    save(tmp_path / "train" / "sae_weights.safetensors", W_dec=dec * s, W_enc=enc.T)
    (tmp_path / "train" / "cfg.json").write_text(
        json.dumps(
            {
                "d_in": D,
                "d_sae": M,
                "architecture": "topk",
                "rescale_acts_by_decoder_norm": True,
                "normalize_activations": "layer_norm",
            }
        )
    )
    norms = np.where(s > 0, s, 1)
    save(tmp_path / "inference" / "sae_weights.safetensors", W_dec=np.where(s > 0, dec, 0), W_enc=(enc * norms).T)
    (tmp_path / "inference" / "cfg.json").write_text(json.dumps({"d_in": D, "d_sae": M, "architecture": "jumprelu"}))
    assert found(tmp_path / "train") == pytest.approx(found(tmp_path / "inference"), rel=1e-12)
    with pytest.warns(Note) as notes:
        lincs.verify(tmp_path / "train", k=1)
    said = " ".join(str(note.message) for note in notes)
    assert "topk, decoder norms folded, 12 x 5" in said
    assert "selects features, which no linear read-out does" in said
    assert "normalises activations (layer_norm), which is not in the weights" in said


def test_normalize_keeps_the_autoencoder(pair, tmp_path):
    dec, enc = pair
    s = np.linspace(0.25, 4, M)[:, None]
    s[3] = 0
    file = save(tmp_path / "x.safetensors", W_dec=dec * s, W_enc=(enc / np.where(s > 0, s, 1)).T)
    assert found(file, normalize=True) == pytest.approx(worst(np.where(s > 0, dec, 0), enc), rel=1e-12)
    tied = (dec * s).T
    unit = lincs.verify(tied, tied, k=1, normalize=True).results[0].eps  # tied: both have unit norm
    assert unit.hi == pytest.approx(worst(np.where(s > 0, dec, 0), np.where(s > 0, dec, 0), 1), rel=1e-12)


def test_scale_factors_and_input_gains(pair, tmp_path):
    dec, enc = pair
    scale, gain = np.linspace(-1, 2, M), np.linspace(0.5, 3, D)
    file = save(tmp_path / "x.safetensors", W_dec=dec, W_enc=enc.T, scaling_factor=scale, norm__weight=gain)
    assert found(file) == pytest.approx(worst(dec * scale[:, None], enc * gain), rel=1e-12)
    save(tmp_path / "bad.safetensors", W_dec=dec, W_enc=enc.T, scaling_factor=scale[:5])
    with pytest.raises(lincs.InputError, match="scaling_factor must have 12 entries, got 5"):
        found(tmp_path / "bad.safetensors")


def test_orientation_is_read_or_questioned(pair, tmp_path):
    dec, enc = pair
    file = save(tmp_path / "turned.safetensors", W_dec=dec.T, W_enc=enc)
    with pytest.raises(lincs.InputError, match="would be 5 features in 12 dimensions: is it turned"):
        found(file)
    (tmp_path / "cfg.json").write_text(json.dumps({"d_in": D, "d_sae": M}))
    assert found(file) == pytest.approx(worst(dec, enc), rel=1e-12)
    (tmp_path / "cfg.json").write_text(json.dumps({"d_in": D, "d_sae": M + 1}))
    with pytest.raises(lincs.InputError, match="configuration says 13 features in 5"):
        found(file)
    (tmp_path / "cfg.json").unlink()
    square = save(tmp_path / "square.safetensors", W_dec=np.eye(3), W_enc=np.eye(3))
    with pytest.warns(Note, match="nothing tells whether W_dec lies as usual"):
        lincs.verify(square, k=1)


def test_a_decoder_without_encoder_is_self_scaled(pair, tmp_path):
    dec, _ = pair
    file = save(tmp_path / "x.safetensors", W_dec=dec, b_dec=np.zeros((1, D)), b_enc=np.zeros(M))
    with pytest.warns(Note, match="decoder alone"):
        result = lincs.verify(file, k=1)
    assert result.pair == "self-scaled"
    assert result.results == lincs.verify(dec.T, k=1).results


@pytest.mark.parametrize(
    ("arrays", "config"),
    [
        ({"W_skip": np.eye(D)}, {}),
        ({}, {"architecture": "transcoder"}),
        ({}, {"architecture": "jumprelu_skip_transcoder"}),
        ({}, {"transcode": True}),
        ({}, {"hook_name": "a", "hook_name_out": "b"}),
        ({}, {"d_in": D, "d_sae": M, "d_out": 9}),
    ],
)
def test_transcoders_are_called_that(arrays, config, pair, tmp_path):
    dec, enc = pair
    save(tmp_path / "sae.safetensors", W_dec=dec, W_enc=enc.T, **arrays)
    (tmp_path / "cfg.json").write_text(json.dumps(config))
    with pytest.raises(lincs.InputError, match=r"is a transcoder .*\(--key W_dec --layout rows\)"):
        found(tmp_path)
    alone = lincs.verify(tmp_path / "sae.safetensors", key="W_dec", layout="rows", k=1)
    assert alone.results == lincs.verify(dec.T, k=1).results


def test_crosscoders(tmp_path):
    rng = np.random.default_rng(0)
    W = rng.standard_normal((M, 3, D))
    file = save(tmp_path / "x.safetensors", W_dec=W, W_enc=np.transpose(W, (1, 2, 0)))
    flat = W.reshape(M, -1)
    for layout in ("auto", "crosscoder"):
        assert found(file, layout=layout) == pytest.approx(worst(flat, flat), rel=1e-12)
    with pytest.raises(lincs.InputError, match="a crosscoder of 3 models"):
        found(file, layout="saelens")
    one = as_matrix(file, key="W_dec[:, 1]", layout="rows")
    np.testing.assert_array_equal(one.rows(0, M), W[:, 1])


def test_unknown_arrays_are_called_unknown(pair, tmp_path):
    dec, enc = pair
    file = save(tmp_path / "x.safetensors", W_dec=dec, W_enc=enc.T, b_enc=np.zeros(M), mystery=np.ones(M))
    with pytest.warns(Note) as notes:
        lincs.verify(file, k=1)
    said = [str(note.message) for note in notes]
    assert any("no use for b_enc" in text for text in said)
    assert any("what mystery means is unknown" in text for text in said)
    assert not any("no use" in text and "mystery" in text for text in said)
    assert (role_of("B_DEC"), role_of("r_mag"), role_of("mystery")) == (
        Role.NO_PART, Role.ENCODER_LOG_GAIN, Role.UNKNOWN
    )  # fmt: skip


def test_several_models_in_one_file(pair, tmp_path):
    dec, enc = pair
    arrays = {}
    for n, factor in enumerate((1, 2)):
        arrays |= {f"models.{n}.W_dec": dec, f"models.{n}.W_enc": np.ascontiguousarray(factor * enc.T)}
    save_file(arrays, tmp_path / "x.safetensors")
    with pytest.raises(lincs.InputError, match=r"several models \(models.0, models.1\): choose one by key"):
        found(tmp_path / "x.safetensors")
    assert found(tmp_path / "x.safetensors", key="models.1") == pytest.approx(worst(dec, 2 * enc), rel=1e-12)


def test_probes_from_elsewhere(pair, tmp_path):
    dec, enc = pair
    np.savez(tmp_path / "a.npz", W_dec=dec.T, extra=np.eye(2))
    np.save(tmp_path / "b.npy", enc.T)
    expected = lincs.verify(dec.T, enc.T, k=2).results
    assert lincs.verify(tmp_path / "a.npz", tmp_path / "b.npy", key="W_dec", k=2).results == expected
    own = save(tmp_path / "own.safetensors", dec=dec.T, enc=enc)
    assert lincs.verify(own, key="dec", key_b="enc", layout_b="rows", k=2).results == expected
    sae = save(tmp_path / "sae.safetensors", W_dec=2 * dec, W_enc=enc.T)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Note)
        assert lincs.verify(dec.T, sae, k=2).results == expected  # of an autoencoder in B's place, its encoder


class Bag:
    """An object with attributes, as libraries' autoencoders are."""

    def __init__(self, **attributes):
        self.__dict__ |= attributes


def test_objects_of_other_libraries(pair):
    dec, enc = pair
    expected = lincs.verify(dec.T, enc.T, k=2).results
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Note)
        assert lincs.verify(Bag(W_dec=dec, W_enc=enc.T), k=2).results == expected
        turned = Bag(W_dec=dec.T, W_enc=enc, cfg=Bag(d_in=D, d_sae=M))
        assert lincs.verify(turned, k=2).results == expected
        with pytest.raises(lincs.InputError, match="A is a transcoder"):
            lincs.verify(Bag(W_dec=dec, W_enc=enc.T, cfg={"transcode": True}), k=2)


def test_torch_modules(pair):
    torch = pytest.importorskip("torch")
    dec, enc = pair

    class Sae(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder, self.decoder = torch.nn.Linear(D, M), torch.nn.Linear(M, D)
            self.encoder.weight.data, self.decoder.weight.data = torch.tensor(enc), torch.tensor(dec.T)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Note)
        assert lincs.verify(Sae(), k=2).results == lincs.verify(dec.T, enc.T, k=2).results
        assert lincs.verify(Sae().state_dict(), k=2).results == lincs.verify(dec.T, enc.T, k=2).results
    table = torch.nn.Embedding(M, D)
    np.testing.assert_array_equal(as_matrix(table).rows(0, M, np.float32), table.weight.detach().numpy())
    layer = torch.nn.Linear(M, D)  # (out, in): columns are features
    np.testing.assert_array_equal(as_matrix(layer).rows(0, M, np.float32), layer.weight.detach().numpy().T)


def test_what_offers_an_array_is_one():
    from scipy import sparse

    A = np.random.default_rng(0).standard_normal((3, 6))

    class Wrapped:
        def __array__(self, dtype=None, copy=None):
            return A if dtype is None else A.astype(dtype)

    for value in (Wrapped(), sparse.csr_array(A), sparse.coo_matrix(A), A.tolist()):
        np.testing.assert_array_equal(as_matrix(value).rows(0, 6), A.T)
    assert read_pair(Wrapped(), sparse.csr_array(A)).given
