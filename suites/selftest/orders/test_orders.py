"""The desk: it places what is wanted, cancels what it placed and nothing else, and believes no odd answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.messages import Account
from suites.harmless.journal import Own
from suites.orders.clearing import Cleared
from suites.orders.desk import Desk, EntryRefused, Wanted
from suites.orders.reading_back import Reader
from suites.selftest.contracts.test_jsontext import VALUES
from suites.selftest.sending.servers import target_at
from suites.sending.rendering import Placed

OWN, OTHER = Account.OWN, Account.OTHER


class Venue:
    """Answers the desk's calls from a book of its own."""

    def __init__(self, *, batched: bool = True, deaf: tuple[str, ...] = ()) -> None:
        self.calls: list[tuple[str, str, Account, Any]] = []
        self.open: dict[str, Account] = {"stranger": OWN}
        self._batched = batched
        self._deaf = deaf
        """Orders that a batch doesn't cancel."""

    def __call__(self, method: str, path: str, account: Account, value: Any) -> tuple[int, Any]:
        self.calls.append((method, path, account, value))
        if path == "/v1/orders/batched":
            if not self._batched:
                return 404, None
            return 200, {"createdOrderIds": [self._new(account) for _ in value["orders"]]}
        if path == "/v1/orders":
            return 200, {"id": self._new(account)}
        if path == "/v1/orders/open":
            mine = [each for each, whose in self.open.items() if whose is account]
            return 200, {"orders": [{"id": each, "state": "ORDER_STATE_NEW"} for each in mine]}
        if path == "/v1/orders/batched/cancel":
            named = [row["orderId"] for row in value["orders"]]
            self._cancel([each for each in named if each not in self._deaf])
            return 200, {"canceledOrderIds": named}
        self._cancel([path.split("/")[3]])
        return 200, {}

    def _new(self, account: Account) -> str:
        name = f"o{len(self.calls)}-{len(self.open)}"
        self.open[name] = account
        return name

    def _cancel(self, ids: list[str]) -> None:
        for each in ids:
            self.open.pop(each, None)


def wanted(count: int, account: Account = OWN) -> list[Wanted]:
    return [Wanted(account, f"m{n % 3}") for n in range(count)]


@pytest.mark.parametrize("batched", [True, False])
def test_orders_come_back_in_the_order_in_which_they_were_wanted(*, batched: bool) -> None:
    venue = Venue(batched=batched)
    desk = Desk(venue, target_at())
    mixed = [Wanted(OTHER if n % 3 == 1 else OWN, f"m{n}") for n in range(45)]
    placed = desk.place(mixed)
    assert [each.market for each in placed] == [each.market for each in mixed]
    assert [venue.open[each.order_id] for each in placed] == [each.account for each in mixed]
    assert len(desk.placed) == 45


def test_a_batch_of_orders_has_twenty_at_most() -> None:
    venue = Venue()
    Desk(venue, target_at()).place(wanted(41))
    assert [len(value["orders"]) for _, _, _, value in venue.calls] == [20, 20, 1]


def test_an_order_rests_far_from_the_market_and_can_not_trade() -> None:
    venue = Venue()
    Desk(venue, target_at()).place(wanted(1))
    order = venue.calls[0][3]["orders"][0]
    assert order["price"]["value"] == "0.01"
    assert order["participateDontInitiate"] is True
    assert order["intent"] == "ORDER_INTENT_BUY_LONG"
    assert order["quantity"] == 1


@pytest.mark.parametrize(
    "answer",
    [
        (200, None),
        (200, []),
        (200, {}),
        (200, {"createdOrderIds": []}),
        (200, {"createdOrderIds": ["a"]}),
        (200, {"createdOrderIds": ["a", ""]}),
        (200, {"createdOrderIds": ["a", None]}),
        (200, {"createdOrderIds": ["a", "b", "c"]}),
        (401, None),
        (0, None),
        (200, {"id": ""}),
        (200, {"id": 7}),
    ],
)
def test_an_odd_answer_to_order_entry_is_no_order(answer: tuple[int, Any]) -> None:
    desk = Desk(lambda *_: answer, target_at())
    with pytest.raises(EntryRefused, match="order entry answered"):
        desk.place(wanted(2))
    assert desk.placed == ()


class Losing(Venue):
    """A venue on a way that loses some requests or answers of order entry."""

    def __init__(self, lost: dict[int, str], status: int = 0) -> None:
        super().__init__()
        self._lost = lost
        self._status = status
        """What an edge answers in the place of what is lost; 0 for nothing."""
        """What is lost of which order entry, from 1: the request, its answer, or half of its orders with the answer."""
        self.listed: list[dict[str, Any]] = []
        self._entries = 0

    def __call__(self, method: str, path: str, account: Account, value: Any) -> tuple[int, Any]:
        if path == "/v1/orders/open":
            return 200, {"orders": self.listed}
        if path != "/v1/orders/batched":
            return super().__call__(method, path, account, value)
        self._entries += 1
        lost = self._lost.get(self._entries, "")
        if lost == "request":
            return self._status, None
        rows = value["orders"][::2] if lost == "half" else value["orders"]
        ids = [f"n{self._entries}-{rank}" for rank in range(len(rows))]
        self.listed = [row | {"id": each} for each, row in zip(ids, rows, strict=True)][::-1] + self.listed
        return (self._status, None) if lost else (200, {"createdOrderIds": ids})


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("suites.orders.desk.YOUNG_SECONDS", "suites.orders.clearing.YOUNG_SECONDS"):
        monkeypatch.setattr(name, 0.1)
    monkeypatch.setattr("suites.orders.desk.LOOK_SECONDS", 0.02)


