"""Matrices as files that lincs and other programs read: .npy, .npz and .safetensors, by the ending of the name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lincs.errors import InputError

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["ARRAYS", "write_arrays"]

ARRAYS = (".npz", ".safetensors")  # files of several arrays, with names


def write_arrays(path: str | Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write the arrays by name; a .npy file holds one array, and no name.

    Raises :class:`InputError` for another ending, and where the file cannot be written.
    """
    import numpy as np

    file = Path(path)
    kept = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    try:
        if file.suffix == ".safetensors":
            from safetensors.numpy import save_file

            save_file(kept, file)
        elif file.suffix == ".npz":
            np.savez(file, **kept)  # type: ignore[arg-type]
        elif file.suffix == ".npy" and len(kept) == 1:
            np.save(file, next(iter(kept.values())))
        else:
            raise InputError(f"{file} must end in {', '.join(ARRAYS)}{' or .npy' if len(kept) == 1 else ''}")
    except InputError:
        raise
    except Exception as error:  # safetensors has its own kind of OSError
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise InputError(f"{file} cannot be written: {reason}") from None
