"""The reading of a body by its schema: which clauses it breaks, which questions it raises, which ids it holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.catalogue import clauses
from contracts.document import Reading, ids_of, read, size_max, size_min
from contracts.messages import Label
from suites.selftest.contracts.test_jsontext import VALUES

GOOD = {"orderId": "a", "marketSlug": "m"}
TWENTY_ONE = [{"orderId": f"o{n}", "marketSlug": "m"} for n in range(21)]
BREAKS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "null": (None, ("shape.batch-object",)),
    "a number": (7, ("shape.batch-object",)),
    "a string": ("x", ("shape.batch-object",)),
    "an array": ([GOOD], ("shape.batch-object",)),
    "an empty object": ({}, ("shape.orders-present",)),
    "another member": ({"x": [GOOD]}, ("shape.orders-present",)),
    "Orders": ({"Orders": [GOOD]}, ("shape.names",)),
    "order": ({"order": [GOOD]}, ("shape.names",)),
    "orders null": ({"orders": None}, ("shape.orders-array",)),
    "orders an object": ({"orders": GOOD}, ("shape.orders-array",)),
    "no orders": ({"orders": []}, ("size.empty",)),
    "21 orders": ({"orders": TWENTY_ONE}, ("size.over",)),
    "21 of one id": ({"orders": [GOOD] * 21}, ("size.entries",)),
    "an entry null": ({"orders": [None]}, ("shape.entry-object",)),
    "an entry array": ({"orders": [["a", "m"]]}, ("shape.entry-object",)),
    "no id": ({"orders": [{"marketSlug": "m"}]}, ("shape.id-present",)),
    "no slug": ({"orders": [{"orderId": "a"}]}, ("shape.slug-present",)),
    "neither": ({"orders": [{}]}, ("shape.id-present", "shape.slug-present")),
    "orderID": ({"orders": [{"orderID": "a", "marketSlug": "m"}]}, ("shape.names",)),
    "a long s": ({"orders": [{"orderId": "a", "market\u017flug": "m"}]}, ("shape.names",)),
    "an id null": ({"orders": [GOOD | {"orderId": None}]}, ("shape.id-string",)),
    "an id number": ({"orders": [GOOD | {"orderId": 1}]}, ("shape.id-string",)),
    "a slug null": ({"orders": [GOOD | {"marketSlug": None}]}, ("shape.slug-string",)),
    "a slug array": ({"orders": [GOOD | {"marketSlug": ["m"]}]}, ("shape.slug-string",)),
    "the second entry": ({"orders": [GOOD, GOOD | {"orderId": 1}]}, ("shape.id-string",)),
    "two defects": (
        {"orders": [GOOD | {"orderId": 1}, {"orderId": "b"}]},
        ("shape.id-string", "shape.slug-present"),
    ),
}
ASKS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "plain": ({"orders": [GOOD]}, ()),
    "20 orders": ({"orders": TWENTY_ONE[:20]}, ()),
    "every plain character": ({"orders": [GOOD | {"orderId": "aZ09._:-"}]}, ()),
    "128 characters": ({"orders": [GOOD | {"orderId": "x" * 128}]}, ()),
    "129 characters": ({"orders": [GOOD | {"orderId": "x" * 129}]}, ("shape.long-ids",)),
    "a member more": ({"orders": [GOOD], "x": 1}, ("shape.unknown-members",)),
    "a member more in an entry": ({"orders": [GOOD | {"x": 1}]}, ("shape.unknown-entry-members",)),
    "snake case": ({"orders": [{"order_id": "a", "market_slug": "m"}]}, ("shape.snake-case",)),
    "an empty id": ({"orders": [GOOD | {"orderId": ""}]}, ("shape.empty-strings",)),
    "an empty slug": ({"orders": [GOOD | {"marketSlug": ""}]}, ("shape.empty-slugs",)),
    "a blank": ({"orders": [GOOD | {"orderId": "a b"}]}, ("shape.blank-ids",)),
    "a tab": ({"orders": [GOOD | {"orderId": "a\tb"}]}, ("shape.control-ids",)),
    "a line feed behind": ({"orders": [GOOD | {"orderId": "ab\n"}]}, ("shape.control-ids",)),
    "an accent": ({"orders": [GOOD | {"orderId": "é"}]}, ("shape.unicode-ids",)),
    "digits of Arabic": ({"orders": [GOOD | {"orderId": "\u0661\u0662"}]}, ("shape.unicode-ids",)),
    "a lone surrogate": ({"orders": [GOOD | {"orderId": "\ud800"}]}, ("shape.surrogate-ids",)),
    "markup": ({"orders": [GOOD | {"orderId": "<b>"}]}, ("shape.markup-ids",)),
    "a slug in capitals": ({"orders": [GOOD | {"marketSlug": "M"}]}, ("shape.odd-slugs",)),
    "an id twice": ({"orders": [GOOD, GOOD]}, ("shape.repeated-id",)),
}
TEXTS: dict[str, tuple[bytes, tuple[str, ...], tuple[str, ...]]] = {
    "nothing": (b"", ("shape.body-present",), ()),
    "white space": (b" \r\n\t", ("shape.body-present",), ()),
    "a spare brace": (b'{"orders":[{"orderId":"a","marketSlug":"m"}]}}', ("shape.not-json",), ()),
    "a bad byte": (b'{"orders":[{"orderId":"\xff","marketSlug":"m"}]}', ("shape.not-utf-8",), ()),
    "Latin-1": (b'{"orders":[{"orderId":"\xe9","marketSlug":"m"}]}', ("shape.not-utf-8",), ()),
    "a mark": (b'\xef\xbb\xbf{"orders":[{"orderId":"a","marketSlug":"m"}]}', (), ("shape.byte-order-mark",)),
    "UTF-16": (json.dumps({"orders": [GOOD]}).encode("utf-16"), (), ("shape.utf-16",)),
    "UTF-16 of big end": (json.dumps({"orders": [GOOD]}).encode("utf-16-be"), (), ("shape.utf-16",)),
    "UTF-32 of big end": (json.dumps({"orders": [GOOD]}).encode("utf-32-be"), (), ("shape.utf-16",)),
    "marks behind each other": (b"\xef\xbb\xbf" * 20_000, ("shape.not-json",), ()),
    "UTF-16, cut short": (b"\xff\xfe{", ("shape.not-utf-8",), ()),
    "UTF-32": (json.dumps({"orders": [GOOD]}).encode("utf-32"), (), ("shape.utf-16",)),
    "depth": (
        b'{"orders":[{"orderId":"a","marketSlug":"m"}],"x":' + b"[" * 300 + b"]" * 300 + b"}",
        (),
        ("shape.deep-nesting",),
    ),
    "a member twice": (
        b'{"orders":[{"orderId":"a","orderId":"b","marketSlug":"m"}]}',
        (),
        ("shape.which-member",),
    ),
}


@pytest.mark.parametrize(("value", "breaks"), BREAKS.values(), ids=BREAKS)
def test_a_defect_is_read_as_its_clause(value: Any, breaks: tuple[str, ...]) -> None:
    reading = read(json.dumps(value).encode())
    assert (reading.breaks, reading.label, reading.ids) == (breaks, Label.UNLAWFUL, None)


@pytest.mark.parametrize(("value", "asks"), ASKS.values(), ids=ASKS)
def test_what_the_document_leaves_open_is_read_as_a_question(value: Any, asks: tuple[str, ...]) -> None:
    reading = read(json.dumps(value).encode())
    assert (reading.breaks, reading.asks) == ((), asks)
    assert reading.label is (Label.OPEN if asks else Label.LAWFUL)
    assert reading.ids == ids_of(value)
    assert reading.ids is not None


@pytest.mark.parametrize(("body", "breaks", "asks"), TEXTS.values(), ids=TEXTS)
def test_a_text_is_read_by_its_bytes(body: bytes, breaks: tuple[str, ...], asks: tuple[str, ...]) -> None:
    reading = read(body)
    assert (reading.breaks, reading.asks) == (breaks, asks)


def test_the_limits_are_those_of_the_document() -> None:
    assert (size_min(), size_max()) == (1, 20)


def test_escapes_and_white_space_make_no_difference() -> None:
    plain = read(b'{"orders":[{"orderId":"a","marketSlug":"m"}]}')
    spelt = b' {"\\u006frders" :\n[ {"marketSlug":"\\u006d" , "order\\u0049d":"\\u0061"} ]}\t'
    assert read(spelt) == plain == Reading((), (), ("a",))


@given(VALUES)
def test_any_json_is_read(value: Any) -> None:
    reading = read(json.dumps(value).encode())
    assert {*reading.breaks, *reading.asks} <= set(clauses())
    assert (reading.ids is None) is bool(reading.breaks)


@given(st.binary(max_size=200))
def test_any_bytes_are_read(body: bytes) -> None:
    assert read(body).label in Label


ENTRIES = st.lists(
    st.fixed_dictionaries(
        {"orderId": st.text() | VALUES, "marketSlug": st.text() | VALUES}, optional={"orderID": VALUES, "x": VALUES}
    ),
    max_size=23,
)


@given(ENTRIES, st.dictionaries(st.sampled_from(["order", "Orders", "x"]), VALUES, max_size=2))
def test_anything_like_a_batch_is_read(entries: list[Any], more: dict[str, Any]) -> None:
    reading = read(json.dumps({"orders": entries} | more).encode())
    strings = all(isinstance(each[name], str) for each in entries for name in ("orderId", "marketSlug"))
    assert (reading.label is Label.UNLAWFUL) is not (strings and 1 <= len(entries) <= 20)


@given(st.lists(st.text(), min_size=1, max_size=20), st.lists(st.text(), min_size=20, max_size=20))
def test_a_batch_of_any_ids_is_lawful_or_open_and_its_ids_are_read(ids: list[str], slugs: list[str]) -> None:
    rows = [{"orderId": each, "marketSlug": slug} for each, slug in zip(ids, slugs, strict=False)]
    for ascii_only in (True, False):
        reading = read(json.dumps({"orders": rows}, ensure_ascii=ascii_only).encode())
        assert reading.label in (Label.LAWFUL, Label.OPEN)
        assert reading.ids == tuple(ids)


@given(st.lists(st.from_regex(r"[A-Za-z0-9._:-]{1,128}", fullmatch=True), min_size=1, max_size=20, unique=True))
def test_a_batch_of_plain_ids_is_lawful(ids: list[str]) -> None:
    rows = [{"orderId": each, "marketSlug": "will-it-rain-0"} for each in ids]
    assert read(json.dumps({"orders": rows}).encode()) == Reading((), (), tuple(ids))
