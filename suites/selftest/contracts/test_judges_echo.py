"""The judges of size, shape, echo and reply form over hand-written exchanges: pass, fail, silent."""

from __future__ import annotations

import dataclasses
import gzip
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.document import PLAIN_ID
from contracts.messages import Label, OrderNeed
from contracts.oracles.echo import difference
from suites.selftest.contracts.written import (
    JSON_REPLY,
    exchange,
    failures,
    outcome,
    plan,
    refusable,
    rows,
    verdict,
    word,
)

DIFFERENCES: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "nothing": (("b", "a"), ("b", "a"), ""),
    "one dropped": (("b", "a", "c"), ("b", "a"), "complete"),
    "all dropped": (("b", "a"), (), "complete"),
    "one added": (("b", "a"), ("b", "a", "c"), "nothing-added"),
    "an empty one added": (("b", "a"), ("b", "a", ""), "nothing-added"),
    "sorted": (("b", "a"), ("a", "b"), "order"),
    "reversed": (("c", "a", "b"), ("b", "a", "c"), "order"),
    "another case": (("b", "A"), ("b", "a"), "verbatim"),
    "another case, and sorted": (("b", "A"), ("a", "b"), "verbatim"),
    "a leading zero lost": (("007", "7.0"), ("7", "7.0"), "verbatim"),
    "an odd string trimmed": (("b", " a"), ("b", "a"), "odd-strings"),
    "an odd string and a plain one": (("B", " a"), ("b", "a"), "verbatim"),
    "deduplicated": (("a", "b", "a"), ("a", "b"), "repeats"),
    "repeats gathered": (("a", "b", "a"), ("a", "a", "b"), "repeats"),
    "one repeat of two": (("a", "a", "a"), ("a", "a"), "repeats"),
    "deduplicated and one dropped": (("a", "b", "a", "c"), ("a", "b"), "complete"),
    "one dropped, another added twice": (("a", "b"), ("b", "x", "y"), "complete"),
}


@pytest.mark.parametrize(("sent", "got", "name"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_a_difference_has_one_name(sent: tuple[str, ...], got: tuple[str, ...], name: str) -> None:
    assert difference(sent, got) == name


@pytest.mark.parametrize("name", [key for key, row in DIFFERENCES.items() if row[2]])
def test_one_judge_names_a_difference_and_the_others_do_not(name: str) -> None:
    sent, got, wanted = DIFFERENCES[name]
    found = failures(exchange(plan("echo.complete", sent), echo=got))
    assert found == {f"echo.{wanted}"}


@given(st.lists(st.text(max_size=3), max_size=6), st.lists(st.text(max_size=3), max_size=6))
def test_every_difference_has_a_name_and_only_a_difference(sent: list[str], got: list[str]) -> None:
    name = difference(tuple(sent), tuple(got))
    assert bool(name) is (sent != got)
    if name == "odd-strings":
        assert not all(PLAIN_ID.fullmatch(each) for each in sent)


@given(st.lists(st.text(max_size=3), min_size=1, max_size=20))
def test_an_exact_echo_fails_nobody(ids: list[str]) -> None:
    assert failures(exchange(plan("echo.complete", ids))) == set()


def test_the_judge_of_order_is_silent_where_no_order_could_be_broken() -> None:
    assert word("echo.order", exchange(plan(ids=["a"]))) == "silent"
    assert word("echo.order", exchange(plan(ids=["a", "a"]))) == "silent"
    assert word("echo.order", exchange(plan(ids=["a", "b"]))) == "passed"


def test_the_judges_of_strings_speak_only_of_their_own() -> None:
    plain, odd = exchange(plan(ids=["a"])), exchange(plan(ids=["a b"]))
    assert [word("echo.verbatim", each) for each in (plain, odd)] == ["passed", "silent"]
    assert [word("echo.odd-strings", each) for each in (plain, odd)] == ["silent", "passed"]
    assert word("echo.repeats", plain) == "silent"


@pytest.mark.parametrize("clause", ["echo.complete", "echo.order", "echo.verbatim", "echo.nothing-added"])
def test_no_echo_is_judged_where_there_is_none(clause: str) -> None:
    sent = plan(clause)
    assert word(clause, exchange(sent, 400)) == "silent"
    assert word(clause, exchange(sent, raw=b"{}")) == "silent"
    assert word(clause, exchange(sent, raw=b"no JSON")) == "silent"
    assert word(clause, exchange(sent, failure="torn")) == "silent"
    assert word(clause, exchange(refusable("size.over"), echo=["x"])) == "silent"


def test_a_difference_of_invisible_characters_is_shown_as_literals() -> None:
    found = verdict("echo.verbatim", exchange(plan(ids=["b", "ab"]), echo=["b", "a\u200bb"]))
    assert found is not None
    assert "entry 2 is 'ab' and comes back as 'a\\u200bb'" in found.message


def test_the_same_batch_again_is_compared_with_the_first() -> None:
    again = plan("echo.again")
    first = exchange(dataclasses.replace(again, name="first"), number=1, part_of=again.name)
    assert word("echo.again", first) == "silent"
    assert word("echo.again", exchange(again, number=2), first) == "passed"
    assert word("echo.again", exchange(again, 400, number=2), first) == "failed"
    assert word("echo.again", exchange(again, echo=[], number=2), first) == "failed"
    assert failures(exchange(again, echo=[], number=2), first) == {"echo.again"}
    wrong_first = dataclasses.replace(first, ids=("x",))
    assert word("echo.again", exchange(again, echo=[], number=2), wrong_first) == "silent"


def test_the_echo_of_real_orders_is_judged_by_their_state() -> None:
    sent = plan("outcome.cancelled", orders=(OrderNeed("b"),))
    seen = exchange(sent, echo=["b"], outcomes=(outcome(read_back="closed"),))
    assert failures(seen) == {"echo.any-state"}
    assert failures(dataclasses.replace(seen, reply=exchange(sent, echo=["a", "b"]).reply)) == {"echo.order"}


def test_ids_of_another_request_are_a_leak_and_no_addition() -> None:
    mine = exchange(plan("echo.complete", ["nobody-1"]), echo=["nobody-2"], number=2)
    other = exchange(plan("size.one", ["nobody-2"]), number=1)
    assert failures(mine, other) == {"isolation.one-after-another"}
    assert failures(mine) == {"echo.verbatim"}


# --- the form of an answer --------------------------------------------------------------------------------------------

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


def test_a_bomb_is_not_unpacked() -> None:
    raw = gzip.compress(b'{"canceledOrderIds":["' + b"a" * (8 << 20) + b'"]}', 1)
    seen = exchange(plan(), raw=raw, headers=(*JSON_REPLY, ("Content-Encoding", "gzip")), offered="gzip")
    assert failures(seen) == {"reply.json"}


def test_no_difference_is_made_by_white_space_and_escapes() -> None:
    spelt = plan("shape.white-space")
    assert failures(exchange(spelt)) == set()
    assert failures(exchange(spelt, 400)) >= {"shape.white-space"}
    assert failures(exchange(spelt, echo=["b"])) == {"shape.white-space"}


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


def test_an_id_that_comes_back_as_no_string_among_strings_is_not_verbatim() -> None:
    some, all_of_them = exchange(plan(ids=["b", "7"]), echo=["b", 7]), exchange(plan(ids=["6", "7"]), echo=[6, 7])
    assert failures(some) == {"reply.form", "echo.verbatim"}
    assert failures(all_of_them) == {"reply.form"}
