"""Exact verification of the families of sections: ranks of all differences of forms, and the lines recounted."""

from __future__ import annotations

from fractions import Fraction

from lincs.constructions.family import Promise
from lincs.constructions.orders import root_above
from lincs.errors import InputError

__all__ = ["Result", "partial", "sections", "two_planes"]

Result = tuple[Fraction, str, int]


def sections(promise: Promise, m: int) -> Result:
    """Ranks of the differences of all forms of the Delsarte-Goethals set, and the number of columns recounted."""
    from lincs.constructions.builders.quadratic import delsarte_goethals_forms
    from lincs.constructions.builders.ranks import least_rank
    from lincs.constructions.builders.sections import lines_kept
    from lincs.constructions.section_table import SECTIONS
    from lincs.constructions.sections import loss

    n, j, tau, p, c = (promise.parameters[name] for name in ("n", "j", "tau", "p", "c"))
    shift, lines = SECTIONS[n, j, tau]
    if (n - 1) * (j + 1) > 28:
        raise InputError(f"n and j must be smaller for an enumeration of ranks, got n = {n}, j = {j}")
    if lines_kept(n, j, tau, shift) != lines:
        raise AssertionError(f"{promise} does not have {lines} lines")
    forms = delsarte_goethals_forms(s=n // 2, r=j)
    rank, checked = least_rank(forms, count=forms.count, linear=2 ** ((n - 1) * j))
    assert rank is not None
    w = loss(n, tau, p)
    coherence = (2 ** (n - rank // 2) + w) / (2**n - w)
    if c:
        coordinates = root_above(1 / (2**n * (1 - Fraction(1, 2**tau))))
        coherence = max(coherence, Fraction(1, 2**tau - 1), coordinates)
    return coherence, f"{lines} lines counted; least rank of a difference of forms is {rank}", checked


def partial(promise: Promise, m: int) -> Result:
    """As for sections: ranks of the differences of all forms, and the number of tied lines recounted."""
    from lincs.constructions.builders.partial import lines_tied
    from lincs.constructions.partial_table import PARTIAL

    n, j, tau, i, p = (promise.parameters[name] for name in ("n", "j", "tau", "i", "p"))
    shift, lines = PARTIAL[n, j, tau, i]
    return _recounted(promise, lines_tied(n, j, tau, i, shift), lines, Fraction(p * 2**tau, 2**tau - 1))


def two_planes(promise: Promise, m: int) -> Result:
    """The same for the lines of two planes."""
    from lincs.constructions.builders.two_planes import lines_of_two_planes
    from lincs.constructions.partial_table import TWO_PLANES
    from lincs.constructions.two_planes import plane_loss

    n, j, e, p = (promise.parameters[name] for name in ("n", "j", "e", "p"))
    if (n - 1) * (j + 1) > 28:
        raise InputError(f"n and j must be smaller for an enumeration of ranks, got n = {n}, j = {j}")
    shift, lines = TWO_PLANES[n, j, e]
    return _recounted(promise, lines_of_two_planes(n, j, e, shift), lines, plane_loss(e, p))


def _recounted(promise: Promise, counted: int, lines: int, w: Fraction) -> Result:
    """The coherence of lines on ``2^n`` points that lose at most w, by the ranks of DG(j)."""
    from lincs.constructions.builders.quadratic import delsarte_goethals_forms
    from lincs.constructions.builders.ranks import least_rank

    if counted != lines:
        raise AssertionError(f"{promise} does not have {lines} lines")
    n, j = promise.parameters["n"], promise.parameters["j"]
    forms = delsarte_goethals_forms(s=n // 2, r=j)
    rank, checked = least_rank(forms, count=forms.count, linear=2 ** ((n - 1) * j))
    assert rank is not None
    coherence = (2 ** (n - rank // 2) + w) / (2**n - w)
    return coherence, f"{lines} lines counted; least rank of a difference of forms is {rank}", checked
