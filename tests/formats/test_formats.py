"""Every format by its content: the same matrix in each, whatever the suffix; what cannot be read is one sentence."""

import json
import shutil

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import save_file
from scipy import io, sparse

import lincs
from lincs.errors import Note
from lincs.files import open_file, read_array, read_matrix
from lincs.formats import How
from lincs.reading import as_matrix
from tests import command


@pytest.fixture(scope="module")
def A():
    return np.random.default_rng(0).standard_normal((3, 8)).round(3)


def write_text(path, A):
    np.savetxt(path, A)


def write_csv(path, A):
    np.savetxt(path, A, delimiter=",", header=",".join(f"c{j}" for j in range(A.shape[1])), comments="")


def write_sparse(path, A):
    sparse.save_npz(path, sparse.csr_array(A))


WRITERS = {
    "A.npy": np.save,
    "A.npz": lambda path, A: np.savez(path, A=A),
    "sparse.npz": write_sparse,
    "A.safetensors": lambda path, A: save_file({"A": A}, path),
    "A.txt": write_text,
    "A.csv": write_csv,
    "A.mat": lambda path, A: io.savemat(path, {"A": A}),
    "A.mtx": lambda path, A: io.mmwrite(path, A, precision=17),
    "sparse.mtx": lambda path, A: io.mmwrite(path, sparse.coo_array(A), precision=17),
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("suffix", [None, ".unknown", ".NPY"])
def test_a_matrix_in_every_format_under_any_suffix(name, suffix, A, tmp_path):
    path = tmp_path / name
    WRITERS[name](path, A)
    if suffix is not None:
        path = path.rename(path.with_suffix(suffix))
    matrix = read_matrix(path)
    np.testing.assert_array_equal(matrix.rows(0, matrix.m), A.T)


def test_torch_files(A, tmp_path):
    torch = pytest.importorskip("torch")
    for name in ("a.pt", "pytorch_model.bin", "a.ckpt", "a.npy"):
        torch.save({"x": torch.nn.Parameter(torch.from_numpy(A))}, tmp_path / name)
        np.testing.assert_array_equal(read_matrix(tmp_path / name).rows(0, 8), A.T)
    torch.save({"x": torch.from_numpy(A)}, tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    np.testing.assert_array_equal(read_matrix(tmp_path / "old.pt").rows(0, 8), A.T)
    for dtype in (torch.bfloat16, torch.float16, torch.float8_e4m3fn, torch.float8_e5m2, torch.int8):
        held = torch.from_numpy(A).to(dtype)
        torch.save({"x": held}, tmp_path / "half.pt")
        np.testing.assert_array_equal(read_matrix(tmp_path / "half.pt").rows(0, 8), held.double().numpy().T)
    torch.save({"x": torch.from_numpy(A).to_sparse()}, tmp_path / "sparse.pt")
    np.testing.assert_array_equal(read_matrix(tmp_path / "sparse.pt").rows(0, 8), A.T)
    torch.save({"step": 3, "models": [{"W": torch.from_numpy(A)}, {"W": torch.from_numpy(2 * A)}]}, tmp_path / "two.pt")
    with pytest.raises(lincs.InputError, match=r"several arrays \(models.0.W, models.1.W\)"):
        read_matrix(tmp_path / "two.pt")
    np.testing.assert_array_equal(read_matrix(tmp_path / "two.pt", key="models.1.W").rows(0, 8), 2 * A.T)
    torch.save({"x": torch.empty(2, 2, device="meta")}, tmp_path / "meta.pt")
    with pytest.raises(lincs.InputError, match="meta"):
        read_matrix(tmp_path / "meta.pt")
    torch.save({"step": 3}, tmp_path / "none.pt")
    with pytest.raises(lincs.InputError, match="holds no tensors"):
        read_matrix(tmp_path / "none.pt")


@pytest.mark.parametrize("dtype", [ml_dtypes.float8_e4m3fn, ml_dtypes.float8_e5m2, ml_dtypes.bfloat16, np.uint16, bool])
def test_number_types_of_safetensors(dtype, A, tmp_path):
    held = (np.abs(A) * 2).astype(dtype)
    save_file({"x": held}, tmp_path / "x.safetensors")
    matrix = read_matrix(tmp_path / "x.safetensors")
    np.testing.assert_array_equal(matrix.rows(0, 8), held.astype(np.float64).T)
    assert lincs.verify(matrix, k=1).results == lincs.verify(held.astype(np.float64), k=1).results


def test_sharded_safetensors(A, tmp_path):
    save_file({"a": A, "other": A}, tmp_path / "model-1.safetensors")
    save_file({"b": 2 * A}, tmp_path / "model-2.safetensors")
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}))
    np.testing.assert_array_equal(read_matrix(index, key="b").rows(0, 8), 2 * A.T)
    np.testing.assert_array_equal(read_matrix(tmp_path, key="a").rows(0, 8), A.T)  # the folder is its index
    (tmp_path / "model-2.safetensors").unlink()
    with pytest.raises(lincs.InputError, match=r"names model-2.safetensors, which is not beside it"):
        read_matrix(index, key="b")


