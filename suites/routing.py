"""Methods, paths, media types and framing: which door a request comes through."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from contracts.catalogue import Clause
from contracts.messages import JSON_TYPE, PATH, Account, Connection, Credentials, Framing, Label, OrderNeed, Plan
from suites.face import Gate
from suites.strategies.batches import asked, batch, body_of, entry, entry_of, fresh_ids

REFUSED = (*range(400, 500), 501)
REDIRECTED_OR_REFUSED = (*range(300, 400), *REFUSED)
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
"""Headers that say a method which the request line does not, and that frameworks heed."""
CLOSING = (JSON_TYPE, ("Connection", "close"))
"""A server may leave the body of a request with another method unread: its connection is not used again."""
OVERRIDDEN = (*CLOSING, *((name, "POST") for name in OVERRIDES))
METHODS: dict[str, dict[str, Any]] = {
    "GET": {"headers": OVERRIDDEN},
    "PUT": {"path": PATH + "?_method=POST"},
    "DELETE": {},
    "PATCH": {},
    "HEAD": {},
    # for an override that is heeded before the signature is looked at; GET is for one behind it
    "OPTIONS": {
        "headers": OVERRIDDEN,
        "credentials": Credentials(signed_method="POST"),
        "probes": ("routing.options",),
    },
    "TRACE": {"body": None, "orders": ()},
    "post": {"framing": Framing.RAW},  # an HTTP library would write it in capitals
}
"""Each with what is special about its plan."""
PATHS = {
    "a slash behind": PATH + "/",
    "two slashes inside": PATH.replace("/batched", "//batched"),
    "two slashes before": "/" + PATH,
    "capitals": "/V1/Orders/batched/cancel",
    "ways up and down": "/x/.." + PATH.replace("/batched", "/x/../batched"),
    "a parameter": PATH + ";x=1",
    "a query": PATH + "?debug=1&x=%zz",
    "encoded letters": PATH.replace("v1", "%761").replace("batched", "%62atched"),
}
"""Each of them from its beginning on: a door may be guarded by how a path begins."""
MEDIA_TYPES = {
    "Application/JSON": 18,
    "application/json;version=1; charset=UTF-8": 12,
    'APPLICATION/JSON ; Charset="UTF-8"; x=y': 16,
}
"""Each with the size of the batch that it comes with."""


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans."""
    for method, special in METHODS.items():
        answers = (*range(200, 300), *REFUSED) if method == "OPTIONS" else REFUSED
        name, kind = f"routing.other-methods/{method}", f"the method {method}"
        plan = batch(name, (), kind=kind, label=Label.UNLAWFUL, answers=answers, method=method, headers=CLOSING)
        order = OrderNeed("shared-method", fate="open", optional=True)
        yield dataclasses.replace(plan, **{"body": body_of([entry_of(order.name)]), "orders": (order,), **special})
    for kind, path in PATHS.items():
        name = f"routing.other-paths/{kind}"
        plan = batch(
            name, fresh_ids(seed, name, 1), kind=f"the path with {kind}, with a wrong signature", label=Label.UNLAWFUL
        )
        yield dataclasses.replace(
            plan,
            path=path,
            framing=Framing.RAW,
            credentials=Credentials(signature="a bit inside S"),
            answers=REDIRECTED_OR_REFUSED,
        )
    yield from _bounded(seed)
    yield from _questions(seed)


def media_types(seed: int) -> Iterator[Plan]:
    """The media type of JSON in other letters and with parameters; `isolation` sends them at once."""
    for media_type, size in MEDIA_TYPES.items():
        name = f"routing.media-type/{media_type}"
        ids, headers = fresh_ids(seed, name, size), (("Content-Type", media_type),)
        yield batch(name, ids, kind=f"the media type {media_type}", headers=headers, probes=("size.between",))


def _bounded(seed: int) -> Iterator[Plan]:
    for clause, kind, answers, more in (
        ("chunked", "a chunked body", (200, 411), {"framing": Framing.CHUNKED, "probes": ("routing.which-chunked",)}),
        ("expect", "a body that waits for 100 Continue", (200, 417), {"framing": Framing.EXPECT}),
        ("accept", "an Accept without JSON", (200, 406), {"headers": (JSON_TYPE, ("Accept", "text/html"))}),
        ("long-header", "a header of 16 KiB", (200, 400, 431), {"headers": (JSON_TYPE, ("X-Trace", "x" * 16_384))}),
    ):
        name = f"routing.{clause}/one"
        plan = batch(name, fresh_ids(seed, name, 3), kind=kind, label=Label.OPEN, answers=answers)
        yield dataclasses.replace(plan, **more)


def _questions(seed: int) -> Iterator[Plan]:
    media = (200, 400, 415)
    for clause, kind, headers in (
        ("no-media-type", "no media type", ()),
        ("other-media-type", "the media type text/plain", (("Content-Type", "text/plain"),)),
    ):
        name, need = f"routing.{clause}/{kind}", OrderNeed("a", fate="either", optional=True)
        own = entry_of("a") if headers else entry(fresh_ids(seed, name, 1)[0])
        orders = (need,) if headers else ()
        yield asked(name, body_of([own]), kind=kind, headers=headers, answers=media, orders=orders)
    name = "routing.compressed-body/gzip"
    body = body_of([entry(each) for each in fresh_ids(seed, name, 3)])
    yield asked(name, body, kind="a body compressed with gzip", framing=Framing.GZIP, answers=media)
    yield from _signed_paths(seed)


def _signed_paths(seed: int) -> Iterator[Plan]:
    """A slash behind the path; and a query that asks for JSONP and names the other account beside right headers."""
    name = "routing.query/signed"
    rows, orders = [entry_of("shared-x")], (OrderNeed("shared-x", account=Account.OTHER, fate="open", optional=True),)
    query = asked(name, body_of(rows), kind="a query that names the other account, with its order", orders=orders)
    yield elsewhere(dataclasses.replace(query, path=PATH + "?callback=f", credentials=Credentials(beside=True)))
    name, path = "routing.trailing-slash/signed", PATH + "/"
    slash = asked(name, body_of([entry(fresh_ids(seed, name, 1)[0])]), kind=f"the path {path}, rightly signed")
    yield elsewhere(dataclasses.replace(slash, path=path))


def elsewhere(plan: Plan) -> Plan:
    """A plan for another path, rightly signed: a router may know it, refuse it, or send it on."""
    return dataclasses.replace(plan, answers=(200, *REDIRECTED_OR_REFUSED), connection=Connection.FRESH)


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
