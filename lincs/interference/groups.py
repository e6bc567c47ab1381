"""Groups of features as a caller gives them, and the supports that they allow.

A level is a list of labels, one integer a feature of the file, and a rule: at most one (or N) active features of each
group, or whole groups.  Several levels, inner to outer, are limits within limits.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError, check_integer
from lincs.files import array_names, read_array
from lincs.interference.limited import Limited
from lincs.interference.supports import Anything, Supports
from lincs.interference.whole import Whole
from lincs.jsonable import shown
from lincs.problem import parse_ks
from lincs.results import Structure

__all__ = ["Asked", "asked_supports", "read_labels"]

Array = npt.NDArray[Any]

_KEY = "groups"  # the array of a file that holds several


@dataclass(frozen=True)
class Asked:
    """What supports a question is about: the family, its ``ks``, and what a result says of them."""

    supports: Supports
    ks: tuple[int, ...]
    structure: Structure | None


def asked_supports(
    *,
    k: Any,
    groups: Any,
    group_rule: Any,
    active_groups: Any,
    total: int,
    living: Array | None,
    model: str | None = None,
) -> Asked:
    """Read what :func:`lincs.verify` was asked; ``living`` are the features of the file that exist (None: all).

    ``model`` is the name of A in its file: in a result of ``lincs toy`` the groups of ``W_LABEL`` are ``groups_LABEL``.

    Raises :class:`InputError` for labels that do not fit, rules that are none, and options that have no meaning.
    """
    m = total if living is None else len(living)
    if groups is None:
        for name, value in (("group_rule", group_rule), ("active_groups", active_groups)):
            if value is not None:
                raise InputError(f"{name} has no meaning without groups")
        return Asked(Anything(m), _numbers(k, "k", m, "m"), None)
    labels, rules = _levels(groups, group_rule)
    levels = [_numbered(read_labels(each, total, model), living) for each in labels]
    count = int(levels[0].max()) + 1
    if "whole" in rules:
        if len(rules) > 1:
            raise InputError("group_rule whole must be the only level of groups")
        if k is not None:
            raise InputError("k has no meaning with group_rule whole: give active_groups, the number of active groups")
        rs = _numbers(active_groups, "active_groups", count, "the number of groups")
        return Asked(Whole(levels[0]), rs, Structure(rule="whole", groups=count, active_groups=rs))
    if active_groups is not None:
        raise InputError("active_groups has no meaning without group_rule whole: give k")
    _check_nested(levels)
    ks = _numbers(k, "k", m, "m")
    counts = [int(level.max()) + 1 for level in levels]
    single = len(levels) == 1
    structure = Structure(rule=_words(rules[0]) if single else tuple(map(_words, rules)),
                          groups=counts[0] if single else tuple(counts), k=ks)  # fmt: skip
    binding = [n for n, level in enumerate(levels) if np.bincount(level).max() > rules[n]]
    if not binding:
        return Asked(Anything(m), ks, structure)
    return Asked(Limited(np.array([levels[n] for n in binding]), [rules[n] for n in binding]), ks, structure)


def _numbers(spec: Any, name: str, most: int, what: str) -> tuple[int, ...]:
    if spec is None:
        raise InputError(f"{name} must be given")
    if name == "k":
        return parse_ks(spec, m=most)
    try:
        numbers = parse_ks(spec)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None
    if max(numbers) > most:
        raise InputError(f"{name} must be at most {what} = {most}, got {max(numbers)}")
    return numbers


def _words(rule: Any) -> str | int:
    return "one" if rule == 1 else int(rule)


def _levels(groups: Any, rule: Any) -> tuple[list[Any], list[Any]]:
    """The lists of labels and the rules, inner to outer."""
    if isinstance(rule, Sequence) and not isinstance(rule, str):
        several = isinstance(groups, Sequence | np.ndarray) and not isinstance(groups, str)
        labels = list(groups) if several else [groups]
        if not rule or len(labels) != len(rule):
            counts = f"{len(labels)} and {len(rule)}"
            raise InputError(f"groups must be one list of labels for each group_rule, got {counts}")
        return labels, [_rule(each) for each in rule]
    return [groups], [_rule("one" if rule is None else rule)]


def _rule(rule: Any) -> Any:
    """A limit, or the word "whole"."""
    if isinstance(rule, str):
        word = rule.strip().lower()
        if word in ("one", "whole"):
            return 1 if word == "one" else word
        if not (word.isascii() and word.isdigit()):
            raise InputError(f"group_rule must be one, whole or a number of features, got {shown(rule)}")
        rule = int(word)
    return check_integer(rule, "group_rule")


def read_labels(spec: Any, m: int, model: str | None = None) -> Array:
    """The labels of m features: an array of integers, or a file of them.

    Of a file of several arrays it is the one named ``groups``, or ``groups_LABEL`` for the ``model`` ``W_LABEL``.
    """
    name = "groups"
    if isinstance(spec, str | os.PathLike):
        name, spec = f"groups ({spec})", _of_file(Path(spec), model)
    labels = np.asarray(spec)
    if labels.dtype.kind == "O":
        labels = np.array([check_integer(x, name, least=-1) for x in labels.ravel().tolist()]).reshape(labels.shape)
    if labels.shape != (m,) or labels.dtype.kind not in "iu":
        got = f"{labels.dtype} of shape {labels.shape}"
        raise InputError(f"{name} must be one integer for each of the {m} features, got {got}")
    if labels.dtype.kind == "i" and labels.min() < -1:
        raise InputError(f"{name} must be -1 (alone) or a non-negative label, got {labels.min()}")
    return labels


def _of_file(file: Path, model: str | None) -> Array:
    if file.suffix.lower() in (".npy", ".npz", ".safetensors", ".pt"):
        names = array_names(file)
        mine = None if model is None else f"{_KEY}{model[1:]}"
        key = next((name for name in (mine, _KEY) if name in names), None) if len(names) > 1 else None
        return read_array(file, key=key, option=f"the name {_KEY!r}")
    if not file.is_file():
        raise InputError(f"groups must be labels or a file of them, got {shown(str(file))}")
    try:
        lines = file.read_text(encoding="utf-8-sig").split()
        return np.array([int(line) for line in lines], dtype=np.int64)
    except (OSError, ValueError, OverflowError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{file} cannot be read as one integer a line: {reason}") from None


def _numbered(labels: Array, living: Array | None) -> Array:
    """Groups of the features that exist, numbered from 0 in the order of their first feature; -1 is a group each."""
    kept = labels if living is None else labels[living]
    alone = (kept == -1) if kept.dtype.kind == "i" else np.zeros(len(kept), dtype=bool)
    _, ranks = np.unique(kept, return_inverse=True)
    keys = np.where(alone, len(kept) + np.arange(len(kept)), ranks.ravel())
    _, first, numbers = np.unique(keys, return_index=True, return_inverse=True)
    order = np.empty(len(first), dtype=np.int64)
    order[np.argsort(first, kind="stable")] = np.arange(len(first))
    return np.asarray(order[numbers.ravel()])


def _check_nested(levels: list[Array]) -> None:
    for n, (inner, outer) in enumerate(pairwise(levels)):
        pairs = np.unique(np.stack([inner, outer]), axis=1)
        groups, counts = np.unique(pairs[0], return_counts=True)
        if (counts > 1).any():
            feature = int(np.flatnonzero(inner == groups[counts > 1][0])[0])
            raise InputError(
                f"groups must be nested, inner to outer, but the group of feature {feature} in list {n} "
                f"lies in several groups of list {n + 1}"
            )
