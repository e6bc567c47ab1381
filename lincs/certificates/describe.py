"""A claim as a file beside its matrices: what a certificate says, and how it is written."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lincs.constructions.catalogue import family
from lincs.errors import InputError
from lincs.jsonable import jsonable
from lincs.results import Interval
from lincs.writing import ARRAYS, write_arrays

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from lincs.constructions.family import Promise
    from lincs.constructions.plan import Plan

    Array = npt.NDArray[np.float64]

__all__ = ["SUFFIX", "arrays_of", "describe", "frame_outline", "outline", "sha256", "text", "write"]

SCHEMA = 1
SUFFIX = ".certificate.json"


def describe(plan: Plan, measured: Interval, A: Array, B: Array | None) -> dict[str, Any]:
    """The certificate of a pair, without the file that holds it."""
    return {
        **outline(plan),
        "measured": measured.to_dict(),
        "arrays": {name: _array(array) for name, array in arrays_of(A, B).items()},
    }


def outline(plan: Plan) -> dict[str, Any]:
    """What a certificate says before anything is built: of an exact plan, that ``B = scale A / |a|^2`` exactly."""
    promise = plan.promise
    return {
        "schema": SCHEMA,
        "kind": "frame",
        "claim": {
            "m": plan.m,
            "k": plan.k,
            "eps": str(plan.eps),
            "d": promise.d,
            "readout": "signed",
            "closed": plan.closed,
        },
        "construction": frame_outline(promise),
        "scale": str(plan.scale),
    }


def frame_outline(promise: Promise) -> dict[str, Any]:
    """What a certificate says of a frame: what builds it, where it comes from, what it has."""
    squared = promise.coherence_squared
    return {
        "family": promise.family,
        "parameters": jsonable(promise.parameters),
        "source": family(promise.family).source,
        "columns": jsonable(promise.columns),
        "coherence_squared_at_most": None if squared is None else str(squared),
    }


def arrays_of(A: Array, B: Array | None) -> dict[str, Array]:
    """What a file holds, by name: B only where it is not exactly what A and the scale say."""
    return {"A": A} if B is None else {"A": A, "B": B}


def _array(array: Array) -> dict[str, Any]:
    import numpy as np

    data = np.ascontiguousarray(array, dtype="<f8")
    return {"dtype": "<f8", "shape": list(data.shape), "sha256": hashlib.sha256(data.tobytes()).hexdigest()}


def write(path: Path, plan: Plan, measured: Interval, A: Array, B: Array | None) -> tuple[str, str]:
    """Write A and B to ``path`` (.npz or .safetensors) and the certificate beside it; returns both names."""
    import numpy as np

    if path.suffix not in ARRAYS:
        raise InputError(f"the output must end in {' or '.join(ARRAYS)}, got {path}")
    if not path.parent.is_dir():
        raise InputError(f"{path.parent} is not a directory")
    write_arrays(path, {name: np.asarray(array, dtype="<f8") for name, array in arrays_of(A, B).items()})
    record = describe(plan, measured, A, B)
    record["file"] = {"name": path.name, "sha256": sha256(path)}
    certificate = path.with_suffix(SUFFIX)
    certificate.write_text(text(record), encoding="utf-8")
    return str(path), str(certificate)


def text(record: dict[str, Any]) -> str:
    """The one way of writing a certificate."""
    return json.dumps(record, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def sha256(path: Path) -> str:
    """Of the bytes of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
