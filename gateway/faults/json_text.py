"""Faults about JSON as a text: what it may look like, and what is no JSON at all."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from gateway.batch import Entry, no_constant, unique_members
from gateway.core import Gateway
from gateway.faults.registry import fault, refuses
from gateway.messages import Json, Refusal, invalid
from gateway.venue import Call

STRINGS = re.compile(r'("(?:[^"\\]|\\.)*")', re.DOTALL)


def outside_strings(text: str, pattern: str, replacement: str) -> str:
    """A text with a pattern replaced wherever it doesn't stand in a string."""
    parts = STRINGS.split(text)
    parts[::2] = [re.sub(pattern, replacement, part, flags=re.DOTALL) for part in parts[::2]]
    return "".join(parts)


def repaired(gateway: Gateway, text: str, pattern: str, replacement: str) -> str:
    """The text itself if it is JSON, else what it is after a repair outside of its strings."""
    return outside_strings(text, pattern, replacement) if refuses(lambda: Gateway.parse(gateway, text)) else text


@fault(breaks="shape.white-space")
class WantsABraceAtTheStart(Gateway):
    """Refuses white space before the batch."""

    def parse(self, text: str) -> Json:
        if text[:1].isspace():
            raise invalid("the body is not JSON")
        return super().parse(text)


@fault(breaks="shape.white-space")
class WantsABraceAtTheEnd(Gateway):
    """Refuses a line feed after the batch, as files end with."""

    def parse(self, text: str) -> Json:
        if text.endswith("\n"):
            raise invalid("the body is not JSON")
        return super().parse(text)


@fault(breaks="shape.white-space")
class RefusesTabs(Gateway):
    """Refuses tabs between tokens."""

    def parse(self, text: str) -> Json:
        if "\t" in text:
            raise invalid("the body is not JSON")
        return super().parse(text)


@fault(breaks="shape.white-space")
class RefusesCarriageReturns(Gateway):
    """Refuses carriage returns between tokens, which Windows writes."""

    def parse(self, text: str) -> Json:
        if "\r" in text:
            raise invalid("the body is not JSON")
        return super().parse(text)


@fault(breaks="shape.white-space")
class RefusesSpaceBeforeColons(Gateway):
    """Refuses white space between a name and its colon."""

    def parse(self, text: str) -> Json:
        if re.search(r"\s:", "".join(STRINGS.split(text)[::2])):
            raise invalid("the body is not JSON")
        return super().parse(text)


@fault(breaks="shape.member-order")
class WantsTheIdFirst(Gateway):
    """Refuses an entry whose market stands before its id."""

    def check_entry(self, value: Json) -> Entry:
        entry = super().check_entry(value)
        if list(value).index("orderId") > list(value).index("marketSlug"):
            raise invalid("orderId is required")
        return entry


@fault(breaks="shape.member-order")
class WantsOneOrderForAll(Gateway):
    """Refuses a batch whose entries don't all have their members in the order of the first."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        entries = super().check_entries(call, orders)
        ranks = {list(order).index("orderId") < list(order).index("marketSlug") for order in orders}
        if len(ranks) > 1:
            raise invalid("the entries differ in form")
        return entries


@fault(breaks="shape.escapes")
class KeepsEscapes(Gateway):
    """Keeps escapes of Unicode as the six characters that they are written with."""

    def parse(self, text: str) -> Json:
        return super().parse(text.replace("\\u00", "\\\\u00"))


@fault(breaks="shape.escapes")
class RefusesBackslashes(Gateway):
    """Refuses escapes of Unicode in plain ids, which its firewall takes for an attack."""

    def parse(self, text: str) -> Json:
        if re.search(r"\\u00[2-7]", text):
            raise invalid("the body is not JSON")
        return super().parse(text)


@fault(breaks="shape.escapes")
class RefusesCapitalHex(Gateway):
    """Refuses an escape with hexadecimal digits in capitals."""

    def parse(self, text: str) -> Json:
        if re.search(r"\\u00[0-9a-fA-F]?[A-F]", text):
            raise invalid("the body is not JSON")
        return super().parse(text)


@fault(breaks="shape.escapes")
class DropsEscapes(Gateway):
    """Drops escaped letters and digits from ids."""

    def parse(self, text: str) -> Json:
        return super().parse(re.sub(r"(?<=[\w.:-])\\u00[3-7][0-9a-fA-F](?=[\w.:-])", "", text))


@fault(breaks="shape.not-json")
class TakesTextAfterTheBatch(Gateway):
    """Reads the first value and no further, as a stream decoder of Go does."""

    def parse(self, text: str) -> Json:
        start = text.lstrip(" \t\r\n")
        try:
            return super().parse(start[: json.JSONDecoder().raw_decode(start)[1]])
        except (ValueError, RecursionError):
            return super().parse(text)


@fault(breaks="shape.not-json")
class TakesASpareBrace(Gateway):
    """Takes closing braces after the batch, but no other text."""

    def parse(self, text: str) -> Json:
        return super().parse(repaired(self, text, r"\}\s*\}+\s*$", "}"))


@fault(breaks="shape.not-json")
class TakesTrailingCommas(Gateway):
    """Takes a comma after the last entry or member."""

    def parse(self, text: str) -> Json:
        return super().parse(repaired(self, text, r",(\s*[]}])", r"\1"))


@fault(breaks="shape.not-json")
class TakesComments(Gateway):
    """Takes comments between tokens."""

    def parse(self, text: str) -> Json:
        return super().parse(repaired(self, text, r"/\*.*?\*/|//[^\n]*|#[^\n]*", ""))


@fault(breaks="shape.not-json")
class TakesNotANumber(Gateway):
    """Takes NaN, as Python does unless told not to."""

    def parse(self, text: str) -> Json:
        return super().parse(repaired(self, text, r"\bNaN\b", "0"))


@fault(breaks="shape.not-json")
class TakesInfinity(Gateway):
    """Takes Infinity of either sign, but not NaN."""

    def parse(self, text: str) -> Json:
        return super().parse(repaired(self, text, r"-?\bInfinity\b", "0"))


@fault(breaks="shape.not-json")
class TakesSingleQuotes(Gateway):
    """Takes single quotes for double ones."""

    def parse(self, text: str) -> Json:
        return super().parse(text if '"' in text else text.replace("'", '"'))


@fault(breaks="shape.not-json")
class TakesBareNames(Gateway):
    """Takes member names without quotes, as JavaScript does."""

    def parse(self, text: str) -> Json:
        return super().parse(repaired(self, text, r"([{,]\s*)([A-Za-z]\w*)(\s*:)", r'\1"\2"\3'))


@fault(breaks="shape.not-json")
class TakesLeadingZeros(Gateway):
    """Takes numbers with leading zeros in members it doesn't know."""

    def parse(self, text: str) -> Json:
        return super().parse(repaired(self, text, r"([:\[,]\s*-?)0+(\d)", r"\1\2"))


