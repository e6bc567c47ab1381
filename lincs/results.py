"""What every part of lincs returns: frozen records with ``to_dict()``, ready for JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from lincs.exact.goal import Goal
from lincs.interval import Interval, Witness
from lincs.jsonable import digits, jsonable
from lincs.problem import Problem
from lincs.readouts import Readout, readout
from lincs.showing import Shown
from lincs.version import __version__

if TYPE_CHECKING:
    from lincs.bounds.limits import Limits
    from lincs.interference.typical_results import Typical

__all__ = ["Bound", "Bracket", "Interval", "Structure", "Verification", "Witness", "WorstCase", "document", "jsonable"]

SCHEMA = 1


def shown_number(value: Any) -> str:
    """An end of a bracket, or a number of a problem, in a few digits."""
    if isinstance(value, Fraction):
        return str(value) if value.denominator < 10_000 else f"{float(value):.7g}"
    text = digits(value) if isinstance(value, int) else str(value)
    return text if len(text) <= 24 else f"{text[:8]}... ({len(text)} digits)"


def document(command: str, result: Any, *, seed: int | None = None) -> dict[str, Any]:
    """The JSON document of a command: the result's own dictionary plus schema, version, command and seed."""
    head = {"schema": SCHEMA, "version": __version__, "command": command, "seed": seed}
    return {**head, **jsonable(result)}


@dataclass(frozen=True, kw_only=True)
class Bound:
    """One statement about the unknown: what it says, why it is true, and for which parameters.

    ``side`` is "lower" or "upper".  ``kind`` is "theorem", "construction", "random", "other-decoder" or "typical" (of
    random inputs, by the criterion among its parameters); only the first three may decide a bracket.
    A bound whose hypotheses fail has ``value = None`` and says why in ``note``.
    """

    name: str
    side: str
    kind: str
    value: int | Fraction | str | None
    source: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def applies(self) -> bool:
        """Whether the hypotheses hold."""
        return self.value is not None

    @property
    def decides(self) -> bool:
        """Whether this bound may be an end of the bracket."""
        return self.applies and self.kind in ("theorem", "construction", "random")

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "side": self.side,
            "kind": self.kind,
            "value": jsonable(self.value),
            "applies": self.applies,
            "parameters": jsonable(self.parameters),
            "source": self.source,
            "note": self.note,
        }


@dataclass(frozen=True, kw_only=True, repr=False)
class Bracket(Shown):
    """What is known about the unknown of ``problem``: the best bound of each side, and every other one.

    ``unknown`` is "d", "m", "k" or "eps"; ``lower`` and ``upper`` are the two :class:`Bound` that decide, ``rows`` all
    that were asked, with those that do not apply.  Unknown d: ``lower.value`` is proved necessary, ``upper.value`` is
    achieved; unknown m or k: achieved and proved; unknown eps: excluded and achieved.
    ``typical``: of random inputs, where they were asked about, the least d that is known to suffice (what reads every
    input reads them too); what else is known of them is among ``rows``.
    """

    page_by = "lincs.show.bound:page"
    drawn_by = "lincs.plots.results:bracket"
    cited_by = "lincs.show.sources:bracket"
    records_in = "rows"

    problem: Problem
    unknown: str
    lower: Bound
    upper: Bound
    rows: tuple[Bound, ...]
    typical: Bound | None = None

    def __repr__(self) -> str:
        """One line, as ``lincs bound --brief`` begins."""
        asked = {name: getattr(self.problem, name) for name in ("m", "k", "eps", "d")}
        known = ", ".join(f"{name} = {shown_number(value)}" for name, value in asked.items() if value is not None)
        low, high = shown_number(self.lower.value), shown_number(self.upper.value)
        return f"<Bracket {low} <= {self.unknown} <= {high} ({known}) by {self.lower.name} and {self.upper.name}>"

    def to_dict(self) -> dict[str, Any]:
        return {
            "problem": self.problem.to_dict(),
            "unknown": self.unknown,
            "lower": _end(self.lower),
            "upper": _end(self.upper),
            **({} if self.typical is None else {"typical": _end(self.typical)}),
            "rows": [row.to_dict() for row in self.rows],
        }


def _end(bound: Bound) -> dict[str, Any]:
    return {
        "value": jsonable(bound.value),
        "name": bound.name,
        "parameters": jsonable(bound.parameters),
        "source": bound.source,
    }


