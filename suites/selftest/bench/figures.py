"""The figures of the suite: which there are, how they are told, and whether one has become worse."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from suites.target import UsageError

FILE = Path(__file__).with_name("last.json")
HEAD = "| figure | is |\n| --- | --- |"
TABLE = re.compile(rf"^{re.escape(HEAD)}(?:\n\|.*)*", re.MULTILINE)
"""The figures on a page."""


class Kind(enum.Enum):
    """What a figure counts."""

    COST = "cost"
    """Processor time, in that of one bare request."""
    COUNT = "count"
    SHARE = "share"
    """From 0 to 1, and the more the better."""


SLACK = {Kind.COST: 0.4, Kind.COUNT: 0.0, Kind.SHARE: 0.05}
"""By how much a figure may be off before it is worse: a part of a cost, for a busy machine tells it so much higher."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One of them."""

    name: str
    about: str
    """What it is, for a reader."""
    kind: Kind

    def told(self, value: float) -> str:
        """The figure as it is read."""
        if self.kind is Kind.SHARE:
            return f"{value:.0%}"
        return f"{value:.1f}" if value < 10 else f"{value:,.0f}"

    def worse(self, now: float, last: float) -> bool:
        """Whether it is worse now than it was, by more than chance."""
        if self.kind is Kind.SHARE:
            return now < last - SLACK[self.kind]
        return now > last * (1 + SLACK[self.kind])


FIGURES = (
    Figure("exchange", "an exchange of a night: drawn, guarded, signed, sent, recorded, judged", Kind.COST),
    Figure("start", "the start of a gate, until its plans are there", Kind.COST),
    Figure("gate", "a gate: sent, settled, judged", Kind.COST),
    Figure("reports", "all its reports", Kind.COST),
    Figure("trial", "a fault in `prove`, with its gateway", Kind.COST),
    Figure("requests", "requests of a gate", Kind.COUNT),
    Figure("recall-50", "of a sample of 40 faults, found within 50 requests", Kind.SHARE),
    Figure("recall-100", "found within 100", Kind.SHARE),
    Figure("recall", "found within all", Kind.SHARE),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one commit."""

    commit: str
    """Of which they are; empty where nobody knows."""
    values: Mapping[str, float]
    """By the names of the figures."""


def read(file: Path = FILE) -> Measured:
    """The figures that were stored last.

    Raises:
        UsageError: there are none, or the file is not such a one.
    """
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        values = {each.name: float(stored["figures"][each.name]) for each in FIGURES}
        return Measured(str(stored["commit"]), values)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{file.name} can't be read ({error!r}); --keep makes it anew") from None


def write(measured: Measured, file: Path = FILE) -> None:
    """Store the figures, four digits of each.

    Raises:
        OSError: the file can't be written.
    """
    rounded = {each.name: float(f"{measured.values[each.name]:.4g}") for each in FIGURES}
    text = json.dumps({"commit": measured.commit, "figures": rounded}, indent=2)
    file.write_text(text + "\n", encoding="utf-8")


def table(measured: Measured) -> str:
    """The figures as a page has them."""
    return "\n".join([HEAD, *(f"| {each.about} | {each.told(measured.values[each.name])} |" for each in FIGURES)])


def put(page: str, measured: Measured) -> str:
    """A page with these figures in the place of those that it had."""
    return TABLE.sub(lambda _: table(measured), page)


def worse(now: Measured, last: Measured) -> list[Figure]:
    """The figures that have become worse."""
    return [each for each in FIGURES if each.worse(now.values[each.name], last.values[each.name])]


def compared(now: Measured, last: Measured | None) -> Iterator[str]:
    """The figures for the terminal, beside those that were stored last."""
    width = max(len(each.about) for each in FIGURES)
    yield f"{'':{width}} {'now':>8} {'last':>8}"
    for each in FIGURES:
        value = now.values[each.name]
        before = each.told(last.values[each.name]) if last else ""
        mark = "  WORSE" if last and each.worse(value, last.values[each.name]) else ""
        yield f"{each.about:{width}} {each.told(value):>8} {before:>8}{mark}"
    yield "Costs are processor time, in that of one bare request on this machine."
    if last:
        yield f"The last ones are of {last.commit or 'an unknown commit'}."
