"""Theorem 4e: the ladder, against every step of its proof, optimised pairs, tables, and certificates by hand."""

from __future__ import annotations

import random
from fractions import Fraction
from math import comb, lcm

import numpy as np
from threadpoolctl import threadpool_limits

from lincs.bounds.bracket import bound
from lincs.bounds.ladder import Ladder, Levels
from lincs.bounds.ladder_search import Entries, ladder_allows, ladder_most, ladder_rank
from lincs.bounds.table import bound_table
from proofs_check.generic import monomials, projection, random_pair, smallest_entries, weights
from proofs_check.t04_chebyshev_rank import _table

TITLE = "ladder"
QUICK = {"runs": 8, "questions": 60}  # what the test suite runs; python -m proofs_check runs all

# (m, mu, strict, rank excluded, p, c smallest first, the least m that this certificate excludes)
VECTORS = (
    (7, "3/4", True, 2, 3, (1, 2), 7),
    (120, "1/2", False, 7, 2, (1,), 69),
    (2300, "1/3", False, 22, 2, (1,), 1441),
    (4096, "1/3", True, 26, 3, (1, 12), 3892),
    (46575, "1/2", False, 22, 4, (1, 6), 37717),
    (98280, "1/2", False, 23, 4, (1, 6), 60366),
    (1000, "9/10", True, 4, 6, (2, 5, 7), 920),
    (10**6, "1/3", True, 55, 4, (1, 16), 955995),
    (10**6, "1/7", True, 166, 3, (1, 68), 992689),
    (10**12, "1/31", True, 5172, 3, (1, 1180), 992822808391),
    (10**12, "1/3", True, 134, 7, (1, 23, 295, 2829), 998782371368),
    (10**18, "1/8", True, 1024, 7, (1, 169, 15779, 1076032), 998295111199031747),
    (
        10**24,
        "1/2",
        True,
        158,
        17,
        (1, 15, 143, 1044, 6417, 34552, 166864, 734430, 2979877),
        739306845187906285151744,
    ),
    (10**30, "1/15", True, 5284, 9, (1, 630, 239682, 68756746, 16153672558), 949811165765009874884309113867),
)

# (d, m, mu) of line systems that exist, by name: nothing may exclude their rank.
SYSTEMS = (
    ("E6", 6, 36, "1/2"),
    ("E7", 7, 63, "1/2"),
    ("E8", 8, 120, "1/2"),
    ("D4", 4, 12, "1/2"),
    ("BW16", 16, 2160, "1/2"),
    ("Leech", 24, 98280, "1/2"),
    ("Leech, section", 23, 46575, "1/2"),
    ("2300 lines", 23, 2300, "1/3"),
    ("28 lines", 7, 28, "1/3"),
    ("276 lines", 23, 276, "1/5"),
    ("16 lines", 6, 16, "1/3"),
)


def check(runs: int = 100, questions: int = 150) -> str:
    _vectors()
    _must_fail()
    with threadpool_limits(1):
        rows = _rows(runs)
        optimised = _optimised(runs)
    closed = _closed_form()
    _first_negative()
    _nothing_lost()
    equal, total = _packings()
    sharp = _systems()
    asked = _no_crossing(questions)
    return (
        f"{len(VECTORS)} certificates by hand, {rows} rows of random pairs obey every step, {closed} closed forms are "
        f"the best c, equal at {equal} of {total} packings and {sharp} of {len(SYSTEMS)} systems, never above; "
        f"{optimised} optimised pairs and {asked} brackets do not cross it"
    )


def _vectors() -> None:
    for m, mu, strict, rank, p, c, least in VECTORS:
        ladder, s = Ladder(rank, p, c), Fraction(mu) ** 2
        assert ladder.excludes(m=m, s=s, strict=strict), ladder
        assert ladder.least_columns(s=s, strict=strict) == least, ladder
        assert not ladder.excludes(m=least - 1, s=s, strict=strict)
        found = ladder_rank(m, Entries(Fraction(mu), strict))
        assert found is not None
        assert (found.rank, found.p) == (rank, p)