@dataclass(frozen=True, kw_only=True)
class WorstCase:
    """The worst case of a pair for one k, attained at feature ``row`` by ``witness``.

    ``eps`` encloses the worst error; a threshold read-out has a ``margin`` instead (positive: every input decodes).
    ``holds`` says whether ``worst < eps`` (closed: ``<= eps``) was proved (True), refuted (False) or left undecided
    (None, with the number of ``undecided`` rows), and is None when nothing was asked.  ``trivial`` marks a worst row
    whose probe is zero.

    ``scale`` holds the factors c of a self-scaled pair, ``B_i = c_i a_i``; ``bias`` what an affine read-out adds to
    ``B^T x`` so that errors are centred; ``threshold`` the free threshold of each feature: all (n,), for the rows of
    :class:`Verification` in their order.  ``shift`` is the bias or threshold of the worst row itself.
    """

    k: int
    row: int
    witness: Witness
    eps: Interval | None = None
    margin: Interval | None = None
    trivial: bool = False
    holds: bool | None = None
    undecided: int = 0
    scale: Any = field(default=None, repr=False, compare=False)
    bias: Any = field(default=None, repr=False, compare=False)
    threshold: Any = field(default=None, repr=False, compare=False)
    shift: float | None = None

    @property
    def interval(self) -> Interval:
        """The worst error, or the margin: whichever the read-out has."""
        found = self.eps if self.eps is not None else self.margin
        assert found is not None
        return found

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {"k": self.k}
        for name in ("eps", "margin"):
            if getattr(self, name) is not None:
                out[name] = getattr(self, name).to_dict()
        out |= {
            "row": self.row,
            "witness": self.witness.to_dict(),
            "trivial": self.trivial,
            "holds": self.holds,
        }
        if self.undecided:
            out["undecided"] = self.undecided
        for name in ("bias", "threshold"):
            if getattr(self, name) is not None:
                out[name] = jsonable(self.shift)
        return out


@dataclass(frozen=True, kw_only=True)
class Structure:
    """Which features may be active together: at most ``rule`` of each of ``groups`` groups ("one": 1), or whole groups.

    Nested limits have a rule and a number of groups for each level, inner to outer.  ``k`` are the numbers of active
    features that were asked for, under the rule "whole" ``active_groups`` those of active groups.
    """

    rule: str | int | tuple[str | int, ...]
    groups: int | tuple[int, ...]
    k: tuple[int, ...] | None = None
    active_groups: tuple[int, ...] | None = None

    @property
    def counted(self) -> str:
        """What a result's number k counts: "k" (features) or "active_groups"."""
        return "k" if self.active_groups is None else "active_groups"

    def to_dict(self) -> dict[str, Any]:
        numbers = self.k if self.active_groups is None else self.active_groups
        return {"rule": jsonable(self.rule), "groups": jsonable(self.groups), self.counted: jsonable(numbers)}

    def __str__(self) -> str:
        if self.active_groups is not None:
            return f"whole groups of {self.groups}"
        rules = self.rule if isinstance(self.rule, tuple) else (self.rule,)
        counts = self.groups if isinstance(self.groups, tuple) else (self.groups,)
        return ", ".join(f"at most {rule} of each of {n} groups" for rule, n in zip(rules, counts, strict=True))


