"""Ways of writing a timestamp, a signature, a key id or an order id, as expressions for a script that stands alone.

The names are those that plans use; a way that is missing here leaves its finding to the suite's replay. An expression
knows `ms` (Unix milliseconds), `raw` (the 64 bytes of the signature), `key` (the key id), `b64` and `time`.
"""

from __future__ import annotations

ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the group of Ed25519, L in RFC 8032."""


def _flipped(place: int, bit: int) -> str:
    return f"b64(raw[:{place}] + bytes([raw[{place}] ^ {1 << bit}]) + raw[{place + 1}:])"


def _s_plus(multiple: int) -> str:
    value = f'int.from_bytes(raw[32:], "little") + {multiple * ORDER}'
    return f'b64(raw[:32] + ({value}).to_bytes(32, "little"))'


TIMESTAMPS = {
    "milliseconds": "str(ms)",
    "seconds": "str(ms // 1000)",
    "seconds with fraction": 'f"{ms / 1000:.3f}"',
    "microseconds": "str(ms * 1000)",
    "nanoseconds": "str(ms * 1_000_000)",
    "negative": 'f"-{ms}"',
    "zero": '"0"',
    "minus one": '"-1"',
    "letters behind": 'f"{ms}abc"',
    "white space": 'f"{ms} "',
    "plus sign": 'f"+{ms}"',
    "leading zeros": 'f"000{ms}"',
    "zero fraction": 'f"{ms}.0"',
    "fraction inside": 'f"{ms}.5"',
    "text": '"now"',
    "NaN": '"NaN"',
    "null": '"null"',
    "40 digits": '"9" * 40',
    "500 digits": '"9" * 500',
    "fraction": 'f"{ms - 3_600_000}.5"',
    "exponent": '"1e3"',
    "exponent beyond floats": '"1e400"',
    "negative exponent beyond floats": '"-1e400"',
    "hexadecimal": "hex(ms // 1000)",
    "octal": "oct(ms // 1000)",
    "64 bits and the time": "str(ms + 2**64)",
    "2^64 nanoseconds and the time": "str(ms + 18_446_744_073_710)",
    "32 bits and the time": "str(ms + 2**32 * 1000)",
    "largest of 64 bits": "str(2**63 - 1)",
    "smallest of 64 bits": "str(-(2**63))",
    "a digit before the time": 'f"9{ms}"',
    "exponent of the digits": 'f"{str(ms)[0]}.{str(ms)[1:]}e11"',
    "nan": '"nan"',
    "Infinity": '"Infinity"',
    "true": '"true"',
    "a superscript two in Latin-1": '"\\udcb2"',
    "minus": '"-"',
    "point": '"."',
    "unit behind": 'f"{ms}ms"',
    "letter inside": 'f"{str(ms)[:6]}x{str(ms)[6:]}"',
    "letters before": 'f"t{ms}"',
    "date": 'time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(ms / 1000))',
    "two with a comma": 'f"{ms},{ms}"',
    "two with a space": 'f"{ms} {ms}"',
    "semicolon behind": 'f"{ms};"',
    "quoted": "f'\"{ms}\"'",
    "bracketed": 'f"[{ms}]"',
}
SIGNATURES = {
    "base64": "b64(raw)",
    "first bit of R": _flipped(0, 0),
    "last bit of all": _flipped(63, 0),
    "a bit inside R": _flipped(17, 3),
    "last byte of R": _flipped(31, 6),
    "sign bit of R": _flipped(31, 7),
    "first bit of S": _flipped(32, 0),
    "a bit inside S": _flipped(57, 5),
    "last byte of S": _flipped(63, 2),
    "top bit of S": _flipped(63, 7),
    "halves swapped": "b64(raw[32:] + raw[:32])",
    "reversed": "b64(raw[::-1])",
    "all zero": "b64(bytes(64))",
    "all ones": 'b64(b"\\xff" * 64)',
    "R zero": "b64(bytes(32) + raw[32:])",
    "S zero": "b64(raw[:32] + bytes(32))",
    "identity point and S zero": 'b64(b"\\x01" + bytes(63))',
    "63 bytes": "b64(raw[:63])",
    "32 bytes": "b64(raw[:32])",
    "one byte": "b64(raw[:1])",
    "65 bytes": 'b64(raw + b"\\x00")',
    "128 bytes": "b64(raw + raw)",
    "a byte before": 'b64(b"\\x00" + raw)',
    "S plus L": _s_plus(1),
    "S plus 2 L": _s_plus(2),
    "S plus 8 L": _s_plus(8),
    "empty": '""',
    "hexadecimal": "raw.hex()",
    "base64 of hexadecimal": "b64(raw.hex().encode())",
    "base64 twice": "b64(b64(raw).encode())",
    "junk inside": 'b64(raw)[:40] + "!" + b64(raw)[40:]',
    "junk before": '"*" + b64(raw)',
    "junk behind": 'b64(raw) + "$"',
    "junk behind the padding": 'b64(raw) + "AAAA"',
    "four junk characters inside": 'b64(raw)[:44] + "-.~#" + b64(raw)[44:]',
    "a comma inside": 'b64(raw)[:44] + "," + b64(raw)[44:]',
    "padding inside": 'b64(raw)[:42] + "==" + b64(raw)[42:]',
    "not base64": '"not a signature"',
    "unpadded": 'b64(raw).rstrip("=")',
    "white space": 'b64(raw)[:44] + " " + b64(raw)[44:]',
    "null": '"null"',
    "quoted": "'\"' + b64(raw) + '\"'",
    "a scheme before": '"Ed25519 " + b64(raw)',
    "a letter outside ASCII": 'b64(raw)[:40] + "\\xe9" + b64(raw)[40:]',
    "five letters": '"AAAAA"',
    "padding only": '"="',
    "two with a comma": 'b64(bytes(64)) + "," + b64(raw)',
    "a word and a colon before": '"ed25519:" + b64(raw)',
    **{f"bit {at}": _flipped(at // 8, at % 8) for at in range(512)},
}
KEYS = {
    "as-issued": "key",
    "empty": '""',
    "no UUID": '"nobody"',
    "null": '"null"',
    "wildcard": '"*"',
    "percent": '"%"',
    "path": 'f"../{key}"',
    "cut short": "key[:-1]",
    "without hyphens": 'key.replace("-", "") if "-" in key else key + "-"',
    "in braces": '"{" + key + "}"',
    "one more": 'key + "!\\xe9"',
    "beginning": "key[: len(key) // 2]",
    "last changed": 'key[:-1] + ("0" if key[-1] != "0" else "1")',
    "other case": "key.upper() if key != key.upper() else key.lower()",
    "unknown": '"00000000-0000-4000-8000-000000000000"',  # the suite derives one; any that nobody has will do
    "nil UUID": '"00000000-0000-0000-0000-000000000000"',
    "constructor": '"constructor"',
    "SQL": "\"' OR '1'='1\"",
    "an underscore for the last": 'key[:-1] + "_"',
    "a percent sign behind the beginning": 'key[:8] + "%"',
    "as a URN": 'f"urn:uuid:{key}"',
    "a comma and another behind": 'key + ",00000000-0000-0000-0000-000000000000"',
}
FORMS = {
    "upper": 'text.swapcase() if text.swapcase() != text else text + "A"',
    "beginning": "text[:-1]",
    "longer": 'text + (".0" if text.isdecimal() else "0")',
    "end": "text[1:]",
    "first-changed": '("x" if text[:1] != "x" else "y") + text[1:]',
    "blank-behind": 'text + " "',
    "blank-before": '" " + text',
    "tab-behind": 'text + "\\t"',
    "newline-behind": 'text + "\\n"',
    "all": '"all"',
    "nul-behind": 'text + "\\0"',
    "full-width": "text.translate({each: each + 0xFEE0 for each in range(33, 127)})",
    "zero-width": 'text[:1] + "\\u200b" + text[1:]',
    "wildcard": 'text[: len(text) // 2] + "%"',
    "star": 'text[: len(text) // 2] + "*"',
    "comma": 'text + ",x"',
    "slash": 'text + "/"',
    "underscore": 'text[:-1] + "_"',
    "dot": 'text[:-1] + "."',
    "no-hyphens": 'text.replace("-", "") if "-" in text else text[:4] + "-" + text[4:]',
    "suffix": 'text + "-1"',
    "leg": 'text + ":1"',
    "zero-before": '"0" + text',
    "plus-before": '"+" + text',
    "quoted": "f'\"{text}\"'",
    "percent-encoded": '"".join(f"%{ord(each):02x}" for each in text)',
    "accent": 'text + "\\u0301"',
    "query": 'text + "?x=1"',
}
"""Other spellings of an order's id, `text`: those of `suites.sending.rendering`."""
EDGE = (
    "X-API-Key",
    "X-Access-Key",
    "X-Authenticated-Key",
    "X-Authenticated-User",
    "X-Consumer-Custom-Id",
    "X-Key-Id",
    "X-User-Id",
    "X-Account-Id",
)
"""Headers in which an edge that has checked the signature would name the key."""
BESIDE = ("X-PM-Account", "X-PM-Key", "X-Account", "X-Forwarded-User", *EDGE)
"""Headers that may say for whom a request is."""
IN_QUERY = ("key", "api_key", "account", "account_id", "user", "X-PM-Access-Key")
"""Names in a query that may."""
_PARTS = 'dict(zip(("access_key", "timestamp", "signature", "api_key"), (*mine.values(), *mine.values())))'
_MEMBERS = 'dict(zip(("accessKey", "timestamp", "signature", "key", "apiKey"), (k, t, s, k, k)))'
PLACES = {
    "query": f'({{}}, path + "?" + urlencode(mine | {_PARTS}), body)',
    "cookie, body and others": (
        '(lambda k, t, s: ({"Cookie": "; ".join(f"{name}={quote(each)}" for name, each in mine.items()),'
        f' "Authorization": "Bearer " + k, "X-PM-Timestamp": t}} | dict.fromkeys({EDGE!a}, k), path,'
        f' body[:-1] + b"," + json.dumps(mine | {_MEMBERS})[1:].encode()))(*mine.values())'
    ),
    "underscores": '({name.replace("-", "_"): each for name, each in mine.items()}, path, body)',
    "cookies set before": "(sent, path, body)",
    "beside": (
        f"(lambda other: (sent | dict.fromkeys({BESIDE!a}, other),"
        f' path + "?&"["?" in path] + urlencode(dict.fromkeys({IN_QUERY!a}, other)), body))'
        '(os.environ["POLYMARKET_OTHER_KEY_ID"])'
    ),
}
"""Where else credentials stand: headers, path and body made of the right ones, `mine`, of `sent`, `path` and `body`."""
AGAIN = {
    "all": "(stamp, raw)",
    "altered": "(stamp, raw)",
    "same": "(stamp, raw)",
    "signature": "(str(int(stamp) + 1), raw)",
}
"""What is sent again of `stamp` and `raw` of the request before."""
