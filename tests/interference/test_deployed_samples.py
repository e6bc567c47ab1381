"""An encoder run on given activations, against a plain numpy encoder in exact arithmetic."""

import json
from fractions import Fraction as F

import numpy as np
import pytest
from scipy import sparse

import lincs
from tests import command
from tests.interference.test_deployed import encode


def plain(A, B, bias, t, Z, activation):
    """Errors of every feature on every input in float64, and what is read."""
    p = B.T @ (A @ Z) + bias[:, None]
    if ":" not in activation:
        out = np.where(p > t[:, None], p, 0)
    else:
        word, keep = activation.split(":")
        out = np.stack([encode(column, int(keep), word == "groupmax") for column in p.T], axis=1)
    return out - Z, out


@pytest.mark.parametrize("activation", ["jumprelu", "topk:4", "groupmax:5"])
@pytest.mark.parametrize("as_sparse", [False, True])
def test_against_a_plain_encoder(activation, as_sparse):
    rng = np.random.default_rng(0)
    A, B = rng.standard_normal((2, 6, 20))
    bias, t = rng.normal(0, 0.2, 20), np.abs(rng.normal(0, 0.3, 20))
    Z = np.where(rng.random((20, 300)) < 0.15, 3 * rng.random((20, 300)), 0.0)  # activations of any size
    error, out = plain(A, B, bias, t, Z, activation)
    more = {"threshold": t} if activation == "jumprelu" else {}
    given = sparse.csc_array(Z) if as_sparse else Z
    found = lincs.verify_samples(
        A, B, given, readout="deployed", activation=activation, bias=bias, tau="1/2", level="1/10", eps="9/10", **more
    )
    worst = np.abs(error).max(axis=1)
    assert (found.lower <= worst + 1e-12).all()
    assert (worst <= found.upper + 1e-12).all()
    np.testing.assert_allclose(found.lower, found.upper, atol=1e-12)
    assert found.row == worst.argmax()
    assert abs(error[found.row, found.sample]) == pytest.approx(worst.max())
    assert found.holds is bool(worst.max() < 0.9)
    assert found.false_firings == ((out[Z == 0] > 0.1).sum(),) * 2
    assert found.missed == ((out[Z >= 0.5] <= 0.1).sum(),) * 2
    assert found.at_least_tau == (Z >= 0.5).sum()


def test_what_rounding_leaves_open_is_counted_on_both_sides():
    A = np.array([[1.0, 0.1]])
    B = np.array([[1.0, 3.0]])  # 3 * 0.1 is rounded: whether p exceeds 0.3 is not for float64 to say
    found = lincs.verify_samples(A, B, np.array([[0.0], [1.0]]), readout="deployed", bias=0, threshold=0.3)
    exact = F(3) * F(0.1) > F(0.3)
    assert found.missed == (0, 1)
    assert found.eps.lo <= (1 - F(0.3) if exact else 1) <= found.eps.hi


def test_the_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(1)
    A, B = rng.standard_normal((2, 4, 8))
    Z = np.where(rng.random((8, 40)) < 0.3, rng.random((8, 40)), 0)
    for name, array in (("A", A), ("B", B), ("Z", Z), ("b", np.full(8, -0.1))):
        np.save(f"{name}.npy", array)
    asked = ("verify", "A.npy", "B.npy", "--samples", "Z.npy", "--readout", "deployed", "--bias", "b.npy")
    done = command.lincs(*asked)
    assert done.code == 0
    assert "false firings" in done.out
    shown = json.loads(command.lincs(*asked, "--json", "--eps", "1/100").out)
    assert shown["holds"] is False
    assert set(shown) >= {"kind", "false_firings", "missed", "at_least_tau", "activation", "tau", "level"}
    done = command.lincs("verify", "A.npy", "B.npy", "--samples", "Z.npy", "--bias", "b.npy")
    assert (done.code, "--bias has no meaning" in done.err) == (2, True)
    np.save("Z.npy", -Z)
    done = command.lincs(*asked)
    assert (done.code, "must be non-negative" in done.err) == (2, True)
