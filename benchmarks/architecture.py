"""``python -m benchmarks.architecture`` draws the layers and trips of docs/architecture.md as a picture."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
PICTURE = PAGE.with_suffix(".png")

# Parts that a command passes through, in order: the four trips of the page.
TRIPS = {
    "bound": ("cli", "problem", "bounds", "constructions", "exact", "results"),
    "verify": ("cli", "reading", "matrices", "interference", "readouts", "exact", "results"),
    "build": ("cli", "certificates", "bounds", "constructions", "interference", "results"),
    "probe": ("cli", "recovery", "reading", "matrices", "exact", "results"),
}


def layers() -> list[tuple[str, tuple[str, ...]]]:
    """The list of the page: name and parts of each layer, the ground first."""
    block = re.search(r"```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert block is not None
    rows = [re.split(r"\s{2,}", line) for line in block[1].splitlines()]
    return [(row[0], tuple(row[1].split())) for row in rows]


def size(part: str) -> int:
    """The number of modules of a part."""
    folder = ROOT / "lincs" / part
    return len(list(folder.rglob("*.py"))) if folder.is_dir() else 1


def draw() -> Any:
    """The figure: a row for each layer, the commands on top; a column for each trip, its stops numbered."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.5, 6.2), layout="constrained")
    ax = figure.add_subplot()
    height: dict[str, float] = {}
    for y, (layer, parts) in enumerate(layers()):
        ax.axhspan(y - 0.42, y + 0.42, color="0.96" if y % 2 else "0.925", lw=0)
        ax.text(0.05, y + 0.12, layer, ha="left", va="center", fontsize=9.5, weight="bold")
        ax.text(0.05, y - 0.2, "  ".join(map(_shown, parts)), ha="left", va="center", fontsize=7, color="0.3")
        spread = 0.44 / max(1, len(parts) - 1)
        height |= {part: y + (0.22 - spread * n) * (len(parts) > 1) for n, part in enumerate(parts)}
    for n, (trip, parts) in enumerate(TRIPS.items()):
        x, colour = 5.1 + 1.75 * n, f"C{n}"
        heights = [height[part] for part in parts]
        ax.plot([x + 0.07 * (i % 2) for i in range(len(parts))], heights, "-", lw=1.2, color=colour, alpha=0.6)
        for i, (part, at) in enumerate(zip(parts, heights, strict=True)):
            ax.plot(x + 0.07 * (i % 2), at, "o", ms=5, color=colour)
            ax.text(x + 0.2, at, f"{i + 1} {part}", ha="left", va="center", fontsize=8.5, color=colour)
        ax.text(
            x, len(layers()) - 0.35, f"lincs {trip}", ha="left", va="bottom", fontsize=10, weight="bold", color=colour
        )
    ax.set_xlim(0, 12)
    ax.set_ylim(-0.5, len(layers()))
    ax.axis("off")
    return figure


def _shown(part: str) -> str:
    count = size(part)
    return part if count == 1 else f"{part} ({count})"


def main() -> None:
    draw().savefig(PICTURE, dpi=90)


if __name__ == "__main__":
    main()
