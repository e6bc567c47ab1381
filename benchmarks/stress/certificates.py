"""Certificates of every family, changed in one place: each change must be refused, in one line and in bounded time."""

from __future__ import annotations

import copy
import hashlib
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from lincs.certificates.build import build
from lincs.certificates.check import check
from lincs.certificates.describe import SUFFIX
from lincs.constructions.catalogue import CONSTANT, EVERY, FAMILIES
from lincs.errors import InputError

NAME = "certificates"
SECONDS = 10.0
_MOST_CHARACTERS = 1000  # of a reason
_MOST_DIMENSIONS, _MOST_COLUMNS = 5000, 24  # of the frames that are built here

Trial = Callable[[], str | None]
Record = dict[str, Any]


def cases(seed: int) -> Iterator[Trial]:
    """Endless trials; the frames are built once, a few columns of a small member of every family."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        built = _frames(Path(folder))
        while True:
            source = rng.choice(built)
            yield lambda source=source, state=rng.random(): _trial(source, random.Random(state))  # type: ignore[misc]


def _frames(folder: Path) -> list[Path]:
    """One certificate of every family."""
    asked: list[dict[str, Any]] = [
        {"k": 1, "eps": "9/10", "m": 12, "family": CONSTANT.name, "parameters": {"lines": 12}}
    ]
    for family in FAMILIES:
        served = (family.least(m=m, mu=mu) for m in (12, 16, 28, 100) for mu in (Fraction(1, n) for n in (1, 2, 3, 5)))
        promise = min((found for found in served if found is not None), key=lambda found: found.d)
        assert promise.d <= _MOST_DIMENSIONS, promise
        m = min(promise.columns, _MOST_COLUMNS)
        asked.append({"k": 1, "m": m, "family": family.name, "parameters": dict(promise.parameters)})
    for random_family in (candidate for candidate in EVERY if candidate.seeded):
        parameters = {"d": 40, "m": 60, "seed": 3}
        asked.append({"k": 1, "family": random_family.name, "parameters": parameters})
    asked.append({"k": 2, "family": "packing", "parameters": {"d": 4, "m": 8, "restarts": 8}})
    paths = []
    for index, question in enumerate(asked):
        path = folder / f"frame{index}.npz"
        certificate = Path(build(out=path, **question).files[1])
        verdict = check(certificate)
        if not verdict.accepted:
            raise AssertionError(f"{question} is not accepted as built: {verdict.reason}")
        paths.append(certificate)
    return paths


def _trial(source: Path, rng: random.Random) -> str | None:
    record: Record = json.loads(source.read_text(encoding="utf-8"))
    arrays = (source.parent / record["file"]["name"]).read_bytes()
    what, text, arrays = rng.choice((_field, _field, _field, _text_change, _arrays, _consistent))(record, arrays, rng)
    if text == source.read_text(encoding="utf-8") and arrays == (source.parent / record["file"]["name"]).read_bytes():
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / source.name
        (Path(folder) / (source.name.removesuffix(SUFFIX) + ".npz")).write_bytes(arrays)
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        start = time.perf_counter()
        try:
            verdict = check(file)
            accepted, reason = verdict.accepted, verdict.reason
        except InputError as error:
            accepted, reason = False, str(error)
        seconds = time.perf_counter() - start
    where = f"{record['construction']['family']}: {what}"
    if accepted:
        return f"accepted: {where}"
    if "\n" in reason or len(reason) > _MOST_CHARACTERS:
        return f"a reason of {len(reason)} characters: {where}"
    return f"{seconds:.1f} s: {where}" if seconds > SECONDS else None


def _text(record: Any) -> str:
    return json.dumps(record, indent=2, ensure_ascii=True) + "\n"


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _places(item, (*path, key))


def _put(record: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = copy.deepcopy(record)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return changed


def _get(record: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        record = record[key]
    return record


def _field(record: Record, arrays: bytes, rng: random.Random) -> tuple[str, str, bytes]:
    """One value changed in type or in size, or one field removed, added or renamed."""
    path = rng.choice(list(_places(record)))
    old = _get(record, path)
    if path and isinstance(path[-1], str) and rng.random() < 0.15:
        changed = copy.deepcopy(record)
        inner = _get(changed, path[:-1])
        value = inner.pop(path[-1])
        if rng.random() < 0.5:
            inner[path[-1] + "_"] = value
        return f"{path} removed or renamed", _text(changed), arrays
    new = rng.choice(_others(old, rng))
    return f"{path} = {str(new)[:40]}", _text(_put(record, path, new)), arrays


def _others(old: Any, rng: random.Random) -> list[Any]:
    anything: list[Any] = [
        None,
        True,
        [],
        {},
        "",
        "x",
        -1,
        0.5,
        10 ** rng.choice((3, 6, 9, 18, 30, 400, 4000)),
        "\uff11/\uff14",
    ]
    if isinstance(old, bool):
        return [*anything, not old]
    if isinstance(old, int):
        return [*anything, float(old), float(old), str(old), old + 1, old - 1, 2 * old, 10**6, 10**9, 10**18]
    if isinstance(old, float):
        return [*anything, float(np.nextafter(old, 9)), old + 1e-3, old - 1e-3, -old, str(old)]
    if isinstance(old, str):
        digit = rng.randrange(len(old)) if old else 0
        return [
            *anything,
            f"{old} ",
            f" {old}",
            f"0{old}",
            old[:-1],
            f"{old}0",
            f"../{old}",
            f"{old[:digit]}7{old[digit + 1 :]}",
        ]
    if isinstance(old, list):
        return [
            *anything,
            [*old, 0],
            old[::-1],
            old[:-1],
            [float(x) if isinstance(x, int) else x for x in old],
        ]
    return [*anything, {**old, "extra": 1}] if isinstance(old, dict) else anything[1:]


def _text_change(record: Record, arrays: bytes, rng: random.Random) -> tuple[str, str, bytes]:
    """The same object, or nearly, written in another way."""
    text = _text(record)
    m = record["claim"]["m"]
    ways = {
        "compact": json.dumps(record),
        "byte order mark": "\ufeff" + text,
        "line ends": text.replace("\n", "\r\n"),
        "trailing": text + "\n",
        "cut": text[: rng.randrange(len(text))],
        "empty": "",
        "deep": "[" * 100_000,
        "long integer": text.replace('"m": ', '"m": ' + "9" * 6000, 1),
        "float": text.replace(f'"m": {m}', f'"m": {m}.0', 1),
        "not a number": text.replace(f'"m": {m}', '"m": NaN', 1),
        "twice": text.replace('"schema"', '"schema": 1,\n  "schema"', 1),
    }
    name = rng.choice(list(ways))
    return name, ways[name], arrays


def _arrays(record: Record, arrays: bytes, rng: random.Random) -> tuple[str, str, bytes]:
    """One bit of the arrays, or their end, with the hash of the file recomputed."""
    raw = bytearray(arrays)
    place = rng.randrange(len(raw))
    if rng.random() < 0.2:
        raw = raw[:place]
    else:
        raw[place] ^= 1 << rng.randrange(8)
    if _same(bytes(raw), arrays):
        return "nothing", _text(record), arrays
    digest = hashlib.sha256(raw).hexdigest()
    return f"bit of byte {place}", _text(_put(record, ("file", "sha256"), digest)), bytes(raw)


def _same(raw: bytes, arrays: bytes) -> bool:
    """Whether two archives hold the same A and B (a bit of a date changes nothing)."""
    import io

    try:
        with np.load(io.BytesIO(raw)) as changed, np.load(io.BytesIO(arrays)) as before:
            return changed.files == before.files and all(
                changed[key].tobytes() == before[key].tobytes() for key in before.files
            )
    except Exception:  # a damaged archive is not the same
        return False


def _consistent(record: Record, arrays: bytes, rng: random.Random) -> tuple[str, str, bytes]:
    """Other arrays with every hash and shape recomputed."""
    import io

    with np.load(io.BytesIO(arrays)) as data:
        pair = {"A": data["A"], "B": data["B"]}
    key = rng.choice("AB")
    X = pair[key]
    ways = {
        "next": np.nextafter(X, 9),
        "twice": 2 * X,
        "minus": -X,
        "reversed": X[:, ::-1].copy(),
        "zero": 0 * X,
        "cut": X[:, :-1].copy(),
        "float32": X.astype("f4"),
        "nan": X * np.nan,
    }
    name = rng.choice(list(ways))
    pair[key] = ways[name]
    stream = io.BytesIO()
    np.savez(stream, **pair)
    raw = stream.getvalue()
    if _same(raw, arrays):
        return "nothing", _text(record), arrays
    changed = copy.deepcopy(record)
    for one, value in pair.items():
        whole = np.ascontiguousarray(value, dtype="<f8")
        entry = {
            "dtype": "<f8",
            "shape": list(whole.shape),
            "sha256": hashlib.sha256(whole.tobytes()).hexdigest(),
        }
        changed["arrays"][one] = entry
    changed["file"]["sha256"] = hashlib.sha256(raw).hexdigest()
    return f"{key} {name}", _text(changed), raw
