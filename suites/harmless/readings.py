"""What a careless reader could take bytes for: every text that they are, or are an escaped form of.

Made for one question, whether a request names an order: a gateway may decode once more than it should, fold letter
case, trim, or drop what is no letter or digit, and an order's id must be found all the same.
"""

from __future__ import annotations

import re
import unicodedata
import urllib.parse
import zlib
from collections.abc import Callable, Iterable, Sequence

READINGS_MAX = 64
UNPACKED_MAX = 1 << 20
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
PACKINGS = (47, -15)
"""Window bits of zlib: gzip or zlib by their heads, and a bare deflate stream."""
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
BETWEEN = {code: None for code in range(128) if not chr(code).isalnum()}
SHORT = 8
"""Letters and digits of an id that may stand in a longer text by chance: it counts only where it stands alone."""


class Unreadable(ValueError):
    """A text that is escaped more often than anybody would."""


def texts(data: bytes) -> tuple[str, ...]:
    """Every text that bytes can be read as, packed and escaped forms undone.

    Raises:
        Unreadable: there are too many.
    """
    found: list[str] = []
    for raw in _unpacked(data):
        found.append(raw.replace(b"\0", b"").decode("utf-8", "replace"))
        if b"\0" in raw:
            found += [raw.decode(coding, "ignore") for coding in WIDE]
    return unescaped(found)


def unescaped(given: Iterable[str]) -> tuple[str, ...]:
    """Texts and all that they become when JSON's escapes and percent-encoding are undone, in any order, to the end.

    Raises:
        Unreadable: there are too many.
    """
    found = list(dict.fromkeys(given))
    decoders: Sequence[Callable[[str], str]] = (_without_backslashes, urllib.parse.unquote)
    for text in found:  # it grows
        if len(found) > READINGS_MAX:
            raise Unreadable(f"it has more than {READINGS_MAX} readings")
        found += [new for decode in decoders if (new := decode(text)) not in found]
    return tuple(found)


def _without_backslashes(text: str) -> str:
    plain = ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else CONTROLS.get(match[2], match[2]), text)
    # two escapes make one character beyond the first plane
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _unpacked(data: bytes) -> list[bytes]:
    """The bytes, and what they are packed from, if they are."""
    found = [data]
    for each in found:  # it grows
        for bits in PACKINGS:
            unpacker = zlib.decompressobj(bits)
            try:
                plain = unpacker.decompress(each, UNPACKED_MAX)
            except zlib.error:
                continue
            if plain and plain not in found and len(found) < SHORT:
                found.append(plain)
    return found


def folded(text: str) -> str:
    """A text without letter case, accents' places and the difference between forms of one character."""
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())


def bare(text: str) -> str:
    """The letters and digits of a folded text, and nothing between them."""
    if text.isascii():  # as most are: there is nothing to normalize
        return text.lower().translate(BETWEEN)
    return re.sub(r"[\W_]+", "", folded(text))


def named(ids: Iterable[str], given: Iterable[str]) -> str | None:
    """The first of some ids that one of some texts names, spelt in whatever way; None where there is none."""
    seen = [(folded(text), bare(text)) for text in given]
    return next((each for each in ids if _is_named(each, seen)), None)


def _is_named(order_id: str, seen: Iterable[tuple[str, str]]) -> bool:
    core = bare(order_id)
    if len(core) >= SHORT and not core.isdecimal():
        return any(core in letters for _, letters in seen)
    alone = re.compile(rf"(?<![^\W_]){re.escape(folded(order_id))}(?![^\W_])")
    return any(alone.search(text) for text, _ in seen)
