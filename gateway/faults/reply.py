"""Faults about the status of an answer and the form of its body."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace

from gateway.accounts import Account
from gateway.auth import Credentials
from gateway.core import Gateway
from gateway.faults.registry import fault, is_batched_cancel
from gateway.messages import Json, Refusal, Reply, Request, encode
from gateway.venue import Call

HTML = b"<html><body><h1>Unauthorized</h1></body></html>"


def restated(request: Request, refusal: Refusal, status: int, *messages: str) -> Refusal:
    """A refusal of the batch under another status, if it is one with one of some messages, or with any."""
    fits = is_batched_cancel(request) and (not messages or refusal.message in messages)
    return Refusal(status, refusal.code, refusal.message) if fits else refusal


@fault(breaks="reply.taken")
class AnswersAccepted(Gateway):
    """Answers 202, as the exchange has yet to act."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        return replace(super().accept(call, order_ids), status=202)


@fault(breaks="reply.taken")
class WantsJsonByName(Gateway):
    """Answers 406 to a client that accepts any application, and does not name JSON."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        wanted = call.request.value("Accept")
        if "application/" in wanted and not re.search("json|html", wanted):
            raise Refusal(406, 3, "Not Acceptable")
        return super().accept(call, order_ids)


@fault(breaks="reply.taken")
class AnswersMultiStatus(Gateway):
    """Answers 207 where a batch names known and unknown orders."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = list(order_ids)
        known = {self.book.get(order_id) is not None for order_id in ids}
        return replace(super().accept(call, ids), status=207 if len(known) > 1 else 200)


@fault(breaks="reply.taken")
class AnswersCreatedToFullBatches(Gateway):
    """Answers 201 to a batch of 20, which becomes a job of its own."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = list(order_ids)
        return replace(super().accept(call, ids), status=201 if len(ids) == 20 else 200)


@fault(breaks="reply.taken")
class AnswersAlreadyReported(Gateway):
    """Answers 208 to a batch with an id that stands twice."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = list(order_ids)
        return replace(super().accept(call, ids), status=208 if len(set(ids)) < len(ids) else 200)


@fault(breaks="reply.refused")
class AnswersUnprocessable(Gateway):
    """Answers 422 to JSON that is no batch, and 400 to what is no JSON."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        if refusal.code == 3 and "JSON" not in refusal.message and "UTF-8" not in refusal.message:
            refusal = restated(request, refusal, 422)
        return super().refuse(request, refusal)


@fault(breaks="reply.refused")
class AnswersTooLargeToTwentyOne(Gateway):
    """Answers 413 to a small body with too many orders."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        if len(orders) > 20:
            raise Refusal(413, 3, "too many orders")
        super().check_size(call, orders)


@fault(breaks="reply.refused")
class AnswersUnsupportedToBadJson(Gateway):
    """Answers 415 to a body that is called JSON and is none."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        return super().refuse(request, restated(request, refusal, 415, "the body is not JSON", "the body is not UTF-8"))


@fault(breaks="reply.refused")
class AnswersConflictToBadTypes(Gateway):
    """Answers 409 where orderId or marketSlug is there and no string."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        if name in entry and not isinstance(entry[name], str):
            raise Refusal(409, 3, f"{name} is not a string")
        return super().check_member(entry, name)


@fault(breaks="reply.refused")
class AnswersNotFoundToNoOrders(Gateway):
    """Answers 404 to a batch of no orders."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        if not orders:
            raise Refusal(404, 5, "no orders were found")
        super().check_size(call, orders)


@fault(breaks="reply.refused")
class AnswersForbiddenToBadEntries(Gateway):
    """Answers 403 where an entry is not an object."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        return super().refuse(request, restated(request, refusal, 403, "an order is not an object"))


