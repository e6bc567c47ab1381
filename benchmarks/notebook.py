"""``python -m benchmarks.notebook`` runs docs/tour.ipynb again and stores what its cells show, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "tour.ipynb"

_KEPT = ("text/plain", "text/html", "image/png")


def execute(notebook: Any) -> None:
    """Run every cell where this runs; an error in one is raised."""
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()


def executed(file: Path = NOTEBOOK) -> Any:
    """The notebook with the outputs of a fresh run."""
    notebook = nbformat.read(file, as_version=4)
    execute(notebook)
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    for cell in notebook.cells:
        cell.metadata = {}
        for output in cell.get("outputs", ()):
            if "data" in output:
                output.metadata = {}
                output.data = {kind: text for kind, text in output.data.items() if kind in _KEPT}
    return notebook


def main() -> None:
    nbformat.write(executed(), NOTEBOOK)


if __name__ == "__main__":
    main()
