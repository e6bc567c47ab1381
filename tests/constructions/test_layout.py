"""Frames at the bottom: algebra knows no family, no family is asked who it is, and nothing there calls up."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import lincs
from lincs.constructions.catalogue import EVERY

PACKAGE = Path(lincs.__file__).parent
FRAMES = PACKAGE / "constructions"
NUMPY = ("numpy", "flint", "numba", "scipy")


def imports(tree: ast.Module, *, top: bool = False) -> Iterator[str]:
    """Modules that a file imports, inside functions too unless only those at the top are asked for."""
    for node in tree.body if top else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def parsed(folder: Path) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        yield str(path.relative_to(PACKAGE)), ast.parse(path.read_text(encoding="utf-8"))


def test_frames_call_nothing_above_them() -> None:
    above = ("bounds", "interference", "certificates", "recovery", "atlas", "cli", "toy", "plots", "tables")
    for name, tree in parsed(FRAMES):
        found = [module for module in imports(tree) if module.split(".")[0] == "lincs"]
        assert not [module for module in found if module.split(".")[1:2] and module.split(".")[1] in above], name


def test_algebra_knows_no_family() -> None:
    for name, tree in parsed(FRAMES / "algebra"):
        own = [module for module in imports(tree) if module.startswith("lincs.constructions")]
        assert all(module.startswith("lincs.constructions.algebra") for module in own), name


@pytest.mark.parametrize("folder", ["families", "."])
def test_families_import_numpy_where_they_build(folder: str) -> None:
    for name, tree in parsed(FRAMES / folder):
        if "algebra" not in name:
            assert not {module.split(".")[0] for module in imports(tree, top=True)} & set(NUMPY), name


def questions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Where a file asks a family who it is: by its name, by the name in a promise, or by its class."""
    names, classes = {family.name for family in EVERY}, {type(family).__name__ for family in EVERY}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("isinstance", "type"):
            yield from ((node.lineno, part.id) for part in ast.walk(node) if getattr(part, "id", "") in classes)
        if isinstance(node, ast.Compare):
            yield from (
                (node.lineno, str(part.value)) for part in ast.walk(node) if getattr(part, "value", "") in names
            )
            sides = (node.left, *node.comparators)
            yield from ((node.lineno, "family") for side in sides if getattr(side, "attr", "") == "family")


def test_nobody_asks_a_family_who_it_is() -> None:
    for name, tree in parsed(PACKAGE):
        if "families" not in name:
            assert not list(questions(tree)), name
    for text in ('promise.family == "gold"', 'name in ("kerdock", "x")', "isinstance(f, Identity | Simplex)"):
        assert list(questions(ast.parse(text)))


def test_family_files_are_short() -> None:
    for path in (FRAMES / "families").glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 290, path
