"""Text from a target, made safe to show: what can't be seen or would act on a terminal is written as an escape."""

from __future__ import annotations

import textwrap
import unicodedata

CUT = " …"
HIDDEN_CATEGORIES = frozenset({"Mn", "Me"})
"""Combining marks: they make two ids look the same that are not."""
BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that Python calls printable and that nobody can see."""


def visible(text: str, keep: str = "") -> str:
    r"""The text with every character that can't be told by eye as an escape: `\n`, `\x1b`, `\u202e`, `\ud800`.

    Those are controls, bidirectional marks, zero-width characters, combining marks, lone surrogates, unassigned code
    points and every space but the plain one.

    Args:
        keep: characters that stay as they are, such as a line feed.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if _shows(char) or char in keep else _escape(char) for char in text)


def _shows(char: str) -> bool:
    return char.isprintable() and unicodedata.category(char) not in HIDDEN_CATEGORIES and char not in BLANKS


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def one_line(text: str, limit: int = 0) -> str:
    """The text visible and so on one line; cut to `limit` characters where that is not 0."""
    shown = visible(text[: limit + 1] if limit else text)  # an escape is never shorter than its character
    return shown[: limit - len(CUT)] + CUT if limit and len(shown) > limit else shown


def shortened(text: str, limit: int) -> str:
    """The text with its middle left out where it is longer than `limit` characters; nothing made visible yet."""
    if len(text) <= limit:
        return text
    end = limit // 3
    return f"{text[: limit - end - len(CUT) - 1]}{CUT} {text[len(text) - end :]}"


def bytes_as_text(data: bytes) -> str:
    r"""Bytes as text: UTF-8 where it is, `\xNN` for each byte that is not; nothing made visible yet."""
    return data.decode("utf-8", "backslashreplace")


def wrapped(text: str, width: int, indent: str = "", first: str | None = None) -> list[str]:
    """Lines of one paragraph within a width; the text is made visible, and what has no space is broken."""
    return textwrap.wrap(
        visible(text),
        width=max(width, 20),
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
