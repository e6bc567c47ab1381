"""The flow of docs/architecture.md, held by the code: who may import whom, function-level imports included."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "lincs"


def layers():
    """The list of the page: a tuple of names of modules and packages for each layer."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    block = re.search(r"```text\n(.*?)```", text, flags=re.DOTALL)[1]
    return [tuple(re.split(r"\s{2,}", line)[1].split()) for line in block.splitlines()]


def modules():
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in PACKAGE.rglob("*.py")
    }


class Imports(ast.NodeVisitor):
    """The modules of lincs that a file imports, wherever the import stands; not those for type checkers alone."""

    def __init__(self, known):
        self.known, self.found = known, set()

    def visit_If(self, node):
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return
        self.generic_visit(node)

    def visit_Import(self, node):
        self.found |= {alias.name for alias in node.names if alias.name.partition(".")[0] == "lincs"}

    def visit_ImportFrom(self, node):
        assert node.level == 0, "imports are absolute"
        if node.module and node.module.partition(".")[0] == "lincs":
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                self.found.add(inner if inner in self.known else node.module)


@pytest.fixture(scope="module")
def imports():
    known = modules()
    found = {}
    for name, path in known.items():
        visitor = Imports(known)
        visitor.visit(ast.parse(path.read_text(encoding="utf-8")))
        found[name] = visitor.found - {name}
    return found


def part(module):
    """``lincs.bounds.rules`` is of the part ``bounds``; the package itself of ``lincs``."""
    return module.split(".")[1] if "." in module else module


def test_every_part_has_its_layer():
    listed = [name for layer in layers() for name in layer]
    assert len(listed) == len(set(listed))
    assert set(listed) | {"lincs", "__main__"} == {part(name) for name in modules()}


def test_imports_go_up_the_list(imports):
    order = {name: place for place, name in enumerate(name for layer in layers() for name in layer)}
    wrong = [
        f"{source} imports {target}"
        for source, targets in imports.items()
        for target in targets
        if part(source) not in ("lincs", "__main__") and part(target) != part(source)
        if part(target) == "lincs" or order[part(target)] > order[part(source)]
    ]
    assert not wrong


def test_no_circle(imports):
    """Depth-first: a module that is met again while its own imports are followed closes a circle."""
    done, path = set(), []

    def follow(name):
        if name in path:
            raise AssertionError(" -> ".join([*path[path.index(name) :], name]))
        if name in done:
            return
        path.append(name)
        for target in sorted(imports.get(name, ())):
            follow(target)
        path.pop()
        done.add(name)

    for name in imports:
        follow(name)
