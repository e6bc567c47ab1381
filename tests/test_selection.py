"""Lists of features: text, sequences, masks and files say the same, and what is no list is one sentence."""

import numpy as np
import pytest

import lincs
from lincs.reading import as_matrix
from lincs.selection import indices, select

WANTED = [0, 5, 7, 8, 9]


def spellings(folder):
    mask = np.zeros(12, dtype=bool)
    mask[WANTED] = True
    np.save(folder / "ints.npy", np.array(WANTED))
    np.save(folder / "mask.npy", mask)
    (folder / "lines.txt").write_text("\ufeff" + "\n".join(map(str, WANTED)) + "\n", encoding="utf-8")
    files = [folder / "ints.npy", folder / "mask.npy", folder / "lines.txt", str(folder / "lines.txt")]
    return ["0,5,7:9", " 0, 5, 7:9:1", WANTED, tuple(WANTED), np.array(WANTED, np.uint8), mask, mask.tolist(), *files]


def test_every_spelling_names_the_same_features(tmp_path):
    for spec in spellings(tmp_path):
        assert sorted(indices(spec, "features", m=12).tolist()) == WANTED, spec
    assert indices(3, "features", m=12).tolist() == indices("3", "features", m=12).tolist() == [3]
    assert indices("7,2", "features", m=12).tolist() == [7, 2]  # in the order asked for


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("12", "below m = 12, got 12"),
        ("0:12", "below m = 12, got 12"),
        ("9" * 40, "below m = 12"),
        ([-1], "below m = 12, got -1"),
        ([10**30], "below m = 12"),
        ("3,3", "distinct, got 3 twice"),
        ("5:2", "increasing"),
        ("1,,2", 'must look like "7"'),
        ("dead", "got the word 'dead'"),
        ("nowhere.txt", "got 'nowhere.txt'"),
        ([1.5], "list of integers"),
        ([[1, 2]], "list of integers"),
        ([True, False], "mask of shape"),
        ({1}, "must be"),
    ],
)
def test_what_is_no_list_is_one_sentence(spec, words):
    with pytest.raises(lincs.InputError, match=words):
        indices(spec, "features", m=12)


def test_a_file_of_something_else_is_refused(tmp_path):
    for name, text in (("words.txt", "a\nb"), ("minus.txt", "-1"), ("half.txt", "0.5")):
        (tmp_path / name).write_text(text)
        with pytest.raises(lincs.InputError, match="one index a line"):
            indices(tmp_path / name, "features", m=12)
    np.save(tmp_path / "x.npy", np.array([0.5]))
    with pytest.raises(lincs.InputError, match="list of integers"):
        indices(tmp_path / "x.npy", "features", m=12)


def test_the_dead_are_the_zero_features():
    A = np.ones((2, 5))
    A[:, [1, 4]] = 0
    chosen = select(as_matrix(A), without="dead,0", features=[3])
    assert chosen.living.tolist() == [2, 3]
    assert (chosen.rows.tolist(), chosen.asked.tolist(), chosen.left_out) == ([1], [3], 3)
    assert chosen.original([0, -1]).tolist() == [2, -1]
    assert select(as_matrix(A)).asked is None
    with pytest.raises(lincs.InputError, match="at least one of the 5"):
        select(as_matrix(A), without="0:4")
    with pytest.raises(lincs.InputError, match="feature 4 is asked for by features but left out"):
        select(as_matrix(A), without="dead", features="3,4")
    with pytest.raises(lincs.InputError, match="at least one"):
        select(as_matrix(A), features=[])
