"""Lawful variants in what they take for credentials, a method and a path."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from dataclasses import replace

from gateway.accounts import Account
from gateway.auth import Credentials
from gateway.core import BATCHED_CANCEL, Gateway, Handler
from gateway.memory import Memory
from gateway.messages import Refusal, Reply, Request, unauthenticated
from gateway.settings import Settings
from gateway.variants.registry import variant
from gateway.venue import Call


@variant
class ChecksTheBodyFirst(Gateway):
    """Answers 400 where body and credentials are both wrong."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        if request.path == BATCHED_CANCEL:
            self.read_batch(Call(self.accounts[0], request, now_ms))
        return super().authenticate(request, now_ms)


@variant
class RefusesReplays(Gateway):
    """Answers 401 to a signature that it has taken before."""

    used = Memory(set[str])

    def check_signature(self, account: Account, credentials: Credentials, request: Request) -> None:
        super().check_signature(account, credentials, request)
        if credentials.signature in self.used:
            raise unauthenticated()
        self.used.add(credentials.signature)


@variant
class TakesKeysInAnyCase(Gateway):
    """Finds a key by its id in any letter case."""

    def account_of(self, key_id: str) -> Account:
        return super().account_of(key_id.lower())


@variant
class TakesUrlSafeSignatures(Gateway):
    """Takes the URL-safe alphabet of base64 as well."""

    def decode_signature(self, text: str) -> bytes:
        return super().decode_signature(text.replace("-", "+").replace("_", "/"))


@variant
class TakesUnpaddedSignatures(Gateway):
    """Takes base64 without its padding."""

    def decode_signature(self, text: str) -> bytes:
        return super().decode_signature(text + "=" * (-len(text) % 4))


@variant
class TakesSpareBits(Gateway):
    """Takes base64 whose spare bits are not zero."""

    def decode_signature(self, text: str) -> bytes:
        try:
            signature = base64.b64decode(text.encode("latin-1"), validate=True)
        except binascii.Error:
            raise unauthenticated() from None
        return super().decode_signature(base64.b64encode(signature).decode())


@variant
class TakesWhiteSpaceInSignatures(Gateway):
    """Takes base64 with white space in it."""

    def decode_signature(self, text: str) -> bytes:
        return super().decode_signature(re.sub(r"[ \t\r\n\v\f\xa0]", "", text))


@variant
class TakesLaxTimestamps(Gateway):
    """Takes plus signs, leading zeros, zero fractions, white space and digits of other scripts."""

    def parse_timestamp(self, text: str) -> int:
        try:
            decoded = text.encode("latin-1").decode("utf-8").strip()
        except UnicodeDecodeError:
            decoded = text.strip()
        match = re.fullmatch(r"\+?0*(\d{1,20})(?:\.0+)?", decoded)
        if not match:
            raise unauthenticated()
        return int("".join(str(unicodedata.decimal(digit)) for digit in match[1]))


@variant
class TakesNumbersOfAnyForm(Gateway):
    """Takes exponents, fractions, hexadecimal and digit separators, where the number is inside the window."""

    def parse_timestamp(self, text: str) -> int:
        if re.fullmatch("0[xX][0-9a-fA-F]{1,16}", text):
            return int(text, 16)
        if re.fullmatch(r"[0-9_]{1,30}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?", text):
            try:
                return int(float(text))
            except (ValueError, OverflowError):
                raise unauthenticated() from None
        return super().parse_timestamp(text)


@variant
class TakesTheFirstHeader(Gateway):
    """Goes by the first of two headers of the same name."""

    def header(self, request: Request, name: str) -> str:
        return super().header(
            replace(request, headers=tuple((name, value) for value in request.values(name)[:1])), name
        )


@variant
class TakesTheLastHeader(Gateway):
    """Goes by the last of two headers of the same name."""

    def header(self, request: Request, name: str) -> str:
        return super().header(
            replace(request, headers=tuple((name, value) for value in request.values(name)[-1:])), name
        )


