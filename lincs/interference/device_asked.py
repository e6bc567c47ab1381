"""What :func:`lincs.verify` is asked of a device: which one, how it multiplies, and what it cannot be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lincs.accelerator import PRODUCTS, Accelerator, accelerator
from lincs.errors import InputError, check_choice
from lincs.matrices import Matrix

__all__ = ["asked_device", "check_device"]


def asked_device(device: Any, precision: str | None) -> Accelerator | None:
    """The device that is asked for, if one is; ``precision`` is what :func:`lincs.verify` takes."""
    coarse = tuple(name for name in PRODUCTS if name != "float32")
    if precision is not None:
        check_choice(precision, "precision", ("double", "mixed", *coarse))
    if device is None:
        if precision in coarse:
            raise InputError(f"precision {precision} must come with a device, got none")
        return None
    if precision == "double":
        raise InputError(
            "precision must not be double with a device, which sweeps in float32: proofs are the processor's"
        )
    return accelerator(device, precision if precision in coarse else "float32")


def check_device(A: Matrix, asked: Mapping[str, bool]) -> None:
    """Refuse what is not done on a device; ``asked`` says of each such thing whether it is asked for."""
    for name, there in asked.items():
        if there:
            raise InputError(f"device cannot be used with {name}: it sweeps pairs as they are, any k features active")
    if A.is_complex:
        raise InputError(f"device cannot be used with complex features, got complex {A.name}")
