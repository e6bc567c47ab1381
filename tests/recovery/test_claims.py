"""What basis pursuit, probes and guarantees say is true of the very arrays they return: cases where it was not."""

import sys
from fractions import Fraction
from itertools import islice

import numpy as np
import pytest

import lincs
from benchmarks.stress import exact, l1, probes
from lincs.errors import ContradictionError
from lincs.readouts.signed import Signed
from lincs.recovery import basis_pursuit as module
from lincs.recovery import exactrows, guarantees, minimal, proberows, rowlosses, rowprogram
from lincs.recovery.certify import certify
from lincs.recovery.rowspace import least_singular_value, row_space
from lincs.recovery.scaling import Units
from tests import command as command_line


@pytest.mark.parametrize("group", [l1, probes], ids=lambda group: group.NAME)
def test_the_stress_groups_find_nothing(group):
    assert [fault for trial in islice(group.cases(0), 60) if (fault := trial())] == []


@pytest.mark.parametrize("group", [l1, probes], ids=lambda group: group.NAME)
def test_the_stress_groups_can_fail(group, monkeypatch):
    """They notice an enclosure that is moved by a thousandth, and a margin that is always positive."""
    from dataclasses import replace

    pursuit, best = lincs.basis_pursuit, lincs.optimal_probes

    def moved(*arguments, **options):
        found = pursuit(*arguments, **options)
        return replace(found, minimum=found.minimum * 1.001, margin=found.margin + 1)

    def narrowed(*arguments, **options):
        found = best(*arguments, **options)
        return replace(found, nu=type(found.nu)(found.nu.lo * 1.001, found.nu.hi * 1.001))

    monkeypatch.setattr(lincs, "basis_pursuit", moved)
    monkeypatch.setattr(lincs, "optimal_probes", narrowed)
    assert any(trial() for trial in islice(group.cases(0), 30))


# 1. hypotheses of cited theorems


@pytest.mark.parametrize(
    "A", [[[1, 0, 0.1], [0, 1, 0.1]], np.diag([1.0, 100.0]) @ [[1, 0, 1], [0, 1, 1]] @ np.diag([1, 1, 0.01])]
)
def test_small_angles_do_not_promise_recovery_of_short_columns(A):
    A = np.asarray(A, dtype=float)
    found = lincs.recovery_guarantees(A)
    columns = exact.columns_of(A)
    assert exact.uniform_recovery(columns) == 0
    assert found.uniform_l1 == (0, 0)
    shorter = lincs.basis_pursuit(A, A[:, 2])
    assert shorter.minimum[1, 0] < 1  # e_3 itself has norm 1


def test_no_gaussian_matrix_is_promised_too_much():
    tried = 0
    for seed in range(12):
        A = np.random.default_rng(seed).standard_normal((3, 6))
        found, true = lincs.recovery_guarantees(A), exact.uniform_recovery(exact.columns_of(A))
        assert found.uniform_l1[0] <= true <= found.uniform_l1[1]
        tried += found.uniform_l1[1] == true
    assert tried > 3


def test_unit_columns_keep_the_classical_conditions():
    rng = np.random.default_rng(0)
    A = np.linalg.qr(rng.standard_normal((8, 8)))[0]
    A = np.hstack([A, (A[:, :2] + A[:, 2:4] + A[:, 4:6] + A[:, 6:]) / 2])
    found = lincs.recovery_guarantees(A)
    gram = np.abs(A.T @ A - np.eye(10))
    assert found.by_coherence == int((1 / gram.max() + 1) / 2 - 1e-9)
    assert guarantees.largest_sums(A)[1] == pytest.approx(gram.max())
    longer = A * np.array([1] * 9 + [3])  # one column three times as long: its neighbours no longer outweigh it
    assert guarantees.largest_sums(longer)[1] == pytest.approx(3 * gram.max())


def test_guarantees_that_contradict_a_kernel_vector_raise(monkeypatch):
    monkeypatch.setattr(guarantees, "largest_sums", lambda A: np.zeros(A.shape[1]))
    with pytest.raises(ContradictionError, match="kernel vector refutes"):
        lincs.recovery_guarantees([[1, 0, 0.1], [0, 1, 0.1]])


