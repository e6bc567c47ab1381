"""lincs.verify against the exact rational twin, on ties, zeros, k = 1 and k = m, and every read-out."""

import itertools
import os
import subprocess
import sys
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lincs
from tests import naive

READOUTS = ("signed", "nonnegative", "affine", "threshold")


def loss_ends(case):
    """The enclosure of the loss: of eps, or of minus the margin."""
    if case.margin is not None:
        return -case.margin.hi, -case.margin.lo
    return case.eps.lo, case.eps.hi


def assert_agrees(A, B, ks, readout, precision):
    """Worst case, row, witness and per-feature enclosures against exact arithmetic; B None: self-scaled."""
    result = lincs.verify(A, B, k=ks, readout=readout, precision=precision)
    assert tuple(case.k for case in result.results) == tuple(sorted(set(ks)))
    for j, case in enumerate(result.results):
        exact = naive.losses(A, B, case.k, readout, scaled=B is None)
        lo, hi = loss_ends(case)
        assert Fraction(lo) <= max(exact) <= Fraction(hi)
        assert hi - lo <= 1e-13 * (1 + abs(hi))
        assert case.row == exact.index(max(exact))
        for i, loss in enumerate(exact):
            assert Fraction(float(result.lower[i, j])) <= loss <= Fraction(float(result.upper[i, j]))
        if B is not None:
            assert_attained(A, B, case, readout, max(exact))


def assert_attained(A, B, case, readout, loss):
    """The witness, put through naive exact arithmetic, causes exactly the worst loss."""
    row = naive.exact_product(B, A)[case.row]
    i, w = case.row, case.witness
    assert len(w.support) <= case.k
    assert len(set(w.support)) == len(w.support)
    assert set(w.signs) <= ({-1, 1} if readout == "signed" else {1})

    def output(z):
        return sum((row[j] * s for j, s in zip(z.support, z.signs, strict=True)), Fraction(0))

    def own(z):
        return dict(zip(z.support, z.signs, strict=True)).get(i, 0)

    if readout == "threshold":
        assert own(w) == 0
        assert own(w.counterpart) == 1
        assert output(w) - output(w.counterpart) == loss
    elif readout == "affine":
        assert (output(w) - own(w) - output(w.counterpart) + own(w.counterpart)) / 2 == loss
    else:
        assert abs(output(w) - own(w)) == loss


@st.composite
def matrices(draw, max_d=5, max_m=6):
    """d x m float64 arrays: small integers (many ties), zeros, or ordinary reals."""
    d, m = draw(st.integers(1, max_d)), draw(st.integers(1, max_m))
    entry = draw(
        st.sampled_from([
            st.integers(-1, 1).map(float),
            st.integers(-8, 8).map(lambda n: n / 8),
            st.floats(-2, 2, allow_subnormal=False, width=32),
        ])
    )  # fmt: skip
    return np.array(draw(st.lists(st.lists(entry, min_size=m, max_size=m), min_size=d, max_size=d)))


@settings(max_examples=60, deadline=None)
@given(data=st.data(), readout=st.sampled_from(READOUTS), precision=st.sampled_from(["double", "mixed"]))
def test_given_pair_agrees_with_exact_arithmetic(data, readout, precision):
    A = data.draw(matrices())
    B = data.draw(st.sampled_from([A, A[::-1].copy(), 0.25 * A]))
    ks = data.draw(st.sets(st.integers(1, A.shape[1]), min_size=1))
    assert_agrees(A, B, sorted(ks), readout, precision)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), readout=st.sampled_from(READOUTS), precision=st.sampled_from(["double", "mixed"]))
def test_self_scaled_pair_agrees_with_a_search_over_all_scales(data, readout, precision):
    A = data.draw(matrices().filter(lambda A: (np.abs(A)[np.abs(A) > 0] > 1e-100).all()))
    ks = data.draw(st.sets(st.integers(1, A.shape[1]), min_size=1))
    assert_agrees(A, None, sorted(ks), readout, precision)


@pytest.mark.parametrize("readout", READOUTS)
def test_agrees_with_enumeration_of_all_supports_and_signs(readout):
    rng = np.random.default_rng(7)
    for trial in range(6):
        A = rng.integers(-2, 3, (3, 5)) / 2.0
        B = A + rng.integers(-1, 2, A.shape) / 4.0
        M = naive.exact_product(B, A)
        for k in (1, 2, 3):
            case = lincs.verify(A, B, k=k, readout=readout).results[0]
            worst = max(naive.brute_force(M, i, k, readout) for i in range(5))
            lo, hi = loss_ends(case)
            assert Fraction(lo) <= worst <= Fraction(hi), (trial, k)


