"""What each library does with the arrays that it saves: the activation, and whether decode's bias is subtracted first.

A convention is taken from the configuration beside the file, or from names that only one library writes; never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

from lincs.encoders.activations import Activation, Gated, GroupMax, JumpRelu, Linear, Relu, TopK
from lincs.encoders.parts import Parts
from lincs.errors import InputError

__all__ = ["Convention", "convention_of"]


@dataclass(frozen=True)
class Convention:
    """``subtracted``: whether the encoder subtracts the decoder's bias; None where it is not known."""

    activation: Activation | None = None
    subtracted: bool | None = None


# dictionary_learning 0.1 by the class of its configuration (or of the object); None: the number of kept features is k.
_CLASSES: dict[str, Convention] = {
    "AutoEncoder": Convention(Relu(), True),
    "AutoEncoderNew": Convention(Relu(), False),
    "GatedAutoEncoder": Convention(Gated(), True),
    "JumpReluAutoEncoder": Convention(JumpRelu(), False),
    "BatchTopKSAE": Convention(JumpRelu(), True),
    "MatryoshkaBatchTopKSAE": Convention(JumpRelu(), True),
}
_TOP_K_CLASS = "AutoEncoderTopK"
# SAELens 6 by its architecture; batch-top-k kinds are saved as jumprelu.
_ARCHITECTURES: dict[str, Activation] = {"standard": Relu(), "gated": Gated(), "jumprelu": JumpRelu()}
# Gemma Scope and Gemma Scope 2: these five arrays in a file of this name, without any configuration.
_GEMMA_SCOPE = {"w_enc", "w_dec", "b_enc", "b_dec", "threshold"}
_GEMMA_FILES = ("params.npz", "params.safetensors")
_NONLINEAR = ("layer_norm", "constant_norm_rescale", "covariance_whitening")


def convention_of(parts: Parts) -> Convention:
    """What is known of the encoder from its file; raises :class:`InputError` for one that is not ``f(B^T x + b)``."""
    normalises = str(parts.config.get("normalize_activations", "none")).lower()
    if normalises in _NONLINEAR:
        raise InputError(
            f"{parts.where} normalises every input (normalize_activations: {normalises}), which makes its encoder more "
            "than B^T x + bias and an activation: the deployed read-out cannot say anything of it"
        )
    for known in (_by_toy, _by_class, _by_saelens, _by_sparsify, _by_names):
        found = known(parts)
        if found is not None:
            return found
    return Convention()


def _by_toy(parts: Parts) -> Convention | None:
    """A toy model says its output."""
    kinds: dict[str, Activation] = {"relu": Relu(), "linear": Linear()}
    word = parts.config.get("toy_output")
    return None if word is None else Convention(kinds.get(str(word)))


def _by_class(parts: Parts) -> Convention | None:
    """dictionary_learning says its class."""
    name = str(parts.config.get("dict_class", ""))
    if name == _TOP_K_CLASS:
        return Convention(_top_k(parts, parts.config.get("k")), True)
    known = _CLASSES.get(name)
    told = parts.config.get("apply_b_dec_to_input")  # of an object that was made from one of SAELens
    return known if known is None or told is None else Convention(known.activation, bool(told))


def _by_saelens(parts: Parts) -> Convention | None:
    """SAELens says its architecture, and whether ``b_dec`` is applied to the input (by default it is)."""
    word = str(parts.config.get("architecture", "")).lower()
    if not word and "apply_b_dec_to_input" not in parts.config:
        return None
    function = str(parts.config.get("activation_fn", parts.config.get("activation_fn_str", ""))).lower()
    activation = _ARCHITECTURES.get(word)
    if word in ("topk", "top_k") or function.startswith("topk"):
        settings = parts.config.get("activation_fn_kwargs") or {}
        activation = _top_k(parts, parts.config.get("k", settings.get("k") if isinstance(settings, dict) else None))
    elif function and not function.startswith("relu"):
        activation = None
    return Convention(activation, bool(parts.config.get("apply_b_dec_to_input", True)))


def _by_sparsify(parts: Parts) -> Convention | None:
    """sparsify always subtracts ``b_dec`` (a transcoder is refused before), and keeps k by ``activation``."""
    if parts.layout != "sparsify":
        return None
    kind = {"topk": TopK, "groupmax": GroupMax}.get(str(parts.config.get("activation", "topk")))
    keep = parts.config.get("k")
    return Convention(kind(keep) if kind is not None and isinstance(keep, int) and keep > 0 else None, True)


def _by_names(parts: Parts) -> Convention | None:
    """Names that only one library writes."""
    held = set(parts.arrays)
    if parts.file.lower() in _GEMMA_FILES and held == _GEMMA_SCOPE - {"w_enc", "w_dec"} and not parts.config:
        return Convention(JumpRelu(), False)
    if parts.layout == "dictionary-learning":
        if "decoder_bias" in held and {"gate_bias", "mag_bias", "r_mag"} <= held:
            return _CLASSES["GatedAutoEncoder"]
        if held == {"bias", "encoder.bias"}:
            return _CLASSES["AutoEncoder"]
        if held == {"decoder.bias", "encoder.bias"}:
            return _CLASSES["AutoEncoderNew"]
        if {"b_dec", "k"} <= held:
            return Convention(None, True)  # TopK or BatchTopK
    return None


def _top_k(parts: Parts, keep: object) -> Activation | None:
    if keep is None and "k" in parts.arrays:
        import numpy as np

        keep = int(np.asarray(parts.arrays["k"].open()).ravel()[0])
    return TopK(keep) if isinstance(keep, int) and keep > 0 else None
