"""Faults about what is echoed for repeats, for a batch sent again, and for orders in any state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from gateway.batch import Entry
from gateway.core import Gateway
from gateway.faults.echo import Ids, ids_of
from gateway.faults.registry import fault
from gateway.memory import Memory
from gateway.messages import invalid
from gateway.venue import Call


@fault(breaks="echo.repeats")
class DropsRepeats(Gateway):
    """Echoes an id once, however often it stands in the batch."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return dict.fromkeys(ids_of(entries))


@fault(breaks="echo.repeats")
class DropsAdjacentRepeats(Gateway):
    """Drops a repeat right after the id itself, and no other."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id for order_id, _ in groupby(ids_of(entries))]


@fault(breaks="echo.repeats")
class DropsTheThirdTime(Gateway):
    """Echoes an id twice at most."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        ids = ids_of(entries)
        return [order_id for index, order_id in enumerate(ids) if ids[:index].count(order_id) < 2]


@fault(breaks="echo.repeats")
class GathersRepeats(Gateway):
    """Echoes repeats right behind the id itself."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        ids = ids_of(entries)
        return sorted(ids, key=ids.index)


@fault(breaks="echo.repeats")
class DropsRepeatsInAnotherMarket(Gateway):
    """Drops a repeat whose market is not that of the first time."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        markets: dict[str, str] = {}
        return [
            entry.order_id
            for entry in entries
            if markets.setdefault(entry.order_id, entry.market_slug) == entry.market_slug
        ]


@fault(breaks="echo.again")
class AnswersOnce(Gateway):
    """Answers the same batch with an empty echo from the second time on."""

    seen = Memory(set[Ids])

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        ids = ids_of(entries)
        again = ids in self.seen
        self.seen.add(ids)
        return () if again else ids


@fault(breaks="echo.again", night=True)
class RefusesTheThirdTime(Gateway):
    """Refuses a batch that it has taken twice."""

    seen = Memory(list[Ids])

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        self.seen.append(ids_of(entries))
        if self.seen.count(ids_of(entries)) > 2:
            raise invalid("the batch has been processed already")
        return ids_of(entries)


@fault(breaks="echo.again")
class ReversesTheSecondTime(Gateway):
    """Echoes a batch of three or more from its cache the second time, newest first."""

    seen = Memory(set[Ids])

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        ids = ids_of(entries)
        again = ids in self.seen and len(ids) > 2
        self.seen.add(ids)
        return ids[::-1] if again else ids


@fault(breaks="echo.any-state")
class DropsUnknownIds(Gateway):
    """Echoes only ids that the exchange knows."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id for order_id in ids_of(entries) if self.book.get(order_id)]


@fault(breaks="echo.any-state")
class DropsUnknownAmongKnown(Gateway):
    """Drops unknown ids only where a known one stands beside them."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        ids = ids_of(entries)
        return [order_id for order_id in ids if self.book.get(order_id)] or ids


@fault(breaks="echo.any-state")
class DropsWhatWasCancelledBefore(Gateway):
    """Echoes a cancel once: an order that an earlier batch cancelled is left out."""

    earlier = Memory(set[str])

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        ids = ids_of(entries)
        echoed = [order_id for order_id in ids if order_id not in self.earlier]
        self.earlier.update(order_id for order_id in ids if self.book.get(order_id))
        return echoed


@fault(breaks="echo.any-state")
class BlanksUnknownIds(Gateway):
    """Echoes an empty string in the place of an unknown id, where a known one stands in the batch."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        ids = ids_of(entries)
        known = [order_id if self.book.get(order_id) else "" for order_id in ids]
        return known if any(known) else ids


@fault(breaks="outcome.independent")
class KeepsTheLastOfTwo(Gateway):
    """Keeps entries in a map by their ids, so that the last one's market counts where an order is named twice."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        super().forward(call, list({entry.order_id: entry for entry in entries}.values()))


@fault(breaks="outcome.independent")
class KeepsTheFirstOfTwo(Gateway):
    """Keeps the first entry of an id and ignores others, whatever market they name."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        super().forward(call, list({entry.order_id: entry for entry in reversed(entries)}.values()))
