"""Several degrees at once: lower bounds with a rational certificate (THEOREMS.md, theorem 4c).

Let M have rank d, unit diagonal and off-diagonal entries in ``[-mu, mu]``.  For a real polynomial f whose degrees lie
in ``{p, p-2, ...}``, ``rank f[M] <= D_p(d)`` and ``trace f[M] = m f(1)``, so ``||f[M]||_F^2 >= m^2 f(1)^2 / D_p(d)``.
With nu the distribution of the off-diagonal entries,

    ``integral f^2 dnu >= c_p f(1)^2``,  ``c_p = (m / D_p(d) - 1) / (m - 1)``.

Hence d is impossible as soon as some polynomials satisfy ``sum f_i(y)^2 < sum c_{p_i} f_i(1)^2`` on ``[-mu, mu]``.  One
polynomial gives the Chebyshev rank bound.  A :class:`Certificate` is such a list of polynomials with rational
coefficients; ``holds`` proves the inequality on the whole interval.

The ladder (:mod:`lincs.bounds.ladder`) does as well or better wherever it was compared, so none is searched any more;
those that were written are still checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lincs.bounds.hypothesis import EPS1, HALF, M2
from lincs.bounds.plain_ladder import integer
from lincs.bounds.polynomials import polynomial_dimension
from lincs.bounds.question import Question
from lincs.bounds.rule import Rule, refused
from lincs.exact.positivity import is_positive_on_unit_interval

__all__ = ["RULE", "Certificate", "Term", "gap"]


def gap(m: int, d: int, p: int) -> Fraction:
    """``c_p``: no f of degree p and parity p has ``integral f^2 dnu`` below ``c_p f(1)^2``."""
    return (Fraction(m, polynomial_dimension(d, p)) - 1) / (m - 1)


@dataclass(frozen=True)
class Term:
    """``f(y) = sum coefficients[i] (y/mu)^l`` over ``l = p mod 2, p mod 2 + 2, ..., p``."""

    p: int
    coefficients: tuple[Fraction, ...]

    def at_one(self, mu: Fraction) -> Fraction:
        """``f(1)``."""
        powers = range(self.p % 2, self.p + 1, 2)
        return sum((a / mu**n for a, n in zip(self.coefficients, powers, strict=True)), Fraction(0))

    def square(self) -> list[Fraction]:
        """The coefficients of ``f^2`` as a polynomial in ``z = (y/mu)^2``."""
        parity = self.p % 2
        result = [Fraction(0)] * (self.p + 1)
        for i, a in enumerate(self.coefficients):
            for j, b in enumerate(self.coefficients):
                result[i + j + parity] += a * b
        return result


@dataclass(frozen=True)
class Certificate:
    """Polynomials that exclude rank d for m columns and off-diagonal entries in ``[-mu, mu]``."""

    m: int
    d: int
    mu: Fraction
    terms: tuple[Term, ...]

    def holds(self) -> bool:
        """Prove ``sum f_i^2 < sum c_i f_i(1)^2`` on ``[-mu, mu]``, in exact arithmetic alone."""
        well_formed = all(len(f.coefficients) == f.p // 2 + 1 for f in self.terms)
        if self.m < 2 or self.d < 1 or not 0 < self.mu < 1 or not self.terms or not well_formed:
            return False
        difference = [Fraction(0)] * (max(f.p for f in self.terms) + 1)
        difference[0] = sum((gap(self.m, self.d, f.p) * f.at_one(self.mu) ** 2 for f in self.terms), Fraction(0))
        for f in self.terms:
            for i, c in enumerate(f.square()):
                difference[i] -= c
        return is_positive_on_unit_interval(difference)

    def to_dict(self) -> dict[str, Any]:
        from lincs.results import jsonable

        return {
            "m": jsonable(self.m),
            "d": jsonable(self.d),
            "mu": jsonable(self.mu),
            "terms": [{"p": f.p, "coefficients": jsonable(f.coefficients)} for f in self.terms],
        }

    @classmethod
    def from_dict(cls, stored: Any) -> Certificate | None:
        """The certificate of such a dictionary; None unless it is written exactly as ``to_dict`` writes it."""
        try:
            terms = tuple(
                Term(term["p"], tuple(Fraction(text) for text in term["coefficients"])) for term in stored["terms"]
            )
            m, d = integer(stored["m"]), integer(stored["d"])
            if m is None or d is None:
                return None
            found = cls(m=m, d=d, mu=Fraction(stored["mu"]), terms=terms)
            return found if found.to_dict() == stored else None
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            return None


class _Certified:
    """See :class:`lincs.bounds.rule.Certified`."""

    def proves(self, question: Question, d: int, parameters: Mapping[str, Any], /) -> str:
        found = Certificate.from_dict(parameters.get("certificate"))
        if found is None or set(parameters) != {"degrees", "certificate"}:
            return "its parameters are not degrees and a certificate"
        if (found.m, found.d, found.mu) != (question.m, d, question.mu):
            return f"its certificate speaks of m = {found.m}, d = {found.d}, mu = {found.mu}"
        if parameters["degrees"] != [term.p for term in found.terms]:
            return "degrees are not those of its polynomials"
        return "" if found.holds() else "its polynomials do not exclude d"


RULE = Rule[Question](
    name="several-degrees",
    side="lower",
    kind="theorem",
    source="THEOREMS.md, theorem 4c",
    statement=(
        "polynomials f_i with sum f_i(y)^2 < sum (m/D_i(d) - 1)/(m-1) f_i(1)^2 on all of [-mu, mu], "
        "mu = eps/(k-eps): a rational certificate, proved on the whole interval"
    ),
    requires=(M2, EPS1, HALF),
    evaluate=lambda question: refused("no longer searched"),
    certified=_Certified(),
    theorem="4c",
    program="t04c_several_degrees",
)
