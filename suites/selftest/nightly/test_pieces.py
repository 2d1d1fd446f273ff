"""The pieces of a night: what is drawn, how it is shared out, and what is remembered."""

from __future__ import annotations

import gc

import pytest

from contracts.document import read
from contracts.jsontext import once
from contracts.messages import Account, Label
from suites.nightly import book, corpora, orders
from suites.nightly.ahead import NAMES, draw
from suites.nightly.budget import Budget, budget_of, seconds_of
from suites.nightly.drafts import MARKETS, Draft, planned
from suites.nightly.shares import Equal, Thompson
from suites.nightly.streams import STREAMS
from suites.nightly.wanted import bytes_of, shard_of
from suites.run import needs_of
from suites.sending.rendering import Binding, body_of
from suites.strategies.batches import entry, text_of
from suites.target import UsageError


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_draws_the_same_for_the_same_key_and_other_plans_for_another(name: str) -> None:
    stream = STREAMS[name]
    first = list(stream("7/1", 8))
    assert first
    assert first == list(stream("7/1", 8))
    assert first != list(stream("7/2", 8))


def test_every_stream_has_a_name_and_every_name_a_stream() -> None:
    assert tuple(STREAMS) == NAMES


def test_no_two_plans_of_a_round_have_one_name() -> None:
    names = [plan.name for _, plan in draw("1/1/3", dict.fromkeys(STREAMS, 1))]
    assert len(names) == len(set(names)) > len(STREAMS)


def test_what_is_put_into_a_placeholder_makes_no_plan_that_cant_be_filled_in() -> None:
    """A night ended with a KeyError where an `e` had made `{{market.e0}}`."""
    body = text_of({"orders": [entry("nobody-1")]})
    drafts = [Draft(body[:at] + b"e" + body[at:]) for at in range(len(body) + 1)]
    plans = [found for found in (planned(each, "t") for each in drafts) if found is not None]
    assert len(plans) > 40
    assert all(body_of(each, Binding(("a-market",), {})) for each in plans)


@pytest.mark.parametrize("piece", [b"\\", b"\\u12", b"\\u12a"])
def test_what_only_the_market_makes_an_escape_is_no_plan(piece: bytes) -> None:
    r"""A night blamed an honest gateway for taking `\u12aec-...`: unlawful before another market."""
    body = text_of({"orders": [entry("nobody-1")]})
    before, behind = body.split(b"{{")
    assert planned(Draft(before + piece + b"{{" + behind), "t") is None
    assert planned(Draft(before + piece + b" {{" + behind), "t") is not None


def test_a_market_that_nobody_has_is_a_question() -> None:
    """A night blamed a lawful gateway for refusing `null`, a slug like any other but for its market."""
    found = planned(Draft(text_of({"orders": [entry("nobody-0"), entry("nobody-1", "null")]})), "t")
    assert found is not None
    assert (found.clause, found.label) == ("shape.unknown-market", Label.OPEN)


def test_members_stand_twice_in_every_place_and_either_way() -> None:
    """The stream said so and had lost it: what is checked in one reading and done in the other was not found."""
    plans = [each for number in range(12) for each in STREAMS["members"](f"t{number}/members", 10)]
    twice = [each for each in plans if each.clause == "shape.which-member"]
    assert {each.kind.partition(",")[0] for each in twice} == {"orders", "orderId", "marketSlug"}
    assert all(each.label is Label.OPEN and "shape.repeated-member" in each.probes for each in twice)
    bodies = [MARKETS.sub(b"market", each.body or b"") for each in twice]
    readings = [[read(once(each, pick)).label for pick in ("first", "last")] for each in bodies]
    assert [Label.LAWFUL, Label.UNLAWFUL] in readings
    assert [Label.UNLAWFUL, Label.LAWFUL] in readings


def test_every_corpus_has_reasons_and_most_of_its_cases_are_sent() -> None:
    plans = list(corpora.plans("t"))
    names = [plan.name for plan in plans]
    assert len(names) == len(set(names))
    assert {plan.label for plan in plans} == set(Label)
    assert len(plans) >= 450


def test_a_round_of_orders_needs_no_more_than_it_may_place() -> None:
    plans = list(orders.plans("1/1/4/orders", both=True))
    needs = {(plan.name, need.name) for plan in plans for need in needs_of(plan)}
    assert plans == list(orders.plans("1/1/4/orders", both=True))
    assert 10 < len(needs) <= orders.ORDERS_MAX


def test_a_round_of_orders_leaves_nothing_behind() -> None:
    """Hypothesis keeps every class of a machine for good: a night of a million requests would have grown by 400 MB."""
    list(orders.plans("1/1/6/orders", both=True))
    gc.collect()
    assert book.Book.__subclasses__() == []


