"""Partial sections: lines whose sums over the cosets of T are tied to each other, between two stabiliser sections.

A stabiliser section (sections.py) of T has ``2^n - 2^(n - dim T)`` dimensions, which leaves gaps: lines that miss its
conditions in one common way fill them at the same coherence (THEOREMS.md, 5 (i)).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lincs.constructions.family import Buildable, Promise, parameter, smaller
from lincs.constructions.partial_table import PARTIAL
from lincs.errors import InputError

__all__ = ["PartialSections"]


class PartialSections(Buildable):
    """Columns ``(-1)^(Q(x) + P(x) + l.x)``, Q in DG(j) on F_2^n, T of dimension tau.

    i = 0: the sums over all cosets of T are equal (not only 0): ``2^n - 2^(n-tau) + 1`` dimensions.
    i > 0: the sums over the cosets of T vanish, and the sums over one half of each of the cosets 0, ..., i (cosets of
    T' of dimension tau - 1) are equal: ``2^n - 2^(n-tau) - i`` dimensions.
    p points of different cosets are dropped, untied ones if i > 0: each costs at most ``1/(1 - 2^-tau)``.
    """

    name = "partial-sections"
    source = "sections of Kerdock and Delsarte-Goethals sets with tied sums (THEOREMS.md, 5 (i))"
    builder = "partial:partial"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        a, b = mu.numerator, mu.denominator
        for (n, j, tau, i), (_, lines) in PARTIAL.items():
            budget = a * 2**n - b * 2 ** (n // 2 + j)
            if lines < m or budget <= 0:
                continue
            # p / (1 - 2^-tau) < budget / (a + b)
            p = min((budget * (2**tau - 1) - 1) // ((a + b) * 2**tau), _room(n, tau, i))
            if best is None or _dimension(n, tau, i, p) < best.d:
                best = smaller(best, self.member(n=n, j=j, tau=tau, i=i, p=p))
        return best

    def member(self, **parameters: Any) -> Promise:
        n, j, tau, i, p = parameter(parameters, "n", "j", "tau", "i", "p", least=0)
        if (n, j, tau, i) not in PARTIAL:
            raise InputError(f"n, j, tau, i must be in the table of partial sections, got {n}, {j}, {tau}, {i}")
        if p > _room(n, tau, i):
            raise InputError(f"p must be at most {_room(n, tau, i)}, one point for each untied coset, got {p}")
        w = Fraction(p * 2**tau, 2**tau - 1)
        return Promise(
            family=self.name,
            d=_dimension(n, tau, i, p),
            columns=PARTIAL[n, j, tau, i][1],
            coherence_squared=((2 ** (n // 2 + j) + w) / (2**n - w)) ** 2,
            parameters={"n": n, "j": j, "tau": tau, "i": i, "p": p},
            attained=False,
        )

    def frame(self, parameters: Any) -> Any:
        shift, _ = PARTIAL[parameters["n"], parameters["j"], parameters["tau"], parameters["i"]]
        return super().frame({**parameters, "shift": shift})


def _room(n: int, tau: int, i: int) -> int:
    """Cosets where a point may be dropped."""
    cosets = 2 ** (n - tau)
    return int(cosets - i - 1 if i else cosets)


def _dimension(n: int, tau: int, i: int, p: int) -> int:
    return int(2**n - 2 ** (n - tau) - (i or -1) - p)
