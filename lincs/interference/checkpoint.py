"""A file that lets a long sweep go on where it was stopped, by Ctrl-C or by force.

The file is replaced as a whole (written beside, then renamed), so that it is never half a checkpoint.  It belongs to
one question about one pair, named by a digest of both (identity.py), which is checked before anything is taken from
it; and to one run at a time, by a lock.  A checkpoint is a convenience: where it cannot be kept, a :class:`Note` says
so and the run goes on.
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from filelock import FileLock, Timeout

from lincs.errors import InputError, Note
from lincs.keeping import DAMAGED, try_to_keep

__all__ = ["Checkpoint", "SweepKeeper"]

Array = npt.NDArray[Any]

_SUFFIX = ".lincs-checkpoint.npz"


class Checkpoint:
    """The state of the sweeps of one analysis, in one .npz file.

    ``path`` is the file, or a folder in which it is named by the question.  Nothing is written before ``every`` seconds
    have passed, and then at most that often: a short run leaves no file.  With ``resume`` an existing file is read;
    without it an old file is overwritten.
    """

    def __init__(self, path: str | os.PathLike[str], *, every: float = 30.0, resume: bool = False) -> None:
        self.path = Path(path)
        if not self.path.is_dir() and not self.path.parent.is_dir():
            raise InputError(f"checkpoint {self.path} cannot be written: there is no folder {self.path.parent}")
        self.every = every
        self.resume = resume
        self.last = time.monotonic()
        self.contents: dict[str, Array] = {}
        self.begun = False  # whether the file on disk is ours
        self.off = False  # whether nothing can be kept in this run
        self.lock: FileLock | None = None

    def open(self, key: str) -> None:
        """Begin, or go on with, the analysis whose question and matrices have the digest ``key``."""
        if self.path.is_dir():
            self.path = self.path / f"{key[:16]}{_SUFFIX}"
        if self.resume and not self.path.exists():
            warnings.warn(f"there is no checkpoint {self.path}: starting from the beginning", Note, stacklevel=2)
        elif self.resume and self._locked():
            self._read(key)
        self.contents["fingerprint"] = np.array(key)

    def _read(self, key: str) -> None:
        try:
            with np.load(self.path, allow_pickle=False) as archive:
                self.contents = {name: archive[name] for name in archive.files}
        except DAMAGED as error:
            self._unlock()
            reason = " ".join(str(error).split()) or type(error).__name__
            raise InputError(f"checkpoint {self.path} cannot be read: {reason}") from None
        if str(self.contents.get("fingerprint")) != key:
            self._unlock()
            raise InputError(f"checkpoint {self.path} belongs to another matrix, k, read-out or precision")
        self.begun = True

    def due(self) -> bool:
        return not self.off and time.monotonic() - self.last >= self.every

    def write(self) -> None:
        """Replace the file by the present contents; a :class:`Note` if that is not possible."""
        if self.off or not self._locked():
            return
        if not try_to_keep(self.path, lambda file: np.savez(file, **self.contents)):  # type: ignore[arg-type]
            self.off = True
            return
        self.last = time.monotonic()
        self.begun = True

    def _locked(self) -> bool:
        """Whether this run holds the file; taken at the first need, so that a short run leaves nothing behind."""
        if self.lock is None and not self.off:
            lock = FileLock(f"{self.path}.lock", timeout=0)
            try:
                lock.acquire()
            except Timeout:
                self._give_up(f"another run is at work on the same question with checkpoint {self.path}")
            except OSError as error:
                self._give_up(f"checkpoint {self.path} cannot be written ({error.strerror or error})")
            else:
                self.lock = lock
                for left in self.path.parent.glob(f"{self.path.name}.*.part"):
                    left.unlink(missing_ok=True)  # of a run that was killed while it wrote
        return self.lock is not None

    def _give_up(self, why: str) -> None:
        self.off = True
        warnings.warn(f"{why}: this run goes on without a checkpoint", Note, stacklevel=3)

    def _unlock(self) -> None:
        if self.lock is not None:
            Path(self.lock.lock_file).unlink(missing_ok=True)
            self.lock.release()
            self.lock = None

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Let go of the file; remove it if the analysis is complete, and there is nothing left to resume."""
        if self.begun and not self.off:
            if kind is None:
                self.path.unlink(missing_ok=True)
            else:
                warnings.warn(f"finished panels are in {self.path}: --resume goes on from there", Note, stacklevel=3)
        self._unlock()


class SweepKeeper:
    """The part of a checkpoint that belongs to one sweep: its own state, and the results it fills in."""

    def __init__(self, checkpoint: Checkpoint, label: str, results: Mapping[str, Array]) -> None:
        self.checkpoint, self.label, self.results = checkpoint, label, results

    def restore(self, like: Mapping[str, Array]) -> Mapping[str, Array] | None:
        """The saved state, which must look ``like`` the present one; the results are filled in."""
        if not any(name.startswith(f"{self.label}/") for name in self.checkpoint.contents):
            return None
        state = {name: self._array(f"state/{name}", array) for name, array in like.items()}
        for name, array in self.results.items():
            array[:] = self._array(f"results/{name}", array)
        return state

    def _array(self, name: str, like: Array) -> Array:
        saved = self.checkpoint.contents.get(f"{self.label}/{name}")
        if saved is None or saved.shape != like.shape or saved.dtype != like.dtype:
            raise InputError(f"checkpoint {self.checkpoint.path} is damaged: {name} is not what was saved")
        return saved

    def due(self) -> bool:
        return self.checkpoint.due()

    def save(self, state: Mapping[str, Array], *, interrupted: bool = False) -> None:
        contents = self.checkpoint.contents
        contents.update({f"{self.label}/state/{name}": array for name, array in state.items()})
        contents.update({f"{self.label}/results/{name}": array.copy() for name, array in self.results.items()})
        if interrupted or self.checkpoint.begun or self.checkpoint.due():
            self.checkpoint.write()
