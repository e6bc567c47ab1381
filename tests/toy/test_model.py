"""Toy models: losses and gradients by second routes, training against PCA, closed forms, seeds."""

import itertools

import numpy as np
import pytest
from scipy.integrate import dblquad
from scipy.optimize import minimize

from lincs.errors import InputError
from lincs.toy import Model, Setting, expected_loss, minimise, steps, theory, train
from lincs.toy.exact import expected_gradient
from lincs.toy.perceptron import Perceptron
from lincs.toy.train import _state, initial_weights


def random_model(setting, seed):
    rng = np.random.default_rng(seed)
    return Model(setting, rng.normal(0, 0.8, (setting.m, setting.n)), rng.normal(0, 0.3, setting.n))


def differences(function, model, h=1e-5):
    """Central differences of ``function(Model)`` in W and b."""
    theta = np.concatenate([model.W.ravel(), model.b])
    size = model.W.size

    def at(t):
        return function(Model(model.setting, t[:size].reshape(model.W.shape), t[size:]))

    steps_ = np.eye(len(theta)) * h
    g = np.array([(at(theta + e) - at(theta - e)) / (2 * h) for e in steps_])
    return g[:size].reshape(model.W.shape), g[size:]


@pytest.mark.parametrize("output", ["linear", "relu"])
def test_batch_gradient_against_finite_differences_and_the_kernel(output):
    model = random_model(Setting(n=5, m=3, density=0.4, importance=(1, 2, 0.5, 1, 3), output=output), 1)
    x = model.setting.sample(200, seed=2)
    gW, gb = model.gradient(x)
    for got, expected in zip((gW, gb), differences(lambda other: other.loss(x), model), strict=True):
        assert got == pytest.approx(expected, abs=1e-6)
    kW, kb = np.empty_like(model.W), np.empty_like(model.b)
    loss = steps.gradient(model.W, model.b, model.setting.importances, output == "relu", x, kW, kb)
    assert loss == pytest.approx(model.loss(x), rel=1e-12)
    assert kW == pytest.approx(gW, abs=1e-12)
    assert kb == pytest.approx(gb, abs=1e-12)


@pytest.mark.parametrize("kind", ["independent", "correlated", "anticorrelated"])
@pytest.mark.parametrize(("n", "m"), [(2, 1), (3, 2)])
@pytest.mark.parametrize("seed", range(4))
def test_exact_gradient_against_finite_differences(n, m, kind, seed):
    setting = Setting(n=n, m=m, density=0.3, importance=tuple(range(1, n + 1)), kind=kind, set_size=n)
    model = random_model(setting, seed)
    gW, gb = expected_gradient(model)[1:]
    dW, db = differences(expected_loss, model)
    assert gW == pytest.approx(dW, abs=1e-7)
    assert gb == pytest.approx(db, abs=1e-7)


def naive_expected(model, nodes=400):
    """The midpoint rule on every on/off pattern, all patterns of independent features."""
    setting = model.setting
    grid = (np.arange(nodes) + 0.5) / nodes
    total = 0.0
    for pattern in itertools.product([0, 1], repeat=setting.n):
        axes = [grid if on else np.zeros(1) for on in pattern]
        x = np.stack([g.ravel() for g in np.meshgrid(*axes, indexing="ij")])
        p = setting.densities
        total += np.prod(np.where(pattern, p, 1 - p)) * model.loss(x)
    return total


@pytest.mark.parametrize("seed", range(6))
def test_exact_loss_against_quadrature(seed):
    two = random_model(Setting(n=2, m=1, density=(0.6, 0.3), importance=(1, 3)), seed)
    assert expected_loss(two) == pytest.approx(naive_expected(two), abs=2e-5)
    # One term to full precision, by an adaptive rule: both features on, error of the first.
    w, b = two.W[0], two.b[0]

    def error(y, x):
        return (x - max(w[0] * (w[0] * x + w[1] * y) + b, 0)) ** 2

    certain = Setting(n=2, m=1, importance=(1, 1e-300))
    found = expected_loss(Model(certain, two.W, two.b))
    assert found == pytest.approx(dblquad(error, 0, 1, 0, 1, epsabs=1e-9)[0], abs=1e-7)
    three = random_model(Setting(n=3, m=2, density=0.7, importance=(1, 3, 2)), seed)
    assert expected_loss(three) == pytest.approx(naive_expected(three, 60), abs=1e-3)
    linear = random_model(Setting(n=3, m=2, density=0.7, importance=(1, 3, 2), output="linear"), seed)
    assert expected_loss(linear) == pytest.approx(naive_expected(linear, 60), rel=1e-3)


