"""A sparse autoencoder as a pair: decoder A and encoder B as its own ``encode`` and ``decode`` use them.

The unit of a feature is what the library's ``encode`` returns.  Everything that changes the linear map is used: gains
of the encoder, scale factors of the decoder, gains of a normalisation before the encoder, decoder norms that are not
folded into the weights.  What is no part of a linear read-out is left out, what is unknown is said to be.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.encoders.parts import Parts
from lincs.errors import InputError, Note
from lincs.formats import Contents, Entry
from lincs.layouts import LAYOUTS
from lincs.layouts.base import Layout, Part, plain_names
from lincs.layouts.roles import Role, by_role
from lincs.matrices import Matrix, check_array

__all__ = ["Dictionary", "detect", "dictionary", "models_in"]

Array = npt.NDArray[Any]

# Words of configurations, as SAELens, sparsify and dictionary_learning write them.
_WIDTH = ("d_in", "activation_dim", "d_model")
_FEATURES = ("d_sae", "dict_size", "num_latents", "d_hidden")
_FOLD = "rescale_acts_by_decoder_norm"
_SELECTING = ("topk", "batchtopk", "matryoshka")


@dataclass(frozen=True)
class Dictionary:
    """A, B (None: the file has no encoder, or it was not asked for) and the other parts of the encoder."""

    A: Matrix
    B: Matrix | None
    parts: Parts


def detect(contents: Contents, prefix: str | None = None) -> Layout | None:
    """The named layout whose arrays the file holds: with its encoder if possible, else a decoder alone; or None."""
    names = plain_names(contents.arrays, prefix)

    def axes(part: Part) -> bool:
        found = part.find(names)
        return found is not None and len(contents.arrays[found].shape) == part.axes

    named = [layout for layout in LAYOUTS.values() if layout.decoder is not None and layout.encoder is not None]
    whole = next(
        (lay for lay in named if lay.decoder and lay.encoder and axes(lay.decoder) and axes(lay.encoder)), None
    )
    if whole is not None:
        return whole
    return next((lay for lay in named if lay.decoder and axes(lay.decoder) and "w_dec" in map(str.lower, names)), None)


def models_in(contents: Contents) -> list[str]:
    """The prefixes under which a file of several models keeps each of them."""
    found: dict[str, None] = {}
    for name in contents.arrays:
        for layout in LAYOUTS.values():
            for decoder in layout.decoder.names if layout.decoder is not None else ():
                if name.lower().endswith("." + decoder.lower()):
                    found.setdefault(name[: -len(decoder) - 1])
    return list(found)


def dictionary(
    contents: Contents,
    where: str,
    layout: Layout,
    *,
    file: str = "",
    prefix: str | None = None,
    decoder_only: bool = False,
    deployed: bool = False,
) -> Dictionary:
    """A, and B if the file has an encoder, both ``d x m``.

    ``prefix`` chooses one model of several; ``deployed`` says that biases and thresholds will be used.  Raises
    :class:`InputError` when an array is missing, the shapes do not belong together, or the object is none whose encoder
    reads what its decoder writes.
    """
    assert layout.decoder is not None
    assert layout.encoder is not None
    names = plain_names(contents.arrays, prefix)
    decoder, encoder = layout.decoder.find(names), layout.encoder.find(names)
    if decoder is None:
        held = ", ".join(sorted(contents.arrays)[:12])
        held = held if any(contents.arrays) else "a single unnamed array"
        raise InputError(
            f"{where} has no array {layout.decoder.names[0]!r}, which layout {layout.name} needs; it holds {held}"
        )
    others = {plain: full for plain, full in names.items() if full not in (decoder, encoder)}
    roles = by_role(others)
    _refuse_other_objects(contents, where, roles, decoder, encoder if not decoder_only else None, layout)
    A = _matrix(contents.arrays[decoder], layout.decoder, decoder, where, contents.config)
    B = None
    if encoder is not None and not decoder_only:
        B = _encoder(contents, layout, encoder, A, where)
    rest = {plain.lower(): contents.arrays[full] for plain, full in others.items()}
    parts = Parts(where, rest, contents.config, layout.name, file)
    if B is not None and contents.config.get(_FOLD):
        norms = A.norms()
        parts = replace(parts, unit=np.where(norms > 0, norms, 1.0))
    A, B, folded = _folded(contents, roles, others, A, B)
    _say(where, layout, roles, A, B, folded, contents.config, deployed)
    return Dictionary(A, B, parts)


def _refuse_other_objects(
    contents: Contents, where: str, roles: Mapping[Role, list[str]], decoder: str, encoder: str | None, layout: Layout
) -> None:
    assert layout.decoder is not None
    shape, config = contents.arrays[decoder].shape, contents.config
    if len(shape) != layout.decoder.axes:
        models = shape[1] if len(shape) == 3 else 0
        hint = (
            f": a crosscoder of {models} models? --layout crosscoder reads one dictionary of all of them"
            if models
            else ""
        )
        raise InputError(
            f"{decoder} in {where} has {len(shape)} axes, layout {layout.name} has {layout.decoder.axes}{hint}"
        )
    if encoder is None:
        return
    signs = [f"{name} is there" for name in roles.get(Role.OTHER_SPACE, [])]
    words = " ".join(str(config.get(key, "")) for key in ("architecture", "model_class", "sae_class", "_class_name"))
    signs += ["its configuration calls it one"] if "transcoder" in words.lower() or config.get("transcode") else []
    signs += ["its configuration names an output hook"] if config.get("hook_name_out") else []
    signs += ["d_out differs from d_in"] if config.get("d_out") not in (None, config.get("d_in")) else []
    if signs:
        raise InputError(
            f"{where} is a transcoder ({signs[0]}): its encoder reads another space than its decoder writes, so B^T A "
            f"is not its read-out; ask about the decoder alone (--key {decoder} --layout {layout.decoder.orientation})"
        )


def _matrix(entry: Entry, part: Part, name: str, where: str, config: Mapping[str, Any]) -> Matrix:
    """The matrix of an array, its orientation as the layout has it, or as the configuration has it."""
    store = entry.open()
    shape, orientation = entry.shape, part.orientation
    if part.axes == 3:  # (m, models, d) or (models, d, m): one dictionary of the concatenated space
        store = np.asarray(store)
        store = store.reshape(shape[0], -1) if orientation == "rows" else store.reshape(-1, shape[-1])
        shape = store.shape
    check_array(shape, entry.dtype, f"{name} in {where}")
    m, d = shape if orientation == "rows" else shape[::-1]
    width, features = (_number(config, words) for words in (_WIDTH, _FEATURES))
    if part.axes == 2 and width is not None and features is not None and (m, d) != (features, width):
        if (d, m) != (features, width):
            raise InputError(
                f"{name} in {where} is {m} x {d}, but its configuration says {features} features in {width}"
            )
        warnings.warn(
            f"{where}: {name} lies the other way round than usual, as its configuration says", Note, stacklevel=4
        )
        orientation = "columns" if orientation == "rows" else "rows"
    elif part.axes == 2 and width is None and d > m:
        raise InputError(
            f"{name} in {where} would be {m} features in {d} dimensions: is it turned, or is a configuration missing? "
            f"--key {name} --layout {'columns' if orientation == 'rows' else 'rows'} reads it the other way round"
        )
    elif part.axes == 2 and width is None and d == m:
        warnings.warn(
            f"{where}: m = d, so that nothing tells whether {name} lies as usual ({orientation})", Note, stacklevel=4
        )
    return Matrix(store, (shape[0], shape[1]), entry.dtype, layout=orientation, name=f"{name} in {where}")


def _number(config: Mapping[str, Any], words: tuple[str, ...]) -> int | None:
    return next((config[word] for word in words if isinstance(config.get(word), int)), None)


def _encoder(contents: Contents, layout: Layout, name: str, A: Matrix, where: str) -> Matrix:
    """The encoder, which the decoder's shape turns if need be."""
    assert layout.encoder is not None
    entry, part = contents.arrays[name], layout.encoder
    if len(entry.shape) != part.axes:
        raise InputError(f"{name} in {where} must have {part.axes} axes, got shape {entry.shape}")
    store, shape = entry.open(), entry.shape
    if part.axes == 3:
        store = np.asarray(store).reshape(-1, shape[-1])
        shape = store.shape
    check_array(shape, entry.dtype, f"{name} in {where}")
    fits = {"rows": (A.m, A.d), "columns": (A.d, A.m)}
    other = "columns" if part.orientation == "rows" else "rows"
    orientation = next((way for way in (part.orientation, other) if fits[way] == shape), None)
    if orientation is None:
        m, d = shape if part.orientation == "rows" else shape[::-1]
        raise InputError(f"{where} has a decoder of {A.m} features in {A.d} dimensions but an encoder of {m} in {d}")
    return Matrix(store, (shape[0], shape[1]), entry.dtype, layout=orientation, name=f"{name} in {where}")


