"""The reference is what the docstrings say, every public function has an example, and the examples run."""

from __future__ import annotations

import doctest
import importlib
import inspect

import pytest

import lincs
from benchmarks import api

FUNCTIONS = [name for name in api.public() if inspect.isfunction(getattr(lincs, name))]
# Examples of what is not public by itself.
OTHERS = ["lincs.atlas.cells:cell", "lincs.atlas.stairs:stairs"]


def test_the_reference_is_not_stale():
    """If this fails: python -m benchmarks.api."""
    assert api.PAGE.read_text(encoding="utf-8") == api.page()


def test_the_reference_is_complete():
    assert sorted(api.names()) == sorted(api.public())


@pytest.mark.parametrize("name", [*FUNCTIONS, *OTHERS])
def test_examples(name):
    module, _, attribute = name.partition(":")
    documented = getattr(importlib.import_module(module), attribute) if attribute else getattr(lincs, name)
    space = vars(importlib.import_module(documented.__module__))
    text = inspect.getdoc(documented)
    session = doctest.DocTestParser().get_doctest(text, dict(space), name, None, 0)
    assert session.examples, "no example"
    assert doctest.DocTestRunner().run(session).failed == 0


def test_names_are_kept_once():
    """The stub is what type checkers and ``import lincs`` read; all of it can be imported, and dir() is complete."""
    for package in (lincs, lincs.plots):
        assert dir(package) == sorted(set(dir(package)))
        for name in dir(package):
            assert getattr(package, name) is not None
    assert {"Bracket", "Verification", "bound", "toy", "plots"} <= set(dir(lincs))
    assert not hasattr(lincs, "no_such_name")
