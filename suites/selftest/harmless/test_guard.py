"""The guard: whatever a plan is, it goes to the operation only, and names no order that the suite did not place."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.messages import PATH, Account, Credentials, Plan
from suites import gate
from suites.harmless.guard import YET_TO_COME, Guard, Refused
from suites.run import needs_of
from suites.selftest.harmless.guards import FOREIGN, guarding, journal_with, refused
from suites.selftest.sending.servers import target_at
from suites.sending.rendering import FORMS, Binding, Placed, body_of
from suites.strategies.batches import body_of as batch_of
from suites.strategies.batches import entry

OWN, OTHER = Account.OWN, Account.OTHER
LONG = FOREIGN[:4]
IDS = st.sampled_from(FOREIGN) | st.from_regex(r"[0-9A-Za-z]{8,26}", fullmatch=True).filter(
    lambda text: not text.isdecimal()
)
Spelling = Callable[[str], bytes]


# --- what it names ----------------------------------------------------------------------------------------------------


def _escapes(text: str, upper: Callable[[str], str] = str) -> str:
    units = text.encode("utf-16-be")
    return "".join("\\u" + upper(f"{units[n] * 256 + units[n + 1]:04x}") for n in range(0, len(units), 2))


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


SPELLINGS: dict[str, Spelling] = {
    "raw": str.encode,
    "JSON": lambda text: json.dumps(text).encode(),
    "escapes": lambda text: _escapes(text).encode(),
    "escapes in capitals": lambda text: _escapes(text, str.upper).encode(),
    "the first character escaped": lambda text: (_escapes(text[0]) + text[1:]).encode(),
    "JSON in JSON": lambda text: json.dumps(json.dumps({"orderId": text})).encode(),
    "escapes in JSON in JSON": lambda text: json.dumps(json.dumps(_escapes(text))).encode(),
    "percent-encoded": lambda text: _percent(text).encode(),
    "percent-encoded twice": lambda text: _percent(_percent(text)).encode(),
    "percent-encoded escapes": lambda text: _percent(_escapes(text)).encode(),
    "escaped percents": lambda text: _escapes(_percent(text)).encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-32, big-endian": lambda text: text.encode("utf-32-be"),
    "gzip": lambda text: gzip.compress(text.encode()),
    "deflate": lambda text: zlib.compress(text.encode()),
    "gzip twice": lambda text: gzip.compress(gzip.compress(text.encode())),
}
LOOSER: dict[str, Spelling] = {
    "the other case": lambda text: text.swapcase().encode(),
    "white space in it": lambda text: (text[:3] + " \t" + text[3:]).encode(),
    "a zero-width space in it": lambda text: (text[:3] + "\u200b" + text[3:]).encode(),
    "full-width": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text).encode(),
    "an accent behind": lambda text: (text + "\u0301").encode(),
    "no hyphens": lambda text: text.replace("-", "").encode(),
    "NUL in it": lambda text: (text[:3] + "\0" + text[3:]).encode(),
    "a byte that is no UTF-8 in it": lambda text: text[:3].encode() + b"\xff" + text[3:].encode(),
    "cut in two strings": lambda text: f'["{text[:4]}","{text[4:]}"]'.encode(),
}
"""Spellings that only a very careless look-up takes for the id: refused where the id is long enough to be known."""
WRAPPINGS: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda text: text,
    "a batch": lambda text: b'{"orders":[{"orderId":"' + text + b'","marketSlug":"m"}]}',
    "a repeated member": lambda text: b'{"orders":[{"orderId":"a","orderId":"' + text + b'","marketSlug":"m"}]}',
    "a key": lambda text: b'{"' + text + b'":1}',
    "another member": lambda text: b'{"orders":[],"ids":[["' + text + b'"]]}',
    "a torn text": lambda text: b'{"orders":[{"orderId":"' + text,
    "a form": lambda text: b"orderId=" + text + b"&x=1",
    "not JSON": lambda text: b"\x00\xff{{" + text + b"]] \xfe",
    "two values": lambda text: b'{"orders":[]}{"orders":[{"orderId":"' + text + b'"}]}',
}
COMPRESSED = ("gzip", "deflate", "gzip twice")


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("spelling", [*SPELLINGS, *LOOSER])
def test_a_foreign_order_is_known_in_every_spelling(spelling: str, wrapping: str) -> None:
    for order_id in FOREIGN if spelling in SPELLINGS else LONG:
        spelt = (SPELLINGS | LOOSER)[spelling](order_id)
        body = spelt if spelling in COMPRESSED else WRAPPINGS[wrapping](spelt)
        assert refused(guarding(*FOREIGN), Plan("size.one/x", "size.one", body=body)), (order_id, body)


PIECES = st.binary(max_size=40) | st.sampled_from(
    [b"\\", b"\\\\", b"%", b"%2", b'"', b"\\u", b"\\u00", b"{{", b"\xe2\x82"]
)
TEXTS = st.text(max_size=20)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def _planted(value: Any, order_id: str, place: int) -> Any:
    """A JSON value with an id planted in it."""
    if isinstance(value, list):
        return [
            *value[:place],
            _planted(value[place % len(value)], order_id, place) if value else order_id,
            *value[place:],
        ]
    if isinstance(value, dict):
        return value | {"x" if place % 2 else order_id: order_id}
    return order_id


@given(IDS, JSON_VALUES, st.integers(0, 4), st.sampled_from([json.dumps, partial(json.dumps, ensure_ascii=False)]))
def test_any_json_that_names_a_foreign_order_is_refused(
    order_id: str, value: Any, place: int, written: Callable[[Any], str]
) -> None:
    text = written(_planted(value, order_id, place))
    body = text.encode("utf-8", "surrogatepass")
    assert refused(guarding(order_id), Plan("shape.x/y", "shape.x", body=body))


@given(IDS, st.sampled_from(sorted(set(SPELLINGS) - set(COMPRESSED))), PIECES, PIECES)
def test_any_bytes_around_a_foreign_order_do_not_hide_it(
    order_id: str, spelling: str, before: bytes, behind: bytes
) -> None:
    """Short ids count where they stand alone, so they get their delimiters."""
    quote = b"" if len(order_id) >= 8 and not order_id.isdecimal() else b'"'
    spelt = SPELLINGS[spelling](order_id)
    body = before + quote + spelt + quote + behind
    if spelling.startswith("UTF"):  # at a place where its units can be read
        body = spelt
    assert refused(guarding(order_id), Plan("shape.x/y", "shape.x", body=body)), body


@given(
    IDS,
    st.sampled_from(["path", "query", "header", "repeated header"]),
    st.sampled_from(["raw", "percent-encoded", "percent-encoded twice"]),
)
def test_a_foreign_order_in_a_path_or_a_header_is_refused(order_id: str, place: str, spelling: str) -> None:
    spelt = SPELLINGS[spelling](order_id).decode()
    plan = Plan("routing.x/y", "routing.x", body=b"{}")
    plan = {
        "path": lambda: replace(plan, path=f"{PATH}/{spelt}"),
        "query": lambda: replace(plan, path=f"{PATH}?orderId={spelt}"),
        "header": lambda: replace(plan, headers=(("X-Order", spelt),)),
        "repeated header": lambda: replace(plan, credentials=Credentials(repeat=(("X-Order", spelt),))),
    }[place]()
    assert refused(guarding(order_id), plan)


@given(st.lists(IDS, min_size=1, max_size=6, unique=True), JSON_VALUES)
def test_what_names_no_foreign_order_is_let_through(foreign: list[str], value: Any) -> None:
    """A guard that refuses everything would pass every other test here."""
    body = json.dumps(value).encode()
    letters = re.sub(r"[\W_]+", "", body.decode("unicode-escape", "replace").casefold())
    spelt = [re.sub(r"[\W_]+", "", each.casefold()) for each in foreign]
    if not any(each in letters for each in spelt) and b"\\\\" not in body and b"%" not in body:
        assert not refused(guarding(*foreign), Plan("shape.x/y", "shape.x", body=body))


def test_what_is_escaped_without_end_is_refused() -> None:
    body = b"%" + b"25" * 2000
    assert refused(guarding(*FOREIGN), Plan("shape.x/y", "shape.x", body=body))


# --- what is ours -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("account", [OWN, OTHER])
def test_an_order_of_ours_may_be_named_by_either_account(account: Account) -> None:
    guard = Guard(target_at(), journal_with(FOREIGN[0], account=account))
    guard.saw(FOREIGN)
    assert not refused(guard, Plan("ownership.x/y", "", body=batch_of([entry(FOREIGN[0], "m")])))
    assert refused(guard, Plan("ownership.x/y", "", body=batch_of([entry(FOREIGN[0], "m"), entry(FOREIGN[1], "m")])))


def test_the_echo_of_an_id_that_a_plan_made_up_makes_it_no_order() -> None:
    guard = guarding(FOREIGN[0])
    plan = Plan("echo.again/x", "", body=batch_of([entry("nobody-1", "m")]))
    assert not refused(guard, plan)
    guard.saw(["nobody-1", "NOBODY-1"])
    assert not refused(guard, plan)


def test_every_plan_of_the_gate_may_leave() -> None:
    """With orders of both accounts and of others about, as at a real target."""
    target = replace(target_at(), markets=("market-a", "market-b"))
    for whole in gate.plans(1):
        needs = {
            need.name: Placed(f"01M86XPS88{index:016d}"[:26], "market-a") for index, need in enumerate(needs_of(whole))
        }
        guard = Guard(target, journal_with(*[each.order_id for each in needs.values()]) if needs else None)
        guard.saw([FOREIGN[0], FOREIGN[1], *(each.order_id for each in needs.values())])
        binding = Binding(target.slugs, needs, guard)
        for part in gate.parts(whole):
            path = binding.fill(part.path.encode()).decode()
            guard.check(part, path, body_of(part, binding))


# --- where orders are numbered ----------------------------------------------------------------------------------------


def test_where_orders_are_numbered_no_plan_makes_up_the_number_of_one() -> None:
    guard = Guard(target_at(), journal_with("7", "8"))
    left = [plan for plan in gate.plans(1) if not any(guard.doubt(part) for part in gate.parts(plan))]
    assert len(gate.plans(1)) - 10 < len(left) < len(gate.plans(1))
    for plan in left:
        for part in gate.parts(plan):
            named = re.findall(rb'"orderId":"?([0-9]+(?:[.][0-9]+)?)[",}]', part.body or b"")
            assert not [each for each in named if 7 <= float(each) <= 8 + YET_TO_COME], part.name


def test_a_number_between_other_characters_is_made_up_as_well() -> None:
    guard = guarding("1", "2", "3")
    for each in ("1_000", "10.0.0.1", "::1"):
        assert guard.doubt(Plan("p", "c", body=batch_of([entry(each)])))
        assert not guarding("2").doubt(Plan("p", "c", body=batch_of([entry(each)])))
    assert not guard.doubt(Plan("p", "c", body=batch_of([entry("nobody1", "{{market.1}}")])))


def test_a_number_in_a_market_a_query_or_a_header_is_no_order() -> None:
    guard, market = Guard(replace(target_at(), markets=("fed-2026-12-30",))), "fed-2026-12-30"
    guard.saw(("1", "30", "2026"))
    plan = Plan("p", "c", headers=(("X-Debug", "1"),))
    guard.check(plan, PATH + "?x=1", batch_of([entry("nobody", market)]))
    guard.check(plan, PATH, json.dumps(batch_of([entry("nobody", market)]).decode()).encode())
    with pytest.raises(Refused, match="names 30"):
        guard.check(plan, PATH, batch_of([entry("nobody-30", market)]))


def test_a_number_that_no_order_has_or_is_about_to_get_may_be_made_up() -> None:
    guard = Guard(target_at(), journal_with("500123"))
    assert not any(guard.doubt(part) for plan in gate.plans(1) for part in gate.parts(plan))


def test_where_orders_are_numbered_a_spelling_of_one_is_no_other() -> None:
    guard = Guard(target_at(), journal_with("1234"))
    guard.saw(["123", "1234.0"])
    binding = Binding(("market-a",), {"a": Placed("1234", "market-a")}, guard)
    forms = binding.fill(b"{{order.a|beginning}} {{order.a|end}} {{order.a|zero-before}} {{order.a|quoted}}").split()
    made_up = forms.pop(0)  # 123-nobody would still name 123
    assert re.fullmatch(rb"nobody-[0-9a-f]{16}", made_up)
    assert forms == [b"234", b"01234-nobody", b'\\"1234\\"-nobody']
    guard = Guard(target_at(), journal_with("1234"))
    binding = Binding(("market-a",), {"a": Placed("1234", "market-a")}, guard)
    assert binding.fill(b"{{order.a|longer}} {{order.a|zero-before}}") == b"1234.0 01234"


@pytest.mark.parametrize("strangers", [("4",), ("4", "5", "45"), ("1", "2", "04")])
def test_where_numbers_are_short_no_spelling_of_an_own_one_names_another_order(strangers: tuple[str, ...]) -> None:
    guard = Guard(target_at(), journal_with("145"))
    guard.saw(strangers)
    binding = Binding(("market-a",), {"a": Placed("145", "market-a")}, guard)
    for form in FORMS:
        made = body_of(Plan("outcome.exact-id/x", "", body=f'["{{{{order.a|{form}}}}}"]'.encode()), binding)
        guard.check(Plan("outcome.exact-id/x", ""), PATH, made)


def test_where_ids_are_drawn_by_chance_nothing_is_in_doubt() -> None:
    guard = guarding(*LONG)
    assert not any(guard.doubt(part) for plan in gate.plans(1) for part in gate.parts(plan))


# --- long runs --------------------------------------------------------------------------------------------------------


def test_orders_that_have_ended_are_forgotten_with_their_journal_and_those_that_have_not_are_strangers() -> None:
    first = journal_with("900", "901", "01M86XPS87FPGD7Y6CCP5CXVKD")
    guard = Guard(target_at(), first)
    guard.saw(["900", "901", "01M86XPS87FPGD7Y6CCP5CXVKD"])
    first.ended(["901", "01M86XPS87FPGD7Y6CCP5CXVKD"])
    guard.turn_to(journal_with())
    assert guard.known == guard.strangers == {"900"}
    assert "01M86XPS87FPGD7Y6CCP5CXVKD" not in guard
    assert str(901 + YET_TO_COME) in guard
    assert str(902 + YET_TO_COME) not in guard


def test_only_the_newest_made_up_ids_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suites.harmless.guard.SENT_MAX", 30)
    guard = Guard(target_at())
    for number in range(10):
        body = batch_of([entry(f"nobody-{number}-{each}") for each in range(10)])
        guard.check(Plan("p", "size.one", body=body), PATH, body)
    guard.saw(["nobody-9-0", "nobody-0-0"])
    assert guard.known == {"nobody-0-0"}
