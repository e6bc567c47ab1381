"""Files as they are: every format and number type, and every way in which a file can be wrong."""

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import save_file

import lincs
from lincs.files import read_matrix
from lincs.interference.identity import identity
from lincs.interference.rounding import survey
from lincs.reading import as_matrix

TYPES = [np.float16, np.float32, np.float64, np.int8, ml_dtypes.bfloat16]


# numpy's own formats cannot hold bfloat16 (see the refusal below)
KINDS = [
    (kind, dtype)
    for kind in ("npy", "npz", "safetensors", "array")
    for dtype in TYPES
    if dtype is not ml_dtypes.bfloat16 or kind in ("safetensors", "array")
]


@pytest.mark.parametrize("layout", ["columns", "rows"])
@pytest.mark.parametrize(("kind", "dtype"), KINDS)
def test_reads_back_what_was_written(tmp_path, dtype, layout, kind):
    A = (np.random.default_rng(0).standard_normal((3, 7)) * 4).astype(dtype)
    stored = np.ascontiguousarray(A if layout == "columns" else A.T)
    path = tmp_path / f"a.{kind}"
    if kind == "npy":
        np.save(path, stored)
    elif kind == "npz":
        np.savez(path, W=stored)
    elif kind == "safetensors":
        save_file({"W": stored}, path)
    matrix = as_matrix(stored, layout=layout) if kind == "array" else read_matrix(path, layout=layout)
    assert (matrix.d, matrix.m) == (3, 7)
    expected = A.T.astype(np.float64)
    np.testing.assert_array_equal(matrix.rows(0, 7), expected)
    np.testing.assert_array_equal(matrix.rows(2, 5, np.float32), expected[2:5].astype(np.float32))
    np.testing.assert_array_equal(matrix.take(np.array([6, 0, 3])), expected[[6, 0, 3]])
    assert matrix.exact_in(np.float64)
    assert matrix.exact_in(np.float32) == (dtype is not np.float64)


def test_npy_is_memory_mapped(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(4, dtype=np.float32))
    assert isinstance(read_matrix(tmp_path / "a.npy").rows(0, 2, np.float32).base, np.memmap | np.ndarray)
    assert isinstance(read_matrix(tmp_path / "a.npy")._store, np.memmap)


def test_one_file_and_key_is_one_matrix(tmp_path):
    np.savez(tmp_path / "a.npz", A=np.eye(3), B=np.ones((3, 3)))
    a, again, b = (read_matrix(tmp_path / "a.npz", key=key) for key in "AAB")
    assert survey(again, a).same
    assert not survey(b, a).same
    assert identity(a) == identity(again) != identity(b)


def test_identity_is_of_the_entries_and_of_every_option():
    A = np.random.default_rng(0).standard_normal((3, 40))
    plain = identity(as_matrix(A))
    assert identity(as_matrix(A.T, layout="rows")) == identity(as_matrix(A.tolist())) == plain
    assert survey(as_matrix(A), as_matrix(A), identities=True).identities == (plain, plain)
    moved = A.copy()
    moved[2, 39] = np.nextafter(moved[2, 39], 1)
    others = [as_matrix(moved), as_matrix(A, normalize=True), as_matrix(A).with_scales(np.full(40, 2.0)),
              as_matrix(A.reshape(6, 20))]  # fmt: skip
    assert len({plain, *map(identity, others)}) == 5


def test_matrices_of_freed_lists_are_not_taken_for_one():
    """Python gives the address of a freed list to the next: an address is no identity."""
    rng = np.random.default_rng(0)
    for _ in range(20):
        A, B = rng.standard_normal((2, 3, 8))
        mixed = lincs.verify(as_matrix(A.tolist()), as_matrix(B.tolist()), k=1).results[0].eps
        assert mixed == lincs.verify(A, B, k=1).results[0].eps


