"""Credentials: every way of writing a timestamp, a signature or a key id, by the name that plans use.

Each name is one way of being right, wrong, or undocumented; a timestamp is written from Unix milliseconds, a signature
from its 64 bytes, a key id from the one that was issued.
"""

from __future__ import annotations

import base64
import hashlib
import urllib.parse
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from contracts.signing import GROUP_ORDER
from suites.strategies.ed25519 import CONSTRUCTED, FORGED

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
    "a digit before the time": lambda ms: f"9{ms}",
    "exponent of the digits": lambda ms: f"{str(ms)[0]}.{str(ms)[1:]}e11",
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
    "date": lambda ms: datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
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


def _instead(made: bytes) -> Callable[[bytes], bytes]:
    return lambda raw: made


def b64(raw: bytes) -> str:
    """Base64 of the standard alphabet, padded."""
    return base64.b64encode(raw).decode()


def _spare_bits(raw: bytes) -> str:
    """The last of 86 characters carries four bits that count and two that must be zero."""
    text = b64(raw)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return text[:85] + alphabet[alphabet.index(text[85]) | 1] + text[86:]


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "first bit of R": _flipped(0),
    "last bit of all": _flipped(63),
    "a bit inside R": _flipped(17, 3),
    "last byte of R": _flipped(31, 6),
    "sign bit of R": _flipped(31, 7),
    "first bit of S": _flipped(32),
    "a bit inside S": _flipped(57, 5),
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
    "S plus 14 L": _s_plus(14),
    **{name: _instead(made) for name, made in FORGED.items()},
    **{f"bit {at}": _flipped(at // 8, at % 8) for at in range(512)},
}
TEXTS: dict[str, Callable[[bytes], str]] = {
    "base64": b64,
    **dict.fromkeys(CONSTRUCTED, b64),
    "empty": lambda raw: "",
    "hexadecimal": lambda raw: raw.hex(),
    "base64 of hexadecimal": lambda raw: b64(raw.hex().encode()),
    "base64 twice": lambda raw: b64(b64(raw).encode()),
    "junk inside": lambda raw: b64(raw)[:40] + "!" + b64(raw)[40:],
    "junk before": lambda raw: "*" + b64(raw),
    "junk behind": lambda raw: b64(raw) + "$",
    "junk behind the padding": lambda raw: b64(raw) + "AAAA",
    "four junk characters inside": lambda raw: b64(raw)[:44] + "-.~#" + b64(raw)[44:],
    "a comma inside": lambda raw: b64(raw)[:44] + "," + b64(raw)[44:],
    "quoted": lambda raw: f'"{b64(raw)}"',
    "a scheme before": lambda raw: f"Ed25519 {b64(raw)}",
    "padding inside": lambda raw: b64(raw)[:42] + "==" + b64(raw)[42:],
    "padding only": lambda raw: "=",
    "five letters": lambda raw: "AAAAA",
    "a letter outside ASCII": lambda raw: b64(raw)[:40] + "é" + b64(raw)[40:],
    "a byte that is no UTF-8": lambda raw: b64(raw)[:40] + "\udce9" + b64(raw)[40:],
    "not base64": lambda raw: "not a signature",
    "url-safe": lambda raw: base64.urlsafe_b64encode(raw).decode(),
    "unpadded": lambda raw: b64(raw).rstrip("="),
    "spare bits": _spare_bits,
    "white space": lambda raw: b64(raw)[:44] + " " + b64(raw)[44:],
    "null": lambda raw: "null",
    "percent-encoded": lambda raw: urllib.parse.quote(b64(raw), safe=""),
    "a word and a colon before": lambda raw: f"ed25519:{b64(raw)}",
    "two with a comma": lambda raw: f"{b64(bytes(64))},{b64(raw)}",
    "a letter's case": lambda raw: _swap_one_case(b64(raw)),
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
    "constructor": lambda key: "constructor",
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
    "one more": lambda key: key + "!é",
    "beginning": lambda key: key[: len(key) // 2],
    "a byte that is no UTF-8": lambda key: key[:-1] + "\udce9",
    "last changed": lambda key: key[:-1] + ("0" if key[-1] != "0" else "1"),
    "other case": lambda key: key.upper() if key != key.upper() else key.lower(),
}