@variant
class RefusesRepeatedHeaders(Gateway):
    """Answers 401 to a header that is sent twice, even with the same value."""

    def header(self, request: Request, name: str) -> str:
        if len(request.values(name)) > 1:
            raise unauthenticated()
        return super().header(request, name)


@variant
class ClockFast(Gateway):
    """Has a clock that is five seconds fast, behind an edge whose Date is right."""

    settings = Settings(clock_offset_ms=5000)


@variant
class AnswersNotFoundToOtherMethods(Gateway):
    """Answers 404 to other methods."""

    def route(self, method: str, path: str) -> Handler:
        try:
            return super().route(method, path)
        except Refusal:
            raise Refusal(404, 5, "Not Found") from None


@variant
class ImplementsNoOtherMethods(Gateway):
    """Answers 501 to other methods, as stock grpc-gateway does."""

    def route(self, method: str, path: str) -> Handler:
        try:
            return super().route(method, path)
        except Refusal as refusal:
            raise Refusal(501 if refusal.status == 405 else refusal.status, refusal.code, "Not Implemented") from None


@variant
class AnswersOptions(Gateway):
    """Answers OPTIONS with 204 and what is allowed."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        if request.method == "OPTIONS":
            return Reply(204, (("Allow", "POST, OPTIONS"), ("Access-Control-Allow-Methods", "POST")))
        return super().serve(request, now_ms)


@variant
class TakesATrailingSlash(Gateway):
    """Takes a slash at the end of the path, rightly signed."""

    def route(self, method: str, path: str) -> Handler:
        return super().route(method, path.rstrip("/") or path)


@variant
class RedirectsATrailingSlash(Gateway):
    """Redirects a path with a slash at its end to the one without."""

    def route(self, method: str, path: str) -> Handler:
        if path == BATCHED_CANCEL + "/":
            raise Refusal(301, 5, "Moved Permanently", (("Location", BATCHED_CANCEL),))
        return super().route(method, path)


@variant
class TakesPathsInAnyCase(Gateway):
    """Takes the path in any letter case, rightly signed as it was sent."""

    def route(self, method: str, path: str) -> Handler:
        return super().route(method, BATCHED_CANCEL if path.lower() == BATCHED_CANCEL else path)


@variant
class RoutesByMethodOverrides(Gateway):
    """Routes a POST by X-HTTP-Method-Override before anything else is looked at, as Rails and Symfony do."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        override = request.value("X-HTTP-Method-Override").upper()
        if request.method == "POST" and override not in ("", "POST"):
            raise Refusal(405, 12, "Method Not Allowed", (("Allow", "POST"),))
        return super().serve(request, now_ms)


@variant
class RefusesQueries(Gateway):
    """Answers 400 to a batch with a query on its path, and repeats the query."""

    def check_media_type(self, request: Request) -> None:
        if request.query:
            raise Refusal(400, 3, f"the query {request.query} is not known")


@variant
class RefusesLongHeaders(Gateway):
    """Answers 431 to a header of more than 4,096 characters."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        if any(len(value) > 4096 for _, value in request.headers):
            raise Refusal(431, 3, "Request Header Fields Too Large")
        return super().serve(request, now_ms)


@variant
class RefusesOtherAccepts(Gateway):
    """Answers 406 to an Accept without JSON."""

    def check_media_type(self, request: Request) -> None:
        accept = ",".join(request.values("Accept")).lower()
        if accept and not any(part in accept for part in ("json", "application/*", "*/*")):
            raise Refusal(406, 3, "Not Acceptable")


@variant
class RefusesExpectations(Gateway):
    """Answers 417 to Expect."""

    def expect(self, head: Request) -> Reply | None:
        return self.refuse(head, Refusal(417, 3, "Expectation Failed"))


@variant
class WantsALength(Gateway):
    """Answers 411 to a chunked body."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        if request.values("Transfer-Encoding"):
            raise Refusal(411, 3, "Length Required")
        return super().serve(request, now_ms)