def test_ends_that_pass_each_other_raise(monkeypatch):
    A = np.random.default_rng(1).standard_normal((3, 7))
    with pytest.raises(ContradictionError, match=r"row 4 is proved at least 0\.5 and at most 0\.25"):
        proberows.check_ends(np.array([0.1, 0.5]), np.array([0.2, 0.25]), "row {}", np.array([3, 4]))
    measure = rowlosses.measure
    monkeypatch.setattr("lincs.recovery.probes.measure", lambda *a, **b: tuple(part / 2 for part in measure(*a, **b)))
    with pytest.raises(ContradictionError, match="least error of row"):
        lincs.optimal_probes(A, k=1)
    lower, upper = np.zeros((1, 1)), np.ones((1, 1))
    monkeypatch.setattr(rowprogram.KernelProgram, "solve", lambda *_: (0.75, 0.5))
    with pytest.raises(ContradictionError, match="at k = 1"):
        rowprogram.close_gaps(A, row_space(A, A), np.array([0]), (1,), lower, upper, tolerance=1e-9, readout=Signed())
    rows = row_space(A, A)
    with pytest.raises(ContradictionError, match="least l1 norm of column 0"):  # a product that is not A^T y
        certify(A, A[:, :1], np.eye(7)[:, :1] / 2, A[:, :1] * 9, np.zeros((7, 1)), rows, solvable=None)
    answer = module._Judged(*(np.ones((1, 1)),) * 5, np.array([2.0]), np.array([3.0]), np.ones((1, 1)))
    other = answer._replace(lower=np.array([0.5]), upper=np.array([1.0]))
    with pytest.raises(ContradictionError, match="do not meet"):
        module._narrower(answer, other, np.array([0]))


def test_a_measured_dimension_below_the_proved_bound_raises(monkeypatch):
    monkeypatch.setattr(minimal, "_brackets", lambda m, ks, eps: ((31,) * len(ks), (32,) * len(ks)))
    with pytest.raises(ContradictionError, match="passes at k = 1, d = 18"):
        lincs.minimal_dimension(m=32, k=1, decoders=["matched-filter"], seeds=1)


# 2. the object and its claim


