"""``python -m benchmarks.readme`` runs the README's commands again and replaces the output shown below each."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
# A command block, directly followed by the block of what it prints.
SHOWN = re.compile(
    r"(```bash\n[^`]*?\.venv/bin/lincs ([^\n]*)\n```\n\n```text\n)(.*?)(\n```)", flags=re.DOTALL
)


def printed(arguments: str) -> str:
    """What ``lincs ARGUMENTS`` prints on stdout, without trailing blanks."""
    command = [sys.executable, "-m", "lincs", *shlex.split(arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return "\n".join(line.rstrip() for line in done.stdout.rstrip().splitlines())


def main() -> None:
    text = README.read_text(encoding="utf-8")
    README.write_text(SHOWN.sub(lambda m: m[1] + printed(m[2]) + m[4], text), encoding="utf-8")


if __name__ == "__main__":
    main()