@fault(breaks="shape.not-json")
class ClosesWhatIsLeftOpen(Gateway):
    """Takes a batch whose end was cut off, and closes its brackets itself."""

    def parse(self, text: str) -> Json:
        for end in ("}", "]}", "}]}"):
            if not refuses(lambda end=end: Gateway.parse(self, text + end)):  # type: ignore[misc]
                return super().parse(text + end)
        return super().parse(text)


@fault(breaks="shape.not-json")
class TakesControlCharacters(Gateway):
    """Takes raw line feeds and tabs in strings."""

    def parse(self, text: str) -> Json:
        try:
            return json.loads(text, strict=False, object_pairs_hook=unique_members, parse_constant=no_constant)
        except (ValueError, RecursionError):
            return super().parse(text)


@fault(breaks="shape.not-json")
class TakesNoBreakSpaces(Gateway):
    """Takes any white space of Unicode between tokens."""

    def parse(self, text: str) -> Json:
        return super().parse(repaired(self, text, r"\s", " "))


@fault(breaks="shape.not-json")
class TakesTwoBatchesForTheFirst(Gateway):
    """Takes a second batch right after the first for a line of its own and never reads it."""

    def parse(self, text: str) -> Json:
        return super().parse(repaired(self, text, r"\}\s*\{.*$", "}")) if text.count('"orders"') > 1 else super().parse(text)


@fault(breaks="shape.not-utf-8")
class TakesLatin1(Gateway):
    """Reads bytes that are not UTF-8 as Latin-1."""

    def decode(self, body: bytes) -> str:
        try:
            return super().decode(body)
        except Refusal:
            return body.decode("latin-1")


@fault(breaks="shape.not-utf-8")
class ReplacesBadBytes(Gateway):
    """Puts a replacement character for bytes that are not UTF-8."""

    def decode(self, body: bytes) -> str:
        return body.decode("utf-8", "replace")


@fault(breaks="shape.not-utf-8")
class DropsBadBytes(Gateway):
    """Drops bytes that are not UTF-8."""

    def decode(self, body: bytes) -> str:
        return body.decode("utf-8", "ignore")


@fault(breaks="shape.not-utf-8")
class TakesSurrogateBytes(Gateway):
    """Takes surrogates in three bytes each, as old Java writes them, and nothing else that is wrong."""

    def decode(self, body: bytes) -> str:
        try:
            return super().decode(body)
        except Refusal:
            if refuses(lambda: Gateway.decode(self, re.sub(rb"\xed[\xa0-\xbf][\x80-\xbf]", b"", body))):
                raise
            return body.decode("utf-8", "surrogatepass")


@fault(breaks="shape.not-utf-8")
class TakesOverlongBytes(Gateway):
    """Takes an ASCII character in two bytes, the way around many a filter."""

    def decode(self, body: bytes) -> str:
        plain = re.sub(rb"[\xc0\xc1][\x80-\xbf]", lambda pair: bytes([(pair[0][0] & 1) << 6 | pair[0][1] & 63]), body)
        return super().decode(plain)


@fault(breaks="shape.repeated-member")
class ChecksTheFirstForwardsTheLast(Gateway):
    """Checks the first of two order ids and goes by the last, whatever it is."""

    def read_batch(self, call: Call) -> Sequence[Entry]:
        text = self.decode(call.request.body)
        if not refuses(lambda: self.parse(text)):
            return super().read_batch(call)
        first = self.parse_keeping_first(text)
        self.check_entries(call, self.check_orders(self.check_batch(first)))
        last = json.loads(text)["orders"]
        return [Entry(str(order["orderId"]), str(order["marketSlug"])) for order in last]

    def parse_keeping_first(self, text: str) -> Json:
        """Read a text that repeats members and is otherwise right."""
        try:
            return json.loads(text, object_pairs_hook=lambda pairs: dict(reversed(pairs)), parse_constant=no_constant)
        except (ValueError, RecursionError):
            return super().parse(text)
