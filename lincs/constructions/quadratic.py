"""Frames of signs ``(-1)^(Q(x) + l.x)`` from sets of quadratic forms: Kerdock, Delsarte-Goethals, Gold.

If the alternating form of ``Q - Q'`` has rank at least ``2h`` on F_2^n, the sum of ``(-1)^(Q - Q' + l.x)`` is at most
``2^(n-h)``.  So a set of forms whose differences keep their rank gives ``2^n`` columns a form with small inner
products, and the coordinate vectors fit in as well.

Dropping p coordinates of columns of signs (*puncturing*) turns a largest sum w into at most ``(w+p)/(n-p)``, which
fills the dimensions between powers of 2; the coordinate vectors that remain still fit.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lincs.constructions.family import Buildable, Promise, parameter, smaller
from lincs.errors import InputError

__all__ = ["DelsarteGoethals", "Gold", "Kerdock", "TiedForms", "punctures"]


def punctures(*, n: int, w: int, mu: Fraction) -> int:
    """The largest p with ``(w+p)/(n-p) < mu``, or -1: ``p < (mu n - w) / (1 + mu)``."""
    ratio = (mu * n - w) / (1 + mu)
    return max(-(-ratio.numerator // ratio.denominator) - 1, -1)


class _FormSets(Buildable):
    """Families of form sets on ``F_2^a``: lengths ``2^a`` and, for each, nested sets numbered by r."""

    name: str
    _lengths: tuple[int, int]  # the least s and the step to the next
    _first: int  # the least r

    def _shape(self, s: int, r: int) -> tuple[int, int, int] | None:
        """``(n, w, signs)``: coordinates, largest sum, columns of signs; None where w is not below n."""
        raise NotImplementedError

    def _parameters(self, s: int, r: int, p: int) -> dict[str, int]:
        return {"s": s, "r": r, "p": p}

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        s, step = self._lengths
        while True:
            r = self._first
            shape = self._shape(s, r)
            if shape is not None and best is not None and shape[0] >= 2 * best.d:
                return best  # more than (n + w) / (1 + mu) > n / 2 coordinates always remain
            while shape is not None:
                n, w, signs = shape
                p = punctures(n=n, w=w, mu=mu)
                if p < 0:
                    break  # larger r has larger sums
                p = min(p, signs + n - m, n - 2)  # every coordinate kept is a column, too
                if p >= 0:
                    best = smaller(best, self.member(**self._parameters(s, r, p)))
                r += 1
                shape = self._shape(s, r)
            s += step

    def member(self, **parameters: Any) -> Promise:
        given = parameter(parameters, *self._parameters(0, 0, 0), least=0)
        s, r, p = given if len(given) == 3 else (given[0], 0, given[1])
        if max(s, r) > 4096:
            raise InputError(f"s and r must be at most 4096, got {s}, {r}")
        least, step = self._lengths
        shape = self._shape(s, r) if s >= least and (s - least) % step == 0 and r >= self._first else None
        if shape is None:
            text = ", ".join(f"{name} = {value}" for name, value in parameters.items())
            raise InputError(f"parameters of {self.name} must describe one of its form sets, got {text}")
        n, w, signs = shape
        if p >= n - 1:
            raise InputError(f"p must leave at least two of the {n} coordinates, got {p}")
        return Promise(
            family=self.name,
            d=n - p,
            columns=signs + n - p,
            coherence_squared=Fraction(w + p, n - p) ** 2,
            parameters=self._parameters(s, r, p),
            attained=p == 0,
        )


class Kerdock(_FormSets):
    """``2^(2s-1)`` forms on ``F_2^(2s)`` whose differences are non-singular: coherence ``1/2^s``.

    With the coordinate vectors these are ``d/2 + 1`` mutually unbiased bases of R^d, ``d = 4^s``: Cameron and Seidel
    (1973) from Kerdock's sets of quadratic forms; Calderbank, Cameron, Kantor and Seidel (1997).
    """

    name = "kerdock"
    source = "Kerdock 1972; Cameron and Seidel 1973"
    builder = "quadratic:kerdock"
    _lengths = (1, 1)
    _first = 0

    def _parameters(self, s: int, r: int, p: int) -> dict[str, int]:
        return {"s": s, "p": p}

    def _shape(self, s: int, r: int) -> tuple[int, int, int] | None:
        return (4**s, 2**s, 4 ** (2 * s) // 2) if r == 0 else None


class DelsarteGoethals(_FormSets):
    """``2^((2s-1)(r+1))`` forms on F_2^(2s) whose differences have rank at least ``2(s-r)``: coherence ``2^r/2^s``."""

    name = "delsarte-goethals"
    source = "Delsarte and Goethals 1975"
    builder = "quadratic:delsarte_goethals"
    _lengths = (2, 1)
    _first = 1

    def _shape(self, s: int, r: int) -> tuple[int, int, int] | None:
        return (4**s, 2 ** (s + r), 2 ** ((2 * s - 1) * (r + 1) + 2 * s)) if r < s else None


class Gold(_FormSets):
    """``2^(s(r+1))`` forms on F_2^s, s odd, whose differences have rank at least ``s-1-2r``.

    Coherence ``2^r 2^((s+1)/2) / 2^s``.  r = 0 is Gold's (1968): the dual of the double-error-correcting BCH code.
    """

    name = "gold"
    source = "Gold 1968; Delsarte and Goethals 1975 (s odd)"
    builder = "quadratic:gold"
    _lengths = (3, 2)
    _first = 0

    def _shape(self, s: int, r: int) -> tuple[int, int, int] | None:
        return (2**s, 2 ** (r + (s + 1) // 2), 2 ** (s * (r + 2))) if 2 * r + 1 < s else None


class TiedForms(Buildable):
    """The lines of Kerdock's, Delsarte-Goethals' (a even) or Gold's sets (a odd) that are equal on i + 1 points.

    For every form, ``2^-i`` of its functionals give the points 0, 1, 2, ..., ``2^(i-1)`` one sign: those lines lie in
    ``2^a - i`` dimensions, where the coordinate vectors of the other points still fit.  p of these are dropped.
    """

    name = "tied-forms"
    source = "lines of Kerdock's and other form sets in a subspace (THEOREMS.md, 5 (h))"
    builder = "quadratic:tied"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        a = 3
        while best is None or 2**a < 2 * best.d + 2 * a:
            r = 0
            while (shape := _shape_of(a, r)) is not None:
                n, w, signs = shape
                p = punctures(n=n, w=w, mu=mu)
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
            attained=False,
        )


def _shape_of(a: int, r: int) -> tuple[int, int, int] | None:
    """``(n, w, signs)`` of the form set on F_2^a with number r."""
    if a % 2:
        return Gold()._shape(a, r)
    return DelsarteGoethals()._shape(a // 2, r) if r else Kerdock()._shape(a // 2, 0)