@pytest.mark.parametrize("output", ["linear", "relu"])
@pytest.mark.parametrize("kind", ["independent", "correlated", "anticorrelated"])
def test_both_samplers_have_the_expected_loss(output, kind):
    setting = Setting(n=3, m=2, density=0.25, importance=(1, 2, 3), output=output, kind=kind, set_size=3)
    model = random_model(setting, 5)
    expected = expected_loss(model)
    x = setting.sample(400_000, seed=1)
    assert model.loss(x) == pytest.approx(expected, rel=0.01)
    y = np.empty((3, 400_000))
    code = ("independent", "correlated", "anticorrelated").index(kind)
    steps.draw(_state(np.random.default_rng(2), 400_000), setting.densities, code, 3, y, np.empty(400_000))
    assert model.loss(y) == pytest.approx(expected, rel=0.01)
    mean, second = setting.moments()
    assert y.mean(axis=1) == pytest.approx(mean, abs=0.003)
    assert y @ y.T / y.shape[1] == pytest.approx(second, abs=0.003)
    assert x @ x.T / x.shape[1] == pytest.approx(second, abs=0.003)


@pytest.mark.parametrize("p", [0.01, 0.3, 4 / 7, 0.627, 1.0])
@pytest.mark.parametrize("r", [0.1, 1.0, 7.0])
def test_the_three_losses_of_two_features(p, r):
    setting = Setting(n=2, m=1, density=p, importance=(1, r))

    def loss(W, b):
        return expected_loss(Model(setting, np.array([W], dtype=float), np.array(b)))

    u = p / 3 - p**2 / 4
    assert loss([1, 0], [0, p / 2]) == pytest.approx(r * u, abs=1e-12)
    assert loss([0, 1], [p / 2, 0]) == pytest.approx(u, abs=1e-12)
    assert loss([1, -1], [0, 0]) == pytest.approx(p**2 * (1 + r) / 6, abs=1e-12)
    best = float(theory.antipodal_bias(p))
    assert loss([1, -1], [best, best]) == pytest.approx((1 + r) * float(theory.antipodal(p)), abs=1e-12)
    for other in (best - 1e-3, best + 1e-3):
        assert loss([1, -1], [other, other]) > loss([1, -1], [best, best])


def test_boundaries_and_triple_points():
    p = np.array([0.1, 0.4, 0.57])
    assert theory.boundary(p, free_bias=False) == pytest.approx(2 * p / (4 - 5 * p))
    for free in (False, True):
        t = theory.triple_point(free_bias=free)
        assert float(theory.boundary(t, free_bias=free)) == pytest.approx(1, abs=1e-9)
    assert theory.triple_point(free_bias=False) == 4 / 7
    assert theory.triple_point(free_bias=True) == pytest.approx(0.627, abs=5e-4)


def test_the_linear_model_is_pca():
    """Independent features: the m most valuable ones, each alone; the rest at their means."""
    setting = Setting(n=6, m=2, density=0.5, importance=tuple(0.6**i for i in range(6)), output="linear")
    (found,) = train([setting], steps=4000, lr=3e-3, weight_decay=0, restarts=2, seed=3)
    gram = found.model.W.T @ found.model.W
    assert gram == pytest.approx(np.diag([1, 1, 0, 0, 0, 0]), abs=0.03)
    assert found.model.b == pytest.approx([0, 0, 0.25, 0.25, 0.25, 0.25], abs=0.02)
    variance = 0.5 / 3 - 0.25**2
    assert expected_loss(found.model) == pytest.approx(variance * sum(0.6**i for i in range(2, 6)), rel=0.01)


def test_minimise_finds_minima_and_beats_the_candidates():
    settings = [Setting(n=n, m=n - 1, density=p, importance=(1,) * (n - 1) + (r,))
                for n in (2, 3) for p in (0.05, 0.5, 0.9) for r in (0.4, 2.0)]  # fmt: skip
    for setting, found in zip(settings, minimise(settings, restarts=4, seed=1), strict=True):
        W, b = found.model.W, found.model.b
        _, gW, gb = expected_gradient(found.model)
        assert max(np.abs(gW).max(), np.abs(gb).max()) < 1e-7
        assert found.loss == pytest.approx(expected_loss(found.model), rel=1e-9)
        r, p = setting.importances[-1], setting.density
        candidates = [min(r, 1.0) * theory.unlearned(p), (1 + r) * theory.antipodal(p)]
        if setting.n == 3:
            candidates.append(2 * theory.antipodal(p))
        assert found.loss <= min(candidates) + 1e-12

        def loss(theta, setting=setting, shape=W.shape):
            return expected_loss(Model(setting, theta[: np.prod(shape)].reshape(shape), theta[np.prod(shape) :]))

        again = minimize(loss, np.concatenate([W.ravel(), b]), method="Nelder-Mead", options={"maxiter": 60})
        assert again.fun >= found.loss - 1e-10


def test_training_reaches_the_exact_minimum():
    setting = Setting(n=2, m=1, density=0.2, importance=(1, 0.8))
    (sampled,) = train([setting], steps=3000, lr=3e-3, restarts=3, weight_decay=0, seed=1)
    (exact,) = minimise([setting])
    assert expected_loss(sampled.model) == pytest.approx(exact.loss, rel=0.01)
    assert sampled.loss == pytest.approx(expected_loss(sampled.model), rel=0.05)


