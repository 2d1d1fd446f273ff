"""What judges read in an answer: media type, content coding, the echo."""

from __future__ import annotations

import dataclasses
import gzip
import zlib

import pytest

from contracts.messages import Exchange, Reply
from contracts.oracles.form import INFLATED_MAX, content, echoed, listed, media_type_is_json
from suites.selftest.contracts.written import (
    JSON_REPLY,
    exchange,
    failures,
    plan,
)


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


def test_a_bomb_is_not_unpacked() -> None:
    raw = gzip.compress(b'{"canceledOrderIds":["' + b"a" * (8 << 20) + b'"]}', 1)
    seen = exchange(plan(), raw=raw, headers=(*JSON_REPLY, ("Content-Encoding", "gzip")), offered="gzip")
    assert failures(seen) == {"reply.json"}
