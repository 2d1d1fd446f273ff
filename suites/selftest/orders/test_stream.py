"""The order stream, read frame by frame, and what is written beside an exchange when the orders have settled."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.messages import Account, Exchange, OrderNeed, Outcome, Plan, Reply, Request, StreamEvent
from suites.conclusion import excuse
from suites.orders.desk import Desk, Wanted
from suites.orders.frames import events_of, snapshot_of
from suites.orders.settling import of_their_own_accord, settle
from suites.selftest.contracts.test_jsontext import VALUES
from suites.selftest.sending.servers import target_at
from suites.sending.rendering import Placed

ORDER = {"id": "o1", "marketSlug": "m", "state": "ORDER_STATE_CANCELED", "leavesQuantity": 0}
EXECUTION = {"id": "e1", "type": "EXECUTION_TYPE_CANCELED", "order": ORDER}
EVENT = StreamEvent(
    Account.OWN, "o1", "m", "ORDER_STATE_CANCELED", "EXECUTION_TYPE_CANCELED", "e1", leaves=0.0, at_ms=5
)
EMPTY = StreamEvent(Account.OWN, "", "", "", "", "", leaves=None, at_ms=5)


def leaving(quantity: Any) -> dict[str, Any]:
    execution = EXECUTION | {"order": ORDER | {"leavesQuantity": quantity}}
    return {"orderSubscriptionUpdate": {"execution": execution}}


FRAMES: dict[str, tuple[Any, list[StreamEvent]]] = {
    "one execution": ({"orderSubscriptionUpdate": {"execution": EXECUTION}}, [EVENT]),
    "the other name": ({"requestId": "x", "orderUpdate": {"execution": EXECUTION}}, [EVENT]),
    "several": ({"orderSubscriptionUpdate": {"executions": [EXECUTION, EXECUTION]}}, [EVENT, EVENT]),
    "an empty error": ({"error": "", "orderSubscriptionUpdate": {"execution": EXECUTION}}, [EVENT]),
    "an error": ({"error": "no", "orderSubscriptionUpdate": {"execution": EXECUTION}}, []),
    "a heartbeat": ({"heartbeat": {}}, []),
    "a snapshot": ({"orderSubscriptionSnapshot": {"orders": [ORDER]}}, []),
    "no execution": ({"orderSubscriptionUpdate": {}}, []),
    "null": ({"orderSubscriptionUpdate": None}, []),
    "an execution without an order": ({"orderUpdate": {"execution": {}}}, [EMPTY]),
    "an order that is none": ({"orderUpdate": {"execution": {"order": 7}}}, [EMPTY]),
    "a quantity as text": (leaving("2.5"), [dataclasses.replace(EVENT, leaves=2.5)]),
    "a quantity that is none": (leaving("many"), [dataclasses.replace(EVENT, leaves=None)]),
    "a quantity that is true": (leaving(True), [dataclasses.replace(EVENT, leaves=None)]),
    "an array": ([EXECUTION], []),
    "a number": (7, []),
}
SNAPSHOTS: dict[str, tuple[Any, dict[str, str] | None]] = {
    "open orders": ({"orderSubscriptionSnapshot": {"orders": [ORDER]}}, {"o1": "m"}),
    "the other name": ({"ordersSnapshot": {"orders": [ORDER]}}, {"o1": "m"}),
    "none": ({"orderSubscriptionSnapshot": {"orders": []}}, {}),
    "no list": ({"orderSubscriptionSnapshot": {"eof": True}}, {}),
    "an error": ({"error": "no", "orderSubscriptionSnapshot": {"orders": []}}, None),
    "an update": ({"orderSubscriptionUpdate": {"execution": EXECUTION}}, None),
    "text": ("x", None),
}


@pytest.mark.parametrize(("frame", "events"), FRAMES.values(), ids=FRAMES)
def test_a_frame_reports_its_executions(frame: Any, events: list[StreamEvent]) -> None:
    assert events_of(json.dumps(frame), Account.OWN, 5) == events


@pytest.mark.parametrize(("frame", "orders"), SNAPSHOTS.values(), ids=SNAPSHOTS)
def test_a_snapshot_lists_open_orders(frame: Any, orders: dict[str, str] | None) -> None:
    assert snapshot_of(json.dumps(frame)) == orders


@given(st.text())
def test_any_text_is_read_or_ignored(text: str) -> None:
    assert events_of(text, Account.OWN, 0) == []
    assert snapshot_of(text) is None


UPDATES = ("orderSubscriptionUpdate", "orderUpdate", "execution", "executions", "order", "id", "type", "state", "error")
LISTS = ("ordersSnapshot", "orderSubscriptionSnapshot", "orders", "marketSlug", "leavesQuantity", "heartbeat")
NAMES = st.sampled_from([*UPDATES, *LISTS])
LIKE_FRAMES = st.recursive(
    VALUES, lambda inner: st.dictionaries(NAMES, inner, max_size=4) | st.lists(inner, max_size=3), max_leaves=10
)


@given(LIKE_FRAMES)
def test_anything_like_a_frame_is_read(frame: Any) -> None:
    text = json.dumps(frame)
    assert all(event.account is Account.OTHER for event in events_of(text, Account.OTHER, 0))
    snapshot_of(text)


# --- settling ---------------------------------------------------------------------------------------------------------


class HandMade:
    """A watcher whose stream was written by hand."""

    def __init__(self, *events: StreamEvent, alive: bool = True, gaps: int = 0) -> None:
        self.events = events
        self.alive = alive
        self.gaps = gaps

    def wait(self, seconds: float) -> None:
        """As the real one."""
        time.sleep(min(seconds, 0.01))

    def prove(self, _seconds: float) -> None:
        """As one that is still there."""


OTHERS_EVENT = dataclasses.replace(EVENT, order_id="elsewhere", execution="SNAPSHOT", at_ms=50)


def event(at_ms: int = 200, **changes: Any) -> StreamEvent:
    return dataclasses.replace(EVENT, at_ms=at_ms, **changes)


def settled(
    need: OrderNeed,
    watcher: HandMade | None,
    still_open: tuple[str, ...] | Callable[[], tuple[str, ...]] | None,
    *,
    patience: float = 0.05,
) -> tuple[Outcome, Exchange]:
    """What settling says of one order `o1` that a taken plan of the moment 100 needed."""
    sent = Plan("outcome.cancelled/x", "outcome.cancelled", orders=(need,))
    request = Request("POST", "/", (), b"", Account.OWN, 0)
    exchange = Exchange(1, sent, request, Reply(200, (), b""), sent_ms=100, ids=("o1", "elsewhere"))

    def call(_method: str, path: str, _account: Account, _value: Any) -> tuple[int, Any]:
        if path.endswith("batched"):
            return 200, {"createdOrderIds": ["o1"]}
        there = still_open() if callable(still_open) else still_open
        listed = [{"id": each, "state": "ORDER_STATE_NEW"} for each in there or ()]
        return (404, None) if still_open is None else (200, {"orders": listed})

    desk = Desk(call, target_at())
    desk.place([Wanted(need.account, "m")])
    watchers: Mapping[Account, Any] = {} if watcher is None else {need.account: watcher}
    (found,) = settle([exchange], {sent.name: {need.name: Placed("o1", "m")}}, desk, watchers, patience)
    return found.outcomes[0], found


NEED = OrderNeed("a")


def test_what_the_stream_said_and_what_was_read_back_stand_side_by_side() -> None:
    found, _ = settled(NEED, HandMade(event()), ())
    assert (found.events, found.read_back, found.stream_seen) == ((event(),), "closed", True)
    found, _ = settled(NEED, HandMade(OTHERS_EVENT), ("o1",))
    assert (found.events, found.read_back, found.stream_seen) == ((), "open", True)


def test_silence_means_nothing_where_the_stream_was_lost_never_was_or_never_spoke() -> None:
    for watcher in (None, HandMade(), HandMade(OTHERS_EVENT, gaps=1), HandMade(OTHERS_EVENT, alive=False)):
        assert settled(NEED, watcher, ())[0].stream_seen is False


def test_without_reading_back_only_the_stream_is_known() -> None:
    found, _ = settled(NEED, HandMade(event()), None)
    assert (found.read_back, found.stream_seen) == (None, True)


def test_an_event_of_before_the_plan_is_not_its_own() -> None:
    beside = OrderNeed("a", fate="open")
    found, _ = settled(beside, HandMade(event(50, execution="SNAPSHOT"), event(300, execution="SNAPSHOT")), ("o1",))
    assert [each.at_ms for each in found.events] == [300]


def test_a_bystander_that_was_gone_before_says_nothing_of_this_plan() -> None:
    found, _ = settled(OrderNeed("a", fate="open"), HandMade(event(50)), ())
    assert (found.events, found.read_back, found.stream_seen) == ((), None, False)


def test_the_first_cancellation_of_a_dead_order_belongs_to_the_plan_before() -> None:
    dead = OrderNeed("a", fate="any", state="cancelled")
    assert settled(dead, HandMade(event(), event(210)), ())[0].events == ()
    again = event(250, execution_id="e2")
    assert settled(dead, HandMade(event(), again), ())[0].events == (again,)


def test_events_of_ids_that_were_made_up_are_strays() -> None:
    stray = dataclasses.replace(OTHERS_EVENT, execution="EXECUTION_TYPE_CANCELED", at_ms=200)
    assert settled(NEED, HandMade(event(), stray), ())[1].stray == (stray,)
    assert settled(NEED, HandMade(event()), ())[1].stray == ()


def test_what_does_not_happen_is_waited_for_until_patience_ends() -> None:
    start = time.monotonic()
    settled(NEED, HandMade(OTHERS_EVENT), ("o1",), patience=0.3)
    assert 0.3 <= time.monotonic() - start < 1.5
    start = time.monotonic()
    settled(NEED, HandMade(event()), (), patience=30)
    assert time.monotonic() - start < 1.5


def test_a_list_that_is_behind_the_stream_is_read_again() -> None:
    lists = iter([("o1",), ("o1",), ()])
    found, _ = settled(NEED, HandMade(event()), lambda: next(lists), patience=30)
    assert found.read_back == "closed"


ENDS: list[dict[str, Any]] = [
    {"unsolicited": True},
    {"state": "ORDER_STATE_FILLED", "execution": "FILL"},
    {"state": "ORDER_STATE_EXPIRED", "execution": "EXECUTION_TYPE_EXPIRED"},
]


@pytest.mark.parametrize("end", ENDS)
def test_an_order_that_ended_by_itself_says_nothing(end: dict[str, Any]) -> None:
    early, late, open_ = event(50, **end), event(300, **end), OrderNeed("a", fate="open")
    nothing = ((), None, False)
    quicker = late.state != "ORDER_STATE_FILLED"  # a trade may be quicker than a cancel that is under way
    for need, seen, known in ((NEED, early, False), (NEED, late, quicker), (open_, early, False), (open_, late, False)):
        found, _ = settled(need, HandMade(seen), ())
        assert ((found.events, found.read_back, found.stream_seen) != nothing) is known


@pytest.mark.parametrize(("others", "known"), [("EXECUTION_TYPE_CANCELED", False), ("EXECUTION_TYPE_EXPIRED", True)])
def test_an_order_that_expires_under_a_batch_says_nothing_where_the_stream_tells_of_cancellations(
    others: str, *, known: bool
) -> None:
    """It may have expired before, and the stream be late; where nothing is told as cancelled, that is what it means."""
    told = event(310, order_id="elsewhere", execution=others)
    found, _ = settled(NEED, HandMade(event(300, **ENDS[2]), told), ())
    assert ((found.events, found.read_back, found.stream_seen) != ((), None, False)) is known


@pytest.mark.parametrize("end", ENDS)
def test_an_end_that_is_told_of_an_order_in_the_market_is_judged(end: dict[str, Any]) -> None:
    found, _ = settled(OrderNeed("a", fate="open"), HandMade(event(300, **end)), ("o1",))
    assert (found.events, found.read_back) == ((event(300, **end),), "open")


@pytest.mark.parametrize("end", ENDS)
def test_an_order_that_ended_by_itself_is_the_reason_for_all_that_it_could_show(end: dict[str, Any]) -> None:
    """A plan with the wrong credentials names it, and is the only one that shows a clause of another concern."""
    _, seen = settled(OrderNeed("a", fate="open"), HandMade(event(300, **end)), ())
    watchers: list[Any] = [HandMade(event(300, **end))]
    why = of_their_own_accord([seen], watchers)
    assert set(why) == {seen.plan.clause, "ended"}
    for clause in ("wholeness.credentials-without-effect", "outcome.nothing-else", "ownership.own-key"):
        assert excuse(clause, why, two=True) == why["ended"]
    assert excuse("shape.not-json", why, two=True) == ""
    watchers = [HandMade(event())]
    assert of_their_own_accord([seen], watchers) == {}


def test_an_order_that_has_ended_by_itself_is_not_waited_for() -> None:
    start = time.monotonic()
    settled(NEED, HandMade(event(50, **ENDS[2])), (), patience=30)
    assert time.monotonic() - start < 1.5


def test_an_order_that_a_later_batch_had_to_cancel_is_judged_by_what_was_said_until_then() -> None:
    """The other account names it in vain at 100, its own cancels it at 400."""
    ours = Request("POST", "/", (), b"", Account.OWN, 0)
    reply, bound = Reply(200, (), b""), {"x/early": {"a": Placed("o1", "m")}, "x/late": {"a": Placed("o1", "m")}}
    early = Plan("x/early", "x", orders=(OrderNeed("a", fate="open"),))
    late = Plan("x/late", "x", orders=(OrderNeed("a"),))
    first = Exchange(1, early, dataclasses.replace(ours, account=Account.OTHER), reply, sent_ms=100, ids=("o1",))
    second = Exchange(2, late, ours, reply, sent_ms=400, ids=("o1",))
    desk = Desk(lambda *_: (200, {"createdOrderIds": ["o1"], "orders": []}), target_at())
    desk.place([Wanted(Account.OWN, "m")])
    for at_ms, blamed in ((450, ()), (150, (event(150),))):
        watchers: Mapping[Account, Any] = {Account.OWN: HandMade(event(at_ms))}
        found, taken = settle([first, second], bound, desk, watchers, 0.05)
        assert (found.outcomes[0].events, found.outcomes[0].read_back) == (blamed, None)
        assert (taken.outcomes[0].events, taken.outcomes[0].read_back) == ((event(at_ms),), "closed")
