"""The official client, unpatched, takes the embedded gateway for the venue."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from polymarket_us import AuthenticationError, BadRequestError, NotFoundError, PolymarketUS, RateLimitError

from gateway.server import EmbeddedGateway
from suites.selftest.gateway.signed import ticket


@pytest.fixture
def gateway() -> Iterator[EmbeddedGateway]:
    """An honest gateway."""
    with EmbeddedGateway() as embedded:
        yield embedded


def client_of(gateway: EmbeddedGateway, number: int = 0, **changes: Any) -> Any:
    """The official client of one of the accounts, untyped: its parameter types know no deviation."""
    account = gateway.accounts[number]
    options = {"key_id": account.key_id, "secret_key": account.secret_key} | changes
    return PolymarketUS(api_base_url=gateway.url, gateway_base_url=gateway.url, **options)


def test_places_reads_and_cancels(gateway: EmbeddedGateway) -> None:
    slug = gateway.markets[0]
    with client_of(gateway) as client:
        order_id = client.orders.create(ticket(slug))["id"]
        assert client.orders.retrieve(order_id)["order"]["state"] == "ORDER_STATE_NEW"
        assert [order["id"] for order in client.orders.list({"slugs": [slug]})["orders"]] == [order_id]
        assert client.orders.list({"slugs": [gateway.markets[1]]})["orders"] == []
        client.orders.cancel(order_id, {"marketSlug": slug})
        order = client.orders.retrieve(order_id)["order"]
        assert (order["state"], order["leavesQuantity"]) == ("ORDER_STATE_CANCELED", 0)


def test_batches(gateway: EmbeddedGateway) -> None:
    tickets = [ticket(slug) for slug in gateway.markets * 5]
    with client_of(gateway) as client:
        ids = client.orders.create_many({"orders": tickets})["createdOrderIds"]
        assert len(set(ids)) == 20
        entries = [
            {"orderId": order_id, "marketSlug": order["marketSlug"]}
            for order_id, order in zip(ids, tickets, strict=True)
        ]
        assert client.orders.cancel_many({"orders": entries}) == {"canceledOrderIds": ids}
        assert client.orders.list()["orders"] == []
        with pytest.raises(BadRequestError):
            client.orders.cancel_many({"orders": [*entries, entries[0]]})


def test_cancels_everything(gateway: EmbeddedGateway) -> None:
    with client_of(gateway) as client, client_of(gateway, 1) as other:
        mine = client.orders.create(ticket(gateway.markets[0]))["id"]
        elsewhere = client.orders.create(ticket(gateway.markets[1]))["id"]
        theirs = other.orders.create(ticket(gateway.markets[0]))["id"]
        assert client.orders.cancel_all({"slugs": [gateway.markets[0]]}) == {"canceledOrderIds": [mine]}
        assert client.orders.cancel_all() == {"canceledOrderIds": [elsewhere]}
        assert other.orders.retrieve(theirs)["order"]["state"] == "ORDER_STATE_NEW"
        with pytest.raises(NotFoundError):
            client.orders.retrieve(theirs)


@pytest.mark.parametrize("order_id", ["a b", "é", "a/b", "a%2Fb", "a+b", "a:b"])
def test_ids_that_the_client_escapes_in_its_own_way(gateway: EmbeddedGateway, order_id: str) -> None:
    with client_of(gateway) as client:
        client.orders.cancel(order_id, {"marketSlug": gateway.markets[0]})
        with pytest.raises(NotFoundError):
            client.orders.retrieve(order_id)


def test_fills_what_crosses_the_market(gateway: EmbeddedGateway) -> None:
    with client_of(gateway) as client:
        crossing = ticket(gateway.markets[0], price={"value": "0.95", "currency": "USD"})
        created = client.orders.create(crossing | {"synchronousExecution": True})
        assert [execution["type"] for execution in created["executions"]] == ["EXECUTION_TYPE_NEW", "EXECUTION_TYPE_FILL"]
        maker = client.orders.create(crossing | {"participateDontInitiate": True})
        assert client.orders.retrieve(maker["id"])["order"]["state"] == "ORDER_STATE_REJECTED"


def test_refusals_are_the_clients_own_errors(gateway: EmbeddedGateway) -> None:
    with client_of(gateway, secret_key=gateway.accounts[1].secret_key) as client, pytest.raises(AuthenticationError) as error:
        client.orders.list()
    assert "Invalid API key signature" in str(error.value)


def test_rate_limit() -> None:
    with EmbeddedGateway(rate_limit=3) as gateway, client_of(gateway) as client:
        for _ in range(3):
            client.orders.cancel_all()
        with pytest.raises(RateLimitError):
            client.orders.cancel_all()


async def listen(gateway: EmbeddedGateway) -> dict[str, list[Any]]:
    """Place and cancel on two accounts while the first one's socket is open; what its callbacks got."""
    heard: dict[str, list[Any]] = {"order_snapshot": [], "order_update": [], "error": []}
    slug = gateway.markets[0]
    with client_of(gateway) as client, client_of(gateway, 1) as other:
        before = client.orders.create(ticket(slug))["id"]
        socket = client.ws.private()
        for event, frames in heard.items():
            socket.on(event, frames.append)
        await socket.connect()
        await socket.subscribe_orders("updates", [slug])
        await socket.subscribe("snapshot", "SUBSCRIPTION_TYPE_ORDER_SNAPSHOT")
        await until(lambda: heard["order_snapshot"])
        await asyncio.to_thread(other.orders.create, ticket(slug))
        await asyncio.to_thread(client.orders.create, ticket(gateway.markets[1]))
        await asyncio.to_thread(client.orders.cancel_many, {"orders": [{"orderId": before, "marketSlug": slug}] * 2})
        await until(lambda: heard["order_update"])
        await socket.subscribe("bad", "SUBSCRIPTION_TYPE_NONSENSE")
        await until(lambda: heard["error"])
        await socket.close()
    heard["expected"] = [before]
    return heard


async def until(done: Any) -> None:
    """Wait until something has been heard."""
    async with asyncio.timeout(5):
        while not done():
            await asyncio.sleep(0.005)


def test_order_stream(gateway: EmbeddedGateway) -> None:
    heard = asyncio.run(listen(gateway))
    (snapshot,) = heard["order_snapshot"]
    assert snapshot["orderSubscriptionSnapshot"]["eof"] is True
    assert [order["id"] for order in snapshot["orderSubscriptionSnapshot"]["orders"]] == heard["expected"]
    (update,) = heard["order_update"]
    execution = update["orderSubscriptionUpdate"]["execution"]
    assert (update["requestId"], execution["type"]) == ("updates", "EXECUTION_TYPE_CANCELED")
    assert [execution["order"]["id"]] == heard["expected"]
    assert len(heard["error"]) == 1