def test_bfloat16_arrays_of_numpy_are_read_on_request(A, tmp_path):
    held = A.astype(ml_dtypes.bfloat16)
    np.save(tmp_path / "a.npy", held)
    np.savez(tmp_path / "a.npz", x=held)
    for name in ("a.npy", "a.npz"):
        with pytest.raises(lincs.InputError, match="bfloat16"):
            read_matrix(tmp_path / name)
        found = read_matrix(tmp_path / name, how=How(bfloat16=True))
        np.testing.assert_array_equal(found.rows(0, 8), held.astype(np.float64).T)


@pytest.mark.parametrize("header", [True, False])
def test_word_vectors(header, A, tmp_path):
    words = [f"w {j}" if j == 3 else f"w{j}" for j in range(8)]  # a word may hold a blank
    lines = [f"{word} {' '.join(map(repr, column.tolist()))}" for word, column in zip(words, A.T, strict=True)]
    (tmp_path / "v.txt").write_text("\ufeff" + "\n".join([*(["8 3"] if header else []), *lines]), encoding="utf-8")
    with pytest.warns(Note, match="8 words with vectors of 3 numbers"):
        matrix = as_matrix(tmp_path / "v.txt")  # features are rows, and nobody needs to say so
    np.testing.assert_array_equal(matrix.rows(0, 8), A.T)
    assert matrix.words == tuple(words)
    (tmp_path / "bad.txt").write_text("a 1 2 3\nb 1 2\nc 1 2 3\n")
    with pytest.raises(lincs.InputError, match="must have a word and 3 numbers a line, got 'b 1 2'"):
        read_matrix(tmp_path / "bad.txt")


def test_words_name_the_features(A, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [f"word{j} {' '.join(map(str, column))}" for j, column in enumerate(A.T)]
    (tmp_path / "v.txt").write_text("\n".join(lines))
    done = command.lincs("verify", "v.txt", "--k", "1", "--describe")
    assert done.code == 0, done.err
    assert ": +word" in done.out


def test_packings_one_number_a_line(A, tmp_path):
    np.savetxt(tmp_path / "pack.3.8.txt", A.T.ravel())
    np.testing.assert_array_equal(read_matrix(tmp_path / "pack.3.8.txt").rows(0, 8), A.T)
    shutil.copy(tmp_path / "pack.3.8.txt", tmp_path / "numbers.txt")
    with pytest.raises(lincs.InputError, match=r"one number a line: say how many make a vector \(--d\)"):
        read_matrix(tmp_path / "numbers.txt")
    np.testing.assert_array_equal(read_matrix(tmp_path / "numbers.txt", how=How(d=3)).rows(0, 8), A.T)
    with pytest.raises(lincs.InputError, match="24 numbers, which is no multiple of d = 5"):
        read_matrix(tmp_path / "numbers.txt", how=How(d=5))


def test_one_matrix_of_a_stack_across_any_axis(tmp_path):
    stack = np.arange(24.0).reshape(4, 2, 3)
    np.savez(tmp_path / "s.npz", W=stack)
    np.testing.assert_array_equal(read_matrix(tmp_path / "s.npz", key="W[:, 1]", layout="rows").rows(0, 4), stack[:, 1])
    np.testing.assert_array_equal(read_matrix(tmp_path / "s.npz", key="W[3]", layout="rows").rows(0, 2), stack[3])
    for key in ("W[:, 2]", "W[0, 0]", "W[:]", "W[4]"):
        with pytest.raises(lincs.InputError, match="stack"):
            read_matrix(tmp_path / "s.npz", key=key)


def test_arrays_of_any_shape_by_key(tmp_path):
    np.savez(tmp_path / "two.npz", A=np.eye(2), b=np.arange(2.0))
    assert read_array(tmp_path / "two.npz", key="b").tolist() == [0, 1]
    with pytest.raises(lincs.InputError, match=r"several arrays \(A, b\): choose one by --key-x"):
        read_array(tmp_path / "two.npz", option="--key-x")


def test_the_configuration_beside_a_file(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(2))
    (tmp_path / "cfg.json").write_text(json.dumps({"d_in": 2, "sae": {"k": 3}}))
    assert open_file(tmp_path / "a.npy")[1].config == {"k": 3, "d_in": 2, "sae": {"k": 3}}
    (tmp_path / "cfg.json").write_text("{")
    with pytest.raises(lincs.InputError, match=r"cfg.json cannot be read"):
        open_file(tmp_path / "a.npy")
