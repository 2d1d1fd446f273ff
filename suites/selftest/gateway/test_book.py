"""The order book: rest, fill, reject, cancel."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gateway.book import Book, ExecutionType, Intent, OrderState, Ticket, TimeInForce
from gateway.forms import execution_form, order_form

NOW = 1_790_000_000_000
BID = Ticket("market-1", Intent.BUY_LONG, Decimal(10), Decimal("0.05"))
CROSSING = replace(BID, price=Decimal("0.90"))


@pytest.fixture
def book() -> Book:
    """A book of two markets."""
    return Book(("market-1", "market-2"))


@pytest.mark.parametrize(
    ("ticket", "types", "state"),
    [
        (BID, ["NEW"], "NEW"),
        (replace(BID, intent=Intent.SELL_SHORT), ["NEW"], "NEW"),
        (replace(BID, intent=Intent.SELL_LONG), ["NEW", "FILL"], "FILLED"),
        (CROSSING, ["NEW", "FILL"], "FILLED"),
        (replace(CROSSING, quantity=Decimal(150)), ["NEW", "PARTIAL_FILL"], "PARTIALLY_FILLED"),
        (replace(CROSSING, tif=TimeInForce.FILL_OR_KILL), ["NEW", "FILL"], "FILLED"),
        (
            replace(CROSSING, tif=TimeInForce.FILL_OR_KILL, quantity=Decimal(150)),
            ["NEW", "CANCELED"],
            "CANCELED",
        ),
        (replace(BID, tif=TimeInForce.IMMEDIATE_OR_CANCEL), ["NEW", "CANCELED"], "CANCELED"),
        (replace(BID, price=None), ["NEW", "FILL"], "FILLED"),
        (replace(BID, post_only=True), ["NEW"], "NEW"),
        (replace(CROSSING, post_only=True), ["REJECTED"], "REJECTED"),
        (replace(BID, market_slug="market-3"), ["REJECTED"], "REJECTED"),
        (replace(BID, price=Decimal("1.01")), ["REJECTED"], "REJECTED"),
        (replace(BID, quantity=Decimal(0)), ["REJECTED"], "REJECTED"),
    ],
)
def test_placing(book: Book, ticket: Ticket, types: list[str], state: str) -> None:
    executions = book.place("account", ticket, NOW)
    assert [execution.type for execution in executions] == [ExecutionType[name] for name in types]
    assert executions[-1].order.state is OrderState[state]
    assert book.get(executions[0].order.id) == executions[-1].order


def test_cancelling_leaves_nothing(book: Book) -> None:
    order = book.place("account", replace(CROSSING, quantity=Decimal("150.5")), NOW)[-1].order
    assert (order.is_open, order.leaves) == (True, Decimal("50.5"))
    execution = book.cancel(order, NOW + 1)
    assert (execution.order.is_open, execution.order.leaves, execution.order.filled) == (
        False,
        Decimal(0),
        Decimal(100),
    )
    form = execution_form(execution)
    assert (form["type"], form["order"]["state"]) == ("EXECUTION_TYPE_CANCELED", "ORDER_STATE_CANCELED")
    assert (form["order"]["cumQuantity"], form["order"]["leavesQuantity"]) == (100, 0)


def test_open_orders_are_the_accounts_own_and_in_the_markets_asked_for(book: Book) -> None:
    first = book.place("one", BID, NOW)[-1].order
    second = book.place("one", replace(BID, market_slug="market-2"), NOW)[-1].order
    other = book.place("two", BID, NOW)[-1].order
    assert book.open_orders("one") == (first, second)
    assert book.open_orders("one", ["market-2"]) == (second,)
    assert book.open_orders("two") == (other,)
    assert tuple(book) == (first, second, other)


def test_ids_are_plain_and_sort_by_age(book: Book) -> None:
    ids = [book.place("account", BID, NOW + number)[0].order.id for number in range(50)]
    assert len(set(ids)) == 50
    assert ids == sorted(ids)
    assert all(len(order_id) == 26 and order_id.isalnum() and order_id.isascii() for order_id in ids)


def test_forms_are_the_documents(book: Book) -> None:
    ticket = replace(BID, quantity=Decimal("2.50"), good_till="2027-01-01T00:00:00Z")
    form = order_form(book.place("account", ticket, NOW)[0].order)
    assert (form["side"], form["outcomeSide"], form["action"]) == (
        "ORDER_SIDE_BUY",
        "OUTCOME_SIDE_YES",
        "ORDER_ACTION_BUY",
    )
    assert (form["quantity"], form["price"]) == (2.5, {"value": "0.05", "currency": "USD"})
    assert (form["createTime"], form["goodTillTime"]) == ("2026-09-21T14:13:20.000Z", "2027-01-01T00:00:00Z")


def test_the_oldest_orders_that_have_ended_are_forgotten(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.book.ORDERS_MAX", 3)
    resting = book.place("a", BID, NOW)[-1].order
    ended = [book.place("a", CROSSING, NOW + number)[-1].order for number in range(1, 6)]
    assert [each.id for each in book] == [resting.id, ended[3].id, ended[4].id]
