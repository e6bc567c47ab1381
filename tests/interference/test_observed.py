"""lincs.verify_samples on observed supports with any values, and what it says beyond the given inputs."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import lincs
from tests import command, naive

READOUTS = ("signed", "nonnegative", "affine", "threshold")


def inputs(rng, m, n, readout):
    Z = (rng.random((m, n)) < 0.4) * 1.0
    return Z if readout == "threshold" else Z * rng.uniform(0.1, 1, (m, n))


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 10**6), readout=st.sampled_from(READOUTS), scaled=st.booleans())
def test_agrees_with_all_subsets_of_the_supports(seed, readout, scaled):
    rng = np.random.default_rng(seed)
    d, m, n = (int(x) for x in rng.integers(1, 7, 3))
    A, B = rng.integers(-3, 4, (2, d, m)) / 4 if rng.random() < 0.5 else rng.standard_normal((2, d, m))
    Z = inputs(rng, m, n, readout)
    found = lincs.verify_samples(A, B, Z, values="any", readout=readout)
    M = naive.exact_product(B, A)
    held = [frozenset(np.flatnonzero(z).tolist()) for z in Z.T]
    supports = {s for h in held for s in naive_subsets(sorted(h))}
    losses = []
    for i, row in enumerate(M):
        if readout == "threshold" and not any(i in h for h in held):
            assert np.isnan(found.lower[i])
            continue
        loss = naive.structured_row(row, i, supports, readout)
        losses.append(loss)
        assert Fraction(float(found.lower[i])) <= loss <= Fraction(float(found.upper[i]))
    if not losses:
        assert found.row is None
        return
    interval = found.margin if readout == "threshold" else found.eps
    lo, hi = (-interval.hi, -interval.lo) if readout == "threshold" else (interval.lo, interval.hi)
    assert Fraction(lo) <= max(losses) <= Fraction(hi)
    assert hi - lo <= 1e-13 * (1 + np.linalg.norm(A) * np.linalg.norm(B) * m)
    for z in (found.witness, found.witness.counterpart):
        assert z is None or any(set(z.support) <= h for h in held)
    if found.sample is not None:
        assert set(found.witness.support) <= held[found.sample]


def naive_subsets(items):
    return [tuple(x for j, x in enumerate(items) if number >> j & 1) for number in range(1 << len(items))]


def test_more_than_a_block_of_samples_and_a_panel_of_rows(monkeypatch):
    from lincs.interference import observed

    monkeypatch.setattr(observed, "_PANEL_BYTES", 8 * 1024 * 7)
    rng = np.random.default_rng(0)
    m, n = 60, 2500
    A, B = rng.standard_normal((2, 9, m))
    Z = sparse.csc_array((rng.random((m, n)) < 0.1) * 1.0)
    found = lincs.verify_samples(A, B, Z, values="any", eps="3")
    values = np.abs(B.T @ A - np.eye(m)) @ Z.toarray()
    np.testing.assert_allclose(found.upper, values.max(axis=1))
    assert found.eps.hi == pytest.approx(values.max())
    assert values[found.row, found.sample] == pytest.approx(values.max())
    assert found.new_inputs.failures == (values.max(axis=0) >= 3).sum()


def test_covers_the_given_inputs():
    rng = np.random.default_rng(1)
    A, B = rng.standard_normal((2, 5, 12))
    for readout in READOUTS[:3]:
        Z = inputs(rng, 12, 40, readout)
        given_ones = lincs.verify_samples(A, B, Z, readout=readout)
        assert (given_ones.lower <= lincs.verify_samples(A, B, Z, values="any", readout=readout).upper).all()


@pytest.mark.parametrize(("readout", "hull"), list(zip(READOUTS, ("Z, -Z and 0", "Z and 0", "Z", None), strict=True)))
def test_the_hull_that_is_named(readout, hull):
    """Mixtures of what is named stay within the bound; the threshold's antipodal pair shows that it names nothing."""
    rng = np.random.default_rng(2)
    A, B = rng.standard_normal((2, 4, 8))
    Z = inputs(rng, 8, 20, readout)
    found = lincs.verify_samples(A, B, Z, readout=readout)
    assert found.hull == found.to_dict()["hull"] == hull
    if hull is None:
        return
    points = np.hstack([Z] + [-Z] * ("-Z" in hull) + [np.zeros((8, 1))] * ("0" in hull))
    mixed = points @ rng.dirichlet(np.full(points.shape[1], 0.1), 500).T
    bias = 0 if found.bias is None else found.bias[:, None]
    assert np.abs(B.T @ A @ mixed + bias - mixed).max() <= found.eps.hi + 1e-12