def test_a_file_and_its_array_give_the_same_answer(tmp_path):
    A = np.random.default_rng(0).standard_normal((5, 30)).astype(np.float16)
    np.save(tmp_path / "a.npy", A.T)
    from_file = lincs.verify(tmp_path / "a.npy", k=[1, 4], layout="rows")
    assert from_file.results == lincs.verify(A, k=[1, 4]).results


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_unreadable_files_are_refused_by_name(tmp_path):
    np.save(tmp_path / "good.npy", np.eye(50))
    whole = (tmp_path / "good.npy").read_bytes()
    save_file({"W": np.eye(50)}, tmp_path / "good.safetensors")
    tensors = (tmp_path / "good.safetensors").read_bytes()
    np.savez(tmp_path / "good.npz", W=np.eye(50))
    archive = (tmp_path / "good.npz").read_bytes()
    np.save(tmp_path / "objects.npy", np.array([[{}]], dtype=object), allow_pickle=True)
    np.save(tmp_path / "cube.npy", np.zeros((2, 2, 2)))
    np.save(tmp_path / "bf16.npy", np.eye(2).astype(ml_dtypes.bfloat16))
    bad = [
        (tmp_path / "missing.npy", "is not a file"),
        (tmp_path, "is a folder with"),
        (written(tmp_path, "cut.npy", whole[: len(whole) // 2]), "cannot be read"),
        (written(tmp_path, "empty.npy", b""), "is empty"),
        (written(tmp_path, "text.npy", b"hello, world"), "cannot be read as a text file"),
        (written(tmp_path, "cut.npz", archive[: len(archive) // 2]), "cannot be read"),
        (
            written(tmp_path, "cut.safetensors", tensors[: len(tensors) // 2]),
            "cannot be read",
        ),
        (written(tmp_path, "noise.safetensors", b"\xff" * 64), "cannot be read"),
        (written(tmp_path, "pointer.npy", b"version https://git-lfs.github.com/spec/v1\n"), "is a git-LFS pointer"),
        (written(tmp_path, "h5.mat", b"\x89HDF\r\n\x1a\n"), "is an HDF5 file"),
        (tmp_path / "objects.npy", "cannot be read"),
        (tmp_path / "cube.npy", "two dimensions"),
        (tmp_path / "bf16.npy", "bfloat16 array saved with ml_dtypes"),
    ]
    for path, message in bad:
        with pytest.raises(lincs.InputError, match=message) as caught:
            read_matrix(path)
        assert "\n" not in str(caught.value)


def test_keys_are_asked_for_and_checked(tmp_path):
    np.savez(tmp_path / "two.npz", A=np.eye(2), B=np.eye(2))
    with pytest.raises(lincs.InputError, match="several arrays \\(A, B\\)"):
        read_matrix(tmp_path / "two.npz")
    with pytest.raises(lincs.InputError, match="no array named 'C'"):
        read_matrix(tmp_path / "two.npz", key="C")
    np.save(tmp_path / "one.npy", np.eye(2))
    with pytest.raises(lincs.InputError, match="without a name"):
        read_matrix(tmp_path / "one.npy", key="A")


def test_real_lift_is_the_same_map_on_real_coordinates():
    rng = np.random.default_rng(0)
    C = rng.standard_normal((3, 5)) + 1j * rng.standard_normal((3, 5))
    z = rng.standard_normal(5) + 1j * rng.standard_normal(5)
    lifted = lincs.real_lift(C) @ np.concatenate([z.real, z.imag])
    np.testing.assert_allclose(lifted, np.concatenate([(C @ z).real, (C @ z).imag]))
    with pytest.raises(lincs.InputError):
        lincs.real_lift(np.zeros(3))


def test_toy_results_and_stacks_are_read_by_label_and_by_indices(tmp_path):
    stack = np.arange(24.0).reshape(3, 4, 1, 2)
    np.savez(tmp_path / "grid.npz", toy="phase", W=stack, b=np.zeros((3, 4, 2)), loss=np.zeros((3, 4)))
    np.savez(tmp_path / "two.npz", toy="basic", W_a=np.eye(2), b_a=np.zeros(2), W_b=2 * np.eye(2), b_b=np.zeros(2))
    np.savez(tmp_path / "one.npz", W=np.eye(2), b=np.zeros(2), **{"W[0]": np.ones((2, 2))})
    save_file({"S": stack}, tmp_path / "stack.safetensors")
    for name, key in (("grid.npz", "W[1,2]"), ("stack.safetensors", "S[1, 2]")):
        matrix = read_matrix(tmp_path / name, key=key)
        assert (matrix.d, matrix.m) == (1, 2)
        assert matrix.rows(0, 2).ravel().tolist() == stack[1, 2].ravel().tolist()
    # One cell is another matrix than its neighbour, and the same one under both spellings.
    keys = ("W[1,2]", "W[ 1, 2 ]", "W[1,1]")
    one, again, other = (identity(read_matrix(tmp_path / "grid.npz", key=key)) for key in keys)
    assert one == again != other
    assert read_matrix(tmp_path / "two.npz", key="b").rows(0, 1).tolist() == [[2, 0]]
    assert read_matrix(tmp_path / "two.npz", key="W_b").rows(0, 1).tolist() == [[2, 0]]
    assert read_matrix(tmp_path / "one.npz", key="W[0]").rows(0, 1).tolist() == [[1, 1]]  # a name as it stands
    for name, key, message in (
        ("grid.npz", None, r"stack of 3 x 4 matrices of 1 x 2: choose one by key, W\[0,0\] to \[2,3\]"),
        ("grid.npz", "W[3,0]", r"W\[0,0\] to \[2,3\]"),
        ("grid.npz", "W[1]", r"W\[0,0\] to \[2,3\]"),
        ("grid.npz", "c", r"no array named 'c'; it holds W\[0,0\] to \[2,3\]"),
        ("two.npz", None, r"2 toy models \(a, b\): choose one by key"),
        ("two.npz", "c", r"no array named 'c'; it holds 2 toy models \(a, b\)"),
        ("two.npz", "a[0]", "takes no indices"),
    ):  # fmt: skip
        with pytest.raises(lincs.InputError, match=message) as caught:
            read_matrix(tmp_path / name, key=key)
        assert "\n" not in str(caught.value)


def test_the_only_matrix_among_vectors_needs_no_key(tmp_path):
    np.savez(tmp_path / "one.npz", W=np.eye(2), b=np.zeros(2))
    assert read_matrix(tmp_path / "one.npz").rows(0, 1).tolist() == [[1, 0]]


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16])
def test_sums_of_short_types_are_those_of_float64(dtype):
    """ml_dtypes adds bfloat16 in bfloat16 (1,000 ones are 256), numpy squares float16 in float16: here nothing does."""
    ones = as_matrix(np.ones((70_000, 2), dtype))
    assert ones.norms() == pytest.approx([70_000**0.5] * 2)
    assert ones.normalized().rows(0, 1) == pytest.approx(70_000**-0.5)
    found = lincs.verify(np.ones((3000, 2), dtype), np.ones((3000, 2), dtype), k=1)
    assert found.results[0].eps.hi == 3000


@pytest.mark.parametrize("layout", ["columns", "rows"])
def test_norms_are_computed_once_and_belong_to_their_matrix(layout, monkeypatch):
    rng = np.random.default_rng(7)
    rows = rng.standard_normal((30, 5)) * 10.0 ** rng.integers(-200, 150, 30)[:, None]
    rows[4] = 0.0
    store = rows if layout == "rows" else np.ascontiguousarray(rows.T)
    unit = as_matrix(store, layout=layout, normalize=True)
    expected = rows / np.where(rows.any(axis=1), np.abs(rows).max(axis=1), 1.0)[:, None]
    expected /= np.where(rows.any(axis=1), np.linalg.norm(expected, axis=1), 1.0)[:, None]
    first = unit.rows(0, 30).copy()
    np.testing.assert_allclose(first, expected, rtol=1e-15)

    # Every matrix made of one whose norms are known has norms of its own.
    chosen = np.array([9, 4, 2, 28])
    gain = rng.standard_normal(5)
    fresh = as_matrix(store, layout=layout, normalize=True)
    for name, argument in (("only", chosen), ("gained", gain), ("with_scales", np.arange(1.0, 31.0))):
        known, new = getattr(unit, name)(argument), getattr(fresh, name)(argument)
        assert np.array_equal(known.rows(0, known.m), new.rows(0, new.m)), name
    assert np.array_equal(unit.as_complex().rows(0, 30), fresh.as_complex().rows(0, 30))

    # Read again, in pieces or by name: the same numbers, without another norm.
    monkeypatch.setattr("lincs.matrices._lengths", None)
    assert np.array_equal(unit.rows(3, 17), first[3:17])
    assert np.array_equal(unit.take(chosen), first[chosen])
