"""The ids expected beside the ids got, with the first difference found and what can't be seen written out."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from contracts.messages import Exchange
from reports.printable import one_line, visible

ROWS_MAX = 48
CONTEXT = 2
"""Equal rows kept on either side of a difference; longer runs of them are folded into one line."""
ID_MAX = 160
POINTS_MAX = 3
OK = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an id, printable; `marked` where the two sides differ."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """An id at its place, counted from 1."""

    place: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison; a side is None where nothing stands there.

    Where `folded` is not 0, the line stands for as many equal entries and has no sides.
    """

    expected: Cell | None
    got: Cell | None
    same: bool
    first: bool = False
    folded: int = 0


@dataclass(frozen=True, slots=True)
class Diff:
    """The comparison; `note` says in a sentence what the first difference is."""

    rows: tuple[Row, ...]
    note: str
    below: int = 0
    """Rows left out at the end."""


def of(exchange: Exchange) -> Diff | None:
    """The comparison of an exchange's echo; None where there is no echo to compare, or no difference."""
    if exchange.ids is None or exchange.reply is None or exchange.reply.status != OK:
        return None
    try:
        reply = json.loads(exchange.reply.body)
    except (ValueError, RecursionError):
        return None
    echo = reply.get("canceledOrderIds") if isinstance(reply, dict) else None
    if not isinstance(echo, list):
        return None
    got = [each if isinstance(each, str) else json.dumps(each) for each in echo]
    return (
        None if got == list(exchange.ids) and all(isinstance(each, str) for each in echo) else diff(exchange.ids, got)
    )


def diff(expected: Sequence[str], got: Sequence[str]) -> Diff:
    """Compare two lists of ids: place by place where they are equally long, else with the gaps where they belong."""
    pairs = list(_by_place(expected, got) if len(expected) == len(got) else _aligned(expected, got))
    differing = [i for i, pair in enumerate(pairs) if not _same(pair, expected, got)]
    first = differing[0] if differing else None
    rows = [_row(pair, expected, got, first=i == first) for i, pair in enumerate(pairs)]
    folded = _folded(rows, differing)
    note = "" if first is None else _note(pairs[first], expected, got)
    return Diff(tuple(folded[:ROWS_MAX]), note, sum(each.folded or 1 for each in folded[ROWS_MAX:]))


def _folded(rows: Sequence[Row], differing: Sequence[int]) -> list[Row]:
    """The rows with every long run of equal ones made one line."""
    near = {at + step for at in differing for step in range(-CONTEXT, CONTEXT + 1)}
    out: list[Row] = []
    for kept, run in groupby(enumerate(rows), key=lambda item: item[0] in near):
        some = [row for _, row in run]
        out += some if kept or len(some) == 1 else [Row(None, None, same=True, folded=len(some))]
    return out


Pair = tuple[int | None, int | None]
"""Indices into the two lists; None for a gap."""


def _by_place(expected: Sequence[str], got: Sequence[str]) -> Iterator[Pair]:
    yield from zip(range(len(expected)), range(len(got)), strict=True)


def _aligned(expected: Sequence[str], got: Sequence[str]) -> Iterator[Pair]:
    for _, a, b, c, d in SequenceMatcher(None, expected, got, autojunk=False).get_opcodes():
        for step in range(max(b - a, d - c)):
            yield a + step if a + step < b else None, c + step if c + step < d else None


def _same(pair: Pair, expected: Sequence[str], got: Sequence[str]) -> bool:
    left, right = pair
    return left is not None and right is not None and expected[left] == got[right]


def _row(pair: Pair, expected: Sequence[str], got: Sequence[str], *, first: bool) -> Row:
    left, right = pair
    one = None if left is None else expected[left]
    two = None if right is None else got[right]
    same = _same(pair, expected, got)
    return Row(
        None if left is None or one is None else Cell(left + 1, _pieces(one, None if same else two)),
        None if right is None or two is None else Cell(right + 1, _pieces(two, None if same else one)),
        same,
        first,
    )


def _pieces(text: str, other: str | None) -> tuple[Piece, ...]:
    """The text cut where it differs from the other one; whole and unmarked where the two have nothing in common."""
    start, end = _common(text, other) if other is not None else (0, 0)
    if start + end == 0:
        return (Piece(_shown(text)),) if text else ()
    parts = (
        (text[:start], False),
        (text[start : len(text) - end], True),
        (text[len(text) - end :] if end else "", False),
    )
    return tuple(Piece(_shown(part), marked) for part, marked in parts if part)


def _common(text: str, other: str) -> tuple[int, int]:
    """How many characters two texts share at their beginning, and behind that at their end."""
    shorter = min(len(text), len(other))
    start = next((i for i in range(shorter) if text[i] != other[i]), shorter)
    rest = shorter - start
    end = next((i for i in range(rest) if text[-1 - i] != other[-1 - i]), rest)
    return start, end


def _shown(text: str) -> str:
    r"""An id to the letter: a real backslash is doubled, so that it is never taken for the beginning of an escape."""
    return one_line(text.replace("\\", "\\\\"), ID_MAX)


def _note(pair: Pair, expected: Sequence[str], got: Sequence[str]) -> str:
    left, right = pair
    if left is None:
        place = (right or 0) + 1
        return f"First difference: entry {place} of the echo was never sent there: {_quoted(got[place - 1])}."
    if right is None:
        return f"First difference: entry {left + 1} is missing from the echo: {_quoted(expected[left])}."
    one, two = expected[left], got[right]
    start, end = _common(one, two)
    near = f" That is entry {expected.index(two) + 1} of the request." if two in expected else ""
    if start + end and not near:
        sent, back = _points(one, start, end), _points(two, start, end)
        near = f" They part at character {start + 1}: {sent} was sent, {back} came back."
    return f"First difference: entry {left + 1} should be {_quoted(one)} and is {_quoted(two)}.{near}"


def _quoted(text: str) -> str:
    return f"“{visible(one_line(text, 60))}”" if text else "an empty text"


def _points(text: str, start: int, end: int) -> str:
    """The differing part by its code points, for letters that look alike."""
    part = text[start : len(text) - end]
    if not part:
        return "nothing"
    names = [f"U+{ord(char):04X} {unicodedata.name(char, '')}".strip() for char in part[:POINTS_MAX]]
    return ", ".join(names) + (" and more" if len(part) > POINTS_MAX else "")
