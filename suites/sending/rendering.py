"""Fills the placeholders of a plan with what only the moment of sending knows: markets and order ids.

`{{market.0}}` is a market of the target, `{{order.NAME}}` the id of an order that the plan needs, `{{market.NAME}}` its
market. A form may follow (`{{order.NAME|upper}}`): another spelling of the id, for plans that must not act on it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass

from contracts.messages import Plan

PLACEHOLDER = re.compile(rb"\{\{(order|market)\.([A-Za-z0-9_-]+)(?:\|([a-z-]+))?\}\}")
ESCAPED = "escaped"
"""The form of an id that is the same in JSON, each character an escape."""
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}

FORMS: dict[str, Callable[[str], str]] = {
    "": lambda text: text,
    ESCAPED: lambda text: text,
    "upper": lambda text: text.swapcase() if text.swapcase() != text else text + "A",
    "beginning": lambda text: text[:-1],
    "longer": lambda text: text + (".0" if text.isdecimal() else "0"),
    "end": lambda text: text[1:],
    "first-changed": lambda text: ("x" if text[:1] != "x" else "y") + text[1:],
    "blank-behind": lambda text: text + " ",
    "blank-before": lambda text: " " + text,
    "tab-behind": lambda text: text + "\t",
    "newline-behind": lambda text: text + "\n",
    "all": lambda _: "all",
    "nul-behind": lambda text: text + "\x00",
    "full-width": lambda text: text.translate(FULL_WIDTH),
    "zero-width": lambda text: text[:1] + "\u200b" + text[1:],
    "wildcard": lambda text: text[: len(text) // 2] + "%",
    "star": lambda text: text[: len(text) // 2] + "*",
    "comma": lambda text: text + ",x",
    "slash": lambda text: text + "/",
    "underscore": lambda text: text[:-1] + "_",
    "dot": lambda text: text[:-1] + ".",
    "no-hyphens": lambda text: text.replace("-", "") if "-" in text else text[:4] + "-" + text[4:],
    "suffix": lambda text: text + "-1",
    "leg": lambda text: text + ":1",
    "zero-before": lambda text: "0" + text,
    "plus-before": lambda text: "+" + text,
    "quoted": lambda text: f'"{text}"',
    "percent-encoded": lambda text: "".join(f"%{ord(char):02x}" for char in text),
    "accent": lambda text: text + "\u0301",
    "query": lambda text: text + "?x=1",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """An order that exists for a plan's need."""

    order_id: str
    market: str


@dataclass(frozen=True, slots=True)
class Binding:
    """What the placeholders of one plan stand for."""

    markets: tuple[str, ...]
    orders: Mapping[str, Placed]
    reserved: Container[str] = frozenset()
    """Ids of orders that exist, or could: another spelling of an id must not be one of them by chance."""
    optional: Container[str] = frozenset()
    """Names of orders in whose place an id that nobody has may stand."""

    def stand_in(self, name: str) -> Placed:
        """What stands in the place of an order that could not be placed."""
        return Placed(f"nobody-{hashlib.sha256(name.encode()).hexdigest()[:16]}", self.markets[0])

    def fill(self, text: bytes) -> bytes:
        """The text with every placeholder filled in, escaped for a JSON string.

        Raises:
            KeyError: an order that the plan does not need, or an unknown form.
        """
        filled: dict[bytes, bytes] = {}  # the entries of a batch mostly share a market

        def value(match: re.Match[bytes]) -> bytes:
            if match[0] not in filled:
                filled[match[0]] = self._value(match)
            return filled[match[0]]

        return PLACEHOLDER.sub(value, text) if b"{{" in text else text

    def _value(self, match: re.Match[bytes]) -> bytes:
        what, name = match[1].decode(), match[2].decode()
        written = match[3].decode() if match[3] else ""
        form = FORMS[written]
        if what == "market" and name.isdigit():
            value = self.markets[int(name) % len(self.markets)]
        else:
            placed = self.orders[name] if name in self.orders or name not in self.optional else self.stand_in(name)
            value = placed.market if what == "market" else placed.order_id
        if written == ESCAPED:
            return "".join(f"\\u{ord(char):04x}" for char in value).encode()
        spelt = form(value)
        if match[3] and spelt in self.reserved:
            spelt += "-nobody"
        if match[3] and spelt in self.reserved:  # a short id stands in it still
            spelt = self.stand_in(spelt).order_id
        return json.dumps(spelt)[1:-1].encode()


def body_of(plan: Plan, binding: Binding) -> bytes:
    """The bytes of the body that leave for the target; empty where the plan has none."""
    return binding.fill(plan.body) if plan.body is not None else b""
