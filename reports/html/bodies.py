"""Bodies as a reader can see them: JSON set out in lines, anything else as it is, nothing beyond 4 kB."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from reports.printable import bytes_as_text, visible

LIMIT = 4096
INDENT = "  "
OPENING, CLOSING = frozenset("{["), frozenset("}]")
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass(frozen=True, slots=True)
class Body:
    """A body to show; the text is printable but for its line feeds, and not yet escaped for HTML."""

    text: str
    note: str
    """What was done to it: laid out, cut; empty where nothing was."""
    size: int
    """Bytes of the whole."""


def body(data: bytes) -> Body:
    """Bytes as text to show: at most `LIMIT` characters."""
    text = bytes_as_text(data[: 4 * LIMIT])
    laid_out = _laid_out(text) if len(data) <= 4 * LIMIT else None
    whole = visible(laid_out if laid_out is not None else text, keep="\n")
    notes = ["set out in lines; not a character is changed otherwise"] if laid_out is not None and "\n" in whole else []
    if len(whole) > LIMIT or len(data) > 4 * LIMIT:
        notes.append(f"cut: the whole is {len(data):,} bytes, see the bundle")
    return Body(whole[:LIMIT], "; ".join(notes), len(data))


def _laid_out(text: str) -> str | None:
    """JSON in lines, every token as it was sent, repeated members and odd numbers too; None where it is no JSON."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return None
    out: list[str] = []
    depth = 0
    parts = TOKEN.findall(text)
    for before, part in zip(["", *parts], parts, strict=False):
        if part in CLOSING:
            depth -= 1
            out.append("" if before in OPENING else _line(depth))
        elif before in OPENING or before == ",":
            out.append(_line(depth))
        out.append(": " if part == ":" else part)
        depth += part in OPENING
    return "".join(out)


def _line(depth: int) -> str:
    return "\n" + INDENT * min(depth, 20)
