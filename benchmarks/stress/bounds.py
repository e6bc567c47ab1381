"""``lincs bound``: a harder question never gets a better answer, all four unknowns agree, and none takes long."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from lincs.bounds.bracket import bound
from lincs.problem import READOUTS
from lincs.results import Bracket
from lincs.show.bound import headline, shown_count

NAME = "bounds"
SECONDS = 6.0  # two on a quiet core; the machine of a stress run is not quiet
_GRID = Fraction(1, 10**6)  # the search of eps has seven digits

Trial = Callable[[], str | None]


def cases(seed: int) -> Iterator[Trial]:
    """Endless trials: laws on small and boundary questions, and questions of up to a thousand digits."""
    rng = random.Random(seed)
    while True:
        kind = rng.choice((_monotone, _agree, _agree, _long))
        question = _question(rng, long=kind is _long)
        yield lambda kind=kind, question=question, part=rng.random(): kind(question, part)  # type: ignore[misc]


def _number(rng: random.Random, *, long: bool) -> int:
    digits = rng.choice((1, 2, 6, 12, 30, 100, 300, 1000)) if long else rng.choice((1, 1, 2, 2, 3))
    shape = rng.randrange(4)
    if shape == 0:
        return rng.randint(1, 10**digits)
    if shape == 1:
        return int(10 ** rng.randint(0, digits))
    if shape == 2:
        return int(10**digits - rng.randint(0, 1))
    return int(2 ** rng.randint(0, int(digits * 3.3)))


def _question(rng: random.Random, *, long: bool) -> dict[str, Any]:
    m = _number(rng, long=long) + rng.randint(0, 2)
    k = min(m, rng.choice((1, 2, 3, _number(rng, long=long))))
    eps = rng.choice(
        (
            Fraction(1),
            Fraction(1, 2),
            Fraction(1, 4),
            Fraction(26, 100),
            Fraction(9, 10),
            Fraction(rng.randint(1, 1000), 1000),
            Fraction(k, m),  # where the simplex begins
            Fraction(k, 2),
            Fraction(1, _number(rng, long=long)),
        )
    )
    d = rng.choice((m, max(1, m - 1), 1, 2, _number(rng, long=long), _number(rng, long=long)))
    top = 10**1000
    return {
        "m": min(m, top),
        "k": min(k, top),
        "eps": eps,
        "d": min(d, top),
        "readout": rng.choice(("signed", *READOUTS)),
    }


def _ask(question: dict[str, Any], unknown: str) -> Bracket:
    given = {name: value for name, value in question.items() if name != unknown}
    if given["readout"] == "threshold":
        given.pop("eps", None)
    return bound(**given)


def _unknowns(question: dict[str, Any]) -> list[str]:
    return [
        u
        for u in ("d", "m", "k", "eps")
        if not (u == "eps" and question["readout"] == "threshold") and (u != "k" or question["m"] >= 1)
    ]


def _ends(bracket: Bracket) -> tuple[Any, Any]:
    values = (bracket.lower.value, bracket.upper.value)
    return tuple(float("inf") if v == "unbounded" else v for v in values)  # type: ignore[return-value]


def _harder(question: dict[str, Any], part: float) -> dict[str, Any]:
    """One number made harder: a step, or a factor of up to 2."""
    name = ("m", "k", "eps", "d")[int(4 * part)]
    step = 1 if int(1000 * part) % 2 else 1 + int(part * question["m"])
    harder = dict(question)
    if name == "m":
        harder["m"] += step
    elif name == "k":
        harder["k"] = min(question["m"], question["k"] + step)
    elif name == "eps":
        harder["eps"] = question["eps"] * Fraction(999, 1000) if step == 1 else question["eps"] / 2
    else:
        harder["d"] = max(1, question["d"] - step)
    return harder


def _monotone(question: dict[str, Any], part: float) -> str | None:
    harder = _harder(question, part)
    for unknown in _unknowns(question):
        easy, hard = _open(question, unknown), _open(harder, unknown)
        # d and eps grow when a question becomes harder, m and k fall
        good = (
            all(a <= b for a, b in zip(easy, hard, strict=True))
            if unknown in ("d", "eps")
            else all(a >= b for a, b in zip(easy, hard, strict=True))
        )
        if not good:
            return f"{unknown}: {_short(easy)} for {_short(question)}, but {_short(hard)} for {_short(harder)}"
    return None


def _open(question: dict[str, Any], unknown: str) -> tuple[Any, Any]:
    """The ends, where "every k <= m" is no limit: more columns make it larger."""
    ends = _ends(_ask(question, unknown))
    if unknown != "k":
        return ends
    return tuple(float("inf") if value == question["m"] else value for value in ends)  # type: ignore[return-value]


def _agree(question: dict[str, Any], part: float) -> str | None:
    """What is reached, or excluded, for one unknown is so for d, and the next value is not."""
    d = question["d"]
    for unknown in _unknowns(question)[1:]:
        low, high = _ends(_ask(question, unknown))
        for value, reached in ((low, True), (high, False)):
            if unknown == "eps":
                if reached and not 0 < high <= 1:
                    continue
                inside, outside = (high, high * (1 - _GRID)) if reached else (low * (1 + 2 * _GRID), low)
                if not 0 < outside < 1 or inside > 1:
                    continue
            elif value == float("inf") or value < 1:
                continue
            else:
                inside, outside = value, value + 1
            least, most = (
                _ends(_ask({**question, unknown: at}, "d")) if _allowed(question, unknown, at) else None
                for at in (inside, outside)
            )
            if reached and least is not None and least[1] > d:
                return f"{unknown} = {_short(inside)} is reached at d, but d <= {_short(least[1])}: {_short(question)}"
            if reached and most is not None and most[1] <= d:
                return f"{unknown} = {_short(outside)} is not reached, but d <= {_short(most[1])}: {_short(question)}"
            if not reached and most is not None and most[0] <= d:
                return f"{unknown} = {_short(outside)} is excluded, but d >= {_short(most[0])}: {_short(question)}"
            if not reached and least is not None and least[0] > d:
                return f"{unknown} = {_short(inside)} is allowed, but d >= {_short(least[0])}: {_short(question)}"
    return None


def _allowed(question: dict[str, Any], unknown: str, value: Any) -> bool:
    at = {**question, unknown: value}
    return bool(at["k"] <= at["m"])


def _long(question: dict[str, Any], part: float) -> str | None:
    unknowns = _unknowns(question)
    unknown = unknowns[int(part * len(unknowns))]
    start = time.perf_counter()
    bracket = _ask(question, unknown)
    seconds = time.perf_counter() - start
    if not headline(bracket) or not bracket.to_dict():
        return f"no sentence for {unknown} of {_short(question)}"
    if seconds > SECONDS:
        return f"{seconds:.1f} s for {unknown} of {_short(question)}"
    return None


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} = {_short(item)}" for name, item in value.items())
    if isinstance(value, tuple):
        return "..".join(map(_short, value))
    return shown_count(value)
