"""Complex frames: exact twins by Gaussian rationals, frames whose coherence is known, and what is refused."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lincs
from lincs.exact.roots import sqrt_above, sqrt_below
from lincs.interference.dictionary import typical_errors
from lincs.interference.geometry import geometry, orthoplex_bound, welch_bound
from lincs.interference.identity import identity
from lincs.interference.moduli import products, turned
from lincs.interference.partners import partners
from lincs.interference.rounding import entry_radius, survey
from lincs.reading import as_matrix

BITS = 300


def gaussian(z):
    return Fraction(float(z.real)), Fraction(float(z.imag))


def exact_product(B, A):
    """``B^H A`` as pairs (real, imaginary) of Fractions."""
    a, b = ([[gaussian(z) for z in column] for column in np.asarray(M, complex).T] for M in (A, B))
    return [
        [
            (
                sum((p * r + q * s for (p, q), (r, s) in zip(u, v, strict=True)), Fraction(0)),
                sum((p * s - q * r for (p, q), (r, s) in zip(u, v, strict=True)), Fraction(0)),
            )
            for v in a
        ]
        for u in b
    ]


def top(row, i, k, c, root):
    """The sum of the k largest ``|c M_ij - (i = j)|``, every root rounded to one side."""
    squares = [(c * p - (j == i)) ** 2 + (c * q) ** 2 for j, (p, q) in enumerate(row)]
    return sum(sorted((root(s, BITS) for s in squares), reverse=True)[:k], Fraction(0))


def given_ends(A, B, k):
    rows = exact_product(B, A)
    return [tuple(top(row, i, k, Fraction(1), root) for root in (sqrt_below, sqrt_above)) for i, row in enumerate(rows)]


def scaled_ends(A, k):
    """The least value over c by trying the crossing of the row's own entry with its k-th other, and c = 0."""
    out = []
    for i, row in enumerate(exact_product(A, A)):
        points = [Fraction(0)]
        if row[i][0]:
            own = row[i][0]
            moduli = [sqrt_below((p * p + q * q) / own**2, BITS) for j, (p, q) in enumerate(row) if j != i]
            points += [1 / (1 + v) / own for v in [*moduli, Fraction(0)]]
        low, high = (min(top(row, i, k, c, root) for c in points) for root in (sqrt_below, sqrt_above))
        out.append((low - Fraction(1, 2**200), high))
    return out


def random_frame(seed, d, m):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((d, m)) + 1j * rng.standard_normal((d, m))


small = st.integers(-3, 3)


@st.composite
def complex_pairs(draw):
    d, m = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    unit = draw(st.sampled_from([1.0, 1 / 3, 2.0**-30, 1e60, 1e-60]))
    entries = st.lists(st.builds(complex, small, small), min_size=d * m, max_size=d * m)
    A, B = (np.array(draw(entries)).reshape(d, m) for _ in range(2))
    return A * unit, B / unit, draw(st.integers(1, m))


@settings(max_examples=120, deadline=None)
@given(complex_pairs(), st.sampled_from(["double", "mixed"]), st.booleans())
def test_given_pairs_against_exact_arithmetic(pair, precision, hair):
    A, B, k = pair
    ends = given_ends(A, B, k)
    worst = max(high for _, high in ends)
    question = worst + hair * Fraction(1, 10**30) if worst > 0 else Fraction(1)
    result = lincs.verify(A, B, k=k, precision=precision, threads=1, eps=question)
    case = result.results[0]
    for i, (low, high) in enumerate(ends):
        assert Fraction(result.lower[i, 0]) <= high
        assert low <= Fraction(result.upper[i, 0])
    assert Fraction(case.eps.lo) <= worst
    assert max(low for low, _ in ends) <= Fraction(case.eps.hi)
    assert case.eps.hi <= case.eps.lo * (1 + 1e-15) + 1e-300
    rational = all(low == high for low, high in ends)
    if rational:
        assert case.holds is (worst < question)
    elif hair:
        assert case.holds is True


