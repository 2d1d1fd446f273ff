"""Faults that take a part of a batch, or act on a batch that they refuse."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from gateway.batch import Entry
from gateway.core import Gateway
from gateway.faults.registry import fault, is_batched_cancel, refuses
from gateway.messages import Json, Refusal, Request, invalid
from gateway.venue import Call


def good_ones(gateway: Gateway, orders: list[Json]) -> list[Entry]:
    """The entries that an honest check lets through, the others dropped."""
    return [gateway.check_entry(order) for order in orders if not refuses(partial(gateway.check_entry, order))]


@fault(breaks="wholeness.position")
class DropsBadEntries(Gateway):
    """Takes the good entries of a batch and drops the bad ones, as long as one is good."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        return good_ones(self, orders) or super().check_entries(call, orders)


@fault(breaks="wholeness.position")
class ChecksTheFirstOnly(Gateway):
    """Checks the first entry for all."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        super().check_entries(call, orders[:1])
        return good_ones(self, orders)


@fault(breaks="wholeness.position")
class ChecksAllButTheLast(Gateway):
    """Stops checking one entry too early in a batch of two or more."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        super().check_entries(call, orders[:-1] or orders)
        return good_ones(self, orders)


@fault(breaks="wholeness.position")
class ChecksTheEdgesOnly(Gateway):
    """Checks the first and the last entry and trusts those between."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        super().check_entries(call, [orders[0], orders[-1]])
        return good_ones(self, orders)


@fault(breaks="wholeness.position")
class ChecksTheFirstTen(Gateway):
    """Checks ten entries, a page of its old admin screen, and no more."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        super().check_entries(call, orders[:10])
        return good_ones(self, orders)


@fault(breaks="wholeness.position")
class ChecksNotTheTwentieth(Gateway):
    """Leaves out the 20th entry of a full batch, and only that."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        super().check_entries(call, orders[:19])
        return good_ones(self, orders)


@fault(breaks="wholeness.position")
class ChecksNotTheSecond(Gateway):
    """Forgets the second entry where it unrolled its loop."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        super().check_entries(call, orders[:1] + orders[2:])
        return good_ones(self, orders)


@fault(breaks="wholeness.position")
class ChecksEveryIdOnce(Gateway):
    """Trusts an entry whose id an earlier entry of the batch already had, whatever its market is."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        checked: dict[str, Entry] = {}
        entries = []
        for order in orders:
            order_id = order.get("orderId") if isinstance(order, dict) else None
            entry = checked.get(order_id) if isinstance(order_id, str) else None
            entries.append(entry or self.check_entry(order))
            checked[entries[-1].order_id] = entries[-1]
        return entries


@fault(breaks="wholeness.position")
class ForgivesOneInTwenty(Gateway):
    """Takes a full batch with a single bad entry, an error rate that somebody found tolerable."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        good = good_ones(self, orders)
        return good if len(orders) == 20 and len(good) == 19 else super().check_entries(call, orders)


@fault(breaks="wholeness.shape-without-effect")
class CancelsWhileChecking(Gateway):
    """Forwards every entry as soon as it is checked, before it looks at the next."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        entries = []
        for order in orders:
            entries.append(self.check_entry(order))
            self.cancel_entry(call, entries[-1])
        return entries


@fault(breaks="wholeness.shape-without-effect")
class CancelsUpToARepeat(Gateway):
    """Refuses a batch that names an order twice, but only when it comes to the second time."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        for place, entry in enumerate(entries):
            if entry.order_id in (before.order_id for before in entries[:place]):
                raise invalid("an order is named twice")
            super().forward(call, [entry])


@fault(breaks="wholeness.shape-without-effect")
class CancelsTheGoodOfABadBatch(Gateway):
    """Refuses a batch with a bad entry and yet forwards the good ones."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        self.forward(call, good_ones(self, orders))
        return super().check_entries(call, orders)


@fault(breaks="wholeness.shape-without-effect")
class CancelsTheFirstAtOnce(Gateway):
    """Forwards the first entry ahead of the others, to be quick."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        self.forward(call, good_ones(self, orders[:1]))
        return super().check_entries(call, orders)


