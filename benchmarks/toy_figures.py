"""``python -m benchmarks.toy_figures RESULTS``: run the toy experiments into RESULTS and redraw the figures of
docs/toy.md from them, with the time that each experiment took.

``geometry`` goes on from the densities that RESULTS already holds.  Name experiments after RESULTS to run only these.
"""

from __future__ import annotations

import argparse
import time
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from lincs.toy.experiment import EXPERIMENTS, run_experiment, summary

DOCS = Path(__file__).parent.parent / "docs"
_COLOURS = 96  # a palette keeps the files small


def small(page: Any, file: Path, dpi: int = 80) -> None:
    """Save a figure as a PNG with a palette."""
    buffer = BytesIO()
    page.savefig(buffer, dpi=dpi)
    Image.open(buffer).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("names", nargs="*", default=list(EXPERIMENTS))
    parser.add_argument("--threads", type=int, default=None)
    options = parser.parse_args()
    for name in options.names:
        extra = {"checkpoint": options.results} if name == "geometry" else {}
        wall, cpu = time.perf_counter(), time.process_time()
        found = run_experiment(name, threads=options.threads, **extra)
        print(f"{name}: {time.perf_counter() - wall:.1f} s, {time.process_time() - cpu:.1f} CPU seconds")
        print("\n".join(summary(found)), flush=True)
        found.save(options.results)
        own, *more = found.figures()
        small(own.draw(found), DOCS / f"toy_{name}.png")
        for drawing in more if name in ("basic", "geometry", "correlated", "anticorrelated") else ():
            small(drawing.draw(found), DOCS / f"toy_{name}{drawing.suffix}.png")


if __name__ == "__main__":
    main()
