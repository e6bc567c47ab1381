"""Part of a dictionary: the rows asked for are those of the whole, and features left out might never have been."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

import lincs
from lincs.interference.cluster import _open, address_of
from lincs.interference.features import feature_table
from lincs.interference.geometry import geometry
from lincs.interference.identity import identity
from lincs.reading import as_matrix
from tests.command import lincs as command


def pair(seed=0, d=5, m=24, dead=(3, 7)):
    A, B = np.random.default_rng(seed).standard_normal((2, d, m))
    A[:, list(dead)] = 0
    return A, B


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    readout=st.sampled_from(["signed", "nonnegative", "affine", "threshold"]),
    given_pair=st.booleans(),
    precision=st.sampled_from(["double", "mixed"]),
    data=st.data(),
)
def test_rows_of_the_whole(seed, readout, given_pair, precision, data):
    A, B = pair(seed)
    B = B if given_pair else None
    rows = data.draw(st.lists(st.integers(0, 23), min_size=1, max_size=6, unique=True))
    options = {"k": "1:3", "readout": readout}
    whole = lincs.verify(A, B, precision="double", **options)
    part = lincs.verify(A, B, features=rows, precision=precision, **options)
    assert list(part.rows) == rows
    assert (part.m, part.left_out, part.lower.shape) == (24, 0, (len(rows), 3))
    assert (part.lower <= whole.upper[rows]).all()
    assert (whole.lower[rows] <= part.upper).all()
    for j, case in enumerate(part.results):
        assert case.row in rows
        ends = part.how.shown(np.array([part.lower[:, j].max(), part.upper[:, j].max()]))
        assert case.interval.lo <= ends.max()
        assert ends.min() <= case.interval.hi
        if case.scale is not None:
            assert case.scale.shape == (len(rows),)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    given_pair=st.booleans(),
    normalize=st.booleans(),
    scaled=st.booleans(),
    rows=st.booleans(),
    data=st.data(),
)
def test_what_is_left_out_might_never_have_been(seed, given_pair, normalize, scaled, rows, data):
    A, B = pair(seed)
    B = B if given_pair else None
    gone = data.draw(st.lists(st.integers(0, 23), max_size=15, unique=True))
    living = np.setdiff1d(np.arange(24), [*gone, 3, 7])
    scales = np.linspace(1, 2, 24)
    few = living[::2][::-1] if rows else None
    found = lincs.verify(
        A,
        B,
        k="1:3",
        without=sorted({*gone, 3, 7}),
        features=few,
        normalize=normalize,
        scales=scales if scaled else None,
    )
    alone = lincs.verify(
        A[:, living],
        None if B is None else B[:, living],
        k="1:3",
        features=None if few is None else np.searchsorted(living, few),
        normalize=normalize,
        scales=scales[living] if scaled else None,
    )
    assert (found.m, found.left_out) == (len(living), 24 - len(living))
    assert list(found.rows) == (living if few is None else few).tolist()
    assert np.array_equal(found.lower, alone.lower)
    assert np.array_equal(found.upper, alone.upper)
    for mine, theirs in zip(found.results, alone.results, strict=True):
        assert mine.interval == theirs.interval
        assert mine.row == living[theirs.row]
        assert mine.witness.support == tuple(living[list(theirs.witness.support)].tolist())
        if not given_pair:
            assert np.array_equal(mine.scale, theirs.scale)


def test_what_does_not_exist_is_not_read():
    A, B = pair()
    A[0, 5], B[1, 5] = np.nan, np.inf
    with pytest.raises(lincs.InputError, match="finite"):
        lincs.verify(A, B, k=1)
    assert lincs.verify(A, B, k=1, without=[5]).left_out == 1


def test_k_is_at_most_the_number_of_the_living():
    A, _ = pair()
    assert lincs.verify(A, A, k=22, without="dead").m == 22
    with pytest.raises(lincs.InputError, match="at most m = 22"):
        lincs.verify(A, A, k=23, without="dead")


def test_a_description_speaks_of_the_rows():
    A, _ = pair()
    A[:, 20] = 2 * A[:, 9]
    A[:, 21] = -A[:, 10]
    rows, living = [21, 9, 12], np.setdiff1d(np.arange(24), [3, 7])
    found = lincs.describe(A, k="1:3", without="dead", features=rows, samples=50)
    whole = lincs.describe(A[:, living], k="1:3", samples=50)
    at = np.searchsorted(living, rows)
    assert np.array_equal(found.partners, living[whole.partners[at]])
    np.testing.assert_allclose(found.partner_values, whole.partner_values[at], rtol=1e-14)
    assert np.array_equal(found.survives, whole.survives[at])
    assert found.geometry.duplicates == ((9, 20),)
    assert found.geometry.antipodal == ((10, 21),)
    assert found.geometry.dead == ()
    assert all(mine.max <= theirs.max for mine, theirs in zip(found.typical, whole.typical, strict=True))
    table = feature_table(found)
    assert table["feature"].tolist() == rows
    assert not table["dead"].any()
    with pytest.raises(lincs.InputError, match="same features"):
        lincs.describe(A, without="dead", features=[9], verification=found.verification)


def test_copies_are_of_pairs_with_a_row_asked_for():
    A, _ = pair(dead=())
    A[:, 2] = A[:, 8] = A[:, 9] = A[:, 14]
    whole = geometry(as_matrix(A))
    assert whole.duplicate_pairs == 6
    for rows in ([2], [9, 2], [14, 0], [1, 4]):
        found = geometry(as_matrix(A), only=np.array(rows))
        expected = tuple(pair for pair in whole.duplicates if set(pair) & set(rows))
        assert found.duplicates == expected
        assert found.duplicate_pairs == len(expected)


def test_files_and_addresses(tmp_path):
    """What cannot be indexed but only sliced (safetensors), what is mapped, and what another machine opens."""
    A, _ = pair()
    living = np.array([0, 4, 5, 6, 9, 23])
    save_file({"A": np.ascontiguousarray(A), "rows": np.ascontiguousarray(A.T)}, tmp_path / "x.safetensors")
    np.save(tmp_path / "x.npy", A)
    expected = identity(as_matrix(A[:, living]).normalized())
    for path, options in (
        ("x.npy", {}),
        ("x.safetensors", {"key": "A"}),
        ("x.safetensors", {"key": "rows", "layout": "rows"}),
    ):
        matrix = as_matrix(tmp_path / path, **options).normalized().only(living)
        assert identity(matrix) == expected
        assert np.array_equal(matrix.take(np.array([5, 0])), matrix.rows(0, 6)[[5, 0]])
        assert np.array_equal(matrix.only(np.array([1, 3])).rows(0, 2), matrix.rows(0, 6)[[1, 3]])
        assert identity(_open(address_of(matrix))) == expected


def test_a_checkpoint_belongs_to_the_rows(tmp_path, monkeypatch):
    A, B = pair(m=60)
    file = tmp_path / "c.npz"
    options = {"k": 2, "checkpoint": file, "checkpoint_every": 0}
    monkeypatch.setattr("lincs.interference.plans._TALL", 32)

    class Stop(RuntimeError):
        pass

    def stop(done, total):
        if done < total:
            raise Stop

    with pytest.raises(Stop), pytest.warns(lincs.Note):
        lincs.verify(A, B, features="0:49", progress=stop, threads=1, **options)
    with pytest.raises(lincs.InputError, match="belongs to another"):
        lincs.verify(A, B, features="0:48", resume=True, **options)
    resumed = lincs.verify(A, B, features="0:49", resume=True, **options)
    assert resumed.results == lincs.verify(A, B, k=2, features="0:49").results


@pytest.mark.parametrize("readout", ["signed", "threshold"])
def test_a_refutation_looks_at_the_rows(readout):
    A, B = pair(m=200)
    level = None if readout == "threshold" else "1/100"
    found = lincs.verify(A, B, k=2, eps=level, readout=readout, features=[1, 2], stop_early=True)
    assert found.results[0].holds is False
    assert found.results[0].row in (1, 2)


def test_probes_of_a_part():
    A, _ = pair()
    living = np.setdiff1d(np.arange(24), [3, 5, 7])
    found = lincs.optimal_probes(A, k="1:2", without="dead,5", features=[23, 4])
    alone = lincs.optimal_probes(A[:, living], k="1:2", features=np.searchsorted(living, [23, 4]))
    assert found.features.tolist() == [23, 4]
    assert (found.m, found.left_out, found.complete) == (21, 3, False)
    assert found.nu.hi == pytest.approx(alone.nu.hi, rel=1e-12)
    assert found.worst == living[alone.worst]
    np.testing.assert_allclose(found.kernel[living], alone.kernel, atol=1e-12)
    assert not (np.abs(A @ found.kernel) > 1e-12).any()
    assert not found.kernel[[3, 5, 7]].any()
    assert lincs.optimal_probes(A, k=1, without="dead,5").complete
    mine = lincs.compare_probes(A, k="1:2", without="dead,5", features="23,4")
    theirs = lincs.compare_probes(A[:, living], k="1:2", features=np.searchsorted(living, [23, 4]))
    for name in ("adjoint", "pinv", "ridged"):
        assert getattr(mine, name) == pytest.approx(getattr(theirs, name), rel=1e-12)


def test_on_the_command_line(tmp_path):
    A, _ = pair()
    np.save(tmp_path / "A.npy", A)
    out = tmp_path / "f.csv"
    done = command(
        "verify", tmp_path / "A.npy", "--k", 2, "--features", "9,12", "--without", "dead", "--per-feature", out
    )
    assert done.code == 0, done.err
    assert "2 other features left out, rows asked for: 2" in done.out
    with open(out, newline="") as file:
        assert [row["feature"] for row in csv.DictReader(file)] == ["9", "12"]
    page = tmp_path / "page.html"
    options = ("--features", "9,12", "--without", "dead", "--report", page, "--figure", tmp_path / "f.png")
    assert command("verify", tmp_path / "A.npy", "--k", 2, *options).code == 0
    assert "(2 other features left out, rows asked for: 2)" in page.read_text()
    done = command("probe", tmp_path / "A.npy", "--k", 2, "--features", "9,12", "--without", "dead")
    assert "m = 22 (2 more left out)" in done.out
    assert "over 2 chosen features" in done.out
