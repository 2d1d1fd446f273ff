"""The private socket without the socket: what one session understands, and the frames it sends."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from gateway.accounts import Account
from gateway.messages import Json

SLUGS_LIMIT = 100


class Topic(StrEnum):
    """What can be subscribed to; positions and balances are taken and stay silent, as nothing here moves them."""

    ORDER = "SUBSCRIPTION_TYPE_ORDER"
    ORDER_SNAPSHOT = "SUBSCRIPTION_TYPE_ORDER_SNAPSHOT"
    POSITION = "SUBSCRIPTION_TYPE_POSITION"
    ACCOUNT_BALANCE = "SUBSCRIPTION_TYPE_ACCOUNT_BALANCE"


TOPICS: dict[Json, Topic] = {topic.value: topic for topic in Topic} | dict(enumerate(Topic, start=1))
"""By name, and by the number that the older half of the documents uses."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One live subscription of a session."""

    request_id: str
    topic: Topic
    slugs: frozenset[str]

    def covers(self, slug: str) -> bool:
        """Whether a market is among those asked for; none asked for means all."""
        return not self.slugs or slug in self.slugs

    def frame(self, member: str, content: Json) -> Json:
        """A data frame. No `error` and no other member of the oneof: official clients look at mere presence."""
        return {"requestId": self.request_id, "subscriptionType": self.topic, member: content}


def nothing() -> None:
    """What happens when a frame is ready and nobody has come to fetch it yet."""


class Session:
    """One private socket: frames come in as text, frames to send gather in the outbox."""

    def __init__(
        self,
        account: Account,
        snapshot: Callable[[Session], Iterable[Json]],
        *,
        snapshot_on_order: bool = False,
    ) -> None:
        self.account = account
        self.outbox: deque[str] = deque()
        self.wake: Callable[[], None] = nothing
        self._snapshot = snapshot
        self._snapshot_on_order = snapshot_on_order
        self._subscriptions: dict[str, Subscription] = {}

    def receive(self, text: str) -> None:
        """Take a frame from the client; one that means nothing is answered by an error frame, never by silence."""
        match _frame(text):
            case {"subscribe": dict(form)}:
                self._subscribe(form)
            case {"unsubscribe": dict(form)}:
                self._subscriptions.pop(_request_id(form), None)
            case {"heartbeat": _} | {"ping": _}:
                pass
            case _:
                self._refuse("malformed request")

    def deliver(self, slug: str, execution: Json) -> None:
        """Send an execution to every subscription that covers its market."""
        for subscription in self._subscriptions.values():
            if subscription.topic is Topic.ORDER and subscription.covers(slug):
                self.send(subscription.frame("orderSubscriptionUpdate", {"execution": execution}))

    def heartbeat(self) -> None:
        """Send a sign of life."""
        self.send({"heartbeat": {}})

    def send(self, frame: Json) -> None:
        """Put a frame into the outbox."""
        self.outbox.append(json.dumps(frame, separators=(",", ":")))
        self.wake()

    def _subscribe(self, form: dict[str, Json]) -> None:
        request_id = _request_id(form)
        kind = form.get("subscriptionType", form.get("subscription_type"))
        topic = TOPICS.get(kind) if isinstance(kind, str | int) else None
        slugs = form.get("marketSlugs", form.get("market_slugs")) or []
        if topic is None:
            self._refuse("unknown subscription type", request_id)
        elif not isinstance(slugs, list) or not all(isinstance(slug, str) for slug in slugs):
            self._refuse("market slugs must be a list of strings", request_id, topic)
        elif len(slugs) > SLUGS_LIMIT:
            self._refuse("too many market slugs", request_id, topic)
        elif not request_id:
            self._refuse("a request id is required", request_id, topic)
        else:
            self._begin(Subscription(request_id, topic, frozenset(slugs)))

    def _begin(self, subscription: Subscription) -> None:
        """A snapshot is given once; anything else lasts until it is unsubscribed or the socket closes."""
        topic = subscription.topic
        if topic is Topic.ORDER_SNAPSHOT or (topic is Topic.ORDER and self._snapshot_on_order):
            self._send_snapshot(subscription)
        if topic is not Topic.ORDER_SNAPSHOT:
            self._subscriptions[subscription.request_id] = subscription

    def _send_snapshot(self, subscription: Subscription) -> None:
        orders = [order for order in self._snapshot(self) if subscription.covers(order["marketSlug"])]
        self.send(subscription.frame("orderSubscriptionSnapshot", {"orders": orders, "eof": True}))

    def _refuse(self, error: str, request_id: str = "", topic: Topic | None = None) -> None:
        frame: dict[str, Json] = {"error": error}
        if request_id:
            frame["requestId"] = request_id
        frame["subscriptionType"] = topic or "SUBSCRIPTION_TYPE_UNSPECIFIED"
        self.send(frame)


def _frame(text: str) -> Json:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _request_id(form: dict[str, Json]) -> str:
    value = form.get("requestId", form.get("request_id"))
    return value if isinstance(value, str) else ""
