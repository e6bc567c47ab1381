"""Typical inputs: proved tails against exact enumeration, Monte Carlo, and what is computed by hand."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

import lincs
from lincs.binomial import quantile_interval
from lincs.errors import InputError
from lincs.interference.laws import LAWS, SUPPORTS
from lincs.interference.powers import PowerSums, exponents
from lincs.interference.tail_rows import excess
from lincs.interference.tails import RowTails, one_tail

_FAMILIES = ("gaussian", "signs", "skewed")


def _matrix(d: int, m: int, seed: int = 0, family: str = "gaussian") -> np.ndarray:
    rng = np.random.default_rng(seed)
    A = {
        "gaussian": lambda: rng.standard_normal((d, m)),
        "signs": lambda: rng.choice([-1.0, 1.0], (d, m)),
        "skewed": lambda: rng.exponential(size=(d, m)),
    }[family]()
    return A / np.linalg.norm(A, axis=0)


def _pair_with(E: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A, B with ``B^T A - I = E``, exactly where the entries are short."""
    m = len(E)
    return np.eye(m), (np.eye(m) + E).T


def _enumerated(row: np.ndarray, k: int, law: str) -> np.ndarray:
    """All equally likely values of X for signs or binary values."""
    m = len(row)
    values = [(-1, 1)] * k if law == "signs" else [(1,)] * k
    signs = np.array(list(itertools.product(*values)))
    return np.concatenate([signs @ row[list(S)] for S in itertools.combinations(range(m), k)])


# -- by hand -----------------------------------------------------------------------------------------------------------


def test_a_row_by_hand():
    E = np.zeros((4, 4))
    E[0, :2] = 0.5
    A, B = _pair_with(E)
    result = lincs.verify(A, B, k=2, eps=1, typical="signs", risk="0.25,1e-9")
    case = result.typical.cases[0]
    bound = result.typical.columns["misread_k2"]
    # (C + 1)^2 / (4 (2 C^2 - 1)) falls to 1/8 as the exponent grows; the exact probability is 1/12.
    assert 1 / 12 <= bound[0] <= 0.1251
    assert (bound[1:] == 0).all()
    assert case.misread.upper == pytest.approx(bound[0], rel=1e-6)
    assert case.rms_worst.lo <= 0.5 <= case.rms_worst.hi
    assert case.rms_worst.hi - case.rms_worst.lo < 1e-12
    assert case.risk[1].eps == pytest.approx(1, abs=1e-5)  # the worst case: no risk beyond it


def test_the_exact_moment_of_that_row_is_below_its_bound():
    for x in (0.1, 1.0, 5.0):
        C = math.cosh(x / 2)
        exact = np.cosh(x * _enumerated(np.array([0.5, 0.5, 0, 0]), 2, "signs")).mean()
        assert exact == pytest.approx((C * C + 4 * C + 1) / 6)
        assert ((C + 1) / 2) ** 2 - exact == pytest.approx((C - 1) ** 2 / 12)


@pytest.mark.parametrize(("k", "lower"), [(1, 1 / 2), (2, 5 / 12)])
def test_bad_columns_by_hand(k, lower):
    E = np.zeros((4, 4))
    E[2, 0], E[3, 1], E[0, 2], E[1, 3] = 0.6, -0.6, 0.1, 0.1
    A, B = _pair_with(E)
    found = lincs.verify(A, B, k=k, eps="1/2", typical="signs").typical.cases[0].misread
    assert found.lower == pytest.approx(lower, abs=1e-8)
    assert found.lower <= lower
    assert found.sampled.hi >= lower


def test_uniform_bad_columns_by_hand():
    E = np.zeros((4, 4))
    E[1, 0] = 1.0  # misread by 1/2 if feature 0 is active and |z_0| >= 1/2
    A, B = _pair_with(E)
    one, two = lincs.verify(A, B, k=[1, 2], eps="1/2", typical="uniform").typical.cases
    assert one.misread.lower == pytest.approx(1 / 8, abs=1e-8)
    assert two.misread.lower == pytest.approx((1 - (7 / 8) ** 2) / 2, abs=1e-8)


