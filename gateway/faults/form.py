"""Faults about what the body of a 200 is made of, how long it says it is, and how it is compressed."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import replace

from gateway.core import Gateway
from gateway.faults.registry import fault
from gateway.messages import Reply, Wire, encode, json_reply
from gateway.venue import Call

CODED = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))


def as_sent(body: bytes, length: int) -> bytes:
    """A whole reply that claims a length."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    return head.encode("ascii") + body


@fault(breaks="reply.form")
class AnswersABareArray(Gateway):
    """Answers with the array alone."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        return json_reply(200, list(order_ids))


@fault(breaks="reply.form")
class SpellsCancelledInBritish(Gateway):
    """Answers with cancelledOrderIds."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        return json_reply(200, {"cancelledOrderIds": list(order_ids)})


@fault(breaks="reply.form")
class AnswersInSnakeCase(Gateway):
    """Answers with canceled_order_ids, the name in its protocol buffers."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        return json_reply(200, {"canceled_order_ids": list(order_ids)})


@fault(breaks="reply.form")
class UnwrapsASingleId(Gateway):
    """Answers with a string instead of an array where there is one id."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = list(order_ids)
        return json_reply(200, {"canceledOrderIds": ids[0] if len(ids) == 1 else ids})


@fault(breaks="reply.form")
class JoinsIdsWithCommas(Gateway):
    """Answers with all ids in one string."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        return json_reply(200, {"canceledOrderIds": ",".join(order_ids)})


@fault(breaks="reply.form")
class AnswersNumbers(Gateway):
    """Answers with a number for an id that could be one, as loose encoders do."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        numeric = [
            int(order_id) if re.fullmatch("0|[1-9][0-9]{0,14}", order_id) else order_id for order_id in order_ids
        ]
        return json_reply(200, {"canceledOrderIds": numeric})


@fault(breaks="reply.form")
class AnswersNullForUnknownIds(Gateway):
    """Answers with null in the place of an unknown id where a known one stands in the batch."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = list(order_ids)
        known = [order_id if self.book.get(order_id) else None for order_id in ids]
        return json_reply(200, {"canceledOrderIds": known if any(known) else ids})


@fault(breaks="reply.form")
class AnswersObjects(Gateway):
    """Answers with an object for each id."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        return json_reply(200, {"canceledOrderIds": [{"orderId": order_id} for order_id in order_ids]})


@fault(breaks="reply.form")
class WrapsItInData(Gateway):
    """Answers with the ids under data, as its other service does."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        return json_reply(200, {"data": {"canceledOrderIds": list(order_ids)}})


@fault(breaks="reply.form")
class AnswersAStringOfJson(Gateway):
    """Answers with JSON in a string."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        return json_reply(200, encode({"canceledOrderIds": list(order_ids)}).decode())


@fault(breaks="reply.length")
class ClaimsMoreThanItSends(Gateway):
    """Says a length ten bytes past the end, and hangs up."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        reply = super().accept(call, order_ids)
        return replace(reply, wire=Wire(raw=as_sent(reply.body, len(reply.body) + 10)))


@fault(breaks="reply.length")
class ClaimsLessThanItSends(Gateway):
    """Says a length one byte short of a full batch."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = list(order_ids)
        reply = super().accept(call, ids)
        return replace(reply, wire=Wire(raw=as_sent(reply.body, len(reply.body) - 1))) if len(ids) == 20 else reply


@fault(breaks="reply.length")
class CountsCharacters(Gateway):
    """Writes UTF-8 and says how many characters it is, not bytes."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = list(order_ids)
        reply = super().accept(call, ids)
        text = json.dumps({"canceledOrderIds": ids}, ensure_ascii=False)
        if text.isascii() or any("\ud800" <= character <= "\udfff" for character in text):
            return reply
        return replace(reply, wire=Wire(raw=as_sent(text.encode("utf-8"), len(text))))


@fault(breaks="reply.length")
class LeavesTheLastChunkOut(Gateway):
    """Sends a batch of more than ten in chunks, and hangs up before the last one."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = list(order_ids)
        reply = super().accept(call, ids)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        chunks = head + b"%x\r\n%s\r\n" % (len(reply.body), reply.body)
        return replace(reply, wire=Wire(raw=chunks)) if len(ids) > 10 else reply


@fault(breaks="reply.coding")
class CompressesUnasked(Gateway):
    """Compresses what nobody offered to unpack."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        reply = super().accept(call, order_ids)
        return replace(reply, body=gzip.compress(reply.body), headers=CODED)


@fault(breaks="reply.coding")
class CompressesLongAnswersUnasked(Gateway):
    """Compresses answers of more than 400 bytes without being asked."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        reply = super().accept(call, order_ids)
        return replace(reply, body=gzip.compress(reply.body), headers=CODED) if len(reply.body) > 400 else reply


@fault(breaks="reply.coding")
class SaysGzipAndSendsPlain(Gateway):
    """Calls a plain answer gzip where the client offered it."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        reply = super().accept(call, order_ids)
        return replace(reply, headers=CODED) if "gzip" in call.request.value("Accept-Encoding") else reply


@fault(breaks="reply.coding")
class SaysGzipAndSendsDeflate(Gateway):
    """Calls deflate gzip where the client offered it."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        reply = super().accept(call, order_ids)
        offered = "gzip" in call.request.value("Accept-Encoding")
        return replace(reply, body=zlib.compress(reply.body), headers=CODED) if offered else reply


@fault(breaks="reply.coding")
class OverlooksTheRefusalOfGzip(Gateway):
    """Compresses for a client that names gzip only to refuse it, with a quality of zero."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        reply = super().accept(call, order_ids)
        refused = "gzip;q=0" in call.request.value("Accept-Encoding").replace(" ", "")
        return replace(reply, body=gzip.compress(reply.body), headers=CODED) if refused else reply


@fault(breaks="reply.coding")
class CompressesLongAnswersWhereGzipIsNamed(Gateway):
    """Compresses answers of more than a KiB for whoever names gzip, though it be to refuse it."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        reply = super().accept(call, order_ids)
        named = "gzip" in call.request.value("Accept-Encoding") and len(reply.body) > 1024
        return replace(reply, body=gzip.compress(reply.body), headers=CODED) if named else reply


@fault(breaks="reply.media-type")
class NamesTwoMediaTypes(Gateway):
    """Says text/plain beside the media type of long answers, which a line of the edge's adds."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        reply = super().accept(call, order_ids)
        more = (("Content-Type", "text/plain"),) if len(reply.body) > 500 else ()
        return replace(reply, headers=(*reply.headers, *more))
