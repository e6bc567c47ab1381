"""A file that lets a long sweep go on where it was stopped, by Ctrl-C or by force.

The file is replaced as a whole (written beside, then renamed), so that it is never half a checkpoint.  It belongs to
one question about one pair: a fingerprint of both is checked before anything is taken from it.
"""

from __future__ import annotations

import hashlib
import os
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError

__all__ = ["Checkpoint", "SweepKeeper", "fingerprint"]

Array = npt.NDArray[Any]


def fingerprint(*parts: Any) -> str:
    """A digest of arrays (by their bytes) and anything else (by its repr)."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(
            np.ascontiguousarray(part).tobytes() if isinstance(part, np.ndarray) else repr(part).encode()
        )
        digest.update(b"\0")
    return digest.hexdigest()


class Checkpoint:
    """The state of the sweeps of one analysis, in one .npz file.

    Nothing is written before ``every`` seconds have passed, and then at most that often: a short run leaves no file.
    With ``resume`` an existing file is read; without it an old file is overwritten.
    """

    def __init__(self, path: str | os.PathLike[str], *, every: float = 30.0, resume: bool = False) -> None:
        self.path = Path(path)
        self.every = every
        self.resume = resume
        self.last = time.monotonic()
        self.contents: dict[str, Array] = {}
        self.begun = False  # whether the file on disk is ours

    def open(self, key: str) -> None:
        """Begin, or go on with, the analysis whose :func:`fingerprint` is ``key``."""
        if self.resume and self.path.exists():
            try:
                with np.load(self.path, allow_pickle=False) as archive:
                    self.contents = {name: archive[name] for name in archive.files}
            except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
                raise InputError(f"checkpoint {self.path} cannot be read: {error}") from None
            if str(self.contents.get("fingerprint")) != key:
                raise InputError(
                    f"checkpoint {self.path} belongs to another matrix, k, read-out or precision"
                )
            self.begun = True
        self.contents["fingerprint"] = np.array(key)

    def due(self) -> bool:
        return time.monotonic() - self.last >= self.every

    def write(self) -> None:
        """Replace the file by the present contents."""
        beside = self.path.with_name(self.path.name + ".part")
        try:
            with open(beside, "wb") as file:
                np.savez(file, **self.contents)  # type: ignore[arg-type]
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, self.path)
        except OSError as error:
            raise InputError(f"checkpoint {self.path} cannot be written: {error.strerror or error}") from None
        self.last = time.monotonic()
        self.begun = True

    def remove(self) -> None:
        """The analysis is complete: there is nothing left to resume."""
        if self.begun:
            self.path.unlink(missing_ok=True)


class SweepKeeper:
    """The part of a checkpoint that belongs to one sweep: its own state, and the results it fills in."""

    def __init__(self, checkpoint: Checkpoint, label: str, results: Mapping[str, Array]) -> None:
        self.checkpoint, self.label, self.results = checkpoint, label, results

    def restore(self) -> Mapping[str, Array] | None:
        prefix = f"{self.label}/state/"
        contents = self.checkpoint.contents
        state = {
            name.removeprefix(prefix): array for name, array in contents.items() if name.startswith(prefix)
        }
        if not state:
            return None
        for name, array in self.results.items():
            array[:] = contents[f"{self.label}/results/{name}"]
        return state

    def due(self) -> bool:
        return self.checkpoint.due()

    def save(self, state: Mapping[str, Array], *, interrupted: bool = False) -> None:
        contents = self.checkpoint.contents
        contents.update({f"{self.label}/state/{name}": array for name, array in state.items()})
        contents.update(
            {f"{self.label}/results/{name}": array.copy() for name, array in self.results.items()}
        )
        if interrupted or self.checkpoint.begun or self.checkpoint.due():
            self.checkpoint.write()
