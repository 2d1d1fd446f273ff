"""What is masked in requests and answers before anything keeps them: keys, secrets, and every signature.

Of the last minutes' signatures, too: for 30 seconds whoever reads one in an answer can cancel anything.
"""

from __future__ import annotations

import dataclasses
import re
import threading
import urllib.parse
from collections import OrderedDict
from collections.abc import Mapping

from contracts.messages import Account, Reply
from contracts.oracles.disclosure import MASKS
from suites.sending import sealing
from suites.target import Target

Headers = tuple[tuple[str, str], ...]

REMEMBERED = 8_192
"""How many signatures: more than leave in the minute in which one is good, but for a target without a rate limit."""
BEGINNING = 16
"""Characters by which a signature is known: 96 bits in base64, 64 in hexadecimal."""
LONG = re.compile(r"[A-Za-z0-9+/%=\\-]{80,}")
"""What a signature could stand in; few answers have any."""
SAME = re.compile(r"(.)\1{15,}")
"""No signature has so many equal characters in a row, and the long ids that we send mostly have."""


class Shown:
    """Remembers what was signed, and finds it in answers. For several threads."""

    def __init__(self) -> None:
        self._signed: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, signature: str) -> None:
        """Know a right signature (base64) from now on."""
        with self._lock:
            for form in sealing.signature_forms(signature):
                self._signed[form[:BEGINNING]] = signature
            while len(self._signed) > 2 * REMEMBERED:
                self._signed.popitem(last=False)

    def found_in(self, text: str) -> tuple[str, ...]:
        """Every spelling of the remembered signatures that stand somewhere in a text."""
        found: dict[str, None] = {}
        for run in LONG.findall(SAME.sub(" ", text)):
            plain = urllib.parse.unquote(run).replace("\\", "")
            with self._lock:
                beginnings = (plain[at : at + BEGINNING] for at in range(len(plain) - BEGINNING))
                found |= dict.fromkeys(self._signed[each] for each in beginnings if each in self._signed)
        return tuple(form for signature in found for form in sealing.signature_spellings(signature))


def standing_masks(target: Target) -> dict[str, str]:
    """What stands in the place of each spelling of a target's keys and secrets."""
    masks: dict[str, str] = {}
    for account, key in target.keys.items():
        spelt = sealing.spellings(key)
        masks |= dict.fromkeys(spelt["secret"], MASKS["secret"])
        masks |= dict.fromkeys(spelt["key"], MASKS["own-key" if account is Account.OWN else "other-key"])
    return masks


def masked(reply: Reply | None, masks: Mapping[str, str]) -> Reply | None:
    """An answer with masks in the place of what they stand for, in its headers and in its body."""
    if reply is None:
        return None
    headers = masked_headers(reply.headers, masks)
    text = reply.body.decode("utf-8", "surrogateescape")
    found = {spelling: mask for spelling, mask in masks.items() if spelling in text}  # mostly none, of dozens
    if not found and headers is reply.headers:
        return reply
    return dataclasses.replace(
        reply, headers=headers, body=replaced(text, found).encode("utf-8", "surrogateescape") if found else reply.body
    )


def told(reply: Reply) -> str:
    """All that an answer says, as far as it is text."""
    return "\n".join((*(value for _, value in reply.headers), reply.body.decode("latin-1")))


def masked_headers(headers: Headers, masks: Mapping[str, str]) -> Headers:
    """Headers with masks in the place of what they stand for."""
    together = "\n".join(value for _, value in headers)
    found = {spelling: mask for spelling, mask in masks.items() if spelling in together}  # few, of dozens
    return tuple((name, replaced(value, found)) for name, value in headers) if found else headers


def replaced(text: str, masks: Mapping[str, str]) -> str:
    """A text with masks in the place of what they stand for."""
    for spelling, mask in masks.items():
        text = text.replace(spelling, mask)
    return text
