"""lincs.verify_samples against exact rational arithmetic on the given inputs."""

import json
import sys
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import lincs
from tests import command as command_line
from tests import naive

READOUTS = ("signed", "nonnegative", "affine", "threshold")


def exact_values(A, B, Z, readout):
    """Every feature's own value over the columns of Z; None where a threshold has nothing to separate."""
    M = naive.exact_product(B, A)
    m, n = Z.shape
    values = []
    for i in range(m):
        out = [sum((M[i][j] * Fraction(float(Z[j, s])) for j in range(m)), Fraction(0)) for s in range(n)]
        error = [o - Fraction(float(Z[i, s])) for s, o in enumerate(out)]
        if readout == "threshold":
            on = [o for s, o in enumerate(out) if Z[i, s]]
            off = [o for s, o in enumerate(out) if not Z[i, s]]
            values.append(max(off) - min(on) if on and off else None)
        elif readout == "affine":
            values.append((max(error) - min(error)) / 2)
        else:
            values.append(max(abs(e) for e in error))
    return values


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 10**6), readout=st.sampled_from(READOUTS), as_sparse=st.booleans())
def test_agrees_with_exact_arithmetic(seed, readout, as_sparse):
    rng = np.random.default_rng(seed)
    d, m, n = rng.integers(1, 7, 3)
    A, B = rng.standard_normal((2, d, m)) * 10.0 ** rng.integers(-3, 4)
    Z = rng.standard_normal((m, n)) * (rng.random((m, n)) < 0.5)
    if readout == "threshold":
        Z = (Z != 0) * 1.0
    elif readout != "signed":
        Z = np.abs(Z)
    found = lincs.verify_samples(A, B, sparse.csr_array(Z) if as_sparse else Z, readout=readout)
    values = exact_values(A, B, Z, readout)
    for i, value in enumerate(values):
        if value is None:
            assert np.isnan(found.lower[i])
            assert np.isnan(found.upper[i])
        else:
            assert Fraction(float(found.lower[i])) <= value <= Fraction(float(found.upper[i]))
    known = [value for value in values if value is not None]
    if not known:
        assert found.row is None
        assert found.eps is found.margin is None
        return
    interval = found.margin if readout == "threshold" else found.eps
    lo, hi = (-interval.hi, -interval.lo) if readout == "threshold" else (interval.lo, interval.hi)
    assert Fraction(lo) <= max(known) <= Fraction(hi)
    size = np.linalg.norm(A, axis=0).max() * np.linalg.norm(B, axis=0).max() * np.abs(Z).sum(axis=0).max()
    assert hi - lo <= 1e-13 * (1 + size)  # rounding is relative to what cancels
    assert found.active == Counter((Z != 0).sum(axis=0).tolist())
    if readout in ("signed", "nonnegative"):
        error = (B.T @ A @ Z - Z)[found.row, found.sample]
        assert abs(error) == pytest.approx(float(max(known)), rel=1e-9)


def test_more_inputs_than_a_block_and_their_free_shifts():
    rng = np.random.default_rng(3)
    A, B = rng.standard_normal((2, 5, 12))
    Z = rng.random((12, 700)) * (rng.random((12, 700)) < 0.3)
    error = B.T @ A @ Z - Z
    found = lincs.verify_samples(A, B, Z, readout="affine")
    np.testing.assert_allclose(found.bias, -(error.max(axis=1) + error.min(axis=1)) / 2, atol=1e-12)
    assert found.eps.hi == pytest.approx(np.abs(error + found.bias[:, None]).max())
    binary = (Z > 0) * 1.0
    output = B.T @ A @ binary
    on = np.where(binary == 1, output, np.inf).min(axis=1)
    off = np.where(binary == 0, output, -np.inf).max(axis=1)
    found = lincs.verify_samples(A, B, binary, readout="threshold")
    np.testing.assert_allclose(found.threshold, (on + off) / 2)
    assert found.margin.lo == pytest.approx((on - off).min())
    assert found.holds is bool((on > off).all())


def test_without_b_the_probes_have_unit_gain():
    A = np.random.default_rng(0).standard_normal((4, 6)) * 3
    A[:, 2] = 0
    Z = np.eye(6)
    found = lincs.verify_samples(A, None, Z)
    norms = (A * A).sum(axis=0)
    B = A / np.where(norms > 0, norms, 1)
    assert found.pair == "unit-gain"
    assert found.eps.hi == pytest.approx(np.abs(B.T @ A @ Z - Z).max())


def test_holds_is_a_proof():
    A = np.eye(3)
    B = np.eye(3) + 0.25
    Z = np.eye(3)[:, :2]
    assert lincs.verify_samples(A, B, Z, eps="0.2501").holds is True
    assert lincs.verify_samples(A, B, Z, eps="1/4").holds is False


@pytest.mark.parametrize(
    ("Z", "readout", "message"),
    [
        (np.ones((2, 1)), "signed", "Z must be m x n with m = 3"),
        (np.ones((3, 0)), "signed", "n >= 1"),
        (np.full((3, 1), np.nan), "signed", "Z must be finite"),
        (-np.ones((3, 1)), "nonnegative", "must be non-negative"),
        (2 * np.ones((3, 1)), "threshold", "must hold 0 and 1"),
        (np.ones(3), "signed", "m x n matrix"),
        (np.ones((3, 1)) * 1j, "signed", "real"),
    ],
)
def test_inputs_that_do_not_suit(Z, readout, message):
    with pytest.raises(lincs.InputError, match=message):
        lincs.verify_samples(np.eye(3), np.eye(3), Z, readout=readout)