@pytest.mark.usefixtures("_soon")
@pytest.mark.parametrize("status", [0, 502, 503, 504])
def test_orders_whose_answer_was_lost_are_found_by_their_mark(status: int) -> None:
    venue = Losing({1: "answer"}, status)
    placed = Desk(venue, target_at()).place(wanted(8))
    markets = {row["id"]: row["marketSlug"] for row in venue.listed}
    assert [(each.market, markets[each.order_id]) for each in placed] == [(f"m{n % 3}",) * 2 for n in range(8)]
    assert len({each.order_id for each in placed}) == 8
    assert len(venue.listed) == 8


@pytest.mark.usefixtures("_soon")
@pytest.mark.parametrize(("status", "said"), [(0, "answered nothing"), (503, "answered 503")])
def test_order_entry_that_never_arrived_is_sent_again_and_not_for_ever(status: int, said: str) -> None:
    venue = Losing({1: "request", 2: "request"}, status)
    assert len(Desk(venue, target_at()).place(wanted(4))) == len(venue.listed) == 4
    with pytest.raises(EntryRefused, match=said):
        Desk(Losing(dict.fromkeys(range(1, 9), "request"), status), target_at()).place(wanted(4))


@pytest.mark.usefixtures("_soon")
def test_orders_that_were_placed_in_part_are_not_what_was_wanted() -> None:
    desk = Desk(Losing({1: "half"}), target_at())
    with pytest.raises(EntryRefused, match="answered nothing"):
        desk.place(wanted(4))
    assert len(desk.placed) == 2


def test_everything_of_ones_own_is_cleared_and_nothing_of_strangers() -> None:
    venue = Venue()
    desk = Desk(venue, target_at())
    desk.place([*wanted(23), *wanted(2, OTHER)])
    venue.open |= {"late": OWN}
    assert desk.clear() == Cleared(25)
    assert set(venue.open) == {"stranger", "late"}
    cancels = [value["orders"] for _, path, _, value in venue.calls if path.endswith("batched/cancel")]
    assert [len(each) for each in cancels] == [20, 3, 2]


def test_only_what_is_still_open_is_cancelled_again() -> None:
    venue = Venue()
    desk = Desk(venue, target_at())
    first, second = desk.place(wanted(2))
    desk.open_ids(OWN)
    venue.open.pop(first.order_id)
    desk.open_ids(OWN)  # it was there, and is no longer
    assert desk.clear() == Cleared(1)
    named = [value["orders"] for _, path, _, value in venue.calls if path.endswith("batched/cancel")]
    assert named == [[{"orderId": second.order_id, "marketSlug": second.market}]]


def test_what_a_batch_leaves_is_cancelled_alone_and_what_even_that_leaves_is_told() -> None:
    venue = Venue(deaf=("o1-1",))
    desk = Desk(venue, target_at())
    assert [each.order_id for each in desk.place(wanted(2))] == ["o1-1", "o1-2"]
    assert desk.clear() == Cleared(2)
    assert set(venue.open) == {"stranger"}
    listed = {"orders": [{"id": "x", "state": "ORDER_STATE_NEW"}]}
    stubborn = Desk(lambda _m, path, *_: (200, listed if "open" in path else {"createdOrderIds": ["x"]}), target_at())
    stubborn.place(wanted(1))
    assert stubborn.clear() == Cleared(0, (Placed("x", "m0"),))


def test_an_id_is_quoted_in_a_path() -> None:
    calls: list[str] = []

    def call(_method: str, path: str, *_: Any) -> tuple[int, Any]:
        calls.append(path)
        return 200, {"order": {"state": "ORDER_STATE_NEW"}}

    assert Desk(call, target_at()).state(OWN, "../a?b#c") == "open"
    assert calls == ["/v1/order/..%2Fa%3Fb%23c"]


@pytest.mark.parametrize(
    ("state", "counted"),
    [("ORDER_STATE_NEW", True), ("ORDER_STATE_PENDING_CANCEL", False), ("ORDER_STATE_CANCELED", False), (None, True)],
)
def test_an_order_that_is_over_or_pending_cancel_is_not_open(state: str | None, *, counted: bool) -> None:
    desk = Desk(lambda *_: (200, {"orders": [{"id": "x", "state": state}]}), target_at())
    assert desk.open_ids(OWN) == ({"x"} if counted else set())


@given(st.integers(0, 599), VALUES | st.fixed_dictionaries({"orders": VALUES | st.just([{}])}))
def test_any_answer_to_reading_back_is_understood_or_unknown(status: int, answer: Any) -> None:
    desk = Desk(lambda *_: (status, json.loads(json.dumps(answer))), target_at())
    found = desk.open_ids(OWN)
    assert found is None or status == 200
    assert desk.state(OWN, "x") in (None, "open", "closed")


def test_orders_that_come_of_age_while_they_are_looked_at_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Young, none is told to be gone; a moment later, the next look tells it of all."""
    looked: list[str] = []

    def closed(_reader: Reader, own: Own, _listed: object) -> bool:
        looked.append(own.placed.order_id)
        if len(looked) == 7:  # the first of three in the third look
            monkeypatch.setattr("suites.orders.clearing.YOUNG_SECONDS", 0.0)
        return len(looked) > 9

    monkeypatch.setattr(Reader, "closed", closed)
    desk = Desk(Venue(), target_at())
    desk.place(wanted(3))
    assert desk.clear().left == ()
    assert len(looked) == 12
