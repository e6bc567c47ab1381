"""How lincs compiles its kernels: without the GIL, cached on disk where there is a place for the cache."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from numba import njit

from lincs.errors import Note

__all__ = ["kernel"]

_told = False


def kernel(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """``numba.njit(nogil=True, cache=True, **options)``; uncached, with one :class:`Note`, where no cache can be.

    numba keeps compiled code beside the source or in the user's home (or at ``NUMBA_CACHE_DIR``) and refuses to compile
    at all when it may write to none of them.
    """

    def compile_later(function: Callable[..., Any]) -> Any:
        global _told
        try:
            return njit(nogil=True, cache=True, **options)(function)
        except RuntimeError as error:
            if "cannot cache" not in str(error):
                raise
            if not _told:
                _told = True
                text = "compiled kernels cannot be kept (set NUMBA_CACHE_DIR to a folder): every run compiles them anew"
                warnings.warn(text, Note, stacklevel=2)
            return njit(nogil=True, **options)(function)

    return compile_later
