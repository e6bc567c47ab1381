"""What each array beside decoder and encoder means for the linear read-out ``B^T A``.

Names are compared without case, as SAELens, sparsify, dictionary_learning and their relatives write them.  What is not
listed is *unknown*, and said to be: an array that nobody understood may well change the map.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

__all__ = ["Role", "by_role", "role_of"]


class Role(Enum):
    """The part that an array has in ``z -> x -> read-out``."""

    NO_PART = "no part of a linear read-out"  # biases, thresholds, statistics of the training
    ENCODER_LOG_GAIN = "multiplies the encoder by its exponential, feature by feature"
    DECODER_SCALE = "multiplies the decoder, feature by feature"
    INPUT_GAIN = "multiplies the encoder's input, coordinate by coordinate"
    OTHER_SPACE = "makes it a transcoder, whose encoder reads another space than its decoder writes"
    UNKNOWN = "unknown"


_ROLES = {
    Role.NO_PART: [
        "b_enc",
        "b_dec",
        "b_d",
        "b_e",
        "b_mag",
        "b_gate",
        "bias",
        "pre_bias",
        "latent_bias",
        "decoder_bias",
        "encoder_bias",
        "gate_bias",
        "mag_bias",
        "encoder.bias",
        "decoder.bias",
        "threshold",
        "log_threshold",
        "k",
        "activation_threshold",
        "norm_factor",
        "num_tokens_since_fired",
        "firing_count",
        "act_freq",
        "sparsity",
        "dataset_average_activation_norm.in",
        "dataset_average_activation_norm.out",
        "running_mean",
    ],
    Role.ENCODER_LOG_GAIN: ["r_mag"],
    Role.DECODER_SCALE: ["scaling_factor"],
    Role.INPUT_GAIN: ["norm.weight", "input_norm.weight", "layer_norm.weight"],
    Role.OTHER_SPACE: ["w_skip", "skip.weight", "b_dec_out", "w_gate_skip"],
}
_BY_NAME = {name: role for role, names in _ROLES.items() for name in names}


def role_of(name: str) -> Role:
    """The role of an array by its name without wrappers."""
    return _BY_NAME.get(name.lower(), Role.UNKNOWN)


def by_role(names: Iterable[str]) -> dict[Role, list[str]]:
    """The names sorted by their roles."""
    found: dict[Role, list[str]] = {}
    for name in sorted(names):
        found.setdefault(role_of(name), []).append(name)
    return found
