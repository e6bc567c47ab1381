"""The least d by experiment: each search against the naive one, the fits, the checkpoint, the command."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from typer.testing import CliRunner

import lincs
from lincs.cli import app
from lincs.constructions.catalogue import family
from lincs.errors import InputError
from lincs.interference.inputs import dense_inputs
from lincs.plots.minimal import minimal
from lincs.recovery.exponents import fit_exponent
from lincs.recovery.minimal import least_passing, minimal_dimension


def matrix(name, d, m, seed):
    chosen = family(name)
    return chosen.frame(chosen.member(d=d, m=m, seed=seed).parameters).columns(0, m).astype(float)


def naive_passes(decoder, name, d, *, m, k, eps, seed, trials):
    A = matrix(name, d, m, seed)
    if decoder == "matched-filter":
        return lincs.verify(A, k=k).results[0].eps.hi < eps
    if decoder == "optimal-probes":
        return k * lincs.optimal_probes(A, k=1).nu.hi < eps
    Z = dense_inputs(m, k, samples=trials, seed=seed)
    return 2 * sum(is_the_minimiser(A, z) for z in Z.T) >= trials


def is_the_minimiser(A, z):
    """No direction w of the kernel with ||z + w||_1 <= ||z||_1: by a program that maximises the part of w off z."""
    m = len(z)
    cost = np.where(np.tile(z, 2) == 0, -1.0, 0.0)  # z' = p - q; off the support the more the better
    bound = {"A_ub": np.ones((1, 2 * m)), "b_ub": [np.abs(z).sum()]}
    found = linprog(cost, A_eq=np.hstack([A, -A]), b_eq=A @ z, **bound, bounds=(0, None))
    return found.fun > -1e-6 and np.linalg.matrix_rank(A[:, z != 0]) == (z != 0).sum()


@pytest.mark.parametrize("decoder", ["matched-filter", "optimal-probes", "l1"])
@pytest.mark.parametrize("name", ["gaussian", "subsampled-hadamard"])
def test_it_passes_at_d_and_fails_just_below(decoder, name):
    question = {"m": 16, "eps": Fraction(3, 4), "trials": 9}
    result = minimal_dimension(**question, k=[1, 3], families=name, decoders=decoder, seeds=2, seed=5)
    (curve,) = result.curves
    for s, row in enumerate(curve.found):
        for k, d in zip(result.ks, row, strict=True):
            if d is None:  # a Hadamard matrix ends at 16 rows, where every decoder is exact
                pytest.fail("nothing found")
            assert naive_passes(decoder, name, d, k=k, seed=5 + s, **question)
            assert d == 1 or not naive_passes(decoder, name, d - 1, k=k, seed=5 + s, **question)
    assert curve.median == tuple(np.median(curve.found, axis=0))


@settings(max_examples=60, deadline=None)
@given(least=st.integers(1, 300), start=st.integers(1, 400), limit=st.integers(1, 300), tells=st.booleans())
def test_the_search_finds_a_threshold_wherever_it_starts(least, start, limit, tells):
    asked = []

    def passes(d):
        asked.append(d)
        return d >= least, (least / d) ** 0.6 if tells else None

    assert least_passing(passes, start=start, limit=limit) == (least if least <= limit else None)
    assert len(asked) == len(set(asked)) <= 50
    assert all(1 <= d <= limit for d in asked)


def test_probes_stop_early_and_still_agree():
    """Features are solved hardest first and a failed matrix is left; the answers are those of complete solves."""
    result = minimal_dimension(m=80, k="2:4", eps="3/4", decoders="optimal-probes", seeds=1)
    (row,) = result.curves[0].found
    for k, d in zip(result.ks, row, strict=True):
        nu = [lincs.optimal_probes(matrix("gaussian", e, 80, 0), k=1).nu for e in (d, d - 1)]
        assert k * nu[0].hi < 0.75 <= k * nu[1].lo
    few = minimal_dimension(m=80, k="2:4", eps="3/4", decoders="optimal-probes", seeds=1, sample=5)
    assert all(a <= b for a, b in zip(few.curves[0].found[0], row, strict=True))


def test_a_structured_family_is_measured_and_inside_the_bracket():
    result = minimal_dimension(m=64, k=[2, 3], eps="1/2", families="kerdock")
    (curve,) = result.curves  # the matched filter alone
    assert curve.decoder == "matched-filter"
    for j, k in enumerate(result.ks):
        d = curve.found[0][j]
        assert result.lower[j] <= result.upper[j] <= d
        promise = family("kerdock").least(m=64, mu=Fraction(1, 2) / (k - Fraction(1, 2)))
        assert promise.d == d


def test_exponents():
    ks = list(range(1, 21))
    exact = fit_exponent(ks, [3.0 * k**2 for k in ks])
    assert exact.value == pytest.approx(2)
    assert exact.hi - exact.lo < 1e-6
    logged = fit_exponent(ks, [5 * k * math.log(500 / k) for k in ks], m=500)
    assert logged.value == pytest.approx(1)
    rng, inside = np.random.default_rng(0), 0
    for _ in range(200):  # the interval covers about 95 %
        fit = fit_exponent(ks, [k**1.5 * math.exp(0.2 * rng.standard_normal()) for k in ks])
        inside += fit.lo <= 1.5 <= fit.hi
    assert 180 <= inside <= 198
    assert fit_exponent([1, 2], [1, 4]) is None
    assert fit_exponent([1, 2, 4], [1, None, 4]) is None


def test_checkpoint_keeps_what_was_measured(tmp_path, monkeypatch):
    file = tmp_path / "minimal.json"
    question = {"m": 24, "k": "1:3", "eps": "3/4", "seeds": 2, "trials": 6}
    whole = minimal_dimension(**question)

    def stop(done, total):
        if done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        minimal_dimension(**question, checkpoint=file, progress=stop)
    kept = json.loads(file.read_text())["known"]
    assert "matched-filter/gaussian/0" in kept
    calls = []
    original = lincs.interference.verify.verify
    monkeypatch.setattr("lincs.interference.verify.verify", lambda *a, **b: calls.append(1) or original(*a, **b))
    again = minimal_dimension(**question, checkpoint=file)
    assert again == whole
    assert not calls  # the matched filter was done
    with pytest.raises(InputError, match="another question"):
        minimal_dimension(**{**question, "eps": "1/2"}, checkpoint=file)
    file.write_text("{")
    with pytest.raises(InputError, match="cannot be read"):
        minimal_dimension(**question, checkpoint=file)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"eps": "2"}, "eps must be at most 1"),
        ({"m": 1}, "m must be"),
        ({"k": 50}, "k must be at most m"),
        ({"families": "gauss"}, "gauss"),
        ({"families": ()}, "families"),
        ({"decoders": "best"}, "decoders"),
        ({"families": "kerdock", "decoders": "l1"}, "matched-filter for kerdock"),
        ({"seeds": 0}, "seeds"),
        ({"trials": 0}, "trials"),
        ({"sample": 0}, "sample"),
    ],
)
def test_bad_input_is_named(change, message):
    with pytest.raises(InputError, match=message):
        minimal_dimension(**{"m": 20, "k": 2, **change})


def test_command(tmp_path):
    arguments = [
        "compare",
        "--minimal",
        "--m",
        "24",
        "--k",
        "1:3",
        "--eps",
        "3/4",
        "--seeds",
        "1",
        "--sample",
        "all",
    ]
    files = ["--figure", str(tmp_path / "f.png"), "--table", str(tmp_path / "t.csv")]
    shown = CliRunner().invoke(app, [*arguments, *files])
    assert shown.exit_code == 0, shown.output
    assert "optimal-probes" in shown.stdout
    assert "b [95 %]" in shown.stdout
    assert (tmp_path / "f.png").stat().st_size > 5000
    lines = (tmp_path / "t.csv").read_text().splitlines()
    assert lines[0].startswith("k,lower,upper,matched-filter gaussian")
    assert len(lines) == 4
    document = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    (row,) = document["curves"][0]["found"]
    assert [int(line.split(",")[3]) for line in lines[1:]] == row
    refused = CliRunner().invoke(app, [*arguments, "--d", "5"])
    assert isinstance(refused.exception, InputError)


def test_figure_labels_every_curve():
    result = minimal_dimension(m=24, k="1:4", eps="3/4", seeds=2, families=["gaussian", "rademacher"], trials=6)
    labels = [text.get_text() for text in minimal(result).get_legend().get_texts()]
    assert sum("gaussian" in label for label in labels) == 3
    assert any("proved" in label for label in labels)
