"""A claim as a file beside its matrices, and the check that trusts neither.

The certificate names a construction; :func:`check` builds it again, compares every field and every bit of A and B with
what it obtains, and verifies the pair by plain numpy and exact rationals (:mod:`lincs.constructions.plain`),
without the
compiled kernel.  Nothing is accepted for being weaker and true: the scale of B is the middle of the scales that serve
the claimed eps/k, so a changed claim means another matrix.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lincs.errors import InputError
from lincs.jsonable import shown
from lincs.problem import Problem
from lincs.results import Interval, jsonable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from lincs.constructions.build import Plan

    Array = npt.NDArray[np.float64]

__all__ = ["Check", "check", "describe", "outline", "write"]

SCHEMA = 1
SUFFIX = ".certificate.json"
_MOST_TEXT = 1 << 28


@dataclass(frozen=True, kw_only=True)
class Check:
    """The verdict on a certificate: accepted, or refused for the first reason found."""

    certificate: str
    accepted: bool
    reason: str
    problem: Problem | None = None
    measured: Interval | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "certificate": self.certificate,
            "accepted": self.accepted,
            "reason": self.reason,
            "problem": None if self.problem is None else self.problem.to_dict(),
            "measured": None if self.measured is None else self.measured.to_dict(),
        }


class _Refused(Exception):
    """A field that is not what the rebuilt object gives."""


def describe(plan: Plan, measured: Interval, A: Array, B: Array) -> dict[str, Any]:
    """The certificate of a pair, without the file that holds it."""
    return {**outline(plan), "measured": measured.to_dict(), "arrays": {"A": _array(A), "B": _array(B)}}


def outline(plan: Plan) -> dict[str, Any]:
    """What a certificate says before anything is built."""
    from lincs.constructions.build import source_of

    promise = plan.promise
    squared = promise.coherence_squared
    return {
        "schema": SCHEMA,
        "kind": "frame",
        "claim": {"m": plan.m, "k": plan.k, "eps": str(plan.eps), "d": promise.d, "readout": "signed"},
        "construction": {
            "family": promise.family,
            "parameters": jsonable(promise.parameters),
            "source": source_of(promise),
            "columns": jsonable(promise.columns),
            "coherence_squared_at_most": None if squared is None else str(squared),
        },
        "scale": str(plan.scale),
    }


def _array(array: Array) -> dict[str, Any]:
    import numpy as np

    data = np.ascontiguousarray(array, dtype="<f8")
    return {"dtype": "<f8", "shape": list(data.shape), "sha256": hashlib.sha256(data.tobytes()).hexdigest()}


def write(path: Path, plan: Plan, measured: Interval, A: Array, B: Array) -> tuple[str, str]:
    """Write A and B to ``path`` (.npz) and the certificate beside it; returns both names."""
    import numpy as np

    if path.suffix != ".npz":
        raise InputError(f"the output must end in .npz, got {path}")
    if not path.parent.is_dir():
        raise InputError(f"{path.parent} is not a directory")
    np.savez(path, A=np.asarray(A, dtype="<f8"), B=np.asarray(B, dtype="<f8"))
    record = describe(plan, measured, A, B)
    record["file"] = {"name": path.name, "sha256": _sha256(path)}
    certificate = path.with_suffix(SUFFIX)
    certificate.write_text(_text(record), encoding="utf-8")
    return str(path), str(certificate)


def _text(record: dict[str, Any]) -> str:
    return json.dumps(record, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def check(path: str | Path) -> Check:
    """Rebuild what a certificate describes, compare field by field, and verify it by an independent path.

    Accepted only if every field equals what the rebuilt object gives and the pair's worst case is strictly below the
    claimed eps.  Refused otherwise, with the first difference; a changed field is refused even when it is weaker
    and true.

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
        problem, measured = _check(file, text, record)
    except _Refused as refusal:
        return Check(certificate=str(path), accepted=False, reason=str(refusal))
    return Check(
        certificate=str(path),
        accepted=True,
        problem=problem,
        measured=measured,
        reason="rebuilt, compared field by field, and verified by plain numpy",
    )


_FORM = {
    "claim": ("m", "k", "eps", "d", "readout"),
    "construction": ("family", "parameters", "source", "columns", "coherence_squared_at_most"),
    "measured": ("lo", "hi"),
    "arrays": ("A", "B"),
    "file": ("name", "sha256"),
}


def _check(path: Path, text: str, record: Any) -> tuple[Problem, Interval]:
    from lincs.constructions.build import make_pair, plan
    from lincs.constructions.plain import cell, worst_case

    _check_form(text, record)
    claim, construction = record["claim"], record["construction"]
    parameters = construction["parameters"]
    _check_sizes(path, record)
    if construction["family"] == "packing" and "vectors" not in parameters:
        raise _Refused("construction.parameters must hold the vectors of a packing: a search is not repeated")
    try:
        decided = plan(
            m=claim["m"], k=claim["k"], eps=claim["eps"], family=construction["family"], parameters=parameters
        )
    except (InputError, TypeError, ValueError) as error:
        raise _Refused(f"nothing can be built from the certificate: {_line(error)}") from None
    if decided.promise.d != claim["d"]:
        raise _Refused(f"claim.d is {claim['d']}, the rebuilt object gives {decided.promise.d}")
    rebuilt = outline(decided)
    _compare(rebuilt, {name: record[name] for name in rebuilt}, "")
    try:
        A, B = make_pair(decided)
    except InputError as error:
        raise _Refused(_line(error)) from None
    worst = worst_case(A, B, k=decided.k, eps=decided.eps)
    if worst.below is not True:
        raise _Refused(f"the worst case, in [{worst.lo}, {worst.hi}], is not proved to be below eps = {decided.eps}")
    lo, hi = cell(worst.lo, worst.hi)
    expected = describe(decided, Interval(lo, hi), A, B)
    _compare(expected, {name: record[name] for name in expected}, "")
    _check_file(path, record["file"], A, B)
    return decided.problem, Interval(lo, hi)


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
        raise _Refused("the certificate does not have the fields of a certificate")
    for name, fields in _FORM.items():
        if not isinstance(record[name], dict) or tuple(record[name]) != fields:
            raise _Refused(f"{name} does not have the fields {', '.join(fields)}")
    if not isinstance(record["construction"]["parameters"], dict):
        raise _Refused("construction.parameters is not an object")
    if not all(type(record["claim"][name]) is int for name in ("m", "k", "d")):
        raise _Refused("claim.m, claim.k and claim.d must be integers")
    for where, name in (("claim", "eps"), ("construction", "family"), ("file", "name"), ("file", "sha256")):
        if not isinstance(record[where][name], str):
            raise _Refused(f"{where}.{name} must be a text")
    try:
        canonical = _text(record)
    except (ValueError, RecursionError):
        canonical = ""
    if canonical != text:
        raise _Refused("the certificate is not written in its one canonical form")


