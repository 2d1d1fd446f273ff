"""Who may: the three headers right in every way, then wrong in exactly one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from contracts.catalogue import Clause
from contracts.document import size_max
from contracts.messages import JSON_TYPE, PATH, Account, Connection, Credentials, Framing, Label, OrderNeed, Plan
from contracts.signing import HEADER_KEY, HEADER_SIGNATURE, HEADER_TIMESTAMP, HEADERS
from suites.face import Gate
from suites.routing import OVERRIDES
from suites.strategies.batches import batch, body_of, entry, entry_of, fresh_ids, with_prelude

UNAUTHORIZED = (401,)
OTHERS = OrderNeed("shared-x", account=Account.OTHER, fate="open")
THEIRS = OrderNeed("shared-theirs", account=Account.OTHER, fate="open", optional=True)
"""An order of the other account as well, that only stands in what must be refused."""
STANDING = OrderNeed("shared-credentials", fate="open", optional=True)
ELSEWHERE_REFUSED = (401, *range(300, 401), *range(402, 500))
"""What a router may say to a path with a query, or to headers that name another path or method: many frameworks route
by them. As long as nothing is carried out."""
SPOOFS = (
    ("Authorization", "Bearer admin"),
    ("Cookie", "session=admin; X-PM-Signature=admin"),
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Real-IP", "127.0.0.1"),
    ("Forwarded", "for=127.0.0.1;host=localhost"),
    ("X-Original-URL", "/health"),
    ("X-Rewrite-URL", "/health"),
    ("X-Forwarded-User", "admin"),
    ("X-User-Id", "1"),
    ("X-Account-Id", "1"),
    ("X-Internal", "true"),
    ("X-Debug", "true"),
    ("X-PM-Debug", "1"),
    ("X-Skip-Auth", "true"),
    ("X-API-Key", "admin"),
    ("X-Access-Token", "admin"),
    ("X-Authenticated-User", "admin"),
    ("X-SSL-Client-Verify", "SUCCESS"),
    ("X-Client-Verified", "SUCCESS"),
    ("X-Forwarded-Host", "localhost"),
    ("X-Forwarded-Proto", "https"),
    ("X-Test", "true"),
    ("Origin", "https://localhost"),
    ("Access-Control-Request-Method", "POST"),
    ("User-Agent", "kube-probe/1.30"),
)
"""What a careless gateway might take in the place of a signature: sent together, for none of them hides another."""


UNKNOWN_KEYS = (
    "one more",
    "a comma and another behind",
    "beginning",
    "percent",
    "constructor",
    "without hyphens",
    "a byte that is no UTF-8",
)
SIGNATURES = {
    "signature-altered": ("all zero",),
    "signature-length": ("63 bytes", "65 bytes"),
    "signature-encoding": ("padding only", "hexadecimal", "a byte that is no UTF-8", "junk inside", "junk behind"),
    "signature-range": ("S plus L",),
}
READ_IN_A_REFUSAL = {"signature": ("reply.unauthorized", "reply.unauthorized-form", "disclosure.secrets")}
SIZES = {"lower": 6, "upper": 8, "nonce": 10}
"""Of lawful batches: together with those of other concerns, each from 1 to 20 is asked."""
ELSEWHERE = {
    "query": "right credentials in the query only",
    "cookie, body and others": "right credentials in cookies, members of the body and other headers only",
}


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans: absent and unknown first, then bindings, then the signature's own arithmetic and spelling."""
    yield from _absent(seed)
    yield from _keys(seed)
    yield from _covered(seed)
    yield from _signatures(seed)
    yield from _remembered(seed)
    yield from _twice(seed)
    yield from _questions(seed)


def wrong(seed: int, name: str, kind: str, credentials: Credentials, **more: Any) -> Plan:
    """A lawful batch whose credentials are wrong in one way."""
    ids = fresh_ids(seed, name, 1 + len(name) % size_max())  # of any size: who looks away may do so for some alone
    plan = batch(name, ids, kind=kind, label=Label.UNLAWFUL, answers=UNAUTHORIZED)
    return dataclasses.replace(plan, credentials=credentials, **more)


def without_effect(plan: Plan, order: OrderNeed = STANDING) -> Plan:
    """A plan whose credentials are wrong, naming an open order that must stay."""
    rows, probes = body_of([entry_of(order.name)]), (*plan.probes, "wholeness.credentials-without-effect")
    return dataclasses.replace(plan, body=rows, orders=(order,), probes=probes)


def asked(seed: int, name: str, kind: str, credentials: Credentials, **more: Any) -> Plan:
    """A lawful batch with credentials on which the document is silent: taken or refused with 401."""
    plan = batch(name, fresh_ids(seed, name, 1), kind=kind, label=Label.OPEN, answers=(200, *UNAUTHORIZED))
    return dataclasses.replace(plan, credentials=credentials, **more)


