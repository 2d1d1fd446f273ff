"""Faults about what members are called."""

from __future__ import annotations

from gateway.batch import Entry
from gateway.core import Gateway
from gateway.faults.registry import fault
from gateway.messages import Json, Refusal, invalid

KELVIN_AND_LONG_S = str.maketrans({"\u212a": "k", "\u017f": "s"})


def renamed(members: dict[str, Json], wanted: str, *others: str) -> dict[str, Json]:
    """The members with the first of some other names in the place of a wanted one that isn't there."""
    if wanted in members:
        return members
    return members | next(({wanted: members[name]} for name in others if name in members), {})


@fault(breaks="shape.names")
class TakesOrdersInAnyCase(Gateway):
    """Takes Orders and ORDERS for orders, as Go does."""

    def check_orders(self, batch: dict[str, Json]) -> list[Json]:
        return super().check_orders(renamed(batch, "orders", *(name for name in batch if name.lower() == "orders")))


@fault(breaks="shape.names")
class TakesMembersInAnyCase(Gateway):
    """Takes orderid and ORDERID for orderId, as Go does, but looks at markets to the letter."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        others = [other for other in entry if other.lower() == "orderid"] if name == "orderId" else []
        return super().check_member(renamed(entry, name, *others), name)


@fault(breaks="shape.names")
class TakesSlugsInAnyCase(Gateway):
    """Takes marketslug and MarketSlug for marketSlug."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        others = [other for other in entry if other.lower() == "marketslug"] if name == "marketSlug" else []
        return super().check_member(renamed(entry, name, *others), name)


@fault(breaks="shape.names")
class TakesOrderIdWithABigD(Gateway):
    """Takes orderID, the spelling of Go's own style guide, and no other."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        return super().check_member(renamed(entry, name, "orderID") if name == "orderId" else entry, name)


@fault(breaks="shape.names")
class FoldsTheLongS(Gateway):
    """Takes a long s for an s and a Kelvin sign for a k, as Go's folding of names does."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        others = [
            other
            for other in entry
            if other.translate(KELVIN_AND_LONG_S).lower() == name.lower() and not other.isascii()
        ]
        return super().check_member(renamed(entry, name, *others), name)


@fault(breaks="shape.names")
class FoldsTheLongSOfOrders(Gateway):
    """Takes a long s at the end of orders, as Go's folding of names does."""

    def check_orders(self, batch: dict[str, Json]) -> list[Json]:
        return super().check_orders(renamed(batch, "orders", "order\u017f"))


@fault(breaks="shape.names")
class TrimsNames(Gateway):
    """Takes names with white space around them."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        return super().check_member(renamed(entry, name, *(other for other in entry if other.strip() == name)), name)


@fault(breaks="shape.names")
class TakesKebabCase(Gateway):
    """Takes order-id and market-slug."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        return super().check_member(renamed(entry, name, {"orderId": "order-id"}.get(name, "market-slug")), name)


@fault(breaks="shape.names")
class TakesId(Gateway):
    """Takes id for orderId, as orders call it themselves."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        return super().check_member(renamed(entry, name, "id") if name == "orderId" else entry, name)


@fault(breaks="shape.names")
class TakesSlug(Gateway):
    """Takes slug, market and symbol for marketSlug."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        others = ("slug", "market", "symbol") if name == "marketSlug" else ()
        return super().check_member(renamed(entry, name, *others), name)


@fault(breaks="shape.names")
class TakesAnOrder(Gateway):
    """Takes order for orders."""

    def check_orders(self, batch: dict[str, Json]) -> list[Json]:
        return super().check_orders(renamed(batch, "orders", "order"))


@fault(breaks="shape.names")
class TakesNamesInBrackets(Gateway):
    """Takes orders[] for orders, as forms of PHP and Rails name their lists."""

    def check_orders(self, batch: dict[str, Json]) -> list[Json]:
        return super().check_orders(renamed(batch, "orders", "orders[]"))


@fault(breaks="shape.names")
class TakesCancelOrders(Gateway):
    """Takes cancelOrders for orders, as the exchange behind it calls them."""

    def check_orders(self, batch: dict[str, Json]) -> list[Json]:
        return super().check_orders(renamed(batch, "orders", "cancelOrders"))


@fault(breaks="shape.names")
class TakesClordIds(Gateway):
    """Takes clordId for orderId, the other id that the exchange behind it knows."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        return super().check_member(renamed(entry, name, "clordId") if name == "orderId" else entry, name)


@fault(breaks="shape.names")
class UnwrapsEntries(Gateway):
    """Takes an entry under the member entry of another object."""

    def check_entry(self, value: Json) -> Entry:
        inner = value.get("entry") if isinstance(value, dict) else None
        return super().check_entry(inner if isinstance(inner, dict) and "orderId" not in value else value)


@fault(breaks="shape.slug-present")
class TakesTheMarketOfTheBatch(Gateway):
    """Takes a market beside the list for every entry that has none, as venues with one market a batch do."""

    def check_orders(self, batch: dict[str, Json]) -> list[Json]:
        market = {"marketSlug": batch["marketSlug"]} if "marketSlug" in batch else {}
        orders = super().check_orders(batch)
        return [market | order if isinstance(order, dict) else order for order in orders]


@fault(breaks="shape.escaped-names")
class LooksForOrdersInTheBytes(Gateway):
    """Looks for the name orders in the text before it parses it, and finds no escaped one."""

    def parse(self, text: str) -> Json:
        document = super().parse(text)
        if isinstance(document, dict) and "orders" in document and '"orders"' not in text:
            raise invalid("orders is required")
        return document


@fault(breaks="shape.escaped-names")
class LooksForIdsInTheBytes(Gateway):
    """Counts the names orderId in the text against the entries, and misses escaped ones."""

    def parse(self, text: str) -> Json:
        document = super().parse(text)
        orders = document.get("orders") if isinstance(document, dict) else None
        if isinstance(orders, list):
            named = sum(isinstance(order, dict) and "orderId" in order for order in orders)
            if text.count('"orderId"') < named:
                raise invalid("orderId is required")
        return document


@fault(breaks="shape.escaped-names")
class RefusesEscapedSlugNames(Gateway):
    """Reads markets with a pattern, which an escape in the name slips through."""

    def parse(self, text: str) -> Json:
        document = super().parse(text)
        orders = document.get("orders") if isinstance(document, dict) else None
        if isinstance(orders, list) and "\\" in text:
            named = sum(isinstance(order, dict) and "marketSlug" in order for order in orders)
            if text.count('"marketSlug"') < named:
                raise Refusal(400, 3, "marketSlug is required")
        return document
