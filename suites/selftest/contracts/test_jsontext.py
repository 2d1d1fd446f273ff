"""The strict reader of JSON: RFC 8259 and nothing beside it."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import jsontext

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
NOT_JSON: dict[str, bytes] = {
    "nothing": b"",
    "white space": b" \n",
    "text behind the value": b"{}x",
    "a second value": b"{}\n{}",
    "a spare bracket": b"[]]",
    "a NUL behind the value": b"{}\x00",
    "a comma at the end of an array": b"[1,]",
    "a comma at the end of an object": b'{"a":1,}',
    "single quotes": b"{'a':1}",
    "names without quotes": b"{a:1}",
    "a comment": b"{}// x",
    "NaN": b"[NaN]",
    "Infinity": b"[Infinity]",
    "minus Infinity": b"[-Infinity]",
    "a leading zero": b"[01]",
    "a plus sign": b"[+1]",
    "a point at the end": b"[1.]",
    "hexadecimal": b"[0x1F]",
    "a line feed in a string": b'["a\nb"]',
    "an unknown escape": b'["\\x41"]',
    "an open string": b'{"a":"b',
    "an open object": b'{"a":1',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": "{}".encode("utf-16"),
    "no UTF-8": b'["\xff"]',
    "a coded surrogate": b'["\xed\xa0\x80"]',
    "an overlong character": b'["\xc1\x81"]',
    "a vertical tab between tokens": b"[1,\v2]",
    "a no-break space between tokens": "[1,\u00a02]".encode(),
}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_what_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(jsontext.NotJson):
        jsontext.parse(body)


@given(VALUES)
def test_what_is_json_is_read_as_it_was_written(value: object) -> None:
    assert jsontext.parse(json.dumps(value).encode()) == jsontext.Text(value, repeated=False)


@given(VALUES, st.text(alphabet=" \t\r\n", max_size=5))
def test_white_space_around_makes_no_difference(value: object, blanks: str) -> None:
    assert jsontext.parse(f"{blanks}{json.dumps(value)}{blanks}".encode()).value == value


def test_of_a_repeated_member_the_last_counts_unless_the_first_is_asked_for() -> None:
    body = b'{"a":1,"b":2,"a":3}'
    assert jsontext.parse(body) == jsontext.Text({"a": 3, "b": 2}, repeated=True)
    assert jsontext.parse(body, "first").value == {"a": 1, "b": 2}
    assert json.loads(jsontext.once(body, "first")) == {"a": 1, "b": 2}


def test_a_repeat_is_seen_at_any_depth_and_in_any_spelling() -> None:
    assert jsontext.parse(b'[{"x":{"a":1,"\\u0061":2}}]').repeated
    assert not jsontext.parse(b'[{"a":1},{"a":2}]').repeated


def test_nesting_is_read_up_to_the_bound_and_refused_past_it() -> None:
    depth = jsontext.DEPTH_MAX
    assert not jsontext.parse(b"[" * depth + b"]" * depth).repeated
    for deep in (depth + 1, 100_000):
        with pytest.raises(jsontext.NotJson, match="nested deeper"):
            jsontext.parse(b"[" * deep + b"]" * deep)


def test_brackets_in_strings_are_no_nesting() -> None:
    text = '["' + '[\\"{' * 500 + '"]'
    assert jsontext.parse(text.encode()).value == ['[\\"{'.replace("\\", "") * 500]


def test_an_escaped_backslash_does_not_escape_the_quote_behind_it() -> None:
    assert jsontext.parse(b'["\\\\",[["[["]]]').value == ["\\", [["[["]]]


def test_the_escape_of_a_lone_surrogate_is_read_and_a_pair_is_one_character() -> None:
    assert jsontext.parse(b'["\\ud800"]').value == ["\ud800"]
    assert jsontext.parse(b'["\\ud83d\\ude00"]').value == ["\U0001f600"]


def test_huge_numbers_are_read_without_cost_or_error() -> None:
    assert jsontext.parse(b"[" + b"9" * 5000 + b"]").value == [math.inf]
    assert jsontext.parse(b"[1e999999]").value == [math.inf]
    assert jsontext.parse(b"[18446744073709551616]").value == [18446744073709551616]


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        value = jsontext.parse(body).value
    except jsontext.NotJson:
        return
    assert json.loads(body) == value
