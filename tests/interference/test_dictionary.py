"""lincs.describe, its files and its page: each number against a slow twin."""

import csv
import io
import re
import sys

import matplotlib
import numpy as np
import pytest

import lincs
from lincs.interference.dictionary import typical_errors
from lincs.interference.features import feature_table, write_features
from lincs.interference.geometry import coherence, geometry, welch_bound
from lincs.interference.inputs import dense_inputs
from lincs.interference.partners import partners
from lincs.plots.dictionary import feature_histogram, k_curve, overview, worst_block
from lincs.reading import as_matrix
from lincs.report import report
from tests import command as command_line

NAMES = [f"word{i}" for i in range(30)]


@pytest.fixture(scope="module")
def A():
    rng = np.random.default_rng(4)
    A = rng.standard_normal((12, 30))
    A[:, 7] = 0  # dead
    A[:, 20] = 2.5 * A[:, 3]  # duplicate
    A[:, 21] = -A[:, 5]  # antipodal
    return A


@pytest.fixture(scope="module")
def B(A):
    return A / 12 + 0.01


@pytest.fixture(scope="module", params=["self", "given"])
def described(request, A, B):
    pair = (A,) if request.param == "self" else (A, B)
    return pair, lincs.describe(*pair, k="1:6", eps="3/4", samples=100, seed=9, names=NAMES)


def test_shares_and_survivors_are_counts(described):
    pair, description = described
    result = description.verification
    expected = lincs.verify(*pair, k="1:6")
    assert result.results == expected.results
    values = (result.lower + result.upper) / 2
    below = values < 0.75
    np.testing.assert_allclose(description.share_below, below.mean(axis=0))
    survives = [max((k for k in range(1, 7) if row[:k].all()), default=0) for row in below]
    assert description.survives.tolist() == survives
    for name, share in (("all", 1.0), ("90%", 0.9), ("half", 0.5)):
        reached = [k for k in range(1, 7) if np.mean([s >= k for s in survives]) >= share]
        assert description.survival[name] == max(reached, default=0)
    if len(pair) == 1:
        assert [u.lo for u in description.unscaled] == [
            case.eps.lo for case in lincs.verify(pair[0], pair[0], k="1:6").results
        ]
        scale = np.stack([case.scale for case in result.results])
        np.testing.assert_allclose(description.share_trivial, (scale == 0).mean(axis=1))
    else:
        assert description.unscaled is description.share_trivial is None


def test_typical_errors_are_those_of_the_full_product(described):
    pair, description = described
    A, B = pair[0], pair[-1]
    for case, typical in zip(description.verification.results, description.typical, strict=True):
        Z = dense_inputs(30, case.k, samples=100, seed=9)
        scale = np.ones(30) if case.scale is None else case.scale
        errors = np.abs(scale[:, None] * (B.T @ A @ Z) - Z).max(axis=0)
        assert typical.mean == pytest.approx(errors.mean())
        assert typical.p99 == pytest.approx(np.quantile(errors, 0.99))
        assert typical.max == pytest.approx(errors.max())
        assert typical.max <= case.eps.hi + 1e-12


@pytest.mark.parametrize("readout", ["nonnegative", "affine", "threshold"])
def test_other_readouts(A, B, readout):
    description = lincs.describe(A, B, k=[1, 3], readout=readout, samples=50)
    result = description.verification
    assert result.results == lincs.verify(A, B, k=[1, 3], readout=readout).results
    if readout == "threshold":
        assert description.typical is description.eps is None
        assert description.share_below == tuple((result.upper < 0).mean(axis=0))
        return
    case = result.results[1]
    Z = np.abs(dense_inputs(30, 3, samples=50, seed=0))
    bias = 0 if case.bias is None else case.bias[:, None]
    errors = np.abs(B.T @ A @ Z + bias - Z).max(axis=0)
    assert description.typical[1].max == pytest.approx(errors.max())
    assert description.typical[1].max <= case.eps.hi + 1e-12
    np.testing.assert_allclose(typical_errors(A, B, k=3, samples=50, bias=case.bias, one_sided=True), errors, rtol=1e-9)


def test_partners_are_the_largest_entries(A, B):
    columns, values = partners(as_matrix(B), as_matrix(A), 4)
    product = B.T @ A
    for i in range(30):
        order = sorted((j for j in range(30) if j != i), key=lambda j: -abs(product[i, j]))[:4]
        np.testing.assert_allclose(values[i], product[i, columns[i]], rtol=1e-12)  # signed, at their places
        np.testing.assert_allclose(np.abs(product[i, columns[i]]), np.abs(product[i, order]), rtol=1e-12)
    columns, values = partners(as_matrix(B[:, :3]), as_matrix(A[:, :3]), 4)
    assert columns.tolist()[0][2:] == [-1, -1]
    assert (values[:, 2:] == 0).all()


