"""Faults that fall over: 5xx where the client was wrong or merely unusual."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from gateway.accounts import Account
from gateway.auth import Credentials
from gateway.batch import Entry
from gateway.core import BATCHED_CANCEL, Gateway, Handler
from gateway.faults.registry import fault
from gateway.messages import Json, Refusal, Reply, Request
from gateway.venue import Call


class Crash(Exception):
    """What falls through to a 500."""


def crash_on(entries: Sequence[Entry], pattern: str) -> Sequence[Entry]:
    """The entries, unless an id holds what a pattern describes."""
    if any(re.search(pattern, entry.order_id, re.DOTALL) for entry in entries):
        raise Crash
    return entries


@fault(breaks="robustness.no-5xx")
class CrashesOnSurrogates(Gateway):
    """Falls over a lone surrogate, which can't be written in UTF-8."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        return crash_on(super().check_entries(call, orders), "[\ud800-\udfff]")


@fault(breaks="robustness.no-5xx")
class CrashesOnNul(Gateway):
    """Falls over a NUL in an id, which its database refuses."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        return crash_on(super().check_entries(call, orders), "\0")


@fault(breaks="robustness.no-5xx")
class CrashesOnEmoji(Gateway):
    """Falls over a character past the basic plane."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        return crash_on(super().check_entries(call, orders), "[\U00010000-\U0010ffff]")


@fault(breaks="robustness.no-5xx")
class CrashesOnEmptyIds(Gateway):
    """Falls over an empty id."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        return crash_on(super().check_entries(call, orders), "^$")


@fault(breaks="robustness.no-5xx")
class CrashesOnLongIds(Gateway):
    """Falls over an id of more than 255 characters, the width of its column."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        return crash_on(super().check_entries(call, orders), ".{256}")


@fault(breaks="robustness.no-5xx")
class CrashesOnPercents(Gateway):
    """Falls over a percent sign in an id, which it uses as a format."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        return crash_on(super().check_entries(call, orders), "%")


@fault(breaks="robustness.no-5xx")
class CrashesOnQuotes(Gateway):
    """Falls over a single quote in an id, which ends its query."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        return crash_on(super().check_entries(call, orders), "'")


@fault(breaks="robustness.no-5xx")
class CrashesOnRepeats(Gateway):
    """Falls over an id that stands twice, a unique key violated."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        entries = super().check_entries(call, orders)
        if len({entry.order_id for entry in entries}) < len(entries):
            raise Crash
        return entries


@fault(breaks="robustness.no-5xx")
class CrashesOnNullEntries(Gateway):
    """Falls over an entry that is null."""

    def check_entry(self, value: Json) -> Entry:
        if value is None:
            raise Crash
        return super().check_entry(value)


@fault(breaks="robustness.no-5xx")
class CrashesOnNumbersAsIds(Gateway):
    """Falls over a number where it would take the length of a string."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        if isinstance(entry.get(name), int | float):
            raise Crash
        return super().check_member(entry, name)


@fault(breaks="robustness.no-5xx")
class CrashesOnOtherTopLevels(Gateway):
    """Falls over a body that is a number, a string or true."""

    def check_batch(self, document: Json) -> dict[str, Json]:
        if isinstance(document, str | int | float):
            raise Crash
        return super().check_batch(document)


@fault(breaks="robustness.no-5xx")
class CrashesOnNoBody(Gateway):
    """Falls over a request without a body."""

    def content(self, request: Request) -> bytes:
        if not request.body:
            raise Crash
        return super().content(request)


@fault(breaks="robustness.no-5xx")
class CrashesOnBadBytes(Gateway):
    """Falls over bytes that are not UTF-8."""

    def decode(self, body: bytes) -> str:
        return body.decode("utf-8")


@fault(breaks="robustness.no-5xx")
class CrashesOnDeepNesting(Gateway):
    """Falls over nesting that is deeper than its stack."""

    def parse(self, text: str) -> Json:
        try:
            json.loads(text)
        except RecursionError:
            raise Crash from None
        except ValueError:
            pass
        return super().parse(text)


@fault(breaks="robustness.no-5xx")
class CrashesOnHugeNumbers(Gateway):
    """Falls over a number of more than 300 digits."""

    def parse(self, text: str) -> Json:
        if re.search("[0-9]{301}", text):
            raise Crash
        return super().parse(text)


