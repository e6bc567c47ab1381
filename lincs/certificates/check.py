"""The check of a certificate, which trusts neither the claim nor the file.

The certificate names a construction; :func:`check` builds it again, compares every field and every bit of A and B with
what it obtains, and verifies the pair by plain numpy and exact rationals (:mod:`.plain`), without the compiled kernel.
Nothing is accepted for being weaker and true: the scale of B is the middle of the scales that serve the claimed eps/k,
so a changed claim means another matrix.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lincs.certificates.answer import check_answer
from lincs.certificates.describe import arrays_of, describe, outline
from lincs.certificates.describe import text as canonical_text
from lincs.certificates.files import Refused, check_file, compare, file_beside, in_one_line, stored_shapes
from lincs.constructions.catalogue import family
from lincs.constructions.plan import Plan, make_pair, plan
from lincs.errors import InputError
from lincs.jsonable import shown
from lincs.problem import Problem
from lincs.results import Interval
from lincs.showing import Shown

__all__ = ["Check", "check"]

_MOST_TEXT = 1 << 28


@dataclass(frozen=True, kw_only=True, repr=False)
class Check(Shown):
    """The verdict on a certificate: accepted, or refused for the first reason found.

    ``measured``: the worst case of a frame's pair; ``proved``: the end that the certificate of an answer proves.
    """

    page_by = "lincs.show.build:checked"

    certificate: str
    accepted: bool
    reason: str
    problem: Problem | None = None
    measured: Interval | None = None
    proved: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "certificate": self.certificate,
            "accepted": self.accepted,
            "reason": self.reason,
            "problem": None if self.problem is None else self.problem.to_dict(),
            "measured": None if self.measured is None else self.measured.to_dict(),
            "proved": self.proved,
        }


def check(path: str | Path) -> Check:
    """Rebuild what a certificate describes, compare field by field, and verify it by an independent path.

    Accepted only if every field equals what the rebuilt object gives and the pair's worst case is strictly below the
    claimed eps.  Refused otherwise, with the first difference; a changed field is refused even when it is weaker
    and true.  The answer of ``lincs bound --json`` is one too, where its proved end carries a certificate: that is
    checked from its integers alone, and every field against the answer that lincs gives again.

    Raises:
        InputError: the certificate is not a readable JSON file.

    >>> import tempfile
    >>> from lincs import build
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     built = build(m=20, k=2, eps="0.9", out=f"{folder}/frame.npz")
    ...     verdict = check(built.files[1])
    >>> verdict.accepted, verdict.reason
    (True, 'rebuilt, compared field by field, and verified by plain numpy')
    """
    file = Path(path)
    if not file.is_file():
        raise InputError(f"{path} is not a file")
    if (size := file.stat().st_size) > _MOST_TEXT:
        raise InputError(f"{path} is not a certificate: it has {size} bytes, more than {_MOST_TEXT}")
    try:
        text = file.read_bytes().decode("utf-8")
        record = json.loads(text)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise InputError(f"{path} is not a JSON file") from None
    except ValueError:  # the one way left in which a text is not read
        raise InputError(f"{path} holds an integer of thousands of digits") from None
    try:
        if isinstance(record, dict) and record.get("command") == "bound":
            problem, proved, reason = check_answer(record)
            return Check(certificate=str(path), accepted=True, problem=problem, proved=proved, reason=reason)
        problem, measured, reason = _check(file, text, record)
    except Refused as refusal:
        return Check(certificate=str(path), accepted=False, reason=str(refusal))
    return Check(
        certificate=str(path),
        accepted=True,
        problem=problem,
        measured=measured,
        reason=reason,
    )


_FORM = {
    "claim": ("m", "k", "eps", "d", "readout", "closed"),
    "construction": ("family", "parameters", "source", "columns", "coherence_squared_at_most"),
    "measured": ("lo", "hi"),
    "file": ("name", "sha256"),
}


# Of before there was a choice: what is missing is what was always meant.
_OLDER = {"claim": _FORM["claim"][:-1]}


def _with_closed(record: dict[str, Any]) -> dict[str, Any]:
    """The certificate as it is written today: a claim that says nothing of ``closed`` is of errors below eps."""
    return {**record, "claim": {**record["claim"], "closed": record["claim"].get("closed", False)}}


def _check(path: Path, text: str, record: Any) -> tuple[Problem, Interval, str]:
    from lincs.certificates.plain import cell, worst_case

    _check_form(text, record)
    record = _with_closed(record)
    claim, construction = record["claim"], record["construction"]
    parameters = construction["parameters"]
    _check_sizes(path, record)
    try:
        reason = family(construction["family"]).not_repeatable(parameters)
        if reason is not None:
            raise Refused(f"construction.parameters {reason}")
        decided = plan(
            m=claim["m"],
            k=claim["k"],
            eps=claim["eps"],
            family=construction["family"],
            parameters=parameters,
            closed=claim["closed"],
        )
    except (InputError, TypeError, ValueError) as error:
        raise Refused(f"nothing can be built from the certificate: {in_one_line(error)}") from None
    if decided.promise.d != claim["d"]:
        raise Refused(f"claim.d is {claim['d']}, the rebuilt object gives {decided.promise.d}")
    rebuilt = outline(decided)
    compare(rebuilt, {name: record[name] for name in rebuilt}, "")
    try:
        A, B = make_pair(decided)
    except InputError as error:
        raise Refused(in_one_line(error)) from None
    if tuple(record["arrays"]) != tuple(arrays_of(A, B)):
        raise Refused(f"arrays must be those of {', '.join(arrays_of(A, B))}")
    if B is None:
        lo, hi = _exactly(A, decided)
    else:
        worst = worst_case(A, B, k=decided.k, eps=decided.eps)
        if worst.below is not True:
            raise Refused(f"the worst case, in [{worst.lo}, {worst.hi}], is not proved to be below eps = {decided.eps}")
        lo, hi = cell(worst.lo, worst.hi)
    expected = describe(decided, Interval(lo, hi), A, B)
    compare(expected, {name: record[name] for name in expected}, "")
    check_file(path, record["file"], arrays_of(A, B))
    how = "found to be at most eps in rationals" if B is None else "verified by plain numpy"
    return decided.problem, Interval(lo, hi), f"rebuilt, compared field by field, and {how}"


def _exactly(A: Any, decided: Plan) -> tuple[float, float]:
    """The worst case of integer columns under exact probes, which must be at most eps: rationals are compared."""
    from lincs.certificates.exact_pair import exact_worst
    from lincs.certificates.plain import cell

    try:
        worst = exact_worst(A, scale=decided.scale, k=decided.k)
    except ValueError as error:
        raise Refused(in_one_line(error)) from None
    if worst > decided.eps:
        raise Refused(f"the worst case is {worst}, above eps = {decided.eps}")
    return cell(float(worst), float(worst))


def _check_form(text: str, record: Any) -> None:
    """The outline of a certificate, and that its text is the one way of writing it."""
    if not isinstance(record, dict) or list(record) != [
        "schema",
        "kind",
        "claim",
        "construction",
        "scale",
        "measured",
        "arrays",
        "file",
    ]:
        raise Refused("the certificate does not have the fields of a certificate")
    if not isinstance(record["arrays"], dict) or tuple(record["arrays"]) not in (("A",), ("A", "B")):
        raise Refused("arrays does not have the fields A, and B where there is one")
    for name, fields in _FORM.items():
        if not isinstance(record[name], dict) or tuple(record[name]) not in (fields, _OLDER.get(name)):
            raise Refused(f"{name} does not have the fields {', '.join(fields)}")
    if not isinstance(record["construction"]["parameters"], dict):
        raise Refused("construction.parameters is not an object")
    if not all(type(record["claim"][name]) is int for name in ("m", "k", "d")):
        raise Refused("claim.m, claim.k and claim.d must be integers")
    if type(record["claim"].get("closed", False)) is not bool:
        raise Refused("claim.closed must be true or false")
    for where, name in (("claim", "eps"), ("construction", "family"), ("file", "name"), ("file", "sha256")):
        if not isinstance(record[where][name], str):
            raise Refused(f"{where}.{name} must be a text")
    try:
        canonical = canonical_text(record)
    except (ValueError, RecursionError):
        canonical = ""
    if canonical != text:
        raise Refused("the certificate is not written in its one canonical form")


def _check_sizes(path: Path, record: dict[str, Any]) -> None:
    """That A and B lie beside the certificate and have the claimed shape, before anything of that size is built.

    Only headers are read: whatever is done later is as large as the file that is really there.
    """
    claim, parameters = record["claim"], record["construction"]["parameters"]
    m, d = claim["m"], claim["d"]
    if min(m, d, claim["k"]) < 1 or claim["k"] > m:
        raise Refused("claim must have d >= 1 and 1 <= k <= m")
    file = file_beside(path, record["file"])
    for key, shape in zip(record["arrays"], stored_shapes(file, tuple(record["arrays"])), strict=True):
        if shape != (d, m):
            raise Refused(f"{key} in {file.name} has another type or shape than the claimed {shown(d)} x {shown(m)}")
    # a random frame is drawn as a whole, of which the first m columns are kept
    for name, most in (("d", d), ("m", max(64 * m, 1 << 16))):
        if type(parameters.get(name)) is int and parameters[name] > most:
            raise Refused(f"construction.parameters.{name} is too large for the claim, got {shown(parameters[name])}")
