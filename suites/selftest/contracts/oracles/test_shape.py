"""The judges of what a batch is, over hand-written exchanges."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from contracts.messages import Exchange, Label, Plan
from suites.selftest.contracts.written import (
    exchange,
    failures,
    outcome,
    plan,
    refusable,
    rows,
    told,
    verdict,
    word,
)

# --- what makes no difference -----------------------------------------------------------------------------------------

SPACED = plan("shape.white-space", kind="white space")


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (exchange(SPACED), ("passed",)),
        (exchange(SPACED, 400), ("failed", "white space was answered 400, not 200", "refused")),
        (exchange(SPACED, 400, alone="differs"), ("silent",)),
        (exchange(SPACED, 401), ("silent",)),
        (exchange(SPACED, 403), ("silent",)),
        (exchange(SPACED, 302), ("silent",)),
        (exchange(SPACED, 429), ("silent",)),
        (
            exchange(SPACED, echo=["b"]),
            ("failed", "white space: 2 ids were sent and 1 came back", "another echo"),
        ),
        (
            exchange(SPACED, echo=["b", "ä"]),
            ("failed", "white space: of 2 ids, entry 2 is 'a' and comes back as '\\xe4'", "another echo"),
        ),
        (dataclasses.replace(exchange(SPACED, echo=["b"]), ids=None), ("silent",)),
        (exchange(SPACED, raw=b"{}"), ("silent",)),
        (exchange(plan("shape.escapes"), 400), ("silent",)),
    ],
)
def test_what_makes_no_difference_is_taken_and_echoed(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told("shape.white-space", seen) == wanted


@pytest.mark.parametrize(
    ("other", "wanted"),
    [
        (exchange(plan("echo.complete", ["d", "c"]), echo=["d"], number=2), "silent"),
        (exchange(plan("echo.complete", ["d", "c"]), echo=["c", "d"], number=2), "failed"),
        (exchange(plan("echo.complete", ["d", "c"]), number=2), "failed"),
        (exchange(plan("shape.escapes", ["d", "c"]), echo=["d"], number=2), "failed"),
        (exchange(refusable("size.over", ids=["d", "c"]), echo=["d"], number=2), "failed"),
        (exchange(plan("echo.complete", ["d", "c"]), echo=["d"], number=1), "failed"),
    ],
)
def test_an_echo_that_is_as_wrong_everywhere_is_no_matter_of_spelling(other: Exchange, wanted: str) -> None:
    assert told("shape.white-space", exchange(SPACED, echo=["b"]), other)[0] == wanted


def test_no_difference_is_made_by_white_space_and_escapes() -> None:
    spelt = plan("shape.white-space")
    assert failures(exchange(spelt)) == set()
    assert failures(exchange(spelt, 400)) >= {"shape.white-space"}
    assert failures(exchange(spelt, echo=["b"])) == {"shape.white-space"}


# --- markets ----------------------------------------------------------------------------------------------------------

OPEN: dict[str, Any] = {"label": Label.OPEN, "answers": (200, 400)}
SLUGS, TOGETHER = "shape.plain-slugs", "shape.markets-together"
MARKET = plan("shape.unknown-market", **OPEN)
SLUG = plan(SLUGS, kind="a slug of digits")
REFUSED_SLUG = ("failed", "a slug of digits was answered 400, not 200", "slug refused")


@pytest.mark.parametrize(
    ("seen", "others", "wanted"),
    [
        (exchange(SLUG), (), ("passed",)),
        (exchange(SLUG, 400), (200, 200), REFUSED_SLUG),
        (exchange(SLUG, 400), (200, 400), ("silent",)),
        (exchange(SLUG, 400), (200, 429), REFUSED_SLUG),
        (exchange(SLUG, 400), (429,), ("silent",)),
        (exchange(SLUG, 400), (), ("silent",)),
        (exchange(SLUG, 401), (200,), ("silent",)),
        (exchange(SLUG, 403), (200,), ("silent",)),
        (exchange(SLUG, 402), (200,), ("failed", "a slug of digits was answered 402, not 200", "slug refused")),
        (exchange(SLUG, 404), (200,), ("failed", "a slug of digits was answered 404, not 200", "slug refused")),
        (exchange(SLUG, 429), (200,), ("silent",)),
        (exchange(plan("shape.odd-slugs", probes=(SLUGS,), **OPEN)), (200,), ("passed",)),
        (exchange(plan("shape.odd-slugs", probes=(SLUGS,), **OPEN), 400), (200,), ("silent",)),
        (exchange(plan("shape.odd-slugs", **OPEN)), (200,), ("silent",)),
    ],
)
def test_a_plain_slug_is_taken_where_unknown_markets_are(
    seen: Exchange, others: tuple[int, ...], wanted: tuple[str, ...]
) -> None:
    asked = [exchange(MARKET, status, number=number) for number, status in enumerate(others, 2)]
    assert told(SLUGS, dataclasses.replace(seen, number=9), *asked) == wanted


WHOLE = plan(TOGETHER, name="whole", **OPEN)


@pytest.mark.parametrize(
    ("seen", "alone", "wanted"),
    [
        (exchange(WHOLE), (200, 200), ("passed",)),
        (
            exchange(WHOLE, 400),
            (200, 200),
            ("failed", "markets that were each taken alone were answered 400 together", "markets refused together"),
        ),
        (exchange(WHOLE, 400), (200, 400), ("silent",)),
        (exchange(WHOLE, 400), (), ("silent",)),
        (exchange(WHOLE, 429), (200,), ("silent",)),
        (exchange(WHOLE, 400, part_of="another"), (200,), ("silent",)),
        (exchange(plan("size.one", name="whole"), 400), (200,), ("silent",)),
    ],
)
def test_markets_taken_alone_are_taken_together(
    seen: Exchange, alone: tuple[int, ...], wanted: tuple[str, ...]
) -> None:
    asked = [exchange(MARKET, status, number=number, part_of="whole") for number, status in enumerate(alone, 2)]
    beside = exchange(MARKET, 400, number=8, part_of="another")
    assert told(TOGETHER, dataclasses.replace(seen, number=9), beside, *asked) == wanted


def test_markets_that_are_each_taken_alone_are_taken_together() -> None:
    clause = "shape.markets-together"
    whole = plan(clause, name="whole", label=Label.OPEN, answers=(200, 400))
    asked = plan("shape.unknown-market", label=Label.OPEN, answers=(200, 400))
    alone, refused = (exchange(asked, status, number=1, part_of="whole") for status in (200, 400))
    assert failures(exchange(whole, 400, number=4), alone) == {clause}
    assert word(clause, exchange(whole, number=4), alone) == "passed"
    assert word(clause, exchange(whole, 400, number=4), refused) == "silent"
    assert word(clause, exchange(whole, 400, number=4)) == "silent"


# --- a member twice ---------------------------------------------------------------------------------------------------


def many(count: int) -> list[str]:
    return [f"o{number}" for number in range(count)]


MEMBER, WHICH = "shape.repeated-member", "shape.which-member"


def twice(first: list[str], second: list[str], **more: Any) -> Plan:
    one, two = (json.dumps(rows(each)["orders"]) for each in (first, second))
    return plan(WHICH, body=f'{{"orders":{one},"orders":{two}}}'.encode(), kind="orders twice", **(OPEN | more))


BOTH = twice(["a"], ["b"])
ANOTHER = (
    "failed",
    "orders twice: the batch that was echoed is not the one that was carried out",
    "effect of another: orders twice",
)
STAYED, GONE, UNKNOWN = (outcome("any", read_back, order_id="a") for read_back in ("open", "closed", None))
NEITHER = ("failed", "orders twice: the echo is of neither lawful reading of the body", "echo of none: orders twice")


@pytest.mark.parametrize(
    ("seen", "judged", "asked"),
    [
        (exchange(BOTH, echo=["a"]), ("passed",), ("passed", "first")),
        (exchange(BOTH, echo=["b"]), ("passed",), ("passed", "last")),
        (exchange(BOTH, echo=["c"]), NEITHER, ("passed", "neither")),
        (exchange(BOTH, 400), ("passed",), ("passed", "refused with 400")),
        (exchange(BOTH, raw=b"{}"), ("silent",), ("passed", "neither")),
        (exchange(BOTH, 429), ("silent",), ("silent",)),
        (exchange(twice(["a"], ["a"]), echo=["a"]), ("passed",), ("passed", "first and last")),
        (exchange(BOTH, echo=["a"], outcomes=(GONE,)), ("passed",), ("passed", "first")),
        (exchange(BOTH, echo=["a"], outcomes=(STAYED,)), ANOTHER, ("passed", "first")),
        (exchange(BOTH, echo=["b"], outcomes=(GONE,)), ANOTHER, ("passed", "last")),
        (exchange(BOTH, echo=["b"], outcomes=(STAYED,)), ("passed",), ("passed", "last")),
        (exchange(BOTH, echo=["b"], outcomes=(UNKNOWN,)), ("passed",), ("passed", "last")),
        (exchange(twice(["a"], many(21)), echo=many(21)), NEITHER, ("passed", "neither")),
        (exchange(twice(["a"], many(21), label=Label.UNLAWFUL), echo=["a"]), ("passed",), ("silent",)),
        (exchange(plan("size.one"), echo=["c"]), ("silent",), ("silent",)),
    ],
)
def test_a_repeated_member_is_read_one_way_and_which_is_asked(
    seen: Exchange, judged: tuple[str, ...], asked: tuple[str, ...]
) -> None:
    assert (told(MEMBER, seen), told(WHICH, seen)) == (judged, asked)


def test_a_repeated_member_is_read_one_way() -> None:
    def body(first: list[str], second: list[str]) -> bytes:
        one, two = (json.dumps(rows(each)["orders"]) for each in (first, second))
        return f'{{"orders":{one},"orders":{two}}}'.encode()

    both = plan("shape.which-member", label=Label.OPEN, answers=(200, 400), body=body(["a"], ["b"]))
    over = dataclasses.replace(both, body=body(["a"], [f"o{n}" for n in range(21)]))
    twenty_one = [f"o{n}" for n in range(21)]
    clause = "shape.repeated-member"
    assert [word(clause, exchange(both, echo=[each], ids=None)) for each in "abc"] == ["passed", "passed", "failed"]
    assert word(clause, exchange(over, echo=["a"], ids=None)) == "passed"
    assert word(clause, exchange(over, echo=twenty_one, ids=None)) == "failed"
    assert word(clause, exchange(over, 400, ids=None)) == "passed"
    answers = [verdict("shape.which-member", exchange(both, echo=[each], ids=None)) for each in "ab"]
    assert [each.message for each in answers if each] == ["first", "last"]
