"""lincs: bounds and exact verification for linear compressed sensing.

A layer of ``d`` neurons stores ``m`` features by ``x = A z`` with ``z`` k-sparse in ``[-1, 1]^m`` and reads them
out linearly by ``B^T x``.  lincs answers how small ``d`` can be (:func:`bound`), and how bad a real pair
``(A, B)`` is in the worst case (:func:`verify`).

Everything public is imported on first use, so that ``import lincs`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lincs.version import __version__

# Public name -> module that defines it.  Modules are imported when a name is first asked for.
_PUBLIC = {
    "InputError": "lincs.errors",
    "Problem": "lincs.problem",
    "basis_pursuit_denoising": "lincs.recovery.lasso",
    "basis_pursuit": "lincs.recovery.basis_pursuit",
    "benchmark_table": "lincs.tables.benchmark",
    "bound": "lincs.bounds.bracket",
    "bound_table": "lincs.bounds.table",
    "build": "lincs.certificates.build",
    "build_atlas": "lincs.atlas.build",
    "check": "lincs.certificates.check",
    "compare": "lincs.recovery.compare",
    "describe": "lincs.interference.dictionary",
    "example_matrix": "lincs.data.example",
    "example_words": "lincs.data.example",
    "lasso": "lincs.recovery.lasso",
    "minimal_dimension": "lincs.recovery.minimal",
    "optimal_probes": "lincs.recovery.probes",
    "phase_diagram": "lincs.recovery.phase",
    "real_lift": "lincs.matrices",
    "recovery_guarantees": "lincs.recovery.guarantees",
    "verify": "lincs.interference.verify",
    "verify_samples": "lincs.interference.samples",
}

__all__ = ["__version__", *sorted(_PUBLIC)]

if TYPE_CHECKING:
    from lincs.atlas.build import build_atlas as build_atlas
    from lincs.bounds.bracket import bound as bound
    from lincs.bounds.table import bound_table as bound_table
    from lincs.certificates.build import build as build
    from lincs.certificates.check import check as check
    from lincs.data.example import example_matrix as example_matrix
    from lincs.data.example import example_words as example_words
    from lincs.errors import InputError as InputError
    from lincs.interference.dictionary import describe as describe
    from lincs.interference.samples import verify_samples as verify_samples
    from lincs.interference.verify import verify as verify
    from lincs.matrices import real_lift as real_lift
    from lincs.problem import Problem as Problem
    from lincs.recovery.basis_pursuit import basis_pursuit as basis_pursuit
    from lincs.recovery.compare import compare as compare
    from lincs.recovery.guarantees import recovery_guarantees as recovery_guarantees
    from lincs.recovery.lasso import basis_pursuit_denoising as basis_pursuit_denoising
    from lincs.recovery.lasso import lasso as lasso
    from lincs.recovery.minimal import minimal_dimension as minimal_dimension
    from lincs.recovery.phase import phase_diagram as phase_diagram
    from lincs.recovery.probes import optimal_probes as optimal_probes
    from lincs.tables.benchmark import benchmark_table as benchmark_table


# Public modules, imported like the names.
_MODULES = ("toy",)


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"lincs.{name}")
    if name not in _PUBLIC:
        raise AttributeError(f"module 'lincs' has no attribute {name!r}")
    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