def _must_fail() -> None:
    half, third = Fraction(1, 4), Fraction(1, 9)
    leech = Ladder(24, 4, (1, 6))
    sides = leech.sides(Levels(24, 4))
    right = sides.right(m=98280, s=half, excess=Fraction(0))
    assert 917.5 < sides.L < 917.6 < 923.4 < right < 923.5
    for ladder, m, s, strict in (
        (leech, 98280, half, False),  # Leech's lines exist
        (Ladder(2, 3, (1, 2)), 7, Fraction(9, 16), False),  # equality: seven columns at most 3/4
        (Ladder(3, 1, (1,)), 4, third, False),  # the simplex
        (Ladder(23, 4, (6, 1)), 98280, half, False),  # not monotone
        (Ladder(23, 4, (0, 0)), 98280, half, False),
        (Ladder(23, 4, (-1, 6)), 98280, half, False),
        (Ladder(23, 4, (1, 6, 6)), 98280, half, False),  # not one c a level
        (Ladder(23, 4, (1, 6)), comb(26, 4) + comb(24, 2), half, False),  # D_p = m + 1
        (Ladder(0, 1, (1,)), 4, third, True),
        (Ladder(7, 2, (1,)), 120, Fraction(1), True),
    ):
        assert not ladder.excludes(m=m, s=s, strict=strict), ladder
    for nonsense in (lambda: Ladder(3, 1, (1.0,)), lambda: Ladder(3.0, 1, (1,))):  # type: ignore[arg-type]
        _refused(nonsense)
    # A double below 1/3 would exclude the simplex, which exists.
    _refused(lambda: Ladder(3, 1, (1,)).excludes(m=4, s=(1 / 3) ** 2, strict=False))  # type: ignore[arg-type]
    assert Ladder(3, 1, (1,)).excludes(m=4, s=Fraction((1 / 3) ** 2) / (1 + Fraction(1, 10**9)), strict=False)


def _refused(nonsense: object) -> None:
    assert callable(nonsense)
    try:
        nonsense()
    except TypeError:
        return
    raise AssertionError("a float was taken for an exact number")


