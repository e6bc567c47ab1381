"""The one exception that means "the input is wrong", and the checks that raise it.

Every message is one sentence that names the argument and the value: the command line prints it as it is and
exits with code 2.
"""

from __future__ import annotations

import operator
from typing import Any

from lincs.jsonable import shown

__all__ = ["ContradictionError", "InputError", "Note", "check_choice", "check_integer", "check_seed"]


class InputError(ValueError):
    """Bad input: a file that cannot be read, an argument out of range, a matrix with NaN in it."""


class ContradictionError(AssertionError):
    """Two proofs disagree: a fault of lincs, never of the input, and never hidden by taking one of them."""


class Note(UserWarning):
    """Something the user should know though the answer stands; the command line prints it as ``note: ...``."""


def check_integer(value: Any, name: str, *, least: int = 1) -> int:
    """Return ``value`` as an int, or raise :class:`InputError` if it is not an integer ``>= least``."""
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise InputError(f"{name} must be an integer, got {shown(value)}") from None
    if number < least:
        raise InputError(f"{name} must be at least {least}, got {shown(number)}")
    return number


def check_choice(value: Any, name: str, choices: tuple[str, ...]) -> str:
    """Return ``value`` if it is one of ``choices``."""
    if value not in choices:
        raise InputError(f"{name} must be one of {', '.join(choices)}, got {shown(value)}")
    return str(value)


def check_seed(value: Any) -> int:
    """Return a non-negative integer seed."""
    return check_integer(value, "seed", least=0)