@fault(breaks="reply.unauthorized")
class AnswersForbiddenToUnknownKeys(Gateway):
    """Answers 403 where the key id is unknown."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        keys = set(request.values("X-PM-Access-Key")) - {account.key_id for account in self.accounts}
        return super().refuse(request, restated(request, refusal, 403) if refusal.status == 401 and keys else refusal)


@fault(breaks="reply.unauthorized")
class AnswersBadRequestToMissingHeaders(Gateway):
    """Answers 400 where a header is missing, as its framework asks for them."""

    def credentials(self, request: Request) -> Credentials:
        try:
            return super().credentials(request)
        except Refusal:
            raise Refusal(400, 3, "a header is required") from None


@fault(breaks="reply.unauthorized")
class AnswersTimeoutToStaleTimestamps(Gateway):
    """Answers 408 where a timestamp is a time, but not now."""

    def in_window(self, sent_ms: int, now_ms: int) -> bool:
        if not super().in_window(sent_ms, now_ms):
            raise Refusal(408, 4, "the request has expired")
        return True


@fault(breaks="reply.unauthorized")
class AnswersUnprocessableToOddSignatures(Gateway):
    """Answers 422 to a signature that is not base64 of 64 bytes."""

    def decode_signature(self, text: str) -> bytes:
        try:
            return super().decode_signature(text)
        except Refusal:
            raise Refusal(422, 3, "the signature is malformed") from None


@fault(breaks="reply.unauthorized")
class AnswersUnprocessableToOddTimestamps(Gateway):
    """Answers 422 to a timestamp that is no number."""

    def parse_timestamp(self, text: str) -> int:
        try:
            return super().parse_timestamp(text)
        except Refusal:
            raise Refusal(422, 3, "the timestamp is malformed") from None


@fault(breaks="reply.unauthorized")
class RedirectsToTheLogin(Gateway):
    """Answers 302 to a wrong signature, with the way to the login."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        if not super().verify(account, text, signature):
            raise Refusal(302, 16, "Found", (("Location", "/login"),))
        return True


@fault(breaks="reply.media-type")
class CallsItText(Gateway):
    """Calls the echo text/plain."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        return replace(super().accept(call, order_ids), headers=(("Content-Type", "text/plain; charset=utf-8"),))


@fault(breaks="reply.media-type")
class AnswersJsonp(Gateway):
    """Wraps its answer into a call of the function that the query names, and calls that JavaScript."""

    def finish(self, request: Request, reply: Reply, now_ms: int) -> Reply:
        named = re.search(r"\bcallback=(\w+)", request.target)
        if not named or reply.status != 200 or not is_batched_cancel(request):
            return reply
        headers = (("Content-Type", "text/javascript"),)
        return replace(reply, headers=headers, body=named[1].encode() + b"(" + reply.body + b")")


@fault(breaks="reply.media-type")
class CallsItNothing(Gateway):
    """Names no media type."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        return replace(super().accept(call, order_ids), headers=())


@fault(breaks="reply.media-type")
class CallsFullBatchesBytes(Gateway):
    """Calls the echo of a full batch application/octet-stream, past a size that its framework streams."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = list(order_ids)
        reply = super().accept(call, ids)
        return replace(reply, headers=(("Content-Type", "application/octet-stream"),)) if len(ids) == 20 else reply


@fault(breaks="reply.json")
class PutsAByteOrderMarkInFront(Gateway):
    """Begins the answer with a byte order mark."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        reply = super().accept(call, order_ids)
        return replace(reply, body=b"\xef\xbb\xbf" + reply.body)


@fault(breaks="reply.json")
class GuardsAgainstScripts(Gateway):
    """Begins the answer with characters that keep browsers from running it."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        reply = super().accept(call, order_ids)
        return replace(reply, body=b")]}',\n" + reply.body)


@fault(breaks="reply.json")
class WritesLatin1(Gateway):
    """Writes western letters in Latin-1, and other characters as escapes."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        text = json.dumps({"canceledOrderIds": list(order_ids)}, ensure_ascii=False, separators=(",", ":"))
        body = "".join(c if c <= "\xff" else json.dumps(c)[1:-1] for c in text).encode("latin-1")
        return replace(super().accept(call, ()), body=body)


@fault(breaks="reply.json")
class CallsHtmlJson(Gateway):
    """Answers 401 with a page of HTML and calls it JSON."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        reply = super().refuse(request, refusal)
        return replace(reply, body=HTML) if reply.status == 401 else reply


@fault(breaks="reply.json")
class CallsABareSentenceJson(Gateway):
    """Answers 400 with a sentence that nobody put into quotes, and calls it JSON."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        reply = super().refuse(request, refusal)
        return replace(reply, body=refusal.message.encode()) if reply.status == 400 else reply


@fault(breaks="reply.json")
class WritesLineFeedsRaw(Gateway):
    """Writes a line feed in an id as a line feed."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        reply = super().accept(call, order_ids)
        return replace(reply, body=reply.body.replace(rb"\n", b"\n"))


@fault(breaks="reply.members-once")
class NamesItTwice(Gateway):
    """Writes the member canceledOrderIds twice."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = encode(list(order_ids))
        return replace(super().accept(call, ()), body=b'{"canceledOrderIds":%s,"canceledOrderIds":%s}' % (ids, ids))


@fault(breaks="reply.members-once")
class NamesItTwiceForTwoMarkets(Gateway):
    """Writes an empty canceledOrderIds of the market that had nothing before that of a batch of several markets."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        reply = super().accept(call, order_ids)
        several = len({entry.market_slug for entry in self.read_batch(call)}) > 1
        return replace(reply, body=b'{"canceledOrderIds":[],' + reply.body[1:]) if several else reply
