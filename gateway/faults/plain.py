"""Faults that refuse ids, slugs and markets for what they look like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from gateway.batch import Entry
from gateway.core import Gateway
from gateway.faults.registry import fault
from gateway.messages import Json, invalid
from gateway.venue import Call

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def refuse_id(entry: Entry, pattern: str) -> Entry:
    """An entry, unless its id is what a pattern describes."""
    if re.fullmatch(pattern, entry.order_id):
        raise invalid("orderId is not valid")
    return entry


@fault(breaks="shape.plain-ids")
class RefusesIdsOverThirtySix(Gateway):
    """Refuses an id of more than 36 characters, the width of its column."""

    def check_entry(self, value: Json) -> Entry:
        return refuse_id(super().check_entry(value), r".{37,128}")


@fault(breaks="shape.plain-ids")
class RefusesIdsOverSixtyFour(Gateway):
    """Refuses an id of more than 64 characters."""

    def check_entry(self, value: Json) -> Entry:
        return refuse_id(super().check_entry(value), r".{65,128}")


@fault(breaks="shape.plain-ids")
class RefusesTheLongestIds(Gateway):
    """Refuses an id of exactly 128 characters, with no room for the end mark."""

    def check_entry(self, value: Json) -> Entry:
        return refuse_id(super().check_entry(value), r".{128}")


@fault(breaks="shape.plain-ids")
class RefusesSingleCharacters(Gateway):
    """Refuses an id of one character."""

    def check_entry(self, value: Json) -> Entry:
        return refuse_id(super().check_entry(value), r"[A-Za-z0-9._:-]")


@fault(breaks="shape.plain-ids")
class RefusesNumbersInStrings(Gateway):
    """Refuses an id of digits only, taking it for a number."""

    def check_entry(self, value: Json) -> Entry:
        return refuse_id(super().check_entry(value), r"[0-9]+")


@fault(breaks="shape.plain-ids")
class RefusesExponents(Gateway):
    """Refuses an id such as 1e5, which its framework reads as a number."""

    def check_entry(self, value: Json) -> Entry:
        return refuse_id(super().check_entry(value), r"-?[0-9]+(\.[0-9]+)?[eE]-?[0-9]+")


@fault(breaks="shape.plain-ids")
class RefusesUuidsInCapitals(Gateway):
    """Refuses a UUID in capital letters, though other ids may have them."""

    def check_entry(self, value: Json) -> Entry:
        entry = super().check_entry(value)
        if UUID.fullmatch(entry.order_id) and entry.order_id != entry.order_id.lower():
            raise invalid("orderId is not valid")
        return entry


@fault(breaks="shape.plain-ids")
class RefusesUuidsOfNoVersion(Gateway):
    """Refuses what looks like a UUID but has no version that it knows."""

    def check_entry(self, value: Json) -> Entry:
        entry = super().check_entry(value)
        if UUID.fullmatch(entry.order_id) and entry.order_id[14] not in "12345":
            raise invalid("orderId is not valid")
        return entry


@fault(breaks="shape.plain-ids")
class RefusesDashesInFront(Gateway):
    """Refuses an id that begins with a dash, like an option of a command."""

    def check_entry(self, value: Json) -> Entry:
        return refuse_id(super().check_entry(value), r"-.*")


@fault(breaks="shape.plain-ids")
class RefusesDoubleDashes(Gateway):
    """Refuses two dashes in a row, which its firewall takes for a comment of SQL."""

    def check_entry(self, value: Json) -> Entry:
        return refuse_id(super().check_entry(value), r".*--.*")


@fault(breaks="shape.plain-ids")
class RefusesDoubleDots(Gateway):
    """Refuses two dots in a row, which its firewall takes for a path."""

    def check_entry(self, value: Json) -> Entry:
        return refuse_id(super().check_entry(value), r".*\.\..*")


@fault(breaks="shape.plain-ids")
class RefusesColons(Gateway):
    """Refuses a colon, which separates the keys of its cache."""

    def check_entry(self, value: Json) -> Entry:
        return refuse_id(super().check_entry(value), r".*:.*")


@fault(breaks="shape.plain-ids")
class RefusesWordsOfPrograms(Gateway):
    """Refuses null, undefined, true and their like as ids."""

    def check_entry(self, value: Json) -> Entry:
        return refuse_id(super().check_entry(value), r"(?i:null|nil|none|undefined|true|false|nan)")


@fault(breaks="shape.plain-ids")
class RefusesPrototypes(Gateway):
    """Refuses __proto__ and constructor, which are never missing from an object of JavaScript."""

    def check_entry(self, value: Json) -> Entry:
        return refuse_id(super().check_entry(value), r"__proto__|constructor|prototype|toString")


@fault(breaks="shape.plain-ids")
class RefusesIdsThatDifferInCase(Gateway):
    """Refuses two ids that differ only in letter case, a unique key without regard to case."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        entries = super().check_entries(call, orders)
        ids = {entry.order_id for entry in entries if entry.order_id.isascii()}
        if len({order_id.lower() for order_id in ids}) < len(ids):
            raise invalid("orderId is repeated")
        return entries


@fault(breaks="shape.plain-ids")
class RefusesEqualNumbers(Gateway):
    """Refuses 7 beside 007, which are equal where PHP compares them."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        entries = super().check_entries(call, orders)
        ids = {entry.order_id for entry in entries if re.fullmatch("[0-9]{1,30}", entry.order_id)}
        if len({int(order_id) for order_id in ids}) < len(ids):
            raise invalid("orderId is repeated")
        return entries


@fault(breaks="shape.plain-slugs")
class RefusesSlugsInDigits(Gateway):
    """Refuses a slug of digits only, taking it for the number of a market."""

    def check_entry(self, value: Json) -> Entry:
        entry = super().check_entry(value)
        if re.fullmatch(r"[0-9]+", entry.market_slug):
            raise invalid("marketSlug is not valid")
        return entry


@fault(breaks="shape.markets-together")
class RefusesSeveralMarkets(Gateway):
    """Refuses a batch of more than one market, as venues with one book for each symbol do."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        entries = super().check_entries(call, orders)
        if len({entry.market_slug for entry in entries}) > 1:
            raise invalid("the entries differ in market")
        return entries


@fault(breaks="shape.markets-together")
class RefusesThreeMarkets(Gateway):
    """Refuses a batch of more than two markets."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        entries = super().check_entries(call, orders)
        if len({entry.market_slug for entry in entries}) > 2:
            raise invalid("too many markets")
        return entries


@fault(breaks="shape.markets-together")
class RefusesMarketsThatComeBack(Gateway):
    """Refuses a market that comes back after another one: the entries have to be grouped."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        entries = super().check_entries(call, orders)
        groups = [slug for slug, _ in groupby(entries, key=lambda entry: entry.market_slug)]
        if len(groups) > len(set(groups)):
            raise invalid("the entries are not grouped by market")
        return entries
