"""Lawful variants in what they take for a body, and for a batch."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Sequence

from gateway.batch import Entry, any_integer, no_constant
from gateway.book import Order
from gateway.core import Gateway
from gateway.messages import Json, Refusal, Request, invalid
from gateway.variants.registry import variant
from gateway.venue import Call

TRADED = re.compile("[a-z0-9-]{1,128}")
SNAKES = {"orderId": "order_id", "marketSlug": "market_slug"}


def refuse_id(entry: Entry, pattern: str) -> Entry:
    """An entry, unless its id holds what a pattern describes."""
    if re.search(pattern, entry.order_id, re.DOTALL):
        raise invalid("orderId is not valid")
    return entry


@variant
class RefusesOtherMediaTypes(Gateway):
    """Answers 415 where the media type is not JSON."""

    def check_media_type(self, request: Request) -> None:
        if request.value("Content-Type").partition(";")[0].strip().lower() != "application/json":
            raise Refusal(415, 3, "Unsupported Media Type")


@variant
class KnowsUnicodeCharsetsOnly(Gateway):
    """Answers 415 to a charset whose name does not begin with utf-, as a parser of bodies for Express does."""

    def check_media_type(self, request: Request) -> None:
        charset = re.search(r"""charset="?([^";]*)""", request.value("Content-Type"), re.IGNORECASE)
        if charset and not charset[1].lower().startswith("utf-"):
            raise Refusal(415, 3, "Unsupported Media Type")


@variant
class RefusesNoMediaType(Gateway):
    """Answers 400 where no media type is named, and takes any that is."""

    def check_media_type(self, request: Request) -> None:
        if not request.value("Content-Type"):
            raise invalid("Content-Type is required")


@variant
class RefusesLargeBodies(Gateway):
    """Answers 413 to a body of more than 32 KiB."""

    def content(self, request: Request) -> bytes:
        if len(request.body) > 32_768:
            raise Refusal(413, 3, "Content Too Large")
        return super().content(request)


@variant
class RefusesUnknownMembers(Gateway):
    """Answers 400 to members that it doesn't know, in the batch or in an entry."""

    def check_batch(self, document: Json) -> dict[str, Json]:
        batch = super().check_batch(document)
        if "orders" in batch and set(batch) - {"orders"}:
            raise invalid("unknown member")
        return batch

    def check_entry(self, value: Json) -> Entry:
        entry = super().check_entry(value)
        if set(value) - {"orderId", "marketSlug"}:
            raise invalid("unknown member")
        return entry


@variant
class RefusesUnknownMarkets(Gateway):
    """Answers 400 to a market that nobody has."""

    def check_entry(self, value: Json) -> Entry:
        entry = super().check_entry(value)
        if entry.market_slug not in self.book.markets:
            raise invalid("marketSlug is unknown")
        return entry


@variant
class RefusesOddSlugs(Gateway):
    """Answers 400 to a market slug that no market could have, the empty one included."""

    def check_entry(self, value: Json) -> Entry:
        entry = super().check_entry(value)
        if not TRADED.fullmatch(entry.market_slug):
            raise invalid("marketSlug is not valid")
        return entry


@variant
class RefusesRepeatedIds(Gateway):
    """Answers 400 to an id that stands twice in a batch."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        entries = super().check_entries(call, orders)
        if len({entry.order_id for entry in entries}) < len(entries):
            raise invalid("orderId is repeated")
        return entries


@variant
class RefusesEmptyStrings(Gateway):
    """Answers 400 to an empty id or market, which its protocol can't tell from an absent one."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        return super().check_member({key: value for key, value in entry.items() if value != ""}, name)


@variant
class RefusesBlanks(Gateway):
    """Answers 400 to white space in an id."""

    def check_entry(self, value: Json) -> Entry:
        return refuse_id(super().check_entry(value), r"\s")


@variant
class RefusesControlCharacters(Gateway):
    """Answers 400 to control characters in an id."""

    def check_entry(self, value: Json) -> Entry:
        return refuse_id(super().check_entry(value), "[\0-\x1f\x7f-\x9f]")


@variant
class RefusesSurrogates(Gateway):
    """Answers 400 to the escape of a lone surrogate, in whatever string it stands."""

    def parse(self, text: str) -> Json:
        document = super().parse(text)
        if re.search(r"[\ud800-\udfff]", json.dumps(document, ensure_ascii=False)):
            raise invalid("a string is not Unicode")
        return document


