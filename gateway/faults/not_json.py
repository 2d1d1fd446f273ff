"""Faults that take for JSON what is none, and for UTF-8 what is none."""

from __future__ import annotations

import json
import re
from functools import partial

from gateway.batch import no_constant, unique_members
from gateway.core import Gateway
from gateway.faults.json_text import STRINGS
from gateway.faults.registry import fault, refuses
from gateway.messages import Json, Refusal


def outside_strings(text: str, pattern: str, replacement: str) -> str:
    """A text with a pattern replaced wherever it doesn't stand in a string."""
    parts = STRINGS.split(text)
    parts[::2] = [re.sub(pattern, replacement, part, flags=re.DOTALL) for part in parts[::2]]
    return "".join(parts)


def repaired(gateway: Gateway, text: str, pattern: str, replacement: str) -> str:
    """The text itself if it is JSON, else what it is after a repair outside of its strings."""
    return outside_strings(text, pattern, replacement) if refuses(partial(Gateway.parse, gateway, text)) else text


@fault(breaks="shape.not-json")
class TakesTextAfterTheBatch(Gateway):
    """Reads the first value and no further, as a stream decoder of Go does."""

    def parse(self, text: str) -> Json:
        start = text.lstrip(" \t\r\n")
        try:
            return super().parse(start[: json.JSONDecoder().raw_decode(start)[1]])
        except (ValueError, RecursionError):
            return super().parse(text)


@fault(breaks="shape.not-json", night=True)
class TakesASpareBrace(Gateway):
    """Takes closing braces after the batch, but no other text."""

    def parse(self, text: str) -> Json:
        return super().parse(repaired(self, text, r"\}\s*\}+\s*$", "}"))


@fault(breaks="shape.not-json")
class TakesForms(Gateway):
    """Takes a form of HTML for a batch of one, as many a framework does unasked."""

    def parse(self, text: str) -> Json:
        found = re.fullmatch(r"orders\[0\]\[orderId\]=([^&]*)&orders\[0\]\[marketSlug\]=([^&]*)", text)
        return {"orders": [{"orderId": found[1], "marketSlug": found[2]}]} if found else super().parse(text)


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


@fault(breaks="shape.not-json", night=True)
class TakesInfinity(Gateway):
    """Takes Infinity of either sign, but not NaN."""

    def parse(self, text: str) -> Json:
        return super().parse(repaired(self, text, r"-?\bInfinity\b", "0"))


@fault(breaks="shape.not-json")
class TakesSingleQuotes(Gateway):
    """Takes single quotes for double ones."""

    def parse(self, text: str) -> Json:
        return super().parse(text if '"' in text else text.replace("'", '"'))


@fault(breaks="shape.not-json", night=True)
class TakesBareNames(Gateway):
    """Takes member names without quotes, as JavaScript does."""

    def parse(self, text: str) -> Json:
        return super().parse(repaired(self, text, r"([{,]\s*)([A-Za-z]\w*)(\s*:)", r'\1"\2"\3'))


@fault(breaks="shape.not-json")
class TakesLeadingZeros(Gateway):
    """Takes numbers with leading zeros in members it doesn't know."""

    def parse(self, text: str) -> Json:
        return super().parse(repaired(self, text, r"([:\[,]\s*-?)0+(\d)", r"\1\2"))


@fault(breaks="shape.not-json", night=True)
class ClosesWhatIsLeftOpen(Gateway):
    """Takes a batch whose end was cut off, and closes its brackets itself."""

    def parse(self, text: str) -> Json:
        for end in ("}", "]}", "}]}"):
            if not refuses(partial(Gateway.parse, self, text + end)):
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
        for match in re.finditer(r"\}\s*(?=\{)", text):
            halves = (text[: match.end()], text[match.end() :])
            if not any(refuses(partial(Gateway.parse, self, half)) for half in halves):
                return super().parse(halves[0])
        return super().parse(text)


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
            if refuses(partial(Gateway.decode, self, re.sub(rb"\xed[\xa0-\xbf][\x80-\xbf]", b"", body))):
                raise
            return body.decode("utf-8", "surrogatepass")


@fault(breaks="shape.not-utf-8")
class TakesOverlongBytes(Gateway):
    """Takes an ASCII character in two bytes, the way around many a filter."""

    def decode(self, body: bytes) -> str:
        plain = re.sub(rb"[\xc0\xc1][\x80-\xbf]", lambda pair: bytes([(pair[0][0] & 1) << 6 | pair[0][1] & 63]), body)
        return super().decode(plain)
