"""Faults about what a signature covers, and what is remembered of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.accounts import Account
from gateway.auth import KEY_HEADER, SIGNATURE_HEADER, Credentials
from gateway.core import BATCHED_CANCEL, Gateway
from gateway.faults.credentials import call_of
from gateway.faults.registry import fault, is_batched_cancel, refuses
from gateway.memory import Memory
from gateway.messages import Refusal, Reply, Request
from gateway.venue import Call


@fault(breaks="credentials.covers-timestamp")
class TakesSignaturesWithoutTimestamp(Gateway):
    """Takes a signature over method and path alone, as before there were timestamps."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        return super().verify(account, text, signature) or super().verify(
            account, text.lstrip(b"0123456789"), signature
        )


@fault(breaks="credentials.covers-timestamp")
class RemembersGoodSignatures(Gateway):
    """Keeps good signatures in a cache and takes them again under any timestamp of the window."""

    good = Memory(set[tuple[str, str]])

    def check_signature(self, account: Account, credentials: Credentials, request: Request) -> None:
        known = (account.key_id, credentials.signature)
        if known not in self.good:
            super().check_signature(account, credentials, request)
        if is_batched_cancel(request) and request.method == "POST":
            self.good.add(known)


@fault(breaks="credentials.covers-timestamp", night=True)
class SignsSeconds(Gateway):
    """Takes a signature over the timestamp in seconds, too."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        in_seconds = re.sub(rb"^(\d{10})\d{3}(?=\D)", rb"\1", text)
        return super().verify(account, text, signature) or super().verify(account, in_seconds, signature)


@fault(breaks="credentials.covers-method")
class TakesSignaturesOfOtherMethods(Gateway):
    """Takes a signature over GET, PUT or DELETE of the path for one over POST."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        others = (text.replace(b"POST/", method + b"/", 1) for method in (b"POST", b"GET", b"PUT", b"DELETE"))
        return any(Gateway.verify(self, account, other, signature) for other in others)


@fault(breaks="credentials.covers-method")
class TakesSignaturesWithoutMethod(Gateway):
    """Takes a signature over timestamp and path alone."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        return super().verify(account, text, signature) or super().verify(
            account, text.replace(b"POST/", b"/", 1), signature
        )


@fault(breaks="credentials.covers-method")
class TakesMethodsInLowerCase(Gateway):
    """Takes a signature over post for one over POST."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        lowered = text.replace(b"POST/", b"post/", 1)
        return super().verify(account, text, signature) or super().verify(account, lowered, signature)


@fault(breaks="credentials.covers-path")
class TakesSignaturesOfTheBatchRoute(Gateway):
    """Takes a signature over the route that places orders for one that cancels them."""

    def signed_paths(self, request: Request) -> Iterator[str]:
        yield from super().signed_paths(request)
        if is_batched_cancel(request):
            yield BATCHED_CANCEL.removesuffix("/cancel")


@fault(breaks="credentials.covers-path")
class TakesSignaturesWithTheQuery(Gateway):
    """Takes a signature over the path with its query."""

    def signed_paths(self, request: Request) -> Iterator[str]:
        yield from super().signed_paths(request)
        yield request.target


@fault(breaks="credentials.covers-path")
class TakesSignaturesBehindThePrefix(Gateway):
    """Takes a signature over the path without /v1, which a proxy strips."""

    def signed_paths(self, request: Request) -> Iterator[str]:
        yield from super().signed_paths(request)
        yield request.path.removeprefix("/v1")


@fault(breaks="credentials.covers-path", night=True)
class TakesSignaturesOfTheSocket(Gateway):
    """Takes a signature that opens the order stream for one that cancels orders."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        stream = text.replace(b"POST" + BATCHED_CANCEL.encode(), b"GET/v1/ws/private")
        return super().verify(account, text, signature) or super().verify(account, stream, signature)


@fault(breaks="credentials.covers-path")
class RemembersWhatWasSigned(Gateway):
    """Keeps good signatures in a cache with their key and time, but not with the route that they were good for."""

    good = Memory(set[Credentials])

    def check_signature(self, account: Account, credentials: Credentials, request: Request) -> None:
        if credentials not in self.good:
            super().check_signature(account, credentials, request)
        self.good.add(credentials)


@fault(breaks="credentials.covers-path", night=True)
class TakesSignaturesInAnyCase(Gateway):
    """Takes a signature over the path in another letter case, or with a slash at its end."""

    def signed_paths(self, request: Request) -> Iterator[str]:
        yield from super().signed_paths(request)
        yield from (request.path.upper(), request.path.title(), request.path + "/")


@fault(breaks="credentials.signed-text")
class TakesSeparators(Gateway):
    """Takes a signature over the three parts on a line each, with a blank, a colon or a dot between them."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        parts = re.match(rb"(\d*)([A-Z]*)(.*)", text)
        joined = [mark.join(parts.groups()) for mark in (b"", b"\n", b" ", b":", b".", b"|", b",")] if parts else [text]
        return any(Gateway.verify(self, account, other, signature) for other in joined)


