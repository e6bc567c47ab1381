"""The experiments: classification, loss terms and measures by second routes; the command as it is called."""

import json
import sys

import numpy as np
import pytest

import lincs
from lincs.errors import InputError
from lincs.toy import Model, Setting, conjunctions, expected_loss
from lincs.toy.experiment import EXPERIMENTS, run_experiment
from lincs.toy.measure import measure
from lincs.toy.phase import SOLUTIONS, classify, theoretical
from lincs.toy.sets import collapsed, cosines
from lincs.toy.terms import loss_terms, one_active
from tests import command as command_line


def call(*arguments):
    return command_line.run(
        [sys.executable, "-m", "lincs", *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("W", "label"),
    [
        ([[1, 0]], "extra feature left out"),
        ([[0.05, -0.9]], "extra feature alone, first left out"),
        ([[1, -0.8]], "both, antipodal"),
        ([[1, 0, 0], [0, 1, 0]], "extra feature left out"),
        ([[0, 1, 0], [0, 0, 1]], "extra kept, an ordinary one left out"),
        ([[0.6, -0.6, 0.8], [0.8, -0.8, -0.6]], "extra alone, ordinary two antipodal"),
        ([[1, 0, -1], [0, 1, 0]], "extra antipodal to an ordinary one"),
        ([[1, -0.5, -0.5], [0, 0.75**0.5, -(0.75**0.5)]], "all three at 120 degrees"),
    ],
)
def test_solutions_are_recognised(W, label):
    W = np.array(W, dtype=float)
    index, cosine = classify(W)
    assert SOLUTIONS[W.shape[1]][index].label == label
    assert cosine > 0.98


def test_theory_gives_the_exact_loss_of_its_solutions():
    p, r = 0.4, 2.5
    losses = theoretical(3, np.array([p]), np.array([r]))[:, 0, 0]
    setting = Setting(n=3, m=2, density=p, importance=(1, 1, r))
    for W, expected in (
        ([[1, 0, 0], [0, 1, 0]], losses[0]),
        ([[0, 1, 0], [0, 0, 1]], losses[1]),
        ([[1, -1, 0], [0, 0, 1]], losses[2]),
        ([[1, 0, -1], [0, 1, 0]], losses[3]),
        ([[1, -0.5, -0.5], [0, 0.75**0.5, -(0.75**0.5)]], losses[4]),
    ):
        W = np.array(W, dtype=float)
        # Every output has its own bias, so the best is found one by one on a fine grid.
        best = 0.0
        for i in range(3):
            alone = Setting(n=3, m=2, density=p, importance=tuple(1.0 if j == i else 1e-300 for j in range(3)))
            costs = [expected_loss(Model(alone, W, np.full(3, b))) for b in np.linspace(0, 0.5, 251)]
            best += setting.importances[i] * min(costs)
        assert expected == pytest.approx(best, abs=2e-6)


def test_phase_agrees_with_theory_and_is_never_worse():
    found = run_experiment("phase", grid=7, restarts=4)
    assert found.data["agreement"] >= 0.95
    assert found.data["loss_ratio"]["max"] <= 1 + 1e-9
    first, extra = np.abs(found.arrays["W"][-1, 5, 0])  # density 1, the extra feature more important
    assert first < 0.1
    assert extra == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("seed", range(4))
def test_linear_loss_terms_add_up(seed):
    rng = np.random.default_rng(seed)
    setting = Setting(n=5, m=3, density=0.3, importance=(1, 2, 3, 1, 0.5), output="linear")
    model = Model(setting, rng.normal(size=(3, 5)), rng.normal(size=5))
    assert loss_terms(model).total == pytest.approx(expected_loss(model), rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_relu_loss_terms_against_the_exact_loss(seed):
    rng = np.random.default_rng(seed)
    W, b = rng.normal(size=(2, 3)), rng.normal(0, 0.3, 3)
    table = one_active(Model(Setting(n=3, m=2), W, b))
    x = (np.arange(20000) + 0.5) / 20000
    for j in range(3):
        inputs = np.zeros((3, len(x)))
        inputs[j] = x
        output = np.maximum(W.T @ (W @ inputs) + b[:, None], 0)
        assert table[:, j] == pytest.approx(((inputs - output) ** 2).mean(axis=1), abs=1e-6)
    # Nearly always at most one feature on: the terms are then the whole loss, up to p^2.
    rare = Model(Setting(n=3, m=2, density=1e-6, importance=(1, 2, 3)), W, b)
    assert loss_terms(rare).total == pytest.approx(expected_loss(rare), rel=1e-5)


def test_loss_terms_need_independent_features():
    model = Model(Setting(n=2, m=1, density=0.2, kind="correlated", set_size=2), np.ones((1, 2)), np.zeros(2))
    with pytest.raises(InputError, match="independent"):
        loss_terms(model)


def test_collapsed_and_dropped_sets():
    W = np.array([[0.7, 0.7, 1, 0, 0.01, 0], [0, 0.05, 0, 1, 0, 0.02]])
    model = Model(Setting(n=6, m=2, density=0.1, kind="correlated", set_size=2), W, np.zeros(6))
    assert collapsed(model) == (1, 1)
    square = Model(
        Setting(n=4, m=2, density=0.1, kind="correlated", set_size=2),
        np.array([[1.0, 0, -1, 0], [0, 1, 0, -1]]), np.zeros(4),
    )  # fmt: skip
    assert cosines(square) == {
        "within": 0, "between": -0.5, "within_orthogonal": 1, "within_opposite": 0, "between_opposite": 0.5
    }  # fmt: skip


def test_measured_against_the_full_error_matrix():
    rng = np.random.default_rng(3)
    W = rng.normal(0, 0.6, (3, 6))
    W[:, 5] = 0
    model = Model(Setting(n=6, m=3), W, np.zeros(6))
    found = measure(model, k=[1, 2, 7])
    assert [row.k for row in found.rows] == [1, 2]
    assert found.dead == 1
    E = W.T @ W - np.eye(6)
    kept = model.norms >= 0.5
    assert found.learned == kept.sum()
    for row in found.rows:
        signed = np.sort(np.abs(E), axis=1)[:, ::-1][:, : row.k].sum(axis=1)
        assert row.signed.lo - 1e-12 <= signed.max() <= row.signed.hi + 1e-12
        assert row.learned == pytest.approx(signed[kept].max())
        sides = [np.sort(np.maximum(side, 0), axis=1)[:, ::-1][:, : row.k].sum(axis=1) for side in (E, -E)]
        assert row.nonnegative.hi == pytest.approx(np.maximum(*sides).max())
        assert row.learned_probes <= row.probes.hi
        assert row.probes.lo <= row.rescaled.hi <= row.signed.hi + 1e-12
        assert row.excluded <= row.probes.hi + 1e-6


def test_correlated_pairs_are_orthogonal_and_anticorrelated_ones_opposite():
    setting = {"n": 4, "m": 2, "density": 0.1, "set_size": 2}
    together, apart = (
        min(
            lincs.toy.train([Setting(kind=kind, **setting)], restarts=6, steps=2500, lr=3e-3, seed=1),
            key=lambda t: t.loss,
        )
        for kind in ("correlated", "anticorrelated")
    )
    assert cosines(together.model)["within_orthogonal"] == 1
    assert cosines(apart.model)["within_opposite"] == 1


def test_geometry_resumes(tmp_path):
    options = {"n": 12, "m": 3, "grid": 3, "steps": 20}
    done = []
    first = run_experiment("geometry", checkpoint=tmp_path, progress=lambda a, b: done.append((a, b)), **options)
    assert done[-1] == (3, 3)
    (tmp_path / "geometry-0.050000.part.npz").write_bytes(b"damaged")
    done.clear()
    again = run_experiment("geometry", checkpoint=tmp_path, progress=lambda a, b: done.append((a, b)), **options)
    assert done == [(3, 3)]
    assert again.to_dict() == first.to_dict()
    assert first.data["sum_at_most_m"]
    other = run_experiment("geometry", checkpoint=tmp_path, seed=1, **options)
    assert other.to_dict() != first.to_dict()


def test_the_command_writes_files_that_verify_reads(tmp_path):
    done = call("toy", "basic", "--steps", 30, "-o", tmp_path, "--seed", 4, "--json")
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed == json.loads((tmp_path / "basic.json").read_text())
    assert (printed["command"], printed["seed"], printed["experiment"]) == ("toy", 4, "basic")
    assert len(printed["models"]) == 14
    assert (tmp_path / "basic.png").stat().st_size > 10_000
    file = tmp_path / "basic.npz"
    with np.load(file) as archive:
        W = archive["W_relu_0.03"]
    assert W.shape == (5, 20)
    assert "14 toy models (linear_1, linear_0.3" in call("verify", file, "--k", "1").stderr
    read = call("verify", file, "--tied", "--key", "relu_0.03", "--k", "1,2,3", "--json")
    assert read.returncode == 0, read.stderr
    verified = json.loads(read.stdout)
    assert verified["shape"] == {"d": 5, "m": 20}
    assert verified["pair"] == "given"
    assert [case["eps"] for case in verified["results"]] == [
        row["signed"] for row in printed["measured"]["relu_0.03"]["rows"]
    ]


@pytest.mark.parametrize("name", [name for name in EXPERIMENTS if name != "basic"])
def test_every_experiment_runs_draws_and_saves(name, tmp_path):
    small = {
        "phase": {"n": 3, "grid": 3, "restarts": 2},
        "geometry": {"n": 12, "m": 3, "grid": 2, "steps": 10},
        "loss": {"steps": 10, "k": 1},
        "pca": {"steps": 10, "restarts": 2, "points": 32},
    }.get(name, {"steps": 10, "restarts": 2})
    found = run_experiment(name, seed=2, **small)
    picture, arrays, text, *more = found.save(tmp_path / "new")
    curves = name in ("pca", "loss", "geometry")  # models measured at several densities
    sets = name in ("correlated", "anticorrelated")  # models measured under the rule of their own sets
    assert [file.name for file in more] == [f"{name}_measured.png"] * curves + [f"{name}_deployed.png"] * sets
    assert all(file.stat().st_size > 10_000 for file in more)
    assert picture.stat().st_size > 10_000
    assert json.loads(text.read_text())["seed"] == 2
    with np.load(arrays) as archive:
        assert any(key.startswith("W") for key in archive.files)
        assert str(archive["toy"]) == found.name
    assert run_experiment(name, seed=2, **small).to_dict() == found.to_dict()


def test_phase_measures_every_cell_and_verify_reads_it(tmp_path):
    found = run_experiment("phase", grid=4, restarts=3)
    W, arrays = found.arrays["W"], found.arrays
    E = W.swapaxes(-1, -2) @ W - np.eye(2)
    rows = np.sort(np.abs(E), axis=-1)[..., ::-1].cumsum(axis=-1).max(axis=-2)
    assert arrays["signed"] == pytest.approx(rows, abs=1e-12)
    # A threshold tells feature 0 from noise if its lowest "on" lies above its highest "off", and so for feature 1.
    gram = E + np.eye(2)
    on, other = np.diagonal(gram, axis1=-2, axis2=-1), gram[..., 0, 1][..., None]
    one = (on - np.maximum(other, 0)).min(axis=-1)
    two = (on + np.minimum(other, 0) - np.maximum(other, 0)).min(axis=-1)
    assert arrays["margin"] == pytest.approx(np.stack([one, two], axis=-1), abs=1e-12)
    assert (arrays["probes"] <= arrays["rescaled"] + 1e-9).all()
    antipodal = found.data["supports"]["both, antipodal, k = 1"]
    assert antipodal["margin"][0] > 0 >= found.data["supports"]["extra feature left out, k = 1"]["margin"][1] - 1e-6
    found.save(tmp_path)
    file = tmp_path / "phase.npz"
    read = call("verify", file, "--tied", "--key", "W[0,2]", "--k", "1:2", "--json")
    assert read.returncode == 0, read.stderr
    assert [case["eps"]["hi"] for case in json.loads(read.stdout)["results"]] == arrays["signed"][0, 2].tolist()
    assert "stack of 4 x 4 matrices" in call("verify", file, "--k", "1").stderr


def test_figures_draw_on_given_axes():
    from lincs.plots import toy, toy_measured, toy_sets
    from lincs.plots.axes import figure

    ax = figure().add_subplot()
    geometry = run_experiment("geometry", n=12, m=3, grid=3, steps=10)
    pca = run_experiment("pca", restarts=2, steps=10, points=32)
    for draw in (toy_measured.errors, toy_measured.margins, toy_sets.savings):
        ax.clear()
        assert draw(geometry, ax) is ax
        assert ax.get_xlabel() and ax.get_ylabel()  # noqa: PT018
    for draw in (toy_sets.shares, toy_sets.costs):
        ax.clear()
        assert draw(pca, ax) is ax
    heights = sum(patch.get_height() for patch in toy_sets.shares(pca).patches)
    assert heights == pytest.approx(len(pca.data["regimes"]))  # shares of every density add up to 1
    ax.clear()
    grid = np.geomspace(0.1, 1, 3)
    assert toy.margin(grid, grid, np.eye(3), ax) is ax


def test_bad_calls():
    assert "basic" in call("toy").stdout
    bad = call("toy", "nothing")
    assert (bad.returncode, bad.stderr.count("\n")) == (2, 1)
    assert "--grid" in call("toy", "basic", "--grid", "3").stderr
    with pytest.raises(InputError, match="n must be 2 or 3"):
        run_experiment("phase", n=4)


def two_pairs(kind):
    """Two opposite pairs in the plane, which is what training finds for anticorrelated pairs."""
    setting = Setting(n=4, m=2, density=0.05, kind=kind, set_size=2)
    return Model(setting, np.array([[1.0, -1, 0, 0], [0, 0, 1, -1]]), np.zeros(4))


def test_a_model_is_measured_as_deployed_and_under_the_rule_of_its_sets():
    found = measure(two_pairs("anticorrelated"), k=(1, 2, 3))
    assert found.rule == "one"
    assert [row.signed.hi for row in found.rows] == [1, 1, 1]  # a linear read-out takes the one for minus the other
    assert [row.deployed.hi for row in found.rows] == [0, 1, 1]
    assert [row.kind for row in found.rows][1] == "silent"
    assert [row.own.hi for row in found.rows] == [0, 0, 0]  # exact on the inputs that it was made for
    whole = measure(two_pairs("correlated"), k=(1, 2, 3))
    assert (whole.rule, [row.own and row.own.hi for row in whole.rows]) == ("whole", [1, 1, None])
    free = measure(two_pairs("independent"), k=(1, 2))
    assert (free.rule, [row.own for row in free.rows]) == (None, [None, None])


def test_a_linear_model_is_deployed_without_a_relu():
    setting = Setting(n=2, m=1, density=0.5, output="linear")
    model = Model(setting, np.array([[1.0, -0.5]]), np.array([0.25, 0.0]))
    found = measure(model, k=(1, 2))
    z = np.array([[a, b] for a in (0.0, 1.0) for b in (0.0, 1.0)]).T
    errors = np.abs(model(z) - z).max(axis=0)
    assert found.rows[0].deployed.hi == pytest.approx(errors[:3].max())
    assert found.rows[1].deployed.hi == pytest.approx(errors.max())


def test_saved_models_are_verified_as_deployed_with_their_bias_and_their_sets(tmp_path):
    found = run_experiment("anticorrelated", steps=5, restarts=1)
    found.save(tmp_path)
    file = tmp_path / "anticorrelated.npz"
    model = found.trained["2x2"].model
    deployed = lincs.verify(file, key="2x2", k=[1, 2], readout="deployed")
    row = found.measured["2x2"].rows[1]
    assert deployed.results[1].eps == row.deployed
    assert deployed.results[1].kind == row.kind
    np.testing.assert_array_equal(deployed.table.bias, model.b)
    own = lincs.verify(file, key="2x2", k=[1, 2], readout="deployed", groups=file)
    assert own.results[1].eps == row.own
    by_hand = lincs.verify(model.W, model.W, k=2, readout="deployed", bias=model.b, groups=[0, 0, 1, 1])
    assert by_hand.results[0].eps == row.own


def test_neurons_by_construction_answer_for_exactly_what_every_input_shows():
    A, names = conjunctions.stream(24, seed=0)
    layer = conjunctions.construct(A, names, k=2)
    found = lincs.verify_readers(A, layer.W_in.T, k=2, bias=layer.b, targets=names)
    m = A.shape[1]
    pre = layer.pushes(A)
    for i, (first, family) in enumerate(names.tolist()):
        on = pre[i, first] + pre[i, family] + layer.b[i] > 0
        pairs = [(a, b) for a in range(m) for b in range(a) if {a, b} != {first, family}]
        off = max(max(pre[i, a] + pre[i, b] for a, b in pairs), max(pre[i])) + layer.b[i] <= 0
        assert (found.classes[i, 0] == 0) == (on and off)
    assert found.answers[2] >= 30
    # The best threshold is in the middle: both margins are the same.
    np.testing.assert_allclose(found.margin_false[0], found.margin_miss[0], atol=1e-9)


def test_the_perceptron_is_an_experiment_like_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(conjunctions, "DIMENSIONS", (8, 32))
    monkeypatch.setattr(conjunctions, "DENSITIES", (0.1, 0.05))
    found = run_experiment("perceptron", steps=300, restarts=1)
    assert found.data["constructed"]["d = 32"]["k = 2"] > found.data["constructed"]["d = 8"]["k = 2"]
    untrained = conjunctions.train_perceptron(*conjunctions.stream(32, seed=0), density=0.1, steps=5, seed=0)[1]
    assert found.data["loss"]["0.1"] < 0.75 * untrained
    assert found.data["most_first_names"]["d = 8"]["k = 3"] >= 12
    found.save(tmp_path)
    file = tmp_path / "perceptron.npz"
    keys = {"readers_key": "W_in_constructed", "bias_key": "b_in_constructed"}
    again = lincs.verify_readers(file, file, key="A", targets=file, k=[2, 3, 4], **keys)
    assert again.answers == {k: found.data["answered"]["constructed"][f"k = {k}"] for k in (2, 3, 4)}
    json.loads((tmp_path / "perceptron.json").read_text())