def _folded(
    contents: Contents, roles: Mapping[Role, list[str]], others: Mapping[str, str], A: Matrix, B: Matrix | None
) -> tuple[Matrix, Matrix | None, list[str]]:
    """A and B with everything that changes the map, and what that was."""
    done = []

    def vector(name: str, size: int) -> Array:
        values = np.asarray(contents.arrays[others[name]].open(), dtype=np.float64).ravel()
        if values.shape != (size,):
            raise InputError(f"{name} must have {size} entries, got {values.size}")
        return values

    for name in roles.get(Role.DECODER_SCALE, []):
        A = A.times(vector(name, A.m))
        done.append(f"decoder times {name}")
    if B is not None:
        for name in roles.get(Role.ENCODER_LOG_GAIN, []):
            B = B.times(np.exp(vector(name, A.m)))
            done.append(f"encoder times exp({name})")
        for name in roles.get(Role.INPUT_GAIN, []):
            B = B.gained(vector(name, A.d))
            done.append(f"encoder's input times {name}")
    if contents.config.get(_FOLD):
        A, B = A.folded_into(B)
        done.append("decoder norms folded")
    return A, B, done


def _say(
    where: str,
    layout: Layout,
    roles: Mapping[Role, list[str]],
    A: Matrix,
    B: Matrix | None,
    done: list[str],
    config: Mapping[str, Any],
    deployed: bool,
) -> None:
    kind = "gated" if any(name.lower() == "r_mag" for name in roles.get(Role.ENCODER_LOG_GAIN, [])) else ""
    kind = kind or str(config.get("architecture", config.get("activation_fn", "")))
    parts = [" ".join(word for word in (layout.library, kind) if word), *done]
    parts += [] if B is not None else ["decoder alone"]
    warnings.warn(f"{where}: {', '.join(parts)}, {A.m} x {A.d}", Note, stacklevel=5)
    if (unused := roles.get(Role.NO_PART)) and not deployed:
        hint = "" if B is None else " (the deployed read-out has)"
        warnings.warn(f"{where}: a linear read-out has no use for {', '.join(unused)}{hint}", Note, stacklevel=5)
    if unknown := roles.get(Role.UNKNOWN):
        warnings.warn(f"{where}: what {', '.join(unknown)} means is unknown, and it was not used", Note, stacklevel=5)
    normalises = str(config.get("normalize_activations", "none"))
    if normalises.lower() != "none":
        text = (
            f"{where}: its configuration normalises activations ({normalises}), which is not in the weights: not used"
        )
        warnings.warn(text, Note, stacklevel=5)
    if not deployed and any(word in kind.lower().replace("_", "").replace("-", "") for word in _SELECTING):
        warnings.warn(f"{where}: a {kind} encoder selects features, which no linear read-out does", Note, stacklevel=5)
