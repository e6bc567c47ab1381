"""Duals of binary BCH codes as columns of signs: ``(-1)^Tr(c_1 x + c_3 x^3 + ... + c_(2t-1) x^(2t-1))`` on F_2^s."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.families.form_sets import punctures
from lincs.constructions.family import Family, Orbit, Promise, parameter, smaller
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["DualBCH"]


class DualBCH(Family):
    """``2^(ts)`` columns in ``R^(2^s)``, t >= 3; sums at most ``(t-1) floor(2 sqrt(2^s))``; p coordinates dropped.

    The sum over x of ``(-1)^Tr f(x)`` counts the points of ``y^2 + y = f(x)``, a curve of genus at most t - 1: Weil
    (1948), with Serre's (1983) integer part.  Two polynomials with the same signs would have the sum 2^s, so all
    columns differ while the bound is below 2^s.  (t = 2 is Gold's family, with a smaller sum for odd s.)
    """

    name = "dual-bch"
    source = "Weil 1948; Carlitz and Uchiyama 1957; Serre 1983"
    examples = ({"s": 5, "t": 3, "p": 1},)

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        s = 3
        while best is None or 2**s < 2 * best.d:
            t = max(3, -(-(m.bit_length() - 1) // s) - 1)
            # sums of 2^s tell no columns apart (at most mu = 1 would allow them)
            while (w := _largest_sum(s, t)) < 2**s and (p := punctures(n=2**s, w=w, mu=mu, closed=closed)) >= 0:
                p = min(p, 2 ** (t * s) + 2**s - m, 2**s - 2)
                if p >= 0:
                    best = smaller(best, self.member(s=s, t=t, p=p))
                    break
                t += 1
            s += 1
        return best

    def member(self, **parameters: Any) -> Promise:
        s, t, p = parameter(parameters, "s", "t", "p", least=0)
        if max(s, t) > 4096:
            raise InputError(f"s and t must be at most 4096, got {s}, {t}")
        n, w = 2**s, _largest_sum(s, t)
        if t < 3 or w >= n:
            raise InputError(f"t must be at least 3 and (2t-2) 2^(s/2) below 2^s, got s = {s}, t = {t}")
        if p >= n - 1:
            raise InputError(f"p must leave at least two of the {n} coordinates, got {p}")
        return Promise(
            family=self.name,
            d=n - p,
            columns=2 ** (t * s) + n - p,
            coherence_squared=Fraction(w + p, n - p) ** 2,
            parameters={"s": s, "t": t, "p": p},
        )

    def integral(self, promise: Promise) -> bool:
        return True

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Columns of signs, p points dropped, and the coordinate vectors."""
        from lincs.constructions.algebra.forms import dual_bch_forms, sign_frame

        return sign_frame(dual_bch_forms(s=parameters["s"], t=parameters["t"]), parameters["p"])

    def orbit(self, promise: Promise, m: int) -> Orbit:
        """Walsh transforms of the polynomials: all sums of the words of the code."""
        from lincs.constructions.algebra.forms import dual_bch_forms
        from lincs.constructions.algebra.ranks import largest_sum

        s, t, p = (promise.parameters[name] for name in "stp")
        forms = dual_bch_forms(s=s, t=t)
        count = 1 << (min(forms.count, -(-m // 2**s)) - 1).bit_length()  # differences of the first polynomials
        if count * 2**s * s > 1 << 33:
            raise InputError(f"m must be smaller for a weight enumeration, got {m}")
        largest = largest_sum(forms, count=count)
        return Orbit(Fraction(largest + p, 2**s - p), f"largest sum of a word is {largest}", count)


def _largest_sum(s: int, t: int) -> int:
    """``(t-1) floor(2^(s/2+1))``, lowered to an even number: the sum has the parity of 2^s."""
    w = (t - 1) * math.isqrt(2 ** (s + 2))
    return w - w % 2
