"""Theorem 4e: bounds for Gram matrices only, against known line systems."""

from __future__ import annotations

from fractions import Fraction

from lincs.bounds.symmetric import levenshtein, orthoplex
from proofs_check.t04_chebyshev_rank import SHARP, _table

TITLE = "symmetric-only bounds"


def check() -> str:
    tiny = Fraction(1, 10**9)
    known = [(d, m, mu) for m, mu, d in SHARP]
    known += [(int(row["d"]), int(row["N"]), Fraction(row["mu_upper"])) for row in _table("line_packings.csv")]
    known += [(24, 98280, Fraction(1, 2)), (22, 1408, Fraction(1, 3))]
    equal = 0
    for d, m, mu in known:
        bounds = orthoplex(m=m, mu=mu + tiny), levenshtein(m=m, mu=mu + tiny)
        assert max(bounds) <= d, (d, m, mu, bounds)
        equal += max(bounds) == d
    # Sharp systems: Levenshtein at E8 and at 2300 lines in R^23; the orthoplex bound at four bases of R^4.
    assert levenshtein(m=120, mu=Fraction(1, 2) + tiny) == 8
    assert levenshtein(m=2300, mu=Fraction(1, 3) + tiny) == 23
    assert orthoplex(m=12, mu=Fraction(1, 2) + tiny) == 4
    assert orthoplex(m=12, mu=Fraction(1, 2)) == 5
    return f"never above d at {len(known)} line systems, equal at {equal}"
