"""The private stream without a socket: subscriptions, frames, and whose they are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.core import Gateway
from gateway.stream import Session
from suites.selftest.gateway.signed import NOW, batch, document, signed, ticket


@pytest.fixture
def gateway() -> Gateway:
    """An honest core."""
    return Gateway()


@pytest.fixture
def session(gateway: Gateway) -> Session:
    """A session of the first account."""
    return gateway.open_session(gateway.accounts[0])


def subscribe(session: Session, kind: Any, *slugs: str, request_id: str = "r") -> list[Any]:
    """Subscribe, and see what comes at once."""
    form = {"requestId": request_id, "subscriptionType": kind} | ({"marketSlugs": slugs} if slugs else {})
    session.receive(json.dumps({"subscribe": form}))
    return frames(session)


def frames(session: Session) -> list[Any]:
    """What is in the outbox, and empty it."""
    found = [json.loads(frame) for frame in session.outbox]
    session.outbox.clear()
    return found


def place(gateway: Gateway, number: int = 0, market: int = 0) -> str:
    """Place an order; its id."""
    request = signed(gateway.accounts[number], ticket(gateway.settings.markets[market]), target="/v1/orders")
    return str(document(gateway.handle(request, NOW))["id"])


@pytest.mark.parametrize("kind", [1, "SUBSCRIPTION_TYPE_ORDER"])
def test_updates_are_one_execution_a_frame_and_have_no_other_member(
    gateway: Gateway, session: Session, kind: Any
) -> None:
    assert subscribe(session, kind) == []
    order_id = place(gateway)
    gateway.handle(signed(gateway.accounts[0], batch((order_id, gateway.settings.markets[0]))), NOW)
    told = frames(session)
    assert [set(frame) for frame in told] == [{"requestId", "subscriptionType", "orderSubscriptionUpdate"}] * 2
    executions = [frame["orderSubscriptionUpdate"]["execution"] for frame in told]
    assert [execution["type"] for execution in executions] == ["EXECUTION_TYPE_NEW", "EXECUTION_TYPE_CANCELED"]
    assert {execution["order"]["id"] for execution in executions} == {order_id}


def test_an_account_hears_of_its_own_orders_only(gateway: Gateway, session: Session) -> None:
    subscribe(session, 1)
    place(gateway, number=1)
    assert frames(session) == []
    assert subscribe(session, 2)[0]["orderSubscriptionSnapshot"] == {"orders": [], "eof": True}


def test_a_snapshot_is_given_once(gateway: Gateway, session: Session) -> None:
    first, _ = place(gateway), place(gateway, market=1)
    (frame,) = subscribe(session, "SUBSCRIPTION_TYPE_ORDER_SNAPSHOT", gateway.settings.markets[0])
    assert set(frame) == {"requestId", "subscriptionType", "orderSubscriptionSnapshot"}
    assert [order["id"] for order in frame["orderSubscriptionSnapshot"]["orders"]] == [first]
    place(gateway)
    assert frames(session) == []


def test_slugs_filter_and_unsubscribing_ends(gateway: Gateway, session: Session) -> None:
    subscribe(session, 1, gateway.settings.markets[1])
    place(gateway)
    assert frames(session) == []
    place(gateway, market=1)
    assert len(frames(session)) == 1
    session.receive('{"unsubscribe":{"requestId":"r"}}')
    place(gateway, market=1)
    assert frames(session) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "{",
        "[" * 100_000,
        '{"subscribe":[]}',
        '{"subscribe":{"requestId":"r"}}',
        '{"subscribe":{"requestId":"r","subscriptionType":[]}}',
        '{"subscribe":{"requestId":"r","subscriptionType":9}}',
        '{"subscribe":{"subscriptionType":1}}',
        '{"subscribe":{"requestId":"r","subscriptionType":1,"marketSlugs":"x"}}',
        json.dumps({"subscribe": {"requestId": "r", "subscriptionType": 1, "marketSlugs": ["x"] * 101}}),
    ],
)
def test_what_means_nothing_is_answered_by_an_error(session: Session, text: str) -> None:
    session.receive(text)
    (frame,) = frames(session)
    assert frame["error"]
    assert "orderSubscriptionUpdate" not in frame


@pytest.mark.parametrize("text", ['{"heartbeat":{}}', '{"subscribe":{"requestId":"r","subscriptionType":3}}'])
def test_what_needs_no_answer_gets_none(session: Session, text: str) -> None:
    session.receive(text)
    assert frames(session) == []


def test_a_heartbeat_is_a_frame_of_its_own(session: Session) -> None:
    session.heartbeat()
    assert frames(session) == [{"heartbeat": {}}]


def test_a_closed_session_hears_nothing(gateway: Gateway, session: Session) -> None:
    subscribe(session, 1)
    gateway.close_session(session)
    gateway.close_session(session)
    place(gateway)
    assert frames(session) == []
