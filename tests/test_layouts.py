"""Dictionaries as their libraries write them: small files of every kind, written and read back."""

import json
import sys
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import save_file

import lincs
from lincs.layouts import LAYOUTS, docs_table
from lincs.reading import as_matrix, dense, read_pair
from tests import command
from tests import command as command_line

D, M = 4, 9

NAMED = [name for name, layout in LAYOUTS.items() if layout.decoder is not None and layout.decoder.axes == 2]


def pair(seed=0):
    return np.random.default_rng(seed).standard_normal((2, D, M)).astype(np.float32)


def arrays(layout, A, B):
    """The arrays of a file, with the biases that such files have."""
    biases = {"b_enc": np.ones(M, np.float32), "b_dec": np.ones(D, np.float32)}
    return {
        "pair": {"A": A, "B": B, "bias": biases["b_dec"]},
        "saelens": {"W_dec": A.T, "W_enc": B, **biases, "threshold": np.ones(M, np.float32)},
        "sparsify": {"W_dec": A.T, "encoder.weight": B.T, "encoder.bias": biases["b_enc"], "b_dec": biases["b_dec"]},
        "dictionary-learning": {"decoder.weight": A, "encoder.weight": B.T, "bias": biases["b_dec"]},
    }[layout]  # fmt: skip


def write(path, contents):
    contents = {key: np.ascontiguousarray(array) for key, array in contents.items()}
    if path.suffix == ".npz":
        np.savez(path, **contents)
    elif path.suffix == ".safetensors":
        save_file(contents, path)
    else:
        torch = pytest.importorskip("torch")
        torch.save({key: torch.from_numpy(array) for key, array in contents.items()}, path)
    return path


@pytest.mark.parametrize("layout", NAMED)
@pytest.mark.parametrize("suffix", [".npz", ".safetensors", ".pt"])
def test_every_named_layout_in_every_format(layout, suffix, tmp_path):
    A, B = pair()
    file = write(tmp_path / f"sae{suffix}", arrays(layout, A, B))
    pair_read = read_pair(file, layout=layout)
    a, b = pair_read.A, pair_read.B
    np.testing.assert_array_equal(a.rows(0, M, np.float32), A.T)
    np.testing.assert_array_equal(b.rows(0, M, np.float32), B.T)
    assert lincs.verify(file, layout=layout, k=[1, 3]).results == lincs.verify(A, B, k=[1, 3]).results


def without_encoder(printed):
    """What a command prints, but for what ``lincs probe`` says of the encoder that the named file has besides A."""
    if not printed.startswith("{"):
        return printed
    record = json.loads(printed)
    for case in record["results"]:
        del case["encoder"]
        case["share_below"].pop("encoder", None)
    return record


@pytest.mark.parametrize("layout", NAMED)
def test_every_function_and_command_knows_the_layouts(layout, tmp_path):
    """A is the decoder everywhere: in Python, and in the commands that used to know columns and rows alone."""
    A, B = pair()
    file = write(tmp_path / "sae.npz", arrays(layout, A, B))
    np.save(tmp_path / "A.npy", A)
    np.save(tmp_path / "X.npy", A[:, :2].astype(np.float64))
    np.testing.assert_array_equal(dense(file, layout=layout), A)
    assert lincs.optimal_probes(file, k=2, layout=layout).nu == lincs.optimal_probes(A, k=2).nu
    for arguments in (
        ("probe", "A.npy", "--k", "1,2", "--json"),
        ("decode", "A.npy", "X.npy"),
        ("compare", "--matrix", "A.npy", "--k", "1"),
    ):
        given = [str(tmp_path / word) if word.endswith(".npy") else word for word in arguments]
        named = [str(file) if word.endswith("A.npy") else word for word in given]
        found = command.lincs(*named, "--layout", layout)
        assert found.code == 0, found.err
        assert without_encoder(found.out) == without_encoder(command.lincs(*given).out)
        assert "no use for" in found.err


@pytest.mark.parametrize("word", ["verify", "probe", "decode", "compare"])
def test_an_unknown_layout_is_called_that(word, tmp_path):
    A, B = pair()
    file = write(tmp_path / "sae.npz", arrays("saelens", A, B))
    np.save(tmp_path / "X.npy", A[:, :2])
    rest = {"decode": [tmp_path / "X.npy"]}.get(word, ["--k", "1"])
    where = ["--matrix", file] if word == "compare" else [file]
    done = command.lincs(word, *where, *rest, "--layout", "nope")
    assert done.code == 2
    assert done.err.startswith("lincs: layout must be one of auto, columns, rows, saelens")


def test_the_docs_list_the_layouts():
    text = (Path(__file__).parents[1] / "docs" / "dictionary.md").read_text(encoding="utf-8")
    assert docs_table() in text


def test_a_folder_is_the_file_in_it(tmp_path):
    A, B = pair()
    folder = tmp_path / "sae"
    folder.mkdir()
    with pytest.raises(lincs.InputError, match=r"is a folder with no \.bin"):
        lincs.verify(folder, k=1)
    write(folder / "weights.npz", arrays("saelens", A, B))
    (folder / "notes.txt").write_text("x")
    assert lincs.verify(folder, layout="saelens", k=1).results == lincs.verify(A, B, k=1).results
    np.save(folder / "other.npy", A)
    with pytest.raises(lincs.InputError, match=r"is a folder with other\.npy, weights\.npz: name one file"):
        lincs.verify(folder, layout="saelens", k=1)


