"""Named layouts: where the libraries that train sparse autoencoders keep decoder and encoder, and which way round.

The decoder is A (its columns, the features, are written into the residual stream), the encoder is B.  Biases and
activation functions are not part of a linear read-out: they are ignored, with a note.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from lincs.errors import InputError, check_choice
from lincs.files import array_names, read_matrix
from lincs.matrices import LAYOUTS, Matrix

__all__ = ["ALL_LAYOUTS", "NAMED_LAYOUTS", "ignored_arrays", "read_pair"]


@dataclass(frozen=True)
class NamedLayout:
    """Keys and orientations of one library's files; "rows" means that a file holds (m, d)."""

    decoder: str
    decoder_layout: str
    encoder: str
    encoder_layout: str
    what: str


# Orientation of a torch.nn.Linear: weight is (out, in), so a decoder (m -> d) is (d, m) and an encoder is (m, d).
NAMED_LAYOUTS = {
    "saelens": NamedLayout("W_dec", "rows", "W_enc", "columns", "SAELens and Gemma Scope: W_dec (m, d), W_enc (d, m)"),
    "sparsify": NamedLayout(
        "W_dec", "rows", "encoder.weight", "rows", "EleutherAI sparsify: W_dec (m, d), encoder.weight (m, d)"
    ),
    "dictionary-learning": NamedLayout(
        "decoder.weight",
        "columns",
        "encoder.weight",
        "rows",
        "dictionary_learning: decoder.weight (d, m), encoder.weight (m, d)",
    ),
}

ALL_LAYOUTS = (*LAYOUTS, *NAMED_LAYOUTS)


def read_pair(path: str | os.PathLike[str], *, layout: str, normalize: bool = False) -> tuple[Matrix, Matrix]:
    """Decoder A and encoder B, both ``d x m``, from one file in a named layout.

    An encoder stored the other way round than its library's convention is recognised by the decoder's shape (where
    d differs from m).  Raises :class:`InputError` when an array is missing or the shapes do not belong together.
    """
    check_choice(layout, "layout", tuple(NAMED_LAYOUTS))
    named = NAMED_LAYOUTS[layout]
    present = array_names(path)
    for key in (named.decoder, named.encoder):
        if key not in present:
            shown = ", ".join(sorted(present)[:12]) or "a single unnamed array"
            raise InputError(f"{path} has no array {key!r}, which layout {layout} needs; it holds {shown}")
    A = read_matrix(path, layout=named.decoder_layout, key=named.decoder, normalize=normalize)
    B = read_matrix(path, layout=named.encoder_layout, key=named.encoder, normalize=normalize)
    if (B.d, B.m) == (A.m, A.d) != (A.d, A.m):
        other = "columns" if named.encoder_layout == "rows" else "rows"
        B = read_matrix(path, layout=other, key=named.encoder, normalize=normalize)
    if (B.d, B.m) != (A.d, A.m):
        raise InputError(f"{path} has a decoder of {A.m} features in {A.d} dimensions but an encoder of {B.m} in {B.d}")
    return A, B


def ignored_arrays(path: str | os.PathLike[str], *, layout: str) -> list[str]:
    """The arrays of the file that a linear read-out has no use for: biases, thresholds, norms."""
    named = NAMED_LAYOUTS[layout]
    return sorted(set(array_names(path)) - {named.decoder, named.encoder})
