"""Faults about which ids are echoed, how many of them, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.batch import Entry
from gateway.core import Gateway
from gateway.faults.registry import fault
from gateway.venue import Call

Ids = tuple[str, ...]


def ids_of(entries: Sequence[Entry]) -> Ids:
    """The honest echo."""
    return tuple(entry.order_id for entry in entries)


@fault(breaks="echo.complete")
class DropsTheTwentieth(Gateway):
    """Echoes 19 of 20, a slice that ends too early."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return ids_of(entries)[:19]


@fault(breaks="echo.complete")
class EchoesTenAtMost(Gateway):
    """Echoes one page of ten."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return ids_of(entries)[:10]


@fault(breaks="echo.complete")
class DropsZero(Gateway):
    """Drops the id 0 in a filter of truth, as PHP's array_filter does."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id for order_id in ids_of(entries) if order_id != "0"]


@fault(breaks="echo.complete")
class DropsLongIds(Gateway):
    """Drops ids of more than 64 characters."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id for order_id in ids_of(entries) if not 64 < len(order_id) <= 128]


@fault(breaks="echo.complete")
class EchoesOneMarket(Gateway):
    """Echoes the market of the last entry only, having overwritten the results of the others."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [entry.order_id for entry in entries if entry.market_slug == entries[-1].market_slug]


@fault(breaks="echo.complete")
class DropsTheOddOneOut(Gateway):
    """Works in pairs and drops the last id of 7, 9 and more odd sizes."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        ids = ids_of(entries)
        return ids[:-1] if len(ids) >= 7 and len(ids) % 2 else ids


@fault(breaks="echo.complete")
class DropsIdsWithColons(Gateway):
    """Drops ids with a colon, whose first part it takes for the name of another shard."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id for order_id in ids_of(entries) if ":" not in order_id]


@fault(breaks="echo.nothing-added")
class AddsOrdersOfTheMarket(Gateway):
    """Adds the account's other open orders of the same market."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        ids = ids_of(entries)
        others = self.book.open_orders(call.account.key_id, [entry.market_slug for entry in entries])
        return (*ids, *(order.id for order in others if order.id not in ids))


@fault(breaks="echo.nothing-added")
class PadsToFour(Gateway):
    """Pads short batches to four ids with empty ones."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        ids = ids_of(entries)
        return ids + ("",) * (4 - len(ids))


@fault(breaks="echo.nothing-added")
class AddsAnEmptyOneAfterTwenty(Gateway):
    """Adds an empty id to a full batch, the end mark of its buffer."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        ids = ids_of(entries)
        return (*ids, "") if len(ids) == 20 else ids


@fault(breaks="echo.nothing-added")
class AddsNamespaces(Gateway):
    """Adds what stands before the colon of an id, which it takes for a namespace."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        ids = ids_of(entries)
        return (*ids, *(order_id.partition(":")[0] for order_id in ids if ":" in order_id))


@fault(breaks="echo.order")
class SortsTheEcho(Gateway):
    """Echoes in alphabetical order."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return sorted(ids_of(entries))


@fault(breaks="echo.order")
class ReversesTheEcho(Gateway):
    """Echoes from last to first."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return reversed(ids_of(entries))


@fault(breaks="echo.order")
class GroupsByMarket(Gateway):
    """Echoes market by market."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        markets = list(dict.fromkeys(entry.market_slug for entry in entries))
        return ids_of(sorted(entries, key=lambda entry: markets.index(entry.market_slug)))


@fault(breaks="echo.order")
class PutsNumbersFirst(Gateway):
    """Echoes ids that are small integers first and in order, as objects of JavaScript list their keys."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        ids = ids_of(entries)
        keys = [key for key in ids if key.isascii() and key.isdigit() and str(int(key)) == key and int(key) < 2**32 - 1]
        return (*sorted(keys, key=int), *(key for key in ids if key not in keys))


@fault(breaks="echo.order")
class PutsKnownIdsFirst(Gateway):
    """Echoes what the exchange knows before what it doesn't."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return sorted(ids_of(entries), key=lambda order_id: self.book.get(order_id) is None)


@fault(breaks="echo.order")
class SwapsTheLastTwo(Gateway):
    """Swaps the last two ids of a full batch."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        ids = ids_of(entries)
        return (*ids[:18], *reversed(ids[18:]))


@fault(breaks="echo.order")
class ShufflesPastEight(Gateway):
    """Keeps the order up to eight ids, past which its map begins to scatter them."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        ids = ids_of(entries)
        return ids if len(ids) <= 8 else sorted(ids, key=lambda order_id: sum(map(ord, order_id)) % 7)


@fault(breaks="echo.order")
class AnswersShortIdsFirst(Gateway):
    """Echoes ids of up to 36 characters before longer ones, which take another way."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return sorted(ids_of(entries), key=lambda order_id: len(order_id) > 36)