def test_torch_tensors_are_arrays():
    torch = pytest.importorskip("torch")
    A, B = pair()
    expected = lincs.verify(A, B, k=2).results
    parameter = torch.nn.Parameter(torch.from_numpy(A))
    assert lincs.verify(parameter, torch.from_numpy(B), k=2).results == expected
    half = torch.from_numpy(A).bfloat16()
    assert lincs.verify(half, k=2).results == lincs.verify(half.float().numpy(), k=2).results
    x = torch.from_numpy(A[:, 0])
    np.testing.assert_array_equal(lincs.basis_pursuit(parameter, x).z, lincs.basis_pursuit(A, A[:, 0]).z)


def test_a_matrix_takes_no_option_that_it_has_answered():
    A, _ = pair()
    matrix = as_matrix(A)
    for options in ({"layout": "rows"}, {"key": "A"}):
        with pytest.raises(lincs.InputError, match="is a Matrix, which has its layout already"):
            as_matrix(matrix, **options)
    unit = as_matrix(matrix, normalize=True).rows(0, M)
    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), 1)
    for wrong in ({"key": "A"}, {"layout": "saelens"}):
        with pytest.raises(lincs.InputError, match="is no file"):
            as_matrix(A, **wrong)


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16])
def test_half_precision_safetensors(dtype, tmp_path):
    A, B = (x.astype(dtype) for x in pair())
    file = write(tmp_path / "sae.safetensors", arrays("saelens", A, B))
    expected = lincs.verify(A.astype(np.float64), B.astype(np.float64), k=2)
    assert lincs.verify(file, layout="saelens", k=2).results == expected.results


def test_an_encoder_stored_the_other_way_is_recognised_by_the_decoder(tmp_path):
    A, B = pair()
    file = write(tmp_path / "sae.npz", {"decoder.weight": A, "encoder.weight": B})
    b = read_pair(file, layout="dictionary-learning").B
    np.testing.assert_array_equal(b.rows(0, M, np.float32), B.T)


def test_what_does_not_fit_is_refused(tmp_path):
    A, B = pair()
    file = write(tmp_path / "sae.npz", arrays("saelens", A, B))
    with pytest.raises(lincs.InputError, match=r"no array 'decoder.weight'.*it holds W_dec, W_enc"):
        read_pair(file, layout="dictionary-learning")
    with pytest.raises(lincs.InputError, match="from one file, without B"):
        lincs.verify(file, A, layout="saelens", k=1)
    with pytest.raises(lincs.InputError, match="from one file"):
        lincs.verify(A, layout="saelens", k=1)
    bad = write(tmp_path / "bad.npz", {"W_dec": A.T, "W_enc": B[:, :5]})
    with pytest.raises(lincs.InputError, match="decoder of 9 features in 4 dimensions but an encoder of 5 in 4"):
        read_pair(bad, layout="saelens")
    np.save(tmp_path / "one.npy", A)
    with pytest.raises(lincs.InputError, match="a single unnamed array"):
        read_pair(tmp_path / "one.npy", layout="saelens")


def test_a_torch_file_that_would_run_code_is_refused(tmp_path):
    pytest.importorskip("torch")
    import pickle

    class Trap:
        def __reduce__(self):
            return (print, ("executed",))

    (tmp_path / "trap.pt").write_bytes(pickle.dumps({"W": Trap()}))
    with pytest.raises(lincs.InputError, match="cannot be read"):
        lincs.verify(tmp_path / "trap.pt", k=1)


def test_without_torch_a_pt_file_asks_for_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)  # makes `import torch` fail
    (tmp_path / "a.pt").write_bytes(b"\x80\x02}q\x00.")  # an empty pickle
    with pytest.raises(lincs.InputError, match=r"lincs-bounds\[torch\]"):
        lincs.verify(tmp_path / "a.pt", k=1)


def test_the_command_notes_what_it_ignores(tmp_path):
    A, B = pair()
    file = write(tmp_path / "sae.safetensors", arrays("saelens", A, B))
    done = command_line.run(
        [sys.executable, "-m", "lincs", "verify", str(file), "--layout", "saelens", "--k", "1,2", "--json"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "b_dec, b_enc, threshold" in done.stderr
    document = json.loads(done.stdout)
    assert document["pair"] == "given"
    assert document["shape"] == {"d": D, "m": M}


def test_scales_are_ranges_of_the_features():
    """Errors on the box prod [-s_j, s_j], relative to s_i, by enumeration of the extreme inputs."""
    import itertools

    A, B = (x.astype(np.float64) for x in pair(1))
    A, B = A[:, :5], B[:, :5]
    s = np.array([0.5, 2.0, 1.0, 4.0, 0.25])
    for left, right in ((A, B), (A, A)):
        M = right.T @ left
        worst = 0.0
        for support in itertools.combinations(range(5), 2):
            for signs in itertools.product([-1, 1], repeat=2):
                z = np.zeros(5)
                z[list(support)] = signs * s[list(support)]
                worst = max(worst, np.abs((M @ z - z) / s).max())
        assert lincs.verify(left, right, k=2, scales=s).results[0].eps.lo == pytest.approx(worst, rel=1e-12)
    # The best scaling of a probe does not care in which units its own feature is measured.
    case = lincs.verify(A, k=2, scales=s).results[0]
    assert lincs.verify(A * s, k=2).results[0].eps == case.eps
    for bad, message in (
        ([1.0, 2.0], "shape"),
        ([1, 1, 0, 1, 1], "positive"),
        ([1, 1, np.nan, 1, 1], "positive"),
    ):
        with pytest.raises(lincs.InputError, match=message):
            lincs.verify(A, k=2, scales=bad)
