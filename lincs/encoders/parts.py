"""What a file or an object says of its encoder beside the two matrices, in its own units and under its own names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.formats import Entry

__all__ = ["BIASES", "Parts"]

Array = npt.NDArray[Any]

# Role -> the names that it goes by (without case).  ``decoder``: what decode adds, and most encoders subtract.
BIASES: dict[str, tuple[str, ...]] = {
    "magnitude": ("b_mag", "mag_bias"),
    "bias": ("b_enc", "encoder.bias", "encoder_bias", "latent_bias", "b_e"),
    "decoder": ("b_dec", "decoder.bias", "decoder_bias", "b_d", "bias", "pre_bias"),
    "threshold": ("threshold", "activation_threshold"),
    "log_threshold": ("log_threshold",),
    "gate": ("b_gate", "gate_bias"),
    "gain": ("r_mag",),
}


@dataclass(frozen=True)
class Parts:
    """The other arrays by their plain names in lower case, and the configuration.

    ``unit`` (m,): what the encoder's outputs are multiplied by because decoder norms are folded into the features; None
    if nothing is.  ``file`` is the file's name, where it is one.
    """

    where: str
    arrays: Mapping[str, Entry]
    config: Mapping[str, Any] = field(default_factory=dict)
    layout: str = ""
    file: str = ""
    unit: Array | None = None

    def names(self, role: str) -> list[str]:
        return [name for name in BIASES[role] if name in self.arrays]

    def array(self, role: str, *sizes: int) -> Array | None:
        """The array of this role as float64, of one of the sizes; None if the file has none.

        Raises :class:`InputError` for another size, for several arrays of one role, and for what is not finite.
        """
        held = self.names(role)
        if not held:
            return None
        if len(held) > 1:
            raise InputError(
                f"{self.where} has {' and '.join(held)}: which of them is the encoder's? Give it as an array"
            )
        values = np.asarray(self.arrays[held[0]].open(), dtype=np.float64).ravel()
        if values.size not in sizes:
            raise InputError(
                f"{held[0]} in {self.where} must have {' or '.join(map(str, sizes))} entries, got {values.size}"
            )
        if not np.isfinite(values).all():
            place = int(np.argmin(np.isfinite(values)))
            raise InputError(f"{held[0]} in {self.where} must be finite, got {values[place]} at {place}")
        return values
