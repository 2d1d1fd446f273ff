"""Lawful variants in how an answer looks."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import replace
from email.utils import formatdate

from gateway.auth import KEY_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER
from gateway.core import Gateway
from gateway.messages import Refusal, Reply, Request, Wire, encode, json_reply
from gateway.settings import Settings
from gateway.variants.registry import variant
from gateway.venue import Call

JSON = (("Content-Type", "application/json"),)


@variant
class ErrorsWithoutBody(Gateway):
    """Answers errors with a status and nothing else."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        return Reply(refusal.status, refusal.headers)


@variant
class ErrorsInHtml(Gateway):
    """Answers errors with a page of HTML."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        page = f"<html><head><title>{refusal.status}</title></head><body><h1>{refusal.message}</h1></body></html>"
        return Reply(refusal.status, (("Content-Type", "text/html; charset=utf-8"), *refusal.headers), page.encode())


@variant
class ErrorsInText(Gateway):
    """Answers errors with a line of text."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        return Reply(
            refusal.status, (("Content-Type", "text/plain"), *refusal.headers), f"{refusal.message}\n".encode()
        )


@variant
class ProblemDetails(Gateway):
    """Answers errors with problem details (RFC 9457)."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        problem = {"type": "about:blank", "title": refusal.message, "status": refusal.status}
        return Reply(refusal.status, (("Content-Type", "application/problem+json"), *refusal.headers), encode(problem))


@variant
class TellsReasonsApart(Gateway):
    """Says in a 401 which of the three headers is wrong."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        try:
            return super().authenticate(request, now_ms)
        except Refusal as refusal:
            missing = [name for name in (KEY_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER) if not request.value(name)]
            message = f"missing {', '.join(missing)}" if missing else "Invalid API key, timestamp or signature"
            raise Refusal(refusal.status, refusal.code, message) from None


@variant
class FurtherMembers(Gateway):
    """Adds members of its own beside the echo."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = list(order_ids)
        return json_reply(200, {"status": "submitted", "canceledOrderIds": ids, "count": len(ids), "warnings": []})


@variant
class PrettyJson(Gateway):
    """Writes JSON on many lines, with a line feed at the end and a charset in the media type."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        text = json.dumps({"canceledOrderIds": list(order_ids)}, indent=4) + "\n"
        return Reply(200, (("content-type", 'Application/JSON; charset="UTF-8"'),), text.encode("ascii"))


@variant
class RawUtf8(Gateway):
    """Writes characters as UTF-8, and escapes only what it must."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        text = json.dumps({"canceledOrderIds": list(order_ids)}, ensure_ascii=False)
        return Reply(200, JSON, "".join(json.dumps(c)[1:-1] if "\ud800" <= c <= "\udfff" else c for c in text).encode())


@variant
class EscapesMarkup(Gateway):
    """Writes markup and two line separators as escapes, as Go does."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        reply = super().accept(call, order_ids)
        body = reply.body.replace(b"<", rb"\u003c").replace(b">", rb"\u003e").replace(b"&", rb"\u0026")
        return replace(reply, body=body.replace(b"/", rb"\/"))


@variant
class VendorMediaType(Gateway):
    """Names a JSON media type of its own."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        return replace(super().accept(call, order_ids), headers=(("Content-Type", "application/vnd.orders.v1+json"),))


@variant
class CompressesWhereOffered(Gateway):
    """Compresses answers for clients that offer gzip with a quality above zero."""

    def finish(self, request: Request, reply: Reply, now_ms: int) -> Reply:
        offers = [offer.replace(" ", "").lower() for offer in ",".join(request.values("Accept-Encoding")).split(",")]
        offered = any(
            offer == "gzip" or (offer.startswith("gzip;q=") and offer.strip("0.") != "gzip;q=") for offer in offers
        )
        if not (offered and reply.body):
            return reply
        headers = (*reply.headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
        return replace(reply, headers=headers, body=gzip.compress(reply.body))


@variant
class SendsChunks(Gateway):
    """Sends answers in chunks, without a length."""

    def finish(self, request: Request, reply: Reply, now_ms: int) -> Reply:
        return replace(reply, wire=replace(reply.wire, chunked=True))


@variant
class ClosesEachConnection(Gateway):
    """Closes the connection after each answer."""

    def finish(self, request: Request, reply: Reply, now_ms: int) -> Reply:
        return replace(reply, wire=replace(reply.wire, close=True))


@variant
class AnswersInHttp10(Gateway):
    """Answers in HTTP/1.0: the end of the connection is the end of the answer, and nobody is told to go on."""

    settings = Settings(continues=False)

    def finish(self, request: Request, reply: Reply, now_ms: int) -> Reply:
        if reply.session is not None:
            return reply
        date = ("Date", formatdate(now_ms / 1000, usegmt=True))
        lines = (f"HTTP/1.0 {reply.status} Said", *(": ".join(each) for each in (*reply.headers, date)))
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        return replace(reply, wire=Wire(raw=head + (b"" if request.method == "HEAD" else reply.body)))


@variant
class TracesSome(Gateway):
    """Sends a header of its own with every third answer, as an edge does that traces a part of its requests."""

    answered = 0

    def finish(self, request: Request, reply: Reply, now_ms: int) -> Reply:
        self.answered += 1
        traced = (("X-Trace-Id", f"{now_ms:x}"),) if self.answered % 3 == 1 else ()
        return replace(reply, headers=(*reply.headers, *traced))


@variant
class SendsNoDate(Gateway):
    """Sends no Date, as a server without a clock should."""

    def finish(self, request: Request, reply: Reply, now_ms: int) -> Reply:
        return replace(reply, wire=replace(reply.wire, dated=False))


@variant
class SendsManyHeaders(Gateway):
    """Sends the headers that an edge adds."""

    def finish(self, request: Request, reply: Reply, now_ms: int) -> Reply:
        edge = (
            ("Server", "cloudflare"),
            ("CF-RAY", "8a1b2c3d4e5f6071-EWR"),
            ("Cache-Control", "no-store"),
            ("Set-Cookie", "__cf_bm=x; path=/; HttpOnly"),
            ("Set-Cookie", "_cfuvid=y; path=/; HttpOnly"),
            ("X-Request-Id", f"{now_ms:x}"),
        )
        return replace(reply, headers=(*reply.headers, *edge))
