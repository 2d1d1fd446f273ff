"""Markdown whose foreign text stays text: no links, no markup, no HTML."""

from __future__ import annotations

import re

from reports.printable import one_line, visible

SPECIAL = re.compile(r"([\\`*_{}\[\]()#|~$]|^[-+=]|(?<=^\d)[.)])")
BLANKS = re.compile("(?<= ) ")
"""What a page would show as one blank with the one before it."""
AUTOLINK = re.compile(r"(:)(?=//)|(?<=www)(\.)|(@)", re.IGNORECASE)


def plain(text: str) -> str:
    """A sentence that may hold foreign text, as Markdown that shows exactly it, on one line."""
    escaped = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = SPECIAL.sub(r"\\\1", escaped)
    return BLANKS.sub("&nbsp;", AUTOLINK.sub(lambda match: f"&#{ord(match[0])};", escaped))


def code(text: str, limit: int = 0) -> str:
    """Text as a code span on one line, cut to `limit` characters where that is not 0."""
    shown = one_line(text, limit).replace("|", "\\u007c")
    ticks = "`" * (_longest_run(shown) + 1)
    return f"{ticks} {shown} {ticks}" if "`" in shown else f"{ticks}{shown or ' '}{ticks}"


def fence(text: str, language: str = "") -> list[str]:
    """Lines of a code block; line feeds are kept, whatever else can't be seen is an escape."""
    shown = visible(text, keep="\n")
    ticks = "`" * max(3, _longest_run(shown) + 1)
    return [f"{ticks}{language}", *shown.split("\n"), ticks]


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
