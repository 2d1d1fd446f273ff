"""Faults that stumble over what stands beside an order, or over an id that is nearly its own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import takewhile

from gateway.batch import Entry
from gateway.book import Order
from gateway.core import Gateway
from gateway.faults.outcome import orders_of
from gateway.faults.registry import fault
from gateway.memory import Memory
from gateway.messages import invalid
from gateway.venue import Call


@fault(breaks="outcome.independent")
class StopsAtAnUnknownMarket(Gateway):
    """Forwards the entries up to the first in a market that nobody has."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        super().forward(call, list(takewhile(lambda entry: entry.market_slug in self.book.markets, entries)))


def found(gateway: Gateway, call: Call, order_id: str, spelling: str) -> Order | None:
    """The order under an id, or else the caller's own under another spelling of it."""
    order = gateway.book.get(order_id) or gateway.book.get(spelling)
    return order if order and (order.id == order_id or order.account == call.account.key_id) else None


@fault(breaks="outcome.exact-id")
class FindsOrdersByTheirBeginning(Gateway):
    """Finds an order by the beginning of its id, 12 characters at least."""

    def lookup(self, call: Call, order_id: str) -> Order | None:
        longer = (order.id for order in orders_of(self, call) if len(order_id) >= 12 and order.id.startswith(order_id))
        return super().lookup(call, next(longer, order_id))


@fault(breaks="outcome.exact-id")
class FindsOrdersInAnyCase(Gateway):
    """Finds an order by its id in another letter case, as a column without regard to case does."""

    def lookup(self, call: Call, order_id: str) -> Order | None:
        return found(self, call, order_id, order_id.upper())


@fault(breaks="outcome.exact-id")
class FindsOrdersTrimmed(Gateway):
    """Finds an order by its id with white space around it."""

    def lookup(self, call: Call, order_id: str) -> Order | None:
        return found(self, call, order_id, order_id.strip())


@fault(breaks="outcome.exact-id")
class FindsOrdersInFullWidth(Gateway):
    """Finds an order by its id in full-width letters or any other compatible form."""

    def lookup(self, call: Call, order_id: str) -> Order | None:
        return found(self, call, order_id, unicodedata.normalize("NFKC", order_id))


@fault(breaks="outcome.exact-id")
class FindsOrdersUpToNul(Gateway):
    """Finds an order by its id with a NUL and anything after it."""

    def lookup(self, call: Call, order_id: str) -> Order | None:
        return found(self, call, order_id, order_id.partition("\0")[0])


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


@fault(breaks="outcome.independent")
class CarriesOutWholeFives(Gateway):
    """Passes a batch on by fives, a fifth of its size of them to the nearest, and leaves out what is over."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        super().forward(call, entries[: max(1, round(len(entries) / 5)) * 5])


@fault(breaks="echo.verbatim")
class WritesMomentsAnew(Gateway):
    """Echoes an id that is a moment with its milliseconds, as its library writes moments."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        moment = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
        return [
            entry.order_id[:-1] + ".000Z" if moment.fullmatch(entry.order_id) else entry.order_id for entry in entries
        ]


@fault(breaks="echo.verbatim")
class RemembersSpellings(Gateway):
    """Echoes an id as it was spelt the first time, whatever its letter case."""

    spelt = Memory(dict[str, str])

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        known = dict(self.spelt)  # of the batches before: in one batch, none is taken for another
        for entry in entries:
            self.spelt.setdefault(entry.order_id.lower(), entry.order_id)
        return [known.get(entry.order_id.lower(), entry.order_id) for entry in entries]


@fault(breaks="outcome.nothing-else")
class TakesAnEmptyIdForAny(Gateway):
    """Finds orders by the beginning of their ids, and an empty one is the beginning of all."""

    def lookup(self, call: Call, order_id: str) -> Order | None:
        return super().lookup(call, order_id) if order_id else next(iter(orders_of(self, call)), None)


@fault(breaks="outcome.independent")
class LooksForIdsAsTheyAreWritten(Gateway):
    """Cuts ids out of the text for the exchange, where one with escapes is not the order's."""

    def lookup(self, call: Call, order_id: str) -> Order | None:
        written = order_id.encode("utf-8", "surrogatepass") in call.request.body
        return super().lookup(call, order_id) if written else None
