"""The end of a run on a terminal, in plain words: what is broken, what was not looked at, and the answer last."""

from __future__ import annotations

from pathlib import Path

from reports import summary, witness
from reports.folder import typed
from reports.printable import visible, wrapped
from reports.results import Finding, Result, RunResult

RED, GREEN, YELLOW, BOLD, DIM, PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
FINDINGS_MAX = 12
IDS_MAX = 8
ANSWERS_MAX = 12
SHADE = {Result.HOLDS: GREEN, Result.VIOLATED: RED}
"""Of the answer; any other result says nothing about the target and is yellow."""


def lines(run: RunResult, folder: Path, colour: bool, width: int) -> list[str]:  # noqa: FBT001  # the signature is agreed
    """The summary as lines without line feeds; no character of a target's acts on the terminal.

    Args:
        folder: the run's, as the reader would type it.
        colour: whether escape sequences of our own are wanted.
        width: columns; commands are never broken, so that they can be copied.
    """
    folder = typed(folder)
    paint = _Paint(colour=colour)
    return [
        *_broken(run, folder, paint, width),
        *_idle(run, paint, width),
        *_changed(run, paint, width),
        *_answer(run, folder, paint, width),
    ]


class _Paint:
    """Wraps text in our own escape sequences, or leaves it plain."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour

    def __call__(self, shade: str, text: str) -> str:
        return f"{shade}{text}{PLAIN}" if self._colour else text


def _broken(run: RunResult, folder: Path, paint: _Paint, width: int) -> list[str]:
    found = summary.worst_first(run.findings)
    if not found:
        return []
    out = [paint(BOLD, "Broken promises")]
    for each in found[:FINDINGS_MAX]:
        out += ["", *_finding(each, folder, paint, width)]
    left = len(found) - FINDINGS_MAX
    return [*out, *(["", f"  ... and {left} more in the report"] if left > 0 else []), ""]


def _finding(finding: Finding, folder: Path, paint: _Paint, width: int) -> list[str]:
    clause = finding.clause
    often = witness.counted(finding.times, "exchange")
    note = f"waived: {visible(finding.waiver)}" if finding.waived else f"{clause.strength}, {often}, {_seen(finding)}"
    command, _ = summary.replay_commands(finding, str(folder))
    return [
        f"  {paint(YELLOW if finding.waived else RED, clause.id)}  {paint(DIM, f'({note})')}",
        *wrapped(f"Promised: {clause.says}", width, indent="    "),
        *wrapped(f"Happened: {finding.message}", width, indent="    "),
        *wrapped(f"It costs: {clause.effect}", width, indent="    "),
        f"    Replay:   {visible(command)}",
    ]


def _seen(finding: Finding) -> str:
    words = {
        "always": "every time again",
        "sometimes": "not every time again",
        "once": "seen once",
        "untried": "not tried again",
    }
    return words[finding.seen]


def _idle(run: RunResult, paint: _Paint, width: int) -> list[str]:
    groups = summary.idle_by_reason(run)
    if not groups:
        return []
    out = [paint(BOLD, f"Not exercised: {summary.idle_words(run)}")]
    for reason, results in groups.items():
        ids = [each.clause.id for each in results]
        more = f" and {len(ids) - IDS_MAX} more" if len(ids) > IDS_MAX else ""
        out += wrapped(reason, width, indent="    ", first="  - ")
        out += [paint(DIM, each) for each in wrapped(", ".join(ids[:IDS_MAX]) + more, width, indent="    ")]
    return [*out, ""]


def _changed(run: RunResult, paint: _Paint, width: int) -> list[str]:
    found = summary.changed(run)
    if not found:
        return []
    out = [paint(BOLD, "Open questions answered otherwise than before")]
    for each in found[:ANSWERS_MAX]:
        out.append(f"  {paint(YELLOW, each.question.id)}")
        out += wrapped(each.question.says, width, indent="    ")
        out += wrapped(f"Now: {each.answer}", width, indent="    ")
        out += wrapped(f"Before: {each.pinned}", width, indent="    ")
    left = len(found) - ANSWERS_MAX
    return [*out, *([f"  ... and {left} more in the report"] if left > 0 else []), ""]


def _answer(run: RunResult, folder: Path, paint: _Paint, width: int) -> list[str]:
    facts = run.facts
    about = f"{visible(facts.target)}, {facts.profile}, seed {facts.seed}, {witness.counted(facts.requests, 'request')}"
    said = wrapped(f"{summary.headline(run)}. {summary.sentence(run)}", width)
    shade = SHADE.get(run.result, YELLOW)
    return [
        paint(DIM, f"{about} in {facts.seconds:.1f} s" + (f", {facts.void} void" if facts.void else "")),
        *(paint(shade + BOLD, each) for each in said),
        f"The report: {visible(str(folder / 'report' / 'index.html'))}",
    ]
