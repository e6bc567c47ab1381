"""Losses on fixed nodes, regimes of correlated pairs, what polytopes save: against exact forms and hand-made models."""

import numpy as np
import pytest

from lincs.toy import Model, Setting, expected_loss, minimise, theory
from lincs.toy.nodes import loss_at, nodes, polish
from lincs.toy.pca import regime
from lincs.toy.polytopes import DIMENSIONALITY, saving, vertices


def random_model(setting, seed):
    rng = np.random.default_rng(seed)
    return Model(setting, rng.normal(0, 0.8, (setting.m, setting.n)), rng.normal(0, 0.3, setting.n))


@pytest.mark.parametrize("kind", ["independent", "correlated", "anticorrelated"])
@pytest.mark.parametrize("output", ["linear", "relu"])
@pytest.mark.parametrize("seed", range(3))
def test_nodes_give_the_exact_loss(kind, output, seed):
    setting = Setting(n=3, m=2, density=0.3, kind=kind, set_size=3, importance=(1, 2, 0.5), output=output)
    model = random_model(setting, seed)
    x, weights = nodes(setting)
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    assert loss_at(model, x, weights)[0] == pytest.approx(expected_loss(model), rel=1e-4)


@pytest.mark.parametrize("output", ["linear", "relu"])
def test_gradient_at_nodes_against_the_batch_gradient(output):
    """With equal weights the nodes are a batch."""
    setting = Setting(n=4, m=2, density=0.4, importance=(1, 2, 0.5, 3), output=output)
    model, x = random_model(setting, 1), setting.sample(50, seed=2)
    loss, gW, gb = loss_at(model, x, np.full(50, 1 / 50))
    assert loss == pytest.approx(model.loss(x), rel=1e-12)
    for got, expected in zip((gW, gb), model.gradient(x), strict=True):
        assert got == pytest.approx(expected, abs=1e-12)


def test_polish_reaches_the_exact_minimum():
    setting = Setting(n=2, m=1, density=0.2, importance=(1, 0.8))
    start = Model(setting, np.array([[0.9, -0.7]]), np.zeros(2))
    model, loss = polish(start, *nodes(setting))
    (exact,) = minimise([setting])
    assert loss == pytest.approx(exact.loss, rel=1e-4)
    assert expected_loss(model) == pytest.approx(exact.loss, rel=1e-5)


def pairs(angles, norms, density=0.3):
    """Three correlated pairs in the plane from six directions (degrees) and lengths."""
    angles = np.radians(angles)
    W = np.stack([np.cos(angles), np.sin(angles)]) * np.asarray(norms, dtype=float)
    return Model(Setting(n=6, m=2, density=density, kind="correlated", set_size=2), W, np.zeros(6))


def test_regimes_are_recognised():
    half = np.sqrt(0.5)
    # Principal components: two pair sums kept, the third dropped; or any two directions in the space of the sums.
    assert regime(pairs([0, 0, 90, 90, 0, 0], [half] * 4 + [0, 0])) == "PCA-like"
    basis = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 2)))[0]
    mixed = np.repeat(basis.T, 2, axis=1) * half
    assert regime(Model(pairs([0] * 6, [1] * 6).setting, mixed, np.zeros(6))) == "PCA-like"
    # Three sums at 120 degrees do more than project, at the scale that reads each sum as it is.
    assert regime(pairs([0, 0, 120, 120, 240, 240], [half] * 6)) == "3 collapsed"
    assert regime(pairs([0, 0, 120, 120, 195, 285], [0.72] * 4 + [0.97] * 2)) == "2 collapsed"
    assert regime(pairs([0, 0, 75, 165, 195, 285], [0.8] * 2 + [0.97] * 4)) == "1 collapsed"
    assert regime(pairs([0, 64, 120, 184, 240, 304], [0.95] * 6)) == "0 collapsed"
    assert regime(pairs([0, 90, 180, 270, 0, 90], [1, 1, 1, 1, 0, 0])) == "0 collapsed, 1 dropped"


def test_the_linear_model_of_correlated_pairs_is_pca_like():
    setting = Setting(n=6, m=2, density=0.2, kind="correlated", set_size=2, output="linear")
    model, loss = polish(random_model(setting, 3), *nodes(setting, points=1024))
    values, vectors = np.linalg.eigh(setting.moments()[1] - np.outer(*[setting.moments()[0]] * 2))
    assert regime(model) == "PCA-like"
    assert loss == pytest.approx(values[:-2].sum(), rel=1e-3)
    top = vectors[:, -3:]  # the pair sums: three equal largest eigenvalues
    assert model.W @ top @ top.T == pytest.approx(model.W, abs=1e-2)


@pytest.mark.parametrize("name", list(DIMENSIONALITY))
def test_polytopes_are_regular(name):
    W = vertices(name)
    model = Model(Setting(n=W.shape[1], m=W.shape[0]), W, np.zeros(W.shape[1]))
    assert model.norms == pytest.approx(1)
    if name != "square antiprism":  # its height is free; at this one it is close
        assert model.dimensionality == pytest.approx(DIMENSIONALITY[name])
    assert model.dimensionality == pytest.approx(DIMENSIONALITY[name], abs=0.03)
    assert len(model.norms) * DIMENSIONALITY[name] == pytest.approx(W.shape[0])


@pytest.mark.parametrize("density", [0.25, 0.6])
def test_savings_against_the_exact_minima(density):
    """Pairs and triangles by the exact quadrature: their least loss is that of n = 2, m = 1 and n = 3, m = 2."""
    u = float(theory.unlearned(density))
    pair = minimise([Setting(n=2, m=1, density=density)])[0].loss
    assert saving("antipodal pair", density) == pytest.approx((2 * u - pair) / u, rel=3e-4)
    triangle = vertices("triangle")
    setting = Setting(n=3, m=2, density=density)
    model, _ = polish(Model(setting, triangle, np.zeros(3)), *nodes(setting))
    assert saving("triangle", density) == pytest.approx((3 * u - expected_loss(model)) / (2 * u), rel=3e-4)


def test_sparser_features_prefer_flatter_polytopes():
    def best(density):
        values = {
            name: saving(name, density) or 0 for name in ("tetrahedron", "triangle", "antipodal pair", "pentagon")
        }
        return max(values, key=values.get)

    assert [best(1 / q) for q in (1.15, 1.37, 3, 6)] == [
        "tetrahedron",
        "triangle",
        "antipodal pair",
        "pentagon",
    ]
    assert saving("pentagon", 0.5) is None  # no local minimum: it falls into pairs
