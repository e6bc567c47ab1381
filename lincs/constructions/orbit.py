"""Exact verification of frames with a group, from one row: no ``m x m`` and mostly no ``d x m`` is formed.

Where the inner products of a frame's columns depend only on a difference (of forms, polynomials, characters), it
is enough to look at the differences, and at one of each orbit of the symmetries that keep the set (THEOREMS.md, 7).
Everything is
counted in exact integers, except character sums of polynomials, which are floating-point transforms with a
stated margin.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lincs.constructions import orbit_sections
from lincs.constructions.family import Promise
from lincs.constructions.orbit_sections import Result
from lincs.constructions.orders import root_above
from lincs.errors import InputError
from lincs.results import jsonable

__all__ = ["Structure", "has_structure", "verify_structure"]


@dataclass(frozen=True, kw_only=True)
class Structure:
    """The first m columns of a frame have coherence at most ``coherence``: what was computed, and how much of it.

    ``checked`` counts the differences (ranks, polynomials, transforms) that were looked at; they stand for all
    ``m (m-1) / 2`` pairs.
    """

    family: str
    parameters: Mapping[str, Any]
    d: int
    m: int
    coherence: Fraction
    method: str
    checked: int

    def serves(self, *, k: int, eps: Fraction) -> bool:
        """Whether the frame with its best scale has worst error below eps at k, exactly."""
        return self.coherence * (k - eps) < eps

    def to_dict(self) -> dict[str, Any]:
        return {name: jsonable(getattr(self, name)) for name in self.__dataclass_fields__}


def has_structure(promise: Promise) -> bool:
    """Whether :func:`verify_structure` knows this family."""
    return promise.family in _METHODS


def verify_structure(promise: Promise, *, m: int | None = None) -> Structure:
    """Verify the first m columns (default: all) of a promised frame by its group, exactly.

    Raises:
        InputError: the family has no such verification, or it would take too long.
    """
    m = promise.columns if m is None else m
    if promise.family not in _METHODS:
        raise InputError(f"family must be one of {', '.join(_METHODS)}, got {promise.family!r}")
    if not 1 <= m <= promise.columns:
        raise InputError(f"m must be in 1..{promise.columns}, got {m}")
    coherence, method, checked = _METHODS[promise.family](promise, m)
    return Structure(
        family=promise.family,
        parameters=promise.parameters,
        d=promise.d,
        m=m,
        coherence=coherence,
        method=method,
        checked=checked,
    )


def _forms(promise: Promise, m: int) -> Result:
    """Ranks of the differences of quadratic forms."""
    from lincs.constructions.builders.quadratic import delsarte_goethals_forms, gold_forms
    from lincs.constructions.builders.ranks import least_rank

    s, p = promise.parameters.get("s", 0), promise.parameters["p"]
    r = promise.parameters.get("r", 0)
    ties = promise.parameters.get("i", 0)
    odd = promise.family == "gold"
    if promise.family == "tied-forms":
        s, odd = promise.parameters["a"], bool(promise.parameters["a"] % 2)
        s = s if odd else s // 2
    forms = gold_forms(s=s, r=r) if odd else delsarte_goethals_forms(s=s, r=r)
    linear = 2 ** (forms.a * (r + 1)) if odd else 2 ** ((forms.a - 1) * r)
    n = 2**forms.a
    rank, checked = least_rank(forms, count=min(forms.count, -(-m // (n >> ties))), linear=linear)
    largest = 2 ** (forms.a - rank // 2) if rank is not None else 0
    return Fraction(largest + p, n - p), f"least rank of a difference of forms is {rank}", checked


def _codes(promise: Promise, m: int) -> Result:
    """Walsh transforms of the polynomials of a dual BCH code: all sums of its words."""
    from lincs.constructions.builders.bch import dual_bch_forms
    from lincs.constructions.builders.ranks import largest_sum

    s, t, p = (promise.parameters[name] for name in "stp")
    forms = dual_bch_forms(s=s, t=t)
    count = 1 << (min(forms.count, -(-m // 2**s)) - 1).bit_length()  # differences of the first polynomials
    if count * 2**s * s > 1 << 33:
        raise InputError(f"m must be smaller for a weight enumeration, got {m}")
    largest = largest_sum(forms, count=count)
    return Fraction(largest + p, 2**s - p), f"largest sum of a word is {largest}", count


def _graphs(promise: Promise, m: int) -> Result:
    """Places where a non-zero polynomial vanishes, and the matrix on the blocks."""
    from lincs.constructions.builders.design import most_zeros, row_norm

    q, r = promise.parameters["q"], promise.parameters["r"]
    devore = promise.family == "devore"
    h = 0 if devore else promise.parameters["h"]
    g, degree = (q, r + 1) if devore else (promise.parameters["g"] - h, r)
    if q ** (degree - 1) * g > 1 << 30:
        raise InputError(f"q and r must be smaller for an enumeration of polynomials, got q = {q}, r = {r}")
    zeros, checked = most_zeros(q=q, g=g, r=degree)
    norm = q if devore else row_norm(g + h) - h
    if "n" in promise.parameters:
        _recount(promise)
    return Fraction(max(zeros, h), norm), f"two graphs meet in at most {zeros} of {g} places", checked


def _recount(promise: Promise) -> None:
    """The polynomials that avoid the removed points, and the matrices on the places, as many as promised."""
    from lincs.constructions.builders.design import row_norm
    from lincs.constructions.builders.shaved import kept_polynomials
    from lincs.constructions.shaved import column_orders

    q, g, r, h, n = (promise.parameters[name] for name in ("q", "g", "r", "h", "n"))
    norm = row_norm(g) - h
    orders = column_orders(q=q, norm=norm, r=r)
    assert all(order == 0 or norm <= (r - 1) ** 2 * row_norm(order) for order in orders)
    columns = len(kept_polynomials(q, r, n)) * g + (g - h - n) * orders[0] + n * orders[1]
    if columns != promise.columns:
        raise AssertionError(f"{promise} has {columns} columns")


def _plane(promise: Promise, m: int) -> Result:
    """The differences of a Singer set: every non-zero one exactly once, so two lines meet in one point."""
    from lincs.constructions.builders.design import row_norm

    q = promise.parameters["q"]
    checked = _difference_set(q)
    if "n" in promise.parameters:
        from lincs.constructions.builders.shaved import kept_lines

        kept = len(kept_lines(q, promise.parameters["n"])[1])
        if kept * (q + 1) != promise.columns:
            raise AssertionError(f"{promise} has {kept} lines")
    return Fraction(1, row_norm(q + 1)), "two lines meet in one point, by differences", checked


def _difference_set(q: int) -> int:
    import numpy as np

    from lincs.constructions.builders.design import difference_set

    v = q * q + q + 1
    points = difference_set(q)
    differences = (points[:, None] - points) % v
    counts = np.bincount(differences.ravel(), minlength=v)
    if not (counts[0] == q + 1 and np.all(counts[1:] == 1)):
        raise AssertionError(f"no difference set for q = {q}")
    return int(differences.size)


def _singer(promise: Promise, m: int) -> Result:
    """``|sum over D of a character|^2 = |D| - 1`` when every difference occurs once; q + 1 points."""
    q = promise.parameters["q"]
    checked = _difference_set(q)
    return (
        root_above(Fraction(q, (q + 1) ** 2)),
        "character sums of a difference set have modulus sqrt(q)",
        checked,
    )


def _phases(promise: Promise, m: int) -> Result:
    """One transform for each orbit of leading coefficients; r = 2 by the vanishing of linear sums."""
    from lincs.constructions.builders.sums import largest_phase_sum, quadratic_phases

    if promise.family == "cubic-phases":
        q, odd = promise.parameters["q"], bool(promise.parameters["odd"])
        largest, checked = largest_phase_sum(q=q, largest=3, odd=odd)
        return (
            max(Fraction(largest) / q, root_above(Fraction(2 if odd else 1, q))),
            f"largest character sum {largest:.6f}",
            checked,
        )
    q, r = promise.parameters["q"], promise.parameters["r"]
    if promise.family == "punctured-phases":
        p = promise.parameters["p"]
        whole, checked = (root_above(Fraction(q)), quadratic_phases(q)) if r == 2 else _sums(q, r)
        return (whole + p) / (q - p), f"largest character sum {float(whole):.6f}, {p} terms dropped", checked
    odd = promise.family == "odd-polynomials"
    if r == 2 and not odd:
        return root_above(Fraction(1, q)), "|Gauss sum|^2 = q, by linear sums", quadratic_phases(q)
    largest, checked = largest_phase_sum(q=q, largest=2 * r - 1 if odd else r, odd=odd)
    # The coordinate vectors: entries of a column are at most sqrt(2/q) (cas) or 1/sqrt(q).
    coordinates = root_above(Fraction(2 if odd else 1, q))
    return max(Fraction(largest) / q, coordinates), f"largest character sum {largest:.6f}", checked


def _punctured_bases(promise: Promise, m: int) -> Result:
    """All sums on the points left, by transforms; an entry of a column is at most ``1/sqrt(q-p)``."""
    from lincs.constructions.builders.sums import largest_punctured_sum
    from lincs.constructions.punctured_bases import table

    q, p = promise.parameters["q"], promise.parameters["p"]
    largest, checked = largest_punctured_sum(q, table()[q][0][:p])
    coherence = max(Fraction(largest) / (q - p), root_above(Fraction(1, q - p)))
    return coherence, f"largest part of a sum on {q - p} points {largest:.6f}", checked


def _sums(q: int, r: int) -> tuple[Fraction, int]:
    from lincs.constructions.builders.sums import largest_phase_sum

    largest, checked = largest_phase_sum(q=q, largest=r, odd=False)
    return Fraction(largest), checked


_METHODS: dict[str, Callable[[Promise, int], Result]] = {
    "kerdock": _forms,
    "delsarte-goethals": _forms,
    "gold": _forms,
    "tied-forms": _forms,
    "dual-bch": _codes,
    "stabiliser-sections": orbit_sections.sections,
    "partial-sections": orbit_sections.partial,
    "two-plane-sections": orbit_sections.two_planes,
    "transversal-design": _graphs,
    "devore": _graphs,
    "projective-plane": _plane,
    "shaved-plane": _plane,
    "shaved-transversal": _graphs,
    "singer-lift": _singer,
    "polynomial-phases": _phases,
    "odd-polynomials": _phases,
    "cubic-phases": _phases,
    "punctured-phases": _phases,
    "punctured-bases": _punctured_bases,
}
