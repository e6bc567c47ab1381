"""Self-complementary binary codes as columns of signs, each with its largest imbalance counted over all its words."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from lincs.constructions.families.form_sets import punctures
from lincs.constructions.family import STRUCTURE, THEOREM, Family, Orbit, Promise, parameter, smaller
from lincs.data import table
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Array, Frame

__all__ = ["SelfComplementaryCodes", "codes", "rows_of"]


@cache
def codes() -> dict[tuple[int, int], int]:
    """``(n, k) -> w``, the largest ``|n - 2 wt|`` of a word other than 0 and 1...1, from ``lincs/data/codes.csv``."""
    return {(int(n), int(k)): int(w) for n, k, w, _, _ in table("codes")}


def rows_of(n: int, k: int) -> list[int]:
    """The k - 1 generator rows beside the all-ones word; bit c is coordinate c."""
    return next(
        [int(row, 16) for row in rows.split()] for a, b, _, _, rows in table("codes") if (int(a), int(b)) == (n, k)
    )


class SelfComplementaryCodes(Family):
    """A binary [n, k] code with the all-ones word: ``2^(k-1)`` lines in R^n, coherence ``w/n``.

    The inner product of the signs of two words is ``n - 2 wt`` of their sum.  i coordinates may be *tied* to the first:
    the words equal there lie in n - i dimensions, ``2^-i`` of all; and p others dropped: ``(w+p)/(n-p)``.
    """

    name = "self-complementary-codes"
    source = "binary codes with the all-ones word, all words counted (THEOREMS.md, 5 (m))"
    examples = tuple(
        {"n": n, "k": k, "i": i, "p": p}
        for n, k, i, p in ((42, 13, 0, 0), (48, 15, 1, 0), (52, 14, 2, 3), (56, 14, 3, 0), (80, 13, 0, 5))
    )

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        bits = (m - 1).bit_length()
        for (n, k), w in codes().items():
            i = k - 1 - bits
            if i < 0:
                continue
            i = min(i, k - 2)
            p = min(punctures(n=n, w=w, mu=mu, closed=closed), n - i - 2)
            if p >= 0 and (best is None or n - i - p < best.d):
                best = smaller(best, self.member(n=n, k=k, i=i, p=p))
        return best

    def member(self, **parameters: Any) -> Promise:
        n, k, i, p = parameter(parameters, "n", "k", "i", "p", least=0)
        if (n, k) not in codes():
            raise InputError(f"n, k must be those of a stored code, got n = {n}, k = {k}")
        if i > k - 2 or p > n - i - 2:
            raise InputError(f"i must leave two words and p two coordinates of [{n}, {k}], got i = {i}, p = {p}")
        return Promise(
            family=self.name,
            d=n - i - p,
            columns=1 << (k - 1 - i),
            coherence_squared=Fraction(codes()[n, k] + p, n - p) ** 2,
            parameters={"n": n, "k": k, "i": i, "p": p},
            attained=i == p == 0,
        )

    def integral(self, promise: Promise) -> bool:
        return bool(promise.parameters["i"] == 0)

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Signs of the words equal on coordinate 0 and the i ties, which become one of weight ``sqrt(i+1)``.

        The last p coordinates that are not tied are dropped.
        """
        import numpy as np

        from lincs.constructions.algebra.frame import Frame
        from lincs.constructions.algebra.words import bits_of, independent_ties, subcode, words

        n, k, i, p = (parameters[name] for name in ("n", "k", "i", "p"))
        rows = rows_of(n, k)
        ties = independent_ties(rows, n, i)
        kept = np.setdiff1d(np.arange(n), ties)[: n - i - p]
        generators = bits_of(subcode(rows, ties), n)[:, kept]

        def signs(j0: int, j1: int) -> Array:
            return np.asarray(1 - 2 * words(generators, j0, j1).T.astype(np.int8), dtype=np.int8)

        if not i:
            return Frame(len(kept), 1 << (k - 1), True, signs)
        weights = np.ones(len(kept))
        weights[0] = np.sqrt(i + 1.0)
        weights /= np.sqrt(float(n - p))
        return Frame(len(kept), 1 << (k - 1 - i), False, lambda j0, j1: signs(j0, j1) * weights[:, None])

    def orbit(self, promise: Promise, m: int) -> Orbit:
        """Every word of the code, by a Gray code: differences of words are words."""
        from lincs.constructions.algebra.words import largest_imbalance

        n, k, p = (promise.parameters[name] for name in ("n", "k", "p"))
        if k > 32:
            raise InputError(f"k must be at most 32 for an enumeration here, got {k} (python -m benchmarks.codes)")
        largest = largest_imbalance(rows_of(n, k), n)
        return Orbit(Fraction(largest + p, n - p), f"largest imbalance of a word is {largest}", 2 ** (k - 1) - 1)

    def status(self, promise: Promise, *, m: int) -> str:
        """All words of every stored code are counted by ``python -m benchmarks.codes``."""
        known = super().status(promise, m=m)
        return STRUCTURE if known == THEOREM else known