def test_adam_matches_a_plain_loop():
    setting = Setting(n=4, m=2, density=0.5)
    (found,) = train([setting], steps=30, batch=64, seed=7, dtype=np.float64)
    rng = np.random.default_rng([7, 0])
    model = Model(setting, initial_weights(4, 2, rng), np.zeros(4))
    state = _state(rng, 64)
    x, spare = np.empty((4, 64)), np.empty(64)
    theta = np.concatenate([model.W.ravel(), model.b])
    mean, square = np.zeros(12), np.zeros(12)
    for t in range(1, 31):
        steps.draw(state, setting.densities, 0, 1, x, spare)
        g = np.concatenate([part.ravel() for part in Model(setting, theta[:8].reshape(2, 4), theta[8:]).gradient(x)])
        mean, square = 0.9 * mean + 0.1 * g, 0.999 * square + 0.001 * g**2
        theta = theta * (1 - 1e-3 * 0.01)
        theta = theta - 1e-3 * (mean / (1 - 0.9**t)) / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)
    assert found.model.W.ravel() == pytest.approx(theta[:8], abs=1e-10)
    assert found.model.b == pytest.approx(theta[8:], abs=1e-10)


def test_a_seed_decides_the_result_whatever_the_company():
    setting = Setting(n=4, m=2, density=0.5)
    others = [setting, Setting(n=3, m=2), setting]
    runs = train(others, restarts=2, steps=50, seed=5, threads=2)
    alone = train([setting], restarts=2, steps=50, seed=5, threads=1)[0]
    assert (runs[0].model.W == alone.model.W).all()
    assert runs[2].losses == alone.losses
    other = train([setting], restarts=2, steps=50, seed=6, threads=1)[0]
    assert (other.model.W != alone.model.W).all()


def test_measures_of_hand_made_geometry():
    angles = 2 * np.pi * np.arange(5) / 5
    pentagon = np.stack([np.cos(angles), np.sin(angles)])
    model = Model(Setting(n=6, m=2), np.hstack([pentagon, np.zeros((2, 1))]), np.zeros(6))
    assert model.dimensionality == pytest.approx([0.4] * 5 + [0])
    assert model.superposition == pytest.approx([1.5] * 5 + [0])
    assert model.dimensions_per_feature == pytest.approx(0.4)
    free = random_model(Setting(n=9, m=4), 0)
    assert free.dimensionality.sum() <= 4 + 1e-9


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"density": 0.0}, "density"),
        ({"density": (0.5, 0.5)}, "density must have 4"),
        ({"importance": -1.0}, "importance"),
        ({"kind": "other"}, "kind"),
        ({"output": "tanh"}, "output"),
        ({"set_size": 3}, "set_size"),
        ({"kind": "anticorrelated", "set_size": 2, "density": 0.6}, "at most 1/2"),
        ({"kind": "correlated", "set_size": 2, "density": (0.1, 0.2, 0.3, 0.3)}, "same for all"),
    ],
)
def test_bad_settings(change, message):
    with pytest.raises(InputError, match=message):
        Setting(**{"n": 4, "m": 2, **change})


def test_bad_training():
    with pytest.raises(InputError, match="settings"):
        train([])
    with pytest.raises(InputError, match="at most 3"):
        minimise([Setting(n=4, m=2)])
    with pytest.raises(InputError, match="lr"):
        train([Setting(n=2, m=1)], lr=0)


def test_a_perceptron_computes_and_on_features_in_superposition():
    """Neuron 0 fires when features 0 and 1 are both on and writes feature 3; neuron 1 copies feature 2 to feature 4."""
    A = np.linalg.qr(np.random.default_rng(0).normal(size=(6, 5)))[0]
    W_in = np.stack([A[:, 0] + A[:, 1], A[:, 2]])
    layer = Perceptron(W_in, np.array([-1.0, 0.0]), np.stack([A[:, 3], 0.5 * A[:, 4]], axis=1))
    assert layer.pushes(A) == pytest.approx(np.array([[1, 1, 0, 0, 0], [0, 0, 1, 0, 0]]), abs=1e-12)
    assert layer.adds(A) == pytest.approx(np.array([[0, 0], [0, 0], [0, 0], [1, 0], [0, 0.5]]), abs=1e-12)
    for a, b, c in itertools.product([0, 1], repeat=3):
        z = np.array([a, b, c, 0, 0], dtype=float)
        read = A.T @ layer((A @ z)[:, None])[:, 0]
        assert read == pytest.approx([a, b, c, a and b, 0.5 * c], abs=1e-12)
    # In superposition feature 2 leaks into neuron 0 by its overlap, and a bias of -1 no longer separates every input.
    crowded = A.copy()
    crowded[:, 2] = (A[:, 0] + A[:, 1] + A[:, 2]) / np.sqrt(3)
    assert layer.pushes(crowded)[0, 2] == pytest.approx(2 / np.sqrt(3))
    assert layer.fires(crowded)[0].tolist() == [False, False, True, False, False]
    with pytest.raises(InputError, match="shapes"):
        Perceptron(W_in, np.zeros(3), W_in.T)
