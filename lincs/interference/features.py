"""One row a feature, as a file: .csv, .npz, or .parquet where pyarrow is installed."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.interference.dictionary import Description

__all__ = ["feature_table", "write_features", "write_table"]


def feature_table(description: Description) -> dict[str, npt.NDArray[Any]]:
    """Columns by name, each with an entry for every feature that is asked for.

    ``feature`` (its index in the file), ``name``, ``dead``, then for each k an enclosure of the feature's own worst
    error, ``eps_k3_lo`` and ``eps_k3_hi`` (threshold: ``margin_k3_lo`` ...), with ``scale_k3``, ``bias_k3`` or
    ``threshold_k3`` where the read-out has one; ``survives``, the largest listed k up to which it stays below eps
    (threshold: decodes); and the worst ``partner_1``, ``partner_1_name``, ``partner_1_value``, ...
    """
    result = description.verification
    rows = np.array(result.rows)
    table: dict[str, npt.NDArray[Any]] = {
        "feature": rows,
        "name": np.array([description.name(i) for i in result.rows]),
        "dead": np.isin(rows, result.dead),
    }
    for j, case in enumerate(result.results):
        ends = result.how.shown(np.stack([result.lower[:, j], result.upper[:, j]]))
        name = f"{result.how.quantity}_k{case.k}"
        table[f"{name}_lo"], table[f"{name}_hi"] = ends.min(axis=0), ends.max(axis=0)
        for extra in ("scale", "bias", "threshold"):
            if getattr(case, extra) is not None:
                table[f"{extra}_k{case.k}"] = getattr(case, extra)
    table |= result.columns
    table["survives"] = description.survives
    for n in range(description.partners.shape[1]):
        column = description.partners[:, n]
        table[f"partner_{n + 1}"] = column
        names = ["" if j < 0 else description.name(j) for j in column.tolist()]
        table[f"partner_{n + 1}_name"] = np.array(names)
        table[f"partner_{n + 1}_value"] = description.partner_values[:, n]
    return table


def write_features(description: Description, path: str | os.PathLike[str]) -> None:
    """Write :func:`feature_table` in the format of the path's suffix."""
    write_table(feature_table(description), path)


def write_table(table: Mapping[str, npt.NDArray[Any]], path: str | os.PathLike[str]) -> None:
    """Write columns of one length in the format of the path's suffix: .csv, .npz or .parquet."""
    file = Path(path)
    try:
        if file.suffix == ".csv":
            with open(file, "w", newline="", encoding="utf-8") as out:
                writer = csv.writer(out)
                writer.writerow(table)
                writer.writerows(zip(*(column.tolist() for column in table.values()), strict=True))
        elif file.suffix == ".npz":
            np.savez(file, **table)  # type: ignore[arg-type]
        elif file.suffix == ".parquet":
            _write_parquet(table, file)
        else:
            raise InputError(f"per-feature file must end in .csv, .npz or .parquet, got {file}")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror or error}") from None


def _write_parquet(table: Mapping[str, npt.NDArray[Any]], file: Path) -> None:
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError:
        raise InputError(f"{file} needs pyarrow to be written; .csv and .npz need nothing more") from None
    pyarrow.parquet.write_table(pyarrow.table(dict(table)), file)
