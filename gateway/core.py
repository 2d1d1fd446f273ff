"""The gateway as a function from requests to replies: no socket, no clock of its own."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from typing import ClassVar, TypeAlias

from gateway.accounts import Account
from gateway.auth import KEY_HEADER
from gateway.messages import Refusal, Reply, Request, json_reply
from gateway.orders import CANCEL_SUFFIX, ORDER_PREFIX, OrderRoutes
from gateway.venue import Call

Handler: TypeAlias = Callable[[Call], Reply]
BATCHED_CANCEL = "/v1/orders/batched/cancel"


class Gateway(OrderRoutes):
    """The honest reference gateway. Every promise lives in one overridable method."""

    breaks: ClassVar[str] = ""
    """The clause that a fault breaks; the honest gateway and its lawful variants break none."""
    night: ClassVar[bool] = False
    """Whether only the night looks for the fault."""

    def __init__(self, accounts: tuple[Account, Account] | None = None) -> None:
        super().__init__(accounts)
        self._admitted: defaultdict[str, deque[int]] = defaultdict(deque)
        self._routes: dict[str, dict[str, Handler]] = {
            BATCHED_CANCEL: {"POST": self.cancel_batch},
            "/v1/orders": {"POST": self.create},
            "/v1/orders/batched": {"POST": self.create_batch},
            "/v1/orders/open": {"GET": self.list_open},
            "/v1/orders/open/cancel": {"POST": self.cancel_open},
            "/v1/ws/private": {"GET": self.listen},
        }

    def handle(self, request: Request, now_ms: int) -> Reply:
        """Answer a request."""
        try:
            reply = self.serve(request, now_ms)
        except Refusal as refusal:
            reply = self.refuse(request, refusal)
        return self.finish(request, reply, now_ms)

    def serve(self, request: Request, now_ms: int) -> Reply:
        """Do what a request asks: the edge first, then the route, then the caller, the body last."""
        self.admit(request, now_ms)
        handler = self.route(request.method, request.path)
        return handler(self.authenticate(request, now_ms))

    def admit(self, request: Request, now_ms: int) -> None:
        """The edge: so many requests of one key in any second, whoever sends them."""
        if not self.settings.rate_limit:
            return
        admitted = self._admitted[request.value(KEY_HEADER)]
        while admitted and admitted[0] <= now_ms - 1000:
            admitted.popleft()
        if len(admitted) >= self.settings.rate_limit:
            raise Refusal(429, 8, "Too Many Requests")
        admitted.append(now_ms)

    def route(self, method: str, path: str) -> Handler:
        """The handler of a method on a path, both to the letter."""
        methods = self.methods_on(path)
        if methods is None:
            raise Refusal(404, 5, "Not Found")
        if method not in methods:
            raise Refusal(405, 12, "Method Not Allowed", (("Allow", ", ".join(methods)),))
        return methods[method]

    def methods_on(self, path: str) -> dict[str, Handler] | None:
        """What can be done on a path, or nothing if there is no such path."""
        if path in self._routes:
            return self._routes[path]
        order_id = path.removeprefix(ORDER_PREFIX)
        if order_id == path or not order_id:
            return None
        if order_id.endswith(CANCEL_SUFFIX) and order_id != CANCEL_SUFFIX:
            return {"POST": self.cancel_one}
        return {"GET": self.retrieve}

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        """The reply that says no, in a fixed sentence that shows nothing of what was sent."""
        if refusal.status == 429:
            return json_reply(429, {"status": 429, "message": refusal.message})
        document = {"code": refusal.code, "message": refusal.message, "details": []}
        return json_reply(refusal.status, document, refusal.headers)

    def finish(self, request: Request, reply: Reply, now_ms: int) -> Reply:
        """The last touch that every reply gets on its way out."""
        return reply

    def expect(self, head: Request) -> Reply | None:
        """What a client that waits for `100 Continue` gets instead of it: nothing, it may go on."""
        return None

    def unreadable(self, status: int) -> Reply:
        """The reply to bytes that are no HTTP request, or too many."""
        return json_reply(status, {"code": 3, "message": "the request can't be read", "details": []})

    def crashed(self) -> Reply:
        """The reply when a method of this gateway fell over; only faults ever need it."""
        return json_reply(500, {"code": 13, "message": "internal error", "details": []})
