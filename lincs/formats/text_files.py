"""Text: matrices by rows, word vectors with their words (GloVe, word2vec), and packings as one number a line.

A list of numbers has no shape: d is taken from the file's name (``pack.3.12.txt`` of Sloane's tables, ``3x7_name.txt``
of Game of Sloanes, whose numbers are all real parts, vector by vector, and then all imaginary parts) or said by the
caller.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.formats.base import Contents, Format, How, lone, of_array

__all__ = ["Text"]

_SLOANE = re.compile(r"pack\.(\d+)\.(\d+)\.txt", re.IGNORECASE)
_COMPLEX = re.compile(r"(\d+)x(\d+)_\w+\.txt", re.IGNORECASE)
_COMMENTS = ("#", "%")


class Text(Format):
    name = "text"
    suffixes = (".txt", ".csv", ".tsv", ".dat", ".vec")

    def recognises(self, head: bytes, path: Path) -> bool:
        return b"\0" not in head and _is_text(head)

    def read(self, path: Path, how: How) -> Contents:
        with path.open(encoding="utf-8-sig") as file:
            lines = [line for line in (raw.strip() for raw in file) if line and not line.startswith(_COMMENTS)]
        if not lines:
            raise InputError(f"{path} holds no numbers")
        if not _is_number(re.split(r"[\s,;]+", lines[-1])[0]):
            return _word_vectors(path, lines)
        separator = "," if "," in lines[-1] else ";" if ";" in lines[-1] else None
        if separator is not None and not _is_number(lines[0].split(separator)[0]):
            lines = lines[1:]  # the heads of columns
        table = np.loadtxt(lines, delimiter=separator, ndmin=2, dtype=np.float64)
        return _numbers(path, table.ravel(), how) if table.shape[1] == 1 else lone(table)


def _is_text(head: bytes) -> bool:
    try:
        head[: max(0, len(head) - 4)].decode("utf-8-sig")  # the last character may be cut
    except UnicodeDecodeError:
        return False
    return True


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _word_vectors(path: Path, lines: list[str]) -> Contents:
    """A word and its d numbers a line; word2vec begins with a line ``m d``."""
    head = lines[0].split()
    if len(head) == 2 and all(word.isdigit() for word in head):
        d, lines = int(head[1]), lines[1:]
    else:
        words = lines[-1].split()
        d = len(words) - 1
    if d < 1:
        raise InputError(f"{path} holds neither a matrix of numbers nor words with numbers")
    split = [line.rsplit(None, d) for line in lines]  # words may hold blanks
    short = next((n for n, parts in enumerate(split) if len(parts) != d + 1), None)
    if short is not None:
        raise InputError(f"{path} must have a word and {d} numbers a line, got {lines[short][:40]!r}")
    table = np.array([parts[1:] for parts in split], dtype=np.float64)
    entry = {"": of_array(table)}
    remark = f"{path}: {len(split)} words with vectors of {d} numbers"
    return Contents(entry, rows=True, words=tuple(parts[0] for parts in split), remark=remark)


def _numbers(path: Path, values: npt.NDArray[np.float64], how: How) -> Contents:
    """One number a line: vector after vector."""
    if how.d is None and (named := _COMPLEX.fullmatch(path.name)):
        dims, n = int(named[1]), int(named[2])
        if values.size == 2 * dims * n:
            complex_table = (values[: dims * n] + 1j * values[dims * n :]).reshape(n, dims)
            return lone(complex_table, rows=True, remark=f"{path}: {n} complex vectors in C^{dims}")
    found = _SLOANE.fullmatch(path.name)
    d = how.d if how.d is not None else int(found[1]) if found else None
    if d is None:
        raise InputError(f"{path} holds one number a line: say how many make a vector (--dims)")
    if d < 1 or values.size % d:
        raise InputError(f"{path} holds {values.size} numbers, which is no multiple of d = {d}")
    table = values.reshape(-1, d)
    return lone(table, rows=True, remark=f"{path}: {len(table)} vectors of {d} numbers, one number a line")
