"""The page of an experiment with toy models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lincs.page import Page, Table

if TYPE_CHECKING:
    from lincs.toy.experiment import Experiment

__all__ = ["page"]


def page(found: Experiment) -> Page:
    """What an experiment found, and what the verifier says of its models."""
    from lincs.toy.experiment import summary

    out = Page()
    for line in summary(found):
        out.print(line)
    if not found.measured:
        return out
    table = Table()
    for title in (
        "model",
        "loss",
        "learned",
        "k",
        "signed",
        "learned only",
        "nonnegative",
        "deployed",
        "own sets",
        "margin",
        "learned only",
        "rescaled",
        "best probes",
        "excluded",
        "achieved",
    ):
        table.add_column(title, justify="left" if title == "model" else "right")
    for label, measured in found.measured.items():
        for j, row in enumerate(measured.rows):
            head = (label, f"{found.trained[label].loss:.5f}", str(measured.learned)) if j == 0 else ("", "", "")
            values = (
                row.signed.hi,
                row.learned,
                row.nonnegative.hi,
                row.deployed.hi,
                None if row.own is None else row.own.hi,
                row.threshold.lo,
                row.learned_threshold,
                row.rescaled.hi,
                row.probes.hi,
                row.excluded,
                row.achieved,
            )
            table.add_row(*head, str(row.k), *("-" if v is None else f"{v:.3f}" for v in values))
    out.print(table)
    out.print(
        "\nsigned, nonnegative: exact worst-case error of the pair (W, W) as trained, a linear read-out; learned only:"
        "\nover features of norm >= 1/2; deployed: the model itself, with bias and ReLU, over inputs in [0, 1]; own"
        "\nsets: the same with at most one feature of each set on (anticorrelated), or k whole sets (correlated);"
        "\nmargin: with the best threshold of each feature; rescaled: rows of W^T W at their best scale; excluded,"
        "\nachieved: no pair of this size has an error below the first, some pair has the second.",
    )
    return out
