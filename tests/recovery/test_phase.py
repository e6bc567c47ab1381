"""The phase diagram and the transition curve: against integrals, simulation, and their own checkpoint."""

import json
import sys

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.stats import norm

import lincs
from lincs.plots.recovery import comparison, phase
from lincs.recovery.phase import half_line, phase_diagram
from lincs.recovery.theory import psi, transition_k, transition_rho
from tests import command as command_line


@pytest.mark.parametrize("r", [0.001, 0.05, 0.3, 0.7, 0.99])
def test_psi_is_its_definition(r):
    def value(tau):
        soft = quad(lambda x: 2 * (x - tau) ** 2 * norm.pdf(x), tau, np.inf)[0]
        return r * (1 + tau**2) + (1 - r) * soft

    expected = minimize_scalar(value, bounds=(0, 10), method="bounded", options={"xatol": 1e-9}).fun
    assert psi(r) == pytest.approx(expected, rel=1e-6)


def test_the_curve_inverts_psi():
    assert psi(0) == 0
    assert psi(1) == 1
    for delta in (0.1, 0.5, 0.9):
        assert psi(transition_rho(delta) * delta) == pytest.approx(delta, rel=1e-9)
    assert transition_rho(0.5) == pytest.approx(0.3857, abs=1e-3)  # the value that is usually quoted
    assert transition_k(d=10, m=10) == 10


def test_half_line_finds_the_middle_of_a_logistic():
    rho = np.linspace(0.0125, 0.9875, 40)
    rate = 1 / (1 + np.exp(-60 * (0.37 - rho)))
    assert half_line(rho, rate, 1000) == pytest.approx(0.37, abs=2e-3)


@pytest.fixture(scope="module")
def diagram(tmp_path_factory):
    return phase_diagram(m=32, cells=6, trials=10, seed=1)


def test_cells_are_counts_of_recovered_inputs(diagram):
    assert diagram.recovered.shape == (6, 6)
    assert (diagram.recovered >= 0).all()
    assert (diagram.recovered <= 10).all()
    assert (diagram.ks == np.clip(np.round(np.outer(diagram.ds, diagram.rhos)), 1, None)).all()
    easy, hard = diagram.recovered[-1, 0], diagram.recovered[1, -1]
    assert easy == 10
    assert hard <= 2
    # One cell by definition, with the reference solver.
    from lincs.interference.inputs import dense_inputs
    from lincs.recovery.phase import _gaussian

    d, k = int(diagram.ds[3]), int(diagram.ks[3, 2])
    Z = dense_inputs(32, k, samples=10, seed=1)
    count = 0
    for number, part in enumerate(np.array_split(np.arange(10), 5)):
        A = _gaussian(d, 32, 1, number)
        found = lincs.basis_pursuit(A, A @ Z[:, part], method="highs")
        count += int((np.abs(found.z - Z[:, part]).max(axis=0) <= 1e-6).sum())
    assert diagram.recovered[3, 2] == count


def test_the_linear_curves_are_the_probes_and_the_theorem(diagram):
    from lincs.recovery.phase import _gaussian

    for i, d in enumerate(diagram.ds.tolist()):
        k = int(diagram.linear_k[i])
        limit = int(diagram.linear_limit[i])
        assert k <= limit
        A = _gaussian(d, 32, 1, 0)
        if k:
            assert lincs.optimal_probes(A, k=k).eps[0].hi < 0.5
        if k < 32:
            assert lincs.optimal_probes(A, k=k + 1).eps[0].hi >= 0.5
        if limit < 32:
            assert lincs.bound(m=32, k=limit + 1, eps="1/2").lower.value > d


def test_a_checkpoint_is_gone_on_from(tmp_path, diagram, monkeypatch):
    from lincs.recovery import phase as module

    file = tmp_path / "p.npz"
    cell, calls = module._cell, []

    def counted(*arguments):
        calls.append(arguments)
        if len(calls) == stop:
            raise KeyboardInterrupt
        return cell(*arguments)

    monkeypatch.setattr(module, "_cell", counted)
    stop = 20
    with pytest.raises(KeyboardInterrupt):
        phase_diagram(m=32, cells=6, trials=10, seed=1, checkpoint=file)
    calls.clear()
    stop = 0
    again = phase_diagram(m=32, cells=6, trials=10, seed=1, checkpoint=file)
    assert 0 < len(calls) < 20
    np.testing.assert_array_equal(again.recovered, diagram.recovered)
    with pytest.raises(lincs.InputError, match="another phase diagram"):
        phase_diagram(m=32, cells=6, trials=11, seed=1, checkpoint=file)
    file.write_bytes(b"damaged")
    with pytest.raises(lincs.InputError, match="cannot be read"):
        phase_diagram(m=32, cells=6, trials=10, seed=1, checkpoint=file)


def test_figures_show_the_numbers(diagram):
    ax = phase(diagram)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), diagram.transition)
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    result = lincs.compare(np.random.default_rng(0).standard_normal((6, 12)), k=[1, 2], trials=2)
    ax = comparison(result)
    [best] = [line for line in ax.lines if str(line.get_label()).startswith("optimal probes")]
    np.testing.assert_allclose(best.get_ydata(), [row.optimal.hi for row in result.rows])


def test_the_command(tmp_path):
    done = command_line.run(
        [sys.executable, "-m", "lincs", "compare", "--phase", "--m", "16", "--cells", "4", "--trials", "4",
         "--figure", str(tmp_path / "p.png"), "--json"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert np.array(document["recovered"]).shape == (4, 4)
    assert document["seed"] == 0
    assert (tmp_path / "p.png").stat().st_size > 1000
