"""``python -m benchmarks.gallery [NAME ...]`` draws the figures of docs/gallery.md again, one a question.

All of them by default.  ``probes`` takes half a minute, ``phase`` and ``minimal`` minutes; ``toy`` runs the toy
experiments and takes longest.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from lincs.cli._output import counter

DOCS = Path(__file__).resolve().parent.parent / "docs"


def _example() -> Any:
    import lincs
    from lincs.plots.dictionary import overview

    A = lincs.example_matrix()
    return overview(A, description=lincs.describe(A, k="1:6", names=lincs.example_words()))


def _deployed() -> Any:
    import lincs
    from lincs.plots.deployed import overview

    A = lincs.example_matrix()
    more: dict[str, Any] = {"normalize": True}
    found = lincs.verify(A, A, k="1:5", readout="deployed", threshold="1/2", **more)
    return overview(lincs.describe(A, A, verification=found, names=lincs.example_words(), samples=10, **more))


def _bounds() -> Any:
    from lincs.plots.brackets import brackets

    return brackets().get_figure(root=True)


def _limits() -> Any:
    from lincs.plots.limits import limits

    return limits().get_figure(root=True)


def _atlas() -> Any:
    from lincs.plots.atlas import atlas

    return atlas().get_figure(root=True)


def _probes() -> Any:
    import lincs
    from lincs.plots.probes import readable

    with counter("probes") as progress:
        found = lincs.compare_probes(lincs.example_matrix(), k="1:8", progress=progress)
    return readable(found).get_figure(root=True)


def _phase() -> Any:
    import lincs
    from lincs.plots.recovery import phase

    with counter("phase diagram") as progress:
        return phase(lincs.phase_diagram(progress=progress)).get_figure(root=True)


def _minimal() -> Any:
    import lincs
    from lincs.plots.minimal import minimal

    with counter("least d") as progress:
        found = lincs.minimal_dimension(m=512, k="1:8", eps="3/4", seeds=3, progress=progress)
    return minimal(found).get_figure(root=True)


def _real() -> Any:
    from benchmarks.real_page import figure

    return figure()


# Name of the picture in docs/ -> what draws it.
FIGURES: dict[str, Callable[[], Any]] = {
    "example": _example,
    "deployed": _deployed,
    "bounds": _bounds,
    "limits": _limits,
    "atlas": _atlas,
    "real": _real,
    "probes": _probes,
    "phase": _phase,
    "minimal": _minimal,
}


QUICK = ("example", "deployed", "bounds", "limits", "atlas", "real")


def draw(name: str) -> None:
    """Draw one figure into docs/, as a small PNG: a palette that keeps the rare colours of a colour bar."""
    buffer = BytesIO()
    FIGURES[name]().savefig(buffer, dpi=80)
    picture = Image.open(buffer).convert("RGB")
    small = picture.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(DOCS / f"{name}.png", optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [*FIGURES, "toy"]
    parser.add_argument("names", nargs="*", choices=[[], *names], default=names)
    for name in parser.parse_args().names:
        start = time.perf_counter()
        if name == "toy":
            with tempfile.TemporaryDirectory() as folder:
                subprocess.run([sys.executable, "-m", "benchmarks.toy_figures", folder, "basic"], check=True)
        else:
            draw(name)
        print(f"{name}: {time.perf_counter() - start:.1f} s", flush=True)


if __name__ == "__main__":
    main()