@fault(breaks="wholeness.shape-without-effect")
class CancelsBehindTheBadOne(Gateway):
    """Refuses at the bad entry, but a second worker has taken the last three of the batch already."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        if len(orders) > 3:
            self.forward(call, good_ones(self, orders[-3:]))
        return super().check_entries(call, orders)


@fault(breaks="wholeness.shape-without-effect")
class CarriesOutRefusedBatchesLater(Gateway):
    """Refuses a bad batch, puts it into a queue for repair, and half a second later the good entries are gone."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        try:
            return super().check_entries(call, orders)
        except Refusal:
            self.later(500, lambda: self.forward(call, good_ones(self, orders)))
            raise


@fault(breaks="wholeness.shape-without-effect")
class CancelsBeforeReadingMarkets(Gateway):
    """Forwards by id alone where only the market is bad, and then refuses."""

    def check_entry(self, value: Json) -> Entry:
        try:
            return super().check_entry(value)
        except Refusal:
            order_id = value.get("orderId") if isinstance(value, dict) else None
            order = self.book.get(order_id) if isinstance(order_id, str) else None
            if order is not None and order.is_open:
                self.publish(self.book.cancel(order, order.created_ms))
            raise


@fault(breaks="wholeness.size-without-effect")
class CancelsTwentyOfTooMany(Gateway):
    """Forwards the first 20 of too many before it refuses the rest."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        if len(orders) > 20:
            self.forward(call, good_ones(self, orders[:20]))
        super().check_size(call, orders)


@fault(breaks="wholeness.size-without-effect")
class CancelsPastTwenty(Gateway):
    """Refuses too many, but those past the 20th had gone to an overflow queue that is not refused."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        self.forward(call, good_ones(self, orders[20:]))
        super().check_size(call, orders)


@fault(breaks="wholeness.size-without-effect")
class CancelsTooManyLater(Gateway):
    """Refuses 21 orders and more, and sends them on in smaller batches half a second later."""

    def check_size(self, call: Call, orders: list[Json]) -> None:
        if len(orders) > 20:
            self.later(500, lambda: self.forward(call, good_ones(self, orders)))
        super().check_size(call, orders)


def carry_out_unsigned(gateway: Gateway, request: Request, now_ms: int) -> None:
    """Do what a batch asks for on the account that its key id names, signed or not."""
    account = next(
        (account for account in gateway.accounts if account.key_id in request.values("X-PM-Access-Key")), None
    )
    if account is not None and is_batched_cancel(request):
        call = Call(account, request, now_ms)
        if not refuses(partial(gateway.read_batch, call)):
            gateway.forward(call, gateway.read_batch(call))


@fault(breaks="wholeness.credentials-without-effect")
class CancelsBeforeItVerifies(Gateway):
    """Answers 401 to a wrong signature, after the batch is carried out."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        try:
            return super().authenticate(request, now_ms)
        except Refusal:
            if "" not in [request.value(name) for name in ("X-PM-Timestamp", "X-PM-Signature")]:
                carry_out_unsigned(self, request, now_ms)
            raise


@fault(breaks="wholeness.credentials-without-effect")
class CancelsWithoutSignature(Gateway):
    """Answers 401 where the signature is missing, after the batch is carried out."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        if not request.values("X-PM-Signature"):
            carry_out_unsigned(self, request, now_ms)
        return super().authenticate(request, now_ms)


@fault(breaks="wholeness.credentials-without-effect")
class CancelsStaleBatches(Gateway):
    """Answers 401 to a rightly signed request of long ago, after the batch is carried out."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        try:
            return super().authenticate(request, now_ms)
        except Refusal:
            stamp = request.value("X-PM-Timestamp")
            if is_batched_cancel(request) and stamp.isdecimal() and len(stamp) < 20:
                self.forward(*self._signed_then(request, int(stamp), now_ms))
            raise

    def _signed_then(self, request: Request, then_ms: int, now_ms: int) -> tuple[Call, Sequence[Entry]]:
        call = super().authenticate(request, then_ms)
        return Call(call.account, request, now_ms), self.read_batch(call)


@fault(breaks="wholeness.credentials-without-effect")
class CancelsForTheOwner(Gateway):
    """Answers 401 to an unknown key, after every order was cancelled on behalf of its owner."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        try:
            return super().authenticate(request, now_ms)
        except Refusal:
            if is_batched_cancel(request) and not {account.key_id for account in self.accounts} & set(
                request.values("X-PM-Access-Key")
            ):
                for account in self.accounts:
                    call = Call(account, request, now_ms)
                    if not refuses(partial(self.read_batch, call)):
                        self.forward(call, self.read_batch(call))
            raise
