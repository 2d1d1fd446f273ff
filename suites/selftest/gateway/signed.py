"""Requests signed by hand with PyNaCl, for tests that must not trust the suite's own signing."""

from __future__ import annotations

import base64
import json
from typing import Any

from nacl.signing import SigningKey

from gateway.accounts import Account
from gateway.messages import Headers, Reply, Request

PATH = "/v1/orders/batched/cancel"
NOW = 1_790_000_000_000


def signature(account: Account, text: str) -> bytes:
    """The 64 bytes that an account's key makes over a text."""
    return bytes(SigningKey(account.seed).sign(text.encode()).signature)


def headers(account: Account, *, at: int | str = NOW, method: str = "POST", path: str = PATH) -> Headers:
    """The three headers."""
    return (
        ("X-PM-Access-Key", account.key_id),
        ("X-PM-Timestamp", str(at)),
        ("X-PM-Signature", base64.b64encode(signature(account, f"{at}{method}{path}")).decode()),
    )


def signed(
    account: Account,
    body: Any = b"",
    *,
    method: str = "POST",
    target: str = PATH,
    at: int | str = NOW,
) -> Request:
    """A rightly signed request; a body that isn't bytes is sent as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(method, target, headers(account, at=at, method=method, path=target.partition("?")[0]), raw)


def batch(*entries: tuple[Any, Any]) -> dict[str, Any]:
    """A batch of (orderId, marketSlug)."""
    return {"orders": [{"orderId": order_id, "marketSlug": slug} for order_id, slug in entries]}


def document(reply: Reply) -> Any:
    """The JSON in a reply."""
    return json.loads(reply.body)


def ticket(slug: str, **changes: Any) -> dict[str, Any]:
    """An order far from the market."""
    return {
        "marketSlug": slug,
        "intent": "ORDER_INTENT_BUY_LONG",
        "type": "ORDER_TYPE_LIMIT",
        "price": {"value": "0.05", "currency": "USD"},
        "quantity": 2,
    } | changes