@fault(breaks="credentials.signed-text", night=True)
class TakesLineEnds(Gateway):
    """Takes a signature over the text with a line feed after it."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        return super().verify(account, text, signature) or super().verify(account, text + b"\n", signature)


@fault(breaks="credentials.signed-text")
class TakesSignedBodies(Gateway):
    """Takes a signature that goes on over the body."""

    def check_signature(self, account: Account, credentials: Credentials, request: Request) -> None:
        text = self.signed_text(credentials.timestamp, request.method, request.path) + request.body
        signature = self.decode_signature(credentials.signature)
        if not self.verify(account, text, signature):
            super().check_signature(account, credentials, request)


@fault(breaks="credentials.each-request")
class RemembersTheConnection(Gateway):
    """Verifies the first request of a connection and then only looks at the key."""

    good = Memory(set[tuple[int, str]])

    def check_signature(self, account: Account, credentials: Credentials, request: Request) -> None:
        known = (request.connection, account.key_id)
        if known not in self.good:
            super().check_signature(account, credentials, request)
        self.good.add(known)


@fault(breaks="credentials.each-request")
class RemembersWhoIsThere(Gateway):
    """Takes a request without any credentials for the connection's last caller."""

    callers = Memory(dict[int, Call])

    def authenticate(self, request: Request, now_ms: int) -> Call:
        last = self.callers.get(request.connection)
        if last and not request.values(KEY_HEADER) and not request.values(SIGNATURE_HEADER):
            return Call(last.account, request, now_ms)
        self.callers[request.connection] = super().authenticate(request, now_ms)
        return self.callers[request.connection]


@fault(breaks="credentials.each-request")
class RemembersAKeyForASecond(Gateway):
    """Takes whatever comes under a key within a second after a good signature of it."""

    good = Memory(dict[str, int])

    def authenticate(self, request: Request, now_ms: int) -> Call:
        key_id = request.value(KEY_HEADER)
        call = call_of(self, request, now_ms, key_id)
        if call and now_ms - self.good.get(key_id, 0) < 1000 and request.value(SIGNATURE_HEADER):
            return call
        call = super().authenticate(request, now_ms)
        self.good[key_id] = now_ms
        return call


@fault(breaks="credentials.each-request")
class AnswersFromAProxysCache(Gateway):
    """Stands behind a proxy that keeps good answers for ten seconds by key and body, and asks for no signature."""

    kept = Memory(dict[tuple[str, bytes], tuple[int, Reply]])

    def serve(self, request: Request, now_ms: int) -> Reply:
        asked = (request.value(KEY_HEADER), request.body)
        kept_ms, kept = self.kept.get(asked, (0, None))
        if kept is not None and now_ms - kept_ms < 10_000 and is_batched_cancel(request) and request.method == "POST":
            return kept
        reply = super().serve(request, now_ms)
        if reply.status == 200 and is_batched_cancel(request):
            self.kept[asked] = (now_ms, reply)
        return reply


@fault(breaks="credentials.each-request")
class TrustsAfterThree(Gateway):
    """Stops verifying on a connection once it has seen three good signatures in a row."""

    streaks = Memory(dict[int, int])

    def check_signature(self, account: Account, credentials: Credentials, request: Request) -> None:
        streak = self.streaks.pop(request.connection, 0)
        if streak < 3:
            super().check_signature(account, credentials, request)
        self.streaks[request.connection] = streak + 1


@fault(breaks="credentials.both-wrong")
class AnswersNotFoundToBothWrong(Gateway):
    """Answers 404 where neither the credentials nor the body are right."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        if refusal.status == 401 and is_batched_cancel(request):
            nobody = Call(Account("", bytes(32)), request, 0)
            if refuses(lambda: self.read_batch(nobody)):
                return super().refuse(request, Refusal(404, 5, "Not Found"))
        return super().refuse(request, refusal)


@fault(breaks="credentials.both-wrong")
class AnswersUnprocessableToBothWrong(Gateway):
    """Answers 422 to too many orders under a wrong signature."""

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        if refusal.status == 401 and is_batched_cancel(request):
            nobody = Call(Account("", bytes(32)), request, 0)
            if request.body.count(b"orderId") > 20 and refuses(lambda: self.read_batch(nobody)):
                return super().refuse(request, Refusal(422, 3, "too many orders"))
        return super().refuse(request, refusal)


@fault(breaks="window.past-outside", night=True)  # a gate at full speed is over before a timestamp runs out
class RemembersWhatWasInTime(Gateway):
    """Keeps the credentials that it took, and takes them again when their time is over."""

    taken = Memory(set[tuple[Credentials, str, str]])

    def authenticate(self, request: Request, now_ms: int) -> Call:
        credentials = self.credentials(request)
        known = (credentials, request.method, request.path)
        if known in self.taken:
            return Call(self.account_of(credentials.key_id), request, now_ms)
        call = super().authenticate(request, now_ms)
        self.taken.add(known)
        return call