def test_without_a_second_account_no_sequence_needs_one() -> None:
    needs = [need for plan in orders.plans("1/1/4/orders", both=False) for need in needs_of(plan)]
    assert len(needs) > 10
    assert {each.account for each in needs} == {Account.OWN}


def test_open_orders_are_named_under_many_kinds_of_wrong_credentials() -> None:
    """A gateway once acted on batches with a timestamp that is no number, and two rounds in three never asked it to."""
    kinds: set[str] = set()
    for number in range(8):
        plans = [part for plan in orders.plans(f"1/1/{number}/orders", both=True) for part in (*plan.before, plan)]
        wrong = [plan for plan in plans if plan.orders and not plan.credentials.usual]
        assert all(need.fate == "open" for plan in wrong for need in plan.orders)
        kinds |= {plan.kind for plan in wrong if plan.label is Label.UNLAWFUL}
    assert len(kinds) > 30


def test_a_walk_over_the_book_says_of_each_order_what_becomes_of_it() -> None:
    """Cancelled by one step at most, named by no other where it must stay, cancelled before only behind that step."""
    walks = [walk for number in range(12) for walk in orders.plans(f"1/1/{number}/orders", both=True) if walk.before]
    again = 0
    for steps in ((*walk.before, walk) for walk in walks):
        fates = [
            (need.name, need.fate) for step in steps for need in step.orders if not need.name.startswith("shared-")
        ]
        assert [each for each in fates if each[1] == "cancelled" and fates.count(each) > 1] == []
        kept = {name for name, fate in fates if fate == "open"}
        assert [name for name, fate in fates if fate == "cancelled" and name in kept] == []
        gone: set[str] = set()
        for step in steps:
            assert {need.name for need in step.orders if need.state == "cancelled"} <= gone
            again += any(need.state == "cancelled" for need in step.orders)
            gone |= {need.name for need in step.orders if need.fate == "cancelled"}
    assert len(walks) > 10
    assert again > 0


def test_the_bandit_goes_where_something_is_found() -> None:
    shares = Thompson(("rich", "poor", "bare"))
    for number in range(10):
        shares.learn(dict.fromkeys(shares.names, 20), {"rich": 10, "poor": 1}, {})
        picks = shares.picks(str(number), 30)
    assert picks["rich"] > 20
    assert Thompson(("a", "b")).picks("k", 9) == Thompson(("a", "b")).picks("k", 9)
    assert Equal(("a", "b")).picks("k", 4) == {"a": 2, "b": 2}


def test_every_stream_is_tried_before_one_is_preferred() -> None:
    shares = Thompson(NAMES)
    assert set(shares.picks("k", len(NAMES))) == set(NAMES)
    shares.learn({"crowds": 80}, {"crowds": 80}, {})
    assert set(shares.picks("k", len(NAMES))) - {"crowds"} == set(NAMES) - {"crowds"}


def test_a_plan_of_many_requests_must_bring_more_than_one_of_few() -> None:
    shares = Thompson(("crowd", "single"))
    for _ in range(10):
        shares.learn({"crowd": 80, "single": 10}, {"crowd": 8, "single": 8}, {})
    assert shares.picks("k", 24)["single"] > 20


def test_a_stream_that_gives_few_plans_gets_few_slots_however_little_is_known_of_it() -> None:
    shares = Thompson(("schema-negative", "bare"))
    for number in range(10):
        shares.learn({"schema-negative": 1, "bare": 200}, {}, {})
        assert shares.picks(str(number), 24) == {"schema-negative": 1, "bare": 23}
    assert Thompson(("schema-negative",)).picks("k", 9) == {"schema-negative": 1}


def test_a_batch_is_too_large_whatever_it_names_twice() -> None:
    plans = list(STREAMS["sizes"]("7/1", 60))
    assert {each.clause for each in plans} == {"size.empty", "size.over", "size.entries"}
    assert len(plans) == 60


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("45m", 2700), ("1h30m", 5400), ("2d", 172_800)])
def test_durations(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "2", "h", "2 h", "-1h", "1y"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(UsageError):
        seconds_of(text)


def test_a_budget_is_over_when_requests_or_time_are_spent() -> None:
    now = [0.0]
    budget = Budget(100, 60, clock=lambda: now[0])
    budget.begin()
    left = [budget.left]
    budget.spent = 100
    left.append(budget.left)
    budget.spent, now[0] = 50, 61.0
    left.append(budget.left)
    assert left == [100, 0, 0]
    with pytest.raises(UsageError):
        budget_of(0, "")


def test_shards_and_sizes() -> None:
    assert shard_of("3/16").text == "3/16"
    assert bytes_of("2G") == 2_000_000_000
    for wrong in ("0/2", "3/2", "1", "a/b"):
        with pytest.raises(UsageError):
            shard_of(wrong)
    for wrong in ("2", "1M", "2T"):
        with pytest.raises(UsageError):
            bytes_of(wrong)