def _absent(seed: int) -> Iterator[Plan]:
    for part, header in zip(("key", "timestamp", "signature"), HEADERS, strict=True):
        clause = f"credentials.{part}-present"
        # what is signed is what is sent: without a timestamp, nothing of it
        text = "{method}{path}" if part == "timestamp" else "{timestamp}{method}{path}"
        absent = Credentials(drop=(header,), signed_text=text)
        if part != "signature":  # see `wholeness`
            yield without_effect(wrong(seed, f"{clause}/absent", f"a request without {header}", absent))
        if part != "key":
            empty, read = dataclasses.replace(absent, repeat=((header, ""),)), READ_IN_A_REFUSAL.get(part, ())
            yield wrong(seed, f"{clause}/empty", f"an empty {header}", empty, probes=read)


def _keys(seed: int) -> Iterator[Plan]:
    for form in UNKNOWN_KEYS:
        kind = f"a key id that is unknown ({form})"
        yield wrong(seed, f"credentials.key-known/{form}", kind, Credentials(key=Account.NOBODY, key_text=form))
    name = "credentials.key-bound/stranger"
    yield wrong(seed, name, "a signature by a key that nobody has registered", Credentials(secret=Account.NOBODY))
    name, kind = "credentials.key-bound/other-key", "the other account's key id with the own signature"
    yield without_effect(wrong(seed, name, kind, Credentials(key=Account.OTHER)), THEIRS)


def _covered(seed: int) -> Iterator[Plan]:
    for kind, credentials in {
        "a signature for the number, not for its leading zeros": Credentials(
            timestamp="leading zeros", signed_text="{number}{method}{path}"
        ),
        "a signature without the timestamp": Credentials(signed_text="{method}{path}"),
    }.items():
        yield wrong(seed, f"credentials.covers-timestamp/{kind}", kind, credentials)
    for kind, credentials in {
        "a signature for post in lower case": Credentials(signed_method="post"),
        "a signature without the method": Credentials(signed_text="{timestamp}{path}"),
    }.items():
        yield wrong(seed, f"credentials.covers-method/{kind}", kind, credentials)
    for kind, credentials in {
        "the very signature of a success on another path": Credentials(
            signed_path="/v1/orders/batched", again="elsewhere"
        ),
        "a signature without the path": Credentials(signed_text="{timestamp}{method}"),
        "a signature for the path without its beginning": Credentials(signed_path="/orders/batched/cancel"),
    }.items():
        yield wrong(seed, f"credentials.covers-path/{kind}", kind, credentials)
    name, kind = "credentials.covers-path/query", "a signature for the path with its query"
    yield wrong(
        seed, name, kind, Credentials(signed_path=PATH + "?limit=5"), path=PATH + "?limit=5", answers=ELSEWHERE_REFUSED
    )
    for kind, text in {
        "a signature over the body too": "{timestamp}{method}{path}{body}",
        "a signature with line feeds between": "{timestamp}\n{method}\n{path}",
    }.items():
        yield wrong(seed, f"credentials.signed-text/{kind}", kind, Credentials(signed_text=text))


def _signatures(seed: int) -> Iterator[Plan]:
    for clause, forms in SIGNATURES.items():
        for form in forms:
            kind = f"a signature of {form}" if clause == "signature-length" else f"a signature: {form}"
            plan = wrong(seed, f"credentials.{clause}/{form}", kind, Credentials(signature=form))
            yield without_effect(plan) if form == "63 bytes" else plan


def _remembered(seed: int) -> Iterator[Plan]:
    """After a success on the same connection, the same without credentials of its own; then what nothing replaces."""
    clause = "credentials.each-request"
    first = _named_in(seed, "lower")
    none, unsigned, altered = (
        wrong(seed, f"{clause}/{kind}", f"{kind} behind a success on the same connection", credentials, body=first.body)
        for kind, credentials in {
            "no credentials": Credentials(drop=HEADERS, elsewhere="cookies set before"),
            "no signature": Credentials(drop=(HEADER_SIGNATURE,)),
            "a wrong signature": Credentials(signature="first bit of S"),
        }.items()
    )
    yield with_prelude(altered, first, none, unsigned)
    first = _nonce(seed)
    kind = "the signature of a success under a new timestamp"
    renewed = wrong(seed, f"credentials.covers-timestamp/{kind}", kind, Credentials(again="signature"))
    kind = "the end of a success's signature changed"
    changed = Credentials(again="altered", signature="last bit of all")
    altered = wrong(seed, f"credentials.signature-altered/{kind}", kind, changed)
    kind = "the very signature of a success under the other account's key id"
    borrowed = wrong(seed, f"credentials.key-bound/{kind}", kind, Credentials(key=Account.OTHER, again="same"))
    yield with_prelude(renewed, first, altered, borrowed)
    yield from _replaced(seed)