@fault(breaks="robustness.no-5xx")
class CrashesOnTheByteOrderMark(Gateway):
    """Falls over a byte order mark in front of the body."""

    def parse(self, text: str) -> Json:
        if text.startswith("\ufeff"):
            raise Crash
        return super().parse(text)


@fault(breaks="robustness.no-5xx")
class CrashesOnShortSignatures(Gateway):
    """Falls over a signature that is not of 64 bytes, which its library reports by another exception."""

    def decode_signature(self, text: str) -> bytes:
        try:
            return super().decode_signature(text)
        except Refusal:
            if re.fullmatch("[A-Za-z0-9+/]+={0,2}", text) and len(text) % 4 == 0 and len(text) != 88:
                raise Crash from None
            raise


@fault(breaks="robustness.no-5xx")
class CrashesOnBadBase64(Gateway):
    """Falls over a signature that is not base64."""

    def decode_signature(self, text: str) -> bytes:
        if not re.fullmatch("[A-Za-z0-9+/=_-]*", text):
            raise Crash
        return super().decode_signature(text)


@fault(breaks="robustness.no-5xx")
class CrashesOnSmallOrderPoints(Gateway):
    """Falls over a signature of nothing but zeros, whose points its library refuses."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        if not any(signature):
            raise Crash
        return super().verify(account, text, signature)


@fault(breaks="robustness.no-5xx")
class CrashesOnOddTimestamps(Gateway):
    """Falls over a timestamp that is no number."""

    def check_time(self, credentials: Credentials, now_ms: int) -> None:
        if credentials.timestamp and not re.fullmatch("[-+]?[0-9.]+", credentials.timestamp):
            raise Crash
        super().check_time(credentials, now_ms)


@fault(breaks="robustness.no-5xx")
class CrashesOnHugeTimestamps(Gateway):
    """Falls over a timestamp that no date of its library can hold."""

    def check_time(self, credentials: Credentials, now_ms: int) -> None:
        if re.fullmatch("[0-9]{17,}", credentials.timestamp):
            raise Crash
        super().check_time(credentials, now_ms)


@fault(breaks="robustness.no-5xx")
class CrashesOnMissingHeaders(Gateway):
    """Falls over a request without a signature."""

    def header(self, request: Request, name: str) -> str:
        if name == "X-PM-Signature" and not request.values(name):
            raise Crash
        return super().header(request, name)


@fault(breaks="robustness.no-5xx")
class CrashesOnKeysThatAreNoUuid(Gateway):
    """Falls over a key id that is no UUID."""

    def account_of(self, key_id: str) -> Account:
        if not re.fullmatch("[0-9a-fA-F-]{36}", key_id):
            raise Crash
        return super().account_of(key_id)


@fault(breaks="robustness.no-5xx")
class ComparesKeysAsAscii(Gateway):
    """Falls over a key id with a letter outside ASCII, which `hmac.compare_digest` takes in no string."""

    def account_of(self, key_id: str) -> Account:
        if not key_id.isascii():
            raise Crash
        return super().account_of(key_id)


@fault(breaks="robustness.no-5xx")
class CrashesOnBadQueries(Gateway):
    """Falls over a query whose percent sign encodes nothing, as `decodeURIComponent` does."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        if re.search("%(?![0-9A-Fa-f]{2})", request.target.partition("?")[2]):
            return Reply(500)
        return super().serve(request, now_ms)


@fault(breaks="robustness.no-5xx")
class CrashesOnOtherMethods(Gateway):
    """Falls over DELETE and PUT on the path."""

    def route(self, method: str, path: str) -> Handler:
        if path == BATCHED_CANCEL and method in ("DELETE", "PUT"):
            raise Crash
        return super().route(method, path)


@fault(breaks="robustness.no-5xx")
class CrashesOnUnknownCharsets(Gateway):
    """Falls over a charset that it doesn't know."""

    def check_media_type(self, request: Request) -> None:
        charset = re.search(r"charset\s*=\s*\"?([^\";]*)", request.value("Content-Type"), re.IGNORECASE)
        if charset and charset[1].lower() not in ("utf-8", "utf8"):
            raise Crash


@fault(breaks="robustness.no-5xx")
class IsUnavailableToTooMany(Gateway):
    """Answers 503 to 21 orders and more, however often they come."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        if len(orders) > 20:
            raise Refusal(503, 14, "Service Unavailable")
        super().check_size(call, orders)
