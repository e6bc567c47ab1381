"""Layouts: which array of a file is A, which is B, and which way round they lie.

A layout is one entry of the table below; it also writes its own line of ``--help`` and of docs/dictionary.md.  In a
named layout (a library that trains sparse autoencoders) the decoder is A (its columns, the features, are written into
the residual stream) and the encoder is B.  Biases and activation functions are not part of a linear read-out: they are
ignored, with a note.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lincs.errors import InputError, check_choice

if TYPE_CHECKING:
    from lincs.matrices import Matrix

__all__ = ["LAYOUTS", "Layout", "docs_table", "help_text", "layout_of"]


@dataclass(frozen=True)
class Layout:
    """How a file holds its matrices; orientations are "columns" (d x m) and "rows" (m x d).

    Without a ``decoder`` a file holds one matrix (or the one that a key names), which lies as ``orientation`` says.
    """

    name: str
    what: str
    orientation: str
    decoder: str | None = None  # names of the arrays of A and of B
    encoder: str | None = None
    encoder_orientation: str = "rows"

    @property
    def named(self) -> bool:
        """Whether one file holds both matrices, under names that the layout knows."""
        return self.decoder is not None

    def read(self, path: str | os.PathLike[str], *, key: str | None, normalize: bool, name: str | None) -> Matrix:
        """The matrix of a file: the one that ``key`` names, or the decoder."""
        from lincs.files import read_matrix  # --help asks a layout for its line, without numpy

        if self.named and key is not None:
            raise InputError(f"layout {self.name} knows its arrays by name and takes no key, got {key!r}")
        if self.decoder is not None:
            self._present(path, self.decoder)
            key = self.decoder
        return read_matrix(path, layout=self.orientation, key=key, normalize=normalize, name=name)

    def read_pair(self, path: str | os.PathLike[str], *, normalize: bool) -> tuple[Matrix, Matrix]:
        """Decoder A and encoder B, both ``d x m``, from one file.

        An encoder stored the other way round than its library's convention is recognised by the decoder's shape (where
        d differs from m).  Raises :class:`InputError` when an array is missing or the shapes do not belong together.
        """
        from lincs.files import read_matrix

        assert self.encoder is not None
        A = self.read(path, key=None, normalize=normalize, name=None)
        self._present(path, self.encoder)
        B = read_matrix(path, layout=self.encoder_orientation, key=self.encoder, normalize=normalize)
        if (B.d, B.m) == (A.m, A.d) != (A.d, A.m):
            other = "columns" if self.encoder_orientation == "rows" else "rows"
            B = read_matrix(path, layout=other, key=self.encoder, normalize=normalize)
        if (B.d, B.m) != (A.d, A.m):
            raise InputError(
                f"{path} has a decoder of {A.m} features in {A.d} dimensions but an encoder of {B.m} in {B.d}"
            )
        return A, B

    def _present(self, path: str | os.PathLike[str], key: str) -> None:
        from lincs.files import array_names

        present = array_names(path)
        if key not in present:
            shown = ", ".join(sorted(present)[:12]) or "a single unnamed array"
            raise InputError(f"{path} has no array {key!r}, which layout {self.name} needs; it holds {shown}")

    def unused(self, path: str | os.PathLike[str]) -> list[str]:
        """The arrays of the file that a linear read-out has no use for: biases, thresholds, norms."""
        from lincs.files import array_names

        return sorted(set(array_names(path)) - {self.decoder, self.encoder})


# Orientation of a torch.nn.Linear: weight is (out, in), so a decoder (m -> d) is (d, m) and an encoder is (m, d).
LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout("columns", "d x m: columns are features", "columns"),
        Layout("rows", "m x d: rows are features", "rows"),
        Layout("saelens", "SAELens and Gemma Scope: W_dec (m, d), W_enc (d, m)", "rows", "W_dec", "W_enc", "columns"),
        Layout(
            "sparsify",
            "EleutherAI sparsify: W_dec (m, d), encoder.weight (m, d)",
            "rows",
            "W_dec",
            "encoder.weight",
            "rows",
        ),
        Layout(
            "dictionary-learning",
            "dictionary_learning: decoder.weight (d, m), encoder.weight (m, d)",
            "columns",
            "decoder.weight",
            "encoder.weight",
            "rows",
        ),
    )
}


def layout_of(name: str, what: str = "layout") -> Layout:
    """The layout of this name; :class:`InputError` for an unknown word."""
    return LAYOUTS[check_choice(name, what, tuple(LAYOUTS))]


def help_text(*, pairs: bool) -> str:
    """The layouts in one line, for ``--help``; ``pairs``: of a command that reads both matrices of a named layout."""
    plain = [f"{layout.name} ({layout.what.partition(':')[0]})" for layout in LAYOUTS.values() if not layout.named]
    named = [layout.name for layout in LAYOUTS.values() if layout.named]
    return f"{', '.join(plain)}, or {'both matrices' if pairs else 'the decoder'} of a file: {', '.join(named)}."


def docs_table() -> str:
    """The table of docs/dictionary.md."""
    rows = [f"| `{layout.name}` | {layout.what} |" for layout in LAYOUTS.values()]
    return "\n".join(["| `--layout` | arrays |", "|---|---|", *rows])
