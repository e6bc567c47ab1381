"""Numerical packing: energies against finite differences and double loops, known optima, exactness, certificates."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lincs
from benchmarks import packing
from lincs.constructions.catalogue import family
from lincs.constructions.families.line_packings import line_packings
from lincs.constructions.family import BUILT
from lincs.errors import InputError
from lincs.packing.asymmetric import best_probes, exact_ratio, pair_energy, polish_pair, ratios, relax_pairs
from lincs.packing.energy import coherences, energy, normalised, orbits
from lincs.packing.exact import coherence_squared, from_text, quantised, to_text
from lincs.packing.lbfgs import minimise
from lincs.packing.polish import polish
from lincs.packing.search import relax, search
from lincs.packing.symmetry import cyclic_group, shifts, symmetric_starts


def naive_energy(X: np.ndarray, p: int, group: np.ndarray | None = None) -> float:
    """From one unit vector per line, all ordered pairs of base lines with all lines."""
    X = [x / math.sqrt(sum(v * v for v in x)) for x in X]
    total = 0.0
    for i, x in enumerate(X):
        for k, g in enumerate([None] if group is None else group):
            for j, y in enumerate(X):
                if k or i != j:
                    total += abs(x @ (y if g is None else g @ y)) ** p
    return math.log(total) / p


def rows(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape)


@pytest.mark.parametrize("group", [None, shifts(4, 4), cyclic_group(3, (0, 0, 1))], ids=["none", "shifts", "turns"])
def test_energy_against_a_double_loop(group: np.ndarray | None) -> None:
    Y = rows(1, 3, 5, 4)
    for q in (1, 2, 8):
        values, gradient = energy(Y, q, group)
        for X, value in zip(Y, values, strict=True):
            assert value == pytest.approx(naive_energy(X, 2 * q, group), rel=1e-12)
        step = 1e-6 * rows(2, *Y.shape)
        change = energy(Y + step, q, group)[0] - energy(Y - step, q, group)[0]
        assert np.allclose(change, 2 * (gradient * step).sum(axis=(1, 2)), rtol=1e-6, atol=1e-13)


def test_energy_bounds_the_coherence() -> None:
    Y = rows(3, 4, 9, 5)
    for q in (64, 4096):
        value = energy(Y, q)[0]
        top = np.log(coherences(Y))
        assert np.all(top <= value + 1e-12)
        assert np.all(value <= top + math.log(9 * 8) / (2 * q) + 1e-12)


def test_orbits_are_the_images() -> None:
    X, group = rows(4, 2, 3, 6), shifts(6, 3)
    Z = orbits(X, group)
    for r, k, j in ((0, 1, 2), (1, 2, 0)):
        assert np.allclose(Z[r, k * 3 + j], group[k] @ X[r, j])
    assert np.array_equal(Z[:, :3], X)
    # A shift by one moves coordinate 0 to 1 inside its block.
    assert np.array_equal(group[1] @ np.arange(6.0), [2, 0, 1, 5, 3, 4])


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_symmetric_starts_have_a_symmetry(seed: int) -> None:
    """Some signed permutation other than plus or minus the identity keeps the Gram matrix: its moduli repeat."""
    rng = np.random.default_rng(seed)
    m, d = int(rng.integers(4, 9)), int(rng.integers(2, 5))
    (Y,) = symmetric_starts(rng, 1, m, d)
    assert np.allclose((Y * Y).sum(axis=1), 1)
    values = [abs(Y[i] @ Y[j]) for i, j in combinations(range(m), 2)]
    assert len(np.unique(np.round(values, 9))) < len(values)


def test_lbfgs_solves_quadratic_problems_side_by_side() -> None:
    roots = rows(5, 6, 8, 8)
    Q = roots @ roots.swapaxes(1, 2) + np.eye(8)
    target = rows(6, 6, 8)

    def value(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        gradient = np.einsum("rij,rj->ri", Q, x - target)
        return 0.5 * np.einsum("ri,ri->r", gradient, x - target), gradient

    x, values = minimise(value, target + rows(7, 6, 8), iterations=150)
    assert np.allclose(x, target, atol=1e-5)
    assert np.all(values < 1e-9)


KNOWN = [
    (2, 5, math.cos(math.pi / 5)), (3, 4, 1 / 3), (3, 6, 1 / math.sqrt(5)), (5, 6, 1 / 5), (6, 16, 1 / 3),
    (7, 28, 1 / 3), (4, 6, 1 / 3), (5, 10, 1 / 3), (4, 4, 0.0),
]  # fmt: skip


@pytest.mark.parametrize(("d", "m", "mu"), KNOWN)
def test_known_optima(d: int, m: int, mu: float) -> None:
    found = search(d, m, seed=1, restarts=32, target=mu + 1e-12)
    assert found.coherence == pytest.approx(mu, abs=1e-10)
    G = np.abs(found.vectors @ found.vectors.T) - np.eye(m)
    assert G.max() == pytest.approx(found.coherence, abs=1e-14)
    assert found.vectors.shape == (m, d)


def test_polishing_reaches_machine_precision() -> None:
    X = relax(rows(8, 8, 7, 3), stages=((2, 20, 1.0), (8, 15, 0.5), (64, 10, 0.5)))[0]
    rough = float(coherences(X[None])[0])
    fine = polish(X)
    assert fine.coherence < rough - 1e-10
    assert fine.coherence == pytest.approx(1 / math.sqrt(3), abs=1e-13)  # 7 lines in R^3
    assert float(coherences(fine.X[None])[0]) == pytest.approx(fine.coherence, abs=1e-15)
    assert polish(fine.X).coherence <= fine.coherence


def test_a_seed_decides() -> None:
    first, again, other = (search(3, 8, seed=s, restarts=24) for s in (2, 2, 3))
    assert np.array_equal(first.vectors, again.vectors)
    assert first == again
    assert not np.array_equal(first.vectors, other.vectors)
    assert first.to_dict()["seed"] == 2


@pytest.mark.parametrize(
    ("symmetry", "order"), [("circulant", None), ("quasi-cyclic", 3), ("cyclic", 5)], ids=lambda x: str(x)
)
def test_symmetric_searches(symmetry: str, order: int | None) -> None:
    found = search(6, 15 if order == 5 else 12, seed=1, restarts=16, symmetry=symmetry, order=order)
    G = np.abs(found.vectors @ found.vectors.T) - np.eye(found.m)
    assert G.max() == pytest.approx(found.coherence, abs=1e-12)
    # Every line has the same products with the others as its images.
    size = order or 6
    base = found.m // size
    profile = np.sort(np.abs(G), axis=1)
    for j in range(base):
        for k in range(1, size):
            assert np.allclose(profile[j], profile[k * base + j], atol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"symmetry": "mirror"}, "symmetry must be one of"),
        ({"symmetry": "quasi-cyclic"}, "order must be given"),
        ({"symmetry": "quasi-cyclic", "order": 4}, "order must divide"),
        ({"symmetry": "circulant", "order": 3}, "order must be d"),
        ({"order": 3}, "order must come with"),
        ({"restarts": 0}, "restarts must be at least 1"),
    ],
)
def test_bad_searches(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        search(6, 8, **arguments)


@given(st.integers(1, 4), st.integers(1, 6), st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_exact_coherence_against_rationals(d: int, m: int, seed: int) -> None:
    V = np.random.default_rng(seed).integers(-9, 10, (m, d))
    V[(V == 0).all(axis=1)] = 1
    pairs = [Fraction(int(a @ b) ** 2, int(a @ a) * int(b @ b)) for a, b in combinations(V, 2)]
    assert coherence_squared(V) == max(pairs, default=0)
    assert np.array_equal(from_text(to_text(V), d=d, m=m), V)


def test_rounding_to_integers_loses_little() -> None:
    X = normalised(rows(9, 20, 7))
    exact = coherence_squared(quantised(X))
    assert float(exact) ** 0.5 == pytest.approx(float(coherences(X[None])[0]), abs=5e-8)
    with pytest.raises(InputError, match="must not be zero"):
        coherence_squared(np.array([[0, 0], [1, 2]]))


@pytest.mark.parametrize("text", ["1 2;3", "1 2;3 x", "1 2; 3 4", "1 2;03 4", "1 2;3 999999999", "", 5])
def test_bad_vectors(text: Any) -> None:
    with pytest.raises(InputError):
        from_text(text, d=2, m=2)


def test_certificate_of_a_search(tmp_path: Path) -> None:
    built = lincs.build(family="packing", parameters={"d": 3, "m": 6, "seed": 4, "restarts": 8}, k=1,
                        out=tmp_path / "p.npz")  # fmt: skip
    assert built.plan.promise.search["seed"] == 4
    assert built.to_dict()["construction"]["search"]["restarts"] == 8
    assert built.measured.hi == pytest.approx(1 / (1 + math.sqrt(5)), abs=1e-4)
    path = tmp_path / "p.certificate.json"
    assert lincs.check(path).accepted
    record = json.loads(path.read_text())
    parameters = record["construction"]["parameters"]
    vectors = parameters["vectors"]
    digit = next(i for i, c in enumerate(vectors) if c in "12345678" and i)
    changed = vectors[:digit] + str(int(vectors[digit]) + 1) + vectors[digit + 1 :]
    for other in (
        {**parameters, "vectors": changed},
        {**parameters, "d": 2},
        {**parameters, "m": 5},
        {"d": 3, "m": 6, "seed": 4, "restarts": 8},
        {**parameters, "vectors": vectors + " "},
        {**parameters, "vectors": None},
    ):
        record["construction"]["parameters"] = other
        path.write_text(json.dumps(record, indent=2) + "\n")
        assert not lincs.check(path).accepted


def test_stored_frames_are_what_the_table_says() -> None:
    table = line_packings()
    assert list(table) == sorted(table)
    source = family("line-packings")
    for d, lines in table:
        promise = source.member(d=d, lines=lines)
        vectors = source.frame(promise.parameters).raw(0, lines).T
        assert vectors.shape == (lines, d)
        assert coherence_squared(vectors) == promise.coherence_squared == table[d, lines][0]
        assert source.status(promise, m=lines) == BUILT
    with pytest.raises(InputError, match="stored packing"):
        source.member(d=3, lines=1000)


def test_the_catalogue_uses_them() -> None:
    """Eight lines in R^3 below .6476: no formula family has them."""
    bracket = lincs.bound(m=8, k=1, eps="0.39307")
    assert (bracket.upper.value, bracket.upper.name) == (3, "line-packings")
    built = lincs.build(m=8, k=1, eps="0.39307")
    assert built.A.shape == (3, 8)
    assert built.measured.hi < 0.39307


# --- pairs ------------------------------------------------------------------------------------------------------------


def test_pair_energy_against_a_double_loop() -> None:
    A, B = rows(11, 2, 3, 5, 3)
    for q in (1, 8):
        values, by_a, by_b = pair_energy(A, B, q)
        for a, b, value in zip(A, B, values, strict=True):
            total = sum(abs(b[i] @ a[j] / (b[i] @ a[i])) ** (2 * q) for i in range(5) for j in range(5) if i != j)
            assert value == pytest.approx(math.log(total) / (2 * q), rel=1e-12)
        step_a, step_b = 1e-6 * rows(12, *A.shape), 1e-6 * rows(13, *A.shape)
        change = pair_energy(A + step_a, B + step_b, q)[0] - pair_energy(A - step_a, B - step_b, q)[0]
        expected = 2 * ((by_a * step_a).sum(axis=(1, 2)) + (by_b * step_b).sum(axis=(1, 2)))
        assert np.allclose(change, expected, rtol=1e-5, atol=1e-12)


def test_free_pairs_find_the_symmetric_optimum() -> None:
    """Six lines in R^3: the Welch bound holds for all pairs, so nothing is below 1/sqrt(5)."""
    A, B = rows(14, 2, 32, 6, 3)
    a, b, mu = polish_pair(*(x[0] for x in relax_pairs(A, A + 0.3 * B)))
    assert mu == pytest.approx(1 / math.sqrt(5), abs=1e-9)
    assert mu >= 1 / math.sqrt(5) - 1e-12
    _, values = best_probes(a)
    assert values.max() <= mu + 1e-9
    exact = exact_ratio(quantised(a / np.abs(a).max()), quantised(b / np.abs(b).max()))
    assert float(exact) == pytest.approx(mu, abs=1e-6)


def test_best_probes_are_optimal_probes() -> None:
    """The same linear programs as ``lincs.optimal_probes``, in normal form: nu = mu / (1 + mu)."""
    A = rows(15, 7, 4)
    B, values = best_probes(A)
    nu = lincs.optimal_probes(A.T, k=1).nu
    mu = values.max()
    assert nu.lo - 1e-9 <= mu / (1 + mu) <= nu.hi + 1e-9
    assert ratios(A[None], B[None])[0] == pytest.approx(mu, abs=1e-9)


# --- the benchmark ----------------------------------------------------------------------------------------------------


def test_the_benchmark_goes_on_where_it_stopped(tmp_path: Path) -> None:
    table = packing.entries(range(3, 4), 5)
    assert set(table) == {(3, 4), (3, 5)}
    state = tmp_path / "state.npz"
    first = table[3, 4]
    first.coherence, first.vectors, first.seconds, first.rounds, first.reached_at = (
        1 / 3,
        np.eye(4, 3),
        2.0,
        1,
        1.5,
    )
    packing.save(state, table, 7.5)
    again = packing.entries(range(3, 4), 5)
    assert packing.load(state, again) == 7.5
    assert (again[3, 4].coherence, again[3, 4].rounds, again[3, 4].reached_at) == (1 / 3, 1, 1.5)
    assert again[3, 5].vectors is None
    assert packing.choose(again, []) == (3, 5)
    assert packing.choose(again, [(3, 5)]) is None
    starts = packing.neighbours(again, (3, 5), 0)
    assert starts is not None
    assert starts.shape == (16, 5, 3)
    text = packing.report(again, 7.5)
    assert "reached in all, after 0.1 minutes: 1 of 2 (50.0 %)" in text
    assert "missed (d, N): (3, 5)" in text
