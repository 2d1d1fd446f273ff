"""The gateway on FastAPI, with an order stream: as its tutorial leads one to write it, and with every promise kept."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import re
import socket
import time
import uuid
from collections.abc import Callable
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException, Request, WebSocket, WebSocketDisconnect
from fastapi.requests import HTTPConnection
from nacl.exceptions import BadSignatureError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from suites.selftest.second.exchange import Exchange, Order

exchange = Exchange(os.environ)
app = FastAPI()


class Entry(BaseModel):
    """One cancellation."""

    orderId: str
    marketSlug: str


class Batch(BaseModel):
    """Up to 20 of them."""

    orders: Annotated[list[Entry], Field(min_length=1, max_length=20)]


def careless_caller(
    connection: HTTPConnection,
    x_pm_access_key: Annotated[str, Header()],
    x_pm_timestamp: Annotated[int, Header()],
    x_pm_signature: Annotated[str, Header()],
) -> str:
    """The account that signed, by headers that FastAPI has read; what is missing or no number has become a 422."""
    if time.time() * 1000 - x_pm_timestamp > 30_000:
        raise HTTPException(401, "stale timestamp")
    text = f"{x_pm_timestamp}{method_of(connection)}{connection.url.path}"
    try:
        exchange.keys[x_pm_access_key].verify(text.encode(), base64.b64decode(x_pm_signature))
    except (KeyError, ValueError, BadSignatureError):
        raise HTTPException(401, "invalid signature") from None
    return x_pm_access_key


async def careless_cancel(batch: Batch, account: Annotated[str, Depends(careless_caller)]) -> dict[str, list[str]]:
    """Cancel what FastAPI has read; what does not fit the models has become a 422."""
    for entry in batch.orders:
        exchange.cancel(account, entry.orderId, entry.marketSlug)
    return {"canceledOrderIds": [entry.orderId for entry in batch.orders]}


class StrictEntry(Entry):
    """One cancellation and nothing beside it."""

    model_config = ConfigDict(strict=True, extra="forbid")


class StrictBatch(BaseModel):
    """Up to 20 of them and nothing beside them: pydantic's JSON has NaN, but none of these may be one."""

    model_config = ConfigDict(strict=True, extra="forbid")
    orders: Annotated[list[StrictEntry], Field(min_length=1, max_length=20)]


def method_of(connection: HTTPConnection) -> str:
    """The method; a WebSocket's handshake is a GET."""
    return str(connection.scope.get("method", "GET"))


def one(connection: HTTPConnection, name: str) -> str:
    """The one value of a header."""
    values = connection.headers.getlist(name)
    if len(values) != 1:
        raise HTTPException(401, f"{name} is needed once")
    return values[0]


def careful_caller(connection: HTTPConnection) -> str:
    """The account that signed, by what was sent and not by what could be made of it."""
    account, timestamp = one(connection, "X-PM-Access-Key"), one(connection, "X-PM-Timestamp")
    if not re.fullmatch("[1-9][0-9]{0,19}", timestamp) or abs(time.time() * 1000 - int(timestamp)) > 30_000:
        raise HTTPException(401, "the timestamp is not now")
    text = f"{timestamp}{method_of(connection)}".encode() + connection.scope["raw_path"]
    try:
        exchange.keys[account].verify(text, base64.b64decode(one(connection, "X-PM-Signature"), validate=True))
    except (KeyError, ValueError, BadSignatureError):
        raise HTTPException(401, "the signature is not right") from None
    return account


async def careful_cancel(request: Request, account: Annotated[str, Depends(careful_caller)]) -> dict[str, list[str]]:
    """Cancel what pydantic reads from the bytes: FastAPI's own reading takes NaN, and surrogates coded in UTF-8."""
    try:
        batch = StrictBatch.model_validate_json(await request.body())
    except ValidationError:
        raise HTTPException(400, "not a batch") from None
    for entry in batch.orders:
        exchange.cancel(account, entry.orderId, entry.marketSlug)
    return {"canceledOrderIds": [entry.orderId for entry in batch.orders]}


caller: Callable[..., str] = careful_caller if exchange.careful else careless_caller
app.post("/v1/orders/batched/cancel")(careful_cancel if exchange.careful else careless_cancel)


class Ticket(BaseModel):
    """An order, as far as this gateway reads one."""

    marketSlug: str


class Tickets(BaseModel):
    """Some of them."""

    orders: list[Ticket]


@app.post("/v1/orders/batched")
async def place(tickets: Tickets, account: Annotated[str, Depends(caller)]) -> dict[str, list[str]]:
    """Place orders."""
    markets = [each.marketSlug for each in tickets.orders]
    if not exchange.markets.issuperset(markets):
        raise HTTPException(400, "unknown market")
    return {"createdOrderIds": [exchange.place(account, market) for market in markets]}


@app.get("/v1/orders/open")
async def resting(account: Annotated[str, Depends(caller)]) -> dict[str, list[dict[str, Any]]]:
    """Read the orders in the market."""
    return {"orders": exchange.resting(account)}


@app.websocket("/v1/ws/private")
async def stream(client: WebSocket, account: Annotated[str, Depends(caller)]) -> None:
    """Tell what happens to the account's orders, and show those in the market to whoever asks."""
    await client.accept()
    happened: asyncio.Queue[Order] = asyncio.Queue()

    async def tell() -> None:
        while True:
            order = await happened.get()
            execution = {"id": str(uuid.uuid4()), "type": f"EXECUTION_TYPE_{order.state}", "order": order.form}
            await client.send_json({"orderSubscriptionUpdate": {"execution": execution}})

    telling = asyncio.create_task(tell())
    with exchange.heard_by(account, happened.put_nowait), contextlib.suppress(WebSocketDisconnect):
        while True:
            asked = (await client.receive_json())["subscribe"]
            if asked["subscriptionType"] == "SUBSCRIPTION_TYPE_ORDER_SNAPSHOT":
                await client.send_json({"orderSubscriptionSnapshot": {"orders": exchange.resting(account)}})
    telling.cancel()


if __name__ == "__main__":
    # `uvicorn --fd` takes the socket for a Unix one and leaves Nagle's algorithm on: 40 ms more an answer
    listener = socket.socket(fileno=int(os.environ["LISTEN_FD"]))
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