@pytest.mark.parametrize(("d", "m", "seed"), [(8, 20, 0), (8, 20, 3), (12, 30, 1)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_probes_of_centred_columns_are_as_good_as_they_say(d, m, seed, dtype, tmp_path):
    A = np.random.default_rng(seed).standard_normal((d, m)).astype(dtype)
    A -= A.mean(axis=0)
    found = lincs.optimal_probes(A, k=[1, 2])
    np.savez(tmp_path / "B.npz", B=found.B)
    with np.load(tmp_path / "B.npz") as stored:
        given = lincs.verify(A, stored["B"], k=[1, 2]).results
    assert given[0].eps.lo <= found.nu.hi
    assert given[1].eps.lo <= 2 * found.nu.hi
    assert found.nu.lo <= found.nu.hi < 1
    if dtype is np.float32:  # the rows are independent by 1e-7, which is enough
        assert found.nu.hi - found.nu.lo < 1e-6


def test_a_trivial_kernel_is_seen_whatever_the_last_digits():
    for A in ([[3, 3.000000000000001], [1, 0.999999999999999], [-2, -2]], [[1, 1 + 2**-52], [1, 1]]):
        found = lincs.optimal_probes(A, k=1)
        assert found.nu.lo == 0
        assert not found.kernel.any()
        sure = lincs.recovery_guarantees(A)
        assert sure.uniform_l1[1] == 2
        assert sure.linear[1] == 2
    dependent = lincs.optimal_probes([[3, 6.0], [1, 2], [-2, -4]], k=1)
    assert dependent.nu.lo == pytest.approx(2 / 3)


@pytest.mark.parametrize("scale", [1e-300, 1e-200, 1e200, 2.0**-1000, 2.0**1000])
def test_units_do_not_matter_to_probes_and_guarantees(scale):
    A = np.random.default_rng(3).integers(-3, 4, (3, 6)).astype(float)
    plain, moved = lincs.recovery_guarantees(A), lincs.recovery_guarantees(A * scale)
    assert moved.uniform_l1 == plain.uniform_l1
    assert (moved.by_nu, moved.by_coherence, moved.by_babel) == (
        plain.by_nu,
        plain.by_coherence,
        plain.by_babel,
    )
    assert moved.probes.nu.hi == pytest.approx(plain.probes.nu.hi, rel=1e-12)
    assert moved.linear == plain.linear
    if np.log2(scale).is_integer():
        assert (moved.probes.nu, moved.probes.eps) == (plain.probes.nu, plain.probes.eps)
    with pytest.raises(lincs.InputError, match="the probes of A overflow float64: rescale A"):
        lincs.optimal_probes(A * 5e-324, k=1)


def test_exact_arithmetic_decides_dependent_rows():
    rng = np.random.default_rng(4)
    A = rng.standard_normal((4, 9))
    copied = np.vstack([A, 2 * A[1] + 0, A[:1]])
    found, plain = lincs.optimal_probes(copied, k=1), lincs.optimal_probes(A, k=1)
    assert found.nu.hi - found.nu.lo < 1e-9
    assert found.nu.lo == pytest.approx(plain.nu.lo, rel=1e-9)
    x = copied @ np.eye(9)[2]
    assert lincs.basis_pursuit(copied, x).status == ("proved",)
    x[-1] = np.nextafter(x[-1], np.inf)  # no longer in the range, by one digit
    found = lincs.basis_pursuit(copied, x)
    assert found.status != ("proved",)
    assert found.minimum[1, 0] == np.inf
    rows = row_space(copied, copied)
    assert rows.spans
    assert rows.relations.consistent(copied[:, :2]).all()
    copied[-1, 3] = np.nextafter(copied[-1, 3], np.inf)
    assert not row_space(copied, copied).spans


def test_exact_kernel_vectors():
    A = np.array([[1.0, 2, 0, 3], [0, 1, 0, 1 / 3]])
    w = exactrows.kernel_vector(A, 0, np.array([0, 0, 0, 1.0]))
    assert w[0] == 1
    assert all(sum(Fraction(float(row[j])) * v for j, v in w.items()) == 0 for row in A)
    assert exactrows.kernel_vector(A, 2, np.zeros(4)) == {2: 1}  # a zero column is its own kernel vector
    assert exactrows.kernel_vector(np.eye(2), 0, np.zeros(2)) is None


def test_the_least_singular_value_is_a_lower_bound():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        A = rng.standard_normal((5, 11)) * np.logspace(0, -seed / 4, 5)[:, None]
        true = np.linalg.svd(A, compute_uv=False)[-1]
        assert 0 <= least_singular_value(A) <= true * (1 + 1e-12)
        rows = row_space(A, A)
        assert rows.sigma > 0
        target = np.zeros((5, 1))
        target[-1] = 1e-3
        least = np.abs(np.linalg.pinv(A) @ target).sum()
        assert rows.detour(target, np.zeros(1))[0] >= np.linalg.norm(np.linalg.pinv(A) @ target)
        assert rows.detour(target, np.zeros(1))[0] <= 20 * least
    assert least_singular_value(rng.integers(-1, 2, (4, 4)) * np.array([[1], [1], [1], [0]])) == 0


def test_units_are_exact():
    rng = np.random.default_rng(5)
    A = rng.standard_normal((4, 6)) * np.array([[1e300], [1e-300], [1], [0]])
    units = Units(A)
    assert (np.ldexp(units.matrix, units.exponents[:, None]) == A).all()
    assert np.abs(units.matrix).max() < 1
    out, back = Units.round_trip(np.array([1.5, 3.0]), -1074, "it")
    assert out.tolist() == [1e-323, 1.5e-323]  # 1.5 has become 2
    assert back.tolist() == [2.0, 3.0]
    with pytest.raises(lincs.InputError, match="it overflow float64"):
        Units.round_trip(np.array([1.0]), 1024, "it")


@pytest.mark.parametrize("method", ["homotopy", "highs"])
def test_a_margin_is_a_proof_of_uniqueness(method):
    for A, x in (
        ([[2.0, -2.0]], [-8.0]),
        ([[2.0, -3, -2, -2], [0, 1, -3, -3]], [14.0, 7.0]),
        ([[1.0, 1, 1]], [0.3]),
    ):
        found = lincs.basis_pursuit(A, x, method=method)
        assert found.status == ("proved",)
        assert found.margin[0] == 0
    positive = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        A, z = rng.integers(-2, 3, (3, 6)).astype(float), rng.integers(-2, 3, 6) * (rng.random(6) < 0.4)
        found = lincs.basis_pursuit(A, A @ z, method=method)
        if found.margin[0] > 0 and found.status == ("proved",) and (A @ found.z == A @ z).all():
            positive += 1
            assert exact.l1_minimum(exact.columns_of(A), [Fraction(float(v)) for v in A @ z])[1] == 1
    assert positive > 3


def test_a_margin_needs_independent_columns_and_an_exact_dual():
    from lincs.recovery.unique import margins

    A = np.array([[1.0, 1.0, 0.2], [0.0, 0.0, 0.3]])
    z, y = np.array([[1.0], [1.0], [0.0]]), np.array([[1.0], [0.0]])
    assert margins(A, z, y, A.T @ y).tolist() == [0]  # copies share the load in any way
    z[1] = 0
    assert margins(A, z, y, A.T @ y).tolist() == [0]  # the copy may replace it
    other = A[:, ::2]
    assert margins(other, z[::2], y, other.T @ y)[0] == pytest.approx(0.8)
    assert margins(other, z[::2], 0.9 * y, other.T @ (0.9 * y))[0] < 0.8 - 0.02  # y' is within .1 of y
    assert np.isnan(margins(other, z[::2] * np.nan, y, other.T @ y)[0])


def test_a_solution_is_judged_as_it_is_returned():
    """Digits that z loses to underflow on the way back count against it."""
    A, x = np.array([[3.0, 1.0], [0.0, 7.0]]), np.array([5e-324, 1e-323])
    found = lincs.basis_pursuit(A, x)
    columns = exact.columns_of(A)
    least, _ = exact.l1_minimum(columns, [Fraction(float(v)) for v in x])
    assert Fraction(found.minimum[0, 0]) <= least <= Fraction(found.minimum[1, 0])
    assert found.status != ("proved",)
    assert found.residual[0] > 0.1
    with pytest.raises(lincs.InputError, match="solutions overflow"):
        lincs.basis_pursuit(A * 1e-300, np.array([1e300, 1.0]))


def test_right_sides_that_float64_cannot_hold_are_refused():
    with pytest.raises(lincs.InputError, match="numbers that float64 holds exactly"):
        lincs.basis_pursuit([[1.0]], np.array([2**53 + 1]))
    assert lincs.basis_pursuit([[1.0]], np.array([2**53])).z[0] == 2.0**53


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_lasso_in_any_units(scale):
    rng = np.random.default_rng(6)
    A, x = rng.standard_normal((5, 9)), rng.standard_normal(5)
    plain, moved = lincs.lasso(A, x, lam=0.3), lincs.lasso(A * scale, x, lam=0.3 * scale)
    np.testing.assert_allclose(moved.z * scale, plain.z, rtol=1e-9)
    assert moved.gap[0] < 1e-9
    rest = [Fraction(float(v)) - sum(Fraction(float(a)) * Fraction(float(t)) for a, t in zip(row, plain.z, strict=True))
            for v, row in zip(x, A, strict=True)]  # fmt: skip
    assert sum(v * v for v in rest) <= Fraction(float(plain.residual[0])) ** 2


def test_a_wrong_lasso_solution_shows_in_its_gap(monkeypatch):
    from lincs.recovery import lasso

    solve = lasso.solve_paths

    def longer(*arguments, **options):
        found = solve(*arguments, **options)
        return type(found)(found.z * 1.1, found.y, found.level * 2, found.steps)

    monkeypatch.setattr(lasso, "solve_paths", longer)
    found = lincs.lasso(np.array([[1.0, 0, 1], [0, 1, 1]]), [1, 1], lam=0.5)
    assert found.lam[0] == 0.5  # the question that was asked, not the one that the path ended at
    assert found.gap[0] > 1e-3


def test_the_commands_say_only_what_is_proved(tmp_path):
    def run(*arguments):
        return command_line.run([sys.executable, "-m", "lincs", *map(str, arguments)], capture_output=True, text=True)

    np.save(tmp_path / "A.npy", np.array([[1, 0, 0.1], [0, 1, 0.1]]))
    shown = run("probe", tmp_path / "A.npy", "--k", 1).stdout
    assert "L1 recovers every k-sparse z for k <= 0" in shown
    assert "fails for some from k = 1 on" in shown
    np.save(tmp_path / "I.npy", np.eye(3))
    shown = run("probe", tmp_path / "I.npy", "--k", 1).stdout
    assert "is not known to fail for any k" in shown
    z = np.zeros(12)
    z[:2] = 1e-10
    A = np.random.default_rng(9).standard_normal((8, 12))
    np.save(tmp_path / "G.npy", A)
    np.save(tmp_path / "x.npy", A @ z)
    shown = run("decode", tmp_path / "G.npy", tmp_path / "x.npy").stdout
    assert "1 proved of 1" in shown
    assert "active features: 2 to 2" in shown
    assert "only minimiser for A z: 1 columns" in shown
    noisy = run("decode", tmp_path / "G.npy", tmp_path / "x.npy", "--noise", 1e-11)
    assert noisy.returncode == 0
    assert "asked for ||A z - x|| <= 1e-11: at most" in noisy.stdout