def _replaced(seed: int) -> Iterator[Plan]:
    """What a careless gateway might take in the place of a signature, or of what it covers."""
    clause = "credentials.nothing-else"
    headers = (JSON_TYPE, *SPOOFS)
    kind = "a wrong signature, but headers that say who one is"
    altered = Credentials(signature="first bit of S")
    yield wrong(seed, f"{clause}/wrong-signature", kind, altered, headers=headers)
    for where, kind in ELSEWHERE.items():
        answers = ELSEWHERE_REFUSED if where == "query" else (400, *UNAUTHORIZED)
        yield wrong(seed, f"{clause}/{where}", kind, Credentials(elsewhere=where), answers=answers)
    kind = "a signature for the path with a slash behind, and headers that say it was asked for"
    asked_for = PATH + "/"
    said_in = ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Uri", "X-Original-URI")
    paths = tuple((name, asked_for) for name in said_in)
    other = Credentials(signed_path=asked_for)
    yield wrong(seed, f"{clause}/original-url", kind, other, headers=(JSON_TYPE, *paths), answers=ELSEWHERE_REFUSED)
    kind = "a signature for GET, and headers that say it was meant"
    methods = tuple((name, "GET") for name in OVERRIDES)
    name, signed = f"credentials.covers-method/{kind}", Credentials(signed_method="GET")
    yield wrong(seed, name, kind, signed, headers=(JSON_TYPE, *methods), answers=ELSEWHERE_REFUSED)


def _twice(seed: int) -> Iterator[Plan]:
    """Two timestamps, one signed but stale, one fresh but not signed: each alone is refused."""
    clause = "credentials.differing-headers"
    stale = Credentials(skew_ms=-3_600_000, repeat=((HEADER_TIMESTAMP, "fresh"),))
    kind = "a signed stale timestamp and a fresh one"
    yield wrong(seed, f"{clause}/stale-first", kind, stale, framing=Framing.RAW)
    fresh = Credentials(signed_skew_ms=-3_600_000, repeat=((HEADER_TIMESTAMP, "signed"),))
    kind = "a fresh timestamp and a signed stale one"
    yield wrong(seed, f"{clause}/fresh-first", kind, fresh, framing=Framing.RAW)
    rows = body_of([entry_of(OTHERS.name)])
    for kind, credentials in {
        "the own key id, signed, and the other account's": Credentials(repeat=((HEADER_KEY, Account.OTHER),)),
        "the other account's key id and the own, signed": Credentials(
            drop=(HEADER_KEY,), repeat=((HEADER_KEY, Account.OTHER), (HEADER_KEY, Account.OWN))
        ),
    }.items():
        plan = asked(seed, f"{clause}/{kind}", kind, credentials, framing=Framing.RAW)
        yield dataclasses.replace(plan, body=rows, orders=(OTHERS,), answers=(200, 400, 401))


def _named_in(seed: int, case: str) -> Plan:
    """A success with header names in another letter case, of a size that no other plan has."""
    name = f"credentials.header-case/{case}"
    plan = batch(name, fresh_ids(seed, name, SIZES[case]), kind=f"header names in {case} case")
    return dataclasses.replace(plan, credentials=Credentials(names=case))


def _nonce(seed: int) -> Plan:
    """A success with a signature that no deterministic library makes."""
    name = "credentials.any-valid/another-nonce"
    plan = batch(name, fresh_ids(seed, name, SIZES["nonce"]), kind="a valid signature with a nonce of its own")
    return dataclasses.replace(plan, credentials=Credentials(signature="another nonce"))


def _questions(seed: int) -> Iterator[Plan]:
    name, rows = "credentials.both-wrong/a batch of 21", fresh_ids(seed, "credentials.both-wrong", 21)
    untimely, body = Credentials(timestamp="a superscript two in Latin-1"), body_of([entry(each) for each in rows])
    both = wrong(seed, name, "a batch of 21 with a timestamp that is no number", untimely, body=body)
    yield dataclasses.replace(both, answers=(400, 401), probes=("credentials.which-first",))
    for clause, form in (
        ("url-safe", "url-safe"),
        ("unpadded", "unpadded"),
        ("spare-bits", "spare bits"),
        ("white-space", "white space"),
    ):
        yield asked(seed, f"credentials.{clause}/one", f"a signature: {form}", Credentials(signature=form))
    yield asked(seed, "credentials.key-case/one", "the key id in another case", Credentials(key_text="other case"))
    name = "credentials.replayed/one"
    first = _named_in(seed, "upper")
    yield with_prelude(asked(seed, name, "the same signature again", Credentials(again="all")), first)
    name = "credentials.same-header-twice/one"
    twice = Credentials(repeat=tuple((header, "same") for header in HEADERS))
    more = {"framing": Framing.RAW, "connection": Connection.FRESH}
    yield asked(seed, name, "each right header twice", twice, **more)


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
