"""The questions of the examination that are about who asks."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from nacl import bindings
from nacl.signing import SigningKey

from gateway.accounts import Account
from gateway.messages import Request
from suites.selftest.gateway.exam import Examinee, Question, lawful, one, unsigned, with_headers
from suites.selftest.gateway.signed import NOW, PATH, batch, signature, signed

GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


NAMES = {"k": "X-PM-Access-Key", "t": "X-PM-Timestamp", "s": "X-PM-Signature"}
BODY = batch(("order-1", "market-1"))


def sent(account: Account, **changes: str | None) -> Request:
    """A lawful batch with some of the three headers changed, or left out."""
    request = signed(account, BODY)
    headers = dict(request.headers) | {NAMES[name]: value for name, value in changes.items() if value is not None}
    left_out = [NAMES[name] for name, value in changes.items() if value is None]
    return replace(request, headers=tuple(pair for pair in headers.items() if pair[0] not in left_out))


def made(account: Account, made_of: bytes) -> Request:
    """A lawful batch under any bytes for a signature."""
    return sent(account, s=base64.b64encode(made_of).decode())


def keys(e: Examinee) -> Iterator[Question]:
    """The names of the headers, which of them are there, and whose key it is."""
    own, other = e.gateway.accounts
    right = sent(own)
    for case in (str.upper, str.lower, str.title):
        yield one(replace(right, headers=tuple((case(name), value) for name, value in right.headers)))
    yield one(sent(other))
    yield one(with_headers(right, *(pair for pair in right.headers if pair[0] == NAMES["s"])))
    for name in NAMES:
        yield one(sent(own, **{name: None}))
        yield one(sent(own, **{name: ""}))
    yield one(made(own, signature(other, f"{NOW}POST{PATH}")))
    odd = (own.key_id[:8], own.key_id + "x", own.key_id.replace("-", ""), own.key_id[:9] + "%", "null", "\xe9")
    for key_id in (other.key_id, *odd):
        yield one(sent(own, k=key_id))
    for number in range(80):
        yield one(signed(own, BODY, at=NOW - number), after_ms=-number)


def spellings(e: Examinee) -> Iterator[Question]:
    """Signatures that are none, and one that is and was made in another way."""
    own = e.gateway.accounts[0]
    right = signature(own, f"{NOW}POST{PATH}")
    s = int.from_bytes(right[32:], "little")
    twin = right[:32] + (s + GROUP_ORDER).to_bytes(32, "little")
    for wrong in (twin, right[32:] + right[:32], bytes(64), right[:63], right[:32], right + b"\0", right + b"x"):
        yield one(made(own, wrong))
    for index, bit in ((0, 1), (31, 0x80), (40, 1), (60, 1)):
        yield one(made(own, right[:index] + bytes([right[index] ^ bit]) + right[index + 1 :]))
    text = base64.b64encode(right).decode()
    for spelt in (text[:9] + "!" + text[9:], text + "x", text.replace("=", "%3D"), f'"{text}"', f"ed25519:{text}", "!"):
        yield one(sent(own, s=spelt))
    yield one(made(own, another_signature(own.seed, f"{NOW}POST{PATH}")))


def signed_texts(e: Examinee) -> Iterator[Question]:
    """Signatures over something else than what was sent, and bodies that are wrong besides."""
    own = e.gateway.accounts[0]
    right = sent(own)
    words = (f"POST{PATH}", f"{NOW // 1000}POST{PATH}", f"{NOW}GET{PATH}", f"{NOW}{PATH}", f"{NOW}post{PATH}")
    paths = (f"{NOW}POST/v1/orders/batched", f"{NOW}POST{PATH[3:]}", f"{NOW}GET/v1/ws/private", f"{NOW}POST{PATH}/")
    texts = (f"{NOW}\nPOST\n{PATH}", f"{NOW}POST{PATH}\n", f"{NOW}POST{PATH}{json.dumps(BODY)}")
    for text in (*words, *paths, *texts):
        yield one(made(own, signature(own, text)))
    yield one(replace(made(own, signature(own, f"{NOW}POST{PATH}?a=b")), target=PATH + "?a=b"))
    elsewhere = signed(own, {"orders": []}, target="/v1/orders/batched")
    yield from (one(elsewhere), one(replace(right, headers=elsewhere.headers)))
    yield from (one(replace(right, target=PATH + query)) for query in ("?a=%zz", "?callback=f"))
    yield one(sent(own))
    yield one(sent(own, t=str(NOW + 1)))
    for body in ({}, batch(*[("a", "b")] * 21)):
        yield one(replace(made(own, bytes(range(64))), body=json.dumps(body).encode()))


def credentials(e: Examinee) -> Iterator[Question]:
    """The three headers, wrong in every way."""
    yield from keys(e)
    yield from spellings(e)
    yield from signed_texts(e)


def another_signature(seed: bytes, text: str) -> bytes:
    """A valid signature with a nonce of its own."""
    digest = hashlib.sha512(seed).digest()
    a = bytearray(digest[:32])
    a[0] &= 248
    a[31] &= 127
    a[31] |= 64
    nonce = bindings.crypto_core_ed25519_scalar_reduce(hashlib.sha512(b"another nonce" + text.encode()).digest())
    point = bindings.crypto_scalarmult_ed25519_base_noclamp(nonce)
    public = bytes(SigningKey(seed).verify_key)
    challenge = bindings.crypto_core_ed25519_scalar_reduce(hashlib.sha512(point + public + text.encode()).digest())
    secret = bindings.crypto_core_ed25519_scalar_reduce(bytes(a) + bytes(32))
    return point + bindings.crypto_core_ed25519_scalar_add(
        nonce, bindings.crypto_core_ed25519_scalar_mul(challenge, secret)
    )


def doors(e: Examinee) -> Iterator[Question]:
    """Other doors, headers twice, and what a gateway may remember."""
    own, other = e.gateway.accounts
    body = BODY
    right, theirs = lawful(own, "order-1"), lawful(other, "order-1")
    nothing = Request("POST", PATH, (), right.body)
    bare = replace(right, headers=right.headers[:2])
    yield one(replace(nothing, target=PATH + "?" + "&".join(f"{name}={quote(value)}" for name, value in right.headers)))
    for name, value in (
        ("Cookie", f"session={own.key_id}"),
        ("Authorization", f"Bearer {own.key_id}"),
    ):
        yield one(with_headers(nothing, (name, value)))
    slug = e.gateway.settings.markets[0]
    not_mine = signed(own, batch((e.place(1, slug), slug)))
    yield one(with_headers(not_mine, ("X-Account-Id", other.key_id)))
    yield one(replace(not_mine, target=f"{PATH}?account={other.key_id}"))
    trusted = (("X-Forwarded-For", "127.0.0.1"), ("X-SSL-Client-Verify", "SUCCESS"))
    for name, value in (*trusted, ("X-PM-Access-Key", other.key_id)):
        yield one(with_headers(unsigned(PATH, own, body), (name, value)))
    yield one(replace(nothing, body=json.dumps(body | {"accessKey": own.key_id}).encode()))
    elsewhere = signed(own, body, target="/v1/orders")
    yield one(with_headers(replace(elsewhere, target=PATH), ("X-Original-URL", "/v1/orders")))
    yield one(replace(right, headers=tuple((name.replace("-", "_"), value) for name, value in right.headers)))
    yield one(with_headers(right, ("X-PM-Access-Key", other.key_id)))
    old = signed(own, body, at=NOW - 90_000)
    yield one(replace(old, headers=(("X-PM-Timestamp", str(NOW)), *old.headers)))
    yield one(with_headers(right, ("X-PM-Signature", "A" * 86 + "==")))
    wrong = replace(unsigned(PATH, own, body), connection=8)
    for request in (
        *[replace(right, connection=8)] * 4,
        wrong,
        replace(bare, connection=8),
        replace(nothing, connection=8),
    ):
        yield one(request)
    yield one(replace(right, connection=8))
    text = dict(right.headers)["X-PM-Signature"]
    bits = base64.b64decode(text)
    damaged = base64.b64encode(bits[:40] + bytes(24)).decode()
    yield one(with_headers(bare, ("X-PM-Signature", damaged)))
    yield one(theirs)
