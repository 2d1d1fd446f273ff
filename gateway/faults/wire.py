"""Faults on the wire: no answer, half an answer, or bytes that are no answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from gateway.core import Gateway
from gateway.faults.registry import fault, is_batched_cancel
from gateway.memory import Memory
from gateway.messages import Refusal, Reply, Request, Wire
from gateway.venue import Call

HANG = Wire(hang=True)
RESET = Wire(reset=True)


def wired(request: Request, reply: Reply, wire: Wire, *, when: bool) -> Reply:
    """A reply of the route under test, put on the wire in another way under some condition."""
    return replace(reply, wire=wire) if when and is_batched_cancel(request) else reply


@fault(breaks="robustness.answers")
class NeverAnswersNoBody(Gateway):
    """Waits for the body of a request that has none."""

    def finish(self, request: Request, reply: Reply, now_ms: int) -> Reply:
        return wired(request, reply, HANG, when=request.method == "POST" and not request.body)


@fault(breaks="robustness.answers")
class NeverAnswersTooMany(Gateway):
    """Never answers a batch of more than 20."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        reply = super().refuse(request, refusal)
        return wired(request, reply, HANG, when=request.body.count(b"orderId") > 20)


@fault(breaks="robustness.answers")
class NeverAnswersRepeats(Gateway):
    """Waits for the lock of an order that it holds itself, where one is named twice."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = list(order_ids)
        return wired(call.request, super().accept(call, ids), HANG, when=len(set(ids)) < len(ids))


@fault(breaks="robustness.answers")
class NeverAnswersDeepNesting(Gateway):
    """Loses itself in deep nesting."""

    def finish(self, request: Request, reply: Reply, now_ms: int) -> Reply:
        return wired(request, reply, HANG, when=request.body.count(b"[") > 500 or request.body.count(b"{") > 500)


@fault(breaks="routing.expect")
class NeverAnswersExpectations(Gateway):
    """Never sends the 100 Continue that a client waits for, nor anything else."""

    def expect(self, head: Request) -> Reply | None:
        return Reply(417, wire=HANG) if is_batched_cancel(head) else None


@fault(breaks="robustness.answers")
class NeverAnswersBadBytes(Gateway):
    """Never answers a body that is not UTF-8."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        return wired(request, super().refuse(request, refusal), HANG, when="UTF-8" in refusal.message)


@fault(breaks="robustness.whole-answers")
class ResetsOnBadJson(Gateway):
    """Resets the connection where a body is no JSON."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        return wired(request, super().refuse(request, refusal), RESET, when=refusal.message == "the body is not JSON")


@fault(breaks="robustness.whole-answers")
class ResetsOnNoSignature(Gateway):
    """Resets the connection where the signature is missing."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        reply = super().refuse(request, refusal)
        return wired(request, reply, RESET, when=refusal.status == 401 and not request.values("X-PM-Signature"))


@fault(breaks="robustness.whole-answers")
class ResetsOnLongBodies(Gateway):
    """Resets the connection over a body of more than 16 KiB."""

    def finish(self, request: Request, reply: Reply, now_ms: int) -> Reply:
        return wired(request, reply, RESET, when=len(request.body) > 16_384)


@fault(breaks="robustness.whole-answers")
class HangsUpOnSurrogates(Gateway):
    """Sends half the headers and hangs up where an id has a lone surrogate."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = list(order_ids)
        torn = Wire(raw=b"HTTP/1.1 200 OK\r\nContent-Type: application/js")
        lone = any("\ud800" <= character <= "\udfff" for order_id in ids for character in order_id)
        return wired(call.request, super().accept(call, ids), torn, when=lone)


@fault(breaks="robustness.whole-answers")
class AnswersWithoutAStatusLine(Gateway):
    """Sends the body of a 400 alone, without status or headers."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        reply = super().refuse(request, refusal)
        return wired(request, reply, Wire(raw=reply.body), when=refusal.status == 400)


@fault(breaks="robustness.whole-answers")
class ResetsOnTheSecondRefusal(Gateway):
    """Resets a connection at its second bad body, taking it for an attack."""

    bad = Memory(dict[int, int])

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        count = self.bad[request.connection] = self.bad.get(request.connection, 0) + (refusal.status == 400)
        return wired(request, super().refuse(request, refusal), RESET, when=refusal.status == 400 and count > 1)


@fault(breaks="robustness.whole-answers")
class ResetsOnNumbersAsIds(Gateway):
    """Loses its worker, and the connection with it, over a number for an id."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        number = re.search(rb'"orderId"\s*:\s*-?[0-9]', request.body)
        return wired(
            request, super().refuse(request, refusal), RESET, when=refusal.status == 400 and number is not None
        )


@fault(breaks="robustness.no-5xx")
class CrashesOnOddTraces(Gateway):
    """Falls over a traceparent that is none."""

    def check_media_type(self, request: Request) -> None:
        trace = request.value("traceparent")
        if trace and trace.count("-") != 3:
            raise ValueError(trace)


@fault(breaks="robustness.no-5xx")
class CrashesOnSignaturesTwice(Gateway):
    """Falls over a signature header that is there twice."""

    def header(self, request: Request, name: str) -> str:
        if name == "X-PM-Signature" and len(request.values(name)) > 1:
            raise ValueError(name)
        return super().header(request, name)
