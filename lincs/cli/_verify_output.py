"""What ``lincs verify`` prints and writes of a finished result."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lincs.cli._output import print_json, show
from lincs.errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from lincs.interference.dictionary import Description
    from lincs.results import Verification

__all__ = ["show_all", "write_files"]


def write_files(
    A: Any,
    B: Any,
    description: Description,
    title: str,
    per_feature: Path | None,
    figure: Path | None,
    report: Path | None,
    reading: dict[str, Any],
) -> None:
    if per_feature is not None:
        from lincs.interference.features import write_features

        write_features(description, per_feature)
    try:
        if figure is not None:
            _page(A, B, description, reading).savefig(figure, dpi=150)
        if report is not None:
            from lincs.report import report as page

            report.write_text(page(A, B, description=description, title=title, **reading), encoding="utf-8")
    except (OSError, ValueError) as error:  # matplotlib: an unknown file format is a ValueError
        if isinstance(error, InputError):
            raise
        raise InputError(f"{figure or report} cannot be written: {error}") from None


def _page(A: Any, B: Any, description: Description, reading: dict[str, Any]) -> Figure:
    from lincs.interference.deployed_results import DeployedVerification
    from lincs.plots import deployed
    from lincs.plots.dictionary import overview

    if isinstance(description.verification, DeployedVerification):
        return deployed.overview(description)
    return overview(A, B, description=description, **reading)


def show_all(result: Verification, description: Description | None, title: str, seed: int, as_json: bool) -> None:
    """The description where there is one, else the verification."""
    if as_json and description is not None:
        print_json("verify", description, seed=seed)
    elif as_json:
        print_json("verify", result, seed=None if result.typical is None else seed)
    elif description is not None:
        show(description, title=title)
    else:
        show(result)
