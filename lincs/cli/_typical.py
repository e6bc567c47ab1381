"""What ``lincs verify --typical`` takes."""

from __future__ import annotations

from typing import Any

import typer

from lincs.cli._options import refuse

__all__ = ["OPTIONS", "check_typical", "typical_options"]

OPTIONS = ("support", "risk")  # that mean nothing without --typical


def check_typical(context: typer.Context, there: set[str]) -> None:
    """Refuse what has no use for random inputs, and what random inputs have no use for."""
    if "typical" not in there:
        refuse(context, OPTIONS, "without --typical")
        return
    refuse(context, ("cluster",), "with --typical, of which workers know nothing")
    refuse(context, ("groups", "group_rule", "active_groups"), "with --typical: random supports would break the groups")
    refuse(context, ("closed",), "with --typical, which counts errors of eps itself as misread")
    refuse(context, ("stop_early",), "with --typical, which needs every row")


def typical_options(
    typical: str | None, support: str | None, risk: str | None, random: int, seed: int
) -> dict[str, Any]:
    """The arguments of :func:`lincs.verify`; nothing where nothing is asked."""
    if typical is None:
        return {}
    return {"typical": typical, "support": support, "risk": risk, "samples": random, "seed": seed}
