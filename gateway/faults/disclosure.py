"""Faults that show what nobody should see."""

from __future__ import annotations

import base64
import json
import traceback
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from nacl.signing import SigningKey

from gateway.auth import KEY_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER
from gateway.core import Gateway
from gateway.faults.registry import fault, is_batched_cancel, refuses
from gateway.memory import Memory
from gateway.messages import Refusal, Reply, Request, json_reply
from gateway.venue import Call


def saying(request: Request, refusal: Refusal, status: int, message: str) -> Refusal:
    """A refusal of the batch with another message, where its status is a given one."""
    fits = is_batched_cancel(request) and refusal.status == status
    return Refusal(status, refusal.code, message, refusal.headers) if fits else refusal


@fault(breaks="disclosure.secrets")
class ShowsTheSignatureItExpected(Gateway):
    """Says in a 401 which signature would have been right."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        account = next((each for each in self.accounts if each.key_id == request.value(KEY_HEADER)), None)
        if account and refusal.status == 401 and is_batched_cancel(request):
            text = self.signed_text(request.value(TIMESTAMP_HEADER), request.method, request.path)
            right = base64.b64encode(SigningKey(account.seed).sign(text).signature).decode()
            refusal = saying(request, refusal, 401, f"Invalid API key signature, expected {right}")
        return super().refuse(request, refusal)


@fault(breaks="disclosure.secrets")
class QuotesTheSignature(Gateway):
    """Quotes the signature that it refuses."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        sent = request.value(SIGNATURE_HEADER)
        return super().refuse(request, saying(request, refusal, 401, f"Invalid API key signature {sent}"))


@fault(breaks="disclosure.secrets")
class QuotesTheHeaders(Gateway):
    """Quotes all headers of a request whose body it refuses."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        quoted = f"{refusal.message}: {json.dumps(dict(request.headers))}"
        return super().refuse(request, saying(request, refusal, 400, quoted))


@fault(breaks="disclosure.secrets")
class ShowsTheLastGoodSignature(Gateway):
    """Shows in a 400 the signature that it took last, whoever sent it."""

    last = Memory(list[str])

    def finish(self, request: Request, reply: Reply, now_ms: int) -> Reply:
        shown = " ".join(self.last)
        if reply.status == 200 and is_batched_cancel(request):
            self.last[:] = [request.value(SIGNATURE_HEADER)]
        return json_reply(400, {"code": 3, "message": shown}) if reply.status == 400 and shown else reply


@fault(breaks="disclosure.secrets")
class SendsTheSignatureBack(Gateway):
    """Sends the signature of every request back in a header of the answer."""

    def finish(self, request: Request, reply: Reply, now_ms: int) -> Reply:
        sent = request.value(SIGNATURE_HEADER)
        if not (is_batched_cancel(request) and sent.isascii()):
            return super().finish(request, reply, now_ms)
        return replace(reply, headers=(*reply.headers, ("X-Request-Signature", sent)))


@fault(breaks="disclosure.secrets")
class ShowsTheSecretToEmptyBatches(Gateway):
    """Shows the account it loaded, secret and all, where a batch has no orders."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        account = next((each for each in self.accounts if each.key_id == request.value(KEY_HEADER)), None)
        if account and refusal.message.startswith("orders must have"):
            refusal = saying(request, refusal, 400, f"{refusal.message}: ApiKey(secret={account.secret_key})")
        return super().refuse(request, refusal)


@fault(breaks="disclosure.internals")
class ShowsATraceback(Gateway):
    """Answers a body that is no JSON with the traceback of its parser."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        if refusal.message == "the body is not JSON":
            try:
                json.loads("{")
            except ValueError:
                refusal = saying(request, refusal, 400, traceback.format_exc())
        return super().refuse(request, refusal)


@fault(breaks="disclosure.internals")
class ShowsAQuery(Gateway):
    """Shows the query that found no key."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        unknown = request.value(KEY_HEADER) not in [account.key_id for account in self.accounts]
        if unknown:
            query = "no rows: SELECT account_id, public_key FROM api_keys WHERE key_id = $1"
            refusal = saying(request, refusal, 401, query)
        return super().refuse(request, refusal)


