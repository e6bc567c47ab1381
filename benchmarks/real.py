"""``python -m benchmarks.real [NAME ...]`` measures public embedding tables exactly; docs/real.md shows what it finds.

All of them by default.  For each: the worst case at k = 1, 2, 4, 8 of the rows' own vectors as probes, of unit features
and of features as stored, beside what any table of this shape must suffer; the best probes; copies and coherence.
``--sample N`` solves the best probes of N features drawn by ``--seed`` (default: all up to 32,768; 0: none).

What is found of a table replaces what ``benchmarks/tables/real.json`` says of it; ``real.csv`` and the tables in
docs/real.md follow.  ``--checkpoint FOLDER`` keeps what a long run has solved, and goes on from there.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import lincs
from benchmarks import real_page
from benchmarks.real_tables import TABLES
from lincs.cli._output import counter
from lincs.errors import InputError, Note
from lincs.interference.dictionary import typical_errors
from lincs.interference.geometry import COPY, geometry
from lincs.reading import as_matrix, dense
from lincs.results import Verification, WorstCase

__all__ = ["measure", "table", "write"]

KS = (1, 2, 4, 8)
WHOLE, SAMPLED, GAP = 1 << 15, 1024, 0.01
FOLDER = Path(__file__).parent / "tables"
JSON, CSV = FOLDER / "real.json", FOLDER / "real.csv"

Array = npt.NDArray[Any]


def _case(case: WorstCase, found: Verification, j: int, names: Sequence[str]) -> dict[str, Any]:
    signs = zip(case.witness.signs, case.witness.support, strict=True)
    return {
        **case.to_dict(),
        "word": names[case.row],
        "input": [f"{'+' if sign > 0 else '-'}{names[feature]}" for sign, feature in signs],
        "share_below": float((found.upper[:, j] < 0.5).mean()),
        "share_possible": float((found.lower[:, j] < 0.5).mean()),
    }


def _cases(found: Verification, names: Sequence[str]) -> list[dict[str, Any]]:
    return [_case(case, found, j, names) for j, case in enumerate(found.results)]


def _probes(A: Array, names: Sequence[str], folder: Path | None, **asked: Any) -> tuple[dict[str, Any], Array]:
    """The best probes of unit features: of all of them, or of a sample."""
    with counter("probes") as progress, warnings.catch_warnings():
        warnings.simplefilter("ignore", Note)  # that there is no checkpoint yet
        kept: dict[str, Any] = {"checkpoint": folder, "resume": folder is not None, "progress": progress}
        best = lincs.optimal_probes(A, gap=GAP, row_programs=False, **asked, **kept)
    return {
        "features": len(best.features),
        "complete": best.complete,
        "gap": GAP,
        "nu": best.nu.to_dict(),
        "worst": names[best.worst],
        "results": [
            {
                "k": k,
                "worst": best.worst_row(j).to_dict(),
                "median": {"lo": float(np.median(best.lower[:, j])), "hi": float(np.median(best.upper[:, j]))},
                "share_below": float((best.upper[:, j] < 0.5).mean()),
                "share_possible": float((best.lower[:, j] < 0.5).mean()),
            }
            for j, k in enumerate(best.ks)
        ],
    }, best.features


def typical(U: Array, ks: Sequence[int], seed: int) -> list[dict[str, Any]]:
    """The largest error of all tied unit features, for random inputs."""
    found = [typical_errors(U, k=k, seed=seed) for k in ks]
    return [
        {"k": k, "samples": len(errors), "mean": float(errors.mean()), "p99": float(np.quantile(errors, 0.99))}
        for k, errors in zip(ks, found, strict=True)
    ]


def measure(
    rows: Array,
    names: Sequence[str],
    *,
    ks: Sequence[int] = KS,
    sample: int | None = None,
    seed: int = 0,
    threads: int | None = None,
    checkpoint: Path | None = None,
) -> dict[str, Any]:
    """Everything that is said of one table: ``rows`` (m x d) are its features, ``names`` what they are called.

    "unit": features of unit norm; "raw": as they are stored.  Each is read by its own vector at the best scale of the
    row and k ("scaled"); "tied" are unit features read by themselves as they are.
    """
    A = rows.T
    U = dense(A, normalize=True)  # once, not for each tile of each sweep
    more: dict[str, Any] = {"threads": threads, "checkpoint": checkpoint, "resume": checkpoint is not None}
    with counter("inner products") as progress, warnings.catch_warnings():
        warnings.simplefilter("ignore", Note)  # that there is no checkpoint yet
        tied = lincs.verify(U, U, k=ks, progress=progress, **more)
        unit = lincs.verify(U, k=ks, progress=progress, **more)
        raw = lincs.verify(A, k=ks, progress=progress, **more)
    # The errors of tied unit features at k = 1 are their largest cosines: only these can have copies.
    suspects = np.flatnonzero(tied.upper[:, ks.index(1)] > 1 - 2 * COPY)
    shape = geometry(as_matrix(U), only=np.union1d(suspects, tied.results[ks.index(1)].row), threads=threads)
    probes = None
    if sample != 0:
        count = sample or (len(rows) if len(rows) <= WHOLE else SAMPLED)
        some = {"sample": count, "seed": seed} if count < len(rows) else {}
        probes, solved = _probes(U, names, checkpoint, k=ks, threads=threads, **some)
        for j, case in enumerate(probes["results"]):  # the same features read by their own vectors
            case["own_share_below"] = float((unit.upper[solved, j] < 0.5).mean())
    limits = unit.limits
    return {
        "d": A.shape[0],
        "m": A.shape[1],
        "unit": _cases(unit, names),
        "tied": _cases(tied, names),
        "raw": _cases(raw, names),
        "typical": typical(U, ks, seed),
        "limits": None if limits is None else limits.to_dict(),
        "probes": probes,
        "geometry": {
            "coherence": shape.coherence.to_dict(),
            "welch": shape.welch,
            "orthoplex": shape.orthoplex,
            "frame": list(shape.frame),
            "tightness": shape.tightness,
            "norms": [float(norm) for norm in np.quantile(np.linalg.norm(A, axis=0), [0, 0.5, 1])],
            "duplicate_pairs": shape.duplicate_pairs,
            "antipodal_pairs": shape.antipodal_pairs,
            "duplicates": [[names[i], names[j]] for i, j in shape.duplicates[:5]],
            "antipodal": [[names[i], names[j]] for i, j in shape.antipodal[:5]],
            "dead": [names[i] for i in shape.dead],
        },
    }


def table(document: dict[str, Any]) -> str:
    """One line for each table, k and way of reading."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(
        ["table", "d", "m", "k", "read_by", "eps_lo", "eps_hi", "share_below_half", "features", "word", "input"]
    )
    for name, found in document["tables"].items():
        head = (name, found["d"], found["m"])
        for way in ("unit", "tied", "raw"):
            for case in found[way]:
                ends, given = case["eps"], " ".join(case["input"])
                line = (case["k"], way, ends["lo"], ends["hi"], case["share_below"], found["m"], case["word"], given)
                lines.writerow([*head, *line])
        for case in found["probes"]["results"] if found["probes"] else ():
            ends, solved = case["worst"], found["probes"]["features"]
            lines.writerow([*head, case["k"], "best", ends["lo"], ends["hi"], case["share_below"], solved, "", ""])
    return out.getvalue()


def write(name: str, found: dict[str, Any], *, seed: int, folder: Path = FOLDER) -> None:
    """Store what was found of a table beside what is known of the others."""
    file = folder / JSON.name
    document = json.loads(file.read_bytes()) if file.is_file() else {"tables": {}}
    entry = {"title": TABLES[name].title, "package": TABLES[name].package, "package_version": TABLES[name].version}
    tables = document["tables"] | {name: {**entry, "lincs": lincs.__version__, "seed": seed, **found}}
    document = {"schema": 1, "tables": {name: tables[name] for name in TABLES if name in tables}}
    file.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / CSV.name).write_text(table(document), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TABLES))
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--checkpoint", type=Path)
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(TABLES):
        parser.error(f"no table {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}")
    options = {"seed": asked.seed, "threads": asked.threads, "checkpoint": asked.checkpoint, "sample": asked.sample}
    missing = 0
    for name in asked.names or TABLES:
        try:
            found = measure(*TABLES[name].read(), **options)
        except InputError as error:
            print(f"{name}: {error}", file=sys.stderr)
            missing += 1
            continue
        write(name, found, seed=asked.seed)
        print(f"{name}: measured", flush=True)
    real_page.main()
    return 2 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
