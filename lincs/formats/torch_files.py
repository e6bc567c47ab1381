"""torch's files: state dicts, nested ones too, read weights-only, so that a file that would run code is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.formats.base import LONE, Contents, Entry, Format, How
from lincs.formats.numpy_files import is_torch_archive

__all__ = ["Torch", "as_array", "entry_of", "tensors_in"]


class Torch(Format):
    name = "torch"
    suffixes = (".pt", ".pth", ".bin", ".ckpt")

    def recognises(self, head: bytes, path: Path) -> bool:
        # A zip archive of torch, or the pickle of its older format.
        return (head.startswith(b"PK\x03\x04") and is_torch_archive(path)) or head[:1] == b"\x80"

    def read(self, path: Path, how: How) -> Contents:
        try:
            import torch
        except ModuleNotFoundError:
            raise InputError(f"{path} needs torch to be read: install the extra lincs-bounds[torch]") from None
        content = torch.load(path, map_location="cpu", weights_only=True)
        if isinstance(content, torch.Tensor):
            return Contents({LONE: entry_of(content)})
        found = dict(tensors_in(content))
        if not found:
            raise InputError(f"{path} holds no tensors")
        return Contents({name: entry_of(tensor) for name, tensor in found.items()}, config=_settings(content))


def entry_of(tensor: Any) -> Entry:
    dtype = np.dtype(_NUMPY.get(str(tensor.dtype), str(tensor.dtype).removeprefix("torch.")))
    return Entry(tuple(tensor.shape), dtype, lambda: as_array(tensor))


# Types that numpy has not, as one that holds all their numbers exactly.
_NUMPY = {
    "torch.bfloat16": "float32",
    "torch.float8_e4m3fn": "float32",
    "torch.float8_e5m2": "float32",
    "torch.float8_e4m3fnuz": "float32",
    "torch.float8_e5m2fnuz": "float32",
}


def as_array(tensor: Any) -> npt.NDArray[Any]:
    """A torch tensor of any device, layout and number type as a numpy array of the same numbers."""
    tensor = tensor.detach()
    if str(getattr(tensor, "layout", "torch.strided")) != "torch.strided":
        tensor = tensor.to_dense()
    if getattr(tensor, "is_quantized", False):
        tensor = tensor.dequantize()
    if str(tensor.device) == "meta":
        raise InputError("a tensor on the meta device has a shape and no numbers")
    tensor = tensor.cpu()
    if tensor.is_complex():
        tensor = tensor.resolve_conj()
    return np.asarray((tensor.float() if str(tensor.dtype) in _NUMPY else tensor).numpy())


def tensors_in(content: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every tensor of nested dictionaries and lists, by the path to it: ``ae.decoder.weight``, ``models.0.W_dec``."""
    items: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(content, Mapping):
        items = iter(content.items())
    elif isinstance(content, list | tuple):
        items = enumerate(content)
    for key, value in items:
        name = f"{prefix}.{key}" if prefix else str(key)
        if hasattr(value, "detach") and hasattr(value, "shape"):
            yield name, value
        else:
            yield from tensors_in(value, name)


def _settings(content: Any) -> dict[str, Any]:
    """Numbers, words and flags beside the tensors (step, norm_factor, cfg): a configuration may be among them."""
    if not isinstance(content, Mapping):
        return {}
    plain = {str(k): v for k, v in content.items() if isinstance(v, str | int | float | bool)}
    for name in ("cfg", "config"):
        if isinstance(content.get(name), Mapping):
            plain |= dict(content[name])
    return plain
