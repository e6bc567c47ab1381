"""Read-outs: how the features are read from ``B^T x``, and over which inputs the worst case is taken.

A read-out is one class in one file and answers every question about itself; nobody else asks for its name.  To add one,
see docs/adding.md.
"""

from __future__ import annotations

from lincs.errors import check_choice
from lincs.readouts.affine import Affine
from lincs.readouts.base import Readout
from lincs.readouts.nonnegative import Nonnegative
from lincs.readouts.signed import Signed
from lincs.readouts.threshold import Threshold

__all__ = ["DEPLOYED", "READOUTS", "Readout", "help_text", "readout"]

# The read-out that an encoder of its own makes (deployed.py): not one of the list, for nothing is known of it without.
DEPLOYED = "deployed"

_DEPLOYED_SUMMARY = "the encoder itself, with its bias, threshold and activation"

READOUTS: dict[str, Readout] = {each.name: each for each in (Signed(), Nonnegative(), Affine(), Threshold())}


def readout(name: str | Readout) -> Readout:
    """The read-out of this name (or itself); :class:`InputError` for an unknown word."""
    if isinstance(name, Readout):
        return name
    return READOUTS[check_choice(name, "readout", tuple(READOUTS))]


def help_text(*, encoders: bool = False) -> str:
    """The read-outs in one line, for ``--help``; with ``encoders`` that of a deployed encoder too."""
    words = [f"{each.name}: {each.summary}" for each in READOUTS.values()]
    return "; ".join([*words, f"{DEPLOYED}: {_DEPLOYED_SUMMARY}"] if encoders else words) + "."