def test_the_bias_of_a_hull_without_zero():
    """An affine read-out centred on inputs that all err by 1 errs at zero by that bias: 0 is not in its hull."""
    A, B = np.eye(2), np.eye(2) * 2
    found = lincs.verify_samples(A, B, np.ones((2, 1)), readout="affine")
    assert found.eps.hi == pytest.approx(0, abs=1e-14)
    assert abs(found.bias[0]) == pytest.approx(1)


def test_new_inputs():
    A = np.eye(3)
    B = np.eye(3) + 0.25
    Z = np.eye(3)[:, [0, 1, 2] * 20] * np.repeat([1.0, 0.5, 0.25], 20)
    none = lincs.verify_samples(A, B, Z, eps="1/2").new_inputs
    assert (none.samples, none.failures, none.confidence) == (60, 0, 0.95)
    assert none.at_most == pytest.approx(1 - 0.05 ** (1 / 60))
    assert none.at_most < np.log(20) / 60
    some = lincs.verify_samples(A, B, Z, eps="1/4").new_inputs
    assert some.failures == 20
    below = sum(np.exp(log_binomial(60, j, some.at_most)) for j in range(21))
    assert below == pytest.approx(0.05)  # with this probability of failure so few failures are seen in one of 20 draws
    assert lincs.verify_samples(A, B, Z, eps="1/100").new_inputs.at_most == 1
    assert lincs.verify_samples(A, B, Z, eps="1/4", values="any").new_inputs.failures == 60
    assert lincs.verify_samples(A, B, Z).new_inputs is None
    assert lincs.verify_samples(A, B, Z, eps="1/2", readout="affine").new_inputs is None  # fitted to the samples


def log_binomial(n, j, p):
    from math import lgamma, log, log1p

    return lgamma(n + 1) - lgamma(j + 1) - lgamma(n - j + 1) + j * log(p) + (n - j) * log1p(-p)


def test_overflow_and_words():
    with pytest.raises(lincs.InputError, match="overflow"):
        lincs.verify_samples(np.full((2, 3), 1e300), np.full((2, 3), 1e300), np.ones((3, 1)), values="any")
    with pytest.raises(lincs.InputError, match="values must be one of given, any"):
        lincs.verify_samples(np.eye(3), np.eye(3), np.eye(3), values="some")


def test_the_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(3)
    A, B = rng.standard_normal((2, 4, 8))
    Z = inputs(rng, 8, 20, "signed")
    for name, array in (("A", A), ("B", B), ("Z", Z)):
        np.save(f"{name}.npy", array)
    expected = lincs.verify_samples(A, B, Z, values="any", eps="9/10")
    base = ("verify", "A.npy", "B.npy", "--samples", "Z.npy", "--values", "any", "--eps", "9/10")
    document = json.loads(command.lincs(*base, "--json").out)
    assert {name: document[name] for name in expected.to_dict()} == expected.to_dict()
    shown = command.lincs(*base).out
    assert "any values in [-1, 1]^m" in shown
    assert "convex hull of Z, -Z and 0" in shown
    assert "if these are independent draws" in shown
    document = json.loads(command.lincs(*base[:5], "--json").out)
    assert "witness" not in document
    assert (document["values"], document["hull"]) == ("given", "Z, -Z and 0")
