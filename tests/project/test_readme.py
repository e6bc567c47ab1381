"""The README is true: its commands print what it shows, and its Python session runs."""

import doctest
import re
from pathlib import Path

import pytest

from benchmarks import readme

TEXTS = {page.name: page.read_text(encoding="utf-8") for page in readme.PAGES}
README = TEXTS["README.md"]
SHOWN = [(match[2], match[3]) for text in TEXTS.values() for match in readme.SHOWN.finditer(text)]


def test_there_are_runs_to_check():
    assert len(SHOWN) >= 3


@pytest.mark.parametrize(("arguments", "output"), SHOWN, ids=[arguments for arguments, _ in SHOWN])
def test_commands_print_what_is_shown(arguments, output):
    assert readme.printed(arguments) == output


@pytest.mark.parametrize("name", [name for name, text in TEXTS.items() if "```python\n>>>" in text])
def test_python_sessions(name):
    source = "\n".join(re.findall(r"```python\n(.*?)```", TEXTS[name], flags=re.DOTALL))
    session = doctest.DocTestParser().get_doctest(source, {}, name, name, 0)
    assert len(session.examples) >= 5
    assert doctest.DocTestRunner().run(session).failed == 0


@pytest.mark.parametrize("name", list(TEXTS))
def test_links_lead_somewhere(name):
    page = readme.ROOT / ("" if name == "README.md" else "docs") / name
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", TEXTS[name]):
        assert (page.parent / target).exists(), target


def test_the_two_commands_are_the_ones_of_the_package():
    """What is installed and run is what pyproject.toml declares."""
    import tomllib

    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "lincs" in project["scripts"]
    assert "pip install -q . && .venv/bin/lincs verify --example" in README
    assert "pip install -q '.[test]' && .venv/bin/python -m pytest" in README
    assert any(requirement.startswith("pytest") for requirement in project["optional-dependencies"]["test"])