@settings(max_examples=80, deadline=None)
@given(complex_pairs())
def test_self_scaled_pairs_against_every_breakpoint(pair):
    A, _, k = pair
    result = lincs.verify(A, k=k, threads=1)
    ends = scaled_ends(A, k)
    for i, (low, high) in enumerate(ends):
        assert Fraction(result.lower[i, 0]) <= high
        assert low <= Fraction(result.upper[i, 0])
    case = result.results[0]
    assert case.eps.lo <= float(max(high for _, high in ends)) + 1e-14
    # The factor that is returned makes of the row what is printed.
    rows = exact_product(A, A)
    scale = Fraction(float(case.scale[case.row]))
    assert top(rows[case.row], case.row, k, scale, sqrt_below) <= Fraction(case.eps.hi)


@pytest.mark.parametrize(("d", "m", "k"), [(3, 7, 1), (2, 9, 4), (4, 30, 30)])
def test_the_witness_attains_the_value(d, m, k):
    A, B = random_frame(1, d, m), random_frame(2, d, m)
    case = lincs.verify(A, B, k=k).results[0]
    assert all(Fraction(z.real) ** 2 + Fraction(z.imag) ** 2 <= 1 for z in case.witness.phases)
    z = np.zeros(m, complex)
    z[list(case.witness.support)] = case.witness.phases
    error = B.conj().T @ (A @ z) - z
    assert abs(error[case.row]) == pytest.approx(case.eps.lo, rel=1e-13)
    assert np.abs(error).max() == pytest.approx(case.eps.lo, rel=1e-13)
    out = case.to_dict()["witness"]
    assert set(out) == {"support", "phases"}
    assert len(out["phases"]) == len(out["support"])


def test_real_answers_do_not_change():
    A = np.random.default_rng(0).standard_normal((3, 8))
    real, as_complex = (lincs.verify(M, M, k=[1, 3]) for M in (A, A + 0j))
    assert "field" not in real.to_dict()
    assert as_complex.to_dict()["field"] == "complex"
    for one, other in zip(real.results, as_complex.results, strict=True):
        assert (one.eps, one.row, one.witness.support) == (other.eps, other.row, other.witness.support)
        assert [z.real for z in other.witness.phases] == list(one.witness.signs)


def test_a_real_and_a_complex_matrix_are_a_complex_pair():
    A, B = np.random.default_rng(0).standard_normal((3, 5)), random_frame(0, 3, 5)
    for P, Q in ((A, B), (B, A)):
        assert lincs.verify(P, Q, k=2).results == lincs.verify(P + 0j, Q + 0j, k=2).results


def sic2():
    """Four equiangular lines in C^2, rounded to doubles."""
    a = [[1, 0], *([[1 / math.sqrt(3), math.sqrt(2 / 3) * np.exp(2j * np.pi * n / 3)] for n in range(3)])]
    return np.array(a, dtype=complex).T


def mub2():
    """Three mutually unbiased bases of C^2, columns of squared norm 2 scaled to inner products that are exact."""
    return np.array([[1, 1, 1, 1, 1 + 1j, 0], [1, -1, 1j, -1j, 0, 1 + 1j]], dtype=complex)


def test_sic_attains_welch_and_mub_the_orthoplex_bound():
    sic = geometry(as_matrix(sic2(), complex_too=True))
    assert sic.coherence.lo <= welch_bound(d=2, m=4) + 1e-15
    assert sic.coherence.hi == pytest.approx(1 / math.sqrt(3))
    assert welch_bound(d=2, m=4) == pytest.approx(1 / math.sqrt(3))
    assert sic.orthoplex == 0
    assert sic.tightness == pytest.approx(1)
    mub = geometry(as_matrix(mub2(), complex_too=True))
    assert mub.coherence.lo <= 1 / math.sqrt(2) <= mub.coherence.hi
    assert mub.orthoplex == pytest.approx(1 / math.sqrt(2))
    assert mub.welch < mub.orthoplex
    assert orthoplex_bound(d=2, m=4, is_complex=True) == 0 < orthoplex_bound(d=2, m=4)


