"""Turns intended credentials into the three headers, at the last moment before they leave.

Every way of writing a timestamp, a signature or a key id has a name that plans use; each name is one way of being
right, wrong, or undocumented.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets as randomness
import urllib.parse
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import nacl.bindings as sodium

from contracts.messages import Account, Credentials, Plan
from contracts.signing import (
    GROUP_ORDER,
    HEADER_KEY,
    HEADER_SIGNATURE,
    HEADER_TIMESTAMP,
    HEADERS,
    sign,
    signed_text,
)
from suites.target import Key, Target

COOKIES_SET_BEFORE = "cookies set before"
"""The place of credentials that only a connection's history knows: the sender fills it."""
OTHER_SCRIPT = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

TIMESTAMPS: dict[str, Callable[[int], str]] = {
    "milliseconds": str,
    "seconds": lambda ms: str(ms // 1000),
    "seconds with fraction": lambda ms: f"{ms / 1000:.3f}",
    "microseconds": lambda ms: str(ms * 1000),
    "nanoseconds": lambda ms: str(ms * 1_000_000),
    "negative": lambda ms: f"-{ms}",
    "zero": lambda ms: "0",
    "minus one": lambda ms: "-1",
    "fraction": lambda ms: f"{ms - 3_600_000}.5",
    "exponent": lambda ms: "1e3",
    "exponent beyond floats": lambda ms: "1e400",
    "negative exponent beyond floats": lambda ms: "-1e400",
    "hexadecimal": lambda ms: hex(ms // 1000),
    "octal": lambda ms: oct(ms // 1000),
    "64 bits and the time": lambda ms: str(ms + 2**64),
    "2^64 nanoseconds and the time": lambda ms: str(ms + 18_446_744_073_710),
    "32 bits and the time": lambda ms: str(ms + 2**32 * 1000),
    "largest of 64 bits": lambda ms: str(2**63 - 1),
    "smallest of 64 bits": lambda ms: str(-(2**63)),
    "40 digits": lambda ms: "9" * 40,
    "500 digits": lambda ms: "9" * 500,
    "text": lambda ms: "now",
    "NaN": lambda ms: "NaN",
    "nan": lambda ms: "nan",
    "Infinity": lambda ms: "Infinity",
    "null": lambda ms: "null",
    "true": lambda ms: "true",
    "a superscript two in Latin-1": lambda ms: "\udcb2",
    "minus": lambda ms: "-",
    "point": lambda ms: ".",
    "letters behind": lambda ms: f"{ms}abc",
    "unit behind": lambda ms: f"{ms}ms",
    "letter inside": lambda ms: f"{str(ms)[:6]}x{str(ms)[6:]}",
    "letters before": lambda ms: f"t{ms}",
    "date": lambda ms: "2026-11-24T00:00:00Z",
    "two with a comma": lambda ms: f"{ms},{ms}",
    "two with a space": lambda ms: f"{ms} {ms}",
    "semicolon behind": lambda ms: f"{ms};",
    "quoted": lambda ms: f'"{ms}"',
    "bracketed": lambda ms: f"[{ms}]",
    "white space": lambda ms: f"{ms} ",
    "plus sign": lambda ms: f"+{ms}",
    "leading zeros": lambda ms: f"000{ms}",
    "zero fraction": lambda ms: f"{ms}.0",
    "other script": lambda ms: str(ms).translate(OTHER_SCRIPT),
    "exponent inside": lambda ms: f"{str(ms)[0]}.{str(ms)[1:]}e12",
    "hexadecimal inside": hex,
    "fraction inside": lambda ms: f"{ms}.5",
    "separators inside": lambda ms: f"{ms:_}",
}


def _flipped(position: int, bit: int = 0) -> Callable[[bytes], bytes]:
    def flip(raw: bytes) -> bytes:
        return raw[:position] + bytes([raw[position] ^ (1 << bit)]) + raw[position + 1 :]

    return flip


def _s_plus(multiple: int) -> Callable[[bytes], bytes]:
    def shift(raw: bytes) -> bytes:
        value = int.from_bytes(raw[32:], "little") + multiple * GROUP_ORDER
        return raw[:32] + value.to_bytes(32, "little")

    return shift


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _spare_bits(raw: bytes) -> str:
    """The last of 86 characters carries four bits that count and two that must be zero."""
    text = _b64(raw)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return text[:85] + alphabet[alphabet.index(text[85]) | 1] + text[86:]


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "first bit of R": _flipped(0),
    "last bit of all": _flipped(63),
    "a bit inside R": _flipped(17, 3),
    "last byte of R": _flipped(31, 6),
    "sign bit of R": _flipped(31, 7),
    "first bit of S": _flipped(32),
    "a bit inside S": _flipped(45, 5),
    "last byte of S": _flipped(63, 2),
    "top bit of S": _flipped(63, 7),
    "halves swapped": lambda raw: raw[32:] + raw[:32],
    "reversed": lambda raw: raw[::-1],
    "all zero": lambda raw: bytes(64),
    "all ones": lambda raw: b"\xff" * 64,
    "R zero": lambda raw: bytes(32) + raw[32:],
    "S zero": lambda raw: raw[:32] + bytes(32),
    "identity point and S zero": lambda raw: b"\x01" + bytes(63),
    "63 bytes": lambda raw: raw[:63],
    "32 bytes": lambda raw: raw[:32],
    "one byte": lambda raw: raw[:1],
    "65 bytes": lambda raw: raw + b"\x00",
    "128 bytes": lambda raw: raw + raw,
    "a byte before": lambda raw: b"\x00" + raw,
    "S plus L": _s_plus(1),
    "S plus 2 L": _s_plus(2),
    "S plus 8 L": _s_plus(8),
}
TEXTS: dict[str, Callable[[bytes], str]] = {
    "base64": _b64,
    "another nonce": _b64,
    "empty": lambda raw: "",
    "hexadecimal": lambda raw: raw.hex(),
    "base64 of hexadecimal": lambda raw: _b64(raw.hex().encode()),
    "base64 twice": lambda raw: _b64(_b64(raw).encode()),
    "junk inside": lambda raw: _b64(raw)[:40] + "!" + _b64(raw)[40:],
    "junk before": lambda raw: "*" + _b64(raw),
    "junk behind": lambda raw: _b64(raw) + "$",
    "junk behind the padding": lambda raw: _b64(raw) + "AAAA",
    "four junk characters inside": lambda raw: _b64(raw)[:44] + "-.~#" + _b64(raw)[44:],
    "a comma inside": lambda raw: _b64(raw)[:44] + "," + _b64(raw)[44:],
    "quoted": lambda raw: f'"{_b64(raw)}"',
    "a scheme before": lambda raw: f"Ed25519 {_b64(raw)}",
    "padding inside": lambda raw: _b64(raw)[:42] + "==" + _b64(raw)[42:],
    "five letters": lambda raw: "AAAAA",
    "a letter outside ASCII": lambda raw: _b64(raw)[:40] + "é" + _b64(raw)[40:],
    "not base64": lambda raw: "not a signature",
    "url-safe": lambda raw: base64.urlsafe_b64encode(raw).decode(),
    "unpadded": lambda raw: _b64(raw).rstrip("="),
    "spare bits": _spare_bits,
    "white space": lambda raw: _b64(raw)[:44] + " " + _b64(raw)[44:],
    "null": lambda raw: "null",
    "percent-encoded": lambda raw: urllib.parse.quote(_b64(raw), safe=""),
    "a word and a colon before": lambda raw: f"ed25519:{_b64(raw)}",
    "two with a comma": lambda raw: f"{_b64(bytes(64))},{_b64(raw)}",
    "a letter's case": lambda raw: _swap_one_case(_b64(raw)),
}


def _swap_one_case(text: str) -> str:
    place = next(index for index, char in enumerate(text) if char.isalpha())
    return text[:place] + text[place].swapcase() + text[place + 1 :]


KEYS: dict[str, Callable[[str], str]] = {
    "as-issued": lambda key: key,
    "empty": lambda key: "",
    "unknown": lambda key: str(uuid.UUID(hashlib.sha256(key.encode()).hexdigest()[:32], version=4)),
    "no UUID": lambda key: "nobody",
    "nil UUID": lambda key: str(uuid.UUID(int=0)),
    "null": lambda key: "null",
    "wildcard": lambda key: "*",
    "percent": lambda key: "%",
    "SQL": lambda key: "' OR '1'='1",
    "path": lambda key: f"../{key}",
    "cut short": lambda key: key[:-1],
    "an underscore for the last": lambda key: key[:-1] + "_",
    "a percent sign behind the beginning": lambda key: key[:8] + "%",
    "without hyphens": lambda key: key.replace("-", "") if "-" in key else key + "-",
    "in braces": lambda key: "{" + key + "}",
    "as a URN": lambda key: f"urn:uuid:{key}",
    "a comma and another behind": lambda key: f"{key},{uuid.UUID(int=0)}",
    "one more": lambda key: key + "0",
    "beginning": lambda key: key[: len(key) // 2],
    "last changed": lambda key: key[:-1] + ("0" if key[-1] != "0" else "1"),
    "other case": lambda key: key.upper() if key != key.upper() else key.lower(),
}


def unusual_signature(seed: bytes, text: bytes) -> bytes:
    """A valid Ed25519 signature that no deterministic library makes: its nonce is random.

    Source: RFC 8032, 5.1.6, with r drawn instead of derived.
    """
    public, expanded = sodium.crypto_sign_seed_keypair(seed)[0], hashlib.sha512(seed).digest()
    clamped = bytearray(expanded[:32])
    clamped[0] &= 248
    clamped[31] = (clamped[31] & 127) | 64
    nonce = (randomness.randbelow(GROUP_ORDER - 1) + 1).to_bytes(32, "little")
    point = sodium.crypto_scalarmult_ed25519_base_noclamp(nonce)
    challenge = int.from_bytes(hashlib.sha512(point + public + text).digest(), "little") % GROUP_ORDER
    scalar = int.from_bytes(clamped, "little")
    response = (int.from_bytes(nonce, "little") + challenge * scalar) % GROUP_ORDER
    return point + response.to_bytes(32, "little")


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


def seal(plan: Plan, target: Target, now_ms: int, path: str, body: bytes, last: Sealed | None = None) -> Sealed:
    """The credentials of a plan, made now.

    Args:
        plan: what is intended.
        target: whose keys are used.
        now_ms: the server's clock, Unix milliseconds.
        path: path and query as they go on the wire.
        body: the body as it goes on the wire.
        last: the credentials of the plan before, for a plan that repeats them.

    Raises:
        KeyError: the plan uses an account whose key is not known, or names an unknown way of writing.
    """
    wanted = plan.credentials
    again = wanted.again if last is not None else ""
    if again == "all" and last is not None:
        return last
    stamp = TIMESTAMPS[wanted.timestamp](now_ms + wanted.skew_ms)
    if again and last is not None:
        stamp = last.stamp if again == "altered" else str(int(last.stamp) + 1)
    signed_stamp = stamp if wanted.signed_skew_ms is None else str(now_ms + wanted.signed_skew_ms)
    raw = last.raw if again and last is not None else _signature(wanted, target, plan.method, signed_stamp, path, body)
    written = TEXTS[wanted.signature](raw) if wanted.signature in TEXTS else _b64(BYTES[wanted.signature](raw))
    values = {HEADER_KEY: _key_text(wanted, target), HEADER_TIMESTAMP: stamp, HEADER_SIGNATURE: written}
    found = [(_cased(name, wanted.names), values[name]) for name in HEADERS if name not in wanted.drop]
    for name, value in wanted.repeat:
        repeated = {"same": values[name], "fresh": str(now_ms), "signed": signed_stamp}
        found.append((name, repeated.get(value) or _repeated_key(value, target)))
    if wanted.elsewhere and wanted.elsewhere != COOKIES_SET_BEFORE:
        found, path, body = _moved(wanted.elsewhere, values, path, body)
    return Sealed(tuple(found), path, body, stamp, raw, written)


def _repeated_key(value: str, target: Target) -> str:
    """The key id of the account that a repeated header names, or the value itself."""
    return target.keys[Account(value)].id if value in tuple(Account) else value


def _moved(where: str, values: Mapping[str, str], path: str, body: bytes) -> tuple[list[tuple[str, str]], str, bytes]:
    """Right credentials in a place where they do not count."""
    key, stamp, signature = (values[name] for name in HEADERS)
    if where == "query":
        names = {**values, "access_key": key, "timestamp": stamp, "signature": signature, "api_key": key}
        return [], f"{path}?{urllib.parse.urlencode(names)}", body
    if where == "cookie":
        cookies = "; ".join(f"{name}={urllib.parse.quote(value)}" for name, value in values.items())
        return [("Cookie", cookies)], path, body
    if where == "bearer":
        return [("Authorization", f"Bearer {key}"), ("X-API-Key", key), (HEADER_TIMESTAMP, stamp)], path, body
    if where == "body":
        names = {**values, "accessKey": key, "timestamp": stamp, "signature": signature, "key": key, "apiKey": key}
        return [], path, body[:-1] + b"," + json.dumps(names)[1:].encode()
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
            "seconds": stamp[:-3],
            "method": method,
            "path": signed_path,
            "body": body.decode("utf-8", "replace"),
        }
        text = wanted.signed_text.format(**parts).encode()
    return unusual_signature(seed, text) if wanted.signature == "another nonce" else sign(seed, text)


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
    seed_b64 = _b64(key.seed)
    secret = (key.secret, key.secret.rstrip("="), seed_b64, seed_b64.rstrip("="), key.seed.hex())
    return {"secret": _escaped(secret), "key": _escaped((key.id,))}


def _escaped(texts: tuple[str, ...]) -> tuple[str, ...]:
    forms = [form for text in texts for form in (text, urllib.parse.quote(text, safe=""), text.replace("/", "\\/"))]
    return tuple(sorted(dict.fromkeys(forms), key=len, reverse=True))


def signature_spellings(signature: str) -> tuple[str, ...]:
    """Every spelling in which a sent signature could come back."""
    bare = signature.rstrip("=")
    forms = [signature, bare]
    try:
        forms.append(base64.b64decode(signature, validate=True).hex())
    except ValueError:
        forms = [signature]
    return _escaped(tuple(form for form in forms if len(form) >= 20))  # shorter texts mean nothing
