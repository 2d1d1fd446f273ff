"""The judges of the form of an answer, over hand-written exchanges."""

from __future__ import annotations

import dataclasses
import gzip
import json
import zlib
from typing import Any

import pytest

from contracts.messages import Exchange
from suites.selftest.contracts.written import (
    JSON_REPLY,
    exchange,
    failures,
    plan,
    refusable,
    told,
    word,
)

# --- each judge and its whole verdict ---------------------------------------------------------------------------------

TEXT = (("Content-Type", "text/plain"),)
NO_JSON = b"no JSON"
LOST: dict[str, Any] = {"failure": "torn"}
HEAD = refusable("routing.other-methods", method="HEAD")


def form(text: str, shape: str) -> tuple[str, ...]:
    return "failed", text, shape


@pytest.mark.parametrize(
    ("clause", "seen", "wanted"),
    [
        ("reply.media-type", exchange(plan()), ("passed",)),
        ("reply.media-type", exchange(plan(), headers=(("Content-Type", "text/json"),)), ("passed",)),
        (
            "reply.media-type",
            exchange(plan(), headers=TEXT),
            form("a 200 names the media type 'text/plain'", "no JSON media type"),
        ),
        (
            "reply.media-type",
            exchange(plan(), headers=()),
            form("a 200 names the media type None", "no JSON media type"),
        ),
        ("reply.media-type", exchange(plan(), 400, headers=TEXT), ("silent",)),
        ("reply.media-type", exchange(plan(), headers=TEXT, surplus=1, **LOST), ("silent",)),
        ("reply.media-type", exchange(HEAD, headers=TEXT), ("silent",)),
        ("reply.json", exchange(plan()), ("passed",)),
        ("reply.json", exchange(plan(), headers=TEXT), ("passed",)),
        ("reply.json", exchange(plan(), 400), ("passed",)),
        ("reply.json", exchange(plan(), 400, headers=TEXT), ("silent",)),
        ("reply.json", exchange(plan(), 400, headers=TEXT, raw=NO_JSON), ("silent",)),
        ("reply.json", exchange(plan(), 400, raw=b""), ("silent",)),
        ("reply.json", exchange(HEAD, 400, raw=NO_JSON), ("silent",)),
        ("reply.json", exchange(plan(), raw=NO_JSON, **LOST), ("silent",)),
        ("reply.members-once", exchange(plan()), ("passed",)),
        (
            "reply.members-once",
            exchange(plan(), 400, raw=b'{"a":1,"a":1}'),
            form("a member stands twice in the answer", "repeated member"),
        ),
        ("reply.members-once", exchange(plan(), 400, headers=TEXT, raw=b'{"a":1,"a":1}'), ("silent",)),
        ("reply.members-once", exchange(plan(), raw=NO_JSON), ("silent",)),
        ("reply.members-once", exchange(plan(), raw=b""), ("silent",)),
        ("reply.members-once", exchange(plan(), **LOST), ("silent",)),
        ("reply.form", exchange(plan()), ("passed",)),
        (
            "reply.form",
            exchange(plan(), raw=b"[]"),
            form("the body of a 200 is an array, not an object", "not an object"),
        ),
        (
            "reply.form",
            exchange(plan(), raw=b"null"),
            form("the body of a 200 is null, not an object", "not an object"),
        ),
        (
            "reply.form",
            exchange(plan(), raw=b"7"),
            form("the body of a 200 is the value 7, not an object", "not an object"),
        ),
        (
            "reply.form",
            exchange(plan(), raw=b"1" * 50),
            form(f"the body of a 200 is the value {'1' * 40}, not an object", "not an object"),
        ),
        (
            "reply.form",
            exchange(plan(), raw=b'""'),
            form("the body of a 200 is a string, not an object", "not an object"),
        ),
        (
            "reply.form",
            exchange(plan(), raw=b"{}"),
            form("the body of a 200 has no member canceledOrderIds", "no echo"),
        ),
        (
            "reply.form",
            exchange(plan(), raw=b'{"canceledOrderIds":{}}'),
            form("canceledOrderIds is an object, not an array", "echo is no array"),
        ),
        (
            "reply.form",
            exchange(plan(), raw=b'{"canceledOrderIds":["b",7,null]}'),
            form("canceledOrderIds holds the value 7, not only strings", "echo not of strings"),
        ),
        (
            "reply.form",
            exchange(plan(), raw=b'{"canceledOrderIds":[null]}'),
            form("canceledOrderIds holds null, not only strings", "echo not of strings"),
        ),
        ("reply.form", exchange(plan(), raw=NO_JSON), ("silent",)),
        ("reply.form", exchange(plan(), 400, raw=b"[]"), ("silent",)),
        ("reply.form", exchange(HEAD, raw=b"[]"), ("silent",)),
        ("reply.form", exchange(plan(), raw=b"[]", **LOST), ("silent",)),
    ],
)
def test_an_answer_has_the_promised_form(clause: str, seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(clause, seen) == wanted


def test_what_is_no_json_is_told_with_where() -> None:
    said = told("reply.json", exchange(plan(), raw=NO_JSON))
    assert said[1].startswith("the body of the answer 200 is not JSON: ")
    assert said[::2] == ("failed", "not JSON")


def sized(length: str | None, **more: Any) -> Exchange:
    headers = JSON_REPLY if length is None else (*JSON_REPLY, ("Content-Length", length))
    return exchange(more.pop("sent", plan()), headers=headers, **more)


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (sized(None), ("passed",)),
        (sized(" 31 "), ("passed",)),
        (sized("x"), ("failed", "the answer says the length 'x'", "no number")),
        (sized("٣"), ("failed", "the answer says the length '\\u0663'", "no number")),
        (sized("-1"), ("failed", "the answer says the length '-1'", "no number")),
        (sized(None, surplus=2), ("failed", "2 bytes came behind the announced end of the answer", "too long")),
        (sized(None, failure="short"), ("failed", "the answer ended before its announced length", "too short")),
        (sized("x", failure="torn"), ("silent",)),
        (sized("x", sent=HEAD), ("silent",)),
    ],
)
def test_an_answer_is_as_long_as_it_says(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told("reply.length", seen) == wanted


PACKED = gzip.compress(b'{"canceledOrderIds":["b","a"]}')


def coded(coding: str | None, offered: str, raw: bytes | None = PACKED, **more: Any) -> Exchange:
    headers = JSON_REPLY if coding is None else (*JSON_REPLY, ("Content-Encoding", coding))
    return exchange(plan(), headers=headers, offered=offered, raw=raw, **more)


WRONG = ("failed", "the answer has the content coding ' GZIP', which was not offered or is not true", "coding")


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (coded(None, "gzip", None), ("passed",)),
        (coded(" GZIP", "deflate, GZip;q=0.5"), ("passed",)),
        (coded("x-gzip", "x-gzip"), ("passed",)),
        (coded(" GZIP", "deflate"), WRONG),
        (coded(" GZIP", ""), WRONG),
        (coded(" GZIP", "gzip;q=0"), WRONG),
        (coded(" GZIP", "gzip; q = 0.0 "), WRONG),
        (coded(" GZIP", "gzip", b"no gzip"), WRONG),
        (coded(" GZIP", "deflate", **LOST), ("silent",)),
    ],
)
def test_an_answer_is_compressed_only_where_offered(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told("reply.coding", seen) == wanted


def test_a_body_under_a_coding_that_was_not_offered_is_no_matter_of_json() -> None:
    assert told("reply.json", coded("gzip", "deflate", gzip.compress(NO_JSON))) == ("silent",)
    assert told("reply.json", coded("gzip", "gzip", gzip.compress(NO_JSON)))[0] == "failed"
    assert told("reply.json", coded("br", "br", NO_JSON)) == ("silent",)
    assert told("reply.members-once", coded("br", "br", NO_JSON)) == ("silent",)


FURTHER, ERROR = "reply.further-members", "reply.error-form"
MORE = b'{"z":1,"canceledOrderIds":["b","a"],"a":2}'


@pytest.mark.parametrize(
    ("clause", "seen", "wanted"),
    [
        (FURTHER, exchange(plan()), ("passed", "none")),
        (FURTHER, exchange(plan(), raw=MORE), ("passed", "a, z")),
        (FURTHER, exchange(plan(), raw=b"[]"), ("silent",)),
        (FURTHER, exchange(plan(), raw=NO_JSON), ("silent",)),
        (FURTHER, exchange(plan(), 400), ("silent",)),
        (FURTHER, exchange(plan(), **LOST), ("silent",)),
        (FURTHER, exchange(plan("size.one")), ("silent",)),
        (ERROR, exchange(refusable("size.empty"), 400, raw=b""), ("passed", "no body")),
        (ERROR, exchange(refusable("size.empty"), 400), ("passed", "application/json: message")),
        (
            ERROR,
            exchange(refusable("size.empty"), 400, raw=b'{"b":1,"a":2}', headers=(("Content-Type", " A/B ; c=d"),)),
            ("passed", "a/b: a, b"),
        ),
        (ERROR, exchange(refusable("size.empty"), 400, raw=b'"no"'), ("passed", "application/json: a string")),
        (ERROR, exchange(refusable("size.empty"), 400, raw=NO_JSON, headers=()), ("passed", "no media type")),
        (ERROR, exchange(refusable("size.empty"), 422), ("silent",)),
        (ERROR, exchange(refusable("size.over"), 400), ("silent",)),
        (ERROR, exchange(refusable("size.empty"), 400, **LOST), ("silent",)),
        (
            "reply.unauthorized-form",
            exchange(refusable("credentials.signature-present", (401,)), 401),
            ("passed", "application/json: message"),
        ),
    ],
)
def test_what_else_an_answer_says_is_asked(clause: str, seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(clause, seen) == wanted


def test_what_has_no_reply_at_all_is_silence_to_every_judge_of_replies() -> None:
    clauses = ("taken", "refused", "unauthorized", "media-type", "json", "form", "members-once", "length", "coding")
    lost = exchange(plan(), failure="timeout")
    bare = dataclasses.replace(lost, failure="")
    assert [told(f"reply.{each}", seen) for each in clauses for seen in (lost, bare)] == [("silent",)] * 18


# --- all judges and one answer ----------------------------------------------------------------------------------------

FORMS: dict[str, tuple[bytes, str]] = {
    "a bare array": (b'["b","a"]', "reply.form"),
    "null": (b"null", "reply.form"),
    "no member": (b"{}", "reply.form"),
    "another name": (b'{"cancelledOrderIds":["b","a"]}', "reply.form"),
    "one string": (b'{"canceledOrderIds":"b,a"}', "reply.form"),
    "numbers": (b'{"canceledOrderIds":[6,7]}', "reply.form"),
    "null in the array": (b'{"canceledOrderIds":[null,null]}', "reply.form"),
    "no body": (b"", "reply.json"),
    "text": (b"ok", "reply.json"),
    "NaN": (b'{"canceledOrderIds":["b","a"],"x":NaN}', "reply.json"),
    "a byte order mark": (b'\xef\xbb\xbf{"canceledOrderIds":["b","a"]}', "reply.json"),
    "Latin-1": (b'{"canceledOrderIds":["b","a"],"x":"\xe9"}', "reply.json"),
    "a member twice": (b'{"canceledOrderIds":[],"canceledOrderIds":["b","a"]}', "reply.members-once"),
}


@pytest.mark.parametrize(("raw", "clause"), FORMS.values(), ids=FORMS)
def test_a_200_of_another_form_breaks_one_clause(raw: bytes, clause: str) -> None:
    assert failures(exchange(plan(), raw=raw)) == {clause}


def test_further_members_and_spelling_are_nobodys_business() -> None:
    raw = json.dumps({"x": None, "canceledOrderIds": ["b", "a"]}, indent=1).encode() + b"\n"
    headers = (("content-type", "Application/Problem+JSON; charset=utf-8"),)
    assert failures(exchange(plan(), raw=raw, headers=headers)) == set()


@pytest.mark.parametrize("headers", [(), (("Content-Type", "text/plain"),), (("Content-Type", "application/jsonp"),)])
def test_a_200_names_a_json_media_type(headers: tuple[tuple[str, str], ...]) -> None:
    assert "reply.media-type" in failures(exchange(plan(), headers=headers))


def test_a_length_is_right_neither_short_nor_long() -> None:
    assert failures(exchange(plan(), failure="short")) == {"reply.length"}
    assert failures(exchange(plan(), surplus=3)) == {"reply.length"}
    assert word("reply.length", exchange(plan(), surplus=3, failure="torn")) == "silent"


@pytest.mark.parametrize(
    ("offered", "coding", "packed", "wanted"),
    [
        ("gzip, deflate", "gzip", gzip.compress, "passed"),
        ("gzip, deflate", "deflate", zlib.compress, "passed"),
        ("identity", "gzip", gzip.compress, "failed"),
        ("gzip;q=0, identity", "gzip", gzip.compress, "failed"),
        ("gzip", "br", gzip.compress, "failed"),
        ("gzip", "gzip", bytes, "failed"),
        ("gzip", "gzip", zlib.compress, "failed"),
        ("gzip", "identity", bytes, "passed"),
    ],
)
def test_an_answer_is_compressed_only_where_offered_and_truly(
    offered: str, coding: str, packed: type, wanted: str
) -> None:
    raw = packed(json.dumps({"canceledOrderIds": ["b", "a"]}).encode())
    seen = exchange(plan(), raw=raw, headers=(*JSON_REPLY, ("Content-Encoding", coding)), offered=offered)
    assert word("reply.coding", seen) == wanted
    assert failures(seen) == ({"reply.coding"} if wanted == "failed" else set())
