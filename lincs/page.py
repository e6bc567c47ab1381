"""What a result shows a person: lines of text and tables, set in its own way by a terminal, a file and a notebook.

Who shows a result makes a :class:`Page`; nobody but this module knows how wide a terminal is.
"""

from __future__ import annotations

import html
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["WIDTH", "Page", "Table"]

WIDTH = 160  # of text that is not on a terminal
_GAP = 2  # blanks between two columns of a table
_LEAST = 16  # of a column of words: longer ones without a digit are folded where there is no room


@dataclass(frozen=True)
class _Column:
    title: str
    right: bool


@dataclass
class Table:
    """Rows of texts under titles.  Numbers stand right and are never cut: a table without room becomes several."""

    columns: list[_Column] = field(default_factory=list)
    rows: list[tuple[tuple[str, ...], str]] = field(default_factory=list)

    def add_column(self, title: str, *, justify: str = "left") -> None:
        self.columns.append(_Column(title, justify == "right"))

    def add_row(self, *cells: str, style: str = "") -> None:
        """``style``: "bold", "dim" or nothing."""
        assert len(cells) == len(self.columns)
        self.rows.append((cells, style))

    def print(self, out: Console) -> None:
        for widths in self._parts(out.width):
            self._print(out, widths)

    def _print(self, out: Console, widths: dict[int, int]) -> None:
        from rich.table import Table as Grid
        from rich.text import Text

        grid = Grid(box=None, pad_edge=False)
        for n, width in widths.items():
            justify: Literal["right", "left"] = "right" if self.columns[n].right else "left"
            grid.add_column(Text(self.columns[n].title), justify=justify, width=width, overflow="fold")
        for cells, style in self.rows:
            grid.add_row(*(Text(cells[n]) for n in widths), style=style)
        out.print(grid)

    def _parts(self, room: int) -> Iterator[dict[int, int]]:
        """The columns of each part of the table with their widths; the first column is repeated."""
        sizes = [self._sizes(n) for n in range(len(self.columns))]
        most = max(room - sizes[0][0] - _GAP, 1)  # beside the first column
        sizes[1:] = [(min(least, most), wanted) for least, wanted in sizes[1:]]
        group: list[int] = []
        for n, (least, _) in enumerate(sizes):
            if len(group) > (n > 1) and sum(sizes[j][0] + _GAP for j in group) + least > room:
                yield _shared({j: sizes[j] for j in group}, room)
                group = [0]
            group.append(n)
        yield _shared({j: sizes[j] for j in group}, room)

    def _sizes(self, n: int) -> tuple[int, int]:
        """The least width of a column, and the one at which nothing is broken."""
        from rich.cells import cell_len

        title = self.columns[n].title
        cells = [line for row, _ in self.rows for line in row[n].split("\n")]
        most = max(map(cell_len, [*title.split("\n"), *cells]), default=0)
        if self.columns[n].right:
            return max(map(cell_len, [*title.split(), *cells]), default=0), most
        words = [word for text in (title, *cells) for word in text.split()]
        return max((self._unbroken(word) for word in words), default=0), most

    @staticmethod
    def _unbroken(word: str) -> int:
        """How much of a word stays in one piece: all of what holds a number."""
        from rich.cells import cell_len

        return cell_len(word) if any(map(str.isdigit, word)) else min(cell_len(word), _LEAST)

    def html(self) -> str:
        def line(cells: Sequence[str], tag: str, style: str = "") -> str:
            weight = {"bold": "font-weight:bold;", "dim": "opacity:.6;"}.get(style, "")
            places = zip(cells, self.columns, strict=True)
            return (
                "<tr>"
                + "".join(
                    f'<{tag} style="{weight}text-align:{"right" if column.right else "left"}">{_escaped(cell)}</{tag}>'
                    for cell, column in places
                )
                + "</tr>"
            )

        head = line([column.title for column in self.columns], "th")
        body = "".join(line(cells, "td", style) for cells, style in self.rows)
        return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"


def _escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _shared(sizes: dict[int, tuple[int, int]], room: int) -> dict[int, int]:
    """The room between the columns: as much as they want, up to one width for all that is as large as fits."""

    def widths(level: int) -> dict[int, int]:
        return {n: min(wanted, max(least, level)) for n, (least, wanted) in sizes.items()}

    given = room - _GAP * (len(sizes) - 1)
    level = bisect_right(range(room), given, key=lambda level: sum(widths(level).values())) - 1
    return widths(max(level, 0))


class Page:
    """Lines of text and tables, in their order."""

    def __init__(self) -> None:
        self.blocks: list[str | Table] = []

    def print(self, block: str | Table = "") -> None:
        """Put one more block at the end."""
        self.blocks.append(block)

    def add(self, other: Page) -> None:
        """Put another page below."""
        self.blocks.extend(other.blocks)

    @property
    def headline(self) -> str:
        """The first line."""
        first = next((block for block in self.blocks if isinstance(block, str) and block.strip()), "")
        return first.strip().split("\n")[0]

    def show(self, out: Console) -> None:
        """On a terminal, or whatever the console writes to."""
        for block in self.blocks:
            if isinstance(block, Table):
                block.print(out)
            else:
                out.print(block, markup=False, highlight=False)

    def text(self, width: int = WIDTH) -> str:
        """Without colours, as in a file."""
        import io

        from rich.console import Console

        written = io.StringIO()
        self.show(Console(file=written, width=width, highlight=False, force_terminal=False, color_system=None))
        return "\n".join(line.rstrip() for line in written.getvalue().rstrip().split("\n"))

    def html(self) -> str:
        """For a notebook."""
        parts = [
            block.html() if isinstance(block, Table) else f"<p>{_escaped(block.strip())}</p>"
            for block in self.blocks
            if isinstance(block, Table) or block.strip()
        ]
        return "<div>" + "".join(parts) + "</div>"
