"""An option is used or refused: which of them an answer has no use for, and whether its files can be written."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import typer

from lincs.errors import InputError

__all__ = ["check_destination", "check_figure", "check_folder", "given", "refuse", "refuse_all_but"]


def given(context: typer.Context) -> set[str]:
    """The names of the parameters that stand on the command line."""
    return {
        parameter.name
        for parameter in context.command.params
        if parameter.name and _source(context, parameter.name) not in ("DEFAULT", "DEFAULT_MAP")
    }


def _source(context: typer.Context, name: str) -> str:
    source = context.get_parameter_source(name)
    return "DEFAULT" if source is None else source.name


def refuse(context: typer.Context, names: Iterable[str], why: str) -> None:
    """:class:`InputError` if one of the parameters ``names`` was given, which have no meaning ``why``."""
    unused = given(context) & set(names)
    for parameter in context.command.params:
        if parameter.name in unused:
            flag = max(parameter.opts, key=len) if parameter.opts else parameter.name
            word = flag if flag.startswith("-") else (parameter.metavar or flag).strip("[]")
            raise InputError(f"{word} has no meaning {why}")


def refuse_all_but(context: typer.Context, used: Iterable[str], why: str) -> None:
    """:func:`refuse` every parameter that is not one of ``used``."""
    names = {parameter.name for parameter in context.command.params if parameter.name}
    refuse(context, names - set(used), why)


def check_destination(path: Path | None, suffixes: tuple[str, ...], what: str) -> None:
    """Before any work: :class:`InputError` for a format that cannot be written or a folder that is not there."""
    if path is None:
        return
    if suffixes and path.suffix.lower() not in suffixes:
        raise InputError(f"{what} must end in {', '.join(suffixes)}, got {path}")
    if path.is_dir():
        raise InputError(f"{what} {path} cannot be written: it is a folder")
    folder = path.parent
    if not folder.is_dir():
        raise InputError(f"{what} {path} cannot be written: there is no folder {folder}")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise InputError(f"{what} {path} cannot be written: permission denied")


def check_folder(path: Path, what: str) -> None:
    """Before any work: :class:`InputError` for a folder that can neither be written into nor made."""
    there = path
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise InputError(f"{what} {path} cannot be written: {there} is no folder that can be written into")


def check_figure(path: Path | None) -> None:
    """:func:`check_destination` for a figure, in the formats that matplotlib writes."""
    if path is None:
        return
    from matplotlib.backend_bases import FigureCanvasBase

    check_destination(path, tuple(f".{kind}" for kind in FigureCanvasBase.get_supported_filetypes()), "figure")
