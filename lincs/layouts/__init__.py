"""Layouts: which array of a file is A, which is B, which way round they lie, and what else changes the linear map.

A layout is one entry of the table below; it also writes its own line of ``--help`` and of docs/dictionary.md.  In a
named layout (a library that trains sparse autoencoders) the decoder is A (its columns, the features, are written into
the residual stream) and the encoder is B.
"""

from __future__ import annotations

from lincs.errors import check_choice
from lincs.layouts.base import AUTO, Layout, Part

__all__ = ["AUTO", "LAYOUTS", "Layout", "docs_table", "help_text", "layout_of"]

# Orientation of a torch.nn.Linear: weight is (out, in), so a decoder (m -> d) is (d, m) and an encoder is (m, d).
LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout(AUTO, "known by the names of the arrays; a single array is d x m", "columns"),
        Layout("columns", "d x m: columns are features", "columns"),
        Layout("rows", "m x d: rows are features", "rows"),
        Layout(
            "saelens",
            "SAELens, Gemma Scope, Llamascopium: W_dec (m, d), W_enc (d, m)",
            "rows",
            Part(("W_dec", "W_D"), "rows"),
            Part(("W_enc", "W_E"), "columns"),
        ),
        Layout(
            "sparsify",
            "EleutherAI sparsify: W_dec (m, d), encoder.weight (m, d)",
            "rows",
            Part(("W_dec",), "rows"),
            Part(("encoder.weight",), "rows"),
        ),
        Layout(
            "dictionary-learning",
            "dictionary_learning, Llama Scope: decoder.weight (d, m), encoder.weight (m, d)",
            "columns",
            Part(("decoder.weight",), "columns"),
            Part(("encoder.weight",), "rows"),
        ),
        Layout(
            "crosscoder",
            "crosscoders: W_dec (m, models, d), W_enc (models, d, m), as one dictionary of models x d dimensions",
            "rows",
            Part(("W_dec",), "rows", axes=3),
            Part(("W_enc",), "columns", axes=3),
        ),
        Layout(
            "pair",
            "a pair, as lincs build writes it: A (d, m), B (d, m)",
            "columns",
            Part(("A",), "columns"),
            Part(("B",), "columns"),
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
