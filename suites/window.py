"""The 30 seconds on either side of the server's clock, and what a timestamp may look like."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from contracts.catalogue import Clause
from contracts.messages import WINDOW_MS, Credentials, Plan
from suites.credentials import asked, without_effect, wrong
from suites.face import Gate
from suites.strategies.batches import batch, fresh_ids, with_prelude

MARGIN_MS = 2000
"""How far from the edge the suite keeps."""
WEEK_MS = 7 * 86_400_000
PAST_MS = (WINDOW_MS + MARGIN_MS, 53 * WEEK_MS + MARGIN_MS)
"""Just outside; and where a difference that is cut to a minute, a day or a week seems small, and a year is over."""
FUTURE_MS = (WINDOW_MS + MARGIN_MS,)

UNITS = ("seconds", "seconds with fraction", "microseconds", "nanoseconds")
FORMS = (
    "negative",
    "zero",
    "64 bits and the time",
    "32 bits and the time",
    "2^64 nanoseconds and the time",
    "exponent of the digits",
    "500 digits",
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
    for side, sign, (just, *far) in (("past", -1, PAST_MS), ("future", 1, FUTURE_MS)):
        name = f"window.{side}-inside/{WINDOW_MS - MARGIN_MS}"
        kind = _kind(sign * (WINDOW_MS - MARGIN_MS))
        inside = batch(name, fresh_ids(seed, name, 14 if sign < 0 else 9), kind=kind)
        inside = dataclasses.replace(inside, credentials=Credentials(skew_ms=sign * (WINDOW_MS - MARGIN_MS)))
        # behind it, for whoever measures from the timestamp that was seen last
        yield with_prelude(_outside(seed, side, sign * just), inside)
        yield from (_outside(seed, side, sign * skew) for skew in far)
    refused: dict[str, tuple[str, ...]] = {"unit": UNITS, "form": FORMS, "not-a-number": NOT_NUMBERS}
    for clause, forms in refused.items():
        for form in forms:
            plan = wrong(seed, f"window.{clause}/{form}", f"a timestamp: {form}", Credentials(timestamp=form))
            yield without_effect(plan) if form in NAMING_AN_ORDER else plan
    for clause, form in QUESTIONS.items():
        yield asked(seed, f"window.{clause}/{form}", f"a timestamp: {form}", Credentials(timestamp=form))
    yield asked(seed, "window.white-space/around", "a timestamp: white space", Credentials(timestamp="white space"))


def last_plan(seed: int) -> Plan:
    """The plan that is sent when the timestamp of an earlier one has run out: what was right once is remembered?"""
    kind = "right credentials of a batch that was in time, when they no longer are"
    return wrong(seed, "window.past-outside/again", kind, Credentials(again="stale", skew_ms=-WINDOW_MS - 15_000))


def _outside(seed: int, side: str, skew_ms: int) -> Plan:
    return wrong(seed, f"window.{side}-outside/{abs(skew_ms)}", _kind(skew_ms), Credentials(skew_ms=skew_ms))


def _kind(skew_ms: int) -> str:
    return f"a timestamp {abs(skew_ms) // 1000} s {'behind' if skew_ms < 0 else 'ahead of'} the server's clock"


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