def test_levels_that_are_attained_exactly_are_decided():
    # B = A/4 for the unbiased bases: diagonal 1/2, moduli |1 +- i|/4 = sqrt(2)/4 or 0; E_ii = -1/2.
    A = mub2()
    root = math.sqrt(2) / 4
    case = lincs.verify(A, A / 4, k=1, eps="1/2").results[0]
    assert case.holds is False
    assert (case.eps.lo, case.eps.hi) == (0.5, 0.5)
    irrational = lincs.verify(A, A / 4, k=3, eps=Fraction(0.5 + 2 * root)).results[0]
    assert irrational.holds is not None
    assert irrational.undecided == 0
    assert irrational.eps.lo <= 0.5 + 2 * root <= irrational.eps.hi
    # Pythagorean moduli are rational: decided exactly at the level, and a hair above.
    P = np.array([[1, 3 + 4j]])
    for eps, holds in ((Fraction(10), False), (10 + Fraction(1, 10**40), True)):
        assert lincs.verify(P, np.array([[2, 0]]), k=1, eps=eps).results[0].holds is holds


def test_irrational_sums_are_separated_from_close_levels():
    """sqrt(2) + sqrt(5) against rationals within 1e-60 of it."""
    A, B = np.array([[1, 1 + 1j, 2 + 1j]]), np.array([[1, 0, 0]])
    low, high = (root(Fraction(2), BITS) + root(Fraction(5), BITS) for root in (sqrt_below, sqrt_above))
    for eps, holds in ((low - Fraction(1, 10**60), False), (high + Fraction(1, 10**60), True)):
        assert lincs.verify(A, B, k=2, eps=eps).results[0].holds is holds


@settings(max_examples=80, deadline=None)
@given(complex_pairs(), st.sampled_from([np.float32, np.float64]))
def test_radius_covers_every_computed_modulus(pair, dtype):
    A, B, _ = pair
    a, b = as_matrix(A, complex_too=True), as_matrix(B, complex_too=True)
    if dtype is np.float32 and max(np.abs(A).max(), np.abs(B).max()) > 1e15:
        return  # left to float64
    radius = entry_radius(survey(b, a), a, dtype=dtype, converted=dtype is np.float32)
    computed = products(b.rows(0, b.m, dtype), a.rows(0, a.m, dtype))
    for i, row in enumerate(exact_product(B, A)):
        for j, (p, q) in enumerate(row):
            exact = sqrt_below(p * p + q * q, 400)
            assert abs(Fraction(float(computed[i, j])) - exact) <= Fraction(float(radius[i])) + Fraction(1, 2**390)


def test_coordinates_and_turning():
    A = random_frame(3, 3, 4).astype(np.complex64)
    matrix = as_matrix(A, complex_too=True)
    rows = matrix.rows(0, 4, np.float32)
    assert rows.dtype == np.float32
    assert matrix.exact_in(np.float32)
    assert (matrix.d, matrix.width) == (3, 6)
    np.testing.assert_array_equal(rows, np.concatenate([A.real, A.imag]).T)
    np.testing.assert_allclose(rows @ rows.T + 1j * (turned(rows) @ rows.T), A.conj().T @ A, atol=1e-6)
    assert identity(matrix) != identity(as_matrix(np.concatenate([A.real, A.imag])))
    np.testing.assert_allclose(np.linalg.norm(matrix.normalized().rows(0, 4), axis=1), 1)


