"""A strict reader of JSON texts: RFC 8259 and nothing beside it.

Two readings of the same bytes exist where a member is repeated: the first counts, or the last does.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal, NoReturn, TypeAlias

Pick: TypeAlias = Literal["first", "last"]

BOM = b"\xef\xbb\xbf"
DEPTH_MAX = 200
"""Nesting that is read; what is deeper is refused before the parser can run out of stack."""
DIGITS_MAX = 300
"""Longest integer that is read as a number; a longer one becomes an infinite float, which no member of ours may be."""
STRING = re.compile(r'"(?:[^"\\]+|\\.)*+(?:"|\\?\Z)', re.DOTALL)
BRACKET = re.compile(r"[\[\]{}]")
STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}


class NotJson(ValueError):
    """The bytes are no JSON text; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Text:
    """A JSON text that was read."""

    value: Any
    repeated: bool
    """Whether some object has a member twice."""


def _constant(name: str) -> NoReturn:
    raise NotJson(f"the literal {name} is not JSON")


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= DIGITS_MAX else float("inf")


def _is_deep(text: str) -> bool:
    """Whether brackets outside strings nest deeper than is read; every judge reads answers, and some are a megabyte."""
    outside = "".join(text.split('"')[::2]) if "\\" not in text else STRING.sub("", text)
    return max(accumulate(map(STEPS.__getitem__, BRACKET.findall(outside))), default=0) > DEPTH_MAX


def parse(body: bytes, pick: Pick = "last") -> Text:
    """Read a JSON text.

    Args:
        body: the bytes as sent.
        pick: which of two members of the same name counts.

    Raises:
        NotJson: not UTF-8, a byte order mark, not JSON by RFC 8259, or nested deeper than `DEPTH_MAX`.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJson(f"byte {error.start} is not UTF-8") from error
    if body.startswith(BOM):
        raise NotJson("it begins with a byte order mark")
    if text.count("[") + text.count("{") > DEPTH_MAX and _is_deep(text):
        raise NotJson(f"it is nested deeper than {DEPTH_MAX}")
    repeated = False

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeated
        members = dict(pairs) if pick == "last" else dict(reversed(pairs))
        repeated = repeated or len(members) < len(pairs)
        return members

    try:
        value = json.loads(text, object_pairs_hook=collect, parse_constant=_constant, parse_int=_integer)
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} at character {error.pos}") from error
    return Text(value, repeated)


def once(body: bytes, pick: Pick) -> bytes:
    """The same text with each repeated member once.

    Raises:
        NotJson: as `parse` does.
    """
    return json.dumps(parse(body, pick).value).encode()
