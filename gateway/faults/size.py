"""Faults about how many orders a batch may carry."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.batch import Entry
from gateway.core import Gateway
from gateway.faults.registry import fault
from gateway.memory import Memory
from gateway.messages import Json, Request, invalid
from gateway.venue import Call


@fault(breaks="size.one")
class RefusesOne(Gateway):
    """Refuses a batch of one, as a venue does that has another route for single orders."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        super().check_size(call, orders)
        if len(orders) == 1:
            raise invalid("orders must have 2 to 20 entries")


@fault(breaks="size.one")
class RefusesOneOfTheOtherAccount(Gateway):
    """Refuses a batch of one, but only from the second account."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        super().check_size(call, orders)
        if len(orders) == 1 and call.account is self.accounts[1]:
            raise invalid("orders must have 2 to 20 entries")


@fault(breaks="size.full")
class RefusesTwenty(Gateway):
    """Takes 19 at most: `<` where `<=` was meant."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        super().check_size(call, orders)
        if len(orders) == 20:
            raise invalid("too many orders")


@fault(breaks="size.full")
class RefusesTwentyTwice(Gateway):
    """Refuses a full batch within a second after a full batch of the same account."""

    last_full = Memory(dict[str, int])

    def check_size(self, call: Call, orders: list[Json]) -> None:
        super().check_size(call, orders)
        if len(orders) == 20:
            since = call.now_ms - self.last_full.get(call.account.key_id, 0)
            self.last_full[call.account.key_id] = call.now_ms
            if since < 1000:
                raise invalid("too many orders")


@fault(breaks="size.between")
class RefusesTwo(Gateway):
    """Refuses a batch of two, which an older version read as a range."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        super().check_size(call, orders)
        if len(orders) == 2:
            raise invalid("orders must not be a pair")


@fault(breaks="size.between")
class RefusesThirteen(Gateway):
    """Refuses a batch of 13, and no other lawful size."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        super().check_size(call, orders)
        if len(orders) == 13:
            raise invalid("orders could not be read")


@fault(breaks="size.between")
class RefusesFourteen(Gateway):
    """Refuses a batch of 14, a size that it keeps for its own jobs."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        super().check_size(call, orders)
        if len(orders) == 14:
            raise invalid("the batch can't be taken")


@fault(breaks="size.between")
class RefusesNine(Gateway):
    """Refuses a batch of nine, the last number of one digit."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        super().check_size(call, orders)
        if len(orders) == 9:
            raise invalid("the batch can't be taken")


@fault(breaks="size.between")
class RefusesSixteen(Gateway):
    """Refuses a batch of 16, where its buffer is exactly full."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        super().check_size(call, orders)
        if len(orders) == 16:
            raise invalid("orders could not be read")


@fault(breaks="size.between")
class RefusesNineteen(Gateway):
    """Refuses a batch of 19 after a hasty repair of the limit of 20."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        super().check_size(call, orders)
        if len(orders) == 19:
            raise invalid("too many orders")


@fault(breaks="size.empty")
class TakesNone(Gateway):
    """Takes a batch of no orders and answers with an empty echo."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        if orders:
            super().check_size(call, orders)


@fault(breaks="size.empty")
class TakesNoneAfterMany(Gateway):
    """Takes an empty batch on a connection that has carried a lawful one."""

    warm = Memory(set[int])

    def check_size(self, call: Call, orders: list[Json]) -> None:
        if orders or call.request.connection not in self.warm:
            super().check_size(call, orders)
        self.warm.add(call.request.connection)


@fault(breaks="size.empty")
class TakesNoneAsAll(Gateway):
    """Takes an empty batch to mean every open order of the account."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        if orders:
            return super().check_size(call, orders)
        for order in self.book.open_orders(call.account.key_id):
            self.cancel(call, order)
        return None


@fault(breaks="size.over")
class TakesTwentyOne(Gateway):
    """Takes a batch of 21."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        if len(orders) != 21:
            super().check_size(call, orders)


@fault(breaks="size.over")
class TakesMultiplesOfTwenty(Gateway):
    """Takes 40, 60 or 80, as what is left after filling whole batches is nothing."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        if not orders or len(orders) % 20:
            super().check_size(call, orders)


@fault(breaks="size.over")
class CutsAtTwenty(Gateway):
    """Takes any number and silently drops what is past the 20th."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        del orders[20:]
        super().check_size(call, orders)


@fault(breaks="size.over")
class CountsInOneByte(Gateway):
    """Keeps the count in one byte, so that 257 orders are one."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        super().check_size(call, orders[: len(orders) % 256])


@fault(breaks="size.entries")
class CountsForEachMarket(Gateway):
    """Limits each market to 20 orders instead of the batch."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        markets = [repr(order.get("marketSlug")) if isinstance(order, dict) else "" for order in orders]
        super().check_size(call, orders[: max(map(markets.count, markets), default=0)])


@fault(breaks="size.over", night=True)
class RaisesTheOtherAccountsLimit(Gateway):
    """Allows the second account 25 orders in a batch."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        favoured = call.account is self.accounts[1] and 20 < len(orders) <= 25
        if not favoured:
            super().check_size(call, orders)


@fault(breaks="size.over")
class TakesThousands(Gateway):
    """Checks the limit only up to 100 orders, past which a bulk path of old takes over."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        if len(orders) <= 100:
            super().check_size(call, orders)


@fault(breaks="size.entries")
class CountsDistinctIds(Gateway):
    """Counts an id that stands twice once, and so takes 21 entries and more."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        ids = {repr(order.get("orderId")) if isinstance(order, dict) else "" for order in orders}
        super().check_size(call, orders[: len(ids)])


@fault(breaks="size.entries")
class CountsBytes(Gateway):
    """Refuses a body of more than 2 KiB, which 20 long ids fill."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        super().check_size(call, orders)
        if len(call.request.body) > 2048:
            raise invalid("the batch is too large")


@fault(breaks="size.entries")
class ReadsFourKilobytes(Gateway):
    """Reads a body once, up to 4 KiB, and refuses what that cut off."""

    def content(self, request: Request) -> bytes:
        return super().content(request)[:4096]


@fault(breaks="size.entries")
class CountsLettersOfIds(Gateway):
    """Refuses a batch whose ids make a line of more than 1,000 characters."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        super().check_size(call, orders)
        if sum(len(str(order.get("orderId"))) for order in orders if isinstance(order, dict)) > 1000:
            raise invalid("the batch is too large")


@fault(breaks="size.full")
class TakesNineteenOfTheSecond(Gateway):
    """Takes 20 orders from the first account, and from the others 19."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        super().check_size(call, orders)
        if len(orders) == 20 and call.account is not self.accounts[0]:
            raise invalid("too many orders")


@fault(breaks="size.entries")
class CountsBracesSideBySide(Gateway):
    """Counts entries by what stands between two of them in compact JSON."""

    def read_batch(self, call: Call) -> Sequence[Entry]:
        document = self.parse(self.decode(call.request.body))
        orders = self.check_orders(self.check_batch(document))
        self.check_size(call, orders[: call.request.body.count(b"},{") + 1])
        return self.check_entries(call, orders)


@fault(breaks="size.entries")
class CountsEntriesOfItsMarkets(Gateway):
    """Counts the entries of markets that it knows; the others come to nothing anyway."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        slugs = [*self.book.markets]
        known = [each for each in orders if isinstance(each, dict) and each.get("marketSlug") in slugs]
        super().check_size(call, known or orders)