@dataclass(frozen=True, kw_only=True, repr=False)
class Verification(Shown):
    """What :func:`lincs.verify` proves about a pair ``(A, B)``; one :class:`WorstCase` for each k.

    ``lower`` and ``upper`` (n x number of k) enclose every feature's own worst loss: its error, or minus its margin
    for a threshold read-out.  ``trivial`` (n x number of k; self-scaled pairs only) says where the zero probe is proved
    to be as good as any scaling.  ``is_complex``: A, B and the inputs are complex, ``|z_j| <= 1``, and the read-out is
    ``B^H x``.

    Of part of a dictionary, ``m`` counts the features that exist, ``left_out`` those that were said not to, and
    ``features`` (n) are the rows asked for, in the order of the per-feature arrays (None: all m, none left out).
    Indices (``row``, supports, ``dead``, ``features``) are always those of the file.

    With groups, ``structure`` says which supports are allowed, and of whole groups k counts active groups.
    ``goal``: what errors are held to, ``eps`` and whether they may attain it (``closed``), where that was asked.
    ``typical``: what random inputs do, where that was asked.
    """

    page_by = "lincs.show.verify:verification"
    drawn_by = "lincs.plots.results:verification"
    records_in = "results"
    tells_more: ClassVar[bool] = False  # than the page of a description does

    d: int
    m: int
    pair: str
    readout: str
    dead: tuple[int, ...]
    results: tuple[WorstCase, ...]
    lower: Any = field(repr=False, compare=False)
    upper: Any = field(repr=False, compare=False)
    trivial: Any = field(default=None, repr=False, compare=False)
    is_complex: bool = False
    left_out: int = 0
    features: Any = field(default=None, repr=False, compare=False)
    structure: Structure | None = None
    typical: Typical | None = None
    goal: Goal | None = None
    find_limits: Callable[[], Limits | None] | None = field(default=None, repr=False, compare=False)

    def __repr__(self) -> str:
        """One line: the shape, the question, and the worst case at each k."""
        name = self.how.quantity
        cases = [
            f"k = {case.k}: {name} {case.interval.hi if name == 'eps' else case.interval.lo:.6g}"
            for case in self.results
        ]
        more = f", ... ({len(cases)} in all)" if len(cases) > 6 else ""
        title = f"{self.m} features in {self.d} dimensions, {self.pair}, {self.readout}"
        return f"<{type(self).__name__} of {title}; {', '.join(cases[:6])}{more}>"

    @cached_property
    def limits(self) -> Limits | None:
        """What any d x m pair must suffer and what a known frame reaches; None where no bound is known.

        That is so for deployed encoders, groups, complex pairs, and where rows were asked for.
        """
        found = None if self.find_limits is None else self.find_limits()
        if found is None:
            return None
        return found.checked(self.worst)

    @property
    def worst(self) -> dict[int, float]:
        """By k, the upper end of the worst error (nothing for a threshold)."""
        return {case.k: case.eps.hi for case in self.results if case.eps is not None}

    @property
    def rows(self) -> Sequence[int]:
        """The indices in the file of the features of ``lower``, ``upper`` and the other per-feature arrays."""
        return range(self.m) if self.features is None else self.features.tolist()

    @property
    def eps(self) -> Fraction | None:
        """The level that was asked about; None where none was, or where the read-out has a margin instead."""
        return None if self.goal is None else self.goal.level

    @property
    def closed(self) -> bool:
        """Whether errors may attain eps."""
        return self.goal is not None and self.goal.closed

    @property
    def how(self) -> Readout:
        """The read-out itself."""
        return readout(self.readout)

    @property
    def columns(self) -> dict[str, Any]:
        """What else is known of every feature: arrays (n,) by the name of their column."""
        return {} if self.typical is None else self.typical.columns

    @property
    def part(self) -> str:
        """What part of a dictionary this is, in a few words; empty for a whole one."""
        words = [f"{self.left_out} other features left out"] if self.left_out else []
        words += [f"rows asked for: {len(self.lower)}"] if len(self.lower) < self.m else []
        words += [] if self.structure is None else [str(self.structure)]
        return ", ".join(words)

    @property
    def shape(self) -> tuple[int, int]:
        """``(d, m)``."""
        return self.d, self.m

    @property
    def ks(self) -> tuple[int, ...]:
        return tuple(case.k for case in self.results)

    def to_dict(self) -> dict[str, Any]:
        cases = [case.to_dict() for case in self.results]
        if self.structure is not None:
            cases = [{self.structure.counted if name == "k" else name: x for name, x in case.items()} for case in cases]
        if self.typical is not None:
            for case, found in zip(cases, self.typical.cases, strict=True):
                case["typical"] = found.to_dict()
        return {
            "shape": {"d": self.d, "m": self.m},
            **({"field": "complex"} if self.is_complex else {}),
            **({} if self.structure is None else {"support": self.structure.to_dict()}),
            **({} if self.typical is None else self.typical.head()),
            "pair": self.pair,
            "readout": self.readout,
            "eps": jsonable(self.eps),
            "closed": self.closed,
            "rows": len(self.lower),
            "left_out": self.left_out,
            "dead": list(self.dead),
            "results": cases,
            "limits": None if self.limits is None else self.limits.to_dict(),
        }
