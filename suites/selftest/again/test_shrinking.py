"""The shrinker, with oracles written by hand: nothing is sent."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.document import read
from contracts.messages import JSON_TYPE, Account, Connection, Credentials, Framing, Label, Plan
from suites import gate
from suites.again.shrinking import afresh, fewest, shrunk
from suites.run import needs_of
from suites.sending.rendering import Binding, body_of
from suites.strategies import batches, entries, texts
from suites.strategies.batches import asked, bad, batch, entry, fresh_ids, with_prelude

SLUGS = ("market-a", "market-b", "market-c")
BINDING = Binding(SLUGS, {})


class Asked:
    """An oracle, and what it was asked."""

    def __init__(self, shows: Callable[[Plan], bool]) -> None:
        self._shows = shows
        self.plans: list[Plan] = []

    def __call__(self, plan: Plan) -> bool:
        self.plans.append(plan)
        return self._shows(plan)


def small(plan: Plan, shows: Callable[[Plan], bool], kind: str = "") -> Plan:
    """The plan, shrunk by an oracle that says yes to itself."""
    assert shows(plan)
    return shrunk(plan, kind or f"{plan.kind}, shrunk", SLUGS, itertools.count(1), shows)


def rows(plan: Plan) -> list[Any]:
    found: list[Any] = json.loads(plan.body or b"")["orders"]
    return found


def ids(plan: Plan) -> list[str]:
    return [each["orderId"] for each in rows(plan)]


def full(name: str = "echo.order/full", size: int = 20, **more: Any) -> Plan:
    return batch(name, fresh_ids(1, name, size), **more)


def is_unsorted(plan: Plan) -> bool:
    return ids(plan) != sorted(ids(plan))


# --- the fewest items -------------------------------------------------------------------------------------------------


@given(st.integers(1, 20).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n - 1), max_size=3))))
@settings(max_examples=200)
def test_the_few_that_matter_are_left_and_few_questions_asked(drawn: tuple[int, set[int]]) -> None:
    count, matter = drawn
    questions: list[Sequence[int]] = []

    def shows(kept: Sequence[int]) -> bool:
        questions.append(kept)
        return matter <= set(kept)

    assert fewest(range(count), shows) == sorted(matter)
    assert len(questions) <= 21


def test_where_the_number_matters_no_single_one_is_tried() -> None:
    sizes: list[int] = []

    def shows(kept: Sequence[int]) -> bool:
        sizes.append(len(kept))
        return False

    assert fewest(range(20), shows) == list(range(20))
    assert set(sizes) == {0, 10, 15, 18}


def test_without_items_nothing_is_asked() -> None:
    assert fewest([], lambda _: pytest.fail("there is nothing to leave out")) == []


# --- plans ------------------------------------------------------------------------------------------------------------


def test_an_echo_finding_ends_with_two_entries_and_plain_ids() -> None:
    oracle = Asked(is_unsorted)
    found = small(full(), oracle)
    assert rows(found) == [entry("nobody-1-2"), entry("nobody-1-1")]
    assert len(oracle.plans) < 12
    assert (found.name, found.clause, found.label, found.answers) == (
        "echo.order/full",
        "echo.order",
        Label.LAWFUL,
        (200,),
    )
    assert found.kind == "a batch of 20, shrunk"


def test_an_odd_id_stays_and_its_plain_neighbours_become_plain() -> None:
    plan = batch("shape.plain-ids/some", ["zz", "007", "a-b", "7"], kind="some")
    found = small(plan, lambda each: "007" in ids(each) and len(rows(each)) > 1)
    assert sorted(ids(found)) == sorted(["007", next(each for each in ids(found) if each != "007")])
    assert all(each == "007" or each.startswith("nobody-") for each in ids(found))


def test_a_market_stays_where_it_matters() -> None:
    plan = full(size=9, markets=("{{market.0}}", "{{market.1}}", "m-late"))
    found = small(plan, lambda each: any(row["marketSlug"] == "{{market.1}}" for row in rows(each)))
    assert [row["marketSlug"] for row in rows(found)] == ["{{market.1}}"]
    found = small(plan, lambda each: len(rows(each)) > 3)
    assert {row["marketSlug"] for row in rows(found)} == {"{{market.0}}"}


def test_a_repeat_stays_a_repeat() -> None:
    one, *others = fresh_ids(1, "echo.repeats/x", 12)
    plan = asked("echo.repeats/x", batches.body_of([entry(each) for each in (one, *others, one)]), kind="a repeat")
    found = small(plan, lambda each: len(set(ids(each))) < len(ids(each)))
    assert ids(found) == ["nobody-1-1", "nobody-1-1"]
    assert read(body_of(found, BINDING)).label is Label.OPEN


@pytest.mark.parametrize("size", [21, 23])
def test_too_many_are_never_made_lawful(size: int) -> None:
    plan = bad("size.over/x", full(size=size).body, kind=f"a batch of {size}")
    assert len(rows(small(plan, lambda _: True))) == 21
    named = small(plan, lambda _: True, kind=plan.kind)
    assert len(rows(named)) == size, "its kind says how many there are"


@pytest.mark.parametrize(("position", "left"), [("first", 2), ("inside", 3), ("last", 2)])
def test_a_bad_entry_stays_where_it_stands(position: str, left: int) -> None:
    good = [entry(each) for each in fresh_ids(1, "wholeness", 19)]
    rows_of = entries.placed({"marketSlug": "{{market.0}}"}, good, position)
    plan = bad("wholeness.position/x", batches.body_of(rows_of), kind="an entry without orderId", position=position)
    found = small(plan, lambda _: True, kind=plan.kind)
    assert len(rows(found)) == left
    assert ["orderId" not in row for row in rows(found)].index(True) == {"first": 0}.get(position, 1)


def test_a_text_that_is_the_point_stays() -> None:
    plan = batches.plan("shape.white-space/x", texts.spaced(fresh_ids(1, "x", 3), "{{market.0}}"), kind="white space")
    oracle = Asked(lambda each: b"\t" in (each.body or b""))
    assert small(plan, oracle).body == plan.body
    assert len(oracle.plans) == 3, "itself, and the tidy text for entries and for ids: the second is not asked twice"


def test_what_is_not_json_stays() -> None:
    body = (full(size=3).body or b"")[:-1]
    assert small(bad("shape.not-json/x", body, kind="cut off"), lambda _: True).body == body


def test_headers_framing_connection_and_account_become_the_usual_ones() -> None:
    odd = replace(
        full(size=1),
        headers=(JSON_TYPE, ("X-One", "1"), ("X-Two", "2")),
        framing=Framing.CHUNKED,
        connection=Connection.FRESH,
        credentials=Credentials(key=Account.OTHER, secret=Account.OTHER),
    )
    plain = small(odd, lambda _: True)
    assert (plain.headers, plain.framing, plain.connection, plain.credentials) == (
        (JSON_TYPE,),
        Framing.LENGTH,
        Connection.KEPT,
        Credentials(),
    )
    mixed = small(odd, lambda each: ("X-Two", "2") in each.headers and each.framing is Framing.CHUNKED)
    assert (mixed.headers, mixed.framing, mixed.connection) == (
        (JSON_TYPE, ("X-Two", "2")),
        Framing.CHUNKED,
        Connection.KEPT,
    )


def test_a_label_that_is_not_the_bodys_keeps_headers_credentials_and_markets() -> None:
    plan = bad("credentials.signature-altered/x", full(size=4).body, kind="altered", answers=(401,))
    odd = replace(plan, credentials=Credentials(signature="first bit of S"), headers=(JSON_TYPE, ("X-One", "1")))
    found = small(odd, lambda _: True)
    assert (found.credentials, found.headers, found.label) == (odd.credentials, odd.headers, Label.UNLAWFUL)
    assert len(rows(found)) == 1


def test_preludes_and_companions_that_do_not_matter_go() -> None:
    first, second, third = (full(f"echo.again/{n}", 2) for n in range(3))
    plan = with_prelude(replace(full(size=2), together=(third,)), first, second)
    found = small(plan, lambda each: second.name in [part.name for part in each.before])
    assert ([part.name for part in found.before], found.together) == ([second.name], ())


def test_preludes_whose_credentials_are_repeated_stay() -> None:
    plan = with_prelude(replace(full(size=1), credentials=Credentials(again="all")), full("echo.again/0", 1))
    assert len(small(plan, lambda _: True).before) == 1


def test_a_batch_that_is_sent_again_is_cut_in_all_its_parts() -> None:
    plan = with_prelude(full("echo.again/x", 4), full("echo.again/x", 4), full("echo.again/other", 2))
    found = small(plan, lambda each: len(each.before) == 2 and each.before[0].body == each.body)
    assert len(rows(found)) == 1
    assert len(rows(found.before[1])) == 2


def test_new_names_keep_order_and_repeats_in_all_parts() -> None:
    plan = with_prelude(full(size=12), full(size=12), full("other/x", 3))
    found = afresh(plan, 7)
    old = [each for part in gate.parts(plan) for each in ids(part)]
    new = [each for part in gate.parts(found) for each in ids(part)]
    assert [sorted(set(old)).index(each) for each in old] == [sorted(set(new)).index(each) for each in new]
    assert not set(old) & set(new)
    assert afresh(replace(plan, body=None), 1).body is None


# --- every plan of the gate -------------------------------------------------------------------------------------------


@cache
def orderless() -> tuple[Plan, ...]:
    return tuple(each for each in gate.plans(1) if not needs_of(each))


@pytest.mark.parametrize(("one_in", "shrunk_least"), [(1, 100), (3, 30)])
def test_whatever_is_asked_about_is_what_the_plan_was(one_in: int, shrunk_least: int) -> None:
    """No order that nobody placed, no other clause, label or answers, and the document reads the body alike."""
    smaller = 0
    turns = itertools.count()
    for plan in orderless():
        oracle = Asked(lambda _: next(turns) % one_in == 0)
        smaller += shrunk(plan, plan.kind, SLUGS, itertools.count(1), oracle) != plan
        was = read(body_of(plan, BINDING))
        for each in oracle.plans:
            now = read(body_of(each, BINDING))
            assert (now.label, set(now.breaks)) == (was.label, set(was.breaks)), each
            assert set(now.asks) <= set(was.asks)
            assert all(one.startswith("nobody-") for one in set(now.ids or ()) - set(was.ids or ()))
            assert b"{{order" not in (each.body or b"")
            assert {part.name for part in gate.parts(each)} <= {part.name for part in gate.parts(plan)}
            kept = replace(each, body=plan.body, headers=plan.headers, framing=plan.framing, connection=plan.connection)
            kept = replace(kept, credentials=plan.credentials, before=plan.before, together=plan.together)
            assert kept == plan
        assert len(oracle.plans) == len(set(oracle.plans)), "a question was asked twice"
    assert smaller >= shrunk_least


def test_who_never_shows_it_again_keeps_the_plan() -> None:
    for plan in orderless():
        assert shrunk(plan, plan.kind, SLUGS, itertools.count(1), lambda _: False) == plan
