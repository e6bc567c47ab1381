"""Objects of other libraries as what they hold, without importing those libraries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.formats.base import LONE, Contents, Entry, of_array
from lincs.formats.torch_files import as_array, entry_of, tensors_in

__all__ = ["array_of", "contents_of"]

Array = npt.NDArray[Any]


def array_of(value: Any, name: str) -> Array:
    """Anything that is one array: numpy's, torch's, scipy's sparse, what offers ``__array__`` or DLPack, lists."""
    if hasattr(value, "detach") and hasattr(value, "cpu"):
        return as_array(value)
    if hasattr(value, "toarray") and hasattr(value, "nnz"):
        return np.asarray(value.toarray())
    if hasattr(value, "__dlpack__") and not hasattr(value, "__array__"):
        return np.asarray(np.from_dlpack(value))
    try:
        return np.asanyarray(value)
    except ValueError:
        raise InputError(f"{name} must be a rectangular matrix, got rows of different lengths") from None


def contents_of(value: Any) -> Contents | None:
    """What an autoencoder or a layer holds (its state and its configuration); None for anything else.

    A state dict is one too.  A single embedding lists its features as rows; a linear layer is ``weight`` (out, in).
    """
    state = value
    if not isinstance(value, Mapping):
        if not callable(getattr(value, "state_dict", None)):
            return _attributes(value)
        state = value.state_dict()
    arrays = {name: entry_of(tensor) for name, tensor in tensors_in(state)}
    if not isinstance(state, Mapping) or not arrays:
        return None
    if set(arrays) <= {"weight", "bias"} and "weight" in arrays:
        return Contents({LONE: arrays["weight"]}, rows=hasattr(value, "num_embeddings"))
    return Contents(arrays, config=_of_class(value) | _configuration(value))


def _of_class(value: Any) -> dict[str, Any]:
    """An object's class says what its configuration would, where its library saves that (dictionary_learning)."""
    own: dict[str, Any] = {"dict_class": type(value).__name__}
    if isinstance(getattr(value, "apply_b_dec_to_input", None), bool):
        own["apply_b_dec_to_input"] = value.apply_b_dec_to_input
    return own


def _attributes(value: Any) -> Contents | None:
    """Of an object with ``W_dec`` and perhaps ``W_enc``."""
    if not hasattr(value, "W_dec"):
        return None
    known = ("W_dec", "W_enc", "b_dec", "b_enc", "threshold", "r_mag", "b_mag", "b_gate", "W_skip")
    names = [name for name in known if _is_array(getattr(value, name, None))]
    arrays: dict[str, Entry] = {name: of_array(array_of(getattr(value, name), name)) for name in names}
    return Contents(arrays, config=_of_class(value) | _configuration(value)) if arrays else None


def _is_array(value: Any) -> bool:
    return hasattr(value, "shape") and hasattr(value, "dtype")


def _configuration(value: Any) -> dict[str, Any]:
    """The settings of an object: its ``cfg`` or ``config``, as a dictionary."""
    for name in ("cfg", "config"):
        held = getattr(value, name, None)
        if held is None:
            continue
        if callable(getattr(held, "to_dict", None)):
            architecture = getattr(held, "architecture", None)
            held = held.to_dict()
            if callable(architecture) and isinstance(held, Mapping):
                held = {"architecture": architecture(), **held}  # SAELens saves it, but has it as a method
        if not isinstance(held, Mapping):
            held = getattr(held, "__dict__", {})
        return {str(key): setting for key, setting in held.items()}
    return {}
