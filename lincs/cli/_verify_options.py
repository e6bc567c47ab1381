"""Which options of ``lincs verify`` have a meaning together; the others are refused."""

from __future__ import annotations

from pathlib import Path

import typer

from lincs import readouts
from lincs.cli import _deployed, _typical
from lincs.cli._options import given, refuse, refuse_all_but
from lincs.errors import InputError

__all__ = ["check_complex", "check_options", "has_eps"]

_FILES = {"a", "b", "tied", "layout", "key", "layout_b", "key_b", "d", "bfloat16"}
_OWN_INPUTS = _FILES | {
    "example",
    "full_example",
    "eps",
    "closed",
    "readout",
    "as_json",
    "normalize",
    "scales",
    "samples",
    "activation",
    "b_dec",
    "bias",
    "bias_key",
    "threshold",
    "tau",
    "level",
    "values",
}


def check_options(context: typer.Context, packaged: bool, tied: bool, readout: str) -> None:
    """Refuse what the answer that is asked for has no use for."""
    there = given(context)
    if readout != readouts.DEPLOYED:
        refuse(context, _deployed.OPTIONS, f"for the {readout} read-out, which is none of an encoder")
    if "eps" not in there:
        refuse(context, ("closed",), "without --eps, which errors may then attain")
    _typical.check_typical(context, there)
    _check_groups(context, there)
    if "device" in there:
        refuse(context, ("cluster", "groups", "typical"), "with --device, which sweeps a pair here, of any k features")
    if packaged:
        refuse(context, _FILES - {"tied"} | {"cluster"}, "with --example, which is no file of yours")
    if {"example", "full_example"} <= there:
        raise InputError("--full-example has no meaning with --example")
    if tied:
        refuse(context, ("b", "key_b", "layout_b"), "with --tied, which means B = A")
    if "samples" in there:
        refuse_all_but(context, _OWN_INPUTS, "with --samples, which asks about your own inputs")
        return
    refuse(context, ("values",), "without --samples")
    pages = there & {"figure", "report"}
    if not (packaged or pages or there & {"describe", "typical"}):
        refuse(context, ("random", "seed"), "without --describe, --typical, --figure or --report")
    if not has_eps(readout):
        refuse(context, ("random", "seed"), f"for the {readout} read-out, which has no typical error")
    if not (pages or "per_feature" in there):
        refuse(context, ("partners",), "without --per-feature, --figure or --report")
        if not (packaged or "describe" in there):
            refuse(context, ("names",), "without --describe, --per-feature, --figure or --report")


def _check_groups(context: typer.Context, there: set[str]) -> None:
    if "groups" not in there:
        refuse(context, ("group_rule", "active_groups"), "without --groups")
        return
    refuse(context, ("cluster",), "with --groups, which workers know nothing of")
    refuse(context, ("figure", "report"), "with --groups: pages are about any k features")
    refuse(context, ("random", "seed"), "with --groups: random inputs would break them")
    if "whole" in (context.params["group_rule"] or ()):
        refuse(context, ("k",), "with --group-rule whole: give --active-groups")
    else:
        refuse(context, ("active_groups",), "without --group-rule whole: give --k")


def check_complex(name: str, **drawings: Path | None) -> None:
    """Figures and pages are of real matrices."""
    from lincs.matrices import refuse_complex

    for option, path in drawings.items():
        if path is not None:
            raise refuse_complex(name, f"for --{option}")


def has_eps(readout: str) -> bool:
    return readout == readouts.DEPLOYED or readouts.readout(readout).has_eps
