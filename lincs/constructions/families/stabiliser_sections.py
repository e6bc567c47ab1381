"""Stabiliser sections: the lines of a Kerdock or Delsarte-Goethals set inside a common subspace.

They fill the dimensions between the powers of 4 at almost unchanged coherence (THEOREMS.md, 5 (e)).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from lincs.constructions.family import Family, Orbit, Promise, parameter, smaller
from lincs.data import table
from lincs.errors import InputError
from lincs.exact.roots import sqrt_above
from lincs.exact.search import last

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Array, Frame

__all__ = ["StabiliserSections", "check_rankable", "loss", "recounted", "sections"]


@cache
def sections() -> dict[tuple[int, int, int], tuple[int, int]]:
    """``(n, j, tau) -> (P, lines)``, from ``lincs/data/sections.csv`` (``python -m benchmarks.sections``).

    P is a quadratic form ``sum over k < i of p_ik x_i x_k`` as an integer (row i has i bits, from bit i (i-1)/2 on).
    """
    return {(int(n), int(j), int(tau)): (int(shift, 16), int(lines)) for n, j, tau, shift, lines in table("sections")}


class StabiliserSections(Family):
    """Columns ``(-1)^(Q(x) + P(x) + l.x)``, Q in DG(j) on F_2^n, whose sums over all cosets of T vanish.

    With ``dim T = tau`` they lie in ``2^n - 2^(n-tau)`` dimensions with coherence ``2^j / 2^(n/2)``.  p coordinates are
    dropped, the cosets taken in turn: with s of them in a coset, ``s / (1 - s/2^tau)`` is lost from the length and
    added to the largest sum.  c = 1 (with p = 0): the projected coordinate vectors as well.
    """

    name = "stabiliser-sections"
    source = "sections of Kerdock sets (THEOREMS.md, 5 (e))"
    examples = tuple(
        {"n": n, "j": j, "tau": tau, "p": p, "c": c}
        for n, j, tau, p, c in (
            *((4, 0, 1, 0, 0), (4, 0, 2, 0, 0), (4, 0, 3, 0, 1), (4, 0, 3, 3, 0), (6, 0, 3, 0, 0), (6, 0, 3, 0, 1)),
            *((6, 0, 4, 5, 0), (6, 1, 1, 0, 0), (4, 1, 2, 0, 0), (4, 1, 2, 5, 0)),
        )
    )

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        a, b = mu.numerator, mu.denominator
        for (n, j, tau), (_, lines) in sections().items():
            if lines + 2**n < m:
                continue
            # What may be lost, budget / (a + b), bounds p.
            budget = a * 2**n - b * 2 ** (n // 2 + j)
            if (
                budget < 0
                or (budget == 0 and not closed)
                or (best is not None and _dimension(n, tau, budget // (a + b) + 1) >= best.d)
            ):
                continue
            if lines >= m:
                best = smaller(
                    best,
                    self.member(n=n, j=j, tau=tau, p=_most_dropped(n, tau, Fraction(budget, a + b), closed), c=0),
                )
            else:
                promise = self.member(n=n, j=j, tau=tau, p=0, c=1)
                if promise.serves(m=m, mu=mu, closed=closed):
                    best = smaller(best, promise)
        return best

    def member(self, **parameters: Any) -> Promise:
        n, j, tau, p, c = parameter(parameters, "n", "j", "tau", "p", "c", least=0)
        if (n, j, tau) not in sections() or c > 1 or (c and p):
            raise InputError(
                f"n, j, tau must be in the table of sections and c 0, or 1 with p = 0, got {n}, {j}, {tau}, c = {c}"
            )
        if p > 2 ** (n - tau) * (2**tau - 2):
            raise InputError(f"p must leave two points in each coset, got {p}")
        _, lines = sections()[n, j, tau]
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
        )

    def integral(self, promise: Promise) -> bool:
        return bool(promise.parameters["p"] == promise.parameters["c"] == 0)

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """The lines kept, in ``R^(2^n - 2^(n-tau) - p)``; with c = 1 the projected coordinate vectors as well.

        Points number 0, 1, ... of each coset are dropped, the cosets taken in turn.  Coordinates: for p = 0 the
        non-trivial characters of T on each coset (integers, all columns scaled alike); else an orthonormal basis of the
        vectors of sum 0 on what is left of each coset.
        """
        import numpy as np

        from lincs.constructions.algebra.cosets import (
            character_sums,
            kept_forms,
            kept_functionals,
            project,
            shift_values,
            sign_rows,
            zero_sum_bases,
        )
        from lincs.constructions.algebra.forms import delsarte_goethals_forms
        from lincs.constructions.algebra.frame import Frame, stack

        n, j, tau, p, c = (parameters[name] for name in ("n", "j", "tau", "p", "c"))
        shift, _ = sections()[n, j, tau]
        forms, r = kept_forms(n, j, tau, shift)
        dg = delsarte_goethals_forms(s=n // 2, r=j)
        form = shift_values(n, shift)
        ends = np.cumsum(2**n - (2**n >> r))
        bases = zero_sum_bases(n, tau, p) if p else []

        def of(f: int) -> tuple[Array, Array]:
            values = dg.values(int(forms[f])) ^ form
            return values, kept_functionals(dg.bilinear(int(forms[f])), values, n, tau, shift)

        def columns(rows: Array) -> Array:
            return project(rows, bases) if p else character_sums(rows, tau)

        d = _dimension(n, tau, p)
        lines = Frame(d, int(ends[-1]), p == 0, lambda j0, j1: columns(sign_rows(ends, j0, j1, 2**n, of)))
        if not c:
            return lines
        return stack(lines, Frame(d, 2**n, True, lambda j0, j1: columns(np.eye(2**n, dtype=np.int8)[j0:j1])))

    def orbit(self, promise: Promise, m: int) -> Orbit:
        """Ranks of the differences of all forms, the coordinate vectors, and the number of lines counted again."""
        from lincs.constructions.algebra.cosets import lines_kept

        n, j, tau, p, c = (promise.parameters[name] for name in ("n", "j", "tau", "p", "c"))
        shift, lines = sections()[n, j, tau]
        check_rankable(n, j)
        found = recounted(promise, lines_kept(n, j, tau, shift), lines, loss(n, tau, p))
        if not c:
            return found
        coordinates = sqrt_above(1 / (2**n * (1 - Fraction(1, 2**tau))))
        return found._replace(coherence=max(found.coherence, Fraction(1, 2**tau - 1), coordinates))


def check_rankable(n: int, j: int) -> None:
    """Refuse to enumerate the forms of DG(j) on F_2^n where there are too many."""
    if (n - 1) * (j + 1) > 28:
        raise InputError(f"n and j must be smaller for an enumeration of ranks, got n = {n}, j = {j}")


def recounted(promise: Promise, counted: int, lines: int, w: Fraction) -> Orbit:
    """The coherence of lines of DG(j) on ``2^n`` points that lose at most w, by the ranks of all its differences."""
    from lincs.constructions.algebra.forms import delsarte_goethals_forms
    from lincs.constructions.algebra.ranks import least_rank

    if counted != lines:
        raise AssertionError(f"{promise} does not have {lines} lines")
    n, j = promise.parameters["n"], promise.parameters["j"]
    forms = delsarte_goethals_forms(s=n // 2, r=j)
    rank, checked = least_rank(forms, count=forms.count, linear=2 ** ((n - 1) * j))
    assert rank is not None
    coherence = (2 ** (n - rank // 2) + w) / (2**n - w)
    return Orbit(coherence, f"{lines} lines counted; least rank of a difference of forms is {rank}", checked)


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


def _most_dropped(n: int, tau: int, budget: Fraction, closed: bool) -> int:
    """The largest p whose loss is below the budget, or at most that when closed; p = 0 is."""
    return last(
        lambda p: loss(n, tau, p) < budget or (closed and loss(n, tau, p) == budget),
        0,
        2 ** (n - tau) * (2**tau - 2) + 1,
    )
