"""Construction X for lines: a tail for each class of lines takes a frame on the threshold below it, visibly.

One dimension more always does (:mod:`lincs.bounds.strictness`), but with coordinates that shrink faster than floats can
hold.  A tail of a few dimensions separates classes of lines that are already far apart inside (THEOREMS.md, 5 (q)).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from lincs.constructions.families.form_sets import DelsarteGoethals, FormSetFamily, Gold, Kerdock
from lincs.constructions.families.hadamard_pair import HadamardPair
from lincs.constructions.families.identity import Identity
from lincs.constructions.families.lattice_sections import LatticeSections
from lincs.constructions.families.paley_etf import PaleyETF
from lincs.constructions.families.simplex import Simplex
from lincs.constructions.families.sporadic_etf import SporadicETF
from lincs.constructions.families.symplectic_etf import SymplecticETF
from lincs.constructions.families.tied_forms import TiedForms
from lincs.constructions.families.transversal_design import TransversalDesign
from lincs.constructions.family import Family, Orbit, Promise, parameter, smaller
from lincs.errors import InputError
from lincs.exact.roots import sqrt_above

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Array, Frame

__all__ = ["ConstructionX"]

_MOST = 40  # a: sets on 2^40 points are beyond what is ever built
_TAILS: tuple[Family, ...] = (
    *(Identity(), Simplex(), HadamardPair(), PaleyETF(), LatticeSections(), SporadicETF(), SymplecticETF()),
    *(Kerdock(), DelsarteGoethals(), Gold(), TiedForms(), TransversalDesign()),
)
_STEPS = 64  # the weight of a tail is a multiple of 1/64 of the weight of the signs


class _Chain(NamedTuple):
    """A form set on ``n = 2^a`` points as classes: largest sums inside a class and between classes."""

    n: int
    inside: int
    between: int
    per_class: int
    classes: int


def _chain(a: int, r: int) -> _Chain | None:
    """The set with number r on F_2^a as cosets of the set with number r - 1, or of nothing: one form a class."""
    source, s = _source(a, r)
    shape, below = source.shape(s, r), _source(a, r - 1)[0].shape(s, r - 1) if r else None
    if shape is None or a < 3:
        return None
    n, w, signs = shape
    classes = 2 ** (a - 1) if a % 2 == 0 else 2**a
    return _Chain(n, below[1] if below else 0, w, signs // classes, classes)


def _source(a: int, r: int) -> tuple[FormSetFamily, int]:
    if a % 2:
        return Gold(), a
    return (DelsarteGoethals() if r else Kerdock()), a // 2


@lru_cache(maxsize=1 << 10)
def _tail(lines: int, mu: Fraction) -> Promise:
    """The least frame of so many lines strictly below mu, of families that are formulas and stay as they are.

    What a certificate names must be the same frame when others have joined the catalogue.
    """
    best: Promise | None = None
    for source in _TAILS:
        best = smaller(best, source.least(m=lines, mu=mu))
    assert best is not None  # the identity always serves
    return best


@lru_cache(maxsize=1 << 10)
def _weight(inside: Fraction, between: Fraction, rho: Fraction) -> tuple[Fraction, Fraction]:
    """``(delta, square)``: the weight of tails of coherence rho that makes the largest square the least."""

    def square(delta: Fraction) -> Fraction:
        same, other = (inside + delta) / (1 + delta), (between + delta * rho) / (1 + delta)
        return max(same**2, other**2, between**2 / (1 + delta))  # the last: a class with a tail and the one without

    best = min((square(Fraction(j, _STEPS)), j) for j in range(1, _STEPS))
    return Fraction(best[1], _STEPS), best[0]


class ConstructionX(Family):
    """The first c classes of Kerdock's, Delsarte-Goethals' or Gold's lines, all but one with a tail.

    ``R^(2^a + e)`` where e is the dimension of ``c - 1`` lines strictly below the coherence of the set; that of the
    result is below it too.
    """

    name = "construction-x"
    source = "Sloane, Reddy and Chen 1972, for lines (THEOREMS.md, 5 (q))"
    examples = tuple({"a": a, "r": r, "c": c} for a, r, c in ((4, 0, 3), (4, 0, 8), (4, 1, 2), (5, 0, 4), (6, 0, 9)))

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        for a in range(3, _MOST):
            if best is not None and 2**a >= best.d:
                return best
            r = 0
            while (chain := _chain(a, r)) is not None:
                c = -(-m // chain.per_class)
                if Fraction(chain.between, chain.n) > mu:
                    break
                if 2 <= c <= chain.classes:
                    promise = self.member(a=a, r=r, c=c)
                    if promise.serves(m=m, mu=mu, closed=closed):
                        best = smaller(best, promise)
                r += 1
        return best

    def member(self, **parameters: Any) -> Promise:
        a, r, c = parameter(parameters, "a", "r", "c", least=0)
        chain = _chain(a, r) if a < _MOST else None
        if chain is None or not 2 <= c <= chain.classes:
            raise InputError(f"a, r must name a form set and c from 2 to its classes, got {a}, {r}, {c}")
        tail, (_, squared) = self._parts(chain, c)
        return Promise(
            family=self.name,
            d=chain.n + tail.d,
            columns=c * chain.per_class,
            coherence_squared=squared,
            parameters={"a": a, "r": r, "c": c},
        )

    @staticmethod
    def _parts(chain: _Chain, c: int) -> tuple[Promise, tuple[Fraction, Fraction]]:
        """The tail's promise, its weight, and the square of what results."""
        between = Fraction(chain.between, chain.n)
        tail = _tail(c - 1, between)
        above = _of(tail).coherence_above(tail)
        assert above is not None
        return tail, _weight(Fraction(chain.inside, chain.n), between, above)

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Class by class: signs and, from the second class on, its vector of the tail, together of length 1."""
        import numpy as np

        from lincs.constructions.algebra.frame import Frame
        from lincs.constructions.algebra.hadamard import sylvester

        a, r, c = (parameters[name] for name in ("a", "r", "c"))
        chain = _chain(a, r)
        assert chain is not None
        tail, (delta, _) = self._parts(chain, c)
        source, s = _source(a, r)
        forms, _ = source.forms(s, r)
        tails = _of(tail).frame(tail.parameters).columns(0, c - 1)
        n, each = chain.n, chain.per_class // chain.n
        long, short = np.sqrt(1 / ((1 + float(delta)) * n)), np.sqrt(float(delta / (1 + delta)))

        def block(j0: int, j1: int) -> Array:
            part = np.zeros((n + tail.d, j1 - j0))
            for f in range(j0 // n, -(-j1 // n)):
                first, last = max(j0, f * n), min(j1, (f + 1) * n)
                at, group = slice(first - j0, last - j0), f // each
                signs = 1 - 2 * forms.values(_form_number(a, r, group, f % each)).astype(np.int8)
                functionals = sylvester(n, np.arange(first - f * n, last - f * n))
                part[:n, at] = (functionals * signs).T * (long if group else np.sqrt(1 / n))
                if group:
                    part[n:, at] = short * tails[:, group - 1, None]
            return part

        return Frame(n + tail.d, c * chain.per_class, False, block)

    def orbit(self, promise: Promise, m: int) -> Orbit:
        """Ranks of the differences of all forms, and of those of a class; the tails multiplied out."""
        from lincs.constructions.algebra.frame import profile

        a, r, c = (promise.parameters[name] for name in ("a", "r", "c"))
        chain = _chain(a, r)
        assert chain is not None
        tail, (delta, _) = self._parts(chain, c)
        if c > 6000:
            raise InputError(f"c must be at most 6000 for a product of all tails, got {c}")
        source, s = _source(a, r)
        whole = source.member(**({"s": s, "p": 0} if isinstance(source, Kerdock) else {"s": s, "r": r, "p": 0}))
        between, _, checked = source.orbit(whole, chain.classes * chain.per_class)
        inside = Fraction(0)
        if r:
            smaller_set = _source(a, r - 1)[0]
            given = {"s": s, "p": 0} if isinstance(smaller_set, Kerdock) else {"s": s, "r": r - 1, "p": 0}
            inside, _, more = smaller_set.orbit(smaller_set.member(**given), chain.per_class)
            checked += more
        found = profile(_of(tail).frame(tail.parameters), 0, c - 1).coherence_squared
        rho = sqrt_above(found) + Fraction(1, 10**12)
        same, other = (inside + delta) / (1 + delta), (between + delta * rho) / (1 + delta)
        coherence = max(same, other, sqrt_above(between**2 / (1 + delta)))
        return Orbit(coherence, f"ranks inside and between {c} classes, and their tails", checked + c * (c - 1) // 2)


def _of(tail: Promise) -> Family:
    return next(source for source in _TAILS if source.name == tail.family)


def _form_number(a: int, r: int, group: int, inner: int) -> int:
    """Form number ``inner`` of a class: the last coefficient is the class, in the numbering of the form sets."""
    if a % 2:
        return int(group * 2 ** (a * r) + inner)
    if not r:
        return group
    size = 2 ** (a - 1)
    head, low = divmod(inner, int(size ** (r - 1)))
    return int((head * size + group) * size ** (r - 1) + low)
