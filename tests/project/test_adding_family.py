"""docs/adding.md, "A family of frames", done as it is written: in a copy of the package, two files are touched."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SCRIPT = """
import sys
from fractions import Fraction
import lincs

bracket = lincs.bound(m=6, k=1, eps="0.31")
assert "numpy" not in sys.modules
assert bracket.upper.value == 3
assert [row.value for row in bracket.rows if row.name == "icosahedron"] == [3]
assert all(row.value is None for row in lincs.bound(m=7, k=1, eps="0.31").rows if row.name == "icosahedron")

built = lincs.build(family="icosahedron", k=1, out="frame.npz")
assert built.A.shape == (3, 6)
assert built.plan.promise.attained
assert lincs.check(built.files[1]).accepted

from lincs.constructions.catalogue import family
from tests.constructions.laws import check_member, check_monotone, check_promise, examples
toy = family("icosahedron")
assert toy.status(toy.member(), m=6) == "theorem"
members = examples((toy,))
for found, parameters in members:
    check_member(found, parameters)
for m in (1, 5, 6, 7):
    for n in range(1, 12):
        check_promise(toy, m=max(m, 2), mu=Fraction(n, 11))
        check_monotone(toy, m=m, mu=Fraction(n, 11), more=1, wider=Fraction(1, 11))
print(len(members), "members kept the laws")
"""


def blocks() -> list[str]:
    """The pieces of code of the section."""
    text = (ROOT / "docs" / "adding.md").read_text(encoding="utf-8")
    section = re.split(r"^## ", text, flags=re.MULTILINE)
    (family,) = (part for part in section if part.startswith("A family of frames"))
    return re.findall(r"```python\n(.*?)```", family, flags=re.DOTALL)


def add(package: Path) -> None:
    """What the section says, and nothing else."""
    own, (imported, entry) = blocks()[0], blocks()[1].splitlines()
    (package / "constructions" / "families" / "icosahedron.py").write_text(own, encoding="utf-8")
    catalogue = package / "constructions" / "catalogue.py"
    text = catalogue.read_text(encoding="utf-8")
    text = text.replace(
        "from lincs.constructions.families.identity", f"{imported}\nfrom lincs.constructions.families.identity"
    )
    text = text.replace("    LinePackings(),\n", f"    LinePackings(),\n{entry}\n")
    catalogue.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adding")
    shutil.copytree(ROOT / "lincs", folder / "lincs", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tests").mkdir()
    (folder / "tests" / "__init__.py").touch()
    (folder / "tests" / "constructions").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "constructions" / "laws.py", folder / "tests" / "constructions")
    add(folder / "lincs")
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "NUMBA_DISABLE_JIT": "1",
    }  # twelve numbers: nothing to compile
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_bound_build_check_and_the_laws(copy: Path) -> None:
    found = run(copy, "-c", SCRIPT)
    assert found.returncode == 0, found.stderr
    assert found.stdout == "1 members kept the laws\n"


def test_the_command_knows_it(copy: Path) -> None:
    found = run(copy, "-m", "lincs", "build", "--family", "icosahedron", "--k", "1", "-o", "command.npz")
    assert found.returncode == 0, found.stderr
    assert "m = 6 features in d = 3 dimensions: icosahedron" in found.stdout


def test_two_files_are_touched(copy: Path) -> None:
    def contents(package: Path) -> dict[str, bytes]:
        files = (path for path in package.rglob("*.py") if "__pycache__" not in path.parts)
        return {str(path.relative_to(package)): path.read_bytes() for path in files}

    before, after = contents(ROOT / "lincs"), contents(copy / "lincs")
    changed = sorted(name for name in after if after[name] != before.get(name))
    assert changed == [
        os.path.join("constructions", "catalogue.py"),
        os.path.join("constructions", "families", "icosahedron.py"),
    ]


def test_forgetting_claims_nothing(copy: Path) -> None:
    """Without examples the class is refused where it is written; without ``attained`` nothing exact is promised."""
    own = blocks()[0]
    lines = [line for line in own.splitlines() if "examples = " not in line]
    (copy / "forgetful.py").write_text("\n".join(lines), encoding="utf-8")
    found = run(copy, "-c", "import forgetful")
    assert "TypeError: Icosahedron must say its examples" in found.stderr
    (copy / "modest.py").write_text(own.replace(", attained=True", ""), encoding="utf-8")
    found = run(copy, "-c", "import modest; print(modest.Icosahedron().member().attained)")
    assert found.stdout == "False\n"