def _check_sizes(path: Path, record: dict[str, Any]) -> None:
    """That A and B lie beside the certificate and have the claimed shape, before anything of that size is built.

    Only headers are read: whatever is done later is as large as the file that is really there.
    """
    claim, parameters = record["claim"], record["construction"]["parameters"]
    m, d = claim["m"], claim["d"]
    if min(m, d, claim["k"]) < 1 or claim["k"] > m:
        raise _Refused("claim must have d >= 1 and 1 <= k <= m")
    file = _file_beside(path, record["file"])
    for key, shape in zip(("A", "B"), _stored_shapes(file), strict=True):
        if shape != (d, m):
            raise _Refused(f"{key} in {file.name} has another type or shape than the claimed {shown(d)} x {shown(m)}")
    # a random frame is drawn as a whole, of which the first m columns are kept
    for name, most in (("d", d), ("m", max(64 * m, 1 << 16))):
        if type(parameters.get(name)) is int and parameters[name] > most:
            raise _Refused(f"construction.parameters.{name} is too large for the claim, got {shown(parameters[name])}")


def _file_beside(path: Path, entry: dict[str, str]) -> Path:
    name = path.name.removesuffix(SUFFIX) + ".npz"
    if entry["name"] != name:
        raise _Refused(f"file.name is {shown(entry['name'])}, the certificate is that of {name!r}")
    file = path.with_name(name)
    if not file.is_file():
        raise _Refused(f"{name} is missing beside the certificate")
    return file


def _stored_shapes(file: Path) -> list[tuple[int, int] | None]:
    """The shapes of A and B as their headers say, None for another type; the data must be stored as it is."""
    import zipfile

    import numpy as np

    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if [entry.filename for entry in entries] != ["A.npy", "B.npy"]:
                raise _Refused(f"{file.name} does not hold A and B and nothing else")
            shapes: list[tuple[int, int] | None] = []
            for entry in entries:
                with archive.open(entry) as stream:
                    version = np.lib.format.read_magic(stream)
                    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else None
                    shape, _, dtype = read(stream) if read else ((), False, np.dtype("O"))
                    size = entry.file_size - stream.tell()
                plain = entry.compress_type == zipfile.ZIP_STORED and dtype == np.dtype("<f8") and len(shape) == 2
                shapes.append((shape[0], shape[1]) if plain and 8 * math.prod(shape) == size else None)
            return shapes
    except _Refused:
        raise
    except Exception as error:  # a damaged zip file can fail in many ways
        raise _Refused(f"{file.name} cannot be read: {_line(error)}") from None


def _line(error: Exception) -> str:
    """What an error says, in one line that is not too long."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 300 else f"{text[:300]}..."


def _compare(expected: Any, found: Any, where: str) -> None:
    """Equality as canonical JSON, types included at every depth; names the first place that differs."""
    if isinstance(expected, dict) and isinstance(found, dict) and list(expected) == list(found):
        for name, value in expected.items():
            _compare(value, found[name], f"{where}.{name}" if where else name)
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, (value, other) in enumerate(zip(expected, found, strict=True)):
            _compare(value, other, f"{where}[{index}]")
    elif type(expected) is not type(found) or json.dumps(expected) != json.dumps(found):
        raise _Refused(f"{where or 'the certificate'} is {shown(found)}, the rebuilt object gives {shown(expected)}")


def _check_file(path: Path, entry: dict[str, str], A: Array, B: Array) -> None:
    """The file beside the certificate: its name, its hash, and that it holds exactly the rebuilt A and B."""
    import numpy as np

    file = _file_beside(path, entry)
    name = file.name
    if _sha256(file) != entry["sha256"]:
        raise _Refused(f"{name} does not have the hash that file.sha256 names")
    try:
        with np.load(file, allow_pickle=False) as data:
            arrays = {key: data[key] for key in data.files}
    except Exception as error:  # a damaged zip file can fail in many ways
        raise _Refused(f"{name} cannot be read: {_line(error)}") from None
    if list(arrays) != ["A", "B"]:
        raise _Refused(f"{name} holds {', '.join(arrays) or 'nothing'}, not A and B")
    for key, rebuilt in (("A", A), ("B", B)):
        stored = arrays[key]
        if stored.dtype != np.dtype("<f8") or stored.shape != rebuilt.shape:
            raise _Refused(f"{key} in {name} has another type or shape than the rebuilt one")
        if stored.tobytes() != np.ascontiguousarray(rebuilt).tobytes():
            raise _Refused(f"{key} in {name} differs from the rebuilt one")
