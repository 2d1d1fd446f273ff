"""Turns intended credentials into the three headers, at the last moment before they leave.

Every way of writing a timestamp, a signature or a key id has a name that plans use; each name is one way of being
right, wrong, or undocumented.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, replace

from contracts.messages import Account, Credentials, Plan
from contracts.signing import (
    HEADER_KEY,
    HEADER_SIGNATURE,
    HEADER_TIMESTAMP,
    HEADERS,
    sign,
    signed_text,
)
from suites.strategies.credentials import BYTES, KEYS, TEXTS, TIMESTAMPS, b64
from suites.strategies.ed25519 import CONSTRUCTED
from suites.target import Key, Target

BASE64 = re.compile(r"[A-Za-z0-9+/=]*")
LEGIBLE = 16
"""How long a text must be to give anything of a secret away."""
STALE = "stale"
"""What repeats the credentials of a batch that was just in time, once it no longer is."""
COOKIES_SET_BEFORE = "cookies set before"
"""The place of credentials that only a connection's history knows: the sender fills it."""
SAID_BY_AN_EDGE = (
    "X-API-Key",
    "X-Access-Key",
    "X-Authenticated-Key",
    "X-Authenticated-User",
    "X-Consumer-Custom-Id",
    "X-Key-Id",
    "X-User-Id",
    "X-Account-Id",
)
"""Headers in which an edge that has checked the signature would name the key: nobody but an edge may say so."""


def stranger_seed(seed: bytes) -> bytes:
    """The seed of a key that the target has never seen, the same for one secret every time."""
    return hashlib.sha256(b"stranger" + seed).digest()


@dataclass(frozen=True, slots=True)
class Sealed:
    """Credentials as they leave: where they stand, and what a later plan may repeat of them."""

    headers: tuple[tuple[str, str], ...]
    path: str
    body: bytes
    stamp: str
    raw: bytes
    """The signature's bytes before they were written in any way."""
    signature: str
    right: str
    """The signature that would have been right, in base64: an answer must not tell it either."""


def seal(plan: Plan, target: Target, now_ms: int, path: str, body: bytes, last: Sealed | None = None) -> Sealed:
    """The credentials of a plan, made now.

    Args:
        plan: what is intended.
        target: whose keys are used.
        now_ms: the server's clock, Unix milliseconds.
        path: path and query as they go on the wire.
        body: the body as it goes on the wire.
        last: the credentials that the plan repeats, where it does.

    Raises:
        KeyError: the plan uses an account whose key is not known, or names an unknown way of writing.
    """
    wanted = plan.credentials
    again = wanted.again if last is not None else ""
    if again in ("all", STALE) and last is not None:
        return replace(last, path=path, body=body)
    stamp = TIMESTAMPS[wanted.timestamp](now_ms + wanted.skew_ms)
    if again and last is not None:
        stamp = last.stamp if again in ("altered", "same", "elsewhere") else str(int(last.stamp) + 1)
    if wanted.signature == "url-safe":
        stamp = _telling(plan, target, int(stamp), path)
    signed_stamp = stamp if wanted.signed_skew_ms is None else str(now_ms + wanted.signed_skew_ms)
    raw = last.raw if again and last is not None else _signature(wanted, target, plan.method, signed_stamp, path, body)
    written = TEXTS[wanted.signature](raw) if wanted.signature in TEXTS else b64(BYTES[wanted.signature](raw))
    values = {HEADER_KEY: _key_text(wanted, target), HEADER_TIMESTAMP: stamp, HEADER_SIGNATURE: written}
    found = [(_cased(name, wanted.names), values[name]) for name in HEADERS if name not in wanted.drop]
    for name, value in wanted.repeat:
        repeated = {"same": values[name], "fresh": str(now_ms), "signed": signed_stamp}
        found.append((name, repeated.get(value) or _repeated_key(value, target)))
    if wanted.beside:
        found, path = _beside(found, path, target.keys.get(Account.OTHER, target.keys[Account.OWN]).id)
    if wanted.elsewhere and wanted.elsewhere != COOKIES_SET_BEFORE:
        found, path, body = _moved(wanted.elsewhere, values, path, body)
    is_right = (wanted.usual or replace(wanted, skew_ms=0).usual) and wanted.key is not Account.NOBODY
    right = written if is_right else b64(sign(_seed(_owner(wanted), target), signed_text(stamp, plan.method, path)))
    return Sealed(tuple(found), path, body, stamp, raw, written, right)


def _owner(wanted: Credentials) -> Credentials:
    """Credentials that are right for the key id that is sent: the own account's where it is nobody's."""
    account = Account.OWN if wanted.key is Account.NOBODY else wanted.key
    return Credentials(key=account, secret=account)


def _telling(plan: Plan, target: Target, stamp_ms: int, path: str) -> str:
    """A timestamp near the given one whose right signature is spelt differently in the URL-safe alphabet."""
    seed = _seed(plan.credentials, target)
    while not {"+", "/"} & set(b64(sign(seed, signed_text(str(stamp_ms), plan.method, path)))):
        stamp_ms += 1
    return str(stamp_ms)


def _repeated_key(value: str, target: Target) -> str:
    """The key id of the account that a repeated header names, or the value itself."""
    return target.keys[Account(value)].id if value in tuple(Account) else value


