"""Lines of form sets that are equal on some points."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.families.form_sets import DelsarteGoethals, FormSetFamily, Gold, Kerdock, punctures, rank_orbit
from lincs.constructions.family import Family, Orbit, Promise, parameter, smaller
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Array, Frame

__all__ = ["TiedForms"]


class TiedForms(Family):
    """The lines of Kerdock's, Delsarte-Goethals' (a even) or Gold's sets (a odd) that are equal on i + 1 points.

    For every form, ``2^-i`` of its functionals give the points 0, 1, 2, ..., ``2^(i-1)`` one sign: those lines lie in
    ``2^a - i`` dimensions, where the coordinate vectors of the other points still fit.  p of these are dropped.
    """

    name = "tied-forms"
    source = "lines of Kerdock's and other form sets in a subspace (THEOREMS.md, 5 (h))"
    examples = tuple(
        {"a": a, "r": r, "i": i, "p": p}
        for a, r, i, p in ((4, 0, 1, 0), (4, 0, 2, 3), (4, 1, 3, 1), (6, 0, 2, 2), (5, 0, 1, 0), (5, 1, 3, 2))
    )

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        a = 3
        while best is None or 2**a < 2 * best.d + 2 * a:
            r = 0
            while (shape := _shape_of(a, r)) is not None:
                n, w, signs = shape
                p = punctures(n=n, w=w, mu=mu, closed=closed)
                if p < 0:
                    break
                i = min((signs // max(m - n, 1)).bit_length(), a - 1)
                while i > 0 and (signs >> i) + max(n - i - 1 - p, 0) < m:
                    i -= 1
                if i:
                    best = smaller(best, self.member(a=a, r=r, i=i, p=max(min(p, n - i - 3), 0)))
                r += 1
            a += 1
            if a > 4096:
                return best
        return best

    def member(self, **parameters: Any) -> Promise:
        a, r, i, p = parameter(parameters, "a", "r", "i", "p", least=0)
        shape = _shape_of(a, r) if 3 <= a <= 4096 else None
        if shape is None or not 1 <= i < a or p > shape[0] - i - 3:
            raise InputError(
                f"a and r must describe a form set, 1 <= i < a, and p leave two points, got {a}, {r}, {i}, {p}"
            )
        n, w, signs = shape
        return Promise(
            family=self.name,
            d=n - i - p,
            columns=(signs >> i) + n - i - 1 - p,
            coherence_squared=Fraction(w + p, n - p) ** 2,
            parameters={"a": a, "r": r, "i": i, "p": p},
        )

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Columns equal on the points 0, 1, 2, ..., ``2^(i-1)``: one coordinate stands for them.

        Its weight is ``sqrt(i+1)``.  Column ``f 2^(a-i) + u``: form f and the functional whose high bits are u and
        whose low bits make the signs equal.  The last p of the other points are dropped; the coordinate vectors of
        those that remain follow.
        """
        import numpy as np

        from lincs.constructions.algebra.frame import Frame, stack

        a, r, i, p = (parameters[name] for name in ("a", "r", "i", "p"))
        source, s = _source(a, r)
        forms, _ = source.forms(s, r)
        n, each = 2**a, 2 ** (a - i)
        joined = 1 << np.arange(i)
        alone = np.setdiff1d(np.arange(1, n), joined)[: n - i - 1 - p]
        points = np.concatenate([[0], alone])
        weights = np.ones(len(points))
        weights[0] = np.sqrt(i + 1.0)
        weights /= np.sqrt(float(n - p))

        def block(j0: int, j1: int) -> Array:
            part = np.empty((len(points), j1 - j0))
            for f in range(j0 // each, -(-j1 // each)):
                first, last = max(j0, f * each), min(j1, (f + 1) * each)
                values = forms.values(f).astype(np.int64)
                low = int(((values[joined] ^ values[0]) << np.arange(i)).sum())
                functionals = np.arange(first - f * each, last - f * each, dtype=np.int64) << i | low
                bits = np.bitwise_count(points[:, None] & functionals) & 1 ^ values[points][:, None]
                part[:, first - j0 : last - j0] = weights[:, None] * (1.0 - 2.0 * bits)
            return part

        lines = Frame(len(points), forms.count * each, False, block)
        coordinates = Frame(len(points), len(alone), False, lambda j0, j1: np.eye(len(points))[:, 1 + j0 : 1 + j1])
        return stack(lines, coordinates)

    def orbit(self, promise: Promise, m: int) -> Orbit:
        a, r, i, p = (promise.parameters[name] for name in ("a", "r", "i", "p"))
        source, s = _source(a, r)
        return rank_orbit(*source.forms(s, r), p=p, m=m, ties=i)


def _source(a: int, r: int) -> tuple[FormSetFamily, int]:
    """Whose forms on F_2^a those with number r are, and their s there."""
    if a % 2:
        return Gold(), a
    return (DelsarteGoethals() if r else Kerdock()), a // 2


def _shape_of(a: int, r: int) -> tuple[int, int, int] | None:
    """``(n, w, signs)`` of the form set on F_2^a with number r."""
    source, s = _source(a, r)
    return source.shape(s, r)