def test_scale_attains_what_it_promises():
    """The pair built from the returned scale, verified as a given pair, has the promised worst case."""
    A = np.random.default_rng(3).standard_normal((20, 40))
    for case in lincs.verify(A, k=[1, 2, 5, 40]).results:
        as_given = lincs.verify(A, A * case.scale, k=case.k).results[0].eps
        assert as_given.lo == pytest.approx(case.eps.lo, rel=1e-12)


def test_affine_bias_and_free_threshold_do_what_they_say():
    rng = np.random.default_rng(5)
    A, B = rng.standard_normal((2, 6, 4))
    M = B.T @ A
    inputs = [np.isin(np.arange(4), s) * 1.0 for n in range(3) for s in itertools.combinations(range(4), n)]
    affine = lincs.verify(A, B, k=2, readout="affine").results[0]
    centred = max(np.abs(M @ z + affine.bias - z).max() for z in inputs)
    assert centred == pytest.approx(affine.eps.hi, rel=1e-12)
    good = np.eye(4) + 0.1 * rng.standard_normal((4, 4))
    case = lincs.verify(np.eye(4), good.T, k=2, readout="threshold").results[0]
    assert case.holds
    gaps = [np.where(z == 1, good @ z - case.threshold, case.threshold - good @ z).min() for z in inputs]
    assert min(gaps) == pytest.approx(case.margin.lo / 2, rel=1e-9)


def test_many_tiles_agree_with_plain_numpy():
    """Sizes that do not divide into tiles; both sweeps, both precisions, both layouts."""
    rng = np.random.default_rng(11)
    A = rng.standard_normal((17, 1301)) / np.sqrt(17)
    B = A + 0.01 * rng.standard_normal(A.shape)
    for left, right in ((A, A), (B, A)):
        E = np.abs(left.T @ right - np.eye(A.shape[1]))
        top = np.sort(E, axis=1)[:, ::-1]
        for precision, dtype in itertools.product(["double", "mixed"], [np.float64, np.float32, np.float16]):
            a, b = right.astype(dtype), left.astype(dtype)
            result = lincs.verify(a, a if left is right else b, k=[1, 7, 1301], precision=precision)
            for case in result.results:
                expected = top[:, : case.k].sum(axis=1).max()
                tolerance = {np.float64: 1e-12, np.float32: 1e-5, np.float16: 2e-2}[dtype]
                assert case.eps.lo == pytest.approx(expected, rel=tolerance)
                assert case.eps.hi - case.eps.lo <= 1e-12 * case.eps.hi


def test_precisions_and_thread_counts_agree():
    A = np.random.default_rng(2).standard_normal((31, 700)).astype(np.float32)
    runs = [
        lincs.verify(A, A, k=[1, 3, 50, 699], precision=precision, threads=threads)
        for precision in ("double", "mixed")
        for threads in (1, 2, 3)
    ]
    assert all(run.results == runs[0].results for run in runs)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_permutation_and_sign_flips_change_nothing(data):
    A = data.draw(matrices(max_m=6))
    order = data.draw(st.permutations(range(A.shape[1])))
    signs = np.array(data.draw(st.lists(st.sampled_from([-1.0, 1.0]), min_size=A.shape[1], max_size=A.shape[1])))
    k = data.draw(st.integers(1, A.shape[1]))
    first = lincs.verify(A, A, k=k).results[0]
    second = lincs.verify((A * signs)[:, order], (A * signs)[:, order], k=k).results[0]
    assert second.eps.lo <= first.eps.hi
    assert first.eps.lo <= second.eps.hi


@settings(max_examples=25, deadline=None)
@given(A=matrices())
def test_worst_case_grows_with_k(A):
    cases = lincs.verify(A, A, k=range(1, A.shape[1] + 1)).results
    for smaller, larger in itertools.pairwise(cases):
        assert larger.eps.hi >= smaller.eps.lo


