"""The codec brings back what it was given and refuses what it was not."""

from __future__ import annotations

import enum
import json
import math
import re
from dataclasses import dataclass, field, fields
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import codec
from contracts.messages import Account, Exchange, Plan, StreamEvent
from suites.selftest.reports import samples

TEXTS = st.text(st.characters(exclude_categories=[]), max_size=8) | st.just("\ud83d\ude00 \ud800")
SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    bytes: st.binary(max_size=12) | TEXTS.map(lambda text: text.encode("utf-8", "replace")),
    bool: st.booleans(),
    int: st.integers(),
    float: st.floats(allow_nan=False),
    type(None): st.none(),
}


def anything(hint: Any, depth: int = 2) -> st.SearchStrategy[Any]:
    """Values of a type of the messages, whatever fields these have by now; plans within plans to a depth."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint in SCALARS:
        return SCALARS[hint]
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return st.sampled_from(hint)
    if origin is tuple and inner[1] is ...:
        most = 2 if inner[0] is not Plan else min(depth, 2)
        return st.lists(anything(inner[0], depth - 1) if most else st.nothing(), max_size=most).map(tuple)
    if origin is tuple:
        return st.tuples(*(anything(each, depth) for each in inner))
    if origin is not None:
        return st.one_of(*(anything(each, depth) for each in inner))
    hints = get_type_hints(hint)
    return st.builds(hint, **{each.name: anything(hints[each.name], depth) for each in fields(hint)})


PLANS: st.SearchStrategy[Plan] = anything(Plan)
EXCHANGES: st.SearchStrategy[Exchange] = anything(Exchange, 0).filter(lambda each: each.number >= 0)


@given(PLANS)
@settings(max_examples=60)
def test_a_plan_comes_back_as_it_was(plan: Plan) -> None:
    text = codec.dumps(plan)
    assert text.isascii() and "\n" not in text
    assert codec.from_json(Plan, codec.loads(text.encode(), "plan")) == plan


@given(EXCHANGES)
@settings(max_examples=60)
def test_an_exchange_comes_back_as_it_was(exchange: Exchange) -> None:
    assert codec.from_json(Exchange, codec.loads(codec.dumps(exchange).encode(), "exchange")) == exchange


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1.5])
def test_a_number_of_a_stream_comes_back_even_where_it_is_none(number: float) -> None:
    event = StreamEvent(Account.OWN, "", "", "", "", "", number, 0)
    again = codec.from_json(StreamEvent, json.loads(codec.dumps(event))).leaves
    assert again is not None
    assert repr(again) == repr(number)


def test_defaults_are_left_out() -> None:
    assert codec.to_json(Plan("n", "c")) == {"name": "n", "clause": "c"}


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (b"plain {}\n", {"text": "plain {}\n"}),
        ("é".encode(), {"text": "é"}),
        (b"\xff", {"base64": "/w=="}),
        (b"a\x00", {"base64": "YQA="}),
        ("\u202e".encode(), {"base64": "4oCu"}),
        (b"a\rb", {"base64": "YQ1i"}),
    ],
)
def test_bytes_are_text_only_where_all_of_it_shows(body: bytes, form: dict[str, str]) -> None:
    assert codec.to_json(body) == form


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"credentials": {"skew_ms": "1"}}, "plan.credentials.skew_ms: a whole number is needed"),
    ({"credentials": {"skew_ms": True}}, "plan.credentials.skew_ms: a whole number is needed"),
    ({"credentials": {"skew_ms": 1.5}}, "plan.credentials.skew_ms: a whole number is needed"),
    ({"credentials": {"skew": 1}}, 'plan.credentials: no member is called "skew"'),
    ({"credentials": {"key": "ours"}}, "plan.credentials.key: one of own, other, nobody is needed"),
    ({"credentials": None}, "plan.credentials: an object is needed"),
    ({"label": 1}, "plan.label: one of lawful, unlawful, open is needed"),
    ({"orders": [{"name": "a"}, {"fate": "open"}]}, "plan.orders[1]: the member name is missing"),
    ({"headers": [["a"]]}, "plan.headers[0]: an array of 2 entries is needed"),
    ({"headers": {"a": "b"}}, "plan.headers: an array is needed"),
    ({"body": "text"}, "plan.body: bytes are needed, as an object with the one member text or base64"),
    ({"body": {"text": "a", "base64": "YQ=="}}, "plan.body: bytes are needed, as an object"),
    ({"body": {"base64": "Y"}}, "plan.body: base64 is needed"),
    ({"body": {"base64": 7}}, "plan.body: base64 is needed"),
    ({"body": {"text": "\ud800"}}, "plan.body: the text has a lone surrogate, which has no bytes"),
    ({"path": None}, "plan.path: a string is needed"),
    ({"path": {"base64": "/w=="}}, "plan.path: the bytes of a string must be UTF-8"),
    ({"\x1b[31m": 1}, 'plan: no member is called "\\u001b[31m"'),
]


@pytest.mark.parametrize(("change", "sentence"), WRONG, ids=[str(i) for i in range(len(WRONG))])
def test_what_is_wrong_is_named_by_its_path(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(sentence)):
        codec.from_json(Plan, {"name": "n", "clause": "c"} | change)


def test_a_number_must_be_finite() -> None:
    data = json.loads(codec.dumps(samples.exchange(samples.plan())))
    with pytest.raises(ValueError, match=r"^exchange\.elapsed_ms: a finite number is needed$"):
        codec.from_json(Exchange, data | {"elapsed_ms": 10**400})


@pytest.mark.parametrize("wrong", [True, "7", None])
def test_a_number_must_be_a_number(wrong: object) -> None:
    data = json.loads(codec.dumps(samples.exchange(samples.plan())))
    with pytest.raises(ValueError, match=r"^exchange\.elapsed_ms: a number is needed$"):
        codec.from_json(Exchange, data | {"elapsed_ms": wrong})


@dataclass
class Formless:
    """Fields that no shape of ours has."""

    some: set[int] = field(default_factory=set)
    either: int | str = 0


@pytest.mark.parametrize("name", ["some", "either"])
def test_a_field_that_has_no_form_is_a_fault_of_ours(name: str) -> None:
    with pytest.raises(TypeError, match=rf"formless\.{name}: a field of type .* has no form in JSON"):
        codec.from_json(Formless, {name: 1})


def test_plans_in_plans_end_somewhere() -> None:
    data: dict[str, Any] = {"name": "n", "clause": "c"}
    for _ in range(5000):
        data = {"name": "n", "clause": "c", "before": [data]}
    with pytest.raises(ValueError, match="nested too deeply"):
        codec.from_json(Plan, data)


def test_arrays_end_somewhere() -> None:
    data = {"name": "n", "clause": "c", "answers": [200] * (codec.ITEMS_MAX + 1)}
    with pytest.raises(ValueError, match=r"plan\.answers: more than 100000 entries"):
        codec.from_json(Plan, data)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"{", "bundle: not JSON at line 1, column 2"),
        (b"\xff", "bundle: not UTF-8 at byte 0"),
        (b"[" * 200_000, "bundle: nested too deeply to be read"),
        (b'{"a": 1, "a": 2}', 'bundle: the member "a" stands twice'),
        (b"NaN", "bundle: NaN is not JSON"),
        (b"1" * 5000, "bundle: Exceeds the limit"),
    ],
    ids=["torn", "bytes", "deep", "twice", "nan", "digits"],
)
def test_text_that_is_no_json_is_refused_in_a_sentence(raw: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(sentence)):
        codec.loads(raw, "bundle")


@pytest.mark.parametrize("value", [{1: 2}, [1], object, {"a"}])
def test_what_has_no_form_is_a_fault_of_ours(value: object) -> None:
    with pytest.raises(TypeError):
        codec.to_json(value)
