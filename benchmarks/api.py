"""``python -m benchmarks.api`` writes docs/api.md: every public name with its signature and docstring."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Any

import lincs
from lincs import typing

PAGE = Path(__file__).resolve().parent.parent / "docs" / "api.md"

# The order of the page: what belongs to one question stands together.
SECTIONS: dict[str, tuple[str, ...]] = {
    "How small can d be": ("bound", "bound_table", "benchmark_table", "build_atlas", "Problem"),
    "Build and check": ("build", "check"),
    "Your matrices": (
        "verify",
        "verify_samples",
        "verify_readers",
        "describe",
        "match",
        "real_lift",
        "example_matrix",
        "example_words",
    ),
    "Linear against L1": (
        "optimal_probes",
        "compare_probes",
        "basis_pursuit",
        "basis_pursuit_denoising",
        "lasso",
        "compare",
        "recovery_guarantees",
        "phase_diagram",
        "minimal_dimension",
    ),
    "Results": (
        "Shown",
        "Bracket",
        "Bound",
        "Verification",
        "WorstCase",
        "Limits",
        "Limit",
        "Interval",
        "Witness",
        "Structure",
        "DeployedVerification",
        "DeployedCase",
        "Typical",
        "TypicalCase",
        "TypicalLevel",
        "Misread",
        "TypicalFiring",
        "FiringRate",
        "SampleVerification",
        "DeployedSamples",
        "NewInputs",
        "Readers",
        "Description",
        "TypicalError",
        "Geometry",
        "Match",
        "Side",
        "OptimalProbes",
        "ProbeComparison",
        "BasisPursuit",
        "Lasso",
        "Recovered",
        "Comparison",
        "ComparisonRow",
        "RecoveryGuarantees",
        "PhaseDiagram",
        "MinimalDimension",
        "MinimalCurve",
        "Experiment",
        "Built",
        "Check",
        "BoundTable",
        "TableRow",
        "BenchmarkTable",
        "Site",
    ),
    "Toy models": ("run_experiment",),
    "Errors": ("InputError", "ContradictionError", "Note"),
}

_HEAD = """# Reference

Written from the docstrings by `python -m benchmarks.api`; the examples are executed by the tests. Matrices are
`d x m`, columns are features. Results are frozen records with `to_dict()`, the same dictionary that the command prints
with `--json`; `str(result)` is its table, `to_frame()` its rows, `plot()` its figure, `repr` one line. What arguments
may be is named in `lincs.typing`:

```text
{aliases}
```

Toy models: `lincs.toy` ([toy.md](toy.md)).
"""


def public() -> list[str]:
    """Everything that ``import lincs`` offers but modules and the version."""
    return [name for name in dir(lincs) if name not in ("__version__", "plots", "toy", "typing")]


def names() -> list[str]:
    """The public names, as the sections list them and then the rest: nothing public is left out."""
    listed = [name for section in SECTIONS.values() for name in section]
    return [*listed, *(name for name in public() if name not in listed)]


def page() -> str:
    """The text of docs/api.md."""
    parts = [_HEAD.format(aliases=_aliases())]
    rest = names()
    sections = {**SECTIONS, "More": tuple(rest[sum(map(len, SECTIONS.values())) :])}
    for title, section in sections.items():
        if section:
            parts += [f"## {title}\n", *map(_entry, section)]
    return "\n".join(parts)


def _aliases() -> str:
    """The aliases as they stand in the source, with the comments that explain them."""
    source = inspect.getsource(typing)
    kept = [line for line in source.split("\n") if line.startswith(("#", ")", '    "')) or ": TypeAlias" in line]
    return "\n".join(kept)


def _entry(name: str) -> str:
    documented = getattr(lincs, name)
    text = inspect.getdoc(documented) or ""
    return f"### {name}\n\n```text\n{_signature(name, documented)}\n\n{text}\n```\n"


def _signature(name: str, documented: Any) -> str:
    """The signature as it is written in the source, where defaults still have their names."""
    node = ast.parse(inspect.getsource(documented)).body[0]
    if not isinstance(node, ast.FunctionDef):
        return f"class lincs.{name}"
    arguments = ast.unparse(node.args)
    result = f" -> {ast.unparse(node.returns)}" if node.returns is not None else ""
    line = f"lincs.{name}({arguments}){result}"
    if len(line) <= 110:
        return line
    return f"lincs.{name}(\n" + "".join(f"    {part},\n" for part in _split(arguments)) + f"){result}"


def _split(arguments: str) -> list[str]:
    """Cut at the commas outside brackets and strings."""
    parts, depth, quoted = [""], 0, False
    for character in arguments:
        quoted ^= character == "'"
        depth += (character in "([{") - (character in ")]}") if not quoted else 0
        if character == "," and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