def _beside(headers: list[tuple[str, str]], path: str, key: str) -> tuple[list[tuple[str, str]], str]:
    """The right headers, and a key id in all places where a careless gateway might look for the account."""
    names = ("X-PM-Account", "X-PM-Key", "X-Account", "X-Forwarded-User", *SAID_BY_AN_EDGE)
    query = dict.fromkeys(("key", "api_key", "account", "account_id", "user", "X-PM-Access-Key"), key)
    joint = "&" if "?" in path else "?"
    return [*headers, *((name, key) for name in names)], path + joint + urllib.parse.urlencode(query)


def _moved(where: str, values: Mapping[str, str], path: str, body: bytes) -> tuple[list[tuple[str, str]], str, bytes]:
    """Right credentials in a place where they do not count."""
    key, stamp, signature = (values[name] for name in HEADERS)
    if where == "query":
        names = {**values, "access_key": key, "timestamp": stamp, "signature": signature, "api_key": key}
        return [], f"{path}?{urllib.parse.urlencode(names)}", body
    if where == "cookie, body and others":
        cookies = "; ".join(f"{name}={urllib.parse.quote(value)}" for name, value in values.items())
        found = [("Cookie", cookies), ("Authorization", f"Bearer {key}"), (HEADER_TIMESTAMP, stamp)]
        found += [(name, key) for name in SAID_BY_AN_EDGE]
        names = {**values, "accessKey": key, "timestamp": stamp, "signature": signature, "key": key, "apiKey": key}
        return found, path, body[:-1] + b"," + json.dumps(names)[1:].encode()
    return [(name.replace("-", "_"), value) for name, value in values.items()], path, body


def _signature(wanted: Credentials, target: Target, method: str, stamp: str, path: str, body: bytes) -> bytes:
    seed = _seed(wanted, target)
    stamp = stamp.strip()  # white space around a header's value is not part of it
    method = wanted.signed_method or method
    signed_path = wanted.signed_path if wanted.signed_path is not None else path.partition("?")[0]
    if wanted.signed_text == "{timestamp}{method}{path}" and "?" not in signed_path:
        text = signed_text(stamp, method, signed_path)
    else:
        parts = {
            "timestamp": stamp,
            "number": stamp.lstrip("0"),
            "method": method,
            "path": signed_path,
            "body": body.decode("utf-8", "replace"),
        }
        text = wanted.signed_text.format(**parts).encode()
    return CONSTRUCTED.get(wanted.signature, sign)(seed, text)


def _seed(wanted: Credentials, target: Target) -> bytes:
    if wanted.secret is Account.NOBODY:
        return stranger_seed(target.keys[Account.OWN].seed)
    return target.keys[wanted.secret].seed


def _key_text(wanted: Credentials, target: Target) -> str:
    account = Account.OWN if wanted.key is Account.NOBODY else wanted.key
    form = "unknown" if wanted.key is Account.NOBODY and wanted.key_text == "as-issued" else wanted.key_text
    return KEYS[form](target.keys[account].id)


def _cased(name: str, names: str) -> str:
    if names == "mixed":
        return "".join(char.upper() if index % 2 else char.lower() for index, char in enumerate(name))
    return {"lower": name.lower(), "upper": name.upper()}.get(names, name)


def spellings(key: Key) -> dict[str, tuple[str, ...]]:
    """Every spelling in which a key's secrets could show: what is masked as `secret`, and as `key`."""
    seed_b64 = b64(key.seed)
    secret = (key.secret, key.secret.rstrip("="), seed_b64, seed_b64.rstrip("="), key.seed.hex())
    return {"secret": _escaped(secret), "key": _escaped(_spelt(key.id))}


def _spelt(key_id: str) -> tuple[str, ...]:
    """A key id as plans write it: whole, in another case, without hyphens, without its last character, and half."""
    forms = (key_id, key_id.upper(), key_id.lower(), key_id.replace("-", ""), key_id[:-1], key_id[: len(key_id) // 2])
    return tuple(form for form in forms if len(form) >= LEGIBLE or form == key_id)


def _escaped(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Each as it is, as a query escapes it, as a path and a cookie do, which leave a slash, and as JSON may."""
    forms = [form for text in texts for form in (text, *_quoted(text), text.replace("/", "\\/"))]
    return tuple(sorted(dict.fromkeys(forms), key=len, reverse=True))


def _quoted(text: str) -> tuple[str, str]:
    """As a query escapes it, and as a path does; of base64, which is all but everything, without asking the library."""
    if BASE64.fullmatch(text):
        kept = text.replace("+", "%2B").replace("=", "%3D")
        return kept.replace("/", "%2F"), kept
    errors = "surrogateescape"  # a byte that is no UTF-8
    return urllib.parse.quote(text, safe="", errors=errors), urllib.parse.quote(text, errors=errors)


def signature_forms(signature: str) -> tuple[str, ...]:
    """A signature as it was sent, without padding, and in hexadecimal; not what is too short to be told from a word."""
    forms = [signature, signature.rstrip("=")]
    with contextlib.suppress(ValueError):  # what is not base64 has no bytes to be shown in another way
        forms.append(base64.b64decode(signature, validate=True).hex())
    return tuple(form for form in forms if len(form) >= LEGIBLE)


def signature_spellings(signature: str) -> tuple[str, ...]:
    """Every spelling in which a sent signature could come back."""
    return _escaped(signature_forms(signature))
