"""One known bound as an object: what it says, when it may be used, where it comes from, and how it is evaluated.

Every bound on d is a *rule*.  A rule of side "lower" names a d that is necessary, one of side "upper" a d that
suffices.  The same rules answer the inverse questions: :mod:`lincs.bounds.solve` searches the largest m or k, or the
least eps, that a rule allows or reaches at a given d.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Generic, Protocol, TypeVar

from lincs.bounds.hypothesis import Hypothesis, unmet
from lincs.bounds.question import COLUMN_BITS, RATIO_BITS, SEARCH_BITS, Counts
from lincs.results import Bound

__all__ = ["Certified", "Outcome", "Remark", "Rule", "refused", "side_of"]

Q = TypeVar("Q", bound=Counts)
Q_contra = TypeVar("Q_contra", bound=Counts, contravariant=True)

_BEYOND = f"not tried beyond m = 2^{COLUMN_BITS} or k, 1/eps = 2^{SEARCH_BITS}"
_EASIER = f"answered for k and 1/eps cut to 2^{RATIO_BITS}: an easier question"


@dataclass(frozen=True)
class Outcome:
    """What a rule says: a value of d (of m, k or eps when solved for those), or None and the reason."""

    value: int | Fraction | None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


def refused(note: str) -> Outcome:
    """The outcome of a rule that says nothing here."""
    return Outcome(None, note=note)


@dataclass(frozen=True)
class Remark:
    """What holds where a hypothesis does not, in words; ``margin``: the same of a threshold, which has no eps."""

    text: str
    margin: str


class Certified(Protocol[Q_contra]):
    """What checks the parameters of a lower rule by themselves, with code that did not find them."""

    def proves(self, question: Q_contra, d: int, parameters: Mapping[str, Any], /) -> str:
        """Why the parameters, as JSON holds them, do not prove d impossible for the question; empty if they do."""
        ...  # pragma: no cover


def side_of(side: str, unknown: str) -> str:
    """The side on which a rule of this side answers for the unknown: what d needs limits m and k from above."""
    return {"lower": "upper", "upper": "lower"}[side] if unknown in ("m", "k") else side


@dataclass(frozen=True, kw_only=True)
class Rule(Generic[Q]):
    """A bound on d.

    ``kind``: see :class:`lincs.results.Bound`.  ``requires``: the hypotheses, tested before ``evaluate``, ``suffices``
    or ``most`` is called.  ``setting``: in words, what the rule speaks of beside the numbers ("any decoder");
    ``remark``: what holds where a hypothesis does not.
    ``theorem`` and ``program``: the section of proofs_check/THEOREMS.md that proves the rule, such as "4b", and the
    module of proofs_check that tries to refute it; a rule of kind "theorem" must name both (ValueError).

    ``suffices`` decides whether the rule allows (lower) or reaches (upper) one given d, where that is much cheaper than
    finding its least d.  ``most`` answers at once what the search over m would find step by step: the largest m at d,
    not excluded by a lower rule or reached by an upper one, as an outcome whose value is m; it is asked with an m of at
    least 2 that does not matter otherwise.  ``any_size``: evaluated at numbers of any length; all others see questions
    cut to what they afford (:mod:`lincs.bounds.question`).  ``conclusion(m, d, parameters, closed)``: lines of text
    that show, with numbers, why m columns at d are impossible.  ``certified``: checks the parameters as a certificate.
    """

    name: str
    side: str
    kind: str
    source: str
    statement: str
    evaluate: Callable[[Q], Outcome]
    requires: tuple[Hypothesis[Q], ...] = ()
    setting: str = ""
    remark: Remark | None = None
    theorem: str = ""
    program: str = ""
    most: Callable[[Q, int], Outcome] | None = None
    suffices: Callable[[Q, int], bool] | None = None
    any_size: bool = False
    conclusion: Callable[[int, int, Mapping[str, Any], bool], list[str]] | None = None
    certified: Certified[Q] | None = None

    def __post_init__(self) -> None:
        if self.kind == "theorem" and not (self.theorem and self.program):
            raise ValueError(f"the theorem {self.name} must name its section of THEOREMS.md and its program")

    @property
    def hypotheses(self) -> str:
        """What the rule speaks of and requires, in words; "none" where it always holds."""
        return self.hypotheses_of(closed=False)

    def hypotheses_of(self, *, closed: bool) -> str:
        """The same; ``closed``: where errors may also equal eps."""
        words = ", ".join(hypothesis.words(closed=closed) for hypothesis in self.requires)
        text = "; ".join(filter(None, [self.setting, words])) or "none"
        return f"{text} ({self.remark.text})" if self.remark else text

    def refusal(self, question: Q) -> str:
        """Which hypotheses fail ("needs ..."), or an empty string."""
        return unmet(self.requires, question)

    def answer(self, question: Q) -> Outcome:
        """The d that the rule names, or None and the reason."""
        cut = self._cut(question)
        if cut is None:
            return refused(_BEYOND)
        if why := self.refusal(cut):
            return refused(why)
        outcome = self.evaluate(cut)
        unchanged = cut is question or outcome.value is None or self.side == "upper"
        return outcome if unchanged else replace(outcome, note=_EASIER)

    def within(self, question: Q, d: int) -> bool:
        """Whether the rule allows (lower) or reaches (upper) the question at d.

        Where it says nothing, a lower rule allows every d and an upper one reaches none.
        """
        silent = self.side == "lower"
        cut = self._cut(question)
        if cut is None or self.refusal(cut):
            return silent
        if self.suffices is not None:
            return self.suffices(cut, d)
        value = self.evaluate(cut).value
        return silent if value is None else value <= d

    def largest(self, question: Q, d: int) -> Outcome:
        """``most`` at the question's k and eps, with the hypotheses tested."""
        assert self.most is not None
        cut = self._cut(question, columns=d)
        if cut is None:
            return refused(_BEYOND)
        return refused(why) if (why := self.refusal(cut)) else self.most(cut, d)

    def bound(self, outcome: Outcome, *, unknown: str = "d") -> Bound:
        """The outcome as a row of a bracket of the unknown."""
        return Bound(
            name=self.name,
            side=side_of(self.side, unknown),
            kind=self.kind,
            value=outcome.value,
            source=self.source,
            parameters=outcome.parameters,
            note=outcome.note,
        )

    def _cut(self, question: Q, *, columns: int = 0) -> Q | None:
        """The question as far as the rule affords it; None beyond its reach (of ``columns`` as well)."""
        if self.any_size:
            return question
        if self.side == "lower":
            return question.easier()
        if question.beyond or columns > 1 << COLUMN_BITS:
            return None
        return question.harder()