@fault(breaks="disclosure.internals")
class ShowsTheClassOfTheException(Gateway):
    """Shows where its program failed over bytes that are not UTF-8."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        if "UTF-8" in refusal.message:
            refusal = saying(request, refusal, 400, "com.fasterxml.jackson.core.JsonParseException at Batch.java:88")
        return super().refuse(request, refusal)


@fault(breaks="disclosure.internals")
class NamesItsUpstream(Gateway):
    """Names the address of the machine behind it in a header of every echo."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        reply = super().accept(call, order_ids)
        return replace(reply, headers=(*reply.headers, ("X-Upstream", "10.20.3.14:50051")))


@fault(breaks="disclosure.internals")
class ShowsAGoroutine(Gateway):
    """Answers deep nesting with the state of its program."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        if request.body.count(b"[") > 500 or request.body.count(b"{") > 500:
            refusal = saying(request, refusal, 400, "goroutine 1 [running]: main.parse(...) /srv/gateway/parse.go:41")
        return super().refuse(request, refusal)


@fault(breaks="disclosure.others")
class ListsEverybodysOrders(Gateway):
    """Lists the open orders of all accounts beside the echo."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        open_ids = [order.id for order in self.book if order.is_open]
        return json_reply(200, {"canceledOrderIds": list(order_ids), "openOrderIds": open_ids})


@fault(breaks="disclosure.others")
class NamesTheOwner(Gateway):
    """Names the key of the owner where a batch holds another account's order."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = list(order_ids)
        orders = [self.book.get(order_id) for order_id in ids]
        owners = sorted({order.account for order in orders if order and order.account != call.account.key_id})
        return json_reply(200, {"canceledOrderIds": ids, "owners": [call.account.key_id, *owners]})


@fault(breaks="disclosure.others")
class NamesWhoseSignatureItIs(Gateway):
    """Says in a 401 whose key the signature was made with."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        others = [account for account in self.accounts if account.key_id != request.value(KEY_HEADER)]
        text = self.signed_text(request.value(TIMESTAMP_HEADER), request.method, request.path)
        sent = request.value(SIGNATURE_HEADER)
        for account in others if not refuses(partial(self.decode_signature, sent)) else ():
            if self.verify(account, text, self.decode_signature(sent)):
                refusal = saying(request, refusal, 401, f"the signature is that of {account.key_id}")
        return super().refuse(request, refusal)


@fault(breaks="disclosure.internals")
class NamesTheServiceThatFailed(Gateway):
    """Names the service that it asks about keys where it refuses one."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        told = "keys.prod.svc.cluster.local refused it"
        return super().refuse(request, saying(request, refusal, 401, told))


@fault(breaks="disclosure.internals")
class ShowsItsEnvironment(Gateway):
    """Shows a variable of its environment beside what is wrong with a body."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        return super().refuse(request, saying(request, refusal, 400, f"{refusal.message} BOOK_PASSWORD=swordfish"))


@fault(breaks="disclosure.secrets")
class ShowsAnOldSignatureToOtherMethods(Gateway):
    """Shows in a 405 the first signature that it took, by which its upstream knows it."""

    first = Memory(list[str])

    def finish(self, request: Request, reply: Reply, now_ms: int) -> Reply:
        if reply.status == 200 and is_batched_cancel(request) and not self.first:
            self.first.append(request.value(SIGNATURE_HEADER))
        if reply.status == 405 and is_batched_cancel(request) and self.first:
            return json_reply(405, {"code": 12, "message": "Method Not Allowed", "details": [{"by": self.first[0]}]})
        return reply


@fault(breaks="disclosure.internals")
class ShowsWhatItReadsInto(Gateway):
    """Shows in a 400 the class that it reads an entry into, as its library words it."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        what = 'no value of type `java.lang.String` (through reference chain: us.gateway.Batch["orders"])'
        return super().refuse(request, saying(request, refusal, 400, what))
