"""Frames of signs ``(-1)^(Q(x) + l.x)`` from sets of quadratic forms: Kerdock, Delsarte-Goethals, Gold.

If the alternating form of ``Q - Q'`` has rank at least ``2h`` on F_2^n, the sum of ``(-1)^(Q - Q' + l.x)`` is at most
``2^(n-h)``.  So a set of forms whose differences keep their rank gives ``2^n`` columns a form with small inner
products, and the coordinate vectors fit in as well.

Dropping p coordinates of columns of signs (*puncturing*) turns a largest sum w into at most ``(w+p)/(n-p)``, which
fills the dimensions between powers of 2; the coordinate vectors that remain still fit.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.algebra.orders import most_below
from lincs.constructions.family import Family, Orbit, Promise, parameter, smaller
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.forms import FormSet
    from lincs.constructions.algebra.frame import Frame

__all__ = ["DelsarteGoethals", "FormSetFamily", "Gold", "Kerdock", "punctures", "rank_orbit"]


def punctures(*, n: int, w: int, mu: Fraction, closed: bool = False) -> int:
    """The largest p with ``(w+p)/(n-p) < mu``, or -1: ``p < (mu n - w) / (1 + mu)``; at most that when closed."""
    return max(most_below((mu * n - w) / (1 + mu), closed=closed), -1)


def rank_orbit(forms: FormSet, linear: int, *, p: int, m: int, ties: int = 0) -> Orbit:
    """Ranks of the differences of the forms of the first m columns, ``2^(a - ties)`` of them a form."""
    from lincs.constructions.algebra.ranks import least_rank

    n = 2**forms.a
    rank, checked = least_rank(forms, count=min(forms.count, -(-m // (n >> ties))), linear=linear)
    largest = 2 ** (forms.a - rank // 2) if rank is not None else 0
    return Orbit(Fraction(largest + p, n - p), f"least rank of a difference of forms is {rank}", checked)


class FormSetFamily(Family):
    """Families of form sets on ``F_2^a``: lengths ``2^a`` and, for each, nested sets numbered by r."""

    _lengths: tuple[int, int]  # the least s and the step to the next
    _first: int  # the least r

    @abstractmethod
    def shape(self, s: int, r: int) -> tuple[int, int, int] | None:
        """``(n, w, signs)``: coordinates, largest sum, columns of signs; None where w is not below n."""

    @abstractmethod
    def forms(self, s: int, r: int) -> tuple[FormSet, int]:
        """The forms, and how many of them are linear in their number, before its next digit."""

    def _parameters(self, s: int, r: int, p: int) -> dict[str, int]:
        return {"s": s, "r": r, "p": p}

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        s, step = self._lengths
        while True:
            r = self._first
            shape = self.shape(s, r)
            if shape is not None and best is not None and shape[0] >= 2 * best.d:
                return best  # more than (n + w) / (1 + mu) > n / 2 coordinates always remain
            while shape is not None:
                n, w, signs = shape
                p = punctures(n=n, w=w, mu=mu, closed=closed)
                if p < 0:
                    break  # larger r has larger sums
                p = min(p, signs + n - m, n - 2)  # every coordinate kept is a column, too
                if p >= 0:
                    best = smaller(best, self.member(**self._parameters(s, r, p)))
                r += 1
                shape = self.shape(s, r)
            s += step

    def member(self, **parameters: Any) -> Promise:
        given = parameter(parameters, *self._parameters(0, 0, 0), least=0)
        s, r, p = given if len(given) == 3 else (given[0], 0, given[1])
        if max(s, r) > 4096:
            raise InputError(f"s and r must be at most 4096, got {s}, {r}")
        least, step = self._lengths
        shape = self.shape(s, r) if s >= least and (s - least) % step == 0 and r >= self._first else None
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

    def integral(self, promise: Promise) -> bool:
        return True

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Columns of signs on all points but the last p, and the coordinate vectors."""
        from lincs.constructions.algebra.forms import sign_frame

        forms, _ = self.forms(parameters["s"], parameters.get("r", 0))
        return sign_frame(forms, parameters["p"])

    def orbit(self, promise: Promise, m: int) -> Orbit:
        forms, linear = self.forms(promise.parameters["s"], promise.parameters.get("r", 0))
        return rank_orbit(forms, linear, p=promise.parameters["p"], m=m)


class Kerdock(FormSetFamily):
    """``2^(2s-1)`` forms on ``F_2^(2s)`` whose differences are non-singular: coherence ``1/2^s``.

    With the coordinate vectors these are ``d/2 + 1`` mutually unbiased bases of R^d, ``d = 4^s``: Cameron and Seidel
    (1973) from Kerdock's sets of quadratic forms; Calderbank, Cameron, Kantor and Seidel (1997).
    """

    name = "kerdock"
    source = "Kerdock 1972; Cameron and Seidel 1973"
    examples = tuple({"s": s, "p": p} for s, p in ((1, 0), (2, 0), (2, 1), (2, 3), (3, 0), (3, 5)))
    _lengths = (1, 1)
    _first = 0

    def _parameters(self, s: int, r: int, p: int) -> dict[str, int]:
        return {"s": s, "p": p}

    def shape(self, s: int, r: int) -> tuple[int, int, int] | None:
        return (4**s, 2**s, 4 ** (2 * s) // 2) if r == 0 else None

    def forms(self, s: int, r: int) -> tuple[FormSet, int]:
        from lincs.constructions.algebra.forms import delsarte_goethals_forms

        return delsarte_goethals_forms(s=s, r=r), 2 ** ((2 * s - 1) * r)


class DelsarteGoethals(FormSetFamily):
    """``2^((2s-1)(r+1))`` forms on F_2^(2s) whose differences have rank at least ``2(s-r)``: coherence ``2^r/2^s``."""

    name = "delsarte-goethals"
    source = "Delsarte and Goethals 1975"
    examples = tuple({"s": 2, "r": 1, "p": p} for p in (0, 1, 2))
    _lengths = (2, 1)
    _first = 1

    def shape(self, s: int, r: int) -> tuple[int, int, int] | None:
        return (4**s, 2 ** (s + r), 2 ** ((2 * s - 1) * (r + 1) + 2 * s)) if r < s else None

    def forms(self, s: int, r: int) -> tuple[FormSet, int]:
        from lincs.constructions.algebra.forms import delsarte_goethals_forms

        return delsarte_goethals_forms(s=s, r=r), 2 ** ((2 * s - 1) * r)


class Gold(FormSetFamily):
    """``2^(s(r+1))`` forms on F_2^s, s odd, whose differences have rank at least ``s-1-2r``.

    Coherence ``2^r 2^((s+1)/2) / 2^s``.  r = 0 is Gold's (1968): the dual of the double-error-correcting BCH code.
    """

    name = "gold"
    source = "Gold 1968; Delsarte and Goethals 1975 (s odd)"
    examples = tuple({"s": s, "r": r, "p": p} for s, r, p in ((3, 0, 0), (5, 0, 0), (5, 0, 1), (5, 0, 4)))
    _lengths = (3, 2)
    _first = 0

    def shape(self, s: int, r: int) -> tuple[int, int, int] | None:
        return (2**s, 2 ** (r + (s + 1) // 2), 2 ** (s * (r + 2))) if 2 * r + 1 < s else None

    def forms(self, s: int, r: int) -> tuple[FormSet, int]:
        from lincs.constructions.algebra.forms import gold_forms

        return gold_forms(s=s, r=r), 2 ** (s * (r + 1))