def test_the_question_is_strict_and_exact():
    # Two features at inner product exactly 1/4, unit norms: the worst error for k = 1 is exactly 1/4.
    A = np.array([[1.0, 0.25], [0.0, 0.5], [0, 0.5], [0, 0.5], [0, 0.25], [0, 0.25], [0, 0.25]])
    assert lincs.verify(A, A, k=1, eps="1/4").results[0].holds is False
    assert lincs.verify(A, A, k=1, eps="0.2500000000000000000000001").results[0].holds is True
    assert lincs.verify(A, A, k=1, eps=0.25).results[0].eps.hi == 0.25


def test_values_that_only_exact_arithmetic_separates():
    """A worst case one unit of 2^-80 below eps: float64 and double-double see the same number."""
    A = np.array([[1.0, 2.0**-40], [2.0**-40, 1.0]])
    B = np.array([[1.0, 0.0], [0.0, 1.0]])
    # Row 0 of B^T A - I is (0, 2^-40); make the diagonal 1 + 2^-80 off by B = A: (1 + 2^-80, 2^-39).
    case = lincs.verify(A, A, k=2, eps=Fraction(2) ** -39 + Fraction(2) ** -80).results[0]
    assert case.holds is False
    assert lincs.verify(A, A, k=2, eps=Fraction(2) ** -39 + Fraction(2) ** -79).results[0].holds is True
    assert lincs.verify(A, B, k=2, eps=Fraction(2) ** -40).results[0].holds is False


def test_too_many_undecided_rows_are_counted_not_guessed():
    n = 8
    A = np.kron(np.eye(n), np.array([[1.0, 0.1], [0.0, 0.3]]))  # every other row ties
    B = A * 3  # not a power of two: products round
    worst = max(naive.losses(A, B, 1, "signed"))
    just_above = worst + Fraction(1, 10**40)
    full = lincs.verify(A, B, k=1, eps=just_above).results[0]
    assert full.holds is True
    capped = lincs.verify(A, B, k=1, eps=just_above, exact_rows=3).results[0]
    assert capped.holds is None
    assert capped.undecided == n - 3
    assert lincs.verify(A, B, k=1, eps=worst, exact_rows=1).results[0].holds is False  # one violation is enough


def test_zero_columns_are_dead_not_errors():
    A = np.array([[1.0, 0.0, 0.5], [0.0, 0.0, 0.5]])
    for B in (None, A):
        result = lincs.verify(A, B, k=1)
        assert result.dead == (1,)
        assert result.results[0].eps.lo == result.results[0].eps.hi == 1
        assert result.results[0].row == 1
        assert result.results[0].trivial
        assert result.results[0].witness.support == (1,)
    normalized = lincs.verify(A, k=1, normalize=True)
    assert normalized.dead == (1,)


def test_a_single_feature():
    case = lincs.verify([[2.0]], [[1.0]], k=1).results[0]
    assert case.eps.lo == case.eps.hi == 1
    assert lincs.verify([[2.0]], k=1).results[0].eps.hi == 0


def test_normalize_makes_unit_features():
    A = np.random.default_rng(0).standard_normal((5, 9)) * np.logspace(-3, 3, 9)
    unit = A / np.linalg.norm(A, axis=0)
    assert lincs.verify(A, A, k=3, normalize=True).results[0].eps.lo == pytest.approx(
        lincs.verify(unit, unit, k=3).results[0].eps.lo, rel=1e-12
    )


def test_extreme_magnitudes_are_exact_or_an_error_that_names_the_row():
    A = np.array([[1e-160, 3e-160], [2e-160, -1e-160]])
    B = np.array([[1e160, 1e159], [1e159, 1e160]])
    case = lincs.verify(A, B, k=2).results[0]
    assert Fraction(case.eps.lo) <= max(naive.losses(A, B, 2, "signed")) <= Fraction(case.eps.hi)
    assert case.eps.hi - case.eps.lo < 1e-13
    with pytest.raises(lincs.InputError, match="row 0 overflow"):
        lincs.verify(B * 1e20, B * 1e20, k=1)
    with pytest.raises(lincs.InputError, match="squared norm within float64"):
        lincs.verify(A * 1e-40, k=1)


def test_denormals_stay_enclosed():
    A = np.array([[5e-324, 1e-310], [1.0, 0.5]])
    case = lincs.verify(A, A, k=2).results[0]
    assert Fraction(case.eps.lo) <= max(naive.losses(A, A, 2, "signed")) <= Fraction(case.eps.hi)


