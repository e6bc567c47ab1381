"""What ``lincs verify --readout deployed`` takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lincs.errors import InputError

__all__ = ["OPTIONS", "encoder_options"]

# The parameters of the command that speak of an encoder.
OPTIONS = frozenset({"activation", "b_dec", "bias", "bias_key", "threshold", "active_min", "tau", "level"})


def encoder_options(a: Path | None, bias_key: str | None, **options: Any) -> dict[str, Any]:
    """The arguments of :func:`lincs.verify`; ``bias_key`` names an array of A's file."""
    if bias_key is not None:
        from lincs.files import read_array

        if options["bias"] is not None:
            raise InputError("--bias-key has no meaning with --bias")
        if a is None:
            raise InputError("--bias-key names an array of a file of yours")
        options["bias"] = read_array(a, key=bias_key)
    return options
