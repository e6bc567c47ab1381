"""Theorem 4c: certificates of several degrees are proved exactly, and never exclude a matrix that exists."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from fractions import Fraction

from lincs.bounds.chebyshev import chebyshev_rank
from lincs.bounds.ladder_search import Entries, ladder_rank
from lincs.bounds.several import Certificate, Term, gap
from lincs.exact.positivity import is_positive_on_unit_interval
from proofs_check.t04_chebyshev_rank import DATA

TITLE = "several degrees at once"

STORED = DATA / "several_degrees.json"  # found by a linear program, when such certificates were still searched


def check() -> str:
    tried = _positivity()
    _single_degree_is_theorem_4()
    _moment_inequality()
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    for record in stored:
        found = Certificate.from_dict(record)
        assert found is not None
        assert found.holds()
        _tampered(found)
        assert chebyshev_rank(m=found.m, mu=found.mu).d <= found.d  # more than one degree proves
        ladder = ladder_rank(found.m, Entries(found.mu, strict=True))
        assert ladder is not None
        assert ladder.rank >= found.d  # and no more than the ladder does
    return f"{len(stored)} certificates proved and refused when altered, {tried} polynomials decided as by Sturm"


def _positivity() -> int:
    """The Bernstein proof agrees with exact real-root isolation."""
    from flint import fmpq, fmpq_poly

    rng = random.Random(9)
    tried = 0
    for _ in range(400):
        degree = rng.randint(0, 7)
        coefficients = [Fraction(rng.randint(-30, 30), rng.randint(1, 6)) for _ in range(degree + 1)]
        coefficients[0] += rng.choice([0, 0, 20])
        polynomial = fmpq_poly([fmpq(c.numerator, c.denominator) for c in coefficients])
        if polynomial == 0:
            continue
        roots = [root for root, _ in polynomial.complex_roots()] if polynomial.degree() > 0 else []
        inside = any(root.imag == 0 and not (root.real < 0 or root.real > 1) for root in roots)
        positive = coefficients[0] > 0 and not inside
        assert is_positive_on_unit_interval(coefficients) == positive, coefficients
        tried += 1
    return tried


def _single_degree_is_theorem_4() -> None:
    """The certificate ``T_p(y/mu)`` alone excludes d exactly when theorem 4 does (non-strictly)."""
    for m, mu in ((120, Fraction(1, 2)), (1000, Fraction(2, 7)), (10**6, Fraction(1, 9))):
        best = chebyshev_rank(m=m, mu=mu)
        terms = {1: (Fraction(1),), 2: (Fraction(-1), Fraction(2)), 3: (Fraction(-3), Fraction(4))}
        assert best.p in terms
        term = Term(best.p, terms[best.p])
        assert Certificate(m=m, d=best.d - 1, mu=mu, terms=(term,)).holds()
        assert not Certificate(m=m, d=best.d, mu=mu, terms=(term,)).holds()


def _moment_inequality() -> None:
    """``mean of f(M_ij)^2 >= c_p f(1)^2`` on random rational matrices ``B^T A`` with unit diagonal."""
    rng = random.Random(7)
    for _ in range(60):
        d, m, p = rng.randint(1, 3), rng.randint(4, 9), rng.randint(1, 4)
        a = [[Fraction(rng.randint(-5, 5)) for _ in range(d)] for _ in range(m)]
        b = [[x + Fraction(rng.randint(-2, 2)) for x in column] for column in a]
        rows = [[sum((x * y for x, y in zip(u, v, strict=True)), Fraction(0)) for v in a] for u in b]
        if any(rows[i][i] == 0 for i in range(m)):
            continue
        rows = [[x / rows[i][i] for x in rows[i]] for i in range(m)]
        weights = {n: Fraction(rng.randint(-4, 4)) for n in range(p % 2, p + 1, 2)}

        def f(y: Fraction, weights: dict[int, Fraction] = weights) -> Fraction:
            return sum((c * y**n for n, c in weights.items()), Fraction(0))

        mean = sum((f(rows[i][j]) ** 2 for i in range(m) for j in range(m) if i != j), Fraction(0)) / (m * (m - 1))
        assert mean >= gap(m, d, p) * f(Fraction(1)) ** 2


def _tampered(found: Certificate) -> None:
    assert not replace(found, d=found.d + max(3, found.d // 10)).holds()
    assert not replace(found, mu=found.mu * Fraction(11, 10)).holds()
    assert not replace(found, m=found.m // 2).holds()
    assert not replace(found, terms=()).holds()
    first = found.terms[0]
    louder = Term(first.p, (*first.coefficients[:-1], first.coefficients[-1] * 3))
    assert not replace(found, terms=(louder, *found.terms[1:])).holds()