def test_larger_frames_by_every_plan():
    A, B = random_frame(5, 6, 1500), random_frame(6, 6, 1500)
    for P, Q in ((A, A), (A, A.copy()), (A, B)):
        E = np.abs(Q.conj().T @ P - np.eye(1500))
        expected = np.sort(E, axis=1)[:, -5:].sum(axis=1)
        for precision in ("double", "mixed"):
            found = lincs.verify(P, Q, k=5, precision=precision, threads=2)
            assert found.results[0].eps.lo == pytest.approx(expected.max(), rel=1e-12)
            assert (found.lower[:, 0] <= expected + 1e-9).all()
            assert (found.upper[:, 0] >= expected - 1e-9).all()


def test_partners_describe_and_typical_errors():
    A = random_frame(7, 3, 12)
    A /= np.linalg.norm(A, axis=0)
    A[:, 11] = A[:, 2] * 1j  # the same line
    gram = np.abs(A.conj().T @ A) - np.eye(12)
    columns, values = partners(*(as_matrix(A, complex_too=True),) * 2, 3)
    np.testing.assert_array_equal(columns[:, 0], gram.argmax(axis=1))
    np.testing.assert_allclose(values[:, 0], gram.max(axis=1))
    found = lincs.describe(A, k=[1, 2], samples=50, eps="0.9")
    assert found.geometry.duplicates == ((2, 11),)
    assert found.geometry.antipodal_pairs == 0
    errors = typical_errors(A, A, k=2, samples=400)
    assert errors.max() <= lincs.verify(A, A, k=2).results[0].eps.hi
    assert found.typical[1].max <= found.verification.results[1].eps.hi + 0.1
    assert found.to_dict()["field"] == "complex"


def test_dead_features_scales_and_layouts():
    A = random_frame(8, 3, 5)
    A[:, 3] = 0
    assert lincs.verify(A, A, k=1).dead == (3,)
    assert lincs.verify(A.T, A.T.copy(), k=2, layout="rows").results == lincs.verify(A, A.copy(), k=2).results
    s = np.array([1.0, 2, 3, 4, 5])
    E = np.abs(A.conj().T @ A - np.eye(5)) * s / s[:, None]
    scaled = lincs.verify(A, A, k=2, scales=s).results[0].eps
    assert scaled.lo == pytest.approx(np.sort(E, axis=1)[:, -2:].sum(axis=1).max())
    A[1, 2] = complex(0, np.nan)
    with pytest.raises(lincs.InputError, match="A must be finite, got nan at coordinate 1 of feature 2"):
        lincs.verify(A, k=1)


@pytest.mark.parametrize("readout", ["nonnegative", "affine", "threshold"])
def test_read_outs_of_real_features_are_refused(readout):
    with pytest.raises(lincs.InputError, match=f"must be real for the {readout} read-out.*real_lift"):
        lincs.verify(random_frame(0, 2, 3), k=1, readout=readout)


def test_functions_of_real_matrices_are_refused():
    A = random_frame(0, 2, 3)
    for call in (
        lambda: lincs.optimal_probes(A, k=1),
        lambda: lincs.basis_pursuit(A, np.ones(2)),
        lambda: lincs.compare(A, k=1),
        lambda: lincs.verify_samples(A, None, np.ones((3, 1))),
        lambda: lincs.verify(A[:, :2], k=1, readout="affine"),
    ):
        with pytest.raises(lincs.InputError, match="real_lift"):
            call()


def test_files(tmp_path):
    from scipy import io, sparse

    A = random_frame(9, 3, 4)
    np.save(tmp_path / "a.npy", A)
    np.savez(tmp_path / "a.npz", A=A)
    io.savemat(tmp_path / "a.mat", {"A": A})
    io.mmwrite(tmp_path / "a.mtx", sparse.coo_matrix(A), precision=17)
    flat = A.ravel(order="F")
    (tmp_path / "3x4_me.txt").write_text("\n".join(repr(float(t)) for t in [*flat.real, *flat.imag]))
    expected = lincs.verify(A, A, k=2).results[0].eps
    for name in ("a.npy", "a.npz", "a.mat", "a.mtx", "3x4_me.txt"):
        path = str(tmp_path / name)
        assert lincs.verify(path, path, k=2).results[0].eps == expected, name
