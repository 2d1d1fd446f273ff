"""The 30 seconds on either side of the server's clock, and what a timestamp may look like."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from contracts.catalogue import Clause
from contracts.messages import WINDOW_MS, Credentials, Plan
from suites.credentials import asked, without_effect, wrong
from suites.face import Gate
from suites.strategies.batches import batch, fresh_ids

MARGIN_MS = 2000
"""How far from the edge the suite keeps."""
WEEK_MS = 7 * 86_400_000
PAST_MS = (WINDOW_MS + MARGIN_MS, 53 * WEEK_MS + MARGIN_MS)
"""Just outside; and where a difference that is cut to a minute, a day or a week seems small, and a year is over."""
FUTURE_MS = (WINDOW_MS + MARGIN_MS,)

UNITS = ("seconds", "seconds with fraction", "microseconds")
FORMS = (
    "negative",
    "zero",
    "64 bits and the time",
    "32 bits and the time",
    "2^64 nanoseconds and the time",
    "exponent of the digits",
)
NOT_NUMBERS = (
    "NaN",
    "date",
    "letters behind",
)
NAMING_AN_ORDER = ("microseconds", "NaN")
"""A time in a far future, and none."""
QUESTIONS = {
    "plus-sign": "plus sign",
    "leading-zeros": "leading zeros",
    "zero-fraction": "zero fraction",
    "other-digits": "other script",
    "inside-forms": "exponent inside",
}


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans."""
    for side, sign, outside in (("past", -1, PAST_MS), ("future", 1, FUTURE_MS)):
        where = "behind" if sign < 0 else "ahead of"
        for skew in outside:
            kind = f"a timestamp {skew // 1000} s {where} the server's clock"
            yield wrong(seed, f"window.{side}-outside/{skew}", kind, Credentials(skew_ms=sign * skew))
        name = f"window.{side}-inside/{WINDOW_MS - MARGIN_MS}"
        kind = f"a timestamp {(WINDOW_MS - MARGIN_MS) // 1000} s {where} the server's clock"
        plan = batch(name, fresh_ids(seed, name, 1 if sign < 0 else 9), kind=kind)
        yield dataclasses.replace(plan, credentials=Credentials(skew_ms=sign * (WINDOW_MS - MARGIN_MS)))
    refused: dict[str, tuple[str, ...]] = {"unit": UNITS, "form": FORMS, "not-a-number": NOT_NUMBERS}
    for clause, forms in refused.items():
        for form in forms:
            plan = wrong(seed, f"window.{clause}/{form}", f"a timestamp: {form}", Credentials(timestamp=form))
            yield without_effect(plan) if form in NAMING_AN_ORDER else plan
    for clause, form in QUESTIONS.items():
        yield asked(seed, f"window.{clause}/{form}", f"a timestamp: {form}", Credentials(timestamp=form))
    yield asked(seed, "window.white-space/around", "a timestamp: white space", Credentials(timestamp="white space"))


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
