"""Stabiliser sections: the lines of a Kerdock or Delsarte-Goethals set inside a common subspace.

They fill the dimensions between the powers of 4 at almost unchanged coherence (THEOREMS.md, 5 (e)).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lincs.constructions.family import Buildable, Promise, parameter, smaller
from lincs.constructions.section_table import SECTIONS
from lincs.errors import InputError

__all__ = ["StabiliserSections", "loss"]


class StabiliserSections(Buildable):
    """Columns ``(-1)^(Q(x) + P(x) + l.x)`` whose sums over all cosets of T vanish, ``dim T = tau``, Q in DG(j)
    on F_2^n.

    They lie in ``2^n - 2^(n-tau)`` dimensions with coherence ``2^j / 2^(n/2)``.  p coordinates are dropped, the cosets
    taken in turn: with s of them in a coset, ``s / (1 - s/2^tau)`` is lost from the length and added to the
    largest sum.
    c = 1 (with p = 0): the projected coordinate vectors as well.  P and the number of lines: ``section_table.py``.
    """

    name = "stabiliser-sections"
    source = "sections of Kerdock sets (THEOREMS.md, 5 (e))"
    builder = "sections:section"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        a, b = mu.numerator, mu.denominator
        for (n, j, tau), (_, lines) in SECTIONS.items():
            if lines + 2**n < m:
                continue
            # What may be lost, budget / (a + b), bounds p.
            budget = a * 2**n - b * 2 ** (n // 2 + j)
            if budget <= 0 or (best is not None and _dimension(n, tau, budget // (a + b) + 1) >= best.d):
                continue
            if lines >= m:
                best = smaller(
                    best,
                    self.member(n=n, j=j, tau=tau, p=_most_dropped(n, tau, Fraction(budget, a + b)), c=0),
                )
            else:
                promise = self.member(n=n, j=j, tau=tau, p=0, c=1)
                if promise.serves(m=m, mu=mu):
                    best = smaller(best, promise)
        return best

    def member(self, **parameters: Any) -> Promise:
        n, j, tau, p, c = parameter(parameters, "n", "j", "tau", "p", "c", least=0)
        if (n, j, tau) not in SECTIONS or c > 1 or (c and p):
            raise InputError(
                f"n, j, tau must be in the table of sections and c 0, or 1 with p = 0, got {n}, {j}, {tau}, c = {c}"
            )
        if p > 2 ** (n - tau) * (2**tau - 2):
            raise InputError(f"p must leave two points in each coset, got {p}")
        _, lines = SECTIONS[n, j, tau]
        w = loss(n, tau, p)
        if w >= 2**n:
            raise InputError(f"p must leave columns of positive length, got {p}")
        squared = ((2 ** (n // 2 + j) + w) / (2**n - w)) ** 2
        if c:
            share = 1 - Fraction(1, 2**tau)
            squared = max(squared, Fraction(1, (2**tau - 1) ** 2), 1 / (2**n * share))
        return Promise(
            family=self.name,
            d=_dimension(n, tau, p),
            columns=lines + (2**n if c else 0),
            coherence_squared=squared,
            parameters={"n": n, "j": j, "tau": tau, "p": p, "c": c},
            attained=False,
        )

    def frame(self, parameters: Any) -> Any:
        shift, _ = SECTIONS[parameters["n"], parameters["j"], parameters["tau"]]
        return super().frame({**parameters, "shift": shift})


def _dimension(n: int, tau: int, p: int) -> int:
    return int(2**n - 2 ** (n - tau) - p)


def loss(n: int, tau: int, p: int) -> Fraction:
    """What p dropped coordinates add at most to an inner product and take from a length."""
    cosets, size = 2 ** (n - tau), 2**tau
    each, more = divmod(p, cosets)
    total: Fraction = (cosets - more) * _of_coset(each, size) + more * _of_coset(each + 1, size)
    return total


def _of_coset(s: int, size: int) -> Fraction:
    return Fraction(s * size, size - s)


def _most_dropped(n: int, tau: int, budget: Fraction) -> int:
    """The largest p whose loss is below the budget, which is positive."""
    low, high = 0, 2 ** (n - tau) * (2**tau - 2) + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if loss(n, tau, middle) < budget else (low, middle)
    return low
