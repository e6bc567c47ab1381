"""Files that keep what a long run has finished: replaced as a whole, and never the end of the run."""

from __future__ import annotations

import os
import threading
import warnings
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

from lincs.errors import InputError, Note

__all__ = ["DAMAGED", "check_place", "is_writing", "replace_file", "try_to_keep"]

_writing = threading.Semaphore(0)  # one permit for every file that is being written just now

# What numpy and json raise for a file that is cut off or garbled.
DAMAGED = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error)


def check_place(path: str | os.PathLike[str], what: str) -> None:
    """Before any work: :class:`InputError` if there is no folder in which the file could be written."""
    parent = Path(path).parent
    if not parent.is_dir():
        raise InputError(f"{what} {path} cannot be written: there is no folder {parent}")


def replace_file(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write beside, flush, rename: whoever looks finds the old file or the new one, never half of one.

    Raises OSError, and leaves nothing beside the file then.
    """
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    _writing.release()
    try:
        with open(beside, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    finally:
        _writing.acquire()


def is_writing() -> bool:
    """Whether some thread is just writing a file: not the moment to end the process."""
    if not _writing.acquire(blocking=False):
        return False
    _writing.release()
    return True


def try_to_keep(path: Path, write: Callable[[IO[bytes]], object]) -> bool:
    """:func:`replace_file`; where that is not possible (a full disk), a :class:`Note`, and False."""
    try:
        replace_file(path, write)
    except OSError as error:
        warnings.warn(
            f"checkpoint {path} cannot be written ({error.strerror or error}): the run goes on", Note, stacklevel=3
        )
        return False
    return True
