"""The README is true: its commands print what it shows, and its Python session runs."""

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def shown_runs():
    """(arguments, output) of every ``lincs`` command that is followed by a block with its output."""
    blocks = re.findall(r"```bash\n(.*?)\n```\n\n```text\n(.*?)\n```", README, flags=re.DOTALL)
    return [(shlex.split(command.split(".venv/bin/lincs ")[-1]), output) for command, output in blocks]


def test_there_are_runs_to_check():
    assert len(shown_runs()) >= 2


@pytest.mark.parametrize(("arguments", "output"), shown_runs(), ids=lambda value: " ".join(value)[:40])
def test_commands_print_what_is_shown(arguments, output):
    done = subprocess.run([sys.executable, "-m", "lincs", *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    printed = "\n".join(line.rstrip() for line in done.stdout.rstrip().splitlines())
    assert printed == output


def test_python_session():
    session = doctest.DocTestParser().get_doctest(
        "\n".join(re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)), {}, "README", "README.md", 0
    )
    assert len(session.examples) >= 5
    assert doctest.DocTestRunner().run(session).failed == 0


def test_the_two_commands_are_the_ones_of_the_package():
    """What is installed and run is what pyproject.toml declares."""
    import tomllib

    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    assert "lincs" in project["scripts"]
    assert "pip install -q . && .venv/bin/lincs verify --example" in README
    assert "pip install -q '.[test]' && .venv/bin/python -m pytest" in README
    assert any(requirement.startswith("pytest") for requirement in project["optional-dependencies"]["test"])