def test_the_command_takes_both_kinds_of_file(tmp_path):
    rng = np.random.default_rng(0)
    A, B = rng.standard_normal((2, 4, 8))
    Z = rng.standard_normal((8, 20)) * (rng.random((8, 20)) < 0.3)
    np.save(tmp_path / "A.npy", A)
    np.save(tmp_path / "B.npy", B)
    np.save(tmp_path / "Z.npy", Z)
    sparse.save_npz(tmp_path / "Z.npz", sparse.csc_array(Z))
    (tmp_path / "bad.npz").write_bytes(b"not an archive")
    base = [sys.executable, "-m", "lincs", "verify", str(tmp_path / "A.npy"), str(tmp_path / "B.npy")]
    expected = lincs.verify_samples(A, B, Z, eps="1/2")
    for name in ("Z.npy", "Z.npz"):
        done = command_line.run(
            [*base, "--samples", str(tmp_path / name), "--eps", "1/2", "--json"],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 1, done.stderr
        document = json.loads(done.stdout)
        assert document["eps"] == {"lo": expected.eps.lo, "hi": expected.eps.hi}
        assert document["active"] == {str(k): n for k, n in expected.active.items()}
    shown = command_line.run([*base, "--samples", str(tmp_path / "Z.npz")], capture_output=True, text=True)
    assert f"{expected.eps.lo:.9g}" in shown.stdout
    bad = command_line.run([*base, "--samples", str(tmp_path / "bad.npz")], capture_output=True, text=True)
    assert bad.returncode == 2
    assert bad.stderr.count("\n") == 1


@pytest.mark.parametrize("readout", ["signed", "nonnegative", "affine", "threshold"])
def test_overflow_is_an_error_that_names_the_input(readout):
    Z = np.array([[0, 1.0, 1], [0, 1, 1], [1, 1, 1]])
    with pytest.raises(lincs.InputError, match="inner products of row 0 overflow"):
        lincs.verify_samples(np.full((2, 3), 1e300), np.full((2, 3), 1e300), Z, readout=readout)
    A, B = np.full((1, 3), 1e308), np.full((1, 3), 1e-300)
    assert lincs.verify_samples(A, B, Z[:, :1], readout=readout).samples == 1
    with pytest.raises(lincs.InputError, match="superposition of input 1 overflows"):
        lincs.verify_samples(A, B, Z, readout=readout)
    A, B = np.full((1, 3), 1e300), np.full((1, 3), 1e8)  # an output is too large, the superposition is not
    with pytest.raises(lincs.InputError, match="output of input 1 overflows"):
        lincs.verify_samples(A, B, Z, readout=readout)


def test_extreme_units_give_finite_answers():
    A = np.full((1, 2), 1e300)
    case = lincs.verify_samples(A, A * 1e-300 * 1e-300, np.eye(2), eps=2)
    assert (case.eps.lo, case.holds) == (1.0, True)
    with pytest.raises(lincs.InputError, match="squared norm"):
        lincs.verify_samples(A, None, np.eye(2))


@settings(max_examples=80, deadline=None)
@given(data=st.data(), readout=st.sampled_from(["signed", "nonnegative", "affine", "threshold"]))
def test_ends_are_outward(data, readout):
    """Every feature's interval holds the exact value, in rational arithmetic."""
    d, m, n = (data.draw(st.integers(1, 4)) for _ in range(3))
    entries = st.floats(-2, 2, width=16) if data.draw(st.booleans()) else st.floats(-2, 2)
    A, B = (np.array(data.draw(st.lists(entries, min_size=d * m, max_size=d * m))).reshape(d, m) for _ in "AB")
    box = {"signed": st.floats(-1, 1), "threshold": st.sampled_from([0.0, 1.0])}.get(readout, st.floats(0, 1))
    Z = np.array(data.draw(st.lists(box, min_size=m * n, max_size=m * n))).reshape(m, n)
    found = lincs.verify_samples(A, B, Z, readout=readout)
    M = naive.exact_product(B, A)
    z = [[Fraction(float(v)) for v in column] for column in Z.T]
    for i in range(m):
        outputs = [sum((M[i][j] * v for j, v in enumerate(column)), Fraction(0)) for column in z]
        errors = [out - column[i] for out, column in zip(outputs, z, strict=True)]
        on = [out for out, column in zip(outputs, z, strict=True) if column[i]]
        off = [out for out, column in zip(outputs, z, strict=True) if not column[i]]
        if readout == "threshold":
            if not on or not off:
                assert np.isnan(found.upper[i])
                continue
            value = max(off) - min(on)
        elif readout == "affine":
            value = (max(errors) - min(errors)) / 2
        else:
            value = max(map(abs, errors))
        assert Fraction(float(found.lower[i])) <= value <= Fraction(float(found.upper[i]))
