"""What the frames of the order stream say: pure, from text to events.

Both ways in which the sources describe snapshots are understood; `error: ""` is no error.
"""

from __future__ import annotations

import json
import math
import time
from typing import Any

from contracts.messages import Account, StreamEvent
from contracts.oracles.outcome import CANCELED

SNAPSHOT = "SNAPSHOT"


def events_of(text: str, account: Account, at_ms: int) -> list[StreamEvent]:
    """The executions that a frame reports; none for heartbeats, snapshots, errors and what is no frame."""
    frame = _object(text)
    if frame is None or "heartbeat" in frame or frame.get("error"):
        return []
    update = frame.get("orderSubscriptionUpdate") or frame.get("orderUpdate")
    if not isinstance(update, dict):
        return []
    several = update.get("executions")
    executions = several if isinstance(several, list) else [update.get("execution")]
    return [_event(each, account, at_ms) for each in executions if isinstance(each, dict)]


def snapshot_of(text: str) -> dict[str, str] | None:
    """The open orders (id to slug) of a snapshot frame; None where it is none."""
    frame = _object(text)
    if frame is None or frame.get("error"):
        return None
    snapshot = frame.get("orderSubscriptionSnapshot") or frame.get("ordersSnapshot")
    if not isinstance(snapshot, dict):
        return None
    orders = snapshot.get("orders")
    listed = [each for each in orders if isinstance(each, dict)] if isinstance(orders, list) else []
    return {str(each.get("id", "")): str(each.get("marketSlug", "")) for each in listed}


def _object(text: str) -> dict[str, Any] | None:
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return frame if isinstance(frame, dict) else None


def _event(execution: dict[str, Any], account: Account, at_ms: int) -> StreamEvent:
    order = execution.get("order")
    order = order if isinstance(order, dict) else {}
    leaves = order.get("leavesQuantity")
    return StreamEvent(
        account=account,
        order_id=str(order.get("id", "")),
        market=str(order.get("marketSlug", "")),
        state=str(order.get("state", "")),
        execution=str(execution.get("type", "")),
        execution_id=str(execution.get("id", "")),
        leaves=_number(leaves),
        at_ms=at_ms,
        unsolicited=execution.get("type") == CANCELED and bool(execution.get("unsolicitedCancelReason")),
        filled=(_number(order.get("cumQuantity")) or 0) >= (_number(order.get("quantity")) or math.inf),
    )


def shown(account: Account, order_id: str, market: str) -> StreamEvent:
    """An order of a snapshot, as an event that nothing happened to it."""
    return StreamEvent(account, order_id, market, "", SNAPSHOT, "", None, int(time.time() * 1000))


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None
