"""What is read in an answer, and the judges of the echo, each with its whole verdict, over hand-written exchanges."""

from __future__ import annotations

import dataclasses
import gzip
import zlib
from typing import Any

import pytest

from contracts.messages import Exchange, History, Label, OrderNeed, Reply
from contracts.oracles.echo import difference, lenders, wrong_everywhere
from contracts.oracles.form import INFLATED_MAX, content, echoed, listed, media_type_is_json
from suites.selftest.contracts.written import exchange, outcome, plan, told

# --- what is read in an answer ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "wanted"),
    [
        ("application/json", True),
        (" Text/JSON ;x", True),
        ("application/problem+json", True),
        ("application/json-seq", False),
        ("text/plain", False),
        ("x", False),
        (None, False),
    ],
)
def test_a_media_type_is_json_or_not(named: str | None, *, wanted: bool) -> None:
    headers = () if named is None else (("Content-Type", named),)
    assert media_type_is_json(Reply(200, headers, b"")) is wanted


@pytest.mark.parametrize(
    ("coding", "body", "wanted"),
    [
        (None, b"x", b"x"),
        (" Identity ", b"x", b"x"),
        ("gzip", gzip.compress(b"x", mtime=0), b"x"),
        ("X-GZip", gzip.compress(b"x", mtime=0), b"x"),
        ("deflate", zlib.compress(b"x"), b"x"),
        ("deflate", gzip.compress(b"x", mtime=0), None),
        ("gzip", zlib.compress(b"x"), None),
        ("gzip", b"no gzip", None),
        ("br", b"x", None),
    ],
)
def test_a_content_coding_is_undone_or_not(coding: str | None, body: bytes, wanted: bytes | None) -> None:
    headers = () if coding is None else (("Content-Encoding", coding),)
    assert content(Reply(200, headers, body)) == wanted


def test_only_half_a_mebibyte_is_inflated() -> None:
    whole = content(Reply(200, (("Content-Encoding", "gzip"),), gzip.compress(b"a" * (1 << 20))))
    assert whole is not None
    assert len(whole) == INFLATED_MAX == 524_288


@pytest.mark.parametrize(
    ("seen", "wanted", "ids"),
    [
        (exchange(plan()), ["b", "a"], ("b", "a")),
        (exchange(plan(), echo=["b", 7]), ["b", 7], None),
        (exchange(plan(), 201), None, None),
        (exchange(plan(), raw=b"{}"), None, None),
        (exchange(plan(), raw=b"[]"), None, None),
        (exchange(plan(), raw=b"x"), None, None),
        (exchange(plan(), raw=b'{"canceledOrderIds":"b"}'), None, None),
        (exchange(plan(), failure="torn"), None, None),
        (dataclasses.replace(exchange(plan()), failure="torn"), None, None),
        (dataclasses.replace(exchange(plan()), reply=None), None, None),
    ],
)
def test_an_echo_is_read_where_there_is_one(seen: Exchange, wanted: object, ids: object) -> None:
    assert (listed(seen), echoed(seen)) == (wanted, ids)


# --- how an echo differs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "got", "name"),
    [
        ("a b a", "b a a", "order"),
        ("a b", "b a", "order"),
        ("a b", "a a b", "nothing-added"),
        ("a b a", "a a b a", "repeats"),
        ("a b a", "a x", "repeats"),
        ("a b a", "x x", "complete"),
        ("a b c", "x y", "complete"),
        ("a b", "a", "complete"),
        ("a", "a a", "nothing-added"),
    ],
)
def test_a_difference_has_the_name_of_what_is_lost(sent: str, got: str, name: str) -> None:
    assert difference(tuple(sent.split()), tuple(got.split())) == name


SHORT = exchange(plan(), echo=["b"])


def test_an_echo_is_wrong_everywhere_where_another_differs_alike() -> None:
    other = exchange(plan(ids=["d", "c"]), echo=["d"], number=2)
    assert wrong_everywhere(SHORT, ("b",), History.of((SHORT, other)))
    assert not wrong_everywhere(SHORT, ("b",), History.of((SHORT,)))
    assert not wrong_everywhere(SHORT, ("b", "a"), History.of((SHORT, exchange(plan(), number=2))))
    assert not wrong_everywhere(SHORT, ("b",), History.of((SHORT, exchange(plan(), echo=["a", "b"], number=2))))
    bare = dataclasses.replace(SHORT, ids=None)
    assert not wrong_everywhere(bare, ("b",), History.of((bare, other)))


def test_an_id_is_lent_where_another_request_named_it() -> None:
    seen = exchange(plan(ids=["nobody-1"]), number=3)
    other = exchange(plan(ids=["nobody-9", "o-9"]), number=2, outcomes=(outcome(order_id="o-9"),))
    third = exchange(plan(ids=["nobody-8"]), number=1)
    history = History.of((third, other, seen))
    assert lenders(seen, ("nobody-9", "nobody-1", "nobody-7"), history) == (other,)
    assert lenders(seen, ("nobody-9", "nobody-8"), history) == (third, other)
    assert lenders(seen, ("o-9",), history) == ()
    at_once = dataclasses.replace(seen, lane=1)
    assert lenders(at_once, ("o-9", "o-7"), history) == (other,)
    assert lenders(dataclasses.replace(seen, ids=None), ("nobody-9",), history) == (other,)
    assert lenders(dataclasses.replace(seen, ids=None), ("nobody-1",), history) == ()