def test_orthonormal_features_are_never_misread():
    A = np.eye(8)
    result = lincs.verify(A, A, k=[1, 4], eps="1e-6", typical="signs", risk="1e-12")
    for case in result.typical.cases:
        assert case.misread.upper == case.misread.lower == case.misread.expected_features == 0
        assert case.risk[0].eps < 1e-12
        assert case.rms_worst.hi < 1e-6
    assert result.typical.survival == {Fraction(1, 10**12): 4}


def test_a_zero_probe_reads_the_input_itself_wrong():
    A = np.hstack([np.eye(2), np.eye(2)])  # duplicates: from k = 2 on the zero probe is best
    case = lincs.verify(A, k=2, eps=1, typical="signs").typical.cases[0]
    assert case.misread.upper == 1
    assert case.risk[0].eps == pytest.approx(1, abs=1e-6)
    assert case.rms_worst.lo <= math.sqrt(2 / 4) <= case.rms_worst.hi


# -- against exact enumeration -----------------------------------------------------------------------------------------


def _tail(row: np.ndarray, k: int, *, keep: int, fourth: bool) -> float:
    size = -np.sort(-np.abs(row))[None, :]
    rest = np.array([(size[:, keep:] ** 2).sum(axis=1), (size[:, keep:] ** 4).sum(axis=1)])
    if not fourth:
        rest[1] = np.inf
    law, support = LAWS["signs"], SUPPORTS["subset"]
    common = {"k": k, "m": len(row), "most_k": 4, "own": None, "total": None}
    tail = one_tail(law, support, kept=np.ascontiguousarray(size[:, :keep]), rest=rest, **common)
    return float(RowTails(tail, None, None, None).at(0.6)[0])


def test_enumeration_below_exact_sums_below_fourth_powers_below_squares():
    rng = np.random.default_rng(1)
    tight = 0
    for _ in range(1000):
        row, k = rng.normal(0, 0.3, 8), int(rng.integers(1, 5))
        exact = float((np.abs(_enumerated(row, k, "signs")) >= 0.6).mean())
        all_kept, fourth, second = (
            _tail(row, k, keep=8, fourth=True),
            _tail(row, k, keep=3, fourth=True),
            _tail(row, k, keep=3, fourth=False),
        )
        assert exact <= all_kept <= fourth * (1 + 1e-8) <= second * (1 + 2e-8) <= 1 + 3e-8
        tight += fourth < second * 0.99
    assert tight > 100  # the fourth powers are worth something


