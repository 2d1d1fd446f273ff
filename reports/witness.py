"""A plan in a person's words and on one line: what is sent and what is special about it."""

from __future__ import annotations

from dataclasses import fields

from contracts.messages import JSON_TYPE, Account, Connection, Credentials, Framing, OrderNeed, Plan
from reports.printable import bytes_as_text, one_line

BODY_LIMIT = 160
NEEDS_MAX = 4
FRAMINGS = {
    Framing.CHUNKED: "chunked",
    Framing.EXPECT: "Expect: 100-continue",
    Framing.GZIP: "compressed",
    Framing.RAW: "on a plain socket",
    Framing.SPLIT: "on a plain socket, in pieces",
}
WORDS = {
    "key": "the key id of {}",
    "secret": "signed by {}",
    "skew_ms": "timestamp {:+d} ms off the server's clock",
    "timestamp": "timestamp written as {}",
    "signature": "signature written as {}",
    "key_text": "key id written as {}",
    "signed_method": "the method {} is signed",
    "signed_path": "the path {} is signed",
    "signed_skew_ms": "a timestamp {:+d} ms off is signed",
    "signed_text": "the text {} is signed",
    "again": "sent again as in the request before it: {}",
    "elsewhere": "right credentials in another place: {}",
    "beside": "the other account's key id beside the right one, in further headers and in the query",
    "names": "header names in {} case",
}


def line(plan: Plan, limit: int = BODY_LIMIT) -> str:
    """The plan on one printable line: method, path, body cut to `limit` characters, then all that is unusual."""
    special = specials(plan)
    tail = f" ({'; '.join(special)})" if special else ""
    return one_line(f"{plan.method} {plan.path} {body(plan, limit)}") + one_line(tail)


def body(plan: Plan, limit: int = BODY_LIMIT) -> str:
    """The body, printable and cut, or a word for its absence; the length in bytes where it was cut."""
    if plan.body is None:
        return "without a body"
    if not plan.body:
        return "with an empty body"
    text = one_line(bytes_as_text(plan.body[: 4 * limit]))  # a character has 4 bytes at most
    return text if len(text) <= limit else f"{one_line(text, limit)} [{len(plan.body)} bytes]"


def specials(plan: Plan) -> list[str]:
    """What a reader should know beside method, path and body, a few words each; not yet made printable."""
    return [*_of_request(plan), *_of_credentials(plan.credentials), *_of_surroundings(plan)]


def _of_request(plan: Plan) -> list[str]:
    found = [plan.kind + (f", {plan.position}" if plan.position else "")] if plan.kind else []
    if plan.headers != (JSON_TYPE,):
        found += [f"{name}: {value[:60]}" for name, value in plan.headers] or ["no headers of its own"]
    if plan.framing is not Framing.LENGTH:
        found.append(FRAMINGS[plan.framing])
    if plan.connection is not Connection.KEPT:
        found.append("on a fresh connection")
    return found


def _of_credentials(given: Credentials) -> list[str]:
    usual = Credentials()
    changed = [each.name for each in fields(given) if getattr(given, each.name) != getattr(usual, each.name)]
    found = [WORDS[name].format(getattr(given, name)) for name in changed if name in WORDS]
    found += [f"without {name}" for name in given.drop]
    return found + [f"{name} sent twice" for name, _ in given.repeat]


def _of_surroundings(plan: Plan) -> list[str]:
    found = []
    if plan.orders:
        named = ", ".join(map(_need, plan.orders[:NEEDS_MAX])) + (" and more" if len(plan.orders) > NEEDS_MAX else "")
        found.append(f"needs {'an order' if len(plan.orders) == 1 else 'orders'}: {named}")
    if plan.before:
        found.append(f"after {counted(len(plan.before), 'other request')}")
    if plan.together:
        found.append(f"at the same time as {counted(len(plan.together), 'other')}")
    return found


def _need(need: OrderNeed) -> str:
    """`a`, or `b (of the other account, cancelled before)`."""
    odd = ["of the other account"] if need.account is Account.OTHER else []
    odd += ["cancelled before"] if need.state == "cancelled" else []
    return f"{need.name} ({', '.join(odd)})" if odd else need.name


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 clause`, `12,000 clauses`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
