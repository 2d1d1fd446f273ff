"""Faults that stumble over what stands beside an order, or over an id that is nearly its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from gateway.batch import Entry
from gateway.book import Order
from gateway.core import Gateway
from gateway.faults.registry import fault
from gateway.messages import invalid
from gateway.venue import Call


@fault(breaks="outcome.independent")
class StopsAtAnUnknownMarket(Gateway):
    """Forwards the entries up to the first in a market that nobody has."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        super().forward(call, list(takewhile(lambda entry: entry.market_slug in self.book.markets, entries)))


@fault(breaks="outcome.exact-id")
class OverlooksTheFirstCharacter(Gateway):
    """Finds an order by its id without the first character, which stands for the shard of the book."""

    def lookup(self, call: Call, order_id: str) -> Order | None:
        rest = order_id[1:]
        near = (order for order in self.book if len(rest) > 8 and order.id[1:] == rest)
        return super().lookup(call, order_id) or next(near, None)


@fault(breaks="shape.plain-ids")
class RefusesColonsAtTheEnd(Gateway):
    """Refuses an id that ends with a colon: there is nothing in its namespace."""

    def check_member(self, entry: dict[str, object], name: str) -> str:
        value = super().check_member(entry, name)
        if name == "orderId" and value.isascii() and value[-1:] == ":":
            raise invalid("orderId is not valid")
        return value


@fault(breaks="echo.verbatim")
class DropsTheUrn(Gateway):
    """Echoes a UUID that came as a URN without its scheme."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [entry.order_id.removeprefix("urn:uuid:") for entry in entries]


@fault(breaks="echo.odd-strings")
class FillsInPercents(Gateway):
    """Echoes through a format: what looks like a directive is gone."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [entry.order_id.replace("%s", "").replace("%d", "") for entry in entries]