@variant
class RefusesUnicode(Gateway):
    """Answers 400 to an id outside ASCII."""

    def check_entry(self, value: Json) -> Entry:
        return refuse_id(super().check_entry(value), "[^\0-\x7f]")


@variant
class RefusesLongIds(Gateway):
    """Answers 400 to an id of more than 128 characters."""

    def check_entry(self, value: Json) -> Entry:
        return refuse_id(super().check_entry(value), ".{129}")


@variant
class TakesPlainIdsOnly(Gateway):
    """Answers 400 to every id but those that the reading calls ids like any other."""

    def check_entry(self, value: Json) -> Entry:
        entry = super().check_entry(value)
        if not re.fullmatch("[A-Za-z0-9._:-]{1,128}", entry.order_id):
            raise invalid("orderId is not valid")
        return entry


@variant
class TakesSnakeCase(Gateway):
    """Takes order_id and market_slug, as the JSON mapping of Protocol Buffers does."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        snake = SNAKES.get(name, name)
        if name not in entry and snake in entry:
            return super().check_member({name: entry[snake]}, name)
        return super().check_member(entry, name)


@variant
class TakesByteOrderMarks(Gateway):
    """Takes UTF-8 with a byte order mark."""

    def decode(self, body: bytes) -> str:
        return super().decode(body.removeprefix(b"\xef\xbb\xbf"))


@variant
class TakesWideEncodings(Gateway):
    """Takes UTF-16 and UTF-32, with or without a byte order mark, as Python's own reader does."""

    def decode(self, body: bytes) -> str:
        try:
            return body.decode(json.detect_encoding(body))
        except UnicodeDecodeError:
            return super().decode(body)


def first_wins(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """An object with the first of repeated members."""
    return dict(reversed(pairs))


def read(text: str, hook: Callable[[list[tuple[str, Json]]], dict[str, Json]]) -> Json:
    """JSON, strict but for repeated members."""
    try:
        return json.loads(text, object_pairs_hook=hook, parse_constant=no_constant, parse_int=any_integer)
    except (ValueError, RecursionError):
        raise invalid("the body is not JSON") from None


@variant
class TakesTheFirstOfRepeatedMembers(Gateway):
    """Goes by the first of repeated members."""

    def parse(self, text: str) -> Json:
        return read(text, first_wins)


@variant
class TakesTheLastOfRepeatedMembers(Gateway):
    """Goes by the last of repeated members."""

    def parse(self, text: str) -> Json:
        return read(text, dict)


@variant
class TakesCompressedBodies(Gateway):
    """Takes bodies in gzip and deflate, up to a megabyte unpacked."""

    def content(self, request: Request) -> bytes:
        codings = {"gzip": 31, "deflate": 15}
        coding = request.value("Content-Encoding").lower()
        if coding not in codings:
            return super().content(request)
        try:
            return zlib.decompressobj(codings[coding]).decompress(request.body, self.settings.body_limit)
        except zlib.error:
            raise invalid("the body can't be unpacked") from None


@variant
class RefusesCompressedBodies(Gateway):
    """Answers 415 to a compressed body."""

    def content(self, request: Request) -> bytes:
        if request.value("Content-Encoding").lower() not in ("", "identity"):
            raise Refusal(415, 3, "Unsupported Media Type", (("Accept-Encoding", "identity"),))
        return super().content(request)


@variant
class RefusesNestingAndHugeNumbers(Gateway):
    """Answers 400 to nesting deeper than 32 and to numbers of more than 18 digits."""

    def parse(self, text: str) -> Json:
        outside = re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
        depth = deepest = 0
        for character in outside:
            depth += (character in "[{") - (character in "]}")
            deepest = max(deepest, depth)
        if deepest > 32 or re.search("[0-9]{19}|[eE]", outside.replace("true", "").replace("false", "")):
            raise invalid("the body is out of range")
        return super().parse(text)


@variant
class TakesAnyMarketForAnOrder(Gateway):
    """Cancels an own order whatever market it is named with."""

    def may_cancel(self, call: Call, order: Order, entry: Entry) -> bool:
        return order.account == call.account.key_id and order.is_open