@pytest.mark.parametrize("law", ["signs", "binary"])
@pytest.mark.parametrize("k", [1, 2, 3])
def test_rows_of_a_pair_against_enumeration(law, k):
    """Through the sweep, with own entries, and of a self-scaled pair too."""
    rng = np.random.default_rng(k)
    for trial in range(6):
        A = rng.standard_normal((5, 9))
        A /= np.linalg.norm(A, axis=0)
        given = trial % 2 == 0
        B = A * rng.uniform(0.6, 1.2, 9) if given else None
        readout = {"signs": "signed", "binary": ("nonnegative", "affine")[trial // 2 % 2]}[law]
        if given and readout == "affine":
            readout = "nonnegative"
        result = lincs.verify(A, B, k=k, eps="0.5", readout=readout, typical=law, risk="0.1")
        case = result.results[0]
        probes = B if given else A * case.scale
        E = probes.T @ A - np.eye(9)
        bias = np.zeros(9) if case.bias is None else case.bias
        for i in range(9):
            values = np.abs(_enumerated(E[i], k, law) + bias[i])
            assert (values >= 0.5).mean() <= result.typical.columns[f"misread_k{k}"][i] + 1e-12
            eps = result.typical.columns[f"eps_k{k}_risk0.1"][i]
            assert (values > eps + 1e-9).mean() <= 0.1
            rms = result.typical.columns[f"rms_k{k}"][i]
            assert rms == pytest.approx(math.sqrt((values**2).mean()), abs=1e-7)
        some = np.max([np.abs(_enumerated(E[i], k, law) + bias[i]) for i in range(9)], axis=0)
        misread = result.typical.cases[0].misread
        assert misread.lower <= (some >= 0.5).mean() <= misread.upper
        assert (some > result.typical.cases[0].risk[0].eps + 1e-9).mean() <= 0.1
        if k == 1 and case.bias is None:
            assert misread.lower == pytest.approx((some >= 0.5).mean(), abs=1e-6)


@pytest.mark.parametrize("law", ["signs", "binary"])
def test_bernoulli_supports_against_enumeration(law):
    rng = np.random.default_rng(3)
    m, k = 6, 2
    for _ in range(10):
        row = rng.normal(0, 0.4, m)
        E = np.zeros((m, m))
        E[0] = row
        A, B = _pair_with(E)
        readout = "signed" if law == "signs" else "nonnegative"
        result = lincs.verify(A, B, k=k, eps="0.7", readout=readout, typical=law, support="bernoulli")
        chance = square = 0.0
        for size in range(m + 1):
            weight = (k / m) ** size * (1 - k / m) ** (m - size)
            values = _enumerated(row, size, law) if size else np.zeros(1)
            scale = weight * math.comb(m, size)
            chance += scale * float((np.abs(values) >= 0.7).mean())
            square += scale * float((values**2).mean())
        assert chance <= result.typical.columns["misread_k2"][0] <= 1
        assert result.typical.columns["rms_k2"][0] == pytest.approx(math.sqrt(square), abs=1e-7)


@pytest.mark.parametrize("law", list(LAWS))
def test_the_moment_generating_functions(law):
    """Against their power series in exact arithmetic, on both sides of where the closed form begins."""
    code = LAWS[law].code
    for x in (1e-6, 0.01, 0.3, 0.4999, 0.5, 0.7, 3.0):
        q, total, term = Fraction(x), Fraction(0), Fraction(1)
        for n in range(1, 60):
            term *= q / n
            if n >= 2 and (law in ("positive", "binary") or n % 2 == 0):
                total += term if law in ("signs", "binary") else term / (n + 1)
        assert excess(code, x) == pytest.approx(float(total), rel=1e-11)


# -- Monte Carlo -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", _FAMILIES)
@pytest.mark.parametrize(("law", "support"), [("uniform", "subset"), ("positive", "bernoulli"), ("positive", "subset")])
def test_no_sample_exceeds_a_proved_bound(family, law, support):
    A, k, n = _matrix(24, 80, family=family), 3, 20_000
    readout = "signed" if law == "uniform" else "nonnegative"
    result = lincs.verify(A, A, k=k, eps="0.8", readout=readout, typical=law, support=support, risk="0.05")
    E, rng = A.T @ A - np.eye(80), np.random.default_rng(7)
    Z = np.zeros((80, n))
    for column in Z.T:
        where = SUPPORTS[support].draw(rng, 80, k)
        column[where] = LAWS[law].draw(rng, len(where))
    errors = np.abs(E @ Z)
    spread = 4.5 * math.sqrt(0.25 / n)
    rates, bounds = (errors >= 0.8).mean(axis=1), result.typical.columns[f"misread_k{k}"]
    assert (rates <= bounds + 4.5 * np.sqrt(bounds / n) + 4 / n).all()
    case = result.typical.cases[0]
    assert case.misread.lower - spread <= (errors.max(axis=0) >= 0.8).mean() <= case.misread.upper + spread
    assert (errors.max(axis=0) > case.risk[0].eps).mean() <= 0.05 + spread
    rms = np.sqrt((errors**2).mean(axis=1))
    np.testing.assert_allclose(rms, result.typical.columns[f"rms_k{k}"], rtol=0.08)
    assert (errors >= 0.8).sum(axis=0).mean() <= case.misread.expected_features * 1.05


@pytest.mark.parametrize("law", ["positive", "binary"])
@pytest.mark.parametrize("support", list(SUPPORTS))
def test_rows_of_one_sign(law, support):
    """No entry is negative: the lower tail has nothing kept, and its scale is that of the rest."""
    A = np.abs(_matrix(16, 96, family="skewed"))
    for pair in ((A, A), (A, -A)):
        case = lincs.verify(*pair, k=8, readout="nonnegative", typical=law, support=support).typical.cases[0]
        assert case.risk[0].eps <= 2.5 * case.risk[0].sampled[1]


@pytest.mark.parametrize("law", ["signs", "uniform"])
def test_the_proved_eps_is_close_to_the_sampled_one(law):
    A = lincs.example_matrix().astype(float)
    B = A / (A**2).sum(axis=0)
    found = lincs.verify(A, B, k=[1, 4, 16], typical=law, risk="0.01", samples=2000).typical
    for case in found.cases:
        low, high = case.risk[0].sampled
        assert low <= case.risk[0].eps <= 1.4 * high


# -- the same whatever the way -----------------------------------------------------------------------------------------


def test_threads_and_precision_and_checkpoints(tmp_path):
    A = _matrix(20, 700).astype(np.float32)
    options = {"k": [1, 3], "eps": "1/2", "typical": "signs", "samples": 50}
    one = lincs.verify(A, A, threads=1, **options).to_dict()
    assert one == lincs.verify(A, A, threads=3, **options).to_dict()
    assert one == lincs.verify(A, A, checkpoint=tmp_path, checkpoint_every=0, **options).to_dict()
    mixed = lincs.verify(A, A, precision="mixed", **options).to_dict()
    for case, coarse in zip(one["results"], mixed["results"], strict=True):
        for p, q in zip(case["typical"]["risk"], coarse["typical"]["risk"], strict=True):
            assert p["eps"] * (1 - 1e-6) <= q["eps"] <= p["eps"] * 1.001
        for name in ("worst", "mean"):
            fine, wide = case["typical"]["rms"][name], coarse["typical"]["rms"][name]
            assert wide["lo"] <= fine["hi"]
            assert fine["lo"] <= wide["hi"]


def test_an_interrupted_run_goes_on(tmp_path, monkeypatch):
    A = _matrix(20, 900)
    B = A * 1.01
    options = {"k": 2, "typical": "uniform", "samples": 20, "checkpoint_every": 0, "threads": 1}
    whole = lincs.verify(A, B, **options).to_dict()
    calls = 0
    scan = PowerSums.scan_rows

    def stop(self, tile, rows, first):
        nonlocal calls
        calls += 1
        if calls == 9:
            raise KeyboardInterrupt
        scan(self, tile, rows, first)

    monkeypatch.setattr(PowerSums, "scan_rows", stop)
    with pytest.raises(KeyboardInterrupt):
        lincs.verify(A, B, checkpoint=tmp_path, **options)
    monkeypatch.undo()
    assert lincs.verify(A, B, checkpoint=tmp_path, resume=True, **options).to_dict() == whole


def test_sums_of_powers_are_exact_in_their_units():
    tile = np.random.default_rng(0).standard_normal((70, 130))
    e = exponents(np.abs(tile).max(axis=1))
    sums = PowerSums(e, np.dtype(np.float64))
    sums.scan_rows(tile[:, :60], slice(0, 70), 0)
    sums.scan_rows(tile[:, 60:], slice(0, 70), 60)
    by_columns = PowerSums(e, np.dtype(np.float64))
    by_columns.scan_columns(np.ascontiguousarray(tile.T), slice(0, 70), 0)
    for n, power in enumerate((2, 4)):
        expected = (np.ldexp(tile, -e[:, None]) ** power).sum(axis=1)
        for found in (sums, by_columns):
            np.testing.assert_allclose(found.largest(slice(0, 70))[:, n], expected, rtol=1e-13)


def test_extreme_scales():
    A = _matrix(10, 40)
    plain = lincs.verify(A, A, k=2, typical="signs", samples=10).typical.cases[0]
    for factor in (1e-120, 1e120):
        scaled = lincs.verify(A * factor, A / factor, k=2, typical="signs", samples=10).typical.cases[0]
        assert scaled.risk[0].eps == pytest.approx(plain.risk[0].eps, rel=1e-5)
        assert scaled.rms_worst.hi == pytest.approx(plain.rms_worst.hi, rel=1e-9)


# -- parts of a dictionary ---------------------------------------------------------------------------------------------


def test_rows_asked_for_are_those_of_the_whole():
    A = _matrix(12, 60)
    B = A * 1.1
    whole = lincs.verify(A, B, k=[1, 2], eps="1/2", typical="signs")
    part = lincs.verify(A, B, k=[1, 2], eps="1/2", typical="signs", features=[7, 3])
    for name, column in part.typical.columns.items():
        np.testing.assert_allclose(column, whole.typical.columns[name][[7, 3]], rtol=1e-9)
    assert part.typical.cases[0].misread.upper <= whole.typical.cases[0].misread.upper
    E = B.T @ A - np.eye(60)
    expected = (np.abs(E[[7, 3]]).max(axis=0) >= 0.5).mean()
    assert part.typical.cases[0].misread.lower == pytest.approx(expected, abs=1e-8)


def test_features_left_out_do_not_exist():
    A = _matrix(12, 60)
    without = lincs.verify(A, A, k=2, typical="signs", without=[0, 1]).typical
    smaller = lincs.verify(A[:, 2:], A[:, 2:], k=2, typical="signs").typical
    assert [c.to_dict() for c in without.cases] == [c.to_dict() for c in smaller.cases]


def test_scales_are_those_of_the_pair():
    A = _matrix(12, 30)
    s = np.random.default_rng(0).uniform(0.5, 2, 30)
    scaled = lincs.verify(A, A, k=2, typical="uniform", scales=s).typical.cases[0]
    by_hand = lincs.verify(A * s, A / s, k=2, typical="uniform").typical.cases[0]
    assert scaled.risk[0].eps == pytest.approx(by_hand.risk[0].eps, rel=1e-6)


def test_one_feature():
    case = lincs.verify(np.ones((1, 1)), np.array([[1.5]]), k=1, eps="1/4", typical="signs").typical.cases[0]
    assert (case.misread.lower, case.misread.upper) == (pytest.approx(1, abs=1e-8), 1)
    assert case.risk[0].eps == pytest.approx(0.5)


# -- an encoder as deployed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("support", list(SUPPORTS))
@pytest.mark.parametrize("law", ["positive", "binary"])
def test_rates_of_an_encoder(law, support):
    A, m, k, n = _matrix(20, 60), 60, 3, 20_000
    bias = np.full(m, -0.45)
    options = {"readout": "deployed", "activation": "relu", "bias": bias, "tau": "0.9"}
    result = lincs.verify(A, A, k=k, typical=law, support=support, **options)
    case, columns = result.typical.cases[0], result.typical.columns
    M, rng = A.T @ A, np.random.default_rng(2)
    false, misses, off = np.zeros(m), np.zeros(m), np.zeros(m)
    for _ in range(n):
        where = SUPPORTS[support].draw(rng, m, k)
        z = np.zeros(m)
        z[where] = LAWS[law].draw(rng, len(where))
        fired = M @ z + bias > 0
        false += fired & (z == 0)
        off += z == 0
        z[where] = np.maximum(z[where], 0.9)  # companions below are the worse for it
    assert (false / off <= columns[f"false_rate_k{k}"] + 4.5 * np.sqrt(columns[f"false_rate_k{k}"] / n) + 4 / n).all()
    assert false.sum() / n <= case.false.expected
    on = np.zeros(m)
    for _ in range(n):
        where = SUPPORTS[support].draw(rng, m, k)
        if not len(where):
            continue
        z = np.zeros(m)
        z[where] = LAWS[law].draw(rng, len(where))
        i = where[0] if support == "subset" else rng.choice(where)
        z[i] = 0.9
        on[i] += 1
        misses[i] += M[i] @ z + bias[i] <= 0
    rates = misses / np.maximum(on, 1)
    assert (
        rates <= columns[f"miss_rate_k{k}"] + 5 * np.sqrt((columns[f"miss_rate_k{k}"] + 0.01) / np.maximum(on, 1))
    ).all()
    assert 0 < case.missed.expected <= k
    assert set(result.to_dict()["results"][0]["typical"]) == {"false_firing", "missed"}


def test_an_encoder_that_cannot_fail():
    A = np.eye(4)
    options = {"readout": "deployed", "activation": "relu", "bias": np.full(4, -0.1)}
    case = lincs.verify(A, A, k=2, typical="binary", **options).typical.cases[0]
    assert case.false.expected == case.missed.expected == 0


# -- refused, and said -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"typical": "gauss"}, "typical must be"),
        ({"typical": "signs", "support": "any"}, "support must be"),
        ({"typical": "positive"}, "signed read-out"),
        ({"typical": "signs", "readout": "nonnegative"}, "nonnegative read-out"),
        ({"typical": "binary", "readout": "threshold"}, "threshold read-out"),
        ({"typical": "signs", "groups": [0, 0, 1, 1]}, "groups"),
        ({"typical": "signs", "eps": "1/2", "stop_early": True}, "stop_early"),
        ({"typical": "signs", "risk": "2"}, "risk"),
        ({"typical": "signs", "risk": "0"}, "risk"),
        ({"typical": "signs", "risk": "0.1,1e-1"}, "distinct"),
        ({"risk": "0.1"}, "typical"),
        ({"support": "subset"}, "typical"),
        ({"typical": "binary", "readout": "deployed", "activation": "topk:2"}, "compares all features"),
    ],
)
def test_what_has_no_meaning_is_refused(options, words):
    A = np.eye(4)
    with pytest.raises(InputError, match=words):
        lincs.verify(A, A, k=2, **options)


