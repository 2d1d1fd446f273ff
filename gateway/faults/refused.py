"""Faults that act on a batch which they refuse, for some reasons of refusal alone or for some accounts."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.batch import Entry
from gateway.core import Gateway
from gateway.faults.registry import fault, is_batched_cancel, refuses
from gateway.faults.wholeness import carry_out_unsigned, good_ones
from gateway.memory import Memory
from gateway.messages import Json, Refusal, Request
from gateway.venue import Call


@fault(breaks="wholeness.shape-without-effect")
class CancelsBehindABadFirst(Gateway):
    """Reports what is wrong with a first entry late, when the others are carried out."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        if orders and refuses(lambda: self.check_entry(orders[0])):
            self.forward(call, good_ones(self, orders))
        return super().check_entries(call, orders)


@fault(breaks="wholeness.shape-without-effect")
class CancelsBadBatchesOfTheSecond(Gateway):
    """Carries out the good entries of a batch that it refuses for its shape, for the second account alone."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        try:
            return super().check_entries(call, orders)
        except Refusal:
            if call.account is self.accounts[1]:
                self.forward(call, good_ones(self, orders))
            raise


@fault(breaks="wholeness.credentials-without-effect")
class CancelsBatchesOfTheFuture(Gateway):
    """Answers 401 to what is not yet due, after the batch is carried out; what is stale is refused in time."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        stamp = request.value("X-PM-Timestamp")
        if stamp.isdecimal() and len(stamp) < 20 and int(stamp) > now_ms + 30_000:
            carry_out_unsigned(self, request, now_ms)
        return super().authenticate(request, now_ms)


@fault(breaks="wholeness.credentials-without-effect")
class CancelsWithoutTimestamp(Gateway):
    """Answers 401 where the timestamp is missing, after the batch is carried out."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        if not request.values("X-PM-Timestamp"):
            carry_out_unsigned(self, request, now_ms)
        return super().authenticate(request, now_ms)


@fault(breaks="wholeness.credentials-without-effect")
class CancelsAtNoTime(Gateway):
    """Answers 401 to a timestamp that is no number, after the batch is carried out."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        if request.value("X-PM-Timestamp").isalpha():
            carry_out_unsigned(self, request, now_ms)
        return super().authenticate(request, now_ms)


@fault(breaks="wholeness.credentials-without-effect")
class CancelsWithShortSignatures(Gateway):
    """Answers 401 to a signature of a wrong length, after the batch is carried out."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        if 0 < len(request.value("X-PM-Signature").rstrip("=")) < 86:
            carry_out_unsigned(self, request, now_ms)
        return super().authenticate(request, now_ms)


@fault(breaks="wholeness.credentials-without-effect")
class CancelsForNobody(Gateway):
    """Answers 401 where the key id is missing, after the batch is carried out for the first account."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        if is_batched_cancel(request) and not request.values("X-PM-Access-Key"):
            call = Call(self.accounts[0], request, now_ms)
            if not refuses(lambda: self.read_batch(call)):
                self.forward(call, self.read_batch(call))
        return super().authenticate(request, now_ms)


@fault(breaks="wholeness.shape-without-effect")
class CarriesRefusedBatchesAlong(Gateway):
    """Carries out what is good of the batch that it refused last, together with the next batch of the account."""

    left = Memory(dict[str, list[Entry]])

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        try:
            entries = super().check_entries(call, orders)
        except Refusal:
            self.left[call.account.key_id] = good_ones(self, orders)
            raise
        self.forward(call, self.left.pop(call.account.key_id, []))
        return entries


@fault(breaks="wholeness.shape-without-effect")
class CarriesOutSixteenFirst(Gateway):
    """Checks and carries out sixteen entries, then the rest."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        first = super().check_entries(call, orders[:16])
        if len(orders) > 16:
            self.forward(call, first)
        return [*first, *super().check_entries(call, orders[16:])]


@fault(breaks="shape.entry-object")
class OverlooksANullAtTheEnd(Gateway):
    """Drops a null behind the other entries, which its reader makes of a comma at the end."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        return super().check_entries(call, orders[:-1] if len(orders) > 1 and orders[-1] is None else orders)
