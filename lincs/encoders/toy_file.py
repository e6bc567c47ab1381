"""The encoder of a toy model in a file of ``lincs toy``: its bias and its output, beside its W."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lincs.encoders.parts import Parts
from lincs.files import open_file
from lincs.formats.base import of_array
from lincs.keys import TOY, choose
from lincs.matrices import Matrix

__all__ = ["toy_parts"]


def toy_parts(A: Matrix) -> Parts | None:
    """Of a model in a result of ``lincs toy``: ``relu(W^T W x + b)`` or ``W^T W x + b``; None for any other matrix.

    The bias of the model ``W_LABEL`` is ``b_LABEL`` of the same file, its output ``output_LABEL`` (of a stack: ``b`` at
    the same place).
    """
    if A.origin is None or A.origin[1] is None:
        return None
    path, key, _, how = A.origin
    file, contents = open_file(path, how)
    if TOY not in contents.arrays:
        return None
    name, place, _ = choose(Path(file), key, {name: entry.shape for name, entry in contents.arrays.items()})
    bias, output = f"b{name[1:]}", f"output{name[1:]}"
    arrays = {}
    if bias in contents.arrays:
        arrays["b_enc"] = of_array(np.asarray(contents.arrays[bias].open())[place])
    config = {}
    if output in contents.arrays:
        config["toy_output"] = str(np.asarray(contents.arrays[output].open()))
    return Parts(f"{key} of {file}", arrays, config, TOY, file.name)
