"""Partial sections: lines whose sums over the cosets of T are tied to each other, between two stabiliser sections.

A stabiliser section (stabiliser_sections.py) of T has ``2^n - 2^(n - dim T)`` dimensions, which leaves gaps: lines that
miss its conditions in one common way fill them at the same coherence (THEOREMS.md, 5 (i)).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from lincs.constructions.families.stabiliser_sections import recounted
from lincs.constructions.family import Family, Orbit, Promise, parameter, smaller
from lincs.data import table
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Array, Frame

__all__ = ["PartialSections", "partial_sections"]


@cache
def partial_sections() -> dict[tuple[int, int, int, int], tuple[int, int]]:
    """``(n, j, tau, i) -> (P, lines)``, from ``lincs/data/partial_sections.csv``; P as for stabiliser sections.

    Found and recounted by ``python -m benchmarks.sections``.
    """
    return {
        (int(n), int(j), int(tau), int(i)): (int(shift, 16), int(lines))
        for n, j, tau, i, shift, lines in table("partial_sections")
    }


class PartialSections(Family):
    """Columns ``(-1)^(Q(x) + P(x) + l.x)``, Q in DG(j) on F_2^n, T of dimension tau.

    i = 0: the sums over all cosets of T are equal (not only 0): ``2^n - 2^(n-tau) + 1`` dimensions.
    i > 0: the sums over the cosets of T vanish, and the sums over one half of each of the cosets 0, ..., i (cosets of
    T' of dimension tau - 1) are equal: ``2^n - 2^(n-tau) - i`` dimensions.
    p points of different cosets are dropped, untied ones if i > 0: each costs at most ``1/(1 - 2^-tau)``.
    """

    name = "partial-sections"
    source = "sections of Kerdock and Delsarte-Goethals sets with tied sums (THEOREMS.md, 5 (i))"
    examples = tuple(
        {"n": n, "j": j, "tau": tau, "i": i, "p": p}
        for n, j, tau, i, p in (
            *((4, 0, 2, 0, 0), (4, 0, 3, 0, 1), (4, 1, 2, 0, 2), (4, 1, 2, 1, 0), (4, 1, 2, 1, 2), (6, 0, 4, 0, 3)),
            *((6, 0, 3, 3, 0), (6, 0, 3, 1, 6), (6, 1, 2, 2, 1)),
        )
    )

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        a, b = mu.numerator, mu.denominator
        for (n, j, tau, i), (_, lines) in partial_sections().items():
            budget = a * 2**n - b * 2 ** (n // 2 + j)
            if lines < m or budget < 0 or (budget == 0 and not closed):
                continue
            # p / (1 - 2^-tau) < budget / (a + b), or equal when closed
            p = min((budget * (2**tau - 1) - (not closed)) // ((a + b) * 2**tau), _room(n, tau, i))
            if best is None or _dimension(n, tau, i, p) < best.d:
                best = smaller(best, self.member(n=n, j=j, tau=tau, i=i, p=p))
        return best

    def member(self, **parameters: Any) -> Promise:
        n, j, tau, i, p = parameter(parameters, "n", "j", "tau", "i", "p", least=0)
        if (n, j, tau, i) not in partial_sections():
            raise InputError(f"n, j, tau, i must be in the table of partial sections, got {n}, {j}, {tau}, {i}")
        if p > _room(n, tau, i):
            raise InputError(f"p must be at most {_room(n, tau, i)}, one point for each untied coset, got {p}")
        w = Fraction(p * 2**tau, 2**tau - 1)
        return Promise(
            family=self.name,
            d=_dimension(n, tau, i, p),
            columns=partial_sections()[n, j, tau, i][1],
            coherence_squared=((2 ** (n // 2 + j) + w) / (2**n - w)) ** 2,
            parameters={"n": n, "j": j, "tau": tau, "i": i, "p": p},
        )

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """The tied lines in an orthonormal basis of their common space without p points.

        The first point of each of the last p cosets is dropped.
        """
        import numpy as np

        from lincs.constructions.algebra.cosets import kept_functionals, project, shift_values, sign_rows
        from lincs.constructions.algebra.forms import delsarte_goethals_forms
        from lincs.constructions.algebra.frame import Frame
        from lincs.constructions.algebra.ties import tied_basis, tied_forms, tied_functionals, tied_points

        n, j, tau, i, p = (parameters[name] for name in ("n", "j", "tau", "i", "p"))
        shift, _ = partial_sections()[n, j, tau, i]
        forms, counts = tied_forms(n, j, tau, i, shift)
        ends = np.cumsum(counts)
        dg = delsarte_goethals_forms(s=n // 2, r=j)
        form = shift_values(n, shift)
        a = tied_points(n, tau, i)
        bases, joint = tied_basis(n, tau, i, p)

        def of(f: int) -> tuple[Array, Array]:
            values = dg.values(int(forms[f])) ^ form
            tied = tied_functionals(values[None, : 2**a], tau, i)[0]
            chosen = np.flatnonzero(np.tile(tied, 2 ** (n - a)))
            if i:
                rows = dg.bilinear(int(forms[f]))
                chosen = np.intersect1d(chosen, kept_functionals(rows, values, n, tau, shift))
            return values, chosen

        def block(j0: int, j1: int) -> Array:
            return project(sign_rows(ends, j0, j1, 2**n, of), bases, joint)

        return Frame(_dimension(n, tau, i, p), int(ends[-1]), False, block)

    def orbit(self, promise: Promise, m: int) -> Orbit:
        """Ranks of the differences of all forms, and the number of tied lines counted again."""
        from lincs.constructions.algebra.ties import lines_tied

        n, j, tau, i, p = (promise.parameters[name] for name in ("n", "j", "tau", "i", "p"))
        shift, lines = partial_sections()[n, j, tau, i]
        return recounted(promise, lines_tied(n, j, tau, i, shift), lines, Fraction(p * 2**tau, 2**tau - 1))


def _room(n: int, tau: int, i: int) -> int:
    """Cosets where a point may be dropped."""
    cosets = 2 ** (n - tau)
    return int(cosets - i - 1 if i else cosets)


def _dimension(n: int, tau: int, i: int, p: int) -> int:
    return int(2**n - 2 ** (n - tau) - (i or -1) - p)
