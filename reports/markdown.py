"""The summary of a run as Markdown, for the page of a job in continuous integration."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from reports import summary, witness
from reports.marked import code, plain
from reports.record import atomic
from reports.results import Finding, Result, RunResult

FILE = "summary.md"
ENV_SUMMARY = "GITHUB_STEP_SUMMARY"
FINDINGS_MAX = 20
ANSWERS_MAX = 20
MARK = {Result.HOLDS: "✅", Result.VIOLATED: "❌"}
"""Beside the answer; anything that says nothing about the target has a question mark."""


def markdown(run: RunResult) -> str:
    """The run as Markdown: the answer, the broken promises, what was not exercised, the changed answers."""
    facts, found = run.facts, summary.counts(run)
    sent = witness.counted(facts.requests, "request")
    lines = [
        f"## {MARK.get(run.result, '❔')} {summary.headline(run)}",
        "",
        plain(summary.sentence(run)),
        "",
        *([plain(summary.since(run)), ""] if summary.since(run) else []),
        f"{code(facts.target)}, {facts.profile}, seed {facts.seed}, {sent} in {facts.seconds:.1f} s, {facts.void} void",
        "",
        "| passed on evidence | failed | not exercised | broken | open questions | changed |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
        f"| {found.passed} | {found.failed} | {found.idle} | {found.broken} | {found.asked} | {found.changed} |",
        *_findings(run),
        *_idle(run),
        *_changed(run),
    ]
    return "\n".join(lines) + "\n"


def append(run: RunResult, path: Path) -> None:
    """Append the summary to a file, such as the one that the continuous integration shows.

    Raises:
        OSError: the file can't be written.
    """
    with path.open("a", encoding="utf-8") as file:
        file.write(markdown(run) + "\n")


def show(run: RunResult, environment: Mapping[str, str]) -> None:
    """Show the summary on the page of a job, where the continuous integration named a file for it."""
    page = environment.get(ENV_SUMMARY, "")
    try:
        if page:
            append(run, Path(page))
    except OSError as error:  # a courtesy: the answer and its reports stand without it
        sys.stderr.write(f"\n{ENV_SUMMARY} names a file that can't be written: {error.strerror}\n")


def write(run: RunResult, folder: Path) -> None:
    """Write `summary.md`, whole or not at all.

    Raises:
        OSError: the folder can't be written.
    """
    atomic.write_text(folder / FILE, markdown(run))


def _findings(run: RunResult) -> list[str]:
    found = summary.worst_first(run.findings)
    left = len(found) - FINDINGS_MAX
    lines = [line for group in summary.by_promise(found[:FINDINGS_MAX]) for line in _promise(run, group)]
    return lines + ([f"\n… and {left} more in the report."] if left > 0 else [])


def _promise(run: RunResult, group: list[Finding]) -> list[str]:
    """A promise once, and each way in which it is broken."""
    clause, waived = group[0].clause, group[0].waived
    return [
        "",
        f"### {code(clause.id)}: {plain(clause.says)}{' (waived)' if waived else ''}",
        "",
        f"What it costs: {plain(clause.effect)}",
        *(line for each in group for line in _way(run, each)),
    ]


def _way(run: RunResult, finding: Finding) -> list[str]:
    standing = summary.standing(run, finding)
    return [
        "",
        f"- What happened: {plain(finding.message)} ({summary.often(finding)})",
        *([f"  - Waived: {plain(finding.waiver)}"] if finding.waived else []),
        *([f"  - Since the last run: {plain(standing)}"] if standing else []),
        f"  - Witness: {code(witness.line(finding.witness), 300)}",
        f"  - Replay: {code(f'tox run -e replay -- {finding.bundle}')} (a path in this run's folder)",
    ]


def _idle(run: RunResult) -> list[str]:
    groups = summary.idle_by_reason(run)
    if not groups:
        return []
    rows = [f"- {plain(why)} ({', '.join(code(each.clause.id) for each in some)})" for why, some in groups.items()]
    return ["", "### Not exercised", "", *rows]


def _changed(run: RunResult) -> list[str]:
    found = summary.changed(run)
    if not found:
        return []
    rows = [
        f"| {code(a.question.id)} | {code(a.pinned or '', 120)} | {code(a.answer, 120)} |" for a in found[:ANSWERS_MAX]
    ]
    return [
        "",
        "### Changed answers to open questions",
        "",
        "| question | before | now |",
        "| --- | --- | --- |",
        *rows,
    ]