def test_geometry(A):
    shape = geometry(as_matrix(A))
    norms = np.linalg.norm(A, axis=0)
    live = A[:, norms > 0] / norms[norms > 0]
    cosines = np.abs(live.T @ live)
    np.fill_diagonal(cosines, 0)
    assert shape.coherence.lo <= 1.0 <= shape.coherence.hi + 1e-15
    assert cosines.max() == pytest.approx(shape.coherence.hi)
    eigenvalues = np.linalg.eigvalsh(A @ A.T)
    assert shape.frame == pytest.approx((eigenvalues[0], eigenvalues[-1]))
    assert shape.tightness == pytest.approx(eigenvalues[-1] / eigenvalues[0])
    assert shape.norms == pytest.approx((norms.min(), np.median(norms), norms.max()))
    assert shape.duplicates == ((3, 20),)
    assert shape.antipodal == ((5, 21),)
    assert shape.dead == (7,)


def test_coherence_of_frames_that_are_known():
    simplex = np.eye(4) - 0.25
    interval = coherence(as_matrix(simplex))
    assert interval.lo <= 1 / 3 <= interval.hi
    assert interval.hi - interval.lo < 1e-13
    assert welch_bound(d=3, m=4) == pytest.approx(1 / 3)
    assert welch_bound(d=5, m=4) == 0
    assert geometry(as_matrix(np.array([[1.0, 2.0], [0.0, 0.0]]))).tightness is None


def test_feature_table_and_its_files(described, tmp_path):
    _, description = described
    result = description.verification
    table = feature_table(description)
    assert all(len(column) == 30 for column in table.values())
    assert table["name"].tolist() == NAMES
    assert table["dead"].tolist() == [i == 7 for i in range(30)]
    np.testing.assert_array_equal(table["eps_k3_hi"], result.upper[:, 2])
    assert ("scale_k3" in table) == (result.pair == "self-scaled")
    assert table["partner_1_name"][4] == NAMES[table["partner_1"][4]]
    write_features(description, tmp_path / "f.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "f.csv").read_text())))
    assert len(rows) == 30
    assert [float(row["eps_k3_hi"]) for row in rows] == table["eps_k3_hi"].tolist()  # not a digit is lost
    write_features(description, tmp_path / "f.npz")
    with np.load(tmp_path / "f.npz") as stored:
        for name, column in table.items():
            np.testing.assert_array_equal(stored[name], column)
    with pytest.raises(lincs.InputError, match="must end in"):
        write_features(description, tmp_path / "f.xlsx")
    with pytest.raises(lincs.InputError, match="cannot be written"):
        write_features(description, tmp_path / "nowhere" / "f.csv")


def test_parquet_when_it_is_there(described, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    _, description = described
    write_features(description, tmp_path / "f.parquet")
    assert parquet.read_table(tmp_path / "f.parquet").column("survives").to_pylist() == description.survives.tolist()


def test_figures_show_the_numbers(described):
    pair, description = described
    ax = k_curve(description)
    worst = description.verification.upper.max(axis=0)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), worst, rtol=1e-9)
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    assert feature_histogram(description, ax) is ax
    ax = worst_block(*pair, description=description, size=5)
    block = ax.images[0].get_array()
    assert block.shape[0] <= 5
    worst_row = next(label.get_text() for label in ax.get_yticklabels())
    assert worst_row in NAMES
    assert len(overview(*pair, description=description).axes) >= 3
    assert "matplotlib.pyplot" not in sys.modules or not matplotlib.pyplot.get_fignums()


def test_the_page_is_self_contained_and_true(described):
    pair, description = described
    page = report(*pair, description=description, title="a <b> & c")
    assert "a &lt;b&gt; &amp; c" in page
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    assert page.count("data:image/png;base64,") == 3
    for case in description.verification.results:
        assert f"{case.eps.lo:.6g}" in page
    assert "word3 / word20" in page
    assert page.count("<tr>") == page.count("</tr>")


def test_names_and_verifications_that_do_not_belong(A, B):
    with pytest.raises(lincs.InputError, match="one for each of the 30 features, got 2"):
        lincs.describe(A, k=1, names=["a", "b"])
    with pytest.raises(lincs.InputError, match="same pair"):
        lincs.describe(A, B, verification=lincs.verify(A, k=1))


def test_the_command_writes_everything(tmp_path, A):
    np.save(tmp_path / "A.npy", A)
    (tmp_path / "names.txt").write_text("\n".join(NAMES) + "\n")
    outputs = {name: tmp_path / name for name in ("f.csv", "f.png", "r.html")}
    command = [sys.executable, "-m", "lincs", "verify", str(tmp_path / "A.npy"), "--k", "1,2", "--names"]
    done = command_line.run(
        [
            *command, str(tmp_path / "names.txt"), "--describe", "--per-feature", str(outputs["f.csv"]),
            "--figure", str(outputs["f.png"]), "--report", str(outputs["r.html"]), "--random", "50",
        ],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "coherence" in done.stdout
    assert outputs["f.png"].read_bytes().startswith(b"\x89PNG")
    assert "<!doctype html>" in outputs["r.html"].read_text()
    bad = command_line.run([*command, str(tmp_path / "nothing.txt"), "--describe"], capture_output=True, text=True)
    assert bad.returncode == 2
    assert bad.stderr.count("\n") == 1
    bad = command_line.run(
        [*command, str(tmp_path / "names.txt"), "--figure", str(tmp_path / "f.nonsense")],
        capture_output=True,
        text=True,
    )
    assert bad.returncode == 2
    assert bad.stderr.count("\n") == 1
