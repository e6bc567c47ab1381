"""``python -m benchmarks.readme`` runs the commands of README and docs again, replaces the output below each, and draws
the figures."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

from benchmarks.gallery import QUICK, draw

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
# A command block, directly followed by the block of what it prints.
SHOWN = re.compile(
    r"(```bash\n[^`]*?\.venv/bin/((?:lincs|python -m benchmarks\.)[^\n]*)\n```\n\n```text\n)(.*?)(\n?```)",
    flags=re.DOTALL,
)


def printed(command: str) -> str:
    """What ``lincs ...`` or ``python -m ...`` prints on stdout, without trailing blanks."""
    program, *arguments = shlex.split(command)
    prefix = ["-m", "lincs"] if program == "lincs" else []
    done = subprocess.run([sys.executable, *prefix, *arguments], capture_output=True, text=True, check=True)
    return "\n".join(line.rstrip() for line in done.stdout.rstrip().splitlines())


def main() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        page.write_text(SHOWN.sub(lambda m: f"{m[1]}{printed(m[2])}\n```", text), encoding="utf-8")
    for name in QUICK:
        draw(name)


if __name__ == "__main__":
    main()
