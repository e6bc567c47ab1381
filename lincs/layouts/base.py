"""What a layout is, and under which names its arrays go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["AUTO", "Layout", "Part", "plain_names"]

AUTO = "auto"

# What wrappers (torch.compile, data parallelism, trainers) put before the names of a module's arrays.
_WRAPPERS = ("_orig_mod.", "module.", "model.", "sae.", "ae.", "autoencoder.", "state_dict.", "model_state_dict.")


@dataclass(frozen=True)
class Part:
    """One matrix of a layout: the names it goes by (case aside), and how its features lie in the array.

    "columns" is ``d x m``, "rows" is ``m x d``.  With three ``axes`` one counts models: rows are (m, models, d),
    columns (models, d, m), and the matrix is that of the concatenated space.
    """

    names: tuple[str, ...]
    orientation: str
    axes: int = 2

    def find(self, names: Mapping[str, str]) -> str | None:
        """The array of this part among names as :func:`plain_names` gives them."""
        wanted = {name.lower() for name in self.names}
        return next((full for plain, full in names.items() if plain.lower() in wanted), None)


@dataclass(frozen=True)
class Layout:
    """How a file holds its matrices; orientations are "columns" (d x m) and "rows" (m x d).

    Without a ``decoder`` a file holds one matrix (or the one that a key names), which lies as ``orientation`` says.
    """

    name: str
    what: str
    orientation: str
    decoder: Part | None = None
    encoder: Part | None = None

    @property
    def named(self) -> bool:
        """Whether one file holds both matrices, under names that the layout knows."""
        return self.decoder is not None

    @property
    def library(self) -> str:
        return self.what.partition(":")[0]


def plain_names(names: Iterable[str], prefix: str | None = None) -> dict[str, str]:
    """Names without their wrappers, each with the full name; of those that begin with ``prefix`` if one is given."""
    found: dict[str, str] = {}
    for full in names:
        plain = full
        if prefix is not None:
            if not full.startswith(prefix + "."):
                continue
            plain = full[len(prefix) + 1 :]
        while wrapper := next((w for w in _WRAPPERS if plain.startswith(w)), None):
            plain = plain[len(wrapper) :]
        found.setdefault(plain, full)
    return found
