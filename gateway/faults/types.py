"""Faults that make a string of what is none, each language in its own way."""

from __future__ import annotations

from gateway.core import Gateway
from gateway.faults.registry import fault
from gateway.messages import Json


@fault(breaks="shape.id-string")
class TakesNumbersAsIds(Gateway):
    """Takes a number for an id and writes it out, as Jackson does."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        value = entry.get(name)
        if name == "orderId" and isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        return super().check_member(entry, name)


@fault(breaks="shape.id-string")
class TakesTrueAsAnId(Gateway):
    """Takes true and false for ids and writes them out."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        value = entry.get(name)
        return (
            str(value).lower() if name == "orderId" and isinstance(value, bool) else super().check_member(entry, name)
        )


@fault(breaks="shape.id-string")
class TakesNullAsAnEmptyId(Gateway):
    """Takes null for an empty id, as Go does."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        null = name == "orderId" and name in entry and entry[name] is None
        return "" if null else super().check_member(entry, name)


@fault(breaks="shape.id-string")
class TakesAListOfOneId(Gateway):
    """Takes an array with a single string for that string."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        match entry.get(name):
            case [str(value)] if name == "orderId":
                return value
            case _:
                return super().check_member(entry, name)


@fault(breaks="shape.id-string")
class TakesObjectsAsIds(Gateway):
    """Takes an object for an id, `[object Object]`, and what is in an array, as JavaScript does."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        match entry.get(name):
            case dict() if name == "orderId":
                return "[object Object]"
            case list(values) if name == "orderId":
                return ",".join(map(str, values))
            case _:
                return super().check_member(entry, name)


@fault(breaks="shape.id-string", night=True)
class TakesZeroAsAnId(Gateway):
    """Asks for a type only where a value is true, so that zero and false pass."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        value = entry.get(name)
        falsy = name == "orderId" and isinstance(value, bool | int | float) and not value
        return str(value) if falsy else super().check_member(entry, name)


@fault(breaks="shape.id-string", night=True)
class TakesIntegersPastDoublesAsIds(Gateway):
    """Takes only such numbers as no double can hold, which its parser hands over as text."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        value = entry.get(name)
        huge = name == "orderId" and isinstance(value, int) and abs(value) > 2**53
        return str(value) if huge else super().check_member(entry, name)


@fault(breaks="shape.slug-string")
class TakesNumbersAsSlugs(Gateway):
    """Takes a number for a market and writes it out."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        value = entry.get(name)
        if name == "marketSlug" and isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        return super().check_member(entry, name)


@fault(breaks="shape.slug-string")
class TakesNullAsASlug(Gateway):
    """Takes null for any market."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        null = name == "marketSlug" and name in entry and entry[name] is None
        return "" if null else super().check_member(entry, name)


@fault(breaks="shape.slug-string", night=True)
class TakesFalseAsASlug(Gateway):
    """Asks for a type only where a value is true, so that false passes for a market."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        return "" if name == "marketSlug" and entry.get(name) is False else super().check_member(entry, name)


@fault(breaks="shape.slug-string")
class TakesListsOfSlugs(Gateway):
    """Takes an array of markets and goes by the first."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        match entry.get(name):
            case [str(value), *_] if name == "marketSlug":
                return value
            case _:
                return super().check_member(entry, name)


@fault(breaks="shape.slug-string")
class TakesObjectsAsSlugs(Gateway):
    """Takes an object for a market, hoping for its slug."""

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        value = entry.get(name)
        if name == "marketSlug" and isinstance(value, dict):
            return str(value.get("slug", ""))
        return super().check_member(entry, name)