def sent(clause: str, ids: list[str], got: list[object], **more: Any) -> Exchange:
    return exchange(plan(clause, ids, **more.pop("plan", {})), echo=got, **more)


VERBATIM = ("failed", "of 2 ids, entry 1 is 'B' and comes back as 'b'", "verbatim")
NEED: dict[str, Any] = {"orders": (OrderNeed("b"),)}


@pytest.mark.parametrize(
    ("clause", "seen", "wanted"),
    [
        ("echo.verbatim", sent("echo.complete", ["B", "a"], ["b", "a"]), VERBATIM),
        ("echo.verbatim", sent("echo.complete", ["B", "a"], ["b", "a"], plan=NEED), ("silent",)),
        ("echo.verbatim", sent("echo.again", ["B", "a"], ["b", "a"]), ("silent",)),
        (
            "echo.verbatim",
            sent("echo.complete", ["b", "7", "8"], ["b", 7, 8]),
            ("failed", "the id '7' comes back as 7, no string", "another type"),
        ),
        ("echo.verbatim", sent("echo.complete", ["b", "7"], ["b", 7, 8]), ("silent",)),
        ("echo.verbatim", sent("echo.complete", ["6", "7"], [6, 7]), ("silent",)),
        (
            "echo.order",
            sent("echo.complete", ["b", "a"], ["a", "b"], plan=NEED),
            ("failed", "of 2 ids, entry 1 is 'b' and comes back as 'a'", "order"),
        ),
        (
            "echo.repeats",
            sent("echo.complete", ["b", "b"], ["b"], plan=NEED),
            ("failed", "2 ids were sent and 1 came back", "repeats"),
        ),
        (
            "echo.complete",
            sent("echo.complete", ["b", "a"], ["b"]),
            ("failed", "2 ids were sent and 1 came back", "complete"),
        ),
        ("echo.complete", sent("echo.complete", ["b", "a"], ["b"], plan=NEED), ("silent",)),
        ("echo.complete", sent("echo.complete", ["b", "a"], ["a", "b"]), ("passed",)),
        ("echo.complete", sent("echo.complete", ["b"], ["b"], plan={"label": Label.OPEN}), ("passed",)),
        ("echo.any-state", sent("outcome.cancelled", ["b", "a"], ["b", "a"], plan=NEED), ("passed",)),
        (
            "echo.any-state",
            sent("outcome.cancelled", ["b", "a"], ["b"], plan=NEED),
            ("failed", "2 ids were sent and 1 came back", "state: complete"),
        ),
        ("echo.any-state", sent("outcome.cancelled", ["b", "a"], ["a", "b"], plan=NEED), ("silent",)),
        ("echo.any-state", sent("outcome.cancelled", ["b", "b"], ["b"], plan=NEED), ("silent",)),
        ("echo.any-state", sent("outcome.cancelled", ["b"], ["b"]), ("silent",)),
        ("echo.any-state", sent("outcome.cancelled", ["b"], ["b"], plan=NEED | {"label": Label.UNLAWFUL}), ("silent",)),
        (
            "echo.any-state",
            dataclasses.replace(sent("outcome.cancelled", ["b"], ["b"], plan=NEED), ids=None),
            ("silent",),
        ),
        ("echo.any-state", exchange(plan("outcome.cancelled", **NEED), 400), ("silent",)),
        ("echo.any-state", exchange(plan("outcome.cancelled", **NEED), raw=b"{}"), ("silent",)),
    ],
)
def test_an_echo_is_that_of_the_request(clause: str, seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(clause, seen) == wanted


def test_an_id_of_another_request_is_no_matter_of_the_echo() -> None:
    other = exchange(plan(ids=["nobody-9"]), number=9)
    for clause, more in (("echo.verbatim", {}), ("echo.any-state", NEED)):
        seen = sent("echo.complete", ["nobody-1"], ["nobody-9"], plan=more)
        assert told(clause, seen)[0] == "failed"
        assert told(clause, seen, other) == ("silent",)


AGAIN = "echo.again"
FIRST = exchange(plan(AGAIN, name="first"), part_of="again")
TWICE = plan(AGAIN, name="again")


@pytest.mark.parametrize(
    ("seen", "first", "wanted"),
    [
        (exchange(TWICE, number=2), FIRST, ("passed",)),
        (exchange(TWICE, 400, number=2), FIRST, ("failed", "sent again, the batch was answered 400", "refused again")),
        (
            exchange(TWICE, echo=["b"], number=2),
            FIRST,
            ("failed", "sent again, the echo differs: 2 ids were sent and 1 came back", "another echo"),
        ),
        (exchange(TWICE, 400, number=2), dataclasses.replace(FIRST, part_of="another"), ("silent",)),
        (exchange(TWICE, 400, number=2), exchange(FIRST.plan, 400, part_of="again"), ("silent",)),
        (exchange(TWICE, 400, number=2), exchange(FIRST.plan, echo=["b"], part_of="again"), ("silent",)),
        (
            exchange(FIRST.plan, 400, number=2, part_of="again"),
            FIRST,
            ("failed", "sent again, the batch was answered 400", "refused again"),
        ),
        (exchange(plan("size.one", name="again"), 400, number=2), FIRST, ("silent",)),
        (FIRST, FIRST, ("silent",)),
    ],
)
def test_the_same_batch_is_answered_the_same(seen: Exchange, first: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(AGAIN, seen, first) == wanted