@pytest.mark.parametrize(
    ("A", "B", "options", "message"),
    [
        ([[1.0, np.nan]], None, {"k": 1}, "A must be finite, got nan at coordinate 0 of feature 1"),
        ([[1.0, 2.0]], [[1.0, np.inf]], {"k": 1}, "B must be finite, got inf"),
        ([[1.0, 2.0]], [[1.0]], {"k": 1}, "B must have the shape of A, 1 x 2, got 1 x 1"),
        ([[1.0, 2.0]], None, {"k": 3}, "k must be at most m = 2, got 3"),
        ([[1.0, 2.0]], None, {"k": 0}, "k must be at least 1, got 0"),
        ([[1.0, 2.0]], None, {"k": "x"}, "k must look like"),
        ([[1.0, 2.0]], None, {"k": 1, "eps": -1}, "eps must be positive"),
        ([[1.0, 2.0]], None, {"k": 1, "eps": "abc"}, "eps must be a positive number"),
        (np.zeros((0, 3)), None, {"k": 1}, "A must not be empty"),
        (np.zeros((3, 0)), None, {"k": 1}, "A must not be empty"),
        ([1.0, 2.0], None, {"k": 1}, "two dimensions"),
        ([[1j, 2.0]], None, {"k": 1, "readout": "affine"}, "must be real for the affine read-out.*use lincs.real_lift"),
        ([["a", "b"]], None, {"k": 1}, "real numbers"),
        ([[1.0], [1.0, 2.0]], None, {"k": 1}, "rectangular"),
        ([[1.0, 2.0]], None, {"k": 1, "readout": "relu"}, "readout must be one of"),
        ([[1.0, 2.0]], None, {"k": 1, "layout": "diagonal"}, "layout must be one of"),
        ([[1.0, 2.0]], None, {"k": 1, "eps": 1, "readout": "threshold"}, "eps must not be given"),
        ([[1.0, 2.0]], None, {"k": 1, "threads": 0}, "threads must be at least 1"),
        (np.array([[2**60, 1]]), None, {"k": 1}, "integers of at most"),
    ],
)
def test_bad_input_is_one_sentence_that_names_it(A, B, options, message):
    with pytest.raises(lincs.InputError, match=message):
        lincs.verify(A, B, **options)


def test_to_dict_is_the_contract():
    A = np.eye(3)
    out = lincs.verify(A, A, k=[1, 2], eps="1/2").to_dict()
    assert out["shape"] == {"d": 3, "m": 3}
    assert out["pair"] == "given"
    assert out["results"][1]["eps"] == {"lo": 0.0, "hi": 0.0}
    assert out["results"][0]["holds"] is True
    assert {"k", "eps", "row", "witness", "trivial", "holds"} <= set(out["results"][0])


def test_the_kernels_agree_with_the_jit_off():
    """The same numbers from the kernels as plain Python."""
    code = (
        "import numpy as np, lincs; A = np.random.default_rng(1).standard_normal((4, 90));"
        "print([lincs.verify(A, B, k=[1, 3, 90], readout=r).to_dict() for B in (A, A[::-1], None)"
        " for r in ('signed', 'nonnegative')])"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "NUMBA_DISABLE_JIT": flag},
            capture_output=True, text=True, check=True,
        ).stdout
        for flag in ("0", "1")
    ]  # fmt: skip
    assert runs[0] == runs[1]


SCALES = st.integers(-60, 60).map(lambda e: 2.0**e)


@pytest.mark.parametrize("readout", READOUTS)
def test_nearly_the_zero_probe_is_not_the_zero_probe(readout):
    """A value below the zero probe's by less than a rounding: 1/(1 + 1e-17) is below 1, and proved to be."""
    A = np.array([[1, 1e-17]])
    level = Fraction(1, 2) if readout == "affine" else 1
    case = lincs.verify(A, k=1, **({} if readout == "threshold" else {"eps": level}), readout=readout).results[0]
    exact = max(naive.losses(A, A, 1, readout, scaled=True))
    assert case.holds is (exact < level if readout != "threshold" else exact < 0)
    if readout != "threshold":
        assert Fraction(case.eps.lo) <= exact <= Fraction(case.eps.hi) <= level
        assert case.trivial is (exact == level)


def test_a_tie_with_the_zero_probe_is_seen():
    """Orthonormal pairs at 45 degrees: S_1 is exactly 1 for k = 2 in one row and below in its neighbour."""
    A = np.array([[2.0, 2.0], [0.0, 2.0]])  # row 0: v = 1; row 1: v = 1/2
    case = lincs.verify(A, k=2, eps=1)
    assert [row.tolist() for row in case.trivial] == [[True], [False]]
    assert (case.results[0].row, case.results[0].trivial, case.results[0].holds) == (0, True, False)
    nearly = np.array([[2.0, np.nextafter(2.0, 0)], [0.0, 2.0]])
    assert lincs.verify(nearly, k=2, eps=1).results[0].trivial is False
    assert lincs.verify(nearly, k=2, eps=1).results[0].holds is True