def test_complex_features_are_refused():
    A = np.eye(3) * (1 + 0j)
    with pytest.raises(InputError, match="complex"):
        lincs.verify(A, A, k=1, typical="signs")


def test_quantiles_of_a_sample():
    draws = np.arange(1000) / 1000
    low, high = quantile_interval(draws, 0.01)
    assert low < 0.99 < high
    assert high - low < 0.02
    assert quantile_interval(draws, 1e-6) == (0.999, None)
    assert quantile_interval(draws[:3], 0.5)[0] is None
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(300):
        low, high = quantile_interval(rng.random(400), 0.1)
        hits += low <= 0.9 <= high
    assert hits / 300 >= 0.93


def test_survival_and_json():
    A = _matrix(64, 128, family="signs")
    result = lincs.verify(A, A, k=[1, 2, 3, 8], eps="1/2", typical="uniform", risk=(0.1, "1e-6"))
    out = result.to_dict()
    survival = {entry["p"]: entry["k"] for entry in out["survival_typical"]}
    for p, k in survival.items():
        for case in out["results"]:
            passes = case["typical"]["misread"]["upper"] <= p
            assert passes if case["k"] == k else not (passes and case["k"] > k)
    assert survival[0.1] >= survival[1e-6]
    assert out["typical"]["values"] == "uniform"
    assert [level["p"] for level in out["results"][0]["typical"]["risk"]] == [0.1, 1e-6]
