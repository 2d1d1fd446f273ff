"""Symptoms: each shows in the answer of its finding, and not in one as it should have been."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from contracts.messages import JSON_TYPE, Exchange, Label, OrderNeed, Outcome, Plan, Reply
from contracts.oracles.disclosure import MASKS
from reports.results import Finding
from reports.scripts.signs import sign
from reports.scripts.signs_shape import Sign
from suites.selftest.reports import samples

IDS = ("b-2", "a-1")
RIGHT = json.dumps({"canceledOrderIds": IDS}).encode()


@dataclass(frozen=True, slots=True)
class Got:
    """What a script has of an answer."""

    status: int = 200
    data: bytes = RIGHT
    head: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    echo: list[str] | None = field(default_factory=lambda: list(IDS))
    wrong: str = ""
    leaked: tuple[str, ...] = ()
    states: dict[str, str] = field(default_factory=dict)


NONE = Got(0, b"", {}, None, "ConnectionError")
GOOD = Got()


def shows(found: Sign, got: Got) -> bool:
    """What a script makes of an answer."""
    known: dict[str, Any] = {name: getattr(got, name) for name in Got.__slots__}
    known |= {"text": got.data.decode("utf-8", "replace"), "json": json, "WANTED": dict(found.stays)}
    return got.status not in found.silent and bool(eval(found.shows, known))  # noqa: S307  # our own expression


def found_in(clause: str, seen: Exchange) -> Sign | None:
    return sign(samples.finding(clause, "It is not as promised.", seen), {})


def answered(body: bytes = RIGHT, status: int = 200, sent: Plan | None = None, **more: Any) -> Exchange:
    return samples.exchange(sent or samples.plan("echo.order", *IDS), 1, status, body, ids=IDS, **more)


def lost(failure: str) -> Exchange:
    return replace(answered(), reply=None, failure=failure)


def order(fate: str, read_back: str, name: str = "a") -> Outcome:
    return Outcome(OrderNeed(name, fate=fate), f"id-{name}", "m", (), read_back)


REFUSABLE = samples.plan("routing.other-methods", label=Label.UNLAWFUL, answers=(*range(300, 500), 501))
OFFERING = samples.plan("reply.coding", *IDS, headers=(JSON_TYPE, ("Accept-Encoding", "gzip")))
CALLED = Reply(200, (("Content-Type", "text/plain"),), RIGHT)
TWICE = b'{"canceledOrderIds":[],"canceledOrderIds":["b-2","a-1"]}'
PAGE = "Traceback (most recent call last):"
SYMPTOMS: dict[str, tuple[str, Exchange, Got, Got, str]] = {
    "no answer": ("robustness.answers", lost("timeout"), NONE, GOOD, "a whole answer"),
    "a torn answer": (
        "robustness.whole-answers",
        lost("torn"),
        Got(data=b"", echo=None, wrong="JSONDecodeError"),
        GOOD,
        "a whole answer",
    ),
    "what can't be unpacked": (
        "reply.coding",
        answered(sent=OFFERING),
        Got(echo=None, wrong="ContentDecodingError"),
        GOOD,
        "an answer that can be unpacked as it says",
    ),
    "packed unasked": (
        "reply.coding",
        answered(),
        Got(head={"Content-Encoding": "GZIP"}),
        GOOD,
        "an answer that is not compressed, for that was not offered",
    ),
    "too short": (
        "reply.length",
        answered(failure="short"),
        Got(echo=None, wrong="ChunkedEncodingError"),
        GOOD,
        "an answer as long as it says",
    ),
    "a wrong status": ("size.full", answered(b"{}", 400), Got(400, b"{}", {}, None), GOOD, "the status 200"),
    "a wrong status of many": (
        "routing.other-methods",
        answered(sent=REFUSABLE),
        GOOD,
        Got(405, b"", {}, None),
        "the status 300 to 499 or 501",
    ),
    "another echo": (
        "echo.order",
        answered(b'{"canceledOrderIds":["a-1","b-2"]}'),
        Got(echo=["a-1", "b-2"]),
        GOOD,
        "the echo ['b-2', 'a-1']",
    ),
    "no echo at all": ("reply.json", answered(b"ok"), Got(data=b"ok", echo=None), GOOD, "the echo ['b-2', 'a-1']"),
    "an order that stays": (
        "outcome.cancelled",
        answered(outcomes=(order("cancelled", "open"), order("any", "open", "c"))),
        Got(states={"a": "ORDER_STATE_NEW"}),
        Got(states={"a": "ORDER_STATE_CANCELED"}),
        "order a cancelled",
    ),
    "an order that goes": (
        "outcome.nothing-else",
        answered(outcomes=(order("open", "closed"),)),
        Got(states={"a": "ORDER_STATE_CANCELED"}),
        Got(states={"a": "ORDER_STATE_NEW"}),
        "order a untouched",
    ),
    "a secret": (
        "disclosure.secrets",
        answered(b"no " + MASKS["signature"].encode(), 400, replace(REFUSABLE, answers=(400,))),
        Got(400, leaked=("c2lnbmF0dXJl",)),
        Got(400),
        "no key id and no signature in the answer",
    ),
    "the program's inside": (
        "disclosure.internals",
        answered(PAGE.encode(), 400, replace(REFUSABLE, answers=(400,))),
        Got(400, data=PAGE.encode()),
        Got(400, data=b"no"),
        "no 'Traceback (most recent call last)' in the answer",
    ),
    "a wrong media type": (
        "reply.media-type",
        replace(answered(), reply=CALLED),
        Got(head={"Content-Type": "text/plain"}),
        GOOD,
        "an answer called application/json",
    ),
    "a byte order mark": (
        "reply.json",
        replace(answered(b"\xef\xbb\xbf{}"), ids=None),
        Got(data=b"\xef\xbb\xbf{}"),
        GOOD,
        "JSON without a byte order mark",
    ),
    "no JSON": (
        "reply.json",
        replace(answered(b"ok"), ids=None),
        Got(data=b"ok", echo=None, wrong="JSONDecodeError"),
        GOOD,
        "a body that is JSON",
    ),
    "a member twice": (
        "reply.members-once",
        answered(TWICE),
        Got(data=TWICE),
        GOOD,
        'the member "canceledOrderIds" once',
    ),
}


@pytest.mark.parametrize(("clause", "seen", "amiss", "right", "expected"), SYMPTOMS.values(), ids=SYMPTOMS)
def test_a_symptom_tells_the_answer_of_a_finding_from_a_right_one(
    clause: str, seen: Exchange, amiss: Got, right: Got, expected: str
) -> None:
    found = found_in(clause, seen)
    assert found is not None
    assert (found.expected, shows(found, amiss), shows(found, right)) == (expected, True, False)
    assert not any(shows(found, replace(amiss, status=each)) for each in (429, 503) if each != amiss.status)


WITHOUT: dict[str, tuple[str, Exchange]] = {
    "more than was announced": ("reply.length", answered()),
    "what only the stream says": ("outcome.reported", answered(outcomes=(order("cancelled", "closed"),))),
    "a member that stands once": ("reply.members-once", answered()),
}


@pytest.mark.parametrize(("clause", "seen"), WITHOUT.values(), ids=WITHOUT)
def test_what_an_http_library_hides_or_one_answer_does_not_show_has_none(clause: str, seen: Exchange) -> None:
    assert found_in(clause, seen) is None


def test_an_id_of_the_run_is_told_by_what_the_script_has_in_its_place() -> None:
    seen = answered(b'{"canceledOrderIds":[]}')
    finding: Finding = samples.finding("echo.complete", "One is missing.", seen)
    stood_in, placed = (sign(finding, {"b-2": name}) for name in ("nobody-1", "{{order.a}}"))
    assert stood_in is not None and placed is not None
    assert stood_in.shows == "status == 200 and echo != ['nobody-1', 'a-1']"
    assert "json.loads(fill(" in placed.shows and placed.echo == ("{{order.a}}", "a-1")


def test_wrong_credentials_of_a_run_make_no_symptom_of_a_401() -> None:
    lawful = found_in("size.full", answered(b"{}", 400))
    refused = found_in("credentials.key-known", answered(sent=replace(REFUSABLE, answers=(401,))))
    assert lawful is not None and refused is not None
    assert (401 in lawful.silent, 401 in refused.silent) == (True, False)
