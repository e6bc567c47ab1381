"""A result shows itself: as a line, as the table of its command, in a notebook, as a data frame, as a figure.

The classes say by name who makes their page and who draws them (entry points, ``"module:function"``); that is imported
when it is asked for, so that a result costs neither rich nor matplotlib until somebody looks at it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from importlib import import_module
from importlib.util import find_spec
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, ClassVar

from lincs.errors import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from lincs.page import Page

__all__ = ["Shown"]

_LONGEST = 160  # of a headline in a repr


class Shown(ABC):
    """What every result has besides ``to_dict()``.

    ``str(result)`` is the table that its command prints, ``repr`` one line, and a notebook shows the table.
    """

    page_by: ClassVar[str]  # makes the page of such a result
    drawn_by: ClassVar[str | None] = None  # draws one on Axes
    cited_by: ClassVar[str | None] = None  # gives the sources of its numbers
    records_in: ClassVar[str | None] = None  # the list in to_dict() that is the frame; None: the result is one row

    def page(self, **options: Any) -> Page:
        """Lines and tables for a person, as the command prints them; ``options`` are those of the maker."""
        made: Page = resolve_name(self.page_by)(self, **options)
        return made

    @property
    def headline(self) -> str:
        """What one line can say."""
        return self.page().headline

    def __repr__(self) -> str:
        line = self.headline
        return f"<{type(self).__name__} {line if len(line) <= _LONGEST else line[: _LONGEST - 3] + '...'}>"

    def __str__(self) -> str:
        return self.page().text()

    def _repr_html_(self) -> str:
        return self.page().html()

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """What ``--json`` prints."""

    def records(self) -> list[dict[str, Any]]:
        """The rows of :meth:`to_frame` as plain dictionaries: what ``to_dict()`` holds, names joined by ``_``."""
        whole = self.to_dict()
        return [_flat(row) for row in ([whole] if self.records_in is None else whole[self.records_in])]

    def to_frame(self) -> Any:
        """The rows as a pandas DataFrame, else a polars one, else (neither is installed) :meth:`records`."""
        rows = self.records()
        if find_spec("pandas") is not None:
            return import_module("pandas").DataFrame(rows)
        if find_spec("polars") is not None:  # values of a column may be numbers and words
            return import_module("polars").DataFrame(_of_one_kind(rows), infer_schema_length=None, strict=False)
        return rows

    def bibtex(self) -> str:
        """The sources behind the numbers as BibTeX, each once: what ``--bib`` prints.

        Raises :class:`InputError` for a result that cites nothing.
        """
        if self.cited_by is None:
            raise InputError(f"nothing is cited by a {type(self).__name__}")
        from lincs.references import bibtex

        return bibtex(resolve_name(self.cited_by)(self))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the result on ``ax``, or on Axes of its own, and return them.

        Raises :class:`InputError` for a result that nobody draws.
        """
        if self.drawn_by is None:
            raise InputError(f"no figure is drawn of a {type(self).__name__}")
        drawn: Axes = resolve_name(self.drawn_by)(self, ax=ax)
        return drawn


def _flat(value: dict[str, Any], before: str = "") -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, inner in value.items():
        if isinstance(inner, dict):
            row |= _flat(inner, f"{before}{name}_")
        else:
            row[before + name] = inner
    return row


def _of_one_kind(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where a column has lists, everything in it is one: polars has no others."""
    lists = {name for row in rows for name, value in row.items() if isinstance(value, list)}

    def made(name: str, value: Any) -> Any:
        return [value] if name in lists and value is not None and not isinstance(value, list) else value

    return [{name: made(name, value) for name, value in row.items()} for row in rows]
