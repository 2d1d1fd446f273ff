"""Waivers: known deviations, each with a reason and a last day.

    [[waiver]]
    clause = "size.over"
    fingerprint = "fee8f645"        # of one finding; without it the whole clause
    reason = "batches of 21 until release 9, ticket 4711"
    last_day = 2026-12-31           # a day of UTC, itself included

A waived finding doesn't gate and is shown as waived. A waiver that matches nothing in a run, or whose last day has
passed, fails the gate: whoever wrote it must take it out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from contracts.catalogue import clauses
from reports.printable import one_line
from reports.results import Finding
from suites.settings.given import shown, text_of
from suites.target import UsageError

MEMBERS = ("clause", "fingerprint", "reason", "last_day")
FINGERPRINT = re.compile(r"[0-9a-f]{8}")
REASON_MAX = 500
NAME_MAX = 80


@dataclass(frozen=True, slots=True)
class Waiver:
    """One known deviation."""

    clause: str
    reason: str
    last_day: date
    fingerprint: str = ""
    """Empty: every finding of the clause."""

    @property
    def name(self) -> str:
        """What it is for: a finding's id, or the clause."""
        return f"{self.clause}-{self.fingerprint}" if self.fingerprint else self.clause

    def matches(self, finding: Finding) -> bool:
        """Whether the finding is what it is for."""
        return finding.clause.id == self.clause and self.fingerprint in ("", finding.fingerprint)


def applied(
    findings: Iterable[Finding], waivers: Sequence[Waiver], today: date
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """The findings, those that are waived marked so, and a sentence for each waiver that must go.

    The waiver of a finding counts before that of its whole clause. One whose day has passed waives nothing.
    """
    found = tuple(findings)
    valid = sorted((each for each in waivers if each.last_day >= today), key=lambda each: not each.fingerprint)
    marked = tuple(_marked(each, valid) for each in found)
    complaints = (_complaint(each, found, today) for each in waivers)
    return marked, tuple(each for each in complaints if each)


def _marked(finding: Finding, valid: Sequence[Waiver]) -> Finding:
    waiver = next((each for each in valid if each.matches(finding)), None)
    return finding if waiver is None else replace(finding, waived=True, waiver=waiver.reason)


def _complaint(waiver: Waiver, found: Sequence[Finding], today: date) -> str:
    if waiver.last_day < today:
        return f"The waiver for {waiver.name} ended on {waiver.last_day}: take it out, or give it a new last day."
    if not any(waiver.matches(each) for each in found):
        return f"The waiver for {waiver.name} matches nothing in this run: take it out."
    return ""


def read(path: Path) -> tuple[Waiver, ...]:
    """The waivers in a file.

    Raises:
        UsageError: it can't be used, in one sentence.
    """
    return parsed(text_of(path), shown(path))


def parsed(text: str, name: str) -> tuple[Waiver, ...]:
    """The waivers in a text.

    Raises:
        UsageError: as `read`; the sentence begins with the name.
    """
    try:
        value = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        why = "it is nested too deep" if isinstance(error, RecursionError) else one_line(str(error), NAME_MAX)
        raise UsageError(f"{name} is not TOML: {why}") from None
    strange = [each for each in value if each != "waiver"]
    if strange:
        raise UsageError(f"{name} has the unknown member {_named(strange[0])}; a waiver begins with [[waiver]]")
    tables = value.get("waiver", [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise UsageError(f"{name}: waiver is not a list of tables; each begins with [[waiver]]")
    found = tuple(_waiver(each, f"{name}, waiver {number}") for number, each in enumerate(tables, 1))
    names = [each.name for each in found]
    twice = next((each for each in names if names.count(each) > 1), "")
    if twice:
        raise UsageError(f"{name} has two waivers for {twice}; take one out")
    return found


def _waiver(table: Mapping[str, Any], name: str) -> Waiver:
    strange = [each for each in table if each not in MEMBERS]
    if strange:
        raise UsageError(f"{name} has the unknown member {_named(strange[0])}; a waiver has {', '.join(MEMBERS)}")
    for each in ("clause", "reason", "last_day"):
        if each not in table:
            raise UsageError(f"{name} has no {each}; a waiver has {', '.join(MEMBERS)}")
    clause, fingerprint = table["clause"], table.get("fingerprint")
    if not isinstance(clause, str) or clause not in clauses():
        raise UsageError(f"{name}: there is no clause {_named(str(clause))}; contracts/clauses.toml names them")
    if not clauses()[clause].gates:
        raise UsageError(f"{name}: {clause} is an open question and never gates; take it out")
    if fingerprint is not None and (not isinstance(fingerprint, str) or not FINGERPRINT.fullmatch(fingerprint)):
        raise UsageError(f"{name}: the fingerprint is not 8 digits of 0-9a-f; it is the end of the finding's id")
    return Waiver(clause, _reason(table["reason"], name), _day(table["last_day"], name), fingerprint or "")


def _reason(value: object, name: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > REASON_MAX:
        raise UsageError(f"{name}: the reason is not a text of 1 to {REASON_MAX} characters; say why it is known")
    return " ".join(value.split())


def _day(value: object, name: str) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise UsageError(f"{name}: last_day is not a day such as 2026-12-31, without quotes and without a time")
    return value


def _named(text: str) -> str:
    return f'"{one_line(text, NAME_MAX)}"'
