"""Faults about JSON as a text: white space, order, escapes, repeated members."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import partial

from gateway.batch import Entry, no_constant
from gateway.core import Gateway
from gateway.faults.registry import fault, raw_entries, refuses
from gateway.messages import Json, Reply, invalid
from gateway.venue import Call

STRINGS = re.compile(r'("(?:[^"\\]|\\.)*")', re.DOTALL)


def in_values(text: str, pattern: str, replacement: str) -> str:
    """A text with a pattern replaced in its strings, member names left as they are."""
    parts = STRINGS.split(text)
    for index in range(1, len(parts), 2):
        if not parts[index + 1].lstrip().startswith(":"):
            parts[index] = re.sub(pattern, replacement, parts[index])
    return "".join(parts)


def of_a_repeat(gateway: Gateway, call: Call) -> tuple[Json, Json] | None:
    """A body that repeats members, by the first and by the last of them; nothing of one that repeats none.

    If it isn't JSON at all, a refusal.
    """
    text = gateway.decode(call.request.body)
    if not refuses(partial(gateway.parse, text)):
        return None
    try:
        first = json.loads(text, object_pairs_hook=lambda pairs: dict(reversed(pairs)), parse_constant=no_constant)
        return first, json.loads(text, parse_constant=no_constant)
    except (ValueError, RecursionError):
        return gateway.parse(text), None


def as_they_are(document: Json) -> Sequence[Entry]:
    """The entries of a batch that nobody checked."""
    orders = [order for order in raw_entries(document) if isinstance(order, dict)]
    return [Entry(str(order.get("orderId")), str(order.get("marketSlug"))) for order in orders]


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
        if any(re.match(r"\s+:", part) for part in STRINGS.split(text)[2::2]):
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
        return super().parse(in_values(text, r"\\u00", r"\\\\u00"))


@fault(breaks="shape.escapes")
class RefusesBackslashes(Gateway):
    """Refuses escapes of Unicode in plain ids, which its firewall takes for an attack."""

    def parse(self, text: str) -> Json:
        if in_values(text, r"\\u00[2-7]", "") != text:
            raise invalid("the body is not JSON")
        return super().parse(text)


@fault(breaks="shape.escapes")
class RefusesCapitalHex(Gateway):
    """Refuses an escape with hexadecimal digits in capitals."""

    def parse(self, text: str) -> Json:
        if in_values(text, r"\\u00[0-9a-fA-F]?[A-F]", "") != text:
            raise invalid("the body is not JSON")
        return super().parse(text)


@fault(breaks="shape.escapes")
class DropsEscapes(Gateway):
    """Drops escaped letters and digits from ids."""

    def parse(self, text: str) -> Json:
        return super().parse(in_values(text, r"(?<=[\w.:-])\\u00[3-7][0-9a-fA-F](?=[\w.:-])", ""))


@fault(breaks="shape.repeated-member")
class ChecksTheFirstForwardsTheLast(Gateway):
    """Checks the first of two members of one name and goes by the last, whatever it is."""

    def read_batch(self, call: Call) -> Sequence[Entry]:
        readings = of_a_repeat(self, call)
        if readings is None:
            return super().read_batch(call)
        first, last = readings
        self.check_entries(call, self.check_orders(self.check_batch(first)))
        return as_they_are(last)


@fault(breaks="shape.repeated-member")
class ChecksTheLastForwardsTheFirst(Gateway):
    """Checks the last of two members of one name and goes by the first, whatever it is."""

    def read_batch(self, call: Call) -> Sequence[Entry]:
        readings = of_a_repeat(self, call)
        if readings is None:
            return super().read_batch(call)
        first, last = readings
        self.check_entries(call, self.check_orders(self.check_batch(last)))
        return as_they_are(first)


@fault(breaks="shape.repeated-member", night=True)
class CountsTheFirstForwardsTheLast(Gateway):
    """Checks the size of the first of two members named orders and takes the last, however long it is."""

    def read_batch(self, call: Call) -> Sequence[Entry]:
        readings = of_a_repeat(self, call)
        if readings is None:
            return super().read_batch(call)
        first, last = readings
        self.check_size(call, self.check_orders(self.check_batch(first)))
        return self.check_entries(call, self.check_orders(last))


@fault(breaks="shape.repeated-member")
class EchoesTheFirstCarriesOutTheLast(Gateway):
    """Echoes the first of two ids of an entry and cancels the last, both of them strings."""

    def cancel_batch(self, call: Call) -> Reply:
        readings = of_a_repeat(self, call)
        if readings is None:
            return super().cancel_batch(call)
        first, last = (self.check_entries(call, self.check_orders(self.check_batch(each))) for each in readings)
        self.forward(call, last)
        return self.accept(call, self.echo(call, first))


@fault(breaks="shape.repeated-member")
class MergesRepeatedOrders(Gateway):
    """Reads the second of two arrays of orders into the first, whose members stay where it has none."""

    def read_batch(self, call: Call) -> Sequence[Entry]:
        readings = of_a_repeat(self, call)
        if readings is None:
            return super().read_batch(call)
        first, last = (raw_entries(each) for each in readings)
        merged = [a | b for a, b in zip(first, last, strict=False) if isinstance(a, dict) and isinstance(b, dict)]
        return self.check_entries(call, merged)
