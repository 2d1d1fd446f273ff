"""`junit.xml`: what continuous integration reads: a suite a concern, a case a clause."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from contracts.messages import Status
from reports import witness
from reports.printable import visible
from reports.record import atomic
from reports.results import ClauseResult, Finding, RunResult

FILE = "junit.xml"
NAME = "batched cancel"


def junit(run: RunResult) -> str:
    """The run as JUnit's XML; no character in it is one that XML 1.0 forbids."""
    root = ET.Element("testsuites", {"name": NAME, **_totals(run.clauses), "time": f"{run.facts.seconds:.3f}"})
    findings = {each.id: each for each in run.findings}
    for concern, group in groupby(run.clauses, key=lambda each: each.clause.concern):
        results = list(group)
        suite = ET.SubElement(
            root, "testsuite", {"name": concern, **_totals(results), "timestamp": _clean(run.facts.started)}
        )
        for result in results:
            _case(suite, result, [findings[each] for each in result.findings if each in findings])
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def write(run: RunResult, folder: Path) -> None:
    """Write `junit.xml`, whole or not at all.

    Raises:
        OSError: the folder can't be written.
    """
    atomic.write_text(folder / FILE, junit(run))


def _totals(results: Sequence[ClauseResult]) -> dict[str, str]:
    found = [each.verdict for each in results]
    return {
        "tests": str(len(found)),
        "failures": str(found.count(Status.FAILED)),
        "errors": str(found.count(Status.BROKEN)),
        "skipped": str(found.count(Status.SKIPPED) + found.count(Status.UNKNOWN)),
    }


def _case(suite: ET.Element, result: ClauseResult, findings: Sequence[Finding]) -> None:
    clause = result.clause
    case = ET.SubElement(
        suite, "testcase", {"classname": clause.concern, "name": f"{clause.id}: {clause.says}", "time": "0"}
    )
    _properties(
        case,
        (
            ("strength", clause.strength),
            ("harm", clause.harm),
            ("source", clause.source),
            ("exchanges", str(result.exchanges)),
        ),
    )
    if result.verdict is Status.FAILED:
        # One element for all findings: many readers show only the first failure of a case.
        message = visible(findings[0].message) if findings else clause.says
        ET.SubElement(case, "failure", {"type": clause.id, "message": message}).text = _story(result, findings)
    elif result.verdict is Status.BROKEN:
        ET.SubElement(case, "error", {"type": "suite", "message": visible(result.reason)})
    elif result.verdict is not Status.PASSED:
        ET.SubElement(case, "skipped", {"message": visible(result.reason) or "not exercised"})
    if findings and result.verdict is not Status.FAILED:
        ET.SubElement(case, "system-out").text = _story(result, findings)


def _properties(case: ET.Element, pairs: Iterable[tuple[str, str]]) -> None:
    holder = ET.SubElement(case, "properties")
    for name, value in pairs:
        ET.SubElement(holder, "property", {"name": name, "value": value})


def _story(result: ClauseResult, findings: Sequence[Finding]) -> str:
    lines = [result.clause.says, f"What it costs: {result.clause.effect}"]
    for each in findings:
        waived = f" (waived: {visible(each.waiver)})" if each.waived else ""
        lines += [
            "",
            visible(each.message) + waived,
            f"Witness: {witness.line(each.witness)}",
            f"Bundle: {each.bundle}",
        ]
    return "\n".join(lines)


def _clean(text: str) -> str:
    return visible(text).removesuffix("Z")