def _rows(runs: int) -> int:
    """Lemmas 2 to 4 and both estimates, row by row, on random non-symmetric matrices with the weights of lemma 3."""
    rng = np.random.default_rng(45)
    tried = 0
    for _ in range(runs):
        r, p = [(1, 3), (2, 2), (2, 3), (2, 4), (3, 2), (3, 3)][rng.integers(6)]
        levels = Levels(r, p)
        m = int(levels.D[p] + rng.integers(1, 5))
        A, M = random_pair(rng, r, m, float(rng.choice([0.0, 0.1, 0.7, 3.0])))
        c = dict(zip(range(p - 1, -1, -2), np.sort(rng.uniform(0.1, 3, (p + 1) // 2)).tolist(), strict=True))
        own = list(c)
        V = [monomials(A, range(n % 2, n + 1, 2)) for n in range(p + 1)]
        assert [len(x) for x in V] == levels.D
        w = weights([V[n] for n in own], [c[n] - c.get(n + 2, 0.0) for n in own])
        Pi = [projection(x, w) for x in V]
        Delta = [Pi[n] - (Pi[n - 2] if n > 1 else 0) for n in range(p + 1)]
        K = sum(x * Delta[n] for n, x in c.items())
        S = sum(x * levels.H[n] for n, x in c.items())
        assert np.allclose(np.diag(K), S / m, atol=1e-6)
        s = float((np.abs(M - np.eye(m)) ** 2).max())
        for i in range(m):
            e = [Pi[n][i, i] - (Pi[n - 1][i, i] if n else 0) for n in range(p + 1)]
            for n in range(p + 1):
                for q in range(n + 1, p + 1, 2):
                    J = (M[i] * Delta[n][i]) @ Delta[q][i]
                    assert abs(J - (e[n] if q == n + 1 else 0)) < 1e-7 * (1 + np.abs(M[i]).max()), (r, p, n, q)
            g = M[i] * K[i]
            assert np.allclose(Pi[p] @ g, g, atol=1e-7 * (1 + np.abs(g).max()))
            left = sum(
                (c.get(n + 1, 0) * e[n] + (c[n - 1] * e[n - 1] if n else 0)) ** 2 / Delta[n][i, i]
                for n in range(p % 2, p + 1, 2)
            )
            right = s * (K[i] @ K[i]) + (1 - s) * K[i, i] ** 2
            assert left <= (g @ g) * (1 + 1e-7) + 1e-9
            assert g @ g <= right * (1 + 1e-7) + 1e-9
            tried += 1
    return tried


def _closed_form() -> int:
    """The c of the recurrence is the best: its threshold is that of the top eigenvector, found without it."""
    rng = random.Random(46)
    tried = 0
    while tried < 60:
        rank, mu = rng.randint(2, 60), Fraction(rng.randint(5, 95), 100)
        found = ladder_most(rank, Entries(mu, strict=True))
        if found is None or found[0] > 10**12:
            continue
        m, ladder = found
        p, levels = ladder.p, Levels(rank, ladder.p)
        assert ladder.excludes(m=m, s=mu * mu, strict=True)
        assert not ladder.excludes(m=m - 1, s=mu * mu, strict=True)
        for columns, excluded in ((Fraction(m) * (1 + Fraction(1, 10**6)) + 1, True), (Fraction(m - 1), False)):
            for degree in range(1, p + 2):
                if Levels(rank, degree).D[degree] > columns:
                    continue
                top = _top(Levels(rank, degree), degree, mu, columns)
                assert top < 1e-9 or (excluded and degree == p) or columns > m, (rank, mu, degree)
                if excluded and degree == p:
                    assert top > -1e-9, (rank, mu)
        assert levels.D[p] <= m
        tried += 1
    return tried


def _first_negative() -> None:
    """c of the recurrence: ``L - s Q = -u_(p+1) (1-s) S`` exactly; monotone at the first negative u and the next."""
    rng = random.Random(56)
    for _ in range(150):
        rank, mu = rng.randint(2, 40), Fraction(rng.randint(20, 99), 100)
        levels, s = Levels(rank, 60), mu * mu
        u = [Fraction(1), mu]
        while u[-1] >= 0 and len(u) < 60:
            n = len(u) - 1
            u.append((mu * levels.H[n] * u[n] - levels.E[n - 1] * u[n - 1]) / levels.E[n])
        if u[-1] >= 0:
            continue
        N = len(u) - 1
        u.append((mu * levels.H[N] * u[N] - levels.E[N - 1] * u[N - 1]) / levels.E[N])
        for p in (N - 1, N):
            c = [u[n] - u[p + 1] for n in range(p - 1, -1, -2)]
            assert c[0] >= 0
            assert c == sorted(c)
            scale = lcm(*(x.denominator for x in c))
            sides = Ladder(rank, p, tuple(int(x * scale) for x in c)).sides(levels)
            assert sides.L - s * sides.Q == -u[p + 1] * scale * (1 - s) * sides.S
            beta = Fraction(levels.E[p] * levels.E[p - 1], levels.H[p])
            second = levels.D[p - 1] + beta / (1 - s) * (1 - u[p - 1] / u[p + 1])
            assert second == sides.S / (-u[p + 1] * scale)


def _top(levels: Levels, p: int, mu: Fraction, m: Fraction) -> float:
    """The largest eigenvalue of ``L - s Q - (1-s) S^2/m`` in ``x_l = c_l sqrt(H_l)``."""
    own = list(range((p - 1) % 2, p, 2))
    H = [float(x) for x in levels.H]
    T = np.zeros((len(own), len(own)))
    for n in range(p % 2, p + 1, 2):
        v = np.array([float(levels.E[min(n, x)]) / (H[n] * H[x]) ** 0.5 if abs(n - x) == 1 else 0.0 for x in own])
        T += np.outer(v, v)
    h = np.array([(H[x] / float(m)) ** 0.5 for x in own])
    s = float(mu * mu)
    return float(np.linalg.eigvalsh(T - s * np.eye(len(own)) - (1 - s) * np.outer(h, h))[-1])


def _nothing_lost() -> None:
    """Lemma 5: between ``D_(p-1)`` and ``D_p``, with m for ``D_p``, degree p excludes what degree p - 1 does."""
    rng = random.Random(47)
    for _ in range(300):
        rank, p = rng.randint(2, 9), rng.randint(2, 6)
        levels = Levels(rank, p)
        if levels.D[p] - levels.D[p - 1] < 2:
            continue
        m = rng.randint(levels.D[p - 1] + 1, levels.D[p] - 1)
        mu = Fraction(rng.randint(1, 99), 100)
        below = _top(levels, p - 1, mu, Fraction(m))
        levels.D[p] = m
        levels.H[p], levels.E[p] = m - (levels.D[p - 2] if p > 1 else 0), m - levels.D[p - 1]
        cut = _top(levels, p, mu, Fraction(m))
        assert (cut > 0) == (below > 0) or min(abs(cut), abs(below)) < 1e-9, (rank, p, m, mu)


def _packings() -> tuple[int, int]:
    """Sloane's table of line packings: what exists is never excluded."""
    equal = total = 0
    for row in _table("line_packings.csv"):
        d, n, mu = int(row["d"]), int(row["N"]), Fraction(row["mu_upper"])
        assert ladder_allows(n, d, Entries(mu, strict=False)), row
        above = mu + Fraction(1, 10**12)  # the table may hold an equality, which is not below
        best = bound_table(m=n, k=1, eps=above / (1 + above)).rows[0]
        assert best.lower <= d, row
        equal += best.lower == d
        total += 1
    return equal, total


def _systems() -> int:
    sharp = 0
    for name, d, m, text in SYSTEMS:
        mu = Fraction(text)
        found = ladder_rank(m, Entries(mu, strict=False))
        assert found is not None
        assert found.rank < d, name
        sharp += found.rank == d - 1
    # Kerdock's lines, d(d/2+1) at 1/sqrt(d), d = 4^s: with the other rules these are exact (theorem 4h for s = 1).
    for s in range(1, 7):
        d = 4**s
        m, mu = d * (d // 2 + 1), Fraction(1, 2**s)
        assert ladder_allows(m, d, Entries(mu, strict=False))
        above = mu + Fraction(1, 10**12)
        assert bound(m=m, k=1, eps=above / (1 + above)).lower.value == d
    return sharp


def _optimised(runs: int) -> int:
    """Pairs (A, B) optimised for small entries, from random, nearly symmetric and degenerate starts."""
    rng = np.random.default_rng(48)
    cases = [(2, 5), (2, 7), (3, 6), (3, 9), (3, 13), (4, 12), (5, 16), (6, 16)]
    for i in range(runs):
        r, m = cases[i % len(cases)]

        def start(r: int = r, m: int = m, kind: int = i % 3) -> tuple[np.ndarray, np.ndarray]:
            A = rng.normal(size=(r, m))
            if kind == 1:
                return A, A + 0.1 * rng.normal(size=(r, m))
            if kind == 2:
                A[:, : m // 3] = A[:, m // 3 : 2 * (m // 3)] * rng.uniform(0.1, 10)
            return A, A * rng.uniform(0.2, 5, size=m) + 0.5 * rng.normal(size=(r, m))

        mu = Fraction(smallest_entries(rng, r, m, start)) + Fraction(1, 10**9)
        if mu < 1:
            assert ladder_allows(m, r, Entries(mu, strict=False)), (r, m, float(mu))
    return runs


def _no_crossing(questions: int) -> int:
    """``bound`` raises where a lower end is above an upper one; lower ends rise with m and fall with mu."""
    rng = random.Random(49)
    for _ in range(questions):
        readout = rng.choice(("signed", "nonnegative", "affine", "threshold"))
        m, k = int(10 ** rng.uniform(0.5, 12)), rng.choice((1, 2, 3, 5, 10, 30))
        k = min(k, m)
        eps = Fraction(rng.randint(1, 100), rng.choice((100, 200)))
        more = {"k": k, "readout": readout} | ({} if readout == "threshold" else {"eps": eps})
        low, high = _ends(m=m, **more), _ends(m=m + 1 + int(m * rng.random()), **more)
        assert low <= high, (m, more)
        if "eps" in more:
            assert _ends(m=m, **{**more, "eps": eps * Fraction(9, 10)}) >= low, (m, more)
    return questions


def _ends(**question: object) -> int:
    value = bound(**question).lower.value  # type: ignore[arg-type]
    assert isinstance(value, int)
    return value
