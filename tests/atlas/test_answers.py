"""The page's answers to random questions, beside those of ``lincs.bound``: never narrower, and little wider."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from math import exp, log
from pathlib import Path
from typing import Any

import pytest

import lincs
from lincs.atlas.build import build_atlas
from tests.atlas import browser

# The engine of the form, asked many questions at once.
ASK = """questions => questions.map((asked) => {
  const q = { readout: asked.readout, unknown: asked.unknown, m: null, k: null, d: null, eps: null };
  for (const name of ["m", "k", "d"]) if (asked[name]) q[name] = BigInt(asked[name]);
  if (asked.eps) q.eps = readFraction(asked.eps);
  return Ask.solve(q).map((end) => [Array.isArray(end.value) ? showFraction(end.value) : `${end.value}`, end.exact]);
})"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The front page with the whole table."""
    folder: Path = tmp_path_factory.mktemp("atlas")
    build_atlas(folder, ms=(16, 64), ts=(Fraction(1, 4),), date="2026-01-01")
    with browser.page() as (view, complaints):
        view.goto((folder / "index.html").as_uri())
        yield view
        assert complaints == []


def questions(unknown: str, readout: str, count: int) -> list[dict[str, Any]]:
    """Half of them with a usual eps, half with any of two digits; m of all lengths up to 10^15."""
    rng = random.Random(f"{unknown} {readout}")
    out = []
    while len(out) < count:
        eps = rng.choice(["1/2", "1/4", "1/10"]) if rng.random() < 0.5 else f"{rng.randint(5, 50)}/100"
        m, k = int(10 ** rng.uniform(1, 15)), int(2 ** rng.uniform(0, 6))
        d = int(2 ** rng.uniform(5, 11))
        known = {"m": m, "k": k, "eps": eps, "d": d}
        del known[unknown]
        if readout == "threshold":
            known.pop("eps", None)
        if known.get("k", 1) <= known.get("m", 64):
            out.append({"unknown": unknown, "readout": readout, **known})
    return out


def value(text: Any) -> Fraction | float:
    return float("inf") if text in ("unbounded", "null") else Fraction(text)


def width(unknown: str, low: Any, high: Any) -> float:
    """The logarithm of the ratio; of the exponents for m, which has hundreds of digits."""
    return log(1 + log(high)) - log(1 + log(low)) if unknown == "m" else log(high / low)


def losses(page: Any, asked: list[dict[str, Any]]) -> list[float]:
    """The logarithm of how much wider the page's bracket is, for each question with two positive ends."""
    found = page.evaluate(ASK, [{**q, **{n: str(q[n]) for n in ("m", "k", "d") if n in q}} for q in asked])
    out = []
    slack = Fraction(1, 10**6) if asked[0]["unknown"] == "eps" else 0  # bound rounds eps outward to seven digits
    for q, ((low, low_exact), (high, high_exact)) in zip(asked, found, strict=True):
        given = {name: q[name] for name in ("m", "k", "eps", "d") if name in q}
        answer = lincs.bound(**given, readout=q["readout"])
        low, high = value(low), value(high)
        ends = value(answer.lower.value), value(answer.upper.value)
        assert low <= ends[0] * (1 + slack), (q, low, ends, high)
        assert ends[1] <= high * (1 + slack), (q, low, ends, high)
        # "exact" is a claim about lincs bound
        assert not low_exact or low == ends[0], (q, low, ends)
        assert not high_exact or high == ends[1], (q, ends, high)
        if low > 0 and high < float("inf") and ends[0] > 0:
            out.append(width(q["unknown"], low, high) - width(q["unknown"], *ends))
    return out


@pytest.mark.parametrize(
    ("unknown", "readout", "count", "most"),
    [
        ("d", "signed", 150, 1.10),
        ("d", "affine", 50, 1.25),
        ("d", "nonnegative", 50, 1.2),
        ("d", "threshold", 50, 1.25),
        ("m", "signed", 25, 1.06),
        ("k", "signed", 40, 1.10),
        ("k", "threshold", 15, 1.35),
        ("eps", "signed", 25, 1.10),
        ("eps", "affine", 10, 1.2),
    ],
)
def test_random_questions(page, unknown, readout, count, most):
    found = losses(page, questions(unknown, readout, count))
    wider = exp(sum(found) / len(found))
    print(f"{unknown}, {readout}: {len(found)} brackets wider by {wider:.3f} on average, {exp(max(found)):.2f} at most")
    assert wider <= most
