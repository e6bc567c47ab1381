"""Lower bound from the kernel: sharp when m is close to d (THEOREMS.md, theorem 4b).

Bukh and Cox (2020) bound the coherence of d + j vectors in R^d through the j-dimensional kernel of their Gram matrix.
The argument needs neither symmetry nor positivity: if M has unit diagonal, off-diagonal entries at most mu, and a
kernel of dimension ``j = m - d``, and P is the orthogonal projection onto that kernel, then ``M P = 0`` gives
``P_ii <= mu sum_{i' != i} |P_ii'|``, and ``sum |P_ii'| <= m (j + r) / (1 + r)``, ``r = sqrt(j + 2)``.
"""

from __future__ import annotations

from fractions import Fraction

from lincs.bounds.hypothesis import EPS1, HALF, M2
from lincs.bounds.question import Question
from lincs.bounds.rule import Outcome, Rule, refused
from lincs.exact.search import least

__all__ = ["RULES", "excluded", "kernel_rank"]


def excluded(*, m: int, j: int, mu: Fraction, strict: bool = True) -> bool:
    """Whether a kernel of dimension j is impossible for m columns: ``mu (m (j+r)/(1+r) - j) <= j``, exactly.

    Written as ``a <= b r`` with ``a = mu (m-1) - 1``, ``b = 1 + mu - mu m/j``; ``<`` when entries may equal mu.
    """
    a = mu * (m - 1) - 1
    b = 1 + mu - mu * m / j
    gap = b * abs(b) * (j + 2) - a * abs(a)  # x |x| is increasing, so this has the sign of b r - a
    return gap >= 0 if strict else gap > 0


def kernel_rank(*, m: int, mu: Fraction, strict: bool = True) -> tuple[int, int] | None:
    """``(d, j)``: the rank is at least ``d = m - j + 1``, as kernels of dimension j, the least such, are impossible.

    ``excluded`` is monotone in j: ``sqrt(j+2) (1 + mu - mu m/j)`` increases where it is positive, and where it is not,
    ``a >= 0``, or else j = 1 is excluded already.  None when no ``j < m`` is excluded.
    """
    if m < 2 or not excluded(m=m, j=m - 1, mu=mu, strict=strict):
        return None
    j = least(lambda j: excluded(m=m, j=j, mu=mu, strict=strict), 0, m - 1)
    return m - j + 1, j


def _kernel(question: Question) -> Outcome:
    found = kernel_rank(m=question.m, mu=question.mu, strict=not question.closed)
    if found is None:
        return refused("says nothing here: no kernel dimension below m is excluded")
    return Outcome(found[0], {"kernel": found[1], "mu": question.mu})


def _allows(question: Question, d: int) -> bool:
    """Whether a kernel of dimension ``m - d`` is possible; larger kernels are excluded before smaller ones."""
    if d >= question.m:
        return True
    return d >= 1 and not excluded(m=question.m, j=question.m - d, mu=question.mu, strict=not question.closed)


RULES = (
    Rule[Question](
        name="kernel",
        side="lower",
        kind="theorem",
        source="Bukh and Cox 2020, in rank form (THEOREMS.md, theorem 4b)",
        statement="mu (m (j+r)/(1+r) - j) > j with j = m - d >= 1, r = sqrt(j+2), mu = eps/(k-eps)",
        requires=(M2, EPS1, HALF),
        evaluate=_kernel,
        suffices=_allows,
        theorem="4b",
        program="t04b_kernel",
    ),
)
