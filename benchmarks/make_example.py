"""``python -m benchmarks.make_example [FOLDER]`` writes the example that ships in ``lincs/data``.

It takes the first 2,048 *plain words* of the vocabulary of all-MiniLM-L6-v2: tokens of at least two letters,
all of them a-z.  That leaves out ``[unused]`` and special tokens, ``##`` word pieces, digits, punctuation,
single letters and other scripts.  The vocabulary lists whole words roughly by falling frequency: these are
common ones. Vectors are rounded from float32 to float16 and are not normalised.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np

from lincs.data.example import full_example_matrix, full_example_words

COUNT = 2048


def select() -> tuple[np.ndarray[Any, np.dtype[np.float16]], list[str]]:
    """The example as ``COUNT x 384`` float16 rows with their words."""
    tokens = full_example_words()
    chosen = [j for j, token in enumerate(tokens) if re.fullmatch("[a-z]{2,}", token)][:COUNT]
    rows = np.ascontiguousarray(full_example_matrix().T[chosen].astype(np.float16))
    return rows, [tokens[j] for j in chosen]


def write(folder: Path) -> None:
    """Write both files and print their digests, which ``lincs/data/README.md`` quotes."""
    rows, words = select()
    np.save(folder / "minilm_words.npy", rows)
    (folder / "minilm_words.txt").write_bytes("".join(f"{word}\n" for word in words).encode())
    for name in ("minilm_words.npy", "minilm_words.txt"):
        print(hashlib.sha256((folder / name).read_bytes()).hexdigest(), name)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parents[1] / "lincs" / "data")