@pytest.mark.parametrize("readout", READOUTS)
@pytest.mark.parametrize("factor", [1e-22, 1e22])
def test_one_tiny_or_huge_feature(readout, factor):
    A = np.random.default_rng(0).standard_normal((8, 12)).astype(np.float32)
    A[:, 7] *= np.float32(factor)
    for case in lincs.verify(A, k=[1, 2], readout=readout).results:
        exact = max(naive.losses(A, A, case.k, readout, scaled=True))
        lo, hi = loss_ends(case)
        assert Fraction(lo) <= exact <= Fraction(hi)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), readout=st.sampled_from(READOUTS))
def test_self_scaled_rows_of_any_scale_agree_with_exact_arithmetic(data, readout):
    A = data.draw(matrices()) * np.array([data.draw(SCALES) for _ in range(100)])[0]
    A = A * np.array([data.draw(SCALES) for _ in range(A.shape[1])])
    k = data.draw(st.integers(1, A.shape[1]))
    case = lincs.verify(A, k=k, readout=readout).results[0]
    exact = max(naive.losses(A, A, k, readout, scaled=True))
    lo, hi = loss_ends(case)
    assert Fraction(lo) <= exact <= Fraction(hi)


@pytest.mark.parametrize("readout", READOUTS)
def test_overflow_is_refused_wherever_it_happens(readout):
    huge = np.array([[1e200, 1e200, 1e200]])
    with pytest.raises(lincs.InputError, match="overflow"):
        lincs.verify(huge, huge, k=2, readout=readout)
    sums = np.array([[1e154, 1e154, 1.2e154, 1.3e154]])  # every entry is a double, their sum is not
    with pytest.raises(lincs.InputError, match="overflow"):
        lincs.verify(sums, sums, k=4, readout=readout)


def test_blas_threads_are_what_they_were():
    """Two runs in two Python threads that end in the order in which they began."""
    import threading

    from threadpoolctl import threadpool_info

    from lincs.parallel import single_threaded_blas

    before = threadpool_info()
    entered, first_left = threading.Event(), threading.Event()

    def second():
        with single_threaded_blas:
            entered.set()
            first_left.wait(10)

    thread = threading.Thread(target=second)
    with single_threaded_blas:
        thread.start()
        assert entered.wait(10)
    assert all(pool["num_threads"] == 1 for pool in threadpool_info() if pool["user_api"] == "blas")
    first_left.set()
    thread.join()
    assert threadpool_info() == before


def test_zero_has_no_sign():
    for probes in (None, np.array([[1.0]])):
        case = lincs.verify(np.array([[1.0]]), probes, k=1).results[0]
        assert (str(case.eps.lo), str(case.eps.hi)) == ("0.0", "0.0")


@pytest.mark.parametrize("readout", READOUTS)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_near_the_end_of_float64_an_interval_or_a_sentence(readout, share):
    """Terms that fit and sums that do not: never a warning, and what is answered is right."""
    largest = np.finfo(np.float64).max
    A, B = np.eye(3), np.eye(3)
    B[0, 1], B[2, 1], B[1, 1] = share * largest, -share * largest, share * largest
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if share > 0.5:
            with pytest.raises(lincs.InputError, match="overflow"):
                lincs.verify(A, B, k=2, readout=readout)
            return
        found = lincs.verify(A, B, k=2, readout=readout)
    for i, exact in enumerate(naive.losses(A, B, 2, readout, scaled=False)):
        assert Fraction(float(found.lower[i, 0])) <= exact <= Fraction(float(found.upper[i, 0]))


def test_a_limit_set_between_two_runs_is_kept():
    """The libraries are looked up once; the number of threads to go back to is that of the moment."""
    from threadpoolctl import ThreadpoolController, threadpool_info

    def threads():
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    A = np.eye(3)
    lincs.verify(A, A, k=1)
    for limit in (2, 1):
        with ThreadpoolController().limit(limits=limit, user_api="blas"):
            given = threads()
            lincs.verify(A, A, k=1)
            assert threads() == given
