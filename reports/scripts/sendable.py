"""What a plain HTTP library can send of a plan, and why it can't send the rest."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import fields

from contracts.messages import Account, Credentials, Framing, Plan
from reports.scripts import ways

BODY_MAX = 64 * 1024
PACKED_FROM = 2048
"""Bytes from which a body stands in a script packed, where that makes it small."""
CLEAN_PATH = re.compile(r"(?:/(?:[A-Za-z0-9._~;=-]|%[0-9A-F]{2})*)+(?:\?[A-Za-z0-9_=&-]+)?")
CLEAN_HEADER = re.compile(r"[!-9;-~]+: (?:[!-~\x80-\xff](?:[ -~\x80-\xff]*[!-~\x80-\xff])?)?")
OTHERS = re.compile(rb"\{\{(?!market\.\d+\}\})\w+\.([^}|]*)\|?([^}]*)\}\}")
"""Placeholders other than a market of the target: their names, and in which other spelling."""
FRAMING_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "expect"})
FRAMINGS = frozenset({Framing.LENGTH, Framing.CHUNKED, Framing.EXPECT, Framing.RAW})
"""What an HTTP library can do, where headers and path are clean. It sends the body behind `Expect` at once."""
PLAIN_CREDENTIALS = frozenset(
    {"key", "secret", "skew_ms", "signed_method", "signed_path", "signed_skew_ms", "signed_text", "drop"}
    | {"timestamp", "signature", "key_text", "names", "repeat", "elsewhere", "beside", "again"}
)
CASES: dict[str, Callable[[str], str]] = {"canonical": str, "lower": str.lower, "upper": str.upper}
TOLD: dict[str, str] = {
    "same": "same",
    "fresh": "now",
    "signed": "signed or same",
    Account.OWN.value: 'os.environ["POLYMARKET_KEY_ID"]',
    Account.NOBODY.value: 'os.environ["POLYMARKET_KEY_ID"]',
    Account.OTHER.value: 'os.environ["POLYMARKET_OTHER_KEY_ID"]',
}
"""Values of a repeated header that only the moment of sending knows, as code."""


def obstacle(plan: Plan) -> str:
    """Why a plain script can't send a plan, as the end of a sentence that begins with 'this witness'; else empty."""
    given, usual = plan.credentials, Credentials()
    changed = {each.name for each in fields(given) if getattr(given, each.name) != getattr(usual, each.name)}
    written = given.timestamp in ways.TIMESTAMPS and given.signature in ways.SIGNATURES and given.key_text in ways.KEYS
    written &= given.names in CASES and given.elsewhere in ("", *ways.PLACES) and given.again in ("", *ways.AGAIN)
    odd = any(
        (form and form.decode() not in ways.FORMS) or name.decode() not in {each.name for each in plan.orders}
        for name, form in OTHERS.findall(plan.body or b"")
    )
    reasons = {
        "spells the id of an order in another way": odd,
        "is framed as no HTTP library would": plan.framing not in FRAMINGS or not _clean_headers(plan),
        "has a path that an HTTP library would mend": not CLEAN_PATH.fullmatch(plan.path),
        "has a method that an HTTP library would mend": not (plan.method.isalpha() and plan.method.isupper()),
        "writes its credentials in an unusual way": not changed <= PLAIN_CREDENTIALS or not written,
        "is too large for a script": len(literal(plan.body or b"")) > BODY_MAX,
    }
    return next((reason for reason, applies in reasons.items() if applies), "")


def _clean_headers(plan: Plan) -> bool:
    names = [name.lower() for name, _ in plan.headers]
    lines = [f"{name}: {value}" for name, value in plan.headers]
    return (
        len(set(names)) == len(names)
        and not FRAMING_HEADERS & set(names)
        and all(CLEAN_HEADER.fullmatch(each) for each in lines)
    )


def repeated(given: Credentials) -> list[tuple[str, str]]:
    """Headers that are sent a second time, and their values as code."""
    twice = [(name, value) for name, value in given.repeat if name not in given.drop or value in TOLD]
    return [(name, TOLD.get(value) or ascii(value)) for name, value in twice]


def literal(body: bytes) -> str:
    """A body as code: a long one that repeats itself is packed."""
    packed = f"zlib.decompress({zlib.compress(body, 9)!a})"
    return packed if len(body) > PACKED_FROM and len(packed) < len(body) / 4 else ascii(body)
